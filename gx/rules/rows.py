"""Relations inside a row: a condition that every row must satisfy."""

from __future__ import annotations

from collections.abc import Mapping

from gx.contracts.model import Contract, Rule
from gx.rules.columns import RowArguments, RowFamily
from gx.rules.conditions import condition_columns, condition_problems


class ConditionArguments(RowArguments):
    """A condition over the row's columns; rows for which it is NULL are not evaluated, as GX treats nulls."""

    condition: str


class RowsSatisfy(RowFamily):
    """A relation between the columns of a row, for example makes <= attempts."""

    name = "expect_rows_to_satisfy"
    Kwargs = ConditionArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        problems = [f"condition: {text}" for text in condition_problems(rule.arguments.condition, contract)]
        return problems or super().check(rule, contract, contracts)

    def columns(self, rule: Rule) -> tuple[str, ...]:
        return tuple(sorted(condition_columns(rule.arguments.condition)))

    def evaluated(self, rule: Rule) -> str:
        return f"({rule.arguments.condition}) IS NOT NULL"

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        return f"NOT ({rule.arguments.condition})"

    def subject(self, rule: Rule) -> str:
        return f"In every row, {rule.arguments.condition}"
