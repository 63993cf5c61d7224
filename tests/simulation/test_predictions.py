"""The feature store repeats its sources, the models' calls follow from their numbers, the grades from the games."""

from __future__ import annotations

from datetime import date

import pyarrow.compute as pc
import pytest

from gx.simulation.league import League
from gx.simulation.tables.features import HALTED_FROM, TABLE
from gx.simulation.tables.operations import FAILURES
from gx.simulation.tables.precompute import CACHE, PLAYER_ZONES, TEAM_ZONES
from gx.simulation.tables.predictions import ACCURACY, PREDICTIONS, SYSTEMS
from tests.simulation.conftest import AS_OF, Ask, MakeLeague


class TestFeatures:
    @pytest.mark.parametrize(
        ("source", "join", "agreement"),
        [
            (
                "player_daily_cache",
                "s.player_lookup = m.player_lookup AND s.cache_date = m.game_date",
                """m.feature_0_value = s.points_avg_last_5 AND m.feature_1_value = s.points_avg_last_10
                   AND m.feature_2_value = s.points_avg_season AND m.feature_3_value = s.points_std_last_10
                   AND m.feature_4_value = s.games_in_last_7_days AND m.feature_22_value = s.team_pace_last_10
                   AND m.is_quality_ready""",
            ),
            (
                "player_composite_factors",
                "s.player_lookup = m.player_lookup AND s.game_date = m.game_date",
                """m.feature_5_value = s.fatigue_score AND m.feature_6_value = s.shot_zone_mismatch_score
                   AND m.feature_7_value = s.pace_score AND m.feature_8_value = s.usage_spike_score
                   AND m.game_id = s.game_id AND m.expected_games_count = s.expected_games_count""",
            ),
            (
                "player_shot_zone_analysis",
                "s.player_lookup = m.player_lookup AND s.analysis_date = m.game_date",
                """ABS(m.feature_18_value - s.paint_rate_last_10 / 100) < 0.0001
                   AND ABS(m.feature_19_value - s.mid_range_rate_last_10 / 100) < 0.0001
                   AND ABS(m.feature_20_value - s.three_pt_rate_last_10 / 100) < 0.0001""",
            ),
            (
                "team_defense_zone_analysis",
                "s.team_abbr = m.opponent_team_abbr AND s.analysis_date = m.game_date",
                "m.feature_13_value = s.defensive_rating_last_15 AND m.feature_14_value = s.opponent_pace",
            ),
            (
                "upcoming_player_game_context",
                "s.player_lookup = m.player_lookup AND s.game_date = m.game_date",
                """m.feature_41_value = ABS(s.game_spread) AND m.feature_38_value = s.game_total
                   AND m.feature_42_value = (s.game_total - s.game_spread) / 2 AND m.is_home = s.home_game
                   AND m.days_rest IS NOT DISTINCT FROM s.days_rest
                   AND m.feature_39_value IS NOT DISTINCT FROM s.days_rest
                   AND m.feature_16_value = s.back_to_back::INT AND m.feature_15_value = s.home_game::INT
                   AND m.feature_25_value IS NOT DISTINCT FROM s.current_points_line
                   AND m.has_vegas_line = s.has_prop_line""",
            ),
        ],
        ids=["cache", "factors", "shot zones", "team zones", "contexts"],
    )
    def test_features_are_what_their_source_says(
        self, either: League, ask: Ask, source: str, join: str, agreement: str
    ) -> None:
        query = f"""
            SELECT COUNT(*) > 5000, COUNT(*) FILTER (({agreement}) IS NOT TRUE)
            FROM ml_feature_store_v2 m JOIN {source} s ON {join}"""
        assert ask(either.tables, query) == [(True, 0)]

    def test_zone_shares_sum_to_one_with_and_without_an_analysis(self, either: League, ask: Ask) -> None:
        query = """
            SELECT MAX(ABS(feature_18_value + feature_19_value + feature_20_value - 1)) < 0.0001,
                   COUNT(*) FILTER (feature_18_value > 0 AND feature_18_value < 0.01),
                   COUNT(*) - COUNT(feature_18_value)
            FROM ml_feature_store_v2"""
        assert ask(either.tables, query) == [(True, 0, 0)]

    def test_no_feature_is_the_same_for_everybody_of_a_date(self, either: League, ask: Ask) -> None:
        numbers = (0, 1, 2, 3, 5, 13, 14, 18, 22, 38, 41, 42)
        least = ", ".join(f"MIN(d{number}) > 1" for number in numbers)
        counts = ", ".join(f"COUNT(DISTINCT feature_{number}_value) AS d{number}" for number in numbers)
        query = f"""
            SELECT {least} FROM (
              SELECT {counts} FROM ml_feature_store_v2 GROUP BY game_date HAVING COUNT(DISTINCT game_id) > 2)"""
        assert ask(either.tables, query) == [(True,) * len(numbers)]

    def test_everybody_with_factors_has_features_and_the_tier_of_their_quality(self, either: League, ask: Ask) -> None:
        query = "SELECT COUNT(*) FROM {} a ANTI JOIN {} b USING (game_date, player_lookup)"
        assert ask(either.tables, query.format("ml_feature_store_v2", "player_composite_factors")) == [(0,)]
        assert ask(either.tables, query.format("player_composite_factors", "ml_feature_store_v2")) == [(0,)]
        query = """
            SELECT COUNT(*) FILTER (quality_tier <> CASE WHEN feature_quality_score > 95 THEN 'gold'
                WHEN feature_quality_score >= 85 THEN 'silver' WHEN feature_quality_score >= 70 THEN 'bronze'
                ELSE 'poor' END),
                MIN(feature_quality_score) >= 60, AVG(feature_quality_score) > 80, AVG(is_quality_ready::INT) > 0.85
            FROM ml_feature_store_v2"""
        assert ask(either.tables, query) == [(0, True, True, True)]

    def test_the_vector_grew_in_january_2026(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT feature_count, feature_version, MIN(game_date), MAX(game_date) FROM ml_feature_store_v2
            GROUP BY ALL ORDER BY 1"""
        assert ask(league("2025-26", AS_OF).tables, query) == [
            (25, "v1_baseline_25", date(2025, 11, 4), date(2025, 12, 31)),
            (33, "v2_33features", date(2026, 1, 1), AS_OF),
        ]
        assert [row[:2] for row in ask(league("2022-23").tables, query)] == [(33, "v2_33features")]


class TestFailedNovember:
    CUT = date(2021, 12, 5)

    def test_nobody_has_features_or_predictions_on_2_to_26_november_2021(self, league: MakeLeague, ask: Ask) -> None:
        tables = league("2021-22", self.CUT).tables
        for name in (TABLE, PREDICTIONS, ACCURACY):
            assert min(tables[name].column("game_date").to_pylist()) == date(2021, 11, 27)

    def test_there_is_a_failure_for_everybody_who_played(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT COUNT(DISTINCT s.game_date), COUNT(*) FILTER (f.entity_id IS NULL),
                   COUNT(*) = (SELECT COUNT(*) FROM precompute_failures WHERE failure_category = 'calculation_error')
            FROM player_game_summary s
            LEFT JOIN precompute_failures f ON f.entity_id = s.player_lookup AND f.analysis_date = s.game_date
              AND f.failure_category = 'calculation_error'
            WHERE s.game_date BETWEEN '2021-11-02' AND '2021-11-26'"""
        assert ask(league("2021-22", self.CUT).tables, query) == [(24, 0, True)]

    def test_the_run_log_says_that_the_runs_failed(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT status, failure_category, COUNT(*) FROM processor_run_history
            WHERE processor_name = 'MLFeatureStoreProcessor' AND status <> 'running'
              AND data_date BETWEEN '2021-11-02' AND '2021-11-26' GROUP BY ALL ORDER BY 1"""
        found = ask(league("2021-22", self.CUT).tables, query)
        assert ("failed", "processing_error", 24) in found
        assert {status for status, _, _ in found} <= {"failed", "skipped"}


class TestPredictions:
    def test_five_models_for_each_player_and_one_word_each(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*), COUNT(DISTINCT prediction_id), COUNT(DISTINCT (system_id, player_lookup, game_date)),
                   5 * COUNT(DISTINCT (player_lookup, game_date)), ARRAY_AGG(DISTINCT system_id ORDER BY system_id)
            FROM player_prop_predictions"""
        rows, *keys, systems = ask(either.tables, query)[0]
        assert keys == [rows] * 3 and systems == list(SYSTEMS)

    def test_calls_follow_from_points_and_line(self, either: League, ask: Ask) -> None:
        query = """
            SELECT recommendation, MIN(line_margin), MAX(line_margin),
                   COUNT(*) FILTER (line_margin IS DISTINCT FROM predicted_points - current_points_line)
            FROM player_prop_predictions GROUP BY 1"""
        found = {call: rest for call, *rest in ask(either.tables, query)}
        assert found["OVER"][0] > 1 and found["UNDER"][1] < -1
        assert found["PASS"][0] >= -1 and found["PASS"][1] <= 1
        assert {rest[2] for rest in found.values()} == {0}

    def test_lines_are_real_or_say_that_they_are_not(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FILTER ((p.line_source = 'ACTUAL_PROP') <> p.has_prop_line),
                   COUNT(*) FILTER (p.has_prop_line <> u.has_prop_line),
                   COUNT(*) FILTER (p.has_prop_line AND p.current_points_line <> u.current_points_line),
                   COUNT(*) FILTER (p.current_points_line = 20 OR p.current_points_line * 2 % 1 <> 0),
                   COUNT(*) FILTER (p.line_source = 'ESTIMATED_AVG'
                                    AND p.estimated_line_value <> p.current_points_line),
                   COUNT(*) FILTER ((p.recommendation = 'NO_LINE') <> (p.current_points_line IS NULL))
            FROM player_prop_predictions p JOIN upcoming_player_game_context u USING (player_lookup, game_date)"""
        assert ask(either.tables, query) == [(0,) * 6]

    def test_kinds_of_lines_by_season(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT DISTINCT line_source FROM player_prop_predictions ORDER BY 1"
        assert ask(league("2022-23").tables, query) == [("ESTIMATED_AVG",)]
        assert ask(league("2025-26", AS_OF).tables, query) == [("ACTUAL_PROP",), ("NO_PROP_LINE",)]

    def test_every_game_with_features_has_ten_players_or_more(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FILTER (n < 10), (SELECT COUNT(DISTINCT (game_date, opponent_team_abbr)) / 2
                                              FROM ml_feature_store_v2) = COUNT(*)
            FROM (SELECT COUNT(DISTINCT player_lookup) AS n FROM player_prop_predictions GROUP BY game_id)"""
        assert ask(either.tables, query) == [(0, True)]

    def test_ids_are_mixed_in_the_live_season_until_14_january_2026(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT game_id LIKE '002%', MAX(game_date) FROM player_prop_predictions WHERE game_date < '2026-01-15'
            GROUP BY 1 ORDER BY 1"""
        assert ask(league("2025-26", AS_OF).tables, query) == [(False, AS_OF), (True, AS_OF)]
        assert ask(league("2022-23").tables, query) == [(False, date(2023, 4, 26))]

    def test_predictions_are_better_than_chance_and_worse_than_certain(self, either: League, ask: Ask) -> None:
        query = "SELECT CORR(predicted_points, actual_points), AVG(absolute_error) FROM prediction_accuracy"
        skill, error = ask(either.tables, query)[0]
        assert 0.5 < skill < 0.9 and 3 < error < 6


class TestGrades:
    def test_every_line_of_a_played_game_is_graded_once_at_its_line(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FILTER (a.player_lookup IS NULL), COUNT(*) FILTER (a.line_value <> p.current_points_line),
                   COUNT(*) FILTER (a.predicted_points <> p.predicted_points),
                   COUNT(*) = (SELECT COUNT(*) FROM prediction_accuracy)
            FROM player_prop_predictions p
            LEFT JOIN prediction_accuracy a USING (player_lookup, game_date, system_id)
            WHERE p.current_points_line IS NOT NULL AND p.game_date < '2026-01-14'"""
        assert ask(either.tables, query) == [(0, 0, 0, True)]

    def test_grades_follow_from_the_summaries(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) > 10000, COUNT(*) FILTER (
                a.actual_points = s.points AND a.minutes_played = s.minutes_played AND a.team_abbr = s.team_abbr
                AND a.game_id = s.game_id AND a.signed_error = a.predicted_points - s.points
                AND a.absolute_error = ABS(a.signed_error) AND a.actual_margin = s.points - a.line_value
                AND a.predicted_margin = a.predicted_points - a.line_value
                AND a.within_3_points = (a.absolute_error <= 3) AND a.within_5_points = (a.absolute_error <= 5)
                AND a.confidence_decile BETWEEN a.confidence_score * 10 AND a.confidence_score * 10 + 1
                AND a.prediction_correct IS NOT DISTINCT FROM CASE a.recommendation
                    WHEN 'OVER' THEN s.points > a.line_value WHEN 'UNDER' THEN s.points < a.line_value END) = COUNT(*)
            FROM prediction_accuracy a JOIN player_game_summary s USING (player_lookup, game_date)
            WHERE NOT a.is_voided"""
        assert ask(either.tables, query) == [(True, True)]

    def test_players_without_minutes_and_points_void_their_predictions(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) > 0, COUNT(a.actual_points), COUNT(a.prediction_correct), COUNT(*) - COUNT(a.void_reason),
                   COUNT(*) FILTER (s.minutes_played > 0 OR s.points > 0)
            FROM prediction_accuracy a LEFT JOIN player_game_summary s USING (player_lookup, game_date)
            WHERE a.is_voided"""
        assert ask(either.tables, query) == [(True, 0, 0, 0, 0)]

    def test_grading_is_of_the_day_after(self, either: League, ask: Ask) -> None:
        query = "SELECT DISTINCT graded_at::DATE - game_date FROM prediction_accuracy"
        assert ask(either.tables, query) == [(1,)]


class TestAsOf:
    def test_features_and_predictions_of_the_morning_and_grades_of_the_day_before(self, league: MakeLeague) -> None:
        tables = league("2025-26", AS_OF).tables
        last = [max(tables[name].column("game_date").to_pylist()) for name in (TABLE, PREDICTIONS, ACCURACY)]
        assert last == [AS_OF, AS_OF, date(2026, 1, 12)]

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            (CACHE, "cache_date"),
            (PLAYER_ZONES, "analysis_date"),
            (TEAM_ZONES, "analysis_date"),
            (TABLE, "game_date"),
            (PREDICTIONS, "game_date"),
            (ACCURACY, "game_date"),
            (FAILURES, "analysis_date"),
        ],
    )
    def test_a_later_as_of_changes_no_earlier_date(self, league: MakeLeague, table: str, column: str) -> None:
        early, late = (
            rows.filter(pc.less(rows.column(column), AS_OF))
            for rows in (league("2025-26", as_of).tables[table] for as_of in (AS_OF, date(2026, 2, 3)))
        )
        assert early.num_rows > 1000 and early.equals(late)

    @pytest.mark.long
    def test_the_playoffs_of_2026_are_halted(self, league: MakeLeague) -> None:
        tables = league("2025-26", date(2026, 4, 22)).tables
        assert date(2026, 4, 19) == HALTED_FROM
        for name in (TABLE, PREDICTIONS):
            assert max(tables[name].column("game_date").to_pylist()) == date(2026, 4, 18)
