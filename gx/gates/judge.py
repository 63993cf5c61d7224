"""The gate's own judgement: rule results, runs and snapshots become a colour a game date. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from gx.calendar.calendar import Calendar
from gx.gates.model import About, Colour, Coverage, GateDay, Missing, Reason, worst_colour
from gx.gates.selection import GateSelection
from gx.judging.result import PartitionResult, RuleResult, Verdict
from gx.planning.plan import SCHEDULE
from gx.rules.family import SlateDay

LONGEST_GAP = 3
"""Days in a row without a game that a regular season may have outside the listed breaks (the schedule's contract)."""
_LONG_AFTER = timedelta(days=3650)
_COLOURS = {Verdict.WARN: Colour.AMBER, Verdict.FAIL: Colour.RED, Verdict.ERROR: Colour.RED}


@dataclass(frozen=True)
class Case:
    """All that the colours follow from.

    ``dated`` are results by game date, ``operations`` those that hold for every date; ``further`` are reasons that the
    gate found itself; ``missing`` names the keys that are nowhere, by date. ``empty_is_ready`` (before a backfill): an
    upstream table with a fallback that is EMPTY on a date lacks nothing there.
    """

    selection: GateSelection
    slate: Mapping[date, SlateDay]
    start: date
    end: date
    as_of: datetime
    calendar: Calendar
    dated: Sequence[RuleResult]
    operations: Sequence[RuleResult] = ()
    further: Sequence[Reason] = ()
    optional: Sequence[str] = ()
    missing: Mapping[date, Sequence[Missing]] = field(default_factory=dict)
    empty_is_ready: bool = True


def expected_dates(case: Case) -> list[date]:
    """The range's dates with a game on the deduplicated schedule that was not called off."""
    return sorted(day for day, slate in case.slate.items() if slate.scheduled and case.start <= day <= case.end)


def judge_gate(case: Case) -> tuple[tuple[GateDay, ...], tuple[Reason, ...]]:
    """A GateDay for each expected date, and the reasons that hold everywhere."""
    found = [*_all_reasons(case), *case.further, *_unplayed(case)]
    everywhere = tuple(reason for reason in found if reason.day is None)
    by_date: dict[date, list[Reason]] = defaultdict(list)
    for reason in found:
        if reason.day:
            by_date[reason.day].append(reason)
    coverage = _coverage(case)
    notes = _waived(case)
    days = [
        _gate_day(case, day, by_date[day], everywhere, coverage.get(day, ()), notes.get(day))
        for day in expected_dates(case)
    ]
    return tuple(days), everywhere


def _gate_day(
    case: Case,
    day: date,
    reasons: Sequence[Reason],
    everywhere: Sequence[Reason],
    coverage: Iterable[Coverage],
    waived: str | None,
) -> GateDay:
    excuse, lasting = _excuse(case, day)
    kept = tuple(reason for reason in reasons if not (lasting and reason.about in ("upstream", "reference")))
    colour = worst_colour([reason.colour for reason in (*kept, *everywhere)])
    return GateDay(day, colour, kept, excuse or waived, tuple(coverage), tuple(case.missing.get(day, ())))


def _excuse(case: Case, day: date) -> tuple[str | None, bool]:
    """Why the targets need not have rows of that date, and whether that will not change by waiting."""
    reasons = [case.calendar.exemption(item.table, day, case.as_of) for item in case.selection.targets]
    later = [case.calendar.exemption(item.table, day, case.as_of + _LONG_AFTER) for item in case.selection.targets]
    return (reasons[0] if all(reasons) else None), all(later)


def _all_reasons(case: Case) -> Iterator[Reason]:
    ready = _ready_by_fallback(case) if case.empty_is_ready else set()
    order = list(case.selection.about)
    for result in sorted(case.dated, key=lambda item: order.index(item.table)):
        about = case.selection.about[result.table]
        for reason in reasons_of(result, about, optional=result.table in case.optional):
            if (reason.table, reason.day) not in ready:
                yield reason
    for result in case.operations:
        for reason in reasons_of(result, "operations"):
            yield _for_every_date(reason)


def reasons_of(result: RuleResult, about: About, optional: bool = False) -> Iterator[Reason]:
    """What a rule's result holds against a backfill; of an optional table it holds nothing worse than AMBER."""
    if result.error:
        detail = f"not evaluated: {result.error}"
        yield _reason(result, about, PartitionResult(None, Verdict.ERROR, detail=detail), Colour.RED)
        return
    for part in result.partitions:
        colour = _COLOURS.get(part.verdict)
        if colour:
            milder = optional and part.verdict is not Verdict.ERROR
            yield _reason(result, about, part, Colour.AMBER if milder else colour)


def _reason(result: RuleResult, about: About, part: PartitionResult, colour: Colour) -> Reason:
    return Reason(
        day=part.partition,
        colour=colour,
        about=about,
        table=result.table,
        rule=result.rule,
        detail=part.detail or result.observed or part.verdict.value,
        classification=part.classification,
        why=result.why,
        remedy=result.remedy,
        incident=result.incident,
        evaluated=part.verdict is not Verdict.ERROR,
    )


def _for_every_date(reason: Reason) -> Reason:
    return replace(reason, day=None)


def _ready_by_fallback(case: Case) -> set[tuple[str, date | None]]:
    """Upstream tables and dates that are EMPTY, so that the fallback will run."""
    return {
        (result.table, part.partition)
        for result in case.dated
        if case.selection.about[result.table] != "target"
        for part in result.partitions
        if part.classification == "EMPTY" and part.verdict is Verdict.PASS
    }


def partial_dates(results: Sequence[RuleResult]) -> dict[str, list[date]]:
    """The dates on which stale partial rows block a fallback, by table."""
    found: dict[str, list[date]] = defaultdict(list)
    for result in results:
        for part in result.partitions:
            if part.classification == "PARTIAL" and part.verdict is Verdict.FAIL and part.partition:
                found[result.table].append(part.partition)
    return dict(found)


def _coverage(case: Case) -> dict[date, list[Coverage]]:
    """How much of each date is there, by the rules that count against something expected."""
    found: dict[date, list[Coverage]] = defaultdict(list)
    for result in case.dated:
        for part in result.partitions:
            if part.partition and part.coverage is not None:
                cell = Coverage(result.table, result.rule, part.expected, part.actual, part.coverage)
                found[part.partition].append(cell)
    return found


def _waived(case: Case) -> dict[date, str]:
    """What a person has excused, by date."""
    found: dict[date, str] = {}
    for result in case.dated:
        for part in result.partitions:
            if part.verdict is Verdict.WAIVED and part.partition and part.waiver:
                found.setdefault(part.partition, f"{result.name} is waived: {part.waiver}")
    return found


def _unplayed(case: Case) -> Iterator[Reason]:
    """Dates from as-of on, whose games nobody can judge; and days of the season that the schedule does not know."""
    today = case.as_of.date()
    for day in expected_dates(case):
        if day >= today:
            detail = f"its games are not over on {today}"
            remedy = f"End the range before {today}: a backfill is of past dates."
            yield _own_reason("games_are_over", detail, remedy, day)
    yield from _unscheduled(case)


def _unscheduled(case: Case) -> Iterator[Reason]:
    run: list[date] = []
    days = [case.start + timedelta(days=number) for number in range((case.end - case.start).days + 1)]
    for day in [*days, date.max]:
        if day != date.max and case.calendar.is_regular_season(day) and day not in case.slate:
            run.append(day)
            continue
        if len(run) > LONGEST_GAP:
            detail = f"not evaluated: the schedule knows no game from {run[0]} to {run[-1]}, days of the regular season"
            remedy = "Load the schedule of the season, then ask again."
            yield _own_reason("season_is_scheduled", detail, remedy, evaluated=False)
        run = []


def _own_reason(rule: str, detail: str, remedy: str, day: date | None = None, evaluated: bool = True) -> Reason:
    return Reason(day, Colour.RED, "operations", SCHEDULE, rule, detail, remedy=remedy, evaluated=evaluated)
