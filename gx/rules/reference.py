"""Key coverage against a reference table: coverage itself, and the fallback's EMPTY or COMPLETE (rules 2 and 3).

Keys are intersected, never counted apart: a rostered population can outnumber the played one and still miss most of
it (trap T6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule, TableName
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import condition_columns, condition_problems, nearest, unknown_columns
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.templates import render

Share = Annotated[float, Field(ge=0, le=1)]


class CoverageArguments(Model):
    """The reference, which of its rows count, the shared key, and the shares that fail and warn.

    ``key`` holds the partition column and at least one more; ``shown`` adds reference columns to the missing keys.
    """

    reference: TableName
    where: str | None = None
    key: Annotated[tuple[Identifier, ...], Field(min_length=2)]
    shown: tuple[Identifier, ...] = ()
    fail_below: Share = 0.90
    warn_below: Share = 0.95


class ReferenceFamily(Family):
    """Shared by the rules that compare keys with a reference: SQL, checks and missing keys."""

    Kwargs = CoverageArguments
    completeness = True

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments, reference = rule.arguments, contracts.get(rule.arguments.reference)
        if reference is None:
            return [f"reference: no contract for {arguments.reference}{nearest(arguments.reference, list(contracts))}"]
        problems = unknown_columns(set(arguments.key), contract)
        problems += unknown_columns(set(arguments.key) | set(arguments.shown), reference)
        problems += (
            [f"where: {text}" for text in condition_problems(arguments.where, reference)] if arguments.where else []
        )
        for side in (contract, reference):
            if side.partition not in arguments.key:
                problems.append(
                    f"key: must hold {side.table}'s partition column {side.partition!r}; found {list(arguments.key)}"
                )
        return problems

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        names = self._names(rule, contract, prefix)
        keys = "game_date" if not names["keys"] else ", ".join(("game_date", *names["keys"]))
        expressions = {
            f"{prefix}reference_keys": render("reference_keys.sql.j2", **names),
            f"{prefix}own_keys": render("own_keys.sql.j2", **names),
            f"{prefix}by_date": render("coverage_by_date.sql.j2", using=keys, **names),
        }
        counters = tuple(f"{prefix}{name}" for name in ("expected", "covered", "own"))
        return PairPart(rule.arguments.reference, expressions, f"{prefix}by_date", counters)

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        names = self._names(rule, contract, "")
        shown = (*names["keys"], *rule.arguments.shown)
        sql = render("missing_keys.sql.j2", shown=rule.arguments.shown, **names)
        return KeysQuery(sql, (contract.table, rule.arguments.reference), (), shown)

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        where = rule.arguments.where
        used = set(rule.arguments.key) | set(rule.arguments.shown) | (condition_columns(where) if where else set())
        return {contract.table: frozenset(rule.arguments.key), rule.arguments.reference: frozenset(used)}

    def threshold(self, rule: Rule) -> str:
        return f"fail below {rule.arguments.fail_below:.0%}, warn below {rule.arguments.warn_below:.0%}"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            self.judge_date(rule.arguments, day, counters, evidence)
            for day, counters in sorted(evidence.counters.items())
            if int(counters["expected"] or 0) > 0
        ]

    def judge_date(self, arguments: Any, day: date, counters: Mapping[str, Any], evidence: Evidence) -> PartitionResult:
        """One date's coverage by key."""
        expected, covered = int(counters["expected"]), int(counters["covered"] or 0)
        share = covered / expected
        verdict = (
            Verdict.FAIL
            if share < arguments.fail_below
            else Verdict.WARN
            if share < arguments.warn_below
            else Verdict.PASS
        )
        detail = None if verdict is Verdict.PASS else _missing_words(expected, covered)
        return PartitionResult(day, verdict, expected, covered, round(share, 4), None, detail)

    def _names(self, rule: Rule, contract: Contract, prefix: str) -> dict[str, Any]:
        partition = contract.partition
        return {
            "prefix": prefix,
            "table": contract.table,
            "reference": rule.arguments.reference,
            "partition": partition,
            "keys": tuple(name for name in rule.arguments.key if name != partition),
            "where": rule.arguments.where,
        }


class ReferenceCoverage(ReferenceFamily):
    """Every key of the reference is in the table, or nearly (rule 2; incident I-03: 1 of 187 players)."""

    name = "expect_reference_keys_to_be_covered"

    def words(self, rule: Rule, contract: Contract) -> str:
        where = f" with {rule.arguments.where}" if rule.arguments.where else ""
        return f"The keys of {rule.arguments.reference}{where} are also in {contract.table}, game date by game date."


class FallbackComplete(ReferenceFamily):
    """A table with a fallback is EMPTY or COMPLETE on a historical date: PARTIAL blocks the fallback (I-03, rule 3)."""

    name = "expect_fallback_to_be_complete"

    def words(self, rule: Rule, contract: Contract) -> str:
        return (
            f"On each historical date {contract.table} is EMPTY (the fallback will run) or COMPLETE by key against "
            f"{rule.arguments.reference}; PARTIAL blocks the fallback."
        )

    def judge_date(self, arguments: Any, day: date, counters: Mapping[str, Any], evidence: Evidence) -> PartitionResult:
        """One date's state."""
        expected, covered, own = (int(counters[name] or 0) for name in ("expected", "covered", "own"))
        if own == 0:
            return PartitionResult(day, Verdict.PASS, expected, 0, 0.0, "EMPTY", "no rows: the fallback will run")
        share = covered / expected
        if share < arguments.fail_below:
            detail = f"stale partial rows block the fallback: {_missing_words(expected, covered)}"
            return PartitionResult(day, Verdict.FAIL, expected, covered, round(share, 4), "PARTIAL", detail)
        verdict = Verdict.WARN if share < arguments.warn_below else Verdict.PASS
        missing = None if verdict is Verdict.PASS else _missing_words(expected, covered)
        return PartitionResult(day, verdict, expected, covered, round(share, 4), "COMPLETE", missing)


def _missing_words(expected: int, covered: int) -> str:
    return f"{covered:,} of {expected:,} keys are there ({covered / expected:.1%}), {expected - covered:,} are missing"


def long_ago(day: date, as_of: date, days: int | None) -> bool:
    """Whether a date is further back than that many days; never when no number is given."""
    return days is not None and day < as_of - timedelta(days=days)
