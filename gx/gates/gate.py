"""The gates: what is asked before a backfill of a processor and a range of dates, and what after it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from gx.calendar.calendar import Calendar
from gx.checkpoints.measure import Line, line
from gx.contracts.model import ContractSet, GateDefinition
from gx.gates.hearing import GateOrder, Heard, hear, missing_keys, plans
from gx.gates.judge import Case, expected_dates, judge_gate, partial_dates
from gx.gates.missing import missing_by_date, unnamed
from gx.gates.model import Colour, Deletion, GateResult, Jobs, Moment, Reason
from gx.gates.runs import run_reasons
from gx.gates.selection import select_for
from gx.gates.snapshot import Held, Snapshot, held, lost_rows, read_snapshots, write_snapshot
from gx.gates.statements import UNDER_WAY, deletion, snapshot_name
from gx.judging.evidence import Unanswered
from gx.paths import Paths
from gx.planning.plan import SCHEDULE
from gx.planning.statement import Answer, Measurement, MeasurementFailure
from gx.rules.family import Family, SlateDay

BEFORE, AFTER = "pre_backfill", "post_backfill"
"""The checkpoints that say which rules the gates ask."""


@dataclass(frozen=True)
class GateRequest:
    """A question to a gate: the processor, the range (both ends included), now, and whether AMBER closes it.

    ``estimate`` asks the warehouse by dry run what the gate's own statements will read.
    """

    processor: str
    start: date
    end: date
    as_of: datetime
    strict: bool = False
    estimate: bool = False


class NoGate(ValueError):
    """The checkpoint file of a gate is not there or declares no gate."""


def gate_definition(project: ContractSet, checkpoint: str) -> GateDefinition:
    """What the checkpoint file says of its gate; raises NoGate when it says nothing."""
    found = project.checkpoints.get(checkpoint)
    if found is None or found.gate is None:
        raise NoGate(f"checkpoints/{checkpoint}.yaml declares no gate; allowed: a section `gate:` with its rules")
    return found.gate


def gate_order(request: GateRequest, project: ContractSet, checkpoint: str) -> GateOrder:
    """The rules and statements that answer a request. Raises UnknownProcessor and NoGate."""
    gate = gate_definition(project, checkpoint)
    selection = select_for(request.processor, gate, project.contracts)
    hours = gate.running_hours
    return GateOrder(checkpoint, request.processor, selection, request.start, request.end, request.as_of, hours)


def gate_before(request: GateRequest, project: ContractSet, families: Mapping[str, Family], paths: Paths) -> GateResult:
    """May the backfill start? Keeps a snapshot of what the target holds now.

    Raises UnknownProcessor or NoGate, and OSError when the snapshot cannot be kept. What the warehouse does not answer
    is a reason of the result, never an exception.
    """
    order = gate_order(request, project, BEFORE)
    begun, asked_at = time.monotonic(), datetime.now(UTC)
    with line() as warehouse:
        estimate = _estimate(warehouse, order, project, families) if request.estimate else None
        heard = hear(warehouse, order, project, families)
    case = _case(order, heard, project)
    kept, unread = _holdings(order, heard, expected_dates(case))
    further = [*_questions(order, heard, case), *_unserved(order), *unread]
    path = None
    if any(kept.values()) and not unread:
        taken = Snapshot(request.processor, request.start, request.end, asked_at, heard.measured.warehouse, kept)
        path = str(write_snapshot(taken, paths))
    return replace(
        _result("before", request, replace(case, further=further), heard, asked_at),
        snapshot=path,
        deletions=tuple(_deletions(partial_dates(heard.dated), project)),
        jobs=_jobs(heard, {}, begun, estimate),
    )


def gate_after(request: GateRequest, project: ContractSet, families: Mapping[str, Family], paths: Paths) -> GateResult:
    """Did the backfill really work? Compares with the newest snapshot from before it and names who is missing.

    Raises UnknownProcessor or NoGate.
    """
    order = gate_order(request, project, AFTER)
    begun, asked_at = time.monotonic(), datetime.now(UTC)
    with line() as warehouse:
        heard = hear(warehouse, order, project, families)
        keys = missing_keys(warehouse, order, heard, project)
    case = replace(_case(order, heard, project), empty_is_ready=False, missing=missing_by_date(heard.dated, keys))
    now, unread = _holdings(order, heard, expected_dates(case))
    snapshots, notes = read_snapshots(paths, request.processor, heard.measured.warehouse)
    further = [*_questions(order, heard, case), *unread, *lost_rows(snapshots, now)]
    result = _result("after", request, replace(case, further=further), heard, asked_at)
    notes_of_all = (*result.notes, *notes, *unnamed(keys))
    return replace(result, notes=notes_of_all, jobs=_jobs(heard, keys, begun, None))


def _case(order: GateOrder, heard: Heard, project: ContractSet) -> Case:
    gate = gate_definition(project, order.checkpoint)
    slate: Mapping[date, SlateDay] = {}
    if isinstance(_slate(heard), Mapping):
        slate = heard.room.slate
    return Case(
        selection=order.selection,
        slate=slate,
        start=order.start,
        end=order.end,
        as_of=order.as_of,
        calendar=Calendar(project.calendar),
        dated=heard.dated,
        operations=heard.operations,
        optional=gate.optional,
    )


def _slate(heard: Heard) -> Mapping[date, SlateDay] | str:
    """The schedule's games a date, or why they are not known."""
    try:
        return heard.room.slate
    except Unanswered as error:
        return str(error)


