"""``contracts list``: the tables under contract, or the expectations a contract may name."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gx.cli.project import sound_project

if TYPE_CHECKING:
    from gx.contracts.model import Contract


def list_contracts(
    output_format: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print the list.")] = "text",
    expectations: Annotated[
        bool, typer.Option("--expectations", help="List the expectations that a rule may name, with their arguments.")
    ] = False,
) -> None:
    """List the tables under contract: owner, phase, number of rules, title.

    Exit codes: 0 listed, 64 a contract file has an error.
    """
    rows = _expectation_rows() if expectations else _contract_rows()
    if output_format == "json":
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    show_rows(rows)


def _contract_rows() -> list[dict[str, object]]:
    _, found = sound_project()
    return [_row(contract) for contract in found.contracts.values()]


def _row(contract: Contract) -> dict[str, object]:
    header = contract.header
    return {
        "table": contract.table,
        "owner": header.owner,
        "phase": header.phase,
        "rules": len(contract.rules),
        "title": header.title,
    }


def _expectation_rows() -> list[dict[str, object]]:
    from gx.contracts.core import core_expectations
    from gx.rules.registry import families

    own = families()
    rows: list[dict[str, object]] = [
        {"expectation": name, "runs": "grouped", "arguments": _arguments(family.Kwargs.model_fields)}
        for name, family in sorted(own.items())
    ]
    core = {name: arguments for name, arguments in core_expectations().items() if name not in own}
    return rows + [
        {"expectation": name, "runs": "by GX", "arguments": ", ".join(arguments)} for name, arguments in core.items()
    ]


def _arguments(fields: Mapping[str, object]) -> str:
    return ", ".join(fields)


def show_rows(rows: Sequence[Mapping[str, object]]) -> None:
    """A table for people on a terminal, aligned plain text in a pipe; nothing for no rows."""
    if not rows:
        return
    if sys.stdout.isatty():
        _show_rich(rows)
        return
    texts = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[index]) for line in texts) for index in range(len(texts[0]))]
    for line in texts:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _show_rich(rows: Sequence[Mapping[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, value in rows[0].items():
        table.add_column(name, justify="right" if isinstance(value, int) else "left")
    for row in rows:
        table.add_row(*(Text(str(value)) for value in row.values()))
    Console().print(table)
