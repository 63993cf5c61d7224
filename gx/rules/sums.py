"""Sums that must reconcile: a team's players add up to the team, teams to the scoreboard (rule 22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.model import Contract, Rule
from gx.judging.result import PartitionResult, Verdict
from gx.planning.statement import Parameter
from gx.rules.agreement import ComparisonArguments, ComparisonFamily, Expressions
from gx.rules.family import Evidence
from gx.rules.pairing import ROUNDING, expressions_problems, paired_words
from gx.rules.templates import render


class SumArguments(ComparisonArguments):
    """The expressions to add up a key on either side, and how far the sums may lie apart, in their own unit.

    A difference above ``tolerance`` fails; above ``warn_tolerance``, when it is given, it warns.
    """

    sums: Expressions
    warn_tolerance: Annotated[float, Field(ge=0)] | None = None


class SumsReconcile(ComparisonFamily):
    """Both tables add up to the same, key by key (incidents I-32, I-36); a key on one side only is not judged."""

    name = "expect_sums_to_reconcile"
    Kwargs = SumArguments
    counters = ("compared", "failing", "warning", "largest")
    by_date_template = "sums_by_date.sql.j2"
    told = "warns"

    def values(self, rule: Rule) -> Mapping[str, str]:
        found: Mapping[str, str] = rule.arguments.sums
        return found

    def value_problems(self, rule: Rule, contract: Contract, reference: Contract) -> list[str]:
        arguments = rule.arguments
        problems = expressions_problems("sums", arguments.sums, contract, reference)
        if arguments.warn_tolerance is not None and arguments.warn_tolerance >= arguments.tolerance:
            found = f"{arguments.warn_tolerance:g} is not below tolerance, {arguments.tolerance:g}"
            problems.append(f"warn_tolerance: {found}")
        return problems

    def parameters(self, rule: Rule, prefix: str) -> tuple[Parameter, ...]:
        warn = rule.arguments.tolerance if rule.arguments.warn_tolerance is None else rule.arguments.warn_tolerance
        warning = Parameter(f"{prefix}warn_tolerance", "FLOAT64", warn + ROUNDING)
        return (*super().parameters(rule, prefix), warning)

    def findings(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> str:
        return render("sums.sql.j2", **self.names(rule, contract, prefix, contracts))

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        pairs = ", ".join(own if own == other else f"{own} = {other}" for own, other in arguments.sums.items())
        return (
            f"Sums of {contract.table} and {arguments.reference} over each {paired_words(arguments.key)} "
            f"reconcile: {pairs}."
        )

    def threshold(self, rule: Rule) -> str:
        arguments = rule.arguments
        warn = f", warn above {arguments.warn_tolerance:g}" if arguments.warn_tolerance is not None else ""
        return f"fail when sums differ by more than {arguments.tolerance:g}{warn}"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            _judge_date(day, counters)
            for day, counters in sorted(evidence.counters.items())
            if int(counters["compared"] or 0) > 0
        ]


def _judge_date(day: date, counters: Mapping[str, Any]) -> PartitionResult:
    compared, failing, off = (int(counters[name] or 0) for name in ("compared", "failing", "warning"))
    verdict = Verdict.FAIL if failing else Verdict.WARN if off else Verdict.PASS
    agreed = compared - off
    detail = None
    if off:
        largest = float(counters["largest"])
        detail = f"{agreed:,} of {compared:,} sums reconcile, {off:,} do not; largest difference {largest:,.6g}"
    return PartitionResult(day, verdict, compared, agreed, round(agreed / compared, 4), None, detail)
