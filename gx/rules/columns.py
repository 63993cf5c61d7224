"""GX's column rules: the same names, arguments and meaning as GX core, measured per game date by counters.

Nulls are not evaluated (except where null is the question) and ``mostly`` is the share of evaluated rows that must
be as expected, per game date.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from gx.contracts.model import Contract, Identifier, Model, Rule, Scope
from gx.judging.result import PartitionResult, Verdict
from gx.planning.statement import Parameter, ParameterType
from gx.rules.conditions import condition_columns, condition_problems, unknown_columns
from gx.rules.family import Evidence, Family, KeysQuery, RowPart
from gx.rules.not_a_number import is_float
from gx.rules.templates import render

UNGROUPABLE = ("FLOAT64", "JSON", "ARRAY<STRING>")
"""Column types that BigQuery cannot group, partition or join by."""


Mostly = Annotated[float, Field(gt=0, le=1)]


def ungroupable(columns: Sequence[str], contract: Contract) -> list[str]:
    """A message for each of those columns that BigQuery cannot group by."""
    found = [contract.column(name) for name in columns]
    return [
        f"BigQuery cannot group by {column.type} columns; found {column.name!r}"
        for column in found
        if column and column.type in UNGROUPABLE
    ]


class RowArguments(Model):
    """What every row rule may be told: which rows it speaks of, and the share that must be right."""

    where: str | None = None
    mostly: Mostly = 1.0


class ColumnArguments(RowArguments):
    """A rule about one column."""

    column: Identifier


class RowFamily(Family):
    """A rule that says of each row whether it is as expected, counted per game date."""

    scopes = frozenset(Scope)

    @abstractmethod
    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        """The SQL condition of an evaluated row that is not as expected; never NULL-sensitive."""

    @abstractmethod
    def evaluated(self, rule: Rule) -> str:
        """The SQL condition of a row that is evaluated at all."""

    @abstractmethod
    def columns(self, rule: Rule) -> tuple[str, ...]:
        """The columns the rule reads, ``where`` apart."""

    @abstractmethod
    def subject(self, rule: Rule) -> str:
        """What the rule is about, to begin a sentence with."""

    def derived(self, rule: Rule, prefix: str) -> Mapping[str, str]:
        """Per-row window expressions that ``unexpected`` uses."""
        return {}

    def parameters(self, rule: Rule, contract: Contract, prefix: str) -> tuple[Parameter, ...]:
        """Values of the rule, as query parameters."""
        return ()

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        where = rule.arguments.where
        problems = unknown_columns(set(self.columns(rule)), contract)
        return problems + ([f"where: {text}" for text in condition_problems(where, contract)] if where else [])

    def row_part(self, rule: Rule, contract: Contract, prefix: str) -> RowPart:
        where = rule.arguments.where
        counters = {f"{prefix}unexpected": f"COUNTIF({self._selected(rule, self.unexpected(rule, contract, prefix))})"}
        if rule.arguments.mostly < 1 or where:
            counters[f"{prefix}evaluated"] = f"COUNTIF({self._selected(rule, self.evaluated(rule))})"
        used = set(self.columns(rule)) | (condition_columns(where) if where else set())
        return RowPart(
            tuple(sorted(used)), counters, self.derived(rule, prefix), self.parameters(rule, contract, prefix)
        )

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        part = self.row_part(rule, contract, "")
        keys = tuple(name for name in contract.grain if name != contract.partition)
        shown = keys + tuple(name for name in part.columns if name not in keys and name != contract.partition)
        sql = render(
            "row_keys.sql.j2",
            table=contract.table,
            partition=contract.partition,
            partition_date=contract.partition_date,
            columns=shown,
            scope=rule.scope,
            derived=part.derived,
            unexpected=self._selected(rule, self.unexpected(rule, contract, "")),
        )
        return KeysQuery(sql, (contract.table,), part.parameters, shown)

    def threshold(self, rule: Rule) -> str:
        mostly = rule.arguments.mostly
        return "no row may differ" if mostly == 1 else f"at least {mostly:.4g} of the rows of a date"

    def words(self, rule: Rule, contract: Contract) -> str:
        where = f" where {rule.arguments.where}" if rule.arguments.where else ""
        share = "" if rule.arguments.mostly == 1 else f", in at least {rule.arguments.mostly:.1%} of them"
        return f"{self.subject(rule)}{where}{share}."

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            self._judge_date(rule, day, counters, evidence.row_counts.get(day, 0))
            for day, counters in sorted(evidence.counters.items())
        ]

    def _judge_date(self, rule: Rule, day: Any, counters: Mapping[str, Any], row_count: int) -> PartitionResult:
        unexpected = int(counters["unexpected"] or 0)
        evaluated = int(counters.get("evaluated", row_count) or 0)
        if unexpected == 0:
            return PartitionResult(day, Verdict.PASS)
        share = (evaluated - unexpected) / evaluated if evaluated else None
        if share is not None and share >= rule.arguments.mostly:
            return PartitionResult(day, Verdict.PASS, None, unexpected, share)
        rows = f"{unexpected:,} of {evaluated:,} rows" if evaluated else f"{unexpected:,} rows"
        return PartitionResult(day, Verdict.FAIL, 0, unexpected, share, None, f"{rows} are not as expected")

    def _selected(self, rule: Rule, condition: str) -> str:
        return f"({rule.arguments.where}) AND {condition}" if rule.arguments.where else condition


class ColumnFamily(RowFamily):
    """A row rule about the values of one column; nulls are not evaluated."""

    Kwargs: ClassVar[type[Model]] = ColumnArguments

    def columns(self, rule: Rule) -> tuple[str, ...]:
        return (rule.arguments.column,)

    def evaluated(self, rule: Rule) -> str:
        return f"{rule.arguments.column} IS NOT NULL"


class NotNull(ColumnFamily):
    """GX: every value is there."""

    name = "expect_column_values_to_not_be_null"

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        return f"{rule.arguments.column} IS NULL"

    def evaluated(self, rule: Rule) -> str:
        return "TRUE"

    def subject(self, rule: Rule) -> str:
        return f"Every row has a value in {rule.arguments.column}"


class Null(ColumnFamily):
    """GX: no value is there."""

    name = "expect_column_values_to_be_null"

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        return f"{rule.arguments.column} IS NOT NULL"

    def evaluated(self, rule: Rule) -> str:
        return "TRUE"

    def subject(self, rule: Rule) -> str:
        return f"{rule.arguments.column} is empty in every row"


class BetweenArguments(ColumnArguments):
    """Bounds in the column's own unit; at least one of them."""

    min_value: int | float | None = None
    max_value: int | float | None = None
    strict_min: bool = False
    strict_max: bool = False

    @model_validator(mode="after")
    def _bounded(self) -> BetweenArguments:
        if self.min_value is None and self.max_value is None:
            raise ValueError("a range needs min_value, max_value or both")
        if self.min_value is not None and self.max_value is not None and self.min_value > self.max_value:
            raise ValueError(f"min_value {self.min_value} is greater than max_value {self.max_value}")
        return self


