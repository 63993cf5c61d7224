"""Measuring a plan: the warehouse is opened, and all statements wait together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gx.checkpoints.request import RunOrder
from gx.contracts.model import Contract, Scope
from gx.judging.result import RuleResult
from gx.planning.plan import Plan, PlannedRule, plan
from gx.planning.statement import Answer, LiveTable, MeasurementFailure, Statement
from gx.planning.table_rows import WHOLE_TABLE
from gx.rules.family import Family

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse
    from gx.warehouse.errors import WarehouseError

type Line = Warehouse | WarehouseError


@dataclass
class Measured:
    """What came back of a plan. ``plan`` is the plan as measured, without the rules in ``unmeasurable``."""

    plan: Plan
    answers: dict[str, Answer]
    live_tables: Mapping[str, LiveTable | MeasurementFailure]
    unmeasurable: list[tuple[PlannedRule, str]] = field(default_factory=list)
    core_results: list[RuleResult] = field(default_factory=list)
    warehouse: str = ""
    connection: str | None = None
    notes: list[str] = field(default_factory=list)


@contextmanager
def line() -> Iterator[Line]:
    """A line to the warehouse for both waves of a run, or the error that says why there is none."""
    from gx.warehouse.connection import open_warehouse
    from gx.warehouse.errors import WarehouseError

    with ExitStack() as stack:
        try:
            warehouse = stack.enter_context(open_warehouse())
        except WarehouseError as error:
            yield error
            return
        yield warehouse


def measure(
    line: Line,
    planned: Plan,
    order: RunOrder,
    contracts: Mapping[str, Contract],
    families: Mapping[str, Family],
    run_id: str,
) -> Measured:
    """Send the plan's statements and read the tables' metadata.

    A warehouse that cannot be reached makes every statement a failure; nothing is raised for it.
    """
    if isinstance(line, Exception):
        measured = _unreachable(planned, order, str(line))
    else:
        measured = _measure_open(line, planned, order, contracts, families, run_id)
    measured.core_results = _core(measured.plan, measured.connection)
    if measured.core_results:
        count = len(measured.core_results)
        measured.notes.append(f"Great Expectations measured {count} rules itself, by jobs that are not counted here.")
    return measured


def measure_keys(line: Line, statements: Sequence[Statement], order: RunOrder, run_id: str) -> list[Answer]:
    """The second wave: the failing keys of failing rules."""
    if isinstance(line, Exception):
        return [MeasurementFailure(statement.name, "unreachable", str(line)) for statement in statements]
    return line.run_statements(statements, labels=_labels(order, run_id))


def _unreachable(planned: Plan, order: RunOrder, why: str) -> Measured:
    answers: dict[str, Answer] = {s.name: MeasurementFailure(s.name, "unreachable", why) for s in planned.statements}
    tables = {c.table: MeasurementFailure(c.table, "unreachable", why) for c, _ in order.selection}
    return Measured(planned, answers, tables, warehouse="unreachable", notes=[f"The warehouse is unreachable: {why}"])


def _measure_open(
    warehouse: Warehouse,
    planned: Plan,
    order: RunOrder,
    contracts: Mapping[str, Contract],
    families: Mapping[str, Family],
    run_id: str,
) -> Measured:
    tables = sorted({contract.table for contract, _ in order.selection} | _references(planned))
    with ThreadPoolExecutor(1, thread_name_prefix="metadata") as metadata:
        schemas = metadata.submit(warehouse.table_schemas, tables)
        answers = _send(warehouse, planned.statements, order, run_id)
        live = schemas.result()
    measured = Measured(planned, answers, live, warehouse=_named(warehouse), connection=warehouse.sqlalchemy_url())
    _measure_around_missing_columns(measured, warehouse, order, contracts, families, run_id)
    return measured


def _measure_around_missing_columns(
    measured: Measured,
    warehouse: Warehouse,
    order: RunOrder,
    contracts: Mapping[str, Contract],
    families: Mapping[str, Family],
    run_id: str,
) -> None:
    """A missing column fails its whole statement: set its rules aside as errors and ask once more for the others."""
    failed = {name for name, answer in measured.answers.items() if _is_invalid(answer)}
    missing = {
        id(item.rule): text
        for item in measured.plan.rules
        if item.statement in failed and (text := _missing_columns(item, measured.live_tables))
    }
    if not missing:
        return
    selection = [(c, [rule for rule in rules if id(rule) not in missing]) for c, rules in order.selection]
    window = measured.plan
    now = order.as_of
    again = plan(selection, contracts, families, window.start, window.end, now)
    resend = [statement for statement in again.statements if statement.name in failed]
    measured.unmeasurable = [(item, missing[id(item.rule)]) for item in measured.plan.rules if id(item.rule) in missing]
    measured.answers |= _send(warehouse, resend, order, run_id)
    measured.plan = replace(again, core_rules=measured.plan.core_rules)


def _missing_columns(planned: PlannedRule, live: Mapping[str, LiveTable | MeasurementFailure]) -> str | None:
    gone = []
    for table, columns in planned.family.columns_used(planned.rule, planned.contract).items():
        found = live.get(table)
        if isinstance(found, LiveTable):
            gone += [f"{table}.{name}" for name in sorted(columns - {column.name for column in found.columns})]
    return f"the live table has no column {', '.join(gone)}" if gone else None


def _is_invalid(answer: Answer) -> bool:
    return isinstance(answer, MeasurementFailure) and answer.kind in ("invalid_query", "not_found")


def _references(planned: Plan) -> set[str]:
    return {table for statement in planned.statements for table in statement.reads}


def _send(warehouse: Warehouse, statements: Sequence[Statement], order: RunOrder, run_id: str) -> dict[str, Answer]:
    answers = warehouse.run_statements(statements, labels=_labels(order, run_id))
    return {answer.statement: answer for answer in answers}


def _labels(order: RunOrder, run_id: str) -> dict[str, str]:
    return {"checkpoint": order.checkpoint, "run": run_id}


def _named(warehouse: Warehouse) -> str:
    return "embedded" if warehouse.address.kind == "embedded" else f"bigquery://{warehouse.address.project}"


def _core(planned: Plan, connection: str | None) -> list[RuleResult]:
    """The rules that GX core evaluates itself, one after another (slower; ``contracts plan`` says so)."""
    if not planned.core_rules:
        return []
    from gx.expectations.context import NOWHERE
    from gx.expectations.core import CoreRule, run_core_rules

    rules = []
    for contract, rule in planned.core_rules:
        start, end = WHOLE_TABLE if rule.scope in (Scope.TABLE, Scope.SNAPSHOT) else (planned.start, planned.end)
        rules.append(CoreRule(contract, rule, max(start, rule.since or start), min(end, rule.until or end)))
    return run_core_rules(rules, connection or NOWHERE)
