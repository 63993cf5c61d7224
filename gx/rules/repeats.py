"""Frozen or copied data: rows that repeat the same key's previous row (a date equal to the day before, a frozen book).

Every value may be plausible and every count right; only beside the date before does one see that nothing is new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import condition_columns, condition_problems, unknown_columns
from gx.rules.family import Evidence, Family, RowPart

Share = Annotated[float, Field(ge=0, le=1)]


class RepeatArguments(Model):
    """The key without dates, the columns that should differ from its previous row, and the share that may repeat.

    With ``group`` (a bookmaker, a market) each group of a date is judged by itself and the worst one tells. Groups and
    dates with fewer than ``minimum_rows`` rows that have a previous one are left alone.
    """

    key: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    columns: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    where: str | None = None
    group: Identifier | None = None
    fail_above: Share = 0.5
    warn_above: Share | None = None
    minimum_rows: Annotated[int, Field(ge=1)] = 10


class RowsChange(Family):
    """Most rows of a date differ from the same key's previous row."""

    name = "expect_rows_to_change_between_partitions"
    Kwargs = RepeatArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments = rule.arguments
        named = {*arguments.key, *arguments.columns, arguments.group} - {None}
        problems = unknown_columns(named, contract)
        problems += (
            [f"where: {text}" for text in condition_problems(arguments.where, contract)] if arguments.where else []
        )
        if contract.partition in (*arguments.key, *arguments.columns):
            problems.append(f"key: the partition column {contract.partition!r} always differs; leave it out")
        return problems

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart:
        arguments, day = rule.arguments, contract.partition_date
        texts = ", '|', ".join(_text(name, contract) for name in arguments.columns)
        selected = f"({arguments.where})" if arguments.where else "TRUE"
        before = f"OVER (PARTITION BY {', '.join(arguments.key)}, {selected} ORDER BY {day})"
        # several rows of one key on one date: only the first has a row of an earlier date before it
        earlier = f"{selected} AND LAG({day}) {before} < {day}"
        levels = [{f"{prefix}same": f"IF({earlier}, {prefix}now = LAG({prefix}now) {before}, NULL)"}]
        share = f"SAFE_DIVIDE(COUNTIF({prefix}same), COUNTIF({prefix}same IS NOT NULL))"
        counters = {f"{prefix}share": share, f"{prefix}evaluated": f"COUNTIF({prefix}same IS NOT NULL)"}
        if arguments.group:
            by = f"OVER (PARTITION BY {day}, {arguments.group})"
            compared, enough = f"COUNTIF({prefix}same IS NOT NULL) {by}", arguments.minimum_rows
            own = f"SAFE_DIVIDE(COUNTIF({prefix}same) {by}, {compared})"
            levels.append({f"{prefix}own": f"IF({compared} >= {enough}, {own}, NULL)"})
            limit = arguments.fail_above if arguments.warn_above is None else arguments.warn_above
            counters[f"{prefix}share"] = f"MAX({prefix}own)"
            counters[f"{prefix}groups"] = (
                f"STRING_AGG(DISTINCT IF({prefix}own > {limit}, CAST({arguments.group} AS STRING), NULL), ', ')"
            )
        used = {*arguments.key, *arguments.columns, arguments.group} - {None}
        used |= condition_columns(arguments.where) if arguments.where else set()
        return RowPart(tuple(sorted(used)), counters, {f"{prefix}now": f"CONCAT({texts})"}, compared=tuple(levels))

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        each = f" of each {arguments.group}" if arguments.group else ""
        return (
            f"The rows{each} of a date differ from the previous row of the same ({', '.join(arguments.key)}) in "
            f"{', '.join(arguments.columns)}: data is neither frozen nor copied."
        )

    def threshold(self, rule: Rule) -> str:
        warn = rule.arguments.warn_above
        text = f"at most {rule.arguments.fail_above:.0%} may repeat"
        return text if warn is None else f"{text}, warn above {warn:.0%}"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            _judge_date(rule.arguments, day, counters)
            for day, counters in sorted(evidence.counters.items())
            if counters["share"] is not None and int(counters["evaluated"] or 0) >= rule.arguments.minimum_rows
        ]


def _text(name: str, contract: Contract) -> str:
    column = contract.column(name)
    cast = (
        f"TO_JSON_STRING({name})" if column and column.type in ("JSON", "ARRAY<STRING>") else f"CAST({name} AS STRING)"
    )
    return f"COALESCE({cast}, '')"


def _judge_date(arguments: RepeatArguments, day: date, counters: Mapping[str, Any]) -> PartitionResult:
    share = float(counters["share"])
    warn = arguments.fail_above if arguments.warn_above is None else arguments.warn_above
    if share <= warn:
        return PartitionResult(day, Verdict.PASS)
    verdict = Verdict.FAIL if share > arguments.fail_above else Verdict.WARN
    names = sorted(str(counters["groups"]).split(", ")) if arguments.group and counters["groups"] else []
    groups = f" of {', '.join(names)}" if names else ""
    columns = ", ".join(arguments.columns)
    detail = f"{share:.0%} of the rows{groups} repeat their key's previous {columns}: frozen or copied"
    return PartitionResult(day, verdict, arguments.fail_above, round(share, 4), None, "FROZEN", detail)
