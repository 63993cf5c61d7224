"""The frozen models of a contract: what one table must be, as parsed from its YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,299}$")]
TableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,299}\.[A-Za-z_][A-Za-z0-9_]{0,299}$")]
RuleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,79}$")]
ColumnType = Annotated[
    str,
    StringConstraints(
        pattern=r"^(STRING|INT64|FLOAT64|BOOL|DATE|TIMESTAMP|JSON|NUMERIC(\([0-9]{1,2},[0-9]{1,2}\))?|ARRAY<STRING>)$"
    ),
]

NUMBER_TYPES = ("INT64", "FLOAT64", "NUMERIC")
"""What the names of numeric column types start with."""


class Model(BaseModel):
    """Base of everything read from YAML: frozen, and unknown keys are errors.

    Validators are built when first used: a command needs few of the models, and building them all costs 70 ms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Severity(StrEnum):
    """How much a broken rule matters: critical fails a run, warning warns, info is only recorded."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Scope(StrEnum):
    """Which partitions a rule speaks of.

    Game dates before as-of, those from as-of on, every date of the table (``table``, counted a date), or the table as
    it stands (``snapshot``, one result dated as-of: the only scope of a table without partitions).
    """

    HISTORICAL = "historical"
    UPCOMING = "upcoming"
    TABLE = "table"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, order=True)
class Location:
    """Where something stands in a file; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file, in words for its writer; an error unless ``warning``."""

    location: Location
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.location}: {'warning: ' if self.warning else ''}{self.message}"


class Typical(Model):
    """What a game date's values of a column look like when nothing is wrong, with room to spare.

    ``mean`` holds the lowest and highest daily mean, ``distinct`` the fewest different values, ``filled`` the least
    share of rows with a value. Dates with fewer than ``minimum_rows`` rows (of ``where``) are left alone.
    """

    mean: tuple[float, float] | None = None
    distinct: Annotated[int, Field(ge=2)] | None = None
    filled: Annotated[float, Field(gt=0, le=1)] | None = None
    where: str | None = None
    minimum_rows: Annotated[int, Field(ge=1)] = 20


class Column(Model):
    """A column of the table's schema, with the shorthand for the rules that nearly every column has.

    ``minimum``/``maximum``, ``allowed`` and ``pattern`` expand into GX column rules, ``typical`` into a rule on the
    column's daily profile; a REQUIRED column also expands into a rule that it is never null (the live table may be
    laxer than its declaration, trap T1), the partition column excepted: a predicate on it never sees a null.
    """

    name: Identifier
    type: ColumnType
    mode: Literal["NULLABLE", "REQUIRED"] = "NULLABLE"
    description: str = ""
    minimum: float | int | None = None
    maximum: float | int | None = None
    allowed: tuple[str | int, ...] | Literal["team_codes"] | None = None
    pattern: str | None = None
    typical: Typical | None = None
    severity: Severity = Severity.CRITICAL


@dataclass(frozen=True)
class Rule:
    """One rule of a contract: an expectation with its arguments, and what people need to know about it.

    ``arguments`` is the family's frozen argument model, or a plain mapping for a GX core expectation
    that has no family here. ``since``/``until`` bound the game dates it speaks of (inclusive).
    """

    name: str
    expectation: str
    arguments: Any
    location: Location
    scope: Scope = Scope.HISTORICAL
    severity: Severity = Severity.CRITICAL
    why: str = ""
    remedy: str = ""
    incident: str = ""
    owner: str = ""
    since: date | None = None
    until: date | None = None


class ContractHeader(Model):
    """A contract file without its expectations.

    ``partition`` is the column of the dates that rules are judged by; None for a table without dates. ``partitioned``
    says whether the live table is partitioned by it (two are not, whatever their DDL says, trap T1).
    """

    table: TableName
    title: str
    description: str
    owner: str
    processor: str
    phase: Literal[1, 2, 3, 4, 5, 6, "ops"]
    upstream: tuple[TableName, ...] = ()
    partition: Identifier | None
    partitioned: bool = True
    require_partition_filter: bool = False
    clustering: Annotated[tuple[Identifier, ...], Field(max_length=4)] = ()
    grain: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Contract:
    """What must be true of one table: its schema and its rules, in file order."""

    header: ContractHeader
    rules: tuple[Rule, ...]
    location: Location

    @property
    def table(self) -> str:
        """The table's name, ``dataset.table``."""
        return self.header.table

    @property
    def dataset(self) -> str:
        """The part of the name before the dot."""
        return self.header.table.split(".")[0]

    @property
    def partition(self) -> str | None:
        """The partition column, or None for a table without partitions."""
        return self.header.partition

    @property
    def partition_date(self) -> str:
        """The SQL expression of a row's partition date: the column, or the UTC date of a TIMESTAMP column."""
        column = self.column(self.header.partition) if self.header.partition else None
        if column is None:
            return "@today"
        return f"DATE({column.name})" if column.type == "TIMESTAMP" else column.name

    @property
    def grain(self) -> tuple[str, ...]:
        """The columns whose values name one row."""
        return self.header.grain

    @property
    def columns(self) -> tuple[Column, ...]:
        """The schema, in order."""
        return self.header.columns

    def column(self, name: str) -> Column | None:
        """The column of that name, if the contract has it."""
        return next((column for column in self.header.columns if column.name == name), None)

    def rule(self, name: str) -> Rule | None:
        """The rule of that name, if the contract has it."""
        return next((rule for rule in self.rules if rule.name == name), None)


