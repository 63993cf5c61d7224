"""The text of a draft contract, written as the contracts of the house are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gx.drafting.yaml_text import flow, text

FIRST_LINE = "# yaml-language-server: $schema=../contract.schema.json"


def draft_text(contract: Mapping[str, Any]) -> str:
    """A contract file's text: its head, its columns one a line, its rules a key a line."""
    return "\n".join(_lines(contract)) + "\n"


def _lines(contract: Mapping[str, Any]) -> Iterator[str]:
    yield FIRST_LINE
    head = {key: value for key, value in contract.items() if key not in ("columns", "expectations")}
    yield from (f"{key}: {flow(value)}" for key, value in head.items())
    yield "columns:"
    yield from (f"  - {flow(column)}" for column in contract["columns"])
    if contract["expectations"]:
        yield "expectations:"
    for entry in contract["expectations"]:
        first, *others = (f"{text(key)}: {flow(value)}" for key, value in entry.items())
        yield f"  - {first}"
        yield from (f"    {line}" for line in others)
