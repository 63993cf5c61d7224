"""Rows of ``nba_reference.processor_run_history``: two rows a run, several runs a day, zeros before the games."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from random import Random
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.season import SeasonLog
from gx.simulation.seasons import GAMES
from gx.simulation.starts import features_failed
from gx.simulation.tables.features import HALTED_FROM
from gx.simulation.tables.processors import BDL, BEHIND, DEFENSE, FEATURES, PROCESSORS, SCHEDULE, Processor

__all__ = ["BDL", "COLUMNS", "DEFENSE", "TABLE", "run_rows"]
TABLE = "nba_reference.processor_run_history"
COLUMNS = (
    *("processor_name", "phase", "output_table", "output_dataset", "cloud_run_service", "dependency_check_passed"),
    *("run_id", "status", "duration_seconds", "records_processed", "records_created", "records_updated"),
    *("records_skipped", "data_date", "started_at", "processed_at", "trigger_source", "retry_attempt", "skipped"),
    *("skip_reason", "failure_category", "cloud_run_revision", "errors", "summary"),
)
_LATEST_HOUR = 12  # UTC hour of as-of's morning up to which runs are in the log
_FAILURE = "no_data_available"
_NO_RECORDS_YET = '{"active_records": 0}'


@dataclass(frozen=True)
class Run:
    """One run: the UTC hour it started in, how it ended and the rows it wrote (None: it did not say)."""

    hour: float
    status: str
    records: int | None
    trigger: str = "pubsub"
    retry: int = 1
    skip_reason: str | None = None
    failure: str | None = None


def run_rows(log: SeasonLog, written: Mapping[str, Counter[date]]) -> Rows:
    """The log of every processor and day; ``written`` counts the rows of each table by date."""
    rows: list[tuple[Any, ...]] = []
    games = Counter(game.day for game in log.games)
    for day in log.facts.days():
        if log.as_of and day > log.as_of:
            break
        for processor in PROCESSORS:
            rng = Random(f"{processor.name} {day}")
            minute, second = rng.randrange(15), rng.randrange(60)
            for run in _runs(processor, day, log, _records(processor, day, written, games[day], rng), rng):
                started = clock(day, 0, minute, second) + round(run.hour * 3_600_000_000)
                if log.as_of is None or started < clock(log.as_of, _LATEST_HOUR):
                    rows += _two_rows(processor, day, run, started, rng)
    constants = {
        "season_year": log.facts.year,
        "backfill_mode": False,
        "force_reprocess": False,
        "test_mode": False,
    }
    return Rows(TABLE, COLUMNS, rows, constants)


def _records(processor: Processor, day: date, written: Mapping[str, Counter[date]], games: int, rng: Random) -> int:
    """The rows a day's work comes to; tables the league does not hold have a plausible number."""
    if not processor.works(day):
        return 0
    if processor is SCHEDULE:
        return GAMES  # every run touches the whole season
    if processor.rarely:
        return rng.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, 2))
    if processor.each_game:
        return sum(rng.randint(*processor.each_game) for _ in range(games))
    if processor.each_day:
        return rng.randint(*processor.each_day)
    return written.get(processor.table, Counter())[day]


def _runs(processor: Processor, day: date, log: SeasonLog, records: int, rng: Random) -> Iterator[Run]:
    """The day's runs of one processor, in order."""
    if processor is SCHEDULE or processor.rarely or processor.each_day:
        yield from _daily_runs(processor, day, log, records)
    elif not processor.works(day):
        if not processor.replaced:
            yield Run(processor.final, "skipped", 0, skip_reason="early_exit")
    elif processor is FEATURES and features_failed(day) and day not in log.facts.days_off:
        yield Run(processor.final, "failed", 0, failure="processing_error")
    elif processor.bootstrap and not records and _resting(processor, day, log):
        yield Run(processor.final, "skipped", 0, skip_reason="early_exit")
    elif processor.table not in BEHIND or log.happened(day):
        yield from _day_runs(processor, records, log.happened(day), rng)


def _resting(processor: Processor, day: date, log: SeasonLog) -> bool:
    """Whether there is nothing to do by design: bootstrap, and the halt in the playoffs of 2026."""
    return day < log.facts.factors_from or (processor is FEATURES and day >= HALTED_FROM)


def _daily_runs(processor: Processor, day: date, log: SeasonLog, records: int) -> Iterator[Run]:
    """Runs that do not wait for games; rosters that did not change are a success without records."""
    if processor.works(day):
        if processor.final < 24 or log.happened(day):
            yield Run(processor.final, "success", records, "scheduler")
    elif not processor.replaced:
        yield Run(processor.final, "skipped", 0, skip_reason="early_exit")


def _day_runs(processor: Processor, records: int, happened: bool, rng: Random) -> Iterator[Run]:
    for hour in processor.early:
        if processor is BDL or rng.random() < 0.3:
            yield Run(hour, "success", 0, "scheduler")
    if processor.morning is not None and records:
        yield Run(processor.morning, "success", records // 2 if happened else records, "scheduler")
    if processor.final >= 24 and not happened:
        return
    if not records:
        yield Run(processor.final, "skipped", 0, skip_reason="no_data")
        return
    failed = processor.failing is not None and rng.random() < 0.25
    if failed and processor.failing is not None:
        yield Run(processor.failing, "failed", None, failure=_FAILURE)
    yield Run(processor.final, "success", records, retry=2 if failed else 1)
    if rng.random() < 0.08:
        yield Run(processor.final + 1.5, "skipped", 0, skip_reason="already_processed")


def _two_rows(
    processor: Processor, day: date, run: Run, started: int, rng: Random
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The row written at the start of a run and the one written at its end."""
    dataset, table = processor.table.split(".")
    dependencies = None if processor.phase == "phase_2_raw" else True
    who = (processor.name, processor.phase, table, dataset, processor.service, dependencies)
    run_id = _run_id(processor, started)
    seconds = 1.0 if run.status == "skipped" else round(rng.uniform(2, 30), 1)
    revision = f"{80 + (day - date(2021, 10, 1)).days // 14:05d}-{processor.phase[6]}x{run_id[-1]}"
    started_row = (
        *(*who, run_id, "running", None, None, None, None, None, day, started, None),
        *(run.trigger, run.retry, None, None, None, revision, None, None),
    )
    final_row = (
        *(*who, run_id, run.status, seconds, run.records, run.records, 0, 0, day, started),
        *(started + round(seconds * 1_000_000), run.trigger, run.retry, run.status == "skipped", run.skip_reason),
        *(run.failure, revision, None if run.failure is None else f'["{run.failure}"]'),
        _NO_RECORDS_YET if run.status == "success" and not run.records else None,
    )
    return started_row, final_row


def _run_id(processor: Processor, started: int) -> str:
    """Class, UTC start and eight hexadecimal digits."""
    stamp = _stamp(started)
    digest = blake2b(f"{processor.name} {stamp}".encode(), digest_size=4).hexdigest()
    return f"{processor.name}_{stamp}_{digest}"


def _stamp(started: int) -> str:
    seconds = started // 1_000_000
    days, rest = divmod(seconds, 86_400)
    day = date.fromordinal(date(1970, 1, 1).toordinal() + days)
    return f"{day:%Y%m%d}_{rest // 3600:02d}{rest % 3600 // 60:02d}{rest % 60:02d}"
