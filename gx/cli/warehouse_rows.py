"""Printing what a SQL statement returned."""

from __future__ import annotations

import csv
import json
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from gx.cli.terminal import print_table

if TYPE_CHECKING:
    from google.cloud.bigquery import QueryJob
    from google.cloud.bigquery.table import RowIterator

_NUMBERS = ("INTEGER", "INT64", "FLOAT", "FLOAT64", "NUMERIC", "BIGNUMERIC")


def print_result(job: QueryJob, rows: RowIterator, output: str, limit: int | None) -> None:
    """Print the rows as a table, csv or JSON; for a statement without rows, what it changed."""
    names = [field.name for field in rows.schema]
    if not names or job.ddl_operation_performed is not None or job.num_dml_affected_rows is not None:
        print(_changed(job), file=sys.stdout if output == "table" else sys.stderr)
        return
    values = (tuple(row.values()) for row in islice(rows, limit))
    if output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(["" if value is None else _text(value) for value in row] for row in values)
    elif output == "json":
        _print_json(names, values)
    else:
        numbers = [place for place, field in enumerate(rows.schema) if field.field_type in _NUMBERS]
        shown = [[None if value is None else _text(value) for value in row] for row in values]
        print_table(names, shown, numbers=numbers)
        print(f"({len(shown):,} {'row' if len(shown) == 1 else 'rows'})")


def _changed(job: QueryJob) -> str:
    if job.num_dml_affected_rows is not None:
        return f"{job.num_dml_affected_rows:,} {'row' if job.num_dml_affected_rows == 1 else 'rows'} changed."
    operation = str(job.ddl_operation_performed or "").lower()
    return (
        f"Done: {operation} {job.ddl_target_table or job.ddl_target_routine or ''}".rstrip() if operation else "Done."
    )


def _print_json(names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
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
