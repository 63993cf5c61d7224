"""Processors without a contract: who is known, whose zero is right, and a month of 300,000 log rows."""

from __future__ import annotations

import dataclasses
import time
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.planning.plan import RUN_LOG, plan
from gx.planning.statement import Measurement
from gx.rules.family import RunsOfDate, SlateDay
from gx.rules.known_processors import KnownProcessor, Zero, classify_known
from gx.rules.registry import families
from gx.rules.run_log import Classification
from gx.warehouse.loading import load_files
from gx.warehouse.tables import create_tables
from tests.rules.harness import NOON, SCHEDULE, Court, Results, calendar, cell, contract, days, january, only
from tests.rules.test_run_log import BOX, UPCOMING, games, players, run

LOG = contract(
    "nba_reference.processor_run_history",
    "data_date DATE, processor_name STRING, run_id STRING, status STRING, records_processed INT64, "
    "started_at TIMESTAMP, test_mode BOOL",
    """
  - rule: every_processor_is_known
    expect_processor_runs_to_be_explained:
      processors:
        Rosters: {table: nba_raw.br_rosters_current, zero: always, why: rosters rarely change}
        PlayByPlay: {table: nba_raw.play_by_play, zero: on_days_without_games, why: no games}
        Schedule: {table: nba_raw.nbac_schedule, zero: never, until: 2026-01-06, why: the whole season is written}
""",
    grain="run_id, status",
)
RULE = "every_processor_is_known"


def by(name: str, day: int, records: int | None, status: str = "success", **changes: object) -> list[dict[str, object]]:
    return run(day, records, status, processor_name=name, run_id=f"{name}_{day}_{records}_{status}", **changes)


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    log = [
        *by("Rosters", 2, 0),  # always right
        *by("PlayByPlay", 2, 480),
        *by("PlayByPlay", 3, 0),  # a zero on a date with Final games
        *by("PlayByPlay", 4, 0),  # no games
        *by("Schedule", 4, 0),  # no games either
        *by("Schedule", 5, 0),  # games are scheduled, none is Final
        *by("PlayByPlay", 5, 0),
        *by("Schedule", 7, 0),  # switched off by then
        *by("Newcomer", 8, 12),  # nobody knows it, though it tells records
        *by("PlayByPlay", 9, None),  # told no number: NULL is not 0
        *by("PlayByPlay", 10, None, "running"),  # stuck
        *by("PlayByPlay", 11, 0),  # zero first, records later
        *by("PlayByPlay", 11, 300),
        *by("PlayByPlay", 13, 0),  # not published yet: due at ten in the morning of the next day but one
        *by("BoxProcessor", 12, 0),  # compared by its own contract: not this rule's business
        *by("Newcomer", 12, 5, test_mode=True),
    ]
    schedule = [row for day in range(1, 14) if day not in (4, 5) for row in games(day, 1)]
    schedule += games(5, 2, **UPCOMING)
    subjects = [only(BOX, "records_agree"), LOG]
    as_of = datetime(2026, 1, 14, 9, tzinfo=NOON.tzinfo)
    return court.judge(subjects, {SCHEDULE.table: schedule, LOG.table: log, BOX.table: players(12, 3)}, as_of)


def test_only_unknown_processors_and_wrong_zeros_warn(results: Results) -> None:
    found = results[RULE]
    assert days(found, "warn") == [3, 5, 8, 10]
    assert {item.partition.day: item.classification for item in found.partitions if item.partition} == {
        3: "UNEXPLAINED_ZERO",
        5: "UNEXPLAINED_ZERO",
        8: "UNKNOWN_PROCESSOR",
        10: "STUCK",
    }


def test_the_names_and_the_reason_are_told(results: Results) -> None:
    assert cell(results[RULE], january(8)).detail == "no contract and no list of the run log knows Newcomer"
    assert str(cell(results[RULE], january(5)).detail).startswith("Schedule told 0 records, though 2 games")


def test_every_processor_is_read_when_the_rule_is_asked_and_only_the_named_ones_otherwise() -> None:
    known = {item.table: item for item in (SCHEDULE, BOX, LOG)}
    both, box = (
        plan([(item, item.rules) for item in chosen], known, families(), january(1), january(14), NOON)
        for chosen in ([BOX, LOG], [BOX])
    )
    logs = [next(s for s in item.statements if s.name == RUN_LOG) for item in (both, box)]
    assert ["processors" in {parameter.name for parameter in log.parameters} for log in logs] == [False, True]


runs_of_a_date = st.builds(
    RunsOfDate,
    runs=st.integers(1, 9),
    successes=st.integers(0, 3),
    zero_successes=st.integers(0, 3),
    failures=st.integers(0, 3),
    skips=st.integers(0, 3),
    stuck=st.integers(0, 3),
    most_records=st.none() | st.integers(0, 300),
)
slates = st.builds(SlateDay, scheduled=st.integers(0, 9), final=st.integers(0, 9))


@given(st.sampled_from(Zero), runs_of_a_date, slates)
def test_days_without_games_and_runs_with_records_are_never_told(zero: Zero, runs: RunsOfDate, slate: SlateDay) -> None:
    known = KnownProcessor(table="nba_raw.x", zero=zero, why="tests")
    found = classify_known(known, january(2), runs, slate, NOON)
    if runs.most_records or zero is Zero.ALWAYS or not (slate.scheduled or slate.final):
        assert found is not Classification.UNEXPLAINED_ZERO
    if runs.most_records is None:
        assert found is not Classification.UNEXPLAINED_ZERO


def test_a_month_of_300_000_rows_is_classified_within_seconds(court: Court, tmp_path: Path) -> None:
    """30 days, 50 processors, 100 runs a day each: two rows a run, most of them failures without a number."""
    path = tmp_path / f"{LOG.table}.parquet"
    rows = """
        SELECT DATE '2025-12-15' + (r // 5000)::INT AS data_date, 'P' || (r % 50)::VARCHAR AS processor_name,
               'run_' || r AS run_id, s AS status, IF(s = 'success', r % 7, NULL) AS records_processed,
               TIMESTAMPTZ '2025-12-15 06:00:00+00' AS started_at, false AS test_mode
        FROM range(150000) AS t(r), LATERAL (SELECT unnest(['running', IF(r % 40 = 0, 'success', 'failed')])) AS u(s)
    """
    duckdb.sql(f"COPY ({rows}) TO '{path}'")
    address = dataclasses.replace(court.warehouse.address, project="runs-of-a-month")
    project = type(court.warehouse)(address)
    known = {item.table: item for item in (SCHEDULE, LOG)}
    create_tables(project, list(known.values()))
    assert load_files(lambda: project, [path], known).tables[0].rows == 300_000
    planned = plan([(LOG, LOG.rules)], known, families(), date(2025, 12, 15), january(14), NOON)
    begun = time.monotonic()
    answers = {answer.statement: answer for answer in project.run_statements(planned.statements)}
    room = EvidenceRoom(planned, answers, {}, NOON, known)
    found = judge_rule(planned.rules[0], room, Bench(NOON, calendar(), ()))
    assert time.monotonic() - begun < 15
    log = answers[RUN_LOG]
    assert isinstance(log, Measurement)
    assert sum(row["runs"] for row in log.rows) == 150_000
    assert found.partition_counts == {"warn": 30}
