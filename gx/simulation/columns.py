"""From rows of plain values to pyarrow tables with the types of the contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import pyarrow as pa

from gx.contracts.model import Contract

_SIMPLE = {
    "STRING": pa.string(),
    "INT64": pa.int64(),
    "FLOAT64": pa.float64(),
    "BOOL": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us", tz="UTC"),
    "JSON": pa.string(),
    "NUMERIC": pa.decimal128(38, 9),
    "ARRAY<STRING>": pa.list_(pa.string()),
}
_EPOCH = date(1970, 1, 1).toordinal()


class ColumnsUnknown(ValueError):
    """A contract has columns for which the simulated league has no values."""


@dataclass(frozen=True)
class Rows:
    """A table's rows before they are typed: ``columns`` names the places of a row's tuple.

    ``constants`` are columns with one value in every row. Timestamps are microseconds since 1970 in UTC.
    """

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    constants: Mapping[str, Any] = field(default_factory=dict)


@lru_cache(maxsize=4096)
def clock(day: date, hour: int, minute: int = 0, second: float = 0, *, later: int = 0) -> int:
    """That UTC time of day, ``later`` days after ``day``, in microseconds since 1970."""
    days = day.toordinal() - _EPOCH + later
    return round(((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000)


def moment(time: datetime) -> int:
    """A time with its zone, in microseconds since 1970."""
    utc = time.astimezone(UTC)
    return clock(utc.date(), utc.hour, utc.minute, utc.second)


def arrow_type(declared: str) -> pa.DataType:
    """The pyarrow type of a column declared with that BigQuery type."""
    if declared in _SIMPLE:
        return _SIMPLE[declared]
    precision, scale = declared.removeprefix("NUMERIC(").removesuffix(")").split(",")
    return pa.decimal128(int(precision), int(scale))


def to_table(rows: Rows, contract: Contract) -> pa.Table:
    """Those rows with the contract's columns, in its order and types.

    Raises ColumnsUnknown that names every column of the contract without a value here.
    """
    values = dict(zip(rows.columns, zip(*rows.rows, strict=True), strict=True)) if rows.rows else {}
    known = {*rows.columns, *rows.constants}
    unknown = [column.name for column in contract.columns if column.name not in known]
    if unknown:
        raise ColumnsUnknown("\n".join(_unknown(contract.table, name, known) for name in unknown))
    schema = pa.schema([pa.field(column.name, arrow_type(column.type)) for column in contract.columns])
    arrays = [
        _repeated(rows.constants[item.name], len(rows.rows), item.type)
        if item.name in rows.constants
        else _typed(values.get(item.name, ()), item.type)
        for item in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _unknown(table: str, name: str, known: set[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"; nearest is {near[0]}" if near else ""
    return f"{table}.{name}: the contract has this column, the simulated league has no values for it{hint}"


def _typed(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).cast(kind)
    if pa.types.is_decimal(kind):
        return pa.array(values, pa.float64()).cast(kind)
    return pa.array(values, kind)


def _repeated(value: Any, count: int, kind: pa.DataType) -> pa.Array:
    if value is None or count == 0:
        return pa.nulls(count, kind)
    return pa.repeat(_typed((value,), kind)[0], count)
