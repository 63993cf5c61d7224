"""A statistic of each partition within bounds: mean, standard deviation, shares, distinct values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from gx.contracts.model import Contract, Identifier, Model, Rule
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import condition_columns, condition_problems, unknown_columns
from gx.rules.family import Evidence, Family, RowPart

_NUMBERS = ("INT64", "FLOAT64", "NUMERIC")
_OF_COLUMN = {
    "mean": "AVG({value})",
    "standard_deviation": "STDDEV_SAMP({value})",
    "distinct": "COUNT(DISTINCT {value})",
    "null_share": "SAFE_DIVIDE(COUNTIF({selected} AND {column} IS NULL), COUNTIF({selected}))",
    "zero_share": "SAFE_DIVIDE(COUNTIF({selected} AND {column} = 0), COUNTIF({selected}))",
}


class StatisticArguments(Model):
    """Which statistic, over which rows, and where it warns and fails.

    ``share`` needs a ``condition``, the others a ``column``. Bounds are in the statistic's unit (shares 0..1);
    dates with fewer than ``minimum_rows`` selected rows are not judged.
    """

    statistic: Literal["mean", "standard_deviation", "share", "distinct", "null_share", "zero_share"]
    column: Identifier | None = None
    condition: str | None = None
    where: str | None = None
    fail_below: float | None = None
    warn_below: float | None = None
    fail_above: float | None = None
    warn_above: float | None = None
    minimum_rows: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _complete(self) -> StatisticArguments:
        if (self.statistic == "share") == (self.condition is None):
            raise ValueError("a share needs a condition, and only a share takes one")
        if (self.statistic != "share") == (self.column is None):
            raise ValueError(f"{self.statistic} needs a column, and a share takes none")
        if all(bound is None for bound in (self.fail_below, self.warn_below, self.fail_above, self.warn_above)):
            raise ValueError("at least one of fail_below, warn_below, fail_above, warn_above is needed")
        return self


class PartitionStatistic(Family):
    """A statistic of a game date's rows stays within bounds."""

    name = "expect_partition_statistic_to_be_between"
    Kwargs = StatisticArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments = rule.arguments
        problems = unknown_columns({arguments.column} if arguments.column else set(), contract)
        for key in ("condition", "where"):
            text = getattr(arguments, key)
            problems += [f"{key}: {problem}" for problem in condition_problems(text, contract)] if text else []
        column = contract.column(arguments.column) if arguments.column else None
        numeric = arguments.statistic in ("mean", "standard_deviation", "zero_share")
        if column and numeric and not column.type.startswith(_NUMBERS):
            problems.append(f"column: {arguments.statistic} needs a number; {column.name} is {column.type}")
        return problems

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart:
        arguments = rule.arguments
        used = {arguments.column} if arguments.column else set()
        for text in (arguments.condition, arguments.where):
            used |= condition_columns(text) if text else set()
        selected = f"({arguments.where})" if arguments.where else "TRUE"
        return RowPart(
            tuple(sorted(used)),
            {f"{prefix}value": _aggregate(arguments, selected), f"{prefix}evaluated": f"COUNTIF({selected})"},
        )

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        of = f"rows with {arguments.condition}" if arguments.condition else arguments.column
        where = f" where {arguments.where}" if arguments.where else ""
        return f"On each game date the {arguments.statistic.replace('_', ' ')} of {of}{where} stays within bounds."

    def threshold(self, rule: Rule) -> str:
        named = ("fail_below", "warn_below", "warn_above", "fail_above")
        bounds = ((name.replace("_", " "), getattr(rule.arguments, name)) for name in named)
        return ", ".join(f"{name} {bound:g}" for name, bound in bounds if bound is not None)

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            _judge_date(rule.arguments, day, counters)
            for day, counters in sorted(evidence.counters.items())
            if counters["value"] is not None and int(counters["evaluated"] or 0) >= rule.arguments.minimum_rows
        ]


def _aggregate(arguments: StatisticArguments, selected: str) -> str:
    if arguments.statistic == "share":
        return f"SAFE_DIVIDE(COUNTIF({selected} AND ({arguments.condition})), COUNTIF({selected}))"
    value = f"IF({selected}, {arguments.column}, NULL)" if arguments.where else str(arguments.column)
    return _OF_COLUMN[arguments.statistic].format(value=value, column=arguments.column, selected=selected)


def _judge_date(arguments: StatisticArguments, day: date, counters: Mapping[str, Any]) -> PartitionResult:
    value = float(counters["value"])
    for verdict, low, high in (
        (Verdict.FAIL, arguments.fail_below, arguments.fail_above),
        (Verdict.WARN, arguments.warn_below, arguments.warn_above),
    ):
        if low is not None and value < low:
            return _outside(verdict, day, value, low, "below", arguments)
        if high is not None and value > high:
            return _outside(verdict, day, value, high, "above", arguments)
    return PartitionResult(day, Verdict.PASS, None, round(value, 4))


def _outside(
    verdict: Verdict, day: date, value: float, bound: float, side: str, arguments: StatisticArguments
) -> PartitionResult:
    name = f"{arguments.statistic.replace('_', ' ')} of {arguments.column or arguments.condition}"
    return PartitionResult(day, verdict, bound, round(value, 4), None, None, f"{name} is {value:.4g}, {side} {bound:g}")
