"""What every rule family provides: arguments, checks, words, SQL and judgement.

A family is one file in this folder. It is told a rule and its contract, says what it needs from the warehouse
(counters in the table's grouped statement, or common table expressions in a compared pair's), and judges the
counters that came back, per game date. It knows neither GX nor BigQuery's client.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from gx.contracts.calendar_file import Season
from gx.contracts.model import Contract, Model, Rule, Scope
from gx.judging.result import PartitionResult
from gx.planning.statement import LiveTable, Parameter


@dataclass(frozen=True)
class RowPart:
    """What a rule adds to its table's grouped statement.

    ``derived`` are per-row expressions that need windows (computed before grouping), ``compared`` further levels of
    such expressions, each over the level before; ``counters`` are the aggregates over the last level. Every name
    starts with the prefix the planner gave.
    """

    columns: tuple[str, ...]
    counters: Mapping[str, str]
    derived: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    compared: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class PairPart:
    """What a rule adds to the statement of a compared pair.

    ``expressions`` are named common table expressions in order; ``by_date`` names the one that holds
    ``partition_date`` and the ``counters``. Expressions with the same name and text are shared between rules.
    """

    reference: str
    expressions: Mapping[str, str]
    by_date: str
    counters: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class KeysQuery:
    """The drill-down of a failing rule: a SELECT of ``partition_date`` and the key columns, one row a failing key."""

    sql: str
    reads: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlateDay:
    """The games of one date in the deduplicated schedule.

    ``scheduled`` counts games in any state but postponed or cancelled, ``final`` those with status 3 and both scores,
    ``undecided`` the scheduled ones that are not final, ``called_off`` those postponed or cancelled.
    """

    scheduled: int = 0
    final: int = 0
    undecided: int = 0
    called_off: int = 0


@dataclass(frozen=True)
class RunsOfDate:
    """The run log of one processor and data date, summed over its runs (two rows a run, trap T7).

    ``most_records`` is the maximum over final runs, None when none told a number: NULL is not 0. ``last_started`` is
    when the newest of them began.
    """

    runs: int = 0
    successes: int = 0
    zero_successes: int = 0
    failures: int = 0
    skips: int = 0
    running: int = 0
    stuck: int = 0
    most_records: int | None = None
    last_started: datetime | None = None

    @property
    def untold(self) -> int:
        """Successes that told no number, when no run told more than 0."""
        return 0 if self.most_records else self.successes - self.zero_successes


@dataclass(frozen=True)
class Evidence:
    """All that a family may look at when it judges one rule.

    ``counters`` maps game dates to this rule's counters (prefix removed); ``row_counts`` the table's rows a date;
    ``slate`` the schedule; ``runs`` the run log of the table's processor; ``other_runs`` that of each processor whose
    records no contract compares, by name; ``seasons`` the calendar's seasons that the window touches, ``season_days``
    the window's days of regular seasons outside breaks, ``due`` its dates on which the table owes rows at as-of. A
    Mapping is empty, never None.
    """

    counters: Mapping[date, Mapping[str, Any]]
    row_counts: Mapping[date, int]
    slate: Mapping[date, SlateDay]
    runs: Mapping[date, RunsOfDate]
    start: date
    end: date
    as_of: datetime
    live_table: LiveTable | None = None
    seasons: tuple[Season, ...] = ()
    season_days: frozenset[date] = frozenset()
    due: frozenset[date] = frozenset()
    other_runs: Mapping[str, Mapping[date, RunsOfDate]] = field(default_factory=dict)


DATED = frozenset({Scope.HISTORICAL, Scope.UPCOMING})
"""Scopes of rules that look at the window's dates."""


class Family(ABC):
    """A kind of rule. Subclasses are stateless; ``name`` is the expectation's GX-style name."""

    name: ClassVar[str]
    Kwargs: ClassVar[type[Model]]
    completeness: ClassVar[bool] = False
    """Whether the calendar's exemptions (bootstrap, halts, lags) excuse a miss: true for presence, false for values."""
    needs_slate: ClassVar[bool] = False
    needs_rows: ClassVar[bool] = False
    needs_runs: ClassVar[bool] = False
    needs_live_table: ClassVar[bool] = False
    needs_calendar: ClassVar[bool] = False
    scopes: ClassVar[frozenset[Scope]] = DATED
    """The scopes that a rule of this family may have."""

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        """What is wrong with the rule's arguments, in words; unknown columns and tables above all."""
        return []

    @abstractmethod
    def words(self, rule: Rule, contract: Contract) -> str:
        """The rule as one plain sentence."""

    @abstractmethod
    def threshold(self, rule: Rule) -> str:
        """What is allowed, in a few words."""

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart | None:
        """Counters in the table's own grouped statement, if that is where the rule looks."""
        return None

    def pair_part(
        self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]
    ) -> PairPart | None:
        """Expressions in a compared pair's statement, if the rule compares."""
        return None

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery | None:
        """The failing keys on the dates ``@dates`` within ``@start``..``@end``; None when the rule has no keys."""
        return None

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        """Columns read, by table: what must exist in the live tables for the rule to be evaluated."""
        part = self.row_part(rule, contract, "")
        return {contract.table: frozenset(part.columns)} if part else {}

    def excusable(self, result: PartitionResult) -> bool:
        """Whether the calendar may excuse this result: a miss it may, a surplus or a wrong value never."""
        return self.completeness

    @abstractmethod
    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        """A result for each partition that the evidence speaks of; pure."""
