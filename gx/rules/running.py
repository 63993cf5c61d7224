"""Running counts: a player's games so far this season, as a cache tells them and as the games themselves count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Rule
from gx.rules.agreement import AgreementFamily, ComparisonArguments, limit_problems
from gx.rules.conditions import unknown_columns
from gx.rules.pairing import Share, columns_of, paired_words
from gx.rules.templates import render


class RunningCountArguments(ComparisonArguments):
    """The column that counts, and the reference rows that it counts; the key holds no dates.

    ``tolerance`` is in rows; ``fail_below`` is the share of a date's rows that must agree.
    """

    column: Identifier
    fail_below: Share = 0.99
    warn_below: Share | None = None
    minimum_rows: Annotated[int, Field(ge=1)] = 1


class RunningCountsAgree(AgreementFamily):
    """A count of date D is that of the reference's rows strictly before D, from the season's start (incident I-46).

    A season starts in October. Rows whose count is NULL are not compared; a key that the reference has not seen yet
    counts 0.
    """

    name = "expect_running_counts_to_agree_with_reference"
    Kwargs = RunningCountArguments

    def key(self, rule: Rule, contract: Contract, reference: Contract) -> Mapping[str, str]:
        dates = {str(contract.partition): reference.partition} if reference.partition else {}
        return {**dates, **rule.arguments.key}

    def values(self, rule: Rule) -> Mapping[str, str]:
        return {rule.arguments.column: "number of earlier rows"}

    def value_problems(self, rule: Rule, contract: Contract, reference: Contract) -> list[str]:
        arguments = rule.arguments
        problems = [f"column: {text}" for text in unknown_columns({arguments.column}, contract)]
        dates = {contract.partition, reference.partition} & {*arguments.key, *arguments.key.values()}
        problems += [f"key: {name!r} is a date; a running count is kept over dates" for name in sorted(map(str, dates))]
        if reference.partition is None:
            problems.append(f"reference: {reference.table} has no dates to count before")
        return problems + limit_problems(arguments.fail_below, arguments.warn_below)

    def findings(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> str:
        return render("running.sql.j2", **self.names(rule, contract, prefix, contracts))

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        arguments = rule.arguments
        own = columns_of(contract.partition, arguments.column, arguments.where, *arguments.key)
        theirs = columns_of(arguments.reference_where, *arguments.key.values())
        return {contract.table: own, arguments.reference: theirs}

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        where = f" with {arguments.reference_where}" if arguments.reference_where else ""
        return (
            f"{arguments.column} is the number of rows of {arguments.reference}{where} for the same "
            f"{paired_words(arguments.key)} earlier in the season, the date itself excluded."
        )
