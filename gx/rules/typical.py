"""What a date's values of a column look like when nothing is wrong: filled, of the usual size, not all the same.

Unit slips, constants and NULL spikes pass every rule that looks at one row; the profile of a date shows them
(incidents I-11, I-12, I-17; rules 16, 19 and 38).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import model_validator

from gx.contracts.model import NUMBER_TYPES, Contract, Identifier, Rule, Scope, Typical
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import condition_columns, condition_problems, unknown_columns
from gx.rules.family import DATED, Evidence, Family, RowPart
from gx.rules.not_a_number import is_float, no_number, odd_words

_UNGROUPABLE = ("JSON", "ARRAY<STRING>")


class TypicalArguments(Typical):
    """A column and its profile."""

    column: Identifier

    @model_validator(mode="after")
    def _complete(self) -> TypicalArguments:
        if self.mean is None and self.distinct is None and self.filled is None:
            raise ValueError("at least one of mean, distinct, filled is needed")
        if self.mean is not None and self.mean[0] > self.mean[1]:
            raise ValueError(f"mean: found {list(self.mean)}; allowed: the lowest, then the highest")
        return self


class PartitionTypical(Family):
    """A column's daily mean, different values and filled share are what they usually are."""

    name = "expect_partition_to_be_typical"
    Kwargs = TypicalArguments
    scopes = DATED | {Scope.SNAPSHOT}

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments, column = rule.arguments, contract.column(rule.arguments.column)
        problems = unknown_columns({arguments.column}, contract)
        problems += (
            [f"where: {text}" for text in condition_problems(arguments.where, contract)] if arguments.where else []
        )
        if column and arguments.mean and not column.type.startswith(NUMBER_TYPES):
            problems.append(f"mean: {column.name} is {column.type}; allowed on: INT64, FLOAT64, NUMERIC")
        if column and arguments.distinct and column.type in _UNGROUPABLE:
            problems.append(f"distinct: BigQuery cannot count different values of {column.name}, {column.type}")
        return problems

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart:
        arguments, column = rule.arguments, rule.arguments.column
        where = f"({arguments.where})" if arguments.where else None
        odd = no_number(column) if is_float(column, contract) else ""
        counted = " AND ".join(filter(None, [where or "", f"NOT {odd}" if odd else ""]))
        value = f"IF({counted}, {column}, NULL)" if counted else column
        known = f"COUNTIF({where} AND {column} IS NOT NULL)" if where else f"COUNTIF({column} IS NOT NULL)"
        counters = {f"{prefix}known": known, f"{prefix}evaluated": f"COUNTIF({where or 'TRUE'})"}
        if odd:
            counters[f"{prefix}odd"] = f"COUNTIF({where or 'TRUE'} AND {odd})"
        if arguments.mean:
            counters[f"{prefix}mean"] = f"AVG({value})"
        if arguments.distinct:
            counters[f"{prefix}distinct"] = f"COUNT(DISTINCT {value})"
        used = {column} | (condition_columns(arguments.where) if arguments.where else frozenset())
        return RowPart(tuple(sorted(used)), counters)

    def words(self, rule: Rule, contract: Contract) -> str:
        where = f" where {rule.arguments.where}" if rule.arguments.where else ""
        return f"On each game date the values of {rule.arguments.column}{where} are typical: {self.threshold(rule)}."

    def threshold(self, rule: Rule) -> str:
        arguments, parts = rule.arguments, []
        if arguments.filled:
            parts.append(f"at least {arguments.filled:.4g} filled")
        if arguments.mean:
            parts.append(f"mean {arguments.mean[0]:g} to {arguments.mean[1]:g}")
        if arguments.distinct:
            parts.append(f"{arguments.distinct} different values or more")
        return ", ".join(parts)

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        results = []
        for day, counters in sorted(evidence.counters.items()):
            evaluated, known = int(counters["evaluated"] or 0), int(counters["known"] or 0)
            if evaluated < rule.arguments.minimum_rows:
                continue
            found = list(_faults(rule.arguments, counters, evaluated, known))
            if not found:
                results.append(PartitionResult(day, Verdict.PASS))
            else:
                share = round(known / evaluated, 4)
                results.append(PartitionResult(day, Verdict.FAIL, evaluated, known, share, None, "; ".join(found)))
        return results


def _faults(arguments: TypicalArguments, counters: Mapping[str, Any], evaluated: int, known: int) -> Iterator[str]:
    if arguments.filled and known / evaluated < arguments.filled:
        yield f"{arguments.column} is NULL in {evaluated - known:,} of {evaluated:,} rows"
    if odd := int(counters.get("odd") or 0):
        yield odd_words(arguments.column, odd, evaluated)
    if known < min(arguments.minimum_rows, evaluated):
        return  # too few values to have a mean or variety
    if arguments.mean and counters["mean"] is not None:
        mean, (low, high) = float(counters["mean"]), arguments.mean
        if not low <= mean <= high:
            yield f"the mean of {arguments.column} is {mean:.4g}, usually {low:g} to {high:g}"
    if arguments.distinct and int(counters["distinct"] or 0) < arguments.distinct:
        count = int(counters["distinct"] or 0)
        yield f"{arguments.column} has {count} different value{'s' if count != 1 else ''} in {known:,} rows"
