"""Key coverage against a reference table: coverage itself, and the fallback's EMPTY or COMPLETE (rules 2, 3, 27, 33).

Keys are intersected, never counted apart: a rostered population can outnumber the played one and still miss most of
it (trap T6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule, TableName
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import nearest, unknown_columns
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.pairing import (
    Key,
    Share,
    Side,
    columns_of,
    key_problems,
    own_side,
    reference_side,
    shared_names,
    where_problems,
)
from gx.rules.templates import render


class Excuse(Model):
    """A table of excused keys: ``key`` pairs columns of the reference's key with that table's (rule 33)."""

    table: TableName
    key: Key
    where: str | None = None


class CoverageArguments(Model):
    """The reference, which of its rows count, the key, and the shares that fail and warn.

    ``key`` holds the partition column and at least one more: a list of names that both tables share, or own columns
    with the reference's. ``shown`` adds reference columns to the missing keys. A missing key that ``excused_by``
    holds counts as covered. Dates with fewer reference keys than ``minimum_keys`` are left alone.
    """

    reference: TableName
    where: str | None = None
    key: Annotated[tuple[Identifier, ...], Field(min_length=2)] | Annotated[Key, Field(min_length=2)]
    shown: tuple[Identifier, ...] = ()
    excused_by: Excuse | None = None
    minimum_keys: Annotated[int, Field(ge=1)] = 1
    fail_below: Share = 0.90
    warn_below: Share = 0.95

    @property
    def pairs(self) -> Mapping[str, str]:
        """Own columns with the reference's."""
        return self.key if isinstance(self.key, dict) else {name: name for name in self.key}

    @property
    def surplus_limit(self) -> float | None:
        """The share of own keys that the reference may lack; None asks nothing of them."""
        return None


class SurplusArguments(CoverageArguments):
    """Coverage, and ``surplus_above``: the share of the table's own keys that the reference may lack."""

    surplus_above: Share | None = None

    @property
    def surplus_limit(self) -> float | None:
        return self.surplus_above


class ReferenceFamily(Family):
    """Shared by the rules that compare keys with a reference: SQL, checks and missing keys."""

    Kwargs: ClassVar[type[Model]] = CoverageArguments
    completeness = True

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments, reference = rule.arguments, contracts.get(rule.arguments.reference)
        if reference is None:
            return [f"reference: no contract for {arguments.reference}{nearest(arguments.reference, list(contracts))}"]
        problems = key_problems(arguments.pairs, contract, reference)
        if contract.partition not in arguments.pairs and reference.partition is None:
            problems.append(f"key: must hold {contract.table}'s partition column {contract.partition!r}")
        problems += [f"shown: {text}" for text in unknown_columns(set(arguments.shown), reference)]
        problems += [
            f"shown: {name!r} is already part of the key" for name in set(arguments.shown) & set(arguments.pairs)
        ]
        problems += where_problems("where", arguments.where, reference)
        return problems + (_excuse_problems(arguments, reference, contracts) if arguments.excused_by else [])

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        names = _sides(rule, contract, contracts)
        shared = {"prefix": prefix, **names}
        expressions = {
            f"{prefix}reference_keys": render("distinct_keys.sql.j2", side=names["reference"]),
            f"{prefix}own_keys": render("distinct_keys.sql.j2", side=names["own"]),
        }
        if names["excused"]:
            expressions[f"{prefix}excused_keys"] = render("distinct_keys.sql.j2", side=names["excused"])
        expressions[f"{prefix}by_date"] = render("coverage_by_date.sql.j2", **shared)
        counters = tuple(f"{prefix}{name}" for name in ("expected", "covered", "excused", "own", "surplus"))
        return PairPart(rule.arguments.reference, expressions, f"{prefix}by_date", counters)

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        arguments, names = rule.arguments, _sides(rule, contract, contracts)
        keys = tuple(name for name in arguments.pairs if name != contract.partition)
        with_surplus = arguments.surplus_limit is not None
        sql = render("missing_keys.sql.j2", columns=keys, shown=arguments.shown, with_surplus=with_surplus, **names)
        finding = ("finding",) if with_surplus else ()
        reads = (contract.table, arguments.reference, *([arguments.excused_by.table] if arguments.excused_by else []))
        return KeysQuery(sql, reads, (), (*keys, *arguments.shown, *finding))

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        arguments, excuse = rule.arguments, rule.arguments.excused_by
        used = {arguments.reference: columns_of(*arguments.pairs.values(), *arguments.shown, arguments.where)}
        if excuse:
            used[excuse.table] = columns_of(*excuse.key.values(), excuse.where) | used.get(excuse.table, frozenset())
        return used | {contract.table: frozenset(arguments.pairs) | used.get(contract.table, frozenset())}

    def threshold(self, rule: Rule) -> str:
        arguments = rule.arguments
        surplus = f", fail above {arguments.surplus_limit:.0%} surplus" if arguments.surplus_limit is not None else ""
        return f"fail below {arguments.fail_below:.0%}, warn below {arguments.warn_below:.0%}{surplus}"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            self.judge_date(rule.arguments, day, counters, evidence)
            for day, counters in sorted(evidence.counters.items())
            if int(counters["expected"] or 0) >= rule.arguments.minimum_keys
        ]

    def judge_date(self, arguments: Any, day: date, counters: Mapping[str, Any], evidence: Evidence) -> PartitionResult:
        """One date's coverage by key."""
        expected, covered, own, surplus = (
            int(counters[name] or 0) for name in ("expected", "covered", "own", "surplus")
        )
        share = covered / expected
        verdict = (
            Verdict.FAIL
            if share < arguments.fail_below
            else Verdict.WARN
            if share < arguments.warn_below
            else Verdict.PASS
        )
        detail = None if verdict is Verdict.PASS else _missing_words(counters)
        if arguments.surplus_limit is not None and own and surplus / own > arguments.surplus_limit:
            extra = f"{surplus:,} of {own:,} own keys ({surplus / own:.1%}) are not in {arguments.reference}"
            detail = f"{extra}; {detail}" if detail else extra
            return PartitionResult(day, Verdict.FAIL, expected, covered, round(share, 4), "SURPLUS", detail)
        return PartitionResult(day, verdict, expected, covered, round(share, 4), None, detail)

    def excusable(self, result: PartitionResult) -> bool:
        return result.classification != "SURPLUS"


