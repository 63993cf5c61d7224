"""The way through: plan, measure, judge, drill down, record. One call is one run of a checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from gx.calendar.calendar import Calendar, DateWindow
from gx.checkpoints.measure import Measured, line, measure, measure_keys
from gx.checkpoints.request import RunOrder, new_run_id
from gx.contracts.model import Contract, ContractSet, Rule
from gx.contracts.wording import plural
from gx.exit_codes import ExitCode
from gx.judging.evidence import EvidenceRoom, Unanswered
from gx.judging.judge import Bench, error_result, judge_rule, rule_result, table_result
from gx.judging.overviews import Findings, overviews
from gx.judging.result import KEY_CAP, RuleResult, RunResult, TableResult, Verdict, worst
from gx.paths import Paths
from gx.planning.keys import PREFIX, keys_statement
from gx.planning.plan import plan
from gx.planning.statement import Answer, JobStatistics, MeasurementFailure, Statement
from gx.rules.family import Family

Progress = Callable[[str], None]
type Results = dict[tuple[str, str], RuleResult]


@dataclass(frozen=True)
class Finished:
    """A run's result, and where its pages are, if any were written."""

    run: RunResult
    index: str | None
    docs_error: str | None


def run_checkpoint(
    order: RunOrder, project: ContractSet, families: Mapping[str, Family], paths: Paths, tell: Progress = lambda _: None
) -> Finished:
    """Run a checkpoint from plan to pages. Failures of the warehouse become ``error`` verdicts, never exceptions."""
    begun, run_id = time.monotonic(), new_run_id(order.checkpoint)
    started_at = datetime.now(UTC)
    calendar = Calendar(project.calendar)
    planned = plan(order.selection, project.contracts, families, order.window.start, order.window.end, order.as_of)
    tell(f"{plural(len(planned.statements), 'statement')} over {order.window.start} to {order.window.end}")
    with ThreadPoolExecutor(1, thread_name_prefix="gx-import") as importer, line() as warehouse:
        importer.submit(_import_great_expectations)  # 2 s that overlap with the waiting jobs
        measured = measure(warehouse, planned, order, project.contracts, families, run_id)
        room = EvidenceRoom(measured.plan, measured.answers, measured.live_tables, order.as_of, project.contracts)
        bench = Bench(order.as_of, calendar, project.waivers, first_date(room, order.window, order.as_of.date()))
        results = judged(measured, room, bench)
        wanted = _keys_statements(measured, results, project.contracts, order.as_of)
        keys = measure_keys(warehouse, wanted, order, run_id, measured)
    results |= _with_keys(results, keys)
    found = overviews(order.overviews, Findings(room, bench, results, project.contracts))
    tables = [_table(contract, rules, results, room) for contract, rules in order.selection]
    verdict = worst(table.verdict for table in tables)
    run = RunResult(
        run_id=run_id,
        checkpoint=order.checkpoint,
        started_at=started_at,
        start=order.window.start if bench.first_date is None else bench.first_date,
        end=order.window.end,
        as_of=order.as_of,
        verdict=verdict,
        exit_code=exit_code(verdict, order.strict),
        tables=tuple(tables),
        jobs=tuple({job.job_id: job for job in _jobs(measured, keys)}.values()),
        seconds=time.monotonic() - begun,
        warehouse=measured.warehouse,
        notes=tuple(measured.notes),
        overviews=found,
    )
    return _recorded(run, project.contracts, families, paths, order.docs, measured.connection)


def _jobs(measured: Measured, keys: Sequence[Answer]) -> Iterator[JobStatistics]:
    """The statistics of all answers that a job gave; statements that travelled together have one job's."""
    jobs = (*(answer.job for answer in (*measured.answers.values(), *keys)), *measured.failed_jobs)
    return (job for job in jobs if job.job_id)


def first_date(room: EvidenceRoom, window: DateWindow, today: date) -> date | None:
    """The first of the window's last N historical game dates; None when the whole window counts."""
    if window.last is None:
        return None
    try:
        past = sorted(day for day, slate in room.slate.items() if day < today and slate.scheduled)
    except Unanswered:
        return None
    return past[-window.last :][0] if past else None


