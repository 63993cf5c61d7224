"""What an editor shows of each key of a JSON Schema: a title, what it means, an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

Schema = dict[str, Any]
_TEXTS = Path(__file__).with_name("property_texts.yaml")


@cache
def _texts() -> Mapping[str, tuple[str, Any]]:
    """Each key's meaning and example."""
    import yaml

    loaded: dict[str, list[Any]] = yaml.load(_TEXTS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {key: (text, _json(example)) for key, (text, example) in loaded.items()}


def with_words(schema: Schema, owner: str) -> Schema:
    """The schema with a title, a description and an example on each property; ``owner`` is the model of its top."""
    for name, inner in _models(schema, owner):
        for key, found in inner.get("properties", {}).items():
            if not key.startswith("expect_"):
                inner["properties"][key] = _property(name, key, found)
    return schema


def _models(schema: Schema, owner: str) -> Iterator[tuple[str, Schema]]:
    """Every object of the schema with the name that its keys go by: its model's, or its expectation's."""
    yield owner, schema
    for name, definition in schema.get("definitions", {}).items():
        yield name, definition
        for key, found in definition.get("properties", {}).items():
            if key.startswith("expect_"):
                yield key, found


def _property(owner: str, key: str, found: Schema) -> Schema:
    """Words of a model's own field are kept; a reference takes words only beside it, not in it."""
    text, example = _texts().get(f"{owner}.{key}") or _texts().get(key) or ("", None)
    words = {"title": key.replace("_", " "), "description": found.get("description") or text}
    rest = {name: value for name, value in found.items() if name not in ("$ref", "title", "description")}
    target: Schema = {"allOf": [{"$ref": found["$ref"]}]} if "$ref" in found else {}
    examples = rest.pop("examples", None) or ([] if example is None else [example])
    return {**words, **target, **rest, **({"examples": examples} if examples else {})}


def arguments_example(arguments: Schema) -> dict[str, Any]:
    """An example of an expectation's arguments: those that it cannot do without."""
    properties = arguments.get("properties", {})
    return {key: properties[key]["examples"][0] for key in arguments.get("required", [])}


def _json(value: Any) -> Any:
    """Dates as the text that JSON has for them."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(_json(key)): _json(item) for key, item in value.items()}
    return [_json(item) for item in value] if isinstance(value, list) else value
