"""Column shorthand: ``minimum``, ``maximum``, ``allowed``, ``pattern`` and REQUIRED become ordinary column rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gx.contracts.entry import read_arguments
from gx.contracts.families import Families
from gx.contracts.model import NUMBER_TYPES, Column, Location, Problem, Rule, Scope
from gx.contracts.nodes import Node
from gx.contracts.teams import TEAM_CODES
from gx.contracts.validation import problem_at
from gx.contracts.wording import shown

_LONGEST_STEM = 64
_NOT_RE2 = re.compile(r"\(\?(?:[=!>]|<[=!]|P[=>]|\()|\\[1-9]")
_Part = tuple[str, str, str, dict[str, Any]]


def expand(
    column: Column, node: Node, name: str, scope: Scope, families: Families | None, partition: str | None
) -> tuple[list[Rule], list[Problem]]:
    """The rules that a column's shorthand stands for, each placed at the key that asks for it.

    The families' own argument models take the arguments, so an expanded rule is like a written one. Shorthand that
    does not fit the column expands into nothing but its problems.
    """
    problems = shorthand_problems(column, node, name)
    if problems:
        return [], problems
    stem = column.name.lower().lstrip("_")[:_LONGEST_STEM]
    rules: list[Rule] = []
    for key, suffix, expectation, kwargs in _parts(column, column.name == partition):
        place = Location(name, *node.keys.get(key, node.place))
        arguments, found = read_arguments(expectation, _node_of(kwargs), place, families)
        problems += [Problem(place, f"{key}: {problem.message}") for problem in found]
        rules.append(
            Rule(
                f"{stem}_{suffix}",
                expectation,
                arguments,
                place,
                scope=scope,
                severity=column.severity,
                why=column.description,
            )
        )
    return rules, problems


def _parts(column: Column, is_partition: bool) -> Iterator[_Part]:
    about: dict[str, Any] = {"column": column.name}
    if column.mode == "REQUIRED" and not is_partition:
        yield "mode", "is_present", "expect_column_values_to_not_be_null", about
    bounds = {"min_value": column.minimum, "max_value": column.maximum}
    given = {key: value for key, value in bounds.items() if value is not None}
    if given:
        key = "minimum" if column.minimum is not None else "maximum"
        yield key, "in_range", "expect_column_values_to_be_between", about | given
    if column.allowed is not None:
        values = list(TEAM_CODES if column.allowed == "team_codes" else column.allowed)
        yield "allowed", "is_known", "expect_column_values_to_be_in_set", about | {"value_set": values}
    if column.pattern is not None:
        yield "pattern", "matches_format", "expect_column_values_to_match_regex", about | {"regex": column.pattern}
    if column.typical is not None:
        profile = column.typical.model_dump(exclude_none=True, exclude_unset=True)
        yield "typical", "is_typical", "expect_partition_to_be_typical", about | profile


def _node_of(value: Any) -> Node:
    if isinstance(value, dict):
        return Node((1, 1), {key: _node_of(item) for key, item in value.items()}, dict.fromkeys(value, (1, 1)))
    return Node((1, 1), [_node_of(item) for item in value] if isinstance(value, list | tuple) else value)


def shorthand_problems(column: Column, node: Node, name: str) -> list[Problem]:
    """Shorthand that does not fit the column's type, or that nothing could ever match."""
    if not column.type:
        return []
    found = [*_bound_problems(column), *_allowed_problems(column), *_pattern_problems(column)]
    return [problem_at(name, node.mapping[key], f"{key}: {message}") for key, message in found if key in node.mapping]


def _bound_problems(column: Column) -> Iterator[tuple[str, str]]:
    if not column.type.startswith(NUMBER_TYPES):
        for key in ("minimum", "maximum"):
            yield key, f"column {column.name!r} is {column.type}; allowed on: INT64, FLOAT64, NUMERIC"
    elif column.minimum is not None and column.maximum is not None and column.minimum > column.maximum:
        yield "minimum", f"{column.minimum} is above maximum, {column.maximum}"


def _allowed_problems(column: Column) -> Iterator[tuple[str, str]]:
    if column.allowed is None:
        return
    wanted: dict[str, type] = {"STRING": str, "INT64": int}
    if column.type not in wanted:
        yield "allowed", f"column {column.name!r} is {column.type}; allowed on: STRING, INT64"
    elif column.allowed == "team_codes":
        if column.type != "STRING":
            yield "allowed", f"column {column.name!r} is {column.type}; team_codes fits STRING"
    elif not column.allowed:
        yield "allowed", "an empty list; allowed: at least one value"
    else:
        for value in column.allowed:
            if not isinstance(value, wanted[column.type]):
                yield "allowed", f"found {shown(value)} in a {column.type} column; quote text, leave numbers unquoted"


def _pattern_problems(column: Column) -> Iterator[tuple[str, str]]:
    if column.pattern is None:
        return
    if column.type != "STRING":
        yield "pattern", f"column {column.name!r} is {column.type}; allowed on: STRING"
    if problem := pattern_problem(column.pattern):
        yield "pattern", problem


def pattern_problem(pattern: str) -> str | None:
    """Why BigQuery (RE2) would not take a regular expression, or None."""
    if unsupported := _NOT_RE2.search(pattern):
        return f"{unsupported.group()!r} is not RE2: no look-around, no back-references"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"not a regular expression: {error}"
    return None
