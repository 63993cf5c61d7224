"""A statement to send and what came back: the form that planning, measuring and judging share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

ParameterType = Literal["DATE", "TIMESTAMP", "STRING", "INT64", "FLOAT64", "BOOL"]
Row = Mapping[str, Any]
_MARKS = re.compile(r"--[^\n]*|'(?:[^'\\\n]|\\.)*'|@(?P<name>\w+)")
"""Parameters of a statement; comments and text are matched first, so that an @ inside them is left alone."""


@dataclass(frozen=True)
class Parameter:
    """A query parameter; ``array`` makes it ``ARRAY<type>`` and ``value`` a sequence."""

    name: str
    type: ParameterType
    value: Any
    array: bool = False

    def literal(self) -> str:
        """The value as a BigQuery literal, for people to read and copy; statements are sent with parameters."""
        if self.array:
            return "[" + ", ".join(_literal(self.type, item) for item in self.value) + "]"
        return _literal(self.type, self.value)


def _literal(kind: ParameterType, value: Any) -> str:
    if value is None:
        return "NULL"
    if kind in ("DATE", "TIMESTAMP"):
        moment: date | datetime = value
        return f"{kind} '{moment.isoformat(' ') if isinstance(moment, datetime) else moment.isoformat()}'"
    if kind == "STRING":
        escaped = str(value).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
        return f"'{escaped}'"
    return str(value).upper() if kind == "BOOL" else str(value)


@dataclass(frozen=True)
class Statement:
    """One BigQuery statement: its text, parameters, the tables it reads and the table it is about.

    ``name`` is unique in a run, for example ``nba_analytics.player_game_summary`` for a table's row rules or
    ``nba_precompute.player_composite_factors vs nba_analytics.player_game_summary`` for a compared pair.
    ``rules`` are the rules it answers, as ``table.rule``.
    """

    name: str
    table: str
    reads: tuple[str, ...]
    sql: str
    parameters: tuple[Parameter, ...] = ()
    rules: tuple[str, ...] = ()

    def literal_sql(self) -> str:
        """The text with the parameters' values written in, ready to paste into the BigQuery console."""
        literals = {parameter.name: parameter.literal() for parameter in self.parameters}
        return _MARKS.sub(lambda found: literals.get(found["name"], found[0]), self.sql)


@dataclass(frozen=True)
class JobStatistics:
    """What a job cost; None means unknown (the embedded warehouse does not count bytes)."""

    job_id: str = ""
    seconds: float = 0.0
    bytes_processed: int | None = None
    bytes_billed: int | None = None


@dataclass(frozen=True)
class Measurement:
    """The rows that a statement returned."""

    statement: str
    rows: Sequence[Row]
    job: JobStatistics = field(default_factory=JobStatistics)


@dataclass(frozen=True)
class MeasurementFailure:
    """A statement without an answer: the rules it serves are errors, never passes.

    ``kind`` is one of unreachable, transient, timeout, denied, not_found, invalid_query, quota, cancelled, budget,
    internal.
    """

    statement: str
    kind: str
    message: str
    job: JobStatistics = field(default_factory=JobStatistics)


Answer = Measurement | MeasurementFailure


@dataclass(frozen=True)
class LiveColumn:
    """A column as the live table has it; ``type`` in standard SQL names, ``mode`` NULLABLE, REQUIRED or REPEATED."""

    name: str
    type: str
    mode: str = "NULLABLE"


@dataclass(frozen=True)
class LiveTable:
    """A live table's metadata, from one metadata call (no job)."""

    table: str
    columns: tuple[LiveColumn, ...]
    partition: str | None = None
    clustering: tuple[str, ...] = ()
    require_partition_filter: bool = False
    row_count: int | None = None
