"""The calendar: seasons, what excuses a missing row, and windows of game dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gx.calendar.calendar import Calendar, WindowError
from gx.contracts.store import load_contracts

ROOT = Path(__file__).resolve().parents[2]
FACTORS = "nba_precompute.player_composite_factors"
BOX_SCORES = "nba_raw.bdl_player_boxscores"
SUMMARY = "nba_analytics.player_game_summary"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    """The repository's calendar."""
    file = load_contracts(ROOT).calendar
    assert file is not None
    return Calendar(file)


def late(calendar: Calendar) -> datetime:
    return calendar.moment(date(2026, 7, 1))


@pytest.mark.parametrize(
    ("day", "excused"),
    [
        (date(2022, 10, 18), True),
        (date(2022, 10, 31), True),
        (date(2022, 11, 1), False),
        (date(2025, 11, 3), True),
        (date(2025, 11, 4), False),
    ],
)
def test_bootstrap_lasts_fourteen_days(calendar: Calendar, day: date, excused: bool) -> None:
    reason = calendar.exemption(FACTORS, day, late(calendar))
    assert (reason is not None) == excused


def test_bootstrap_is_no_excuse_for_tables_of_earlier_phases(calendar: Calendar) -> None:
    assert calendar.exemption(SUMMARY, date(2022, 10, 18), late(calendar)) is None


def test_a_source_is_excused_after_it_was_switched_off(calendar: Calendar) -> None:
    assert calendar.exemption(BOX_SCORES, date(2026, 1, 27), late(calendar)) is None
    assert "switched off" in str(calendar.exemption(BOX_SCORES, date(2026, 1, 28), late(calendar)))


def test_rows_are_due_the_morning_after(calendar: Calendar) -> None:
    day = date(2026, 1, 12)
    at_night, at_noon = datetime(2026, 1, 13, 3, tzinfo=calendar.zone), calendar.moment(date(2026, 1, 13))
    assert "normal lag" in str(calendar.exemption(SUMMARY, day, at_night))
    assert calendar.exemption(SUMMARY, day, at_noon) is None


def test_a_table_without_timing_is_never_excused(calendar: Calendar) -> None:
    assert calendar.exemption("nba_raw.unheard_of", date(2022, 10, 18), late(calendar)) is None


def test_a_bare_date_means_noon_eastern(calendar: Calendar) -> None:
    assert calendar.moment(date(2026, 1, 14)).isoformat() == "2026-01-14T12:00:00-05:00"
    assert calendar.moment(date(2026, 3, 14)).isoformat() == "2026-03-14T12:00:00-04:00"


def test_a_time_of_another_zone_is_told_in_eastern_time(calendar: Calendar) -> None:
    moment = calendar.moment(datetime(2026, 1, 14, 3, tzinfo=ZoneInfo("UTC")))
    assert (moment.date(), moment.hour) == (date(2026, 1, 13), 22)


@pytest.mark.parametrize(
    "as_of",
    [date(2026, 1, 14), date(2026, 2, 20), date(2025, 11, 29), date(2026, 8, 15), date(2022, 2, 25)],
    ids=["mid-season", "after the All-Star break", "after Thanksgiving", "off-season", "first day after a break"],
)
def test_a_window_of_three_game_dates_reaches_back_far_enough(calendar: Calendar, as_of: date) -> None:
    window = calendar.last_window(3, calendar.moment(as_of))
    days = [window.start + timedelta(days=n) for n in range((as_of - window.start).days)]
    possible = [day for day in days if calendar.season_of(day) and calendar.break_of(day) is None]
    assert len(possible) >= 3 + 4
    assert (window.end, window.last) == (as_of, 3)


def test_a_window_never_starts_before_the_first_season(calendar: Calendar) -> None:
    assert calendar.last_window(9, calendar.moment(date(2021, 10, 20))).start == date(2021, 10, 19)


