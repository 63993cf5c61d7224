"""Printing what a SQL statement returned."""

from __future__ import annotations

import csv
import json
import sys
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from gx.cli.terminal import print_table
from gx.contracts.wording import plural

if TYPE_CHECKING:
    from gx.warehouse.outcome import SqlOutcome


def print_result(outcome: SqlOutcome, output: str, limit: int | None) -> None:
    """Print the rows as a table, csv or JSON; for a statement without rows, what it changed."""
    if outcome.changed is not None:
        print(outcome.changed, file=sys.stdout if output == "table" else sys.stderr)
        return
    rows = islice(outcome.rows, limit)
    if output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(outcome.names)
        writer.writerows(["" if value is None else _text(value) for value in row] for row in rows)
    elif output == "json":
        _print_json(outcome.names, rows)
    else:
        shown = [[None if value is None else _text(value) for value in row] for row in rows]
        print_table(outcome.names, shown, numbers=outcome.numbers)
        print(f"({plural(len(shown), 'row')})")


def _print_json(names: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """One array with an object a row and line, written as rows arrive."""
    print("[", end="")
    for place, row in enumerate(rows):
        line = json.dumps(dict(zip(names, map(_plain, row), strict=True)), ensure_ascii=False)
        print(",\n " if place else "\n ", line, sep="", end="")
    print("\n]")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    plain = _plain(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, (list, dict)) else str(plain)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it; decimals, dates and times as text so that nothing is lost."""
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, float) and not (value == value and abs(value) != float("inf")):
        return str(value)
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
