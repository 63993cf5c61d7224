"""Results: what a rule said of each partition, and the verdicts that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from gx.planning.statement import JobStatistics

KEY_CAP = 200
"""Failing keys kept per rule; the true total is always told (design section 5)."""


class Verdict(StrEnum):
    """The answer for a cell, a rule, a table or a run, from best to worst below.

    ``exempt`` is the calendar's doing, ``waived`` a person's; ``error`` means not evaluated and never counts as pass.
    """

    PASS = "pass"
    EXEMPT = "exempt"
    WAIVED = "waived"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
GOOD = (Verdict.PASS, Verdict.EXEMPT)
"""Nothing is amiss. What is waived is amiss, and excused."""

_GOOD = frozenset(GOOD)
_QUIET = (*GOOD, Verdict.WAIVED)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them. Exempt only when nothing at all was evaluated: pass beats exempt, waived shows over both."""
    found = set(verdicts)
    if not found:
        return Verdict.EXEMPT
    if found <= _GOOD:
        return Verdict.PASS if Verdict.PASS in found else Verdict.EXEMPT
    return max(found, key=_RANK.__getitem__)


def is_quiet(verdict: Verdict) -> bool:
    """Whether nobody needs to look: pass, exempt or waived."""
    return verdict in _QUIET


@dataclass(frozen=True, slots=True)
class PartitionResult:
    """What a rule said of one partition: a game date, or None for the table as a whole (its schema).

    ``expected`` and ``actual`` are counts in the rule's own unit (rows, games, players) or a statistic;
    ``coverage`` is a share 0..1; ``classification`` a word of the rule's family (TRACKING_BUG, PARTIAL, ...);
    ``detail`` a sentence for people; ``waiver`` the reason and owner when a waiver covers it.
    """

    partition: date | None
    verdict: Verdict
    expected: float | int | None = None
    actual: float | int | None = None
    coverage: float | None = None
    classification: str | None = None
    detail: str | None = None
    waiver: str | None = None

    @property
    def tells(self) -> bool:
        """Whether it says more than that all is well."""
        return self.verdict is not Verdict.PASS or self.expected is not None or self.classification is not None


@dataclass(frozen=True)
class RuleResult:
    """A rule's verdict over the window, with what an analyst needs beside it."""

    table: str
    rule: str
    expectation: str
    severity: str
    scope: str
    verdict: Verdict
    observed: str = ""
    threshold: str = ""
    words: str = ""
    why: str = ""
    remedy: str = ""
    incident: str = ""
    owner: str = ""
    sql: str = ""
    location: str = ""
    error: str | None = None
    partitions: Sequence[PartitionResult] = ()
    partition_counts: Mapping[str, int] = field(default_factory=dict)
    evaluated: int | None = None
    unexpected: int | None = None
    failing_keys: Sequence[Mapping[str, Any]] = ()
    failing_keys_total: int = 0
    failing_keys_error: str | None = None

    @property
    def name(self) -> str:
        """``dataset.table.rule``."""
        return f"{self.table}.{self.rule}"


@dataclass(frozen=True)
class TableResult:
    """A table's rules; its verdict is that of its worst rule."""

    table: str
    title: str
    owner: str
    phase: str
    verdict: Verdict
    rules: Sequence[RuleResult]
    description: str = ""
    rows: int | None = None


@dataclass(frozen=True)
class RunResult:
    """One run of a checkpoint: the whole answer."""

    run_id: str
    checkpoint: str
    started_at: datetime
    start: date
    end: date
    as_of: datetime
    verdict: Verdict
    exit_code: int
    tables: Sequence[TableResult]
    jobs: Sequence[JobStatistics] = ()
    seconds: float = 0.0
    warehouse: str = ""
    notes: Sequence[str] = ()
    overviews: Mapping[str, Any] = field(default_factory=dict)
    notifications: Sequence[Mapping[str, Any]] = ()

    @property
    def rules(self) -> list[RuleResult]:
        """Every rule of every table."""
        return [rule for table in self.tables for rule in table.rules]

    def counts(self) -> dict[str, int]:
        """How many rules have each verdict; every verdict is a key."""
        counted = dict.fromkeys((verdict.value for verdict in Verdict), 0)
        for rule in self.rules:
            counted[rule.verdict.value] += 1
        return counted
