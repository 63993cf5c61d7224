"""Every key of the schemas tells an editor what it means, with an example that the schema itself takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gx.contracts.json_schema import schemas
from gx.rules.registry import families

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {name: json.loads(text) for name, text in schemas(families()).items()}


def properties(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property of a schema with its path."""
    if isinstance(node, dict):
        own = node.get("properties")
        if isinstance(own, dict):
            for key, found in own.items():
                yield f"{path}/{key}", found
        for key, value in node.items():
            if key not in ("examples", "default"):
                yield from properties(value, f"{path}/{key}")
    elif isinstance(node, list):
        for value in node:
            yield from properties(value, path)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_a_title_a_meaning_and_an_example(name: str) -> None:
    found = list(properties(SCHEMAS[name]))
    lacking = [
        (path, word) for path, item in found for word in ("title", "description", "examples") if not item.get(word)
    ]
    assert lacking == []
    assert found


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_examples_are_right(name: str) -> None:
    schema = SCHEMAS[name]
    wrong = []
    for path, item in properties(schema):
        validator = jsonschema.Draft7Validator({**item, "definitions": schema.get("definitions", {})})
        wrong += [(path, error.message) for example in item["examples"] for error in validator.iter_errors(example)]
    assert wrong == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_has_an_address_of_its_own(name: str) -> None:
    assert SCHEMAS[name]["$id"].startswith("https://")
    assert len({schema["$id"] for schema in SCHEMAS.values()}) == len(SCHEMAS)


def test_the_catalogue_entries_name_each_schema_and_the_files_it_is_for() -> None:
    catalogue = json.loads((ROOT / "docs/schemastore-catalog.json").read_text(encoding="utf-8"))
    assert {entry["url"] for entry in catalogue["schemas"]} == {schema["$id"] for schema in SCHEMAS.values()}
    for entry in catalogue["schemas"]:
        assert set(entry) == {"name", "description", "fileMatch", "url"}
        for pattern in entry["fileMatch"]:
            assert list(ROOT.glob(pattern.removeprefix("**/"))), pattern
