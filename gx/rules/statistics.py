"""A statistic of each partition within bounds: mean, spread, shares, distinct values, counts, and day-on-day change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gx.contracts.model import NUMBER_TYPES, Contract, Identifier, Model, Rule, Scope
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import condition_columns, condition_problems, unknown_columns
from gx.rules.family import DATED, Evidence, Family, RowPart
from gx.rules.not_a_number import is_float, no_number, odd_words

_OF_COLUMN = {
    "mean": "AVG({value})",
    "standard_deviation": "STDDEV_SAMP({value})",
    "minimum": "MIN({value})",
    "maximum": "MAX({value})",
    "sum": "SUM({value})",
    "distinct": "COUNT(DISTINCT {value})",
    "null_share": "SAFE_DIVIDE(COUNTIF({selected} AND {column} IS NULL), COUNTIF({selected}))",
    "zero_share": "SAFE_DIVIDE(COUNTIF({selected} AND {column} = 0), COUNTIF({selected}))",
}
_NEEDS_NUMBERS = ("mean", "standard_deviation", "minimum", "maximum", "sum", "zero_share")
_OF_ALL_VALUES = ("mean", "standard_deviation", "minimum", "maximum", "sum")
"""Statistics that one value which is no number would spoil."""

_NEEDS_VALUES = {"mean": 1, "minimum": 1, "maximum": 1, "standard_deviation": 2}
"""Statistics that are NULL when every value is, and the rows from which on that is a fault."""

Statistic = Literal[
    "mean",
    "standard_deviation",
    "minimum",
    "maximum",
    "sum",
    "row_count",
    "share",
    "distinct",
    "null_share",
    "zero_share",
    "most_common_share",
    "duplicate_ratio",
]


class StatisticArguments(Model):
    """Which statistic, over which rows, and where it warns and fails.

    ``share`` needs a ``condition``, ``duplicate_ratio`` the ``columns`` of a key (rows divided by distinct keys),
    ``row_count`` nothing, the others a ``column``. Bounds are in the statistic's unit (shares 0..1); with ``change``
    they are on the distance from the partition before, as a share of its value. Dates with fewer than
    ``minimum_rows`` selected rows are not judged.
    """

    statistic: Statistic
    column: Identifier | None = None
    columns: tuple[Identifier, ...] = ()
    condition: str | None = None
    where: str | None = None
    change: Literal["relative"] | None = None
    fail_below: float | None = None
    warn_below: float | None = None
    fail_above: float | None = None
    warn_above: float | None = None
    minimum_rows: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _complete(self) -> StatisticArguments:
        wanted = {"share": "condition", "duplicate_ratio": "columns", "row_count": None}.get(self.statistic, "column")
        for name in ("column", "columns", "condition"):
            given = bool(getattr(self, name))
            if given != (name == wanted):
                verb = "takes no" if given else "needs"
                raise ValueError(f"{self.statistic} {verb} {name}")
        if all(bound is None for bound in (self.fail_below, self.warn_below, self.fail_above, self.warn_above)):
            raise ValueError("at least one of fail_below, warn_below, fail_above, warn_above is needed")
        return self


class PartitionStatistic(Family):
    """A statistic of a game date's rows stays within bounds; one value that is NaN or infinite fails the date."""

    name = "expect_partition_statistic_to_be_between"
    Kwargs = StatisticArguments
    scopes = DATED | {Scope.SNAPSHOT}

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments = rule.arguments
        problems = unknown_columns({arguments.column, *arguments.columns} - {None}, contract)
        for key in ("condition", "where"):
            text = getattr(arguments, key)
            problems += [f"{key}: {problem}" for problem in condition_problems(text, contract)] if text else []
        column = contract.column(arguments.column) if arguments.column else None
        if column and arguments.statistic in _NEEDS_NUMBERS and not column.type.startswith(NUMBER_TYPES):
            problems.append(f"column: {arguments.statistic} needs a number; {column.name} is {column.type}")
        return problems

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart:
        arguments = rule.arguments
        used = {arguments.column, *arguments.columns} - {None}
        for text in (arguments.condition, arguments.where):
            used |= condition_columns(text) if text else set()
        selected = f"({arguments.where})" if arguments.where else "TRUE"
        odd = _odd(arguments, contract)
        return RowPart(
            tuple(sorted(used)),
            {
                f"{prefix}value": _aggregate(arguments, selected, odd, prefix),
                f"{prefix}evaluated": f"COUNTIF({selected})",
                **({f"{prefix}odd": f"COUNTIF({selected} AND {odd})"} if odd else {}),
            },
            _derived(arguments, selected, prefix, contract),
        )

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        where = f" where {arguments.where}" if arguments.where else ""
        verb = "changes little from the date before" if arguments.change else "stays within bounds"
        return f"On each game date the {_named(arguments)}{where} {verb}."

    def threshold(self, rule: Rule) -> str:
        named = ("fail_below", "warn_below", "warn_above", "fail_above")
        bounds = ((name.replace("_", " "), getattr(rule.arguments, name)) for name in named)
        change = "change from the date before: " if rule.arguments.change else ""
        return change + ", ".join(f"{name} {bound:g}" for name, bound in bounds if bound is not None)

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        arguments = rule.arguments
        results, before = [], None
        for day, counters in sorted(evidence.counters.items()):
            evaluated = int(counters["evaluated"] or 0)
            if evaluated < arguments.minimum_rows and arguments.statistic != "row_count":
                continue
            if odd := int(counters.get("odd") or 0):
                results.append(_odd_date(day, evaluated, odd, arguments))
                continue
            if counters["value"] is None:
                if evaluated >= _NEEDS_VALUES.get(arguments.statistic, evaluated + 1):
                    results.append(_without_values(day, evaluated, arguments))
                continue
            value = float(counters["value"])
            judged = value if not arguments.change else abs(value / before - 1) if before else None
            if judged is not None:
                results.append(_judge_date(arguments, day, judged))
            before = value
        return results


