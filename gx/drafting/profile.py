"""The one job that profiles a table, and its answer: each column's numbers on each game date."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gx.drafting.subject import Subject
from gx.planning.statement import LiveColumn, Parameter, Row, Statement
from gx.rules.templates import render_from

MOST_VALUES = 31
"""Different texts of a column that are fetched a date: the 30 teams, and one more that says there are more."""
LONGEST_VALUE = 60
"""Characters of a text that may become an allowed value; longer ones are cut by the job itself."""
_NULL = "~" * (LONGEST_VALUE + 2)
"""Stands for NULL among the fetched texts: arrays hold none, and no text is left that long."""
NUMBERS = ("INT64", "FLOAT64", "NUMERIC")


@dataclass(frozen=True)
class ColumnDay:
    """A column on one date: rows with a value, how many different ones (approximately), lowest, highest and mean."""

    known: int
    distinct: int | None = None
    low: Any = None
    high: Any = None
    mean: float | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyDays:
    """A key over the window: rows, rows in which each of its columns has a value, and different keys a date, added."""

    columns: tuple[str, ...]
    rows: int
    complete: int
    different: int

    @property
    def unique(self) -> bool:
        """Whether no row lacks a part of the key and no two rows of a date share one."""
        return self.complete == self.rows == self.different


@dataclass(frozen=True)
class Profile:
    """What the job found: rows a date, each column on each of these dates, each key over all."""

    rows: Mapping[date, int]
    columns: Mapping[str, Sequence[ColumnDay]]
    keys: Sequence[KeyDays]

    @property
    def total(self) -> int:
        """Rows of the window."""
        return sum(self.rows.values())


def profile_statement(subject: Subject, start: date, end: date, today: date) -> Statement:
    """The statement; bounded by the window's dates, each column read once."""
    sql = render_from(
        Path(__file__).parent / "sql",
        "profile.sql.j2",
        table=subject.table,
        date=subject.date_expression,
        dated=subject.partition is not None,
        aggregates={**_column_aggregates(subject), **_key_aggregates(subject)},
    )
    window = (Parameter("start", "DATE", start), Parameter("end", "DATE", end))
    parameters = window if subject.partition else (Parameter("today", "DATE", today),)
    return Statement(f"profile of {subject.table}", subject.table, (subject.table,), sql, parameters)


def _column_aggregates(subject: Subject) -> dict[str, str]:
    return {
        f"c{number}_{name}": text
        for number, column in enumerate(subject.columns)
        for name, text in _aggregates(column).items()
    }


def _aggregates(column: LiveColumn) -> dict[str, str]:
    name = f"`{column.name}`"
    if column.type == "ARRAY<STRING>":
        return {}
    found = {"known": f"COUNTIF({name} IS NOT NULL)"}
    if column.type.startswith(NUMBERS):
        found |= {"mean": f"AVG({name})", "distinct": f"APPROX_COUNT_DISTINCT({name})"}
    if column.type.startswith((*NUMBERS, "DATE", "TIMESTAMP")):
        found |= {"low": f"MIN({name})", "high": f"MAX({name})"}
    if column.type == "STRING":
        cut = f"SUBSTR({name}, 1, {LONGEST_VALUE + 1})"
        found |= {
            "distinct": f"APPROX_COUNT_DISTINCT({name})",
            "values": f"ARRAY_AGG(DISTINCT COALESCE({cut}, '{_NULL}') LIMIT {MOST_VALUES + 1})",
        }
    return found


def _key_aggregates(subject: Subject) -> dict[str, str]:
    found = {}
    for number, key in enumerate(subject.keys):
        names = [f"`{name}`" for name in key]
        together = ", ".join(f"{name} AS part_{place}" for place, name in enumerate(names))
        value = names[0] if len(names) == 1 else f"TO_JSON_STRING(STRUCT({together}))"
        found[f"k{number}_complete"] = f"COUNTIF({' AND '.join(f'{name} IS NOT NULL' for name in names)})"
        found[f"k{number}_different"] = f"COUNT(DISTINCT {value})"
    return found


def profile_of(subject: Subject, answer: Sequence[Row]) -> Profile:
    """The job's rows as a profile; dates without rows have none."""
    days = sorted((row for row in answer if row["row_count"]), key=lambda row: row["partition_date"])
    rows = {row["partition_date"]: int(row["row_count"]) for row in days}
    columns = {
        column.name: [_column_day(row, number) for row in days] if _aggregates(column) else []
        for number, column in enumerate(subject.columns)
    }
    return Profile(rows, columns, tuple(_key_days(subject, days)))


def _column_day(row: Row, number: int) -> ColumnDay:
    def value(name: str) -> Any:
        return row.get(f"c{number}_{name}")

    mean, distinct = value("mean"), value("distinct")
    return ColumnDay(
        known=int(value("known") or 0),
        distinct=None if distinct is None else int(distinct),
        low=value("low"),
        high=value("high"),
        mean=float(mean) if mean is not None and math.isfinite(mean) else None,
        values=tuple(sorted(text for text in value("values") or () if text != _NULL)),
    )


def _key_days(subject: Subject, days: Sequence[Row]) -> Iterator[KeyDays]:
    rows = sum(int(row["row_count"]) for row in days)
    for number, key in enumerate(subject.keys):
        complete = sum(int(row[f"k{number}_complete"]) for row in days)
        yield KeyDays(key, rows, complete, sum(int(row[f"k{number}_different"]) for row in days))
