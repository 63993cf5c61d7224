"""Planning: rules become statements, one grouped statement a table and one a compared pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gx.contracts.model import Contract, Rule
from gx.planning.statement import Parameter, Statement
from gx.planning.table_rows import RowRule, table_statement, today_parameter, window_parameters
from gx.rules.family import Family, PairPart, RowPart
from gx.rules.run_log import RunLogFamily, processors_of
from gx.rules.templates import render

SCHEDULE = "nba_raw.nbac_schedule"
SLATE = "slate"
"""Name of the statement that counts the deduplicated schedule's games a date."""
RUN_LOG = "run log"
"""Name of the statement that sums the run log a processor and data date."""


@dataclass(frozen=True)
class PlannedRule:
    """A rule, the statement that answers it and the prefix of its counters there."""

    contract: Contract
    rule: Rule
    family: Family
    statement: str | None
    prefix: str


@dataclass(frozen=True)
class Plan:
    """The statements of a run and who reads which counters."""

    statements: tuple[Statement, ...]
    rules: tuple[PlannedRule, ...]
    core_rules: tuple[tuple[Contract, Rule], ...]
    row_statements: Mapping[str, str]
    start: date
    end: date


@dataclass(frozen=True)
class _RowRule:
    planned: PlannedRule
    part: RowPart


@dataclass(frozen=True)
class _PairRule:
    planned: PlannedRule
    part: PairPart


def plan(
    selection: Sequence[tuple[Contract, Sequence[Rule]]],
    contracts: Mapping[str, Contract],
    families: Mapping[str, Family],
    start: date,
    end: date,
    now: datetime,
) -> Plan:
    """Plan the selected rules over the partitions ``start``..``end`` (both included).

    ``now``, in Eastern time, decides which running runs of the log are stuck and what a snapshot is dated by. Rules
    whose expectation has no family are GX core's own and come back in ``core_rules``.
    """
    rows: list[_RowRule] = []
    pairs: list[_PairRule] = []
    derived: list[PlannedRule] = []
    core: list[tuple[Contract, Rule]] = []
    for contract, rules in selection:
        numbers = {rule.name: number for number, rule in enumerate(contract.rules, 1)}
        for rule in rules:
            family = families.get(rule.expectation)
            if family is None:
                core.append((contract, rule))
                continue
            _sort_rule(contract, rule, family, f"r{numbers[rule.name]}_", contracts, rows, pairs, derived)
    tables = [contract for contract, _ in selection]
    needs_rows = {planned.contract.table for planned in derived if planned.family.needs_rows}
    statements = _table_statements(tables, rows, needs_rows, start, end, now.date())
    statements += _pair_statements(pairs, start, end, now)
    statements += _shared_statements([*derived], start, end, now)
    planned_rules = [row.planned for row in rows] + [pair.planned for pair in pairs] + derived
    in_statement = {statement.table: statement.name for statement in statements if statement.name == statement.table}
    return Plan(tuple(statements), tuple(planned_rules), tuple(core), in_statement, start, end)


def _sort_rule(
    contract: Contract,
    rule: Rule,
    family: Family,
    prefix: str,
    contracts: Mapping[str, Contract],
    rows: list[_RowRule],
    pairs: list[_PairRule],
    derived: list[PlannedRule],
) -> None:
    row_part = family.row_part(rule, contract, prefix)
    if row_part is not None:
        rows.append(_RowRule(PlannedRule(contract, rule, family, contract.table, prefix), row_part))
        return
    pair_part = family.pair_part(rule, contract, prefix, contracts)
    if pair_part is not None:
        name = pair_name(contract.table, pair_part.reference)
        pairs.append(_PairRule(PlannedRule(contract, rule, family, name, prefix), pair_part))
        return
    derived.append(PlannedRule(contract, rule, family, None, prefix))


def rule_statement(
    planned: PlannedRule, contracts: Mapping[str, Contract], start: date, end: date, now: datetime
) -> Statement | None:
    """The statement that would answer this rule alone: what a person reads and runs to see the same numbers.

    None for a rule without counters of its own (it is judged by other statements and metadata).
    """
    contract, rule, family = planned.contract, planned.rule, planned.family
    row_part = family.row_part(rule, contract, "")
    if row_part is not None:
        return table_statement(contract, [RowRule(rule, row_part)], start, end, now.date())
    pair_part = family.pair_part(rule, contract, "", contracts)
    if pair_part is not None:
        return _pair_statement(str(planned.statement), [_PairRule(planned, pair_part)], start, end, now)
    return None


