"""Faults that no catalogue names: one column or a whole date goes wrong in one of the usual ways, on one date each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc

from gx.contracts.model import Contract

type Values = pa.Array
type Change = Callable[[Values], Values]


@dataclass(frozen=True)
class Fault:
    """What goes wrong with which columns of a date's rows; ``change`` gives the rows after it."""

    name: str
    columns: tuple[str, ...]
    change: Callable[[pa.Table], pa.Table]

    def __str__(self) -> str:
        return f"{self.name} {' and '.join(self.columns)}".strip()


def column_faults(rows: pa.Table, contract: Contract) -> Iterator[Fault]:
    """Every fault that makes sense for the columns, judged by the rows of an ordinary date."""
    for column in contract.columns:
        if column.name == contract.partition or column.type in ("JSON", "ARRAY<STRING>"):
            continue
        values = rows.column(column.name).combine_chunks()
        for name, change in _changes(column.type, values):
            if not (column.mode == "REQUIRED" and name == "nulls in"):  # the warehouse itself refuses those
                yield Fault(name, (column.name,), _on_column(column.name, change))
    numbers = [c.name for c in contract.columns if c.type == "INT64" and _varied(rows.column(c.name).combine_chunks())]
    for one, other in pairwise(numbers):
        if not rows.column(one).equals(rows.column(other)):
            yield Fault("exchanged", (one, other), _exchanged(one, other))


def row_faults(rows: pa.Table) -> Iterator[Fault]:
    """What goes wrong with a date's rows as a whole, when the columns of each are as they should be."""
    yield Fault("every row twice", (), lambda found: pa.concat_tables([found, found]))
    yield Fault("every third row missing", (), lambda found: found.take([n for n in range(found.num_rows) if n % 3]))
    yield Fault("one row left", (), lambda found: found.slice(0, 1))
    if "game_id" in rows.column_names:
        yield Fault("one game missing", (), _without_first_game)


def _without_first_game(rows: pa.Table) -> pa.Table:
    games = rows.column("game_id")
    return rows.filter(pc.not_equal(games, games[0]))


def _changes(kind: str, values: Values) -> Iterator[tuple[str, Change]]:
    filled = values.null_count <= len(values) // 20
    if filled:
        yield "nulls in", lambda v: pa.nulls(len(v), v.type)
    if not filled or not _varied(values):
        return
    yield "one value in", lambda v: pa.array([v.drop_null()[0].as_py()] * len(v), v.type)
    if kind.startswith(("INT64", "FLOAT64", "NUMERIC")):
        yield "zeros in", lambda v: pa.array([0] * len(v), v.type)
        yield "tenfold", lambda v: _scaled(v, 10)
        if not kind.startswith("INT64"):
            yield "hundredth of", lambda v: _scaled(v, 0.01)
    elif kind == "STRING":
        yield "other case in", pc.utf8_swapcase
    elif kind == "TIMESTAMP":
        yield "years late", lambda v: pc.add(v, pa.scalar(timedelta(days=1000), pa.duration("us")))


def _varied(values: Values) -> bool:
    return len(values) >= 20 and len(pc.unique(values.drop_null())) >= 8


def _scaled(values: Values, factor: float) -> Values:
    """Scaled, as far as the type can hold it: a NUMERIC column refuses or caps what is too large."""
    numbers = [None if value is None else float(value) * factor for value in values.to_pylist()]
    kind = values.type
    if pa.types.is_decimal(kind):
        most = 10 ** (kind.precision - kind.scale) - 1
        numbers = [None if n is None else max(-most, min(most, n)) for n in numbers]
        return pa.array(numbers, pa.float64()).cast(kind, safe=False)
    return (
        pa.array([None if n is None else round(n) for n in numbers], kind)
        if pa.types.is_integer(kind)
        else (pa.array(numbers, kind))
    )


def _on_column(name: str, change: Change) -> Callable[[pa.Table], pa.Table]:
    def changed(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index(name)
        return rows.set_column(place, rows.schema.field(place), change(rows.column(name).combine_chunks()))

    return changed


def _exchanged(one: str, other: str) -> Callable[[pa.Table], pa.Table]:
    def changed(rows: pa.Table) -> pa.Table:
        names = [other if name == one else one if name == other else name for name in rows.column_names]
        return rows.select(names).rename_columns(rows.column_names).cast(rows.schema)

    return changed


def planted(table: pa.Table, partition: str, faults: Mapping[date, Fault]) -> pa.Table:
    """The table with each fault on its date."""
    days = table.column(partition).to_pylist()
    untouched = table.filter(pa.array([day not in faults for day in days]))
    changed = [
        fault.change(table.filter(pa.array([day == of for day in days])).combine_chunks())
        for of, fault in faults.items()
    ]
    return pa.concat_tables([untouched, *(part.cast(table.schema) for part in changed)]).combine_chunks()


def ordinary_days(table: pa.Table, partition: str) -> list[date]:
    """The dates with many rows, after the season's first weeks: a fault there is no oddity of a small slate."""
    counts = Counter(day for day in table.column(partition).to_pylist() if day)
    enough = sorted(counts.values())[len(counts) // 3]
    days = [day for day in sorted(counts) if counts[day] >= enough]
    return days[len(days) // 3 :]
