"""Cells: what a rule says of one game date, or of its table as a whole, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gx.contracts.model import Scope
from gx.data_docs.state.names import WHOLE
from gx.judging.result import GOOD, PartitionResult, RuleResult, Verdict, is_quiet, worst

Cell = dict[str, Any]
"""``verdict``, and if known ``expected``, ``actual``, ``coverage``, ``classification``, ``detail``, ``waiver``."""

_GOOD = {verdict.value for verdict in GOOD}
_PARTS = ("expected", "actual", "coverage", "classification", "detail", "waiver")


def cells_of(rule: RuleResult) -> dict[str, Cell]:
    """What the rule says, by ISO date; a rule that is amiss and names no date speaks of its table as a whole."""
    found = {_key(rule, each): cell_of(each) for each in rule.partitions}
    amiss = rule.verdict not in GOOD
    if amiss and all(is_good(cell) for cell in found.values()):
        found[WHOLE] = {"verdict": rule.verdict.value, "detail": rule.error or rule.observed}
    return found


def cell_of(part: PartitionResult) -> Cell:
    """One partition's answer without what is not known."""
    told = {name: value for name in _PARTS if (value := getattr(part, name)) is not None}
    return {"verdict": part.verdict.value, **told}


def is_good(cell: Mapping[str, Any]) -> bool:
    """Whether nothing is amiss: pass or exempt. A waived cell is amiss, and excused."""
    return cell["verdict"] in _GOOD


def is_loud(cell: Mapping[str, Any]) -> bool:
    """Whether somebody must look."""
    return not is_quiet(Verdict(cell["verdict"]))


def worst_of(cells: Iterable[Mapping[str, Any]]) -> Verdict:
    """The worst verdict of the cells; exempt when there are none."""
    return worst(map(Verdict, {cell["verdict"] for cell in cells}))


def _key(rule: RuleResult, part: PartitionResult) -> str:
    """A table as it stands is dated as-of, which is no game date."""
    if part.partition is None or rule.scope == Scope.SNAPSHOT:
        return WHOLE
    return part.partition.isoformat()