def exit_code(verdict: Verdict, strict: bool) -> ExitCode:
    """The exit code of a run's verdict."""
    if verdict is Verdict.ERROR:
        return ExitCode.NOT_EVALUATED
    if verdict is Verdict.FAIL:
        return ExitCode.BROKEN
    return ExitCode.WARNINGS if verdict is Verdict.WARN and strict else ExitCode.PASS


def _unmeasurable(measured: Measured) -> list[RuleResult]:
    found = []
    for planned, message in measured.unmeasurable:
        family = planned.family
        words, threshold = family.words(planned.rule, planned.contract), family.threshold(planned.rule)
        found.append(error_result(rule_result(planned.contract, planned.rule, words, threshold), message))
    return found


def judged(measured: Measured, room: EvidenceRoom, bench: Bench) -> Results:
    """Every measured rule's result by table and rule; what could not be measured is an error."""
    results = {(item.contract.table, item.rule.name): judge_rule(item, room, bench) for item in measured.plan.rules}
    others = [*_unmeasurable(measured), *measured.core_results]
    return results | {(result.table, result.rule): result for result in others}


def _keys_statements(
    measured: Measured, results: Results, contracts: Mapping[str, Contract], now: datetime
) -> list[Statement]:
    """The second wave, for failing rules only."""
    found = []
    for planned in measured.plan.rules:
        partitions = results[planned.contract.table, planned.rule.name].partitions
        dates = [p.partition for p in partitions if p.verdict in (Verdict.FAIL, Verdict.WARN) and p.partition]
        found.append(keys_statement(planned, contracts, dates, measured.plan.start, measured.plan.end, KEY_CAP, now))
    return [statement for statement in found if statement is not None]


def _with_keys(results: Results, answers: Sequence[Answer]) -> Results:
    found = {}
    for answer in answers:
        table, _, rule = answer.statement.removeprefix(PREFIX).rpartition(".")
        found[table, rule] = _add_keys(results[table, rule], answer)
    return found


def _add_keys(result: RuleResult, answer: Answer) -> RuleResult:
    if isinstance(answer, MeasurementFailure):
        return replace(result, failing_keys_error=f"{answer.kind}: {answer.message}")
    keys = [{name: value for name, value in row.items() if name != "total_keys"} for row in answer.rows]
    return replace(result, failing_keys=tuple(keys), failing_keys_total=answer.rows[0]["total_keys"] if keys else 0)


def _table(
    contract: Contract,
    rules: Sequence[Rule],
    results: Mapping[tuple[str, str], RuleResult],
    room: EvidenceRoom,
) -> TableResult:
    try:
        rows = sum(room.row_counts(contract.table).values())
    except Unanswered:
        rows = None
    return table_result(contract, [results[contract.table, rule.name] for rule in rules], rows)


def _recorded(
    run: RunResult,
    contracts: Mapping[str, Contract],
    families: Mapping[str, Family],
    paths: Paths,
    docs: bool,
    connection: str | None,
) -> Finished:
    from gx.checkpoints.outbox import deliver
    from gx.checkpoints.record import record
    from gx.expectations.context import NOWHERE

    if not run.tables:
        return Finished(run, None, None)
    try:
        settled = deliver(
            paths,
            run,
            lambda staged: record(run, contracts, families, staged, docs=False, connection=connection or NOWHERE),
            reachable=connection is not None,
        )
    except OSError as error:
        return Finished(run, None, f"the result could not be stored: {error}")
    run = replace(run, notes=(*run.notes, *settled.notes(run.run_id)))
    if run.run_id in settled.waiting:
        return Finished(run, None, "the results of this run wait in the outbox" if docs else None)
    return Finished(run, *(_pages(paths) if docs else (None, None)))


def _pages(paths: Paths) -> tuple[str | None, str | None]:
    """The index of the pages, built by Great Expectations' site now that the run counts, or why there are none."""
    from gx.expectations.context import SITE, build_context

    try:
        return str(build_context(paths.state).build_data_docs()[SITE]), None
    except Exception as error:  # any fault of a page: reported, never raised over a verdict
        return None, f"{type(error).__name__}: {error}"


def _import_great_expectations() -> None:
    from gx.expectations.importing import import_great_expectations

    import_great_expectations()
