"""Planning: rules become statements, one grouped statement a table and one a compared pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gx.contracts.model import Contract, Rule, Scope
from gx.planning.statement import Parameter, Statement
from gx.rules.family import Family, PairPart, RowPart
from gx.rules.run_log import RunLogFamily, processors_of
from gx.rules.schedule import SCHEDULE_COLUMNS
from gx.rules.templates import render

SCHEDULE = "nba_raw.nbac_schedule"
SLATE = "slate"
"""Name of the statement that counts the deduplicated schedule's games a date."""
RUN_LOG = "run log"
"""Name of the statement that sums the run log a processor and data date."""
WHOLE_TABLE = (date(1900, 1, 1), date(2199, 12, 31))
"""Bounds for rules of scope ``table``: a predicate on the partition column that holds every date."""


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

    ``now`` decides which running runs of the log are stuck. Rules whose expectation has no family are GX core's own
    and come back in ``core_rules``.
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
    statements = [*_table_statements(tables, rows, needs_rows, start, end), *_pair_statements(pairs, start, end)]
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


def rule_statement(planned: PlannedRule, contracts: Mapping[str, Contract], start: date, end: date) -> Statement | None:
    """The statement that would answer this rule alone: what a person reads and runs to see the same numbers.

    None for a rule without counters of its own (it is judged by other statements and metadata).
    """
    contract, rule, family = planned.contract, planned.rule, planned.family
    row_part = family.row_part(rule, contract, "")
    if row_part is not None:
        return _table_statement(contract, [_RowRule(planned, row_part)], start, end)
    pair_part = family.pair_part(rule, contract, "", contracts)
    if pair_part is not None:
        return _pair_statement(str(planned.statement), [_PairRule(planned, pair_part)], start, end)
    return None


def pair_name(table: str, reference: str) -> str:
    """The name of a compared pair's statement."""
    return f"{table} vs {reference}"


def window_parameters(start: date, end: date) -> tuple[Parameter, ...]:
    """``@start`` and ``@end``, the partitions' bounds."""
    return (Parameter("start", "DATE", start), Parameter("end", "DATE", end))


def table_parameters() -> tuple[Parameter, ...]:
    """``@table_start`` and ``@table_end``, bounds that hold every partition."""
    return (Parameter("table_start", "DATE", WHOLE_TABLE[0]), Parameter("table_end", "DATE", WHOLE_TABLE[1]))


def _table_statements(
    contracts: Iterable[Contract], rows: Sequence[_RowRule], needs_rows: set[str], start: date, end: date
) -> list[Statement]:
    statements = []
    for contract in contracts:
        own = [item for item in rows if item.planned.contract.table == contract.table]
        if own or contract.table in needs_rows:
            statements.append(_table_statement(contract, own, start, end))
    return statements


def _table_statement(contract: Contract, own: Sequence[_RowRule], start: date, end: date) -> Statement:
    window = [item for item in own if item.planned.rule.scope is not Scope.TABLE]
    whole = [item for item in own if item.planned.rule.scope is Scope.TABLE]
    sql = render(
        "table_rows.sql.j2",
        table=contract.table,
        partition=contract.partition,
        window=_merged(window, contract),
        whole=_merged(whole, contract) if whole else None,
    )
    parameters = window_parameters(start, end) + (table_parameters() if whole else ())
    parameters += tuple(parameter for item in own for parameter in item.part.parameters)
    return Statement(
        contract.table, contract.table, (contract.table,), sql, parameters, tuple(_name(item.planned) for item in own)
    )


def _merged(items: Sequence[_RowRule], contract: Contract) -> dict[str, object]:
    columns = {name for item in items for name in item.part.columns} - {contract.partition}
    return {
        "columns": [column.name for column in contract.columns if column.name in columns],
        "derived": {name: text for item in items for name, text in item.part.derived.items()},
        "counters": {name: text for item in items for name, text in item.part.counters.items()},
        "rules": {next(iter(item.part.counters)): item.planned.rule.name for item in items},
    }


def _pair_statements(pairs: Sequence[_PairRule], start: date, end: date) -> list[Statement]:
    by_name: dict[str, list[_PairRule]] = {}
    for item in pairs:
        by_name.setdefault(str(item.planned.statement), []).append(item)
    return [_pair_statement(name, items, start, end) for name, items in by_name.items()]


def _pair_statement(name: str, items: Sequence[_PairRule], start: date, end: date) -> Statement:
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
    parameters = window_parameters(start, end)
    parameters += tuple(parameter for item in items for parameter in item.part.parameters)
    return Statement(name, table, (table, reference), sql, parameters, tuple(_name(item.planned) for item in items))


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
    logs = {planned.rule.arguments.run_log for planned in readers if isinstance(planned.family, RunLogFamily)}
    if len(logs) > 1:
        raise ValueError(f"the rules of a run must read one run log; found {', '.join(sorted(logs))}")
    log = logs.pop()
    names = sorted({name for planned in readers for name in processors_of(planned.rule, planned.contract)})
    parameters = (
        *window_parameters(start, end),
        Parameter("processors", "STRING", tuple(names), array=True),
        Parameter("now", "TIMESTAMP", now),
    )
    sql = render("runs_by_date.sql.j2", run_log=log)
    return Statement(RUN_LOG, log, (log,), sql, parameters, tuple(_name(planned) for planned in readers))


def _name(planned: PlannedRule) -> str:
    return f"{planned.contract.table}.{planned.rule.name}"


__all__ = ["RUN_LOG", "SCHEDULE", "SCHEDULE_COLUMNS", "SLATE", "Plan", "PlannedRule", "plan", "slate_statement"]
