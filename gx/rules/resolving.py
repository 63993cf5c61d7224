"""Keys that must resolve: every player_lookup is known to the registry or to its aliases (rule 37)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule, TableName
from gx.judging.result import PartitionResult, Verdict
from gx.rules.agreement import limit_problems
from gx.rules.conditions import nearest, unknown_columns
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.pairing import Share, Side, columns_of, own_side, where_problems
from gx.rules.templates import render


class KnownKeys(Model):
    """A table without partitions whose column holds known keys; ``where`` selects the rows that count."""

    table: TableName
    column: Identifier
    where: str | None = None


class ResolvingArguments(Model):
    """The column of keys, the tables that know keys, and the share of a date's distinct keys that must be known."""

    column: Identifier
    references: Annotated[tuple[KnownKeys, ...], Field(min_length=1)]
    where: str | None = None
    fail_below: Share = 0.98
    warn_below: Share | None = None


class KeysResolve(Family):
    """Nearly all distinct keys of a date are known to one of the references (incidents I-14, I-44; rule 37)."""

    name = "expect_keys_to_resolve_in_reference"
    Kwargs = ResolvingArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        arguments = rule.arguments
        problems = [f"column: {text}" for text in unknown_columns({arguments.column}, contract)]
        problems += where_problems("where", arguments.where, contract)
        for known in arguments.references:
            problems += [f"references: {text}" for text in _reference_problems(known, contracts)]
        return problems + limit_problems(arguments.fail_below, arguments.warn_below)

    def words(self, rule: Rule, contract: Contract) -> str:
        known = " or ".join(f"{item.table}.{item.column}" for item in rule.arguments.references)
        where = f" of rows with {rule.arguments.where}" if rule.arguments.where else ""
        return f"Every {rule.arguments.column}{where} is known as {known}."

    def threshold(self, rule: Rule) -> str:
        arguments = rule.arguments
        warn = f", warn below {arguments.warn_below:.0%}" if arguments.warn_below is not None else ""
        return f"fail below {arguments.fail_below:.0%}{warn} of a date's distinct keys"

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        expressions = {
            **_expressions(rule, contract, prefix),
            f"{prefix}by_date": render("resolving_by_date.sql.j2", prefix=prefix),
        }
        counters = (f"{prefix}keys", f"{prefix}resolved")
        return PairPart(rule.arguments.references[0].table, expressions, f"{prefix}by_date", counters)

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        column = rule.arguments.column
        sql = render("resolving_keys.sql.j2", expressions=_expressions(rule, contract, ""), column=column)
        reads = (contract.table, *dict.fromkeys(item.table for item in rule.arguments.references))
        return KeysQuery(sql, reads, (), (column, "own_rows"))

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        arguments = rule.arguments
        used = {contract.table: columns_of(contract.partition, arguments.column, arguments.where)}
        for known in arguments.references:
            used[known.table] = used.get(known.table, frozenset()) | columns_of(known.column, known.where)
        return used

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            _judge_date(rule.arguments, day, int(counters["keys"]), int(counters["resolved"] or 0))
            for day, counters in sorted(evidence.counters.items())
            if int(counters["keys"] or 0) > 0
        ]


def _reference_problems(known: KnownKeys, contracts: Mapping[str, Contract]) -> list[str]:
    reference = contracts.get(known.table)
    if reference is None:
        return [f"no contract for {known.table}{nearest(known.table, list(contracts))}"]
    problems = unknown_columns({known.column}, reference) + where_problems("where", known.where, reference)
    if reference.partition is not None:
        problems.append(
            f"{known.table} is a table of dates ({reference.partition}); allowed: tables without partitions"
        )
    return problems


def _expressions(rule: Rule, contract: Contract, prefix: str) -> dict[str, str]:
    arguments = rule.arguments
    own = own_side({}, contract, arguments.where)
    known = [Side(item.table, None, {"known_key": item.column}, item.where) for item in arguments.references]
    return {
        f"{prefix}known_keys": render("known_keys.sql.j2", sides=known),
        f"{prefix}lookups": render("lookups.sql.j2", prefix=prefix, own=own, column=arguments.column),
    }


def _judge_date(arguments: Any, day: date, keys: int, resolved: int) -> PartitionResult:
    share = resolved / keys
    if share < arguments.fail_below:
        verdict = Verdict.FAIL
    else:
        verdict = Verdict.WARN if arguments.warn_below is not None and share < arguments.warn_below else Verdict.PASS
    detail = f"{resolved:,} of {keys:,} keys are known ({share:.1%}), {keys - resolved:,} unknown"
    return PartitionResult(
        day, verdict, keys, resolved, round(share, 4), None, None if verdict is Verdict.PASS else detail
    )
