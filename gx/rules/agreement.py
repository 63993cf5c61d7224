"""Values that two tables must share: points of a player, a rolling average and its cached source (rules 15 and 22)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.model import Contract, Model, Rule, TableName
from gx.judging.result import PartitionResult, Verdict
from gx.planning.statement import Parameter
from gx.rules.conditions import nearest
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.pairing import (
    ROUNDING,
    Key,
    Share,
    columns_of,
    expressions_problems,
    key_problems,
    own_side,
    paired_words,
    reference_side,
    shared_names,
    where_problems,
)
from gx.rules.templates import render

Expressions = Annotated[dict[str, str], Field(min_length=1)]
"""Own expressions, each with the expression of the reference that it is held against."""


class ComparisonArguments(Model):
    """The reference, the key that pairs its rows with the table's own, and which rows of either side count."""

    reference: TableName
    key: Key
    where: str | None = None
    reference_where: str | None = None
    tolerance: Annotated[float, Field(ge=0)] = 0


class AgreementArguments(ComparisonArguments):
    """The values, and the share of a date's compared rows that must agree.

    ``tolerance`` is the largest difference of numbers that still agrees, in the values' own unit; 0 means equal, text
    too. ``null_differs`` takes a value on one side only as a difference. Dates with fewer compared rows than
    ``minimum_rows`` are left alone.
    """

    values: Expressions
    fail_below: Share = 0.99
    warn_below: Share | None = None
    minimum_rows: Annotated[int, Field(ge=1)] = 1
    null_differs: bool = False


