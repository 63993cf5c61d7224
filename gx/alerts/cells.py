"""A cell: what one rule says of one game date of its table; the unit in which alerts are remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gx.contracts.model import Scope
from gx.judging.result import PartitionResult, RuleResult, RunResult, Verdict, is_quiet


@dataclass(frozen=True)
class Cell:
    """A rule on a game date; ``day`` is None for the table as a whole and for a rule that was not evaluated."""

    table: str
    rule: str
    day: date | None


def loud_cells(run: RunResult) -> dict[Cell, Verdict]:
    """Every cell that somebody must look at. Waived and exempt ones are not among them."""
    return {cell: verdict for rule in run.rules for cell, verdict in _loud_of(rule).items()}


def _loud_of(rule: RuleResult) -> dict[Cell, Verdict]:
    found = {
        Cell(rule.table, rule.rule, day_of(rule, partition)): partition.verdict
        for partition in rule.partitions
        if not is_quiet(partition.verdict)
    }
    if not found and not is_quiet(rule.verdict):
        # Not evaluated, or measured by Great Expectations' core, which knows no partitions.
        found[Cell(rule.table, rule.rule, None)] = rule.verdict
    return found


def day_of(rule: RuleResult, partition: PartitionResult) -> date | None:
    """The cell's day; a table as it stands is dated as-of, which alone is no news from one run to the next."""
    return None if rule.scope == Scope.SNAPSHOT else partition.partition
