"""The incidents have the numbers of their investigations, as far as the league is as large as the real tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gx.simulation.incidents import incident
from gx.simulation.incidents.outages import FAILED_FEATURES
from gx.simulation.league import League
from tests.simulation.conftest import Ask, MakeLeague

pytestmark = pytest.mark.long


def _clean(number: str, league: MakeLeague) -> League:
    found = incident(number)
    return league(found.season, found.as_of)


def _changed(number: str, league: MakeLeague, ask: Ask, query: str) -> list[tuple[Any, ...]]:
    return ask(incident(number).apply(_clean(number, league).tables), query)


def test_I_04_has_a_failure_for_each_player_who_played_and_no_features(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT COUNT(DISTINCT game_date), COUNT(*), COUNT(f.entity_id), COUNT(m.player_lookup)
        FROM player_game_summary p
        LEFT JOIN precompute_failures f ON f.analysis_date = p.game_date AND f.entity_id = p.player_lookup
          AND f.failure_category = 'calculation_error'
        LEFT JOIN ml_feature_store_v2 m USING (game_date, player_lookup)
        WHERE p.game_date BETWEEN '2022-11-02' AND '2022-11-26'"""
    [(dates, played, failed, featured)] = _changed("I-04", league, ask, query)
    assert (dates, failed, featured) == (len(FAILED_FEATURES), played, 0)


def test_I_05_leaves_the_games_that_were_there(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT day(game_date), COUNT(DISTINCT game_id) FROM bdl_player_boxscores
        WHERE game_date IN ('2026-01-07', '2026-01-10', '2026-01-11', '2026-01-15', '2026-01-20')
        GROUP BY 1 ORDER BY 1"""
    assert _changed("I-05", league, ask, query) == [(7, 10), (11, 9), (15, 1), (20, 4)]


def test_I_07_loses_214_players_a_date(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT day(analysis_date), COUNT(*) FROM player_shot_zone_analysis
        WHERE analysis_date BETWEEN '2026-01-08' AND '2026-01-11' GROUP BY 1 ORDER BY 1"""
    before, after = ask(_clean("I-07", league).tables, query), _changed("I-07", league, ask, query)
    assert [left - right for (_, left), (_, right) in zip(before, after, strict=True)] == [214, 214, 0, 214]


def test_I_08_has_no_props_for_three_weeks(league: MakeLeague, ask: Ask) -> None:
    query = "SELECT MIN(game_date) FROM odds_api_player_points_props WHERE game_date > '2025-10-21'"
    assert _changed("I-08", league, ask, query) == [(date(2025, 11, 14),)]


def test_I_13_logs_records_for_a_date_without_rows(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT (SELECT COUNT(*) FROM upcoming_team_game_context WHERE game_date = '2026-01-31'),
               MAX(records_processed) > 0
        FROM processor_run_history
        WHERE processor_name = 'UpcomingTeamGameContextProcessor' AND data_date = '2026-01-31'"""
    assert _changed("I-13", league, ask, query) == [(0, True)]


def test_I_15_halves_paint_and_doubles_threes(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT AVG(feature_18_value), AVG(feature_20_value) FROM ml_feature_store_v2
        WHERE game_date BETWEEN '2025-12-22' AND '2026-01-22'"""
    [(paint_before, three_before)] = ask(_clean("I-15", league).tables, query)
    [(paint, three)] = _changed("I-15", league, ask, query)
    assert (paint_before, three_before) == (pytest.approx(0.41, abs=0.04), pytest.approx(0.34, abs=0.04))
    assert (paint, three) == (pytest.approx(0.21, abs=0.02), pytest.approx(0.70, abs=0.02))


def test_I_16_shrinks_one_and_a_half_percent_of_the_rows(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT AVG((feature_18_value + feature_19_value + feature_20_value BETWEEN 0.001 AND 0.02)::INT)
        FROM ml_feature_store_v2"""
    [(share,)] = _changed("I-16", league, ask, query)
    assert share == pytest.approx(0.015, abs=0.003)


def test_I_19_makes_a_quarter_of_the_averages_wrong_by_five_points(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT AVG((points_avg_last_5 - feature_0_value >= 5)::INT), COUNT(DISTINCT data_source)
        FROM ml_feature_store_v2 m JOIN player_daily_cache c
          ON c.cache_date = m.game_date AND c.player_lookup = m.player_lookup
        WHERE game_date BETWEEN '2025-11-04' AND '2026-02-04'"""
    [(share, sources)] = _changed("I-19", league, ask, query)
    assert share == pytest.approx(0.26, abs=0.02)
    assert sources == 1


def test_I_20_loses_the_usage_of_71_percent(league: MakeLeague, ask: Ask) -> None:
    query = "SELECT AVG((usage_rate IS NULL)::INT) FROM player_game_summary WHERE game_date = '2026-01-26'"
    [(share,)] = _changed("I-20", league, ask, query)
    assert share == pytest.approx(161 / 226, abs=0.02)
    swapped = """
        SELECT COUNT(DISTINCT game_id) FROM team_offense_game_summary
        WHERE game_date = '2026-01-26' AND home_game AND substr(game_id, 14, 3) <> team_abbr"""
    assert _changed("I-20", league, ask, swapped) == [(4,)]


def test_I_22_has_the_shares_of_duplicates_of_each_date(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT day(game_date), 100 * (1 - COUNT(DISTINCT (player_lookup, game_id, system_id, line_value)) / COUNT(*))
        FROM prediction_accuracy WHERE game_date BETWEEN '2026-01-10' AND '2026-01-16' GROUP BY 1 ORDER BY 1"""
    shares = dict(_changed("I-22", league, ask, query))
    assert shares == pytest.approx({10: 41.8, 11: 0.45, 12: 0, 14: 18.6, 15: 22.3, 16: 13.0}, abs=0.3)


def test_I_23_repeats_predictions_without_a_line(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT MAX(copies), AVG(copies) - 1 FROM (
          SELECT COUNT(*) AS copies FROM player_prop_predictions
          WHERE game_date BETWEEN '2026-01-10' AND '2026-01-19' AND current_points_line IS NULL
          GROUP BY game_id, player_lookup, system_id)"""
    [(most, extra)] = _changed("I-23", league, ask, query)
    assert most == 10
    assert extra == pytest.approx(6473 / 1692, abs=0.05)


@pytest.mark.parametrize("table", ["player_prop_predictions", "prediction_accuracy"])
def test_I_24_puts_63_to_100_percent_of_the_lines_on_20(league: MakeLeague, ask: Ask, table: str) -> None:
    line = "line_value" if table == "prediction_accuracy" else "current_points_line"
    query = f"""
        SELECT AVG(({line} = 20)::INT) FROM {table} WHERE game_date BETWEEN '2026-01-09' AND '2026-01-10'
          AND {line} IS NOT NULL GROUP BY game_date ORDER BY game_date"""
    assert _changed("I-24", league, ask, query) == [(pytest.approx(0.63, abs=0.03),), (1.0,)]
