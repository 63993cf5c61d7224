"""The size of groups inside a partition: runs a processor and date, books a game, rows a snapshot (rules 24 and 31)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from gx.contracts.model import Contract, Identifier, Rule
from gx.rules.columns import RowArguments, RowFamily, ungroupable


class GroupArguments(RowArguments):
    """The columns that make a group, and how many rows (or ``distinct`` values of a column) it may have.

    ``where`` selects the rows that count. A group without a row cannot be seen; its absence is another rule's.
    """

    group_by: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    minimum: Annotated[int, Field(ge=1)] = 1
    maximum: Annotated[int, Field(ge=1)] | None = None
    distinct: Identifier | None = None

    @model_validator(mode="after")
    def _complete(self) -> GroupArguments:
        if self.minimum == 1 and self.maximum is None:
            raise ValueError("a minimum above 1 or a maximum is needed")
        if self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(f"maximum: {self.maximum} is below minimum, {self.minimum}")
        return self


class GroupSizes(RowFamily):
    """Each group has as many rows, or distinct values, as it should; every row of a wrong group counts."""

    name = "expect_group_sizes_to_be_between"
    Kwargs = GroupArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        problems = super().check(rule, contract, contracts)
        return problems + [f"group_by: {text}" for text in ungroupable(rule.arguments.group_by, contract)]

    def columns(self, rule: Rule) -> tuple[str, ...]:
        return (*rule.arguments.group_by, *([rule.arguments.distinct] if rule.arguments.distinct else []))

    def evaluated(self, rule: Rule) -> str:
        return "TRUE"

    def derived(self, rule: Rule, prefix: str) -> Mapping[str, str]:
        where = rule.arguments.where or "TRUE"
        counted = f"COUNTIF({where})"
        if rule.arguments.distinct:
            counted = f"COUNT(DISTINCT IF({where}, {rule.arguments.distinct}, NULL))"
        return {f"{prefix}size": f"{counted} OVER (PARTITION BY {', '.join(rule.arguments.group_by)})"}

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        low, high = rule.arguments.minimum, rule.arguments.maximum
        return f"({prefix}size < {low}{f' OR {prefix}size > {high}' if high is not None else ''})"

    def subject(self, rule: Rule) -> str:
        low, high = rule.arguments.minimum, rule.arguments.maximum
        of = f"values of {rule.arguments.distinct}" if rule.arguments.distinct else "rows"
        bounds = f"{low} to {high}" if high is not None else f"at least {low}"
        return f"Each ({', '.join(rule.arguments.group_by)}) has {bounds} {of}"
