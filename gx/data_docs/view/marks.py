"""How a verdict looks and reads: a letter beside every colour, and an order in which to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from gx.judging.result import RuleResult, TableResult, Verdict, is_quiet

LETTERS = {
    Verdict.PASS: "✓",
    Verdict.EXEMPT: "–",
    Verdict.WAIVED: "w",
    Verdict.WARN: "!",
    Verdict.FAIL: "F",
    Verdict.ERROR: "E",
}
"""A mark for readers who do not see the colours; on narrow cells height and hatching say the same."""

MEANINGS = {
    Verdict.FAIL: "a rule is broken",
    Verdict.ERROR: "not evaluated, which never counts as pass",
    Verdict.WARN: "within the warning band, or a rule of less than critical severity is broken",
    Verdict.WAIVED: "broken, and excused by a person",
    Verdict.EXEMPT: "nothing is due: no games, bootstrap days or normal lag",
    Verdict.PASS: "nothing to report",
}

_URGENCY = {Verdict.FAIL: 0, Verdict.ERROR: 1, Verdict.WARN: 2, Verdict.WAIVED: 3, Verdict.EXEMPT: 4, Verdict.PASS: 5}
_SEVERITIES = {"critical": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Chip:
    """A verdict as a small label, with a number of things that have it when ``count`` is given."""

    verdict: str
    letter: str
    meaning: str
    count: int | None = None

    @cached_property
    def quiet(self) -> bool:
        """Whether nobody needs to look."""
        return is_quiet(Verdict(self.verdict))


@lru_cache(maxsize=1_000)
def chip(verdict: Verdict, count: int | None = None) -> Chip:
    """The label of a verdict."""
    return Chip(verdict.value, LETTERS[verdict], MEANINGS[verdict], count)


def legend() -> list[Chip]:
    """Every verdict with its meaning, most urgent first."""
    return [chip(verdict) for verdict in MEANINGS]


def chips(counts: Mapping[str, int]) -> list[Chip]:
    """The verdicts that occur, most urgent first."""
    known = {verdict: int(counts.get(verdict.value) or 0) for verdict in MEANINGS}
    return [chip(verdict, count) for verdict, count in known.items() if count]


def urgency(verdict: Verdict) -> int:
    """Sorts verdicts so that what needs a look comes first."""
    return _URGENCY[verdict]


def phase_rank(phase: str) -> int:
    """Sorts phases along the pipeline, upstream first; operations tables come last."""
    return int(phase) if phase.isascii() and phase.isdigit() else 99


def table_order(table: TableResult) -> tuple[bool, int, int, str]:
    """Tables that need a look first, each half along the pipeline."""
    quiet = is_quiet(table.verdict)
    return (quiet, 0 if quiet else urgency(table.verdict), phase_rank(table.phase), table.table)


def rule_order(rule: RuleResult) -> tuple[int, int]:
    """Rules by urgency, then severity; else they stay in the contract's order, the telling ones first."""
    return (urgency(rule.verdict), _SEVERITIES.get(rule.severity, 3))
