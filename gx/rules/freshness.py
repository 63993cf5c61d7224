"""Freshness: the newest partition and its load time against the games that are due (rule 39; I-05, I-28)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import unknown_columns
from gx.rules.family import Evidence, Family, RowPart

_RECENT = timedelta(days=2)
"""A load's age is only asked about while the newest due game date is this near: an audit of last season is not late."""


class FreshnessArguments(Model):
    """How many game dates the newest partition may lag behind the newest one that is due, and how old its load may be.

    ``fail_behind`` and ``warn_behind`` are counts of game dates that are reached (1 fails as soon as the newest due
    date is missing). ``max_age_hours`` is the age of the newest ``loaded_column`` at as-of, in hours.
    """

    fail_behind: Annotated[int, Field(ge=1)] = 1
    warn_behind: Annotated[int, Field(ge=1)] | None = None
    loaded_column: Identifier | None = None
    max_age_hours: Annotated[float, Field(gt=0)] | None = None


class PartitionsFresh(Family):
    """The newest due game date is there and was loaded lately; the calendar's lags, bootstrap and halts are known."""

    name = "expect_partitions_to_be_fresh"
    Kwargs = FreshnessArguments
    completeness = True
    needs_slate = True
    needs_rows = True
    needs_calendar = True

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments, problems = rule.arguments, []
        if (arguments.max_age_hours is None) != (arguments.loaded_column is None):
            problems.append("loaded_column: goes together with max_age_hours")
        if arguments.loaded_column:
            problems += unknown_columns({arguments.loaded_column}, contract)
            column = contract.column(arguments.loaded_column)
            if column and column.type != "TIMESTAMP":
                problems.append(f"loaded_column: {column.name} is {column.type}; allowed: TIMESTAMP")
        return problems

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart:
        column = rule.arguments.loaded_column
        newest = f"MAX({column})" if column else "CAST(NULL AS TIMESTAMP)"
        return RowPart((column,) if column else (), {f"{prefix}loaded": newest, f"{prefix}found": "COUNT(*)"})

    def words(self, rule: Rule, contract: Contract) -> str:
        return f"The newest partition of {contract.table} is that of the newest game date that is due."

    def threshold(self, rule: Rule) -> str:
        arguments = rule.arguments
        warn = f", warn from {arguments.warn_behind}" if arguments.warn_behind else ""
        age = f"; loaded within {arguments.max_age_hours:g} hours" if arguments.max_age_hours else ""
        return f"fail from {arguments.fail_behind} game dates behind{warn}{age}"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        today = evidence.as_of.date()
        due = sorted(d for d, slate in evidence.slate.items() if slate.final and d in evidence.due and d < today)
        if not due:
            return []
        found = [day for day, counters in evidence.counters.items() if counters["found"]]
        newest = max(found, default=None)
        missing = [day for day in due if newest is None or day > newest]
        if len(missing) >= (rule.arguments.warn_behind or rule.arguments.fail_behind):
            return [_behind(rule.arguments, missing, newest)]
        return [_aged(rule.arguments, due[-1], evidence) or PartitionResult(due[-1], Verdict.PASS)]


def _behind(arguments: FreshnessArguments, missing: Sequence[date], newest: date | None) -> PartitionResult:
    verdict = Verdict.FAIL if len(missing) >= arguments.fail_behind else Verdict.WARN
    since = f"the newest partition is {newest}" if newest else "there is no partition in the window"
    detail = f"{since}, {len(missing)} game dates behind {missing[-1]}"
    return PartitionResult(missing[-1], verdict, None, len(missing), None, "STALE", detail)


def _aged(arguments: FreshnessArguments, newest_due: date, evidence: Evidence) -> PartitionResult | None:
    if arguments.max_age_hours is None or evidence.as_of.date() - newest_due > _RECENT:
        return None
    loads = [loaded for counters in evidence.counters.values() if (loaded := _utc(counters["loaded"]))]
    if not loads:
        return PartitionResult(newest_due, Verdict.FAIL, None, None, None, "STALE", "no row says when it was loaded")
    age = (evidence.as_of - max(loads)).total_seconds() / 3600
    if age <= arguments.max_age_hours:
        return None
    detail = f"the newest load is {age:.0f} hours old"
    return PartitionResult(newest_due, Verdict.FAIL, arguments.max_age_hours, round(age, 1), None, "STALE", detail)


def _utc(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