def test_a_season_ends_at_as_of_or_with_the_playoffs(calendar: Calendar) -> None:
    assert calendar.season_window("2022-23", late(calendar)).end == date(2023, 6, 20)
    assert calendar.season_window("2022-23", calendar.moment(date(2023, 1, 1))).end == date(2023, 1, 1)


def test_between_seasons_the_last_one_is_current(calendar: Calendar) -> None:
    assert calendar.season_window(None, calendar.moment(date(2023, 8, 1))).start == date(2022, 10, 18)


def test_an_unknown_season_names_the_known_ones(calendar: Calendar) -> None:
    with pytest.raises(WindowError, match="2021-22, 2022-23"):
        calendar.season_window("2020-21", late(calendar))


@pytest.mark.parametrize(
    ("table", "day", "excused"),
    [
        ("nba_raw.odds_api_player_points_props", date(2023, 4, 9), True),
        ("nba_raw.odds_api_player_points_props", date(2023, 10, 24), False),
        ("nba_raw.bettingpros_player_points_props", date(2025, 4, 13), True),
        ("nba_raw.bettingpros_player_points_props", date(2025, 10, 21), False),
        ("nba_orchestration.expected_outputs", date(2026, 4, 12), True),
        ("nba_orchestration.expected_outputs", date(2026, 5, 2), False),
    ],
)
def test_a_source_is_excused_before_it_was_collected(calendar: Calendar, table: str, day: date, excused: bool) -> None:
    reason = calendar.exemption(table, day, late(calendar))
    assert (reason is not None) == excused
    assert reason is None or "before" in reason


@pytest.mark.parametrize(
    ("table", "last_exempt", "first_due"),
    [
        ("nba_precompute.player_shot_zone_analysis", date(2022, 11, 3), date(2022, 11, 4)),
        ("nba_precompute.player_shot_zone_analysis", date(2025, 11, 3), date(2025, 11, 4)),
        ("nba_precompute.team_defense_zone_analysis", date(2022, 11, 12), date(2022, 11, 13)),
        ("nba_precompute.team_defense_zone_analysis", date(2025, 11, 15), date(2025, 11, 16)),
        ("nba_raw.nbac_player_boxscores", date(2026, 2, 1), date(2026, 2, 2)),
        ("nba_raw.odds_api_game_lines", date(2023, 11, 25), date(2023, 11, 26)),
        ("nba_raw.odds_api_game_lines", date(2024, 4, 15), date(2024, 4, 16)),
    ],
)
def test_later_starts_and_halts_end_on_their_day(
    calendar: Calendar, table: str, last_exempt: date, first_due: date
) -> None:
    assert calendar.exemption(table, last_exempt, late(calendar)) is not None
    assert calendar.exemption(table, first_due, late(calendar)) is None


def test_predictions_are_halted_in_the_playoffs_of_2026(calendar: Calendar) -> None:
    for name in ("ml_feature_store_v2", "player_prop_predictions", "prediction_accuracy"):
        assert calendar.exemption(f"nba_predictions.{name}", date(2026, 4, 18), late(calendar)) is None
        assert "halted" in str(calendar.exemption(f"nba_predictions.{name}", date(2026, 4, 19), late(calendar)))
    assert calendar.exemption(SUMMARY, date(2026, 4, 19), late(calendar)) is None


@pytest.mark.parametrize(
    ("table", "day_behind_is_normal"),
    [("nba_precompute.player_daily_cache", True), ("nba_precompute.player_composite_factors", False)],
)
def test_the_cache_may_be_one_day_behind(calendar: Calendar, table: str, day_behind_is_normal: bool) -> None:
    noon = calendar.moment(date(2026, 1, 13))
    assert ("normal lag" in str(calendar.exemption(table, date(2026, 1, 12), noon))) == day_behind_is_normal
    assert calendar.exemption(table, date(2026, 1, 11), noon) is None


def test_every_contract_has_its_timing(calendar: Calendar) -> None:
    assert set(calendar.file.tables) == set(load_contracts(ROOT).contracts)
