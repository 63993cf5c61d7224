"""Uniqueness: of a compound key (GX core's rule), and of one value a key (a game played on one date)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Rule
from gx.rules.columns import RowArguments, RowFamily, ungroupable


class CompoundArguments(RowArguments):
    """The columns whose values together may appear once."""

    column_list: Annotated[tuple[Identifier, ...], Field(min_length=2)]


class CompoundUnique(RowFamily):
    """GX: a combination of columns is unique; every row of a repeated key counts, keys with a null part never do."""

    name = "expect_compound_columns_to_be_unique"
    Kwargs = CompoundArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        return super().check(rule, contract, contracts) + ungroupable(rule.arguments.column_list, contract)

    def columns(self, rule: Rule) -> tuple[str, ...]:
        return tuple(rule.arguments.column_list)

    def evaluated(self, rule: Rule) -> str:
        return f"COALESCE({', '.join(_as_text(self.columns(rule)))}) IS NOT NULL"

    def derived(self, rule: Rule, prefix: str) -> Mapping[str, str]:
        keys = ", ".join(rule.arguments.column_list)
        return {f"{prefix}copies": f"COUNTIF({rule.arguments.where or 'TRUE'}) OVER (PARTITION BY {keys})"}

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        complete = " AND ".join(f"{name} IS NOT NULL" for name in rule.arguments.column_list)
        return f"{prefix}copies > 1 AND {complete}"

    def subject(self, rule: Rule) -> str:
        return f"There is at most one row for each ({', '.join(rule.arguments.column_list)})"


class OneValueArguments(RowArguments):
    """The key, and the column that may have one value for it."""

    key: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    column: Identifier


class OneValuePerKey(RowFamily):
    """A key determines another column: all its rows agree on the column's value (rule 11: a game is played once).

    A row with a null in the key or the column is not evaluated.
    """

    name = "expect_key_to_determine_column"
    Kwargs = OneValueArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        return super().check(rule, contract, contracts) + ungroupable(rule.arguments.key, contract)

    def columns(self, rule: Rule) -> tuple[str, ...]:
        return (*rule.arguments.key, rule.arguments.column)

    def evaluated(self, rule: Rule) -> str:
        return " AND ".join(f"{name} IS NOT NULL" for name in self.columns(rule))

    def derived(self, rule: Rule, prefix: str) -> Mapping[str, str]:
        keys, column = ", ".join(rule.arguments.key), rule.arguments.column
        value = f"IF({rule.arguments.where}, {column}, NULL)" if rule.arguments.where else column
        return {
            f"{prefix}{name}": f"{function}({value}) OVER (PARTITION BY {keys})"
            for name, function in (("least", "MIN"), ("greatest", "MAX"))
        }

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        return f"{prefix}least <> {prefix}greatest AND {self.evaluated(rule)}"

    def subject(self, rule: Rule) -> str:
        return f"Each ({', '.join(rule.arguments.key)}) has one {rule.arguments.column}"


def _as_text(columns: tuple[str, ...]) -> list[str]:
    return [f"CAST({name} AS STRING)" for name in columns]
