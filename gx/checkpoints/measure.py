"""Measuring a plan: the warehouse is opened, and all statements wait together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gx.checkpoints.budget import Approval, Budget, Limits
from gx.checkpoints.request import RunOrder
from gx.contracts.model import Contract, Scope
from gx.judging.judge import error_result, rule_result
from gx.judging.result import RuleResult
from gx.planning.packing import pack, to_send_apart, unpack
from gx.planning.plan import Plan, PlannedRule, plan
from gx.planning.statement import Answer, JobStatistics, LiveTable, MeasurementFailure, Statement
from gx.planning.table_rows import WHOLE_TABLE
from gx.rules.family import Family

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse
    from gx.warehouse.errors import WarehouseError

type Line = Warehouse | WarehouseError

EMBEDDED = "embedded"
"""What a run calls the embedded warehouse."""


@dataclass
class Measured:
    """What came back of a plan. ``plan`` is the plan as measured, without the rules in ``unmeasurable``.

    ``budget`` is what may still be read; ``refusal`` is why no job was sent at all, if the budget was too small;
    ``failed_jobs`` are those whose statements were then asked apart, so that no answer tells of them.
    """

    plan: Plan
    answers: dict[str, Answer]
    live_tables: Mapping[str, LiveTable | MeasurementFailure]
    unmeasurable: list[tuple[PlannedRule, str]] = field(default_factory=list)
    core_results: list[RuleResult] = field(default_factory=list)
    warehouse: str = ""
    connection: str | None = None
    notes: list[str] = field(default_factory=list)
    budget: Budget = field(default_factory=lambda: Budget(Limits()))
    refusal: str | None = None
    failed_jobs: Sequence[JobStatistics] = ()


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

    A warehouse that cannot be reached makes every statement a failure, and so does a budget that they exceed together;
    nothing is raised for it.
    """
    if isinstance(line, Exception):
        measured = _unreachable(planned, order, str(line))
    else:
        measured = _measure_open(line, planned, order, contracts, families, run_id)
    measured.core_results = _core(measured)
    if measured.core_results and not _core_refusal(measured):
        count = len(measured.core_results)
        measured.notes.append(f"Great Expectations measured {count} rules itself, by jobs that are not counted here.")
    return measured


def measure_keys(
    line: Line, statements: Sequence[Statement], order: RunOrder, run_id: str, measured: Measured
) -> list[Answer]:
    """The second wave: the failing keys of failing rules, as far as the first left bytes for them."""
    if isinstance(line, Exception):
        return [MeasurementFailure(statement.name, "unreachable", str(line)) for statement in statements]
    return [*_send_what_fits(measured, line, statements, "failing keys", order, run_id).values()]


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
    budget = Budget(Limits(order.max_bytes, warehouse.address.maximum_bytes_billed))
    approval = budget.whole(warehouse, planned.statements)
    if approval.refusal:
        return _refused(planned, order, approval, _named(warehouse))
    tables = sorted({contract.table for contract, _ in order.selection} | _references(planned))
    with ThreadPoolExecutor(1, thread_name_prefix="metadata") as metadata:
        schemas = metadata.submit(warehouse.table_schemas, tables)
        answers, failed_jobs = _send_packed(warehouse, approval, order, run_id)
        live = schemas.result()
    measured = Measured(planned, answers, live, warehouse=_named(warehouse), connection=warehouse.sqlalchemy_url())
    measured.notes, measured.budget, measured.failed_jobs = list(approval.notes), budget, failed_jobs
    _measure_around_missing_columns(measured, warehouse, order, contracts, families, run_id)
    return measured


def _refused(planned: Plan, order: RunOrder, approval: Approval, name: str) -> Measured:
    """Nothing is asked of a warehouse whose bytes would exceed the budget, not even metadata."""
    why = f"budget: {approval.refusal}"
    tables = {contract.table: MeasurementFailure(contract.table, "budget", why) for contract, _ in order.selection}
    answers: dict[str, Answer] = {**approval.failures}
    return Measured(planned, answers, tables, warehouse=name, notes=[*approval.notes], refusal=why)


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
    measured.answers |= _send_what_fits(measured, warehouse, resend, "without the missing columns", order, run_id)
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


def _send_what_fits(
    measured: Measured,
    warehouse: Warehouse,
    statements: Sequence[Statement],
    purpose: str,
    order: RunOrder,
    run_id: str,
) -> dict[str, Answer]:
    """A later wave, within the rest of the run's budget."""
    approval = measured.budget.what_fits(warehouse, statements, purpose)
    measured.notes += approval.notes
    return _send(warehouse, approval, order, run_id)


def _send(warehouse: Warehouse, approval: Approval, order: RunOrder, run_id: str) -> dict[str, Answer]:
    answers = warehouse.run_statements(approval.send, labels=_labels(order, run_id))
    return {**approval.failures, **{answer.statement: answer for answer in answers}}


def _send_packed(
    warehouse: Warehouse, approval: Approval, order: RunOrder, run_id: str
) -> tuple[dict[str, Answer], list[JobStatistics]]:
    """The first wave, a job a table; the statements of a job that failed are asked once more, each by itself."""
    packs = pack(approval.send)
    sent = warehouse.run_statements([each.statement for each in packs], labels=_labels(order, run_id))
    pairs = list(zip(packs, sent, strict=True))
    found = {part.statement: part for each, answer in pairs for part in unpack(each, answer)}
    apart = to_send_apart(pairs)
    again = warehouse.run_statements(apart, labels=_labels(order, run_id)) if apart else []
    failed = [found[statement.name].job for statement in apart]
    return {**approval.failures, **found, **{answer.statement: answer for answer in again}}, failed


def _labels(order: RunOrder, run_id: str) -> dict[str, str]:
    return {"checkpoint": order.checkpoint, "run": run_id}


def _named(warehouse: Warehouse) -> str:
    return EMBEDDED if warehouse.address.kind == "embedded" else f"bigquery://{warehouse.address.project}"


def _core_refusal(measured: Measured) -> str | None:
    """Why Great Expectations may send nothing of its own; the bytes of its statements are not known beforehand."""
    if measured.refusal or measured.budget.limits.total is None or measured.warehouse == EMBEDDED:
        return measured.refusal
    return "budget: Great Expectations sends this rule's statements itself, unestimated; leave out --max-bytes for it"


def _core(measured: Measured) -> list[RuleResult]:
    """The rules that GX core evaluates itself, one after another (slower; ``contracts plan`` says so)."""
    planned = measured.plan
    if not planned.core_rules:
        return []
    if refusal := _core_refusal(measured):
        return [
            error_result(rule_result(contract, rule, rule.expectation, ""), refusal)
            for contract, rule in planned.core_rules
        ]
    from gx.expectations.context import NOWHERE
    from gx.expectations.core import CoreRule, run_core_rules

    rules = []
    for contract, rule in planned.core_rules:
        start, end = WHOLE_TABLE if rule.scope in (Scope.TABLE, Scope.SNAPSHOT) else (planned.start, planned.end)
        rules.append(CoreRule(contract, rule, max(start, rule.since or start), min(end, rule.until or end)))
    return run_core_rules(rules, measured.connection or NOWHERE)
