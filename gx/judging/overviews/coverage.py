"""Coverage of game dates: which of them a table holds, in dates and in games of the schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from gx.judging.evidence import Unanswered
from gx.judging.overviews.findings import Findings
from gx.judging.result import Verdict, worst
from gx.rules.schedule import ScheduleFamily


@dataclass(frozen=True)
class Held:
    """What is held of one game date: ``games`` of its Final games; ``exempt`` when nothing is and nothing is due."""

    final: int
    games: int
    covered: bool
    exempt: bool


@dataclass(frozen=True)
class TableDates:
    """One table's game dates, from its rows, the calendar and the rule that counts its games, if it has one."""

    findings: Findings
    table: str

    @cached_property
    def rows(self) -> Mapping[date, int] | None:
        """Rows a date; None when they were not measured."""
        try:
            return self.findings.room.row_counts(self.table)
        except Unanswered:
            return None

    @cached_property
    def _games(self) -> Mapping[date, int] | None:
        """The games a date that are whole, as the rule against the schedule counted them."""
        for planned in self.findings.room.plan.rules:
            if planned.contract.table == self.table and isinstance(planned.family, ScheduleFamily):
                result = self.findings.results[self.table, planned.rule.name]
                judged = [part for part in result.partitions if part.partition and part.actual is not None]
                return {part.partition: int(part.actual or 0) for part in judged if part.partition}
        return None

    def on(self, day: date) -> Held:
        """What the table holds of that date; every Final game of a date with rows where no rule counts its games."""
        final = self.findings.room.slate[day].final
        if not (self.rows or {}).get(day):
            exemption = self.findings.bench.calendar.exemption(self.table, day, self.findings.bench.as_of)
            return Held(final, 0, covered=False, exempt=exemption is not None)
        games = final if self._games is None else min(final, self._games.get(day, final))
        return Held(final, games, covered=True, exempt=False)

    def verdict_on(self, day: date) -> Verdict:
        """The worst that the table's rules say of that date; ``exempt`` when none has anything to judge there."""
        results = [result for (table, _), result in self.findings.results.items() if table == self.table]
        found = [part.verdict for result in results for part in result.partitions if part.partition == day]
        if any(result.error for result in results) or self.rows is None:
            found.append(Verdict.ERROR)
        return worst([*found, Verdict.PASS] if (self.rows or {}).get(day) else found)


def game_dates(findings: Findings, *, decided: bool = True) -> list[date]:
    """The window's dates with Final games before as-of; with ``decided`` off those with scheduled ones, as-of's too."""
    bench, today = findings.bench, findings.bench.as_of.date()
    first = bench.first_date or findings.room.plan.start
    return sorted(
        day
        for day, slate in findings.room.slate.items()
        if first <= day and (slate.final and day < today if decided else slate.scheduled and day <= today)
    )


def any_of(held: Sequence[Held]) -> Held:
    """Sources that stand in for each other: the one that holds most of a date counts."""
    games = max(item.games for item in held)
    covered = any(item.covered for item in held)
    return Held(held[0].final, games, covered, exempt=not covered and all(item.exempt for item in held))


def all_of(held: Sequence[Held]) -> Held:
    """Tables that belong together: the one that holds least of a date counts, exempt ones aside."""
    due = [item for item in held if not item.exempt]
    if not due:
        return held[0]
    games = min(item.games for item in due)
    return Held(held[0].final, games, all(item.covered for item in due), exempt=False)


def tally(held: Iterable[Held]) -> dict[str, Any]:
    """The sum over dates: expected, covered and exempt, in dates and in games; ``share`` is null where none is due."""
    items = list(held)
    due = [item for item in items if not item.exempt]
    dates = _counts(len(due), sum(item.covered for item in due), len(items) - len(due))
    games = _counts(
        sum(item.final for item in due),
        sum(item.games for item in due),
        sum(item.final for item in items if item.exempt),
    )
    return {"dates": dates, "games": games}


def _counts(expected: int, covered: int, exempt: int) -> dict[str, Any]:
    share = round(covered / expected, 4) if expected else None
    return {"expected": expected, "covered": covered, "exempt": exempt, "share": share}