def _result(moment: Moment, request: GateRequest, case: Case, heard: Heard, asked_at: datetime) -> GateResult:
    days, everywhere = judge_gate(case)
    return GateResult(
        moment=moment,
        processor=request.processor,
        targets=tuple(contract.table for contract in case.selection.targets),
        start=request.start,
        end=request.end,
        as_of=request.as_of,
        asked_at=asked_at,
        days=days,
        everywhere=everywhere,
        strict=request.strict,
        warehouse=heard.measured.warehouse,
        notes=tuple(heard.measured.notes),
    )


def _questions(order: GateOrder, heard: Heard, case: Case) -> Iterator[Reason]:
    """What the gate asks beside its rules: the schedule, and runs under way."""
    slate = _slate(heard)
    if isinstance(slate, str):
        yield _unknown(SCHEDULE, "games_of_the_dates", slate)
    if order.running_hours:
        answer = heard.answers.get(UNDER_WAY)
        if isinstance(answer, Measurement):
            yield from run_reasons(answer.rows, expected_dates(case), order.running_hours)
        else:
            yield _unknown("nba_reference.processor_run_history", "no_run_under_way", _failure(answer))


def _unserved(order: GateOrder) -> Iterator[Reason]:
    """A processor of which nobody has said what service runs it: nothing tells whether its code is current."""
    if order.selection.unserved:
        yield Reason(
            day=None,
            colour=Colour.AMBER,
            about="operations",
            table="nba_orchestration.service_deployments",
            rule="services_are_current",
            detail=f"no service is declared to run {order.processor}, so nothing tells whether its code is current",
            remedy="Name the processor under its service in expectations/nba_orchestration/service_deployments.yaml.",
            incident="I-47",
        )


def _holdings(
    order: GateOrder, heard: Heard, dates: Sequence[date]
) -> tuple[dict[str, Mapping[date, Held]], list[Reason]]:
    """What each target holds on each date, and a reason for each one whose rows could not be counted."""
    found: dict[str, Mapping[date, Held]] = {}
    reasons = []
    for contract in order.selection.targets:
        answer = heard.answers.get(snapshot_name(contract.table))
        if isinstance(answer, Measurement):
            found[contract.table] = held(answer.rows, dates)
        else:
            reasons.append(_unknown(contract.table, "rows_are_counted", _failure(answer)))
    return found, reasons


def _failure(answer: Answer | None) -> str:
    return f"{answer.kind}: {answer.message}" if isinstance(answer, MeasurementFailure) else "it was not asked"


def _unknown(table: str, rule: str, why: str) -> Reason:
    return Reason(None, Colour.RED, "operations", table, rule, f"not evaluated: {why}", evaluated=False)


def _deletions(partial: Mapping[str, Sequence[date]], project: ContractSet) -> Iterator[Deletion]:
    for table, dates in partial.items():
        yield deletion(project.contracts[table], dates)


def _estimate(warehouse: Line, order: GateOrder, project: ContractSet, families: Mapping[str, Family]) -> int | None:
    """The bytes that the gate's statements will read, by dry run; None when the warehouse cannot tell."""
    if isinstance(warehouse, Exception):
        return None
    statements = [statement for item in plans(order, project, families) for statement in item.statements]
    sizes = [size for size in warehouse.dry_run(statements).values() if isinstance(size, int)]
    return sum(sizes) if len(sizes) == len(statements) else None


def _jobs(heard: Heard, keys: Mapping[str, Answer], begun: float, estimate: int | None) -> Jobs:
    jobs = [*heard.jobs, *(answer.job for answer in keys.values())]
    read = [job.bytes_processed for job in jobs]
    known = [size for size in read if size is not None]
    total = sum(known) if read and len(known) == len(read) else None
    return Jobs(len(jobs), total, estimate, round(time.monotonic() - begun, 3))
