"""Nodes to models: pydantic checks, and every complaint gets its place in the file and words for its writer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from gx.contracts.model import Location, Problem
from gx.contracts.nodes import MOST_PROBLEMS, Node, Place
from gx.contracts.wording import listed, shown, suggestion, unknown

COLUMN_TYPES = (
    "STRING", "INT64", "FLOAT64", "BOOL", "DATE", "TIMESTAMP", "JSON", "NUMERIC", "NUMERIC(p,s)", "ARRAY<STRING>",
)  # fmt: skip
_TYPE_ALIASES = {"INTEGER": "INT64", "INT": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "DATETIME": "TIMESTAMP"}
_WANTED = {
    "string_type": "text (quote numbers and dates)",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "date_type": "a date, 2023-02-23",
    "date_parsing": "a date, 2023-02-23",
    "date_from_datetime_parsing": "a date, 2023-02-23",
    "none_required": "nothing",
}
_PATTERNS = {
    r"^[A-Za-z_][A-Za-z0-9_]{0,299}$": "a name of letters, digits and _",
    r"^[A-Za-z_][A-Za-z0-9_]{0,299}\.[A-Za-z_][A-Za-z0-9_]{0,299}$": "a table name as dataset.table",
    r"^[a-z][a-z0-9_]{1,79}$": "2 to 80 lower-case letters, digits and _, a letter first",
    r"^20[0-9]{2}-[0-9]{2}$": "a season as 2022-23",
}
Error = Mapping[str, Any]


def problem_at(name: str, node: Node, message: str, warning: bool = False) -> Problem:
    """A problem with the node of the file ``name``."""
    return Problem(Location(name, *node.place), message, warning)


def validate[M: BaseModel](
    model: type[M], node: Node, name: str, also_known: Iterable[str] = (), without: Iterable[str] = ()
) -> tuple[M | None, list[Problem]]:
    """The model of a node, or every problem with it.

    ``without`` leaves out keys that somebody else reads, ``also_known`` names keys allowed besides the model's.
    Values are taken as JSON would take them: text is never read as a number, a number never as a date.
    """
    if not isinstance(node.value, dict):
        return None, [problem_at(name, node, f"found {shown(node.value)}; allowed: a mapping of keys and values")]
    plain = {key: value for key, value in node.plain().items() if key not in set(without)}
    try:
        return model.model_validate_json(json.dumps(plain), strict=True), []
    except ValidationError as error:
        return None, _problems(error, model, node, name, tuple(also_known))


def _problems(
    error: ValidationError, model: type[BaseModel], node: Node, name: str, also: tuple[str, ...]
) -> list[Problem]:
    by_place: dict[tuple[Place, bool], list[Error]] = {}
    for found in _innermost(error.errors(include_url=False, include_input=False), node):
        is_key = _about_key(found)
        by_place.setdefault((_place(node, found), is_key), []).append(found)
        if len(by_place) > MOST_PROBLEMS:
            break
    problems: list[Problem] = []
    for (place, _), found_here in by_place.items():
        for message in _messages(found_here, model, node, also):
            problems.append(Problem(Location(name, *place), message))
    return problems


def _innermost(errors: Iterable[Any], node: Node) -> list[Error]:
    """Errors without those of union branches that another branch went further into."""
    found = [(tuple(map(str, _path(node, error))), error) for error in errors]
    outer = {path[:depth] for path, _ in found for depth in range(len(path))}
    kept = [error for path, error in found if error["type"] in ("missing", "value_error") or path not in outer]
    return kept or [error for _, error in found]


def _path(node: Node, error: Error) -> tuple[str | int, ...]:
    """The steps of an error's path that exist in the file; an unknown key stays, since its problem is the key."""
    steps: list[str | int] = []
    for step in error["loc"]:
        child = node.at((step,))
        if child is not node:
            steps.append(step)
            node = child
    return tuple(steps)


