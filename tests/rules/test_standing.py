"""Rules that look at more than a window: snapshots, tables without dates, seasons, freshness, services."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gx.contracts.calendar_file import TableTiming
from gx.contracts.parse import parse_contract
from gx.contracts.source import parse_text
from gx.rules.registry import families
from tests.rules.harness import (
    NOON,
    SCHEDULE,
    Court,
    Results,
    calendar,
    cell,
    contract,
    days,
    game,
    january,
    keys,
)

TODAY = NOON.date()


def undated(table: str, columns: str, rules: str) -> object:
    """A contract of a table without dates."""
    listed = "".join(f"  - {{name: {name}, type: {kind}}}\n" for name, kind in (c.split() for c in columns.split(", ")))
    text = (
        f"table: {table}\ntitle: t\ndescription: d\nowner: o\nprocessor: p\nphase: ops\npartition: null\n"
        f"grain: [player]\ncolumns:\n{listed}expectations:\n{rules}"
    )
    parsed = parse_contract(parse_text(text, f"{table}.yaml"), table, families())
    assert parsed.sound, parsed.problems
    return parsed.contract


REGISTRY = undated(
    "nba_reference.registry",
    "player STRING, team STRING, games INT64",
    """
  - {rule: one_row, expect_compound_columns_to_be_unique: {column_list: [player, team]}}
  - {rule: games_in_range, expect_column_values_to_be_between: {column: games, min_value: 0, max_value: 115}}
  - {rule: enough, expect_partition_statistic_to_be_between: {statistic: row_count, fail_below: 2}}
""",
)
NAMES = contract(
    "nba_reference.names",
    "first_seen DATE, name STRING, status STRING",
    """
  - rule: few_pending
    scope: snapshot
    expect_partition_statistic_to_be_between:
      {statistic: row_count, where: "status = 'pending'", warn_above: 0, fail_above: 1}
  - {rule: known, scope: snapshot, expect_column_values_to_be_in_set: {column: status, value_set: [pending, done]}}
""",
    grain="first_seen, name",
)


def test_a_table_without_dates_is_judged_as_it_stands_on_the_day(court: Court) -> None:
    rows = [{"player": "ann", "team": "BOS", "games": 200}, {"player": "bo", "team": "LAL", "games": 3}]
    results = court.judge([REGISTRY], {"nba_reference.registry": rows})  # type: ignore[list-item]
    assert cell(results["games_in_range"], TODAY).verdict == "fail"
    assert keys(results["games_in_range"], "player", "games") == [("ann", 200)]
    assert results["one_row"].verdict == results["enough"].verdict == "pass"


def test_an_empty_table_without_dates_is_not_silent(court: Court) -> None:
    results = court.judge([REGISTRY], {})  # type: ignore[list-item]
    assert cell(results["enough"], TODAY).verdict == "fail"


def test_a_snapshot_sees_rows_of_every_date(court: Court) -> None:
    rows = [
        {"first_seen": date(2021, 11, 3), "name": "x", "status": "pending"},
        {"first_seen": date(2025, 11, 3), "name": "y", "status": "Pending"},
    ]
    results = court.judge([NAMES], {NAMES.table: rows})
    assert cell(results["few_pending"], TODAY).verdict == "warn"
    assert keys(results["known"], "name", "status") == [("y", "Pending")]


DEPLOYED = contract(
    "nba_orchestration.deployed",
    "observed_at TIMESTAMP, service STRING, revision STRING, commits_behind INT64, has_fix BOOL",
    """
  - rule: current
    scope: snapshot
    expect_services_to_be_current:
      services: {phase2: [A], phase3: [B], phase4: [C], grading: [], lost: []}
      max_age_days: 3
""",
    grain="service, observed_at",
)


def observed(service: str, day: int, behind: int, fix: bool | None = True) -> dict[str, object]:
    moment = f"2026-01-{day:02d}T12:00:00Z"
    return {
        "observed_at": moment,
        "service": service,
        "revision": "00001-abc",
        "commits_behind": behind,
        "has_fix": fix,
    }


def test_services_are_judged_by_their_latest_observation(court: Court) -> None:
    rows = [
        observed("phase2", 13, 60),
        observed("phase2", 14, 0),
        observed("phase3", 14, 51),
        observed("phase4", 14, 6),
        observed("grading", 14, 0, fix=False),
        observed("phase3", 20, 0),  # after as-of: nobody knows it yet
    ]
    results = court.judge([DEPLOYED], {DEPLOYED.table: rows})
    assert cell(results["current"], TODAY).verdict == "fail"
    assert keys(results["current"], "service", "fault") == [
        ("grading", "lacks the fix"),
        ("lost", "is not observed at all"),
        ("phase3", "is far behind"),
        ("phase4", "is behind"),
    ]


def test_old_observations_say_nothing_of_today(court: Court) -> None:
    rows = [observed(name, 5, 0) for name in ("phase2", "phase3", "phase4", "grading", "lost")]
    found = cell(court.judge([DEPLOYED], {DEPLOYED.table: rows})["current"], TODAY)
    assert (found.verdict, "was observed too long ago" in str(found.detail)) == ("warn", True)
    behind = [*rows, observed("phase3", 6, 51)]
    assert court.judge([DEPLOYED], {DEPLOYED.table: behind})["current"].verdict == "fail"  # nor do they excuse it
    fresh = [row | {"observed_at": "2026-01-14T12:00:00Z"} for row in rows]
    assert court.judge([DEPLOYED], {DEPLOYED.table: fresh})["current"].verdict == "pass"


FACTORS = contract(
    "nba_precompute.factors",
    "game_date DATE, player STRING, processed_at TIMESTAMP",
    """
  - rule: fresh
    expect_partitions_to_be_fresh:
      {fail_behind: 2, warn_behind: 1, loaded_column: processed_at, max_age_hours: 30}