class ComparisonFamily(Family):
    """Shared by the rules that hold values of paired rows against each other: checks, findings and their keys.

    ``findings`` are one row a pair, with ``own_1``, ``reference_1`` and ``differs_1`` for the first value and so on;
    ``differs`` is NULL where there was nothing to compare.
    """

    counters: tuple[str, ...] = ("compared", "differing")
    by_date_template = "agreement_by_date.sql.j2"
    told = "differs"
    """Which of the findings' flags a drill-down lists."""

    @abstractmethod
    def findings(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> str:
        """The SQL of the compared pairs."""

    def key(self, rule: Rule, contract: Contract, reference: Contract) -> Mapping[str, str]:
        """Own columns and the reference columns that pair with them, partition columns included."""
        found: Mapping[str, str] = rule.arguments.key
        return found

    @abstractmethod
    def values(self, rule: Rule) -> Mapping[str, str]:
        """Own values with what each is held against, in words."""

    def parameters(self, rule: Rule, prefix: str) -> tuple[Parameter, ...]:
        """The tolerance."""
        return (Parameter(f"{prefix}tolerance", "FLOAT64", rule.arguments.tolerance + ROUNDING),)

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments, reference = rule.arguments, contracts.get(rule.arguments.reference)
        if reference is None:
            return [f"reference: no contract for {arguments.reference}{nearest(arguments.reference, list(contracts))}"]
        problems = key_problems(self.key(rule, contract, reference), contract, reference)
        problems += where_problems("where", arguments.where, contract)
        problems += where_problems("reference_where", arguments.reference_where, reference)
        return problems + self.value_problems(rule, contract, reference)

    @abstractmethod
    def value_problems(self, rule: Rule, contract: Contract, reference: Contract) -> list[str]:
        """What is wrong with the values and their limits."""

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        expressions = {
            f"{prefix}findings": self.findings(rule, contract, prefix, contracts),
            f"{prefix}by_date": render(self.by_date_template, prefix=prefix, count=len(self.values(rule))),
        }
        counters = tuple(f"{prefix}{name}" for name in self.counters)
        parameters = self.parameters(rule, prefix)
        return PairPart(rule.arguments.reference, expressions, f"{prefix}by_date", counters, parameters)

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        arguments, values = rule.arguments, self.values(rule)
        keys = tuple(name for name in arguments.key if name != contract.partition)
        findings = self.findings(rule, contract, "", contracts)
        sql = render("agreement_keys.sql.j2", findings=findings, keys=keys, count=len(values), told=self.told)
        named = tuple(Parameter(f"value_{place}", "STRING", text) for place, text in enumerate(values, 1))
        shown = (*keys, "value", "own_value", "reference_value")
        return KeysQuery(sql, (contract.table, arguments.reference), (*self.parameters(rule, ""), *named), shown)

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        arguments, values = rule.arguments, self.values(rule)
        own = columns_of(contract.partition, arguments.where, *arguments.key, *values)
        theirs = columns_of(arguments.reference_where, *arguments.key.values(), *values.values())
        return {contract.table: own, arguments.reference: theirs}

    def names(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> dict[str, Any]:
        """What the findings' templates need."""
        arguments, reference = rule.arguments, contracts[rule.arguments.reference]
        key = self.key(rule, contract, reference)
        return {
            "prefix": prefix,
            "own": own_side(key, contract, arguments.where),
            "reference": reference_side(key, contract, reference, arguments.reference_where),
            "keys": shared_names(key, contract),
            "values": list(self.values(rule).items()),
        }


class AgreementFamily(ComparisonFamily):
    """Shared by the rules that judge the share of compared rows that agree."""

    def threshold(self, rule: Rule) -> str:
        arguments = rule.arguments
        warn = f", warn below {arguments.warn_below:.0%}" if arguments.warn_below is not None else ""
        within = f" within {arguments.tolerance:g}" if arguments.tolerance else ""
        return f"fail below {arguments.fail_below:.0%}{warn} of compared rows{within}"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            _judge_date(rule.arguments, day, int(counters["compared"]), int(counters["differing"] or 0))
            for day, counters in sorted(evidence.counters.items())
            if int(counters["compared"] or 0) >= rule.arguments.minimum_rows
        ]


class ValuesAgree(AgreementFamily):
    """Rows of both tables hold the same values (incidents I-19, I-32): compared where both sides have one.

    A key that one side has several times is compared once for every pair of its rows.
    """

    name = "expect_values_to_agree_with_reference"
    Kwargs = AgreementArguments

    def values(self, rule: Rule) -> Mapping[str, str]:
        found: Mapping[str, str] = rule.arguments.values
        return found

    def value_problems(self, rule: Rule, contract: Contract, reference: Contract) -> list[str]:
        problems = expressions_problems("values", rule.arguments.values, contract, reference)
        return problems + limit_problems(rule.arguments.fail_below, rule.arguments.warn_below)

    def parameters(self, rule: Rule, prefix: str) -> tuple[Parameter, ...]:
        return super().parameters(rule, prefix) if rule.arguments.tolerance else ()

    def findings(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> str:
        names = self.names(rule, contract, prefix, contracts)
        arguments = rule.arguments
        return render("agreement.sql.j2", tolerance=arguments.tolerance, null_differs=arguments.null_differs, **names)

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        pairs = ", ".join(own if own == other else f"{own} = {other}" for own, other in arguments.values.items())
        return (
            f"Rows of {contract.table} and {arguments.reference} with one {paired_words(arguments.key)} agree: {pairs}."
        )


def limit_problems(fail_below: float, warn_below: float | None) -> list[str]:
    """A share that warns must be above the one that fails, or nothing ever warns."""
    if warn_below is None or warn_below > fail_below:
        return []
    return [f"warn_below: {warn_below:g} is not above fail_below, {fail_below:g}"]


def _judge_date(arguments: Any, day: date, compared: int, differing: int) -> PartitionResult:
    share = (compared - differing) / compared
    if share < arguments.fail_below:
        verdict = Verdict.FAIL
    else:
        verdict = Verdict.WARN if arguments.warn_below is not None and share < arguments.warn_below else Verdict.PASS
    agreed = f"{compared - differing:,} of {compared:,} rows agree ({share:.1%})"
    detail = None if verdict is Verdict.PASS else f"{agreed}, {differing:,} differ{'s' if differing == 1 else ''}"
    return PartitionResult(day, verdict, compared, compared - differing, round(share, 4), None, detail)