class Between(ColumnFamily):
    """GX: values lie within bounds; NaN lies within none."""

    name = "expect_column_values_to_be_between"
    Kwargs = BetweenArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        column = contract.column(rule.arguments.column)
        if column and not column.type.startswith(("INT64", "FLOAT64", "NUMERIC")):
            return [f"column: a range needs a number; {column.name} is {column.type}"]
        return super().check(rule, contract, contracts)

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        arguments, sides = rule.arguments, []
        if arguments.min_value is not None:
            sides.append(f"{arguments.column} {'<=' if arguments.strict_min else '<'} @{prefix}min")
        if arguments.max_value is not None:
            sides.append(f"{arguments.column} {'>=' if arguments.strict_max else '>'} @{prefix}max")
        if is_float(arguments.column, contract):
            sides.append(f"IS_NAN({arguments.column})")  # which is neither below nor above anything
        return f"({' OR '.join(sides)})" if len(sides) > 1 else sides[0]

    def parameters(self, rule: Rule, contract: Contract, prefix: str) -> tuple[Parameter, ...]:
        bounds = {"min": rule.arguments.min_value, "max": rule.arguments.max_value}
        return tuple(
            Parameter(f"{prefix}{name}", "INT64" if isinstance(value, int) else "FLOAT64", value)
            for name, value in bounds.items()
            if value is not None
        )

    def subject(self, rule: Rule) -> str:
        low, high = rule.arguments.min_value, rule.arguments.max_value
        if low is None:
            return f"{rule.arguments.column} is at most {high}"
        if high is None:
            return f"{rule.arguments.column} is at least {low}"
        return f"{rule.arguments.column} lies between {low} and {high}"


class InSetArguments(ColumnArguments):
    """The allowed values; all of one type."""

    value_set: Annotated[tuple[bool, ...] | tuple[int, ...] | tuple[str, ...], Field(min_length=1)]


_SET_TYPES: tuple[tuple[type, ParameterType], ...] = ((bool, "BOOL"), (int, "INT64"), (str, "STRING"))


class InSet(ColumnFamily):
    """GX: values come from a list."""

    name = "expect_column_values_to_be_in_set"
    Kwargs = InSetArguments

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        return f"{rule.arguments.column} NOT IN UNNEST(@{prefix}set)"

    def parameters(self, rule: Rule, contract: Contract, prefix: str) -> tuple[Parameter, ...]:
        values = rule.arguments.value_set
        kind = next(name for python, name in _SET_TYPES if isinstance(values[0], python))
        return (Parameter(f"{prefix}set", kind, tuple(values), array=True),)

    def subject(self, rule: Rule) -> str:
        values = [str(value) for value in rule.arguments.value_set]
        shown = ", ".join(values[:8]) + (f" and {len(values) - 8} more" if len(values) > 8 else "")
        return f"{rule.arguments.column} is one of {shown}"


class RegexArguments(ColumnArguments):
    """An RE2 pattern, searched for anywhere in the text as GX does; anchor it with ^ and $."""

    regex: str


class MatchRegex(ColumnFamily):
    """GX: text matches a pattern."""

    name = "expect_column_values_to_match_regex"
    Kwargs = RegexArguments

    def unexpected(self, rule: Rule, contract: Contract, prefix: str) -> str:
        return f"NOT REGEXP_CONTAINS({rule.arguments.column}, @{prefix}regex)"

    def parameters(self, rule: Rule, contract: Contract, prefix: str) -> tuple[Parameter, ...]:
        return (Parameter(f"{prefix}regex", "STRING", rule.arguments.regex),)

    def subject(self, rule: Rule) -> str:
        return f"{rule.arguments.column} matches {rule.arguments.regex}"
