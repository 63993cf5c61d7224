"""The grouped statement of one table: all its row rules as counters, one scan a section.

A section is what a scope looks at: the window's dates, every date of the table, or the table as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from gx.contracts.model import Contract, Rule, Scope
from gx.planning.statement import Parameter, Statement
from gx.rules.family import RowPart
from gx.rules.templates import render

WHOLE_TABLE = (date(1900, 1, 1), date(2199, 12, 31))
"""Bounds for rules that look at the whole table: a predicate on the partition column that holds every date."""
_WINDOW_BOUNDS, _TABLE_BOUNDS = "@start AND @end", "@table_start AND @table_end"


@dataclass(frozen=True)
class RowRule:
    """A rule of the table with its counters."""

    rule: Rule
    part: RowPart


def window_parameters(start: date, end: date) -> tuple[Parameter, ...]:
    """``@start`` and ``@end``, the partitions' bounds."""
    return (Parameter("start", "DATE", start), Parameter("end", "DATE", end))


def table_parameters() -> tuple[Parameter, ...]:
    """``@table_start`` and ``@table_end``, bounds that hold every partition."""
    return (Parameter("table_start", "DATE", WHOLE_TABLE[0]), Parameter("table_end", "DATE", WHOLE_TABLE[1]))


def today_parameter(today: date) -> Parameter:
    """``@today``, as-of's date: what a snapshot is dated by."""
    return Parameter("today", "DATE", today)


def table_statement(contract: Contract, own: Sequence[RowRule], start: date, end: date, today: date) -> Statement:
    """The table's statement: ``partition_date``, ``row_count`` and every rule's counters."""
    sections = _sections(contract, own)
    sql = render(
        "table_rows.sql.j2",
        table=contract.table,
        partition=contract.partition,
        partition_date=contract.partition_date,
        sections=sections,
        names=["row_count", *chain.from_iterable(section["counters"] for section in sections)],
    )
    scopes = {item.rule.scope for item in own}
    parameters = window_parameters(start, end) if contract.partition else ()
    if contract.partition and scopes & {Scope.TABLE, Scope.SNAPSHOT}:
        parameters += table_parameters()
    if Scope.SNAPSHOT in scopes or not contract.partition:
        parameters += (today_parameter(today),)
    parameters += tuple(parameter for item in own for parameter in item.part.parameters)
    rules = tuple(f"{contract.table}.{item.rule.name}" for item in own)
    return Statement(contract.table, contract.table, (contract.table,), sql, parameters, rules)


def _sections(contract: Contract, own: Sequence[RowRule]) -> list[dict[str, Any]]:
    dated = [item for item in own if item.rule.scope in (Scope.HISTORICAL, Scope.UPCOMING)]
    whole = [item for item in own if item.rule.scope is Scope.TABLE]
    standing = [item for item in own if item.rule.scope is Scope.SNAPSHOT]
    sections = []
    if contract.partition:
        shared = {"note": None, "bounds": _WINDOW_BOUNDS, "date": contract.partition_date, "counts_rows": True}
        sections.append(_section("window", "by_date", dated, contract) | shared)
    if whole:
        note = 'rules of scope "table" look at every date: a window would hide what they forbid'
        shared = {"note": note, "bounds": _TABLE_BOUNDS, "date": contract.partition_date, "counts_rows": False}
        section = _section("table", "whole_table", whole, contract) | shared
        sections.append(section | {"having": [f"{name} > 0" for name in section["rules"]]})
    if standing or not contract.partition:
        note = "the table as it stands, dated as-of"
        shared = {"note": note, "bounds": _TABLE_BOUNDS, "date": "@today", "counts_rows": not contract.partition}
        sections.append(_section("standing", "snapshot", standing, contract) | shared)
    return sections


def _section(name: str, result: str, items: Sequence[RowRule], contract: Contract) -> dict[str, Any]:
    used = {column for item in items for column in item.part.columns} | {contract.partition}
    columns = [column.name for column in contract.columns if column.name in used] or [contract.columns[0].name]
    derived = _merged(item.part.derived for item in items)
    compared = _levels(f"{name}_rows", columns, derived, [item.part.compared for item in items])
    return {
        "name": name,
        "result": result,
        "columns": columns,
        "derived_lines": _lines(derived),
        "compared": compared,
        "last": compared[-1]["name"] if compared else f"{name}_rows",
        "counters": _merged(item.part.counters for item in items),
        "rules": {next(iter(item.part.counters)): item.rule.name for item in items},
        "having": [],
        "grouped": result != "snapshot",  # without groups an empty table answers, too
    }


def _levels(
    source: str, columns: Sequence[str], derived: Mapping[str, str], levels: Sequence[tuple[Mapping[str, str], ...]]
) -> list[dict[str, Any]]:
    """The levels of expressions that look at the level before; each carries all that was there along."""
    carried = [*columns, *derived]
    found = []
    for number in range(max((len(parts) for parts in levels), default=0)):
        added = _merged(parts[number] for parts in levels if number < len(parts))
        name = f"{source.removesuffix('_rows')}_compared_{number + 1}"
        found.append({"name": name, "source": source, "lines": [*carried, *_lines(added)]})
        carried, source = [*carried, *added], name
    return found


def _merged(parts: Any) -> dict[str, str]:
    return {name: text for part in parts for name, text in part.items()}


def _lines(expressions: Mapping[str, str]) -> list[str]:
    return [f"{text} AS {name}" for name, text in expressions.items()]
