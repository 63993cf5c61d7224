"""Edits of pyarrow tables that leave their input alone: pick rows, set values, drop, append."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


class NothingToChange(ValueError):
    """An incident was applied to tables that lack the rows it is about."""


def where(table: pa.Table, **values: Any) -> pa.Array:
    """True for rows that have each of those values; a list or set means one of them. Null is never equal.

    Raises NothingToChange if no row does.
    """
    mask = pa.chunked_array([pa.repeat(pa.scalar(True), table.num_rows)])
    for name, value in values.items():
        wanted = sorted(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        column = table.column(name)
        mask = pc.and_(mask, pc.is_in(column, value_set=pa.array(wanted, column.type)))
    if not pc.any(mask).as_py():
        raise NothingToChange(f"no row with {_words(values)}: was the league simulated for another season or as-of?")
    return mask


def _words(values: Mapping[str, Any]) -> str:
    def text(value: Any) -> str:
        many = isinstance(value, Collection) and not isinstance(value, str)
        return " or ".join(str(item) for item in sorted(value)) if many else str(value)

    return " and ".join(f"{name} {text(value)}" for name, value in values.items())


def set_values(table: pa.Table, mask: pa.Array, **values: Any) -> pa.Table:
    """The table with those columns changed in the rows of the mask; a pyarrow array gives a value a row."""
    for name, value in values.items():
        place = table.schema.get_field_index(name)
        column = table.column(name)
        many = isinstance(value, pa.Array | pa.ChunkedArray)
        new = value.cast(column.type) if many else pa.scalar(value, column.type)
        table = table.set_column(place, table.schema.field(place), pc.if_else(mask, new, column))
    return table


def map_values(table: pa.Table, mask: pa.Array, **changes: Callable[[Any], Any]) -> pa.Table:
    """The table with each of those columns put through its function in the rows of the mask."""
    for name, change in changes.items():
        pairs = zip(mask.to_pylist(), table.column(name).to_pylist(), strict=True)
        values = [change(value) if chosen else value for chosen, value in pairs]
        table = set_values(table, mask, **{name: pa.array(values, table.schema.field(name).type)})
    return table


def drop(table: pa.Table, mask: pa.Array) -> pa.Table:
    """The table without the rows of the mask."""
    return table.filter(pc.invert(mask))


def keep_among(table: pa.Table, among: pa.Array, kept: pa.Array) -> pa.Table:
    """The table without those rows of ``among`` that are not ``kept``."""
    return table.filter(pc.or_(pc.invert(among), kept))


def append(table: pa.Table, rows: pa.Table) -> pa.Table:
    """Both tables' rows, in the first one's columns."""
    return pa.concat_tables([table, rows.select(table.column_names).cast(table.schema)]).combine_chunks()


def rows_of(table: pa.Table, mask: pa.Array, *columns: str) -> list[tuple[Any, ...]]:
    """The values of those columns in the rows of the mask, in table order."""
    chosen = table.filter(mask).select(columns)
    return list(zip(*(chosen.column(name).to_pylist() for name in columns), strict=True))


def dates_between(table: pa.Table, first: date, last: date, column: str = "game_date") -> set[date]:
    """The dates of that range, both ends included, that have rows."""
    return {day for day in pc.unique(table.column(column)).to_pylist() if first <= day <= last}


def utc(text: str) -> datetime:
    """``2026-01-06 19:37:09`` as a time in UTC."""
    return datetime.fromisoformat(f"{text}+00:00")
