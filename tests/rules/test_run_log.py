"""The run log against tables and schedule: every classification, the incidents' figures, what is not counted."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gx.contracts.calendar_file import TableTiming
from gx.rules.family import RunsOfDate, SlateDay
from gx.rules.run_log import Classification, classify
from tests.rules.harness import (
    SCHEDULE,
    Court,
    Results,
    calendar,
    cell,
    classes,
    contract,
    days,
    game,
    january,
    only,
    problems,
)

LOG = contract(
    "nba_reference.processor_run_history",
    "data_date DATE, processor_name STRING, run_id STRING, status STRING, records_processed INT64, "
    "started_at TIMESTAMP, test_mode BOOL",
    grain="run_id, status",
)
BOX = contract(
    "nba_raw.box",
    "game_date DATE, player STRING",
    """
  - {rule: records_agree, expect_records_processed_to_agree: {}}
  - {rule: records_agree_recently, expect_records_processed_to_agree: {cleared_after_days: 7}}
  - {rule: records_of_both, expect_records_processed_to_agree: {processors: [BoxProcessor, OldBoxProcessor]}}
  - {rule: zeros_do_not_block, expect_zero_record_runs_not_to_block_retries: {}}
""",
    grain="game_date, player",
    processor="BoxProcessor",
)
AGREE = "records_agree"
TEAMS = "ATL BOS CHI DAL GSW HOU IND LAC MEM NYK OKC PHI SAC TOR UTA WAS MIA LAL DEN CLE".split()
_numbers = itertools.count()


def run(day: int | date, records: int | None, status: str = "success", **changes: object) -> list[dict[str, object]]:
    """The two rows that a run leaves in the log: ``running``, and its end (trap T7)."""
    data_date = january(day) if isinstance(day, int) else day
    first: dict[str, object] = {
        "data_date": data_date,
        "processor_name": "BoxProcessor",
        "run_id": f"BoxProcessor_{next(_numbers):08x}",
        "status": "running",
        "records_processed": None,
        "started_at": f"{data_date}T06:05:40Z",
        "test_mode": False,
    }
    first |= changes
    last = first | {"status": status, "records_processed": records}
    return [first] if status == "running" else [first, last]


def games(day: int, count: int, **changes: object) -> list[dict[str, object]]:
    return [game(january(day), TEAMS[n], TEAMS[-1 - n], **changes) for n in range(count)]


def players(day: int, count: int) -> list[dict[str, object]]:
    return [{"game_date": january(day), "player": f"p{number}"} for number in range(count)]


UPCOMING = {"game_status": 1, "game_status_text": "Scheduled", "home_team_score": None, "away_team_score": None}


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    runs = [
        # 1: zeros before tip-off come first, then the games (and a refused retry, a skip)
        *run(1, 0),
        *run(1, 0),
        *run(1, 204),
        *run(1, 0, "failed"),
        *run(1, 0, "skipped"),
        *run(2, 0),  # tracking bug: the rows are there
        *run(3, 0),  # real loss: they are not
        *run(4, 0),  # no games
        *run(5, None, "failed"),  # failed, though it wrote
        *run(6, 150),  # phantom write
        *run(7, None, "running"),  # stuck
        *run(8, None),  # a success that told no number
        *run(9, 0, test_mode=True),  # a test run is none
        *run(10, 0, processor_name="OldBoxProcessor"),
        *run(10, 99),
        *run(11, 99, processor_name="OldBoxProcessor"),
        *run(11, None, "running", started_at="2026-01-14T16:30:00Z"),  # under way for half an hour
        *run(12, None, "failed"),  # failed, and nothing is there
        *run(13, 0, "skipped"),  # skipped, as the rows were there already
    ]
    schedule = [row for day in range(1, 14) if day != 4 for row in games(day, 1)]
    rows = [row for day in (1, 2, 5, 7, 8, 9, 10, 11, 13) for row in players(day, 5)]
    return court.judge([BOX, LOG], {SCHEDULE.table: schedule, BOX.table: rows, LOG.table: runs})


def test_every_class_is_told_from_the_others(results: Results) -> None:
    assert classes(results["records_agree"]) == {
        1: "AGREE",
        2: "TRACKING_BUG",
        3: "REAL_LOSS",
        4: "LEGITIMATE_ZERO",
        5: "FAILED_WITH_DATA",
        6: "PHANTOM_WRITE",
        7: "STUCK",
        8: "AGREE",
        10: "AGREE",
        11: "LEGITIMATE_ZERO",
        12: "REAL_LOSS",
        13: "AGREE",
    }


def test_only_harmless_classes_do_not_fail(results: Results) -> None:
    assert days(results["records_agree"]) == [2, 3, 5, 6, 7, 12]
    assert days(results["records_agree"], "exempt") == [4, 11]


def test_null_is_not_zero(results: Results) -> None:
    told_zero, told_nothing = (cell(results["records_agree"], january(day)) for day in (2, 8))
    assert (told_zero.actual, told_nothing.actual) == (0, None)
    assert told_nothing.detail == "1 of 1 runs ended in success and told no number; the table holds 5 rows"
    assert 8 not in days(results["zeros_do_not_block"])


def test_two_rows_of_a_run_are_one_run(results: Results) -> None:
    assert cell(results["records_agree"], january(2)).detail == (
        "1 runs logged success with 0 records, but the table holds 5 rows"
    )
    assert cell(results["records_agree"], january(12)).detail == (
        "1 games are Final, 1 runs logged no records, and the table holds no row"
    )


def test_test_runs_are_ignored(results: Results) -> None:
    for rule in ("records_agree", "zeros_do_not_block"):
        assert january(9) not in [item.partition for item in results[rule].partitions]


def test_several_processors_of_a_table_are_read_together(results: Results) -> None:
    found = classes(results["records_of_both"])
    assert (found[10], found[11]) == ("AGREE", "AGREE")


def test_rows_that_were_cleared_on_purpose_are_no_phantom(results: Results) -> None:
    assert classes(results["records_agree_recently"])[6] == "AGREE"
    assert classes(results["records_agree_recently"])[3] == "REAL_LOSS"


def test_zero_runs_block_only_where_nothing_came_after(results: Results) -> None:
    found = results["zeros_do_not_block"]
    assert days(found) == [2, 3]
    assert "no run with records after them, though 1 games are Final" in str(cell(found, january(3)).detail)


# The log of the first half of January 2026: status, records, rows of the table and Final games a date.
TRACKING_BUG: Mapping[int, tuple[str, int | None, int, int]] = {
    8: ("success", 0, 106, 3),
    9: ("success", 0, 347, 10),
    10: ("success", 0, 211, 6),
    11: ("success", 0, 348, 10),
    12: ("failed", None, 140, 4),
    13: ("success", 0, 0, 0),
}


def test_the_tracking_bug_is_classified_as_its_investigation_did(court: Court) -> None:
    runs = [row for day, (status, records, _, _) in TRACKING_BUG.items() for row in run(day, records, status)]
    rows = [row for day, (_, _, count, _) in TRACKING_BUG.items() for row in players(day, count)]
    schedule = [row for day, (_, _, _, count) in TRACKING_BUG.items() for row in games(day, count)]
    schedule += games(13, 5, **UPCOMING)
    found = court.judge([only(BOX, AGREE), LOG], {SCHEDULE.table: schedule, BOX.table: rows, LOG.table: runs})[
        "records_agree"
    ]
    assert [(item.partition, item.classification, item.expected, item.actual) for item in found.partitions] == [
        (january(8), "TRACKING_BUG", 106, 0),
        (january(9), "TRACKING_BUG", 347, 0),
        (january(10), "TRACKING_BUG", 211, 0),
        (january(11), "TRACKING_BUG", 348, 0),
        (january(12), "FAILED_WITH_DATA", 140, None),
        (january(13), "LEGITIMATE_ZERO", 0, 0),
    ]
    assert days(found, "exempt") == [13]


def test_zero_runs_before_tip_off_that_blocked_the_retry_are_found(court: Court) -> None:
    """The 06:05 and 09:05 files came before the games, and the run of the next morning was refused."""
    blocked = [*run(8, 0), *run(8, 0), *run(8, 0, "skipped")]
    healed = [*run(9, 0), *run(9, 0), *run(9, 204)]
    schedule, rows = games(8, 3) + games(9, 3), players(9, 204)
    found = court.judge(
        [only(BOX, AGREE, "zeros_do_not_block"), LOG],
        {SCHEDULE.table: schedule, BOX.table: rows, LOG.table: [*blocked, *healed]},
    )
    assert days(found["zeros_do_not_block"]) == [8]
    assert found["zeros_do_not_block"].partition_counts == {"fail": 1, "pass": 1}
    assert "2 successes with 0 records" in str(cell(found["zeros_do_not_block"], january(8)).detail)
    assert classes(found["records_agree"]) == {8: "REAL_LOSS", 9: "AGREE"}


def test_a_real_loss_in_bootstrap_is_a_legitimate_zero_and_a_tracking_bug_stays_one(court: Court) -> None:
    known = calendar(nba_raw__box=TableTiming(due_hours=34, bootstrap=True, source="tests"))
    inside, after = date(2025, 11, 3), date(2025, 11, 4)
    rows = {
        SCHEDULE.table: [game(day, "BOS", "NYK") for day in (date(2025, 11, 2), inside, after)],
        BOX.table: [{"game_date": date(2025, 11, 2), "player": "a"}],
        LOG.table: [row for day in (date(2025, 11, 2), inside, after) for row in run(day, 0)],
    }
    found = court.judge([only(BOX, AGREE), LOG], rows, window=(date(2025, 10, 21), date(2025, 11, 30)), known=known)[
        "records_agree"
    ]
    assert classes(found) == {2: "TRACKING_BUG", 3: "LEGITIMATE_ZERO", 4: "REAL_LOSS"}
    assert (days(found), days(found, "exempt")) == ([2, 4], [3])
    assert cell(found, inside).detail == "bootstrap: the first 14 days of 2025-26 have no data here"


def test_a_silent_log_without_rows_is_a_loss_and_with_rows_no_matter(court: Court) -> None:
    rows = {SCHEDULE.table: games(2, 3) + games(3, 3), BOX.table: players(3, 60)}
    found = court.judge([only(BOX, AGREE), LOG], rows)["records_agree"]
    assert classes(found) == {2: "REAL_LOSS"}


def test_a_run_log_without_contract_is_refused() -> None:
    assert problems(BOX)[0].startswith("run_log: no contract for nba_reference.processor_run_history")
    assert problems(BOX, LOG) == []


runs_of_a_date = st.builds(
    RunsOfDate,
    runs=st.integers(0, 3),
    successes=st.integers(0, 2),
    zero_successes=st.integers(0, 2),
    failures=st.integers(0, 2),
    skips=st.integers(0, 2),
    running=st.integers(0, 2),
    stuck=st.integers(0, 2),
    most_records=st.none() | st.integers(0, 300),
)
slates = st.builds(SlateDay, scheduled=st.integers(0, 9), final=st.integers(0, 9), undecided=st.integers(0, 9))


@given(runs_of_a_date, slates)
def test_final_games_without_a_row_are_never_harmless(runs: RunsOfDate, slate: SlateDay) -> None:
    found = classify(runs, 0, slate)
    if slate.final:
        assert found in (Classification.REAL_LOSS, Classification.PHANTOM_WRITE, Classification.STUCK)
    elif not runs.most_records:
        assert found is Classification.LEGITIMATE_ZERO


@given(runs_of_a_date, slates, st.integers(1, 400))
def test_rows_that_are_there_are_never_called_lost(runs: RunsOfDate, slate: SlateDay, rows: int) -> None:
    assert classify(runs, rows, slate) not in (Classification.REAL_LOSS, Classification.PHANTOM_WRITE)


def test_the_moment_that_decides_what_is_stuck_is_as_of(court: Court) -> None:
    rows = {
        SCHEDULE.table: games(7, 1),
        BOX.table: players(7, 5),
        LOG.table: run(7, None, "running", started_at="2026-01-08T06:00:00Z"),
    }
    early, late = (
        court.judge([only(BOX, AGREE), LOG], rows, datetime(2026, 1, 8, hour, 30, tzinfo=UTC))[AGREE] for hour in (7, 8)
    )
    assert (classes(early), classes(late)) == ({7: "LEGITIMATE_ZERO"}, {7: "STUCK"})


@pytest.mark.parametrize(
    ("runs", "with_rows"),
    [
        (RunsOfDate(runs=1, successes=1), "AGREE"),
        (RunsOfDate(runs=2, successes=2, zero_successes=1, most_records=0), "AGREE"),
        (RunsOfDate(runs=2, successes=1, skips=1, most_records=0), "AGREE"),
        (RunsOfDate(runs=2, successes=2, zero_successes=2, most_records=0), "TRACKING_BUG"),
        (RunsOfDate(runs=1, failures=1), "FAILED_WITH_DATA"),
    ],
    ids=["told nothing", "zero before tip-off, then nothing", "a skip's zero", "zeros only", "failed"],
)
def test_only_a_success_that_told_zero_is_a_tracking_bug(runs: RunsOfDate, with_rows: str) -> None:
    assert classify(runs, 5, SlateDay(scheduled=1, final=1)) == with_rows
    assert classify(runs, 0, SlateDay(scheduled=1, final=1)) is Classification.REAL_LOSS