class Waiver(Model):
    """A known limitation: which cells a person has excused, why, who, and until when.

    ``rule`` may be ``*``. ``dates`` lists game dates, ``start``/``end`` a range (ends included); neither means all.
    ``expires`` is a date (inclusive), or ``never`` when ``reason`` says why it cannot heal.
    """

    table: TableName
    rule: str
    dates: tuple[date, ...] = ()
    start: date | None = None
    end: date | None = None
    reason: Annotated[str, StringConstraints(min_length=10)]
    owner: str
    since: date
    expires: date | Literal["never"]
    incident: str = ""

    def covers(self, table: str, rule: str, game_date: date) -> bool:
        """Whether this waiver names that cell, expired or not."""
        if self.table != table or self.rule not in ("*", rule):
            return False
        if self.dates:
            return game_date in self.dates
        return (self.start is None or self.start <= game_date) and (self.end is None or game_date <= self.end)

    def expired(self, as_of: date) -> bool:
        """Whether it has stopped covering on that day."""
        return self.expires != "never" and self.expires < as_of


class Window(Model):
    """Which game dates a checkpoint looks at by default: the last N, or the season of as-of."""

    last: Annotated[int, Field(ge=1, le=400)] | None = None
    season: Literal["current", "all"] | None = None


OverviewName = Literal["run_history", "seasons", "processors", "recent_days", "odds_coverage", "registry"]


class GateDefinition(Model):
    """Which rules open and close a gate; each name is a rule's or an expectation's.

    ``moment`` says whether the gate stands before or after the backfill of a processor. ``target`` are rules of the
    tables that the processor writes (``critical``: all critical ones but those of ``left_out``), ``upstream`` of the
    tables that these are made from, ``reference`` of the tables that they are compared with, ``operations`` of the
    tables of operations. ``optional`` tables are those that a processor can do without: their holes only warn.
    ``running_hours``: a run that began within so many hours and has not ended is under way; None does not ask.
    """

    moment: Literal["before", "after"]
    target: Literal["critical"] | tuple[str, ...]
    left_out: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    optional: tuple[TableName, ...] = ()
    running_hours: Annotated[int, Field(ge=1)] | None = None


class CheckpointDefinition(Model):
    """A checkpoint file: a window, a selection of contracts and rules, and the overviews that its pages show.

    One with a ``gate`` is asked by ``contracts gate`` for a processor and a range of dates.
    """

    checkpoint: Identifier
    title: str
    description: str
    window: Window
    tables: Literal["all"] | tuple[TableName, ...] = "all"
    rules: Literal["all"] | tuple[str, ...] = "all"
    overviews: tuple[OverviewName, ...] = ()
    gate: GateDefinition | None = None


@dataclass(frozen=True)
class ContractSet:
    """Everything read from the project's YAML, with every problem found on the way."""

    contracts: Mapping[str, Contract]
    waivers: tuple[Waiver, ...]
    checkpoints: Mapping[str, CheckpointDefinition]
    calendar: Any
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are not mere warnings."""
        return tuple(problem for problem in self.problems if not problem.warning)
