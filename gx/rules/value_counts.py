"""How many rows have each value of a column, and how many may (rule 36; I-44: 2,099 pending names)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule, Scope
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import nearest, unknown_columns
from gx.rules.family import Evidence, Family, RowPart

Counts = dict[str, Annotated[int, Field(ge=0)]]


class ValueCountArguments(Model):
    """The column, one with ``allowed`` values, and the most rows that some of its values may have."""

    column: Identifier
    warn_above: Counts = Field(default_factory=dict)
    fail_above: Counts = Field(default_factory=dict)


class ValueCounts(Family):
    """Few rows of the table as it stands have each of some values, such as names that are still pending."""

    name = "expect_value_counts_to_be_few"
    Kwargs = ValueCountArguments
    scopes = frozenset({Scope.SNAPSHOT})

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments = rule.arguments
        if problems := unknown_columns({arguments.column}, contract):
            return problems
        known = _values(rule, contract)
        if not known:
            return [f"column: {arguments.column} has no allowed values to count"]
        bounds = {"warn_above": arguments.warn_above, "fail_above": arguments.fail_above}
        return [
            f"{key}: {value!r} is no allowed value of {arguments.column}{nearest(value, known)}"
            for key, limits in bounds.items()
            for value in limits
            if value not in known
        ]

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart:
        column = rule.arguments.column
        values = enumerate(_values(rule, contract))
        return RowPart((column,), {f"{prefix}count_{n}": f"COUNTIF({column} = '{value}')" for n, value in values})

    def counts(self, rule: Rule, contract: Contract, counters: Mapping[str, Any]) -> dict[str, int]:
        """The rows of each value, by the value."""
        return {value: int(counters[f"count_{n}"] or 0) for n, value in enumerate(_values(rule, contract))}

    def words(self, rule: Rule, contract: Contract) -> str:
        return f"Few rows of {contract.table} have a {rule.arguments.column} that somebody should have dealt with."

    def threshold(self, rule: Rule) -> str:
        bounds = (("warn", rule.arguments.warn_above), ("fail", rule.arguments.fail_above))
        told = [f"{verb} above {most} {value}" for verb, limits in bounds for value, most in limits.items()]
        return "; ".join(told) or "counted only"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        arguments, results = rule.arguments, []
        for day, counters in evidence.counters.items():
            counts = self.counts(rule, contract, counters)
            failing, warning = _above(counts, arguments.fail_above), _above(counts, arguments.warn_above)
            verdict = Verdict.FAIL if failing else Verdict.WARN if warning else Verdict.PASS
            told = ", ".join(f"{counts[value]:,} {value}" for value in failing or warning)
            results.append(PartitionResult(day, verdict, None, None, None, None, f"{told} rows" if told else None))
        return results


def _above(counts: Mapping[str, int], limits: Mapping[str, int]) -> list[str]:
    return [value for value, most in limits.items() if counts[value] > most]


def _values(rule: Rule, contract: Contract) -> list[str]:
    """The allowed values; the contract's grammar keeps quotes out of them, and one that has any is not counted."""
    column = contract.column(rule.arguments.column)
    allowed = column.allowed if column and isinstance(column.allowed, tuple) else ()
    return [value for value in map(str, allowed) if value.replace("_", "").isalnum()]
