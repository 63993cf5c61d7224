"""Writes docs/rules.md, the catalogue of rule families, from the families themselves and the repository's contracts.

.venv/bin/python scripts/rule_catalogue.py
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import takewhile
from pathlib import Path
from textwrap import dedent
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from gx.contracts.model import Contract, Location, Model, Rule
from gx.contracts.store import load_contracts
from gx.rules.family import Family
from gx.rules.registry import families

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "rules.md"
HEAD = """\
# The rules

Every family of rules, written by `.venv/bin/python scripts/rule_catalogue.py` from the families' own code and the
repository's contracts. Column rules keep Great Expectations' names, arguments and meaning; the others are the
pipeline's own.

Beside its expectation a rule may have `scope`, `severity`, `since`, `until`, `why`, `remedy`, `incident` and `owner`
([write a contract](write-a-contract.md)). `where` chooses the rows a rule speaks of, `mostly` is the share of evaluated
rows that must be right on each game date. Any other expectation of Great Expectations' core may be named too; it then
runs through GX with statements of its own (`contracts list --expectations` lists all of them)."""
WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date"}


def catalogue() -> str:
    """The whole page."""
    contracts = load_contracts(ROOT, families()).contracts
    sections = ("\n".join(_family(name, family, contracts)) for name, family in families().items())
    return "\n\n".join([HEAD, *sections]) + "\n"


def _family(name: str, family: Family, contracts: Mapping[str, Contract]) -> Iterator[str]:
    yield from (f"## {name}", "", inspect.getdoc(type(family)) or "")
    if family.Kwargs.model_fields:
        yield from ("", "| argument | type | default |", "|---|---|---|", *_arguments(family.Kwargs))
    else:
        yield from ("", "No arguments.")
    used = [(contract, rule) for contract in contracts.values() for rule in contract.rules if rule.expectation == name]
    if used:
        # the longest written-out use shows most arguments; a rule made from a column's shorthand only where none is
        contract, rule = max(used, key=lambda item: (name in _source(item[1].location), len(_source(item[1].location))))
        yield from _example(family, contract, rule, len(used))


def _arguments(model: type[Model]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
        yield f"| `{name}` | {_kind(field.annotation)} | {default} |"


def _kind(annotation: Any) -> str:
    """An argument's type in words; that it may be left out is said by its default."""
    origin, parts = get_origin(annotation), [part for part in get_args(annotation) if part is not NoneType]
    if origin is Annotated:
        return _kind(parts[0])
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_kind(part) for part in parts if part is not int or float not in parts))
    if origin is tuple:
        return f"list of {_kind(parts[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Model):
        inner = "; ".join(f"`{name}`: {_kind(field.annotation)}" for name, field in annotation.model_fields.items())
        return f"mapping ({inner})"
    return WORDS[annotation]


def _default(value: object) -> str:
    """A default as it would be written in YAML."""
    if isinstance(value, tuple):
        return f"`[{', '.join(_default(item).strip('`') for item in value)}]`"
    if isinstance(value, Model):
        given = value.model_dump(mode="json", exclude_none=True).items()
        return f"`{{{', '.join(f'{key}: {item}' for key, item in given)}}}`"
    if value is None:
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _source(place: Location) -> str:
    """A list entry of a YAML file, from the line it starts on to the next that is no deeper."""
    lines = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1 :]
    indent = len(lines[0]) - len(lines[0].lstrip())
    rest = takewhile(lambda line: line.startswith(" " * (indent + 1)), lines[1:])
    return dedent("\n".join([lines[0], *rest]))


def _example(family: Family, contract: Contract, rule: Rule, count: int) -> Iterator[str]:
    times = "once" if count == 1 else f"{count} times"
    yield from ("", f"Used {times}, for example in `{rule.location.file}`:", "")
    yield from ("```yaml", _source(rule.location), "```", "")
    yield f"Says: {family.words(rule, contract)} Allowed: {family.threshold(rule)}."


if __name__ == "__main__":
    TARGET.write_text(catalogue(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
