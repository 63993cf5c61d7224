"""What became of a cell that was loud before and is not loud now. Pure."""

from __future__ import annotations

from datetime import date
from enum import Enum, auto

from gx.alerts.cells import Cell, day_of
from gx.contracts.model import Scope
from gx.judging.result import RuleResult, RunResult, Verdict

_EXCUSED = (Verdict.EXEMPT, Verdict.WAIVED)


class Fate(Enum):
    """What a run says of a cell that it does not find loud.

    Only a cell that was evaluated again is healed. A person or the calendar may have excused it since; its date may
    have left the window, which says nothing of the data; or it was not evaluated: the rule failed to answer, was not
    selected, or the date was not asked for.
    """

    HEALED = auto()
    EXCUSED = auto()
    LEFT = auto()
    UNSEEN = auto()


def fate(cell: Cell, before: Verdict, run: RunResult, rule: RuleResult | None) -> Fate:
    """What became of the cell; ``rule`` is its rule's result in this run, if it has one."""
    if rule is None or rule.verdict is Verdict.ERROR:
        return Fate.UNSEEN
    if cell.day is None:
        excused = rule.verdict in _EXCUSED and before is not Verdict.ERROR
        return Fate.EXCUSED if excused else Fate.HEALED
    if not _speaks_of(rule, cell.day, run):
        return Fate.LEFT if _has_passed(rule, cell.day, run) else Fate.UNSEEN
    return _dated(cell.day, rule)


def _dated(day: date, rule: RuleResult) -> Fate:
    """By the rule's own word on that date; plain passes are only counted, the others are listed."""
    said = next((part.verdict for part in rule.partitions if day_of(rule, part) == day), None)
    if said in _EXCUSED:
        return Fate.EXCUSED
    if said is not None:
        return Fate.HEALED
    listed = sum(1 for part in rule.partitions if part.verdict is Verdict.PASS)
    return Fate.HEALED if rule.partition_counts.get(Verdict.PASS.value, 0) > listed else Fate.UNSEEN


def _speaks_of(rule: RuleResult, day: date, run: RunResult) -> bool:
    """Whether the rule looked at that date in this run."""
    today = run.as_of.date()
    if rule.scope == Scope.TABLE:
        return True
    upcoming = rule.scope == Scope.UPCOMING
    return run.start <= day <= run.end and (day >= today if upcoming else day < today)


def _has_passed(rule: RuleResult, day: date, run: RunResult) -> bool:
    """Whether the window has moved on past that date."""
    return day < run.start or (rule.scope == Scope.UPCOMING and day < run.as_of.date())