def _named(arguments: StatisticArguments) -> str:
    of = {
        "share": f"rows with {arguments.condition}",
        "duplicate_ratio": f"rows to distinct ({', '.join(arguments.columns)})",
        "row_count": "rows",
    }
    name = "number" if arguments.statistic == "row_count" else arguments.statistic.replace("_", " ")
    return f"{name} of {of.get(arguments.statistic, arguments.column)}"


def _derived(arguments: StatisticArguments, selected: str, prefix: str, contract: Contract) -> dict[str, str]:
    """Copies of a value or key on its date, where the statistic counts them."""
    dated = [contract.partition_date] if contract.partition else []
    by = [*dated, *(_groupable(name, contract) for name in arguments.columns or [str(arguments.column)])]
    if arguments.statistic == "most_common_share":
        return {f"{prefix}alike": f"COUNTIF({selected}) OVER (PARTITION BY {', '.join(by)})"}
    if arguments.statistic == "duplicate_ratio":
        group = ", ".join([*by, f"({selected})"])
        return {f"{prefix}place": f"ROW_NUMBER() OVER (PARTITION BY {group})"}
    return {}


def _groupable(name: str, contract: Contract) -> str:
    """A column as PARTITION BY takes it; BigQuery refuses FLOAT64."""
    column = contract.column(name)
    return f"CAST({name} AS STRING)" if column and column.type == "FLOAT64" else name


def _odd(arguments: StatisticArguments, contract: Contract) -> str:
    """The SQL condition of a value that would spoil the statistic; empty where there can be none."""
    spoils = arguments.statistic in _OF_ALL_VALUES and is_float(arguments.column, contract)
    return no_number(str(arguments.column)) if spoils else ""


def _aggregate(arguments: StatisticArguments, selected: str, odd: str, prefix: str) -> str:
    if arguments.statistic == "share":
        return f"SAFE_DIVIDE(COUNTIF({selected} AND ({arguments.condition})), COUNTIF({selected}))"
    if arguments.statistic == "row_count":
        return f"COUNTIF({selected})"
    if arguments.statistic == "duplicate_ratio":
        return f"SAFE_DIVIDE(COUNTIF({selected}), COUNTIF({selected} AND {prefix}place = 1))"
    if arguments.statistic == "most_common_share":
        known = f"{selected} AND {arguments.column} IS NOT NULL"
        return f"SAFE_DIVIDE(MAX(IF({known}, {prefix}alike, NULL)), COUNTIF({known}))"
    counted = " AND ".join(filter(None, [selected if arguments.where else "", f"NOT {odd}" if odd else ""]))
    value = f"IF({counted}, {arguments.column}, NULL)" if counted else str(arguments.column)
    return _OF_COLUMN[arguments.statistic].format(value=value, column=arguments.column, selected=selected)


def _judge_date(arguments: StatisticArguments, day: date, value: float) -> PartitionResult:
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
    name = f"{'change of the ' if arguments.change else ''}{_named(arguments)}"
    return PartitionResult(day, verdict, bound, round(value, 4), None, None, f"{name} is {value:.4g}, {side} {bound:g}")


def _odd_date(day: date, rows: int, odd: int, arguments: StatisticArguments) -> PartitionResult:
    detail = odd_words(str(arguments.column), odd, rows)
    return PartitionResult(day, Verdict.FAIL, rows, rows - odd, round((rows - odd) / rows, 4), None, detail)


def _without_values(day: date, rows: int, arguments: StatisticArguments) -> PartitionResult:
    detail = f"{arguments.column} is NULL in all {rows:,} rows"
    return PartitionResult(day, Verdict.FAIL, rows, 0, 0.0, None, detail)