def _about_key(error: Error) -> bool:
    """Whether the problem is a mapping's key, not its value."""
    return bool(error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",))


def _place(node: Node, error: Error) -> Place:
    path = _path(node, error)
    if _about_key(error) and path:
        return node.at(path[:-1]).keys[str(path[-1])]
    return node.at(path).place


def _messages(errors: list[Error], model: type[BaseModel], node: Node, also: tuple[str, ...]) -> list[str]:
    """One message a missing or unknown key; the rest, union branches of one value, are one message together."""
    messages: list[str] = []
    values: list[Error] = []
    for error in errors:
        if error["type"] == "extra_forbidden":
            known = [*_known_keys(model, _path(node, error)[:-1]), *(also if len(error["loc"]) == 1 else ())]
            messages.append(unknown("key", str(error["loc"][-1]), known))
        elif error["type"] == "missing":
            messages.append(f"missing key {str(error['loc'][-1])!r}{_inside(error)}")
        else:
            values.append(error)
    return messages + ([_value_message(values, node)] if values else [])


def _inside(error: Error) -> str:
    parents = [step for step in error["loc"][:-1] if isinstance(step, str)]
    return f" in {parents[-1]}" if parents else ""


def _value_message(errors: list[Error], node: Node) -> str:
    path = _path(node, errors[0])
    value = path[-1] if _about_key(errors[0]) else node.at(path).value
    wanted: list[str] = []
    names: list[str] = []
    for error in errors:
        words, candidates = _wanted(error)
        wanted += [words] if words not in wanted else []
        names += candidates
    named = [step for step in path if isinstance(step, str) and step != value]
    about = f"{named[-1]}: " if named else ""
    if all(error["type"] == "value_error" for error in errors):
        return about + "; ".join(wanted)
    hint = _hint(value, names) if isinstance(value, str) else ""
    return f"{about}found {shown(value)}; allowed: {' or '.join(wanted)}{hint}"


def _hint(value: str, names: list[str]) -> str:
    alias = _TYPE_ALIASES.get(value.upper()) if "INT64" in names else None
    return f"; did you mean {alias!r}?" if alias else suggestion(value, names)


def _wanted(error: Error) -> tuple[str, list[str]]:
    """What would be allowed, in words, and the names to look for the nearest in."""
    kind, context = error["type"], error.get("ctx") or {}
    if kind in ("literal_error", "enum"):
        names = [part.strip(" '") for part in str(context["expected"]).replace(" or ", ", ").split(",")]
        return listed(names), names
    if kind == "string_pattern_mismatch":
        return _pattern_words(str(context["pattern"]))
    if kind == "value_error":
        return str(context.get("error", error["msg"])), []
    return _WANTED.get(kind) or _bounds(kind, context) or str(error["msg"]), []


def _pattern_words(pattern: str) -> tuple[str, list[str]]:
    if pattern.startswith("^(STRING|INT64"):
        return listed(COLUMN_TYPES), list(COLUMN_TYPES)
    return _PATTERNS.get(pattern) or f"text that matches {pattern}", []


_BOUNDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than": lambda ctx: f"more than {ctx['gt']}",
    "greater_than_equal": lambda ctx: f"{ctx['ge']} or more",
    "less_than": lambda ctx: f"less than {ctx['lt']}",
    "less_than_equal": lambda ctx: f"{ctx['le']} or less",
    "string_too_short": lambda ctx: f"text of at least {ctx['min_length']} characters",
    "string_too_long": lambda ctx: f"text of at most {ctx['max_length']} characters",
    "too_short": lambda ctx: f"a list of at least {ctx['min_length']}",
    "too_long": lambda ctx: f"a list of at most {ctx['max_length']}",
}


def _bounds(kind: str, context: Mapping[str, Any]) -> str | None:
    return _BOUNDS[kind](context) if kind in _BOUNDS else None


def _known_keys(model: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    """The keys of the model that stands at ``path`` under ``model``."""
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            inner = _inner_model(model.model_fields[step].annotation)
            if inner is not None:
                model = inner
    return [field.alias or key for key, field in model.model_fields.items()]


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """The model inside a list, mapping or union, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner_model(argument)
        if found is not None:
            return found
    return None