class ReferenceCoverage(ReferenceFamily):
    """Every key of the reference is in the table, or nearly (rule 2; incident I-03: 1 of 187 players).

    With ``surplus_above`` the table holds hardly any key that the reference lacks.
    """

    name = "expect_reference_keys_to_be_covered"
    Kwargs = SurplusArguments

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        where = f" with {arguments.where}" if arguments.where else ""
        excused = f" or excused by {arguments.excused_by.table}" if arguments.excused_by else ""
        surplus = ", and hardly any others" if arguments.surplus_limit is not None else ""
        return (
            f"The keys of {arguments.reference}{where} are also in {contract.table}{excused}{surplus}, "
            "game date by game date."
        )


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
            detail = f"stale partial rows block the fallback: {_missing_words(counters)}"
            return PartitionResult(day, Verdict.FAIL, expected, covered, round(share, 4), "PARTIAL", detail)
        verdict = Verdict.WARN if share < arguments.warn_below else Verdict.PASS
        missing = None if verdict is Verdict.PASS else _missing_words(counters)
        return PartitionResult(day, verdict, expected, covered, round(share, 4), "COMPLETE", missing)


def _sides(rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> dict[str, Any]:
    """The tables as they are read: keys under the own table's names, the partition as game_date."""
    arguments, excuse = rule.arguments, rule.arguments.excused_by
    reference = contracts[arguments.reference]
    return {
        "keys": shared_names(arguments.pairs, contract),
        "own": own_side(arguments.pairs, contract),
        "reference": reference_side(arguments.pairs, contract, reference, arguments.where),
        "excused": _excused_side(excuse, arguments.pairs, contract, contracts) if excuse else None,
    }


def _excused_side(excuse: Excuse, pairs: Mapping[str, str], own: Contract, contracts: Mapping[str, Contract]) -> Side:
    names = dict(zip(pairs.values(), shared_names(pairs, own), strict=True))
    columns = {names[mine]: theirs for mine, theirs in excuse.key.items()}
    return Side(excuse.table, contracts[excuse.table].partition, columns, excuse.where)


def _excuse_problems(arguments: Any, reference: Contract, contracts: Mapping[str, Contract]) -> list[str]:
    excuse, table = arguments.excused_by, contracts.get(arguments.excused_by.table)
    if table is None:
        return [f"excused_by: no contract for {excuse.table}{nearest(excuse.table, list(contracts))}"]
    problems = key_problems(excuse.key, reference, table) + where_problems("where", excuse.where, table)
    outside = sorted(set(excuse.key) - set(arguments.pairs.values()))
    problems += [f"key: {name!r} is not part of the reference's key" for name in outside]
    return [f"excused_by: {text}" for text in problems]


def _missing_words(counters: Mapping[str, Any]) -> str:
    expected, covered, excused = (int(counters[name] or 0) for name in ("expected", "covered", "excused"))
    there = f"{covered:,} of {expected:,} keys are there ({covered / expected:.1%}), {expected - covered:,} are missing"
    return f"{there}; {excused:,} of those there are excused" if excused else there


def long_ago(day: date, as_of: date, days: int | None) -> bool:
    """Whether a date is further back than that many days; never when no number is given."""
    return days is not None and day < as_of - timedelta(days=days)