""",
    grain="game_date, player",
)


def fresh(court: Court, *loaded: tuple[int, str], halted: date | None = None) -> Results:
    games = [game(january(day), "BOS", "MIA") for day in (9, 10, 11, 12, 13)]
    rows = [{"game_date": january(day), "player": "ann", "processed_at": at} for day, at in loaded]
    known = calendar(nba_precompute__factors=TableTiming(due_hours=34, active_until=halted, source="tests"))
    return court.judge([FACTORS], {SCHEDULE.table: games, FACTORS.table: rows}, known=known)


def test_the_newest_partition_may_not_lag_behind_the_newest_due_date(court: Court) -> None:
    late = "2026-01-13T12:00:00Z"
    assert fresh(court, (13, "2026-01-14T10:00:00Z"))["fresh"].verdict == "pass"
    assert days(fresh(court, (12, late))["fresh"], "warn") == [13]
    assert days(fresh(court, (11, late))["fresh"]) == [13]
    assert cell(fresh(court, (13, "2026-01-12T10:00:00Z"))["fresh"], january(13)).detail == (
        "the newest load is 55 hours old"
    )


def test_a_source_that_was_switched_off_is_not_late(court: Court) -> None:
    assert fresh(court, (9, "2026-01-10T10:00:00Z"), halted=january(9))["fresh"].verdict == "pass"


SEASON = contract(
    SCHEDULE.table,
    "game_date DATE, game_id STRING, game_status INT64, game_status_text STRING, away_team_tricode STRING, "
    "home_team_tricode STRING, home_team_score INT64, away_team_score INT64, processed_at TIMESTAMP, "
    "season_year INT64, is_regular_season BOOL",
    """
  - rule: whole
    expect_season_to_be_scheduled: {games: 14, games_per_team: 14, longest_gap_days: 3}
""",
    grain="game_date, game_id",
)


def season(court: Court, played: list[int], extra: int = 0, as_of: datetime = NOON) -> Results:
    """Two teams that meet on those days of January, and ``extra`` games more on the 1st."""
    rows = [game(january(day), "BOS", "MIA", season_year=2025, is_regular_season=True) for day in played]
    rows += [rows[0] | {"game_id": f"002259900{n}"} for n in range(extra)]
    window = (january(1), january(14))
    return court.judge([SEASON], {SEASON.table: rows}, as_of=as_of, window=window)


ALL = list(range(1, 15))


def test_a_whole_season_without_holes_passes(court: Court) -> None:
    assert season(court, ALL)["whole"].verdict == "pass"


def test_a_missing_game_warns_while_the_season_runs_and_fails_after_it(court: Court) -> None:
    missing = [day for day in ALL if day not in (5, 6)]
    assert days(season(court, missing)["whole"], "warn") == [1]
    found = season(court, missing, as_of=datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("America/New_York")))["whole"]
    assert days(found) == [1]
    assert keys(found, "team", "games") == [("BOS", 12), ("MIA", 12)]


def test_a_surplus_fails_at_once(court: Court) -> None:
    found = season(court, ALL, extra=1)["whole"]
    assert cell(found, january(1)).classification == "SURPLUS"
    assert "has 15 regular games instead of 14" in str(cell(found, january(1)).detail)


def test_days_in_a_row_without_a_game_are_a_hole(court: Court) -> None:
    assert days(season(court, [1, 2, 3, 7, 8, 9, 10, 11, 12, 13])["whole"]) == [4, 5, 6]


def test_an_empty_schedule_is_told_on_every_day_of_the_season(court: Court) -> None:
    results = court.judge([SEASON], {}, window=(january(1), january(14)))
    assert days(results["whole"]) == [day.day for day in (january(1) + timedelta(days=n) for n in range(13))]


@pytest.mark.parametrize("scope", ["table", "upcoming"])
def test_a_scope_that_needs_dates_is_refused_without_them(scope: str) -> None:
    text = (
        "table: a.b\ntitle: t\ndescription: d\nowner: o\nprocessor: p\nphase: ops\npartition: null\ngrain: [x]\n"
        "columns: [{name: x, type: STRING}]\nexpectations:\n"
        f"  - {{rule: one, scope: {scope}, expect_column_values_to_not_be_null: {{column: x}}}}\n"
    )
    parsed = parse_contract(parse_text(text, "a.b.yaml"), "a.b", families())
    assert any(f"scope {scope} needs partitions; allowed here: snapshot" in str(p) for p in parsed.problems)
