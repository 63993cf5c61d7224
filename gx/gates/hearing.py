"""From a gate's rules to judged results: plan, measure and judge, as a run does, but without a record of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gx.calendar.calendar import Calendar, DateWindow
from gx.checkpoints.measure import Line, Measured, measure, measure_keys
from gx.checkpoints.request import RunOrder, new_run_id
from gx.checkpoints.run import judged
from gx.contracts.model import ContractSet
from gx.gates.selection import COVERAGE, GateSelection
from gx.gates.statements import runs_statement, snapshot_statement
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench
from gx.judging.result import RuleResult, Verdict
from gx.planning.keys import PREFIX, keys_statement
from gx.planning.plan import SLATE, Plan, plan
from gx.planning.statement import Answer, JobStatistics, Statement
from gx.rules.family import Family

KEYS_A_DATE = 300
"""Missing keys that are named a date, if each has that many: more than the players of the largest slate."""
MOST_KEYS = 6_000
"""Missing keys that are named in all; the totals are always told."""


@dataclass(frozen=True)
class GateOrder:
    """What a gate is asked: a processor's selection over the game dates ``start``..``end`` at ``as_of``."""

    checkpoint: str
    processor: str
    selection: GateSelection
    start: date
    end: date
    as_of: datetime
    running_hours: int | None = None

    @property
    def dated(self) -> RunOrder:
        """The rules by game date."""
        return RunOrder(self.checkpoint, self.selection.dated, DateWindow(self.start, self.end), self.as_of)

    @property
    def operations(self) -> RunOrder:
        """The rules about the state of things at as-of."""
        today = self.as_of.date()
        return RunOrder(self.checkpoint, self.selection.operations, DateWindow(today, today), self.as_of)


@dataclass(frozen=True)
class Heard:
    """What came of a gate's rules: results by game date and about operations, and the answers behind them.

    ``failed_jobs`` are those whose statements were then asked apart.
    """

    dated: Sequence[RuleResult]
    operations: Sequence[RuleResult]
    room: EvidenceRoom
    measured: Measured
    answers: Mapping[str, Answer]
    failed_jobs: Sequence[JobStatistics] = ()

    @property
    def jobs(self) -> list[JobStatistics]:
        """What every job cost; statements that travelled together have one job's statistics."""
        told = {answer.job.job_id or answer.statement: answer.job for answer in self.answers.values()}
        return [*{job.job_id: job for job in self.failed_jobs}.values(), *told.values()]


def plans(order: GateOrder, project: ContractSet, families: Mapping[str, Family]) -> tuple[Plan, Plan]:
    """The plan by game date, with the gate's own statements, and the one about operations."""
    own = [snapshot_statement(contract, order.start, order.end) for contract in order.selection.targets]
    if order.running_hours:
        writers = order.selection.writers
        own.append(runs_statement(writers, order.running_hours, order.start, order.end, order.as_of))
    dated, operations = (_plan(item, project, families) for item in (order.dated, order.operations))
    without_slate = tuple(item for item in operations.statements if item.name != SLATE)
    return replace(dated, statements=(*dated.statements, *own)), replace(operations, statements=without_slate)


def _plan(order: RunOrder, project: ContractSet, families: Mapping[str, Family]) -> Plan:
    return plan(order.selection, project.contracts, families, order.window.start, order.window.end, order.as_of)


def hear(line: Line, order: GateOrder, project: ContractSet, families: Mapping[str, Family]) -> Heard:
    """Measure and judge the gate's rules; whatever fails is an error of the rules that needed it."""
    run_id = new_run_id(order.checkpoint)
    dated, operations = plans(order, project, families)
    measured = measure(line, dated, order.dated, project.contracts, families, run_id)
    answers, failed = dict(measured.answers), list(measured.failed_jobs)
    room, results = _judge(measured, order.dated, project)
    about_operations: Sequence[RuleResult] = ()
    if order.selection.operations:
        standing = measure(line, operations, order.operations, project.contracts, families, run_id)
        about_operations = _judge(standing, order.operations, project)[1]
        answers |= standing.answers
        failed += standing.failed_jobs
    return Heard(results, about_operations, room, measured, answers, failed)


def _judge(measured: Measured, order: RunOrder, project: ContractSet) -> tuple[EvidenceRoom, list[RuleResult]]:
    room = EvidenceRoom(measured.plan, measured.answers, measured.live_tables, order.as_of, project.contracts)
    bench = Bench(order.as_of, Calendar(project.calendar), project.waivers)
    return room, list(judged(measured, room, bench).values())


def missing_keys(line: Line, order: GateOrder, heard: Heard, project: ContractSet) -> dict[str, Answer]:
    """The second wave: the missing keys of the targets' coverage rules, by ``table.rule``; one job a rule."""
    targets = {contract.table for contract in order.selection.targets}
    wrong = {result.name: _wrong_dates(result) for result in heard.dated if result.table in targets}
    statements: list[Statement] = []
    for item in heard.measured.plan.rules:
        dates = wrong.get(f"{item.contract.table}.{item.rule.name}", [])
        if item.rule.expectation in COVERAGE and dates:
            cap = min(MOST_KEYS, KEYS_A_DATE * len(dates))
            found = keys_statement(item, project.contracts, dates, order.start, order.end, cap, order.as_of)
            statements += [found] if found else []
    if not statements:
        return {}
    answers = measure_keys(line, statements, order.dated, "missing-keys", heard.measured)
    return {answer.statement.removeprefix(PREFIX): answer for answer in answers}


def _wrong_dates(result: RuleResult) -> list[date]:
    return [
        part.partition for part in result.partitions if part.partition and part.verdict in (Verdict.FAIL, Verdict.WARN)
    ]