def pair_name(table: str, reference: str) -> str:
    """The name of a compared pair's statement; a table may also be compared with itself."""
    return f"{table} in itself" if table == reference else f"{table} vs {reference}"


def _table_statements(
    contracts: Iterable[Contract], rows: Sequence[_RowRule], needs_rows: set[str], start: date, end: date, today: date
) -> list[Statement]:
    by_table: dict[str, list[RowRule]] = {}
    for row in rows:
        by_table.setdefault(row.planned.contract.table, []).append(RowRule(row.planned.rule, row.part))
    statements = []
    for contract in contracts:
        own = by_table.get(contract.table, [])
        if own or contract.table in needs_rows:
            statements.append(table_statement(contract, own, start, end, today))
    return statements


def _pair_statements(pairs: Sequence[_PairRule], start: date, end: date, now: datetime) -> list[Statement]:
    by_name: dict[str, list[_PairRule]] = {}
    for item in pairs:
        by_name.setdefault(str(item.planned.statement), []).append(item)
    return [_pair_statement(name, items, start, end, now) for name, items in by_name.items()]


def _pair_statement(name: str, items: Sequence[_PairRule], start: date, end: date, now: datetime) -> Statement:
    expressions: dict[str, str] = {}
    for item in items:
        expressions.update(item.part.expressions)
    sql = render(
        "pair.sql.j2",
        name=name,
        expressions=expressions,
        sources=[item.part.by_date for item in items],
        counters=[counter for item in items for counter in item.part.counters],
    )
    table, reference = items[0].planned.contract.table, items[0].part.reference
    window = tuple(parameter for parameter in window_parameters(start, end) if asks_for(sql, parameter.name))
    parameters = window + moment_parameters(sql, now)
    parameters += tuple(parameter for item in items for parameter in item.part.parameters)
    planned = [item.planned for item in items]
    used = (other for rule in planned for other in rule.family.columns_used(rule.rule, rule.contract))
    reads = tuple(dict.fromkeys((table, reference, *used)))
    return Statement(name, table, reads, sql, parameters, tuple(_name(rule) for rule in planned))


def moment_parameters(sql: str, now: datetime) -> tuple[Parameter, ...]:
    """``@now`` and ``@today`` for a text that asks for them."""
    known = (Parameter("now", "TIMESTAMP", now), today_parameter(now.date()))
    return tuple(parameter for parameter in known if asks_for(sql, parameter.name))


def asks_for(sql: str, name: str) -> bool:
    """Whether a text uses that query parameter."""
    return re.search(rf"@{name}\b", sql) is not None


def _shared_statements(derived: Sequence[PlannedRule], start: date, end: date, now: datetime) -> list[Statement]:
    statements = [slate_statement(start, end)]
    readers = [planned for planned in derived if planned.family.needs_runs]
    if readers:
        statements.append(_run_log_statement(readers, start, end, now))
    return statements


def slate_statement(start: date, end: date) -> Statement:
    """The games a date of the deduplicated schedule: what every judgement is anchored on."""
    sql = render("slate_by_date.sql.j2", slate=render("slate.sql.j2", schedule=SCHEDULE))
    return Statement(SLATE, SCHEDULE, (SCHEDULE,), sql, window_parameters(start, end))


def _run_log_statement(readers: Sequence[PlannedRule], start: date, end: date, now: datetime) -> Statement:
    logged = [(planned, planned.family) for planned in readers if isinstance(planned.family, RunLogFamily)]
    named = not any(family.every_processor for _, family in logged)
    logs = {family.log_of(planned.rule, planned.contract) for planned, family in logged}
    if len(logs) > 1:
        raise ValueError(f"the rules of a run must read one run log; found {', '.join(sorted(logs))}")
    log = logs.pop()
    names = sorted({name for planned in readers for name in processors_of(planned.rule, planned.contract)})
    parameters = (
        *window_parameters(start, end),
        *([Parameter("processors", "STRING", tuple(names), array=True)] if named else []),
        Parameter("now", "TIMESTAMP", now),
    )
    sql = render("runs_by_date.sql.j2", run_log=log, named=named)
    return Statement(RUN_LOG, log, (log,), sql, parameters, tuple(_name(planned) for planned in readers))


def _name(planned: PlannedRule) -> str:
    return f"{planned.contract.table}.{planned.rule.name}"
