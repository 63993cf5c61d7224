"""The cache, the shot zones and the defence by zone: first dates, windows over earlier games, sums, as-of cuts."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random

import pytest

from gx.simulation.league import League
from gx.simulation.play import play
from gx.simulation.rolling import PlayerHistory
from gx.simulation.schedule import make_schedule
from gx.simulation.seasons import SEASONS, season_facts
from gx.simulation.squads import Squads
from gx.simulation.starts import features_failed, player_zones_from, team_zones_from
from gx.simulation.tables.precompute import CACHE, PLAYER_ZONES, TEAM_ZONES
from tests.simulation.conftest import AS_OF, Ask, MakeLeague


class TestFirstDates:
    def test_shot_zones_begin_some_game_dates_after_bootstrap(self) -> None:
        found = {label: player_zones_from(facts).isoformat() for label, facts in SEASONS.items()}
        assert found == {
            "2021-22": "2021-11-05",
            "2022-23": "2022-11-04",
            "2023-24": "2023-11-10",
            "2024-25": "2024-11-08",
            "2025-26": "2025-11-04",
        }

    def test_team_zones_skip_0_11_12_10_and_12_game_dates(self) -> None:
        found = {label: team_zones_from(facts).isoformat() for label, facts in SEASONS.items()}
        assert found == {
            "2021-22": "2021-11-02",
            "2022-23": "2022-11-13",
            "2023-24": "2023-11-20",
            "2024-25": "2024-11-16",
            "2025-26": "2025-11-16",
        }

    def test_features_failed_on_24_game_dates_of_november_2021(self) -> None:
        assert sum(features_failed(day) for day in season_facts("2021-22").game_dates()) == 24
        assert not features_failed(date(2021, 11, 27))

    def test_tables_begin_on_those_dates(self, either: League, ask: Ask) -> None:
        facts = season_facts(either.season)
        query = """
            SELECT (SELECT MIN(analysis_date) FROM player_shot_zone_analysis),
                   (SELECT MIN(analysis_date) FROM team_defense_zone_analysis)"""
        assert ask(either.tables, query) == [(player_zones_from(facts), team_zones_from(facts))]

    def test_the_cache_of_2025_ramps_up_in_the_last_days_of_bootstrap(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT COUNT(*) FROM player_daily_cache WHERE cache_date < '2025-11-05' GROUP BY cache_date ORDER BY 1"
        counts = [count for (count,) in ask(league("2025-26", AS_OF).tables, query)]
        assert counts[:3] == [9, 13, 16] and counts[3] > 200

    def test_other_caches_begin_after_14_days(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT MIN(cache_date), COUNT(DISTINCT cache_date) >= 150 FROM player_daily_cache"
        assert ask(league("2022-23").tables, query) == [(date(2022, 11, 1), True)]


class TestWindows:
    def test_the_cache_counts_games_strictly_before_its_date(self, either: League, ask: Ask) -> None:
        query = """
            WITH earlier AS (
              SELECT c.player_lookup, c.cache_date, ANY_VALUE(c.games_played_season) AS cached,
                     ANY_VALUE(c.points_avg_season) AS mean, COUNT(*) AS games, AVG(s.points) AS points
              FROM player_daily_cache c
              JOIN player_game_summary s ON s.player_lookup = c.player_lookup AND s.game_date < c.cache_date
              WHERE s.minutes_played > 0 GROUP BY ALL)
            SELECT COUNT(*) = (SELECT COUNT(*) FROM player_daily_cache), COUNT(*) FILTER (cached <> games),
                   MAX(ABS(mean - points)) <= 0.051, MIN(cached)
            FROM earlier"""
        assert ask(either.tables, query) == [(True, 0, True, 3)]

    def test_means_of_five_and_ten_games_are_those_of_the_summaries(self, either: League, ask: Ask) -> None:
        query = """
            WITH ranked AS (
              SELECT c.*, s.points, ROW_NUMBER() OVER (
                PARTITION BY c.player_lookup, c.cache_date ORDER BY s.game_date DESC) AS place
              FROM player_daily_cache c
              JOIN player_game_summary s ON s.player_lookup = c.player_lookup AND s.game_date < c.cache_date
              WHERE s.minutes_played > 0 AND c.cache_date BETWEEN '2022-12-01' AND '2022-12-10'
                 OR s.minutes_played > 0 AND c.cache_date BETWEEN '2025-12-01' AND '2025-12-10')
            SELECT COUNT(*) > 1000, MAX(five) <= 0.051, MAX(ten) <= 0.051 FROM (
              SELECT ABS(ANY_VALUE(points_avg_last_5) - AVG(points) FILTER (place <= 5)) AS five,
                     ABS(ANY_VALUE(points_avg_last_10) - AVG(points) FILTER (place <= 10)) AS ten
              FROM ranked GROUP BY player_lookup, cache_date)"""
        assert ask(either.tables, query) == [(True, True, True)]

    def test_load_is_that_of_the_player_contexts(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) > 10000, COUNT(*) FILTER (
                c.games_in_last_7_days <> u.games_in_last_7_days
                OR c.games_in_last_14_days <> u.games_in_last_14_days
                OR c.minutes_in_last_7_days <> u.minutes_in_last_7_days)
            FROM player_daily_cache c
            JOIN upcoming_player_game_context u ON u.player_lookup = c.player_lookup AND u.game_date = c.cache_date"""
        assert ask(either.tables, query) == [(True, 0)]

    def test_a_line_without_minutes_counts_for_the_load_only(self) -> None:
        facts = season_facts("2022-23")
        games = make_schedule(facts)
        squads, game = Squads(facts, games), games[0]
        away, home = (squads.squad(game, team, Random(1)) for team in (game.away, game.home))
        side = play(game, away, home, Random(1)).home
        line = next(iter(side.lines.values()))
        line.minutes = 0
        history = PlayerHistory("somebody", "somebody_001")
        history.add(side, side.total.plays, line, date(2022, 10, 18).toordinal(), zones_known=True)
        assert history.before(date(2022, 10, 19)) is None
        assert history.load(date(2022, 10, 19)) == (1, 1, 0)
        assert history.load(date(2022, 10, 18)) == (0, 0, 0)


class TestZones:
    def test_rates_sum_to_100_and_follow_from_the_attempts(self, either: League, ask: Ask) -> None:
        query = """
            SELECT MAX(ABS(paint_rate_last_10 + mid_range_rate_last_10 + three_pt_rate_last_10 - 100)),
                   COUNT(*) FILTER (ABS(paint_rate_last_10 / 100 * total_shots_last_10
                                        - paint_attempts_per_game * games_in_sample_10) > 0.6),
                   COUNT(*) FILTER ((paint_pct_last_10 IS NULL) <> (paint_rate_last_10 = 0)),
                   COUNT(DISTINCT primary_scoring_zone), MIN(games_in_sample_10) < 10
            FROM player_shot_zone_analysis"""
        assert ask(either.tables, query) == [(0, 0, 0, 4, True)]

    def test_players_grow_from_fifty_to_some_hundreds(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FROM player_shot_zone_analysis GROUP BY analysis_date ORDER BY analysis_date"""
        counts = [count for (count,) in ask(either.tables, query)]
        assert counts[0] == 50 and 300 < counts[-1] < 550
        assert max(abs(later - now) / now for now, later in pairwise(counts[35:])) < 0.05

    def test_thirty_teams_a_date_with_the_means_of_their_last_15_games(self, either: League, ask: Ask) -> None:
        query = "SELECT DISTINCT COUNT(*) FROM team_defense_zone_analysis GROUP BY analysis_date"
        assert ask(either.tables, query) == [(30,)]
        query = """
            WITH ranked AS (
              SELECT t.*, d.points_allowed, d.defensive_rating, d.opp_paint_makes, d.opp_paint_attempts,
                     ROW_NUMBER() OVER (PARTITION BY t.team_abbr, t.analysis_date ORDER BY d.game_date DESC) AS place
              FROM team_defense_zone_analysis t JOIN team_defense_game_summary d
              ON d.defending_team_abbr = t.team_abbr AND d.game_date < t.analysis_date)
            SELECT MAX(points) <= 0.051, MAX(rating) <= 0.011, MAX(paint) <= 0.0006 FROM (
              SELECT ABS(ANY_VALUE(opponent_points_per_game) - AVG(points_allowed)) AS points,
                     ABS(ANY_VALUE(defensive_rating_last_15) - AVG(defensive_rating)) AS rating,
                     ABS(ANY_VALUE(paint_pct_allowed_last_15) - SUM(opp_paint_makes) / SUM(opp_paint_attempts)) AS paint
              FROM ranked WHERE place <= 15 GROUP BY team_abbr, analysis_date)"""
        assert ask(either.tables, query) == [(True, True, True)]

    def test_the_league_is_its_own_average(self, either: League, ask: Ask) -> None:
        query = """
            SELECT MAX(ABS(mean)) < 0.05, MIN(spread) > 0.3 FROM (
              SELECT AVG(paint_defense_vs_league_avg) AS mean, STDDEV(paint_defense_vs_league_avg) AS spread
              FROM team_defense_zone_analysis GROUP BY analysis_date)"""
        assert ask(either.tables, query) == [(True, True)]

    def test_zones_of_the_cache_are_those_of_the_analysis(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) > 1000, COUNT(*) FILTER (c.shot_zone_data_available <> (z.player_lookup IS NOT NULL)),
                   COUNT(*) FILTER (c.paint_rate_last_10 IS DISTINCT FROM z.paint_rate_last_10),
                   COUNT(*) FILTER ((c.primary_scoring_zone IS NULL) <> (z.player_lookup IS NULL))
            FROM player_daily_cache c LEFT JOIN player_shot_zone_analysis z
            ON z.player_lookup = c.player_lookup AND z.analysis_date = c.cache_date"""
        assert ask(either.tables, query) == [(True, 0, 0, 0)]


class TestAsOf:
    @pytest.mark.parametrize(
        ("table", "column", "last"),
        [(CACHE, "cache_date", 12), (PLAYER_ZONES, "analysis_date", 12), (TEAM_ZONES, "analysis_date", 15)],
    )
    def test_the_cache_is_a_day_behind_and_team_zones_one_ahead(
        self, league: MakeLeague, table: str, column: str, last: int
    ) -> None:
        days = league("2025-26", AS_OF).tables[table].column(column).to_pylist()
        assert max(days) == date(2026, 1, last)

    def test_nothing_on_opening_night(self, league: MakeLeague) -> None:
        tables = league("2022-23", date(2022, 10, 18)).tables
        assert [tables[name].num_rows for name in (CACHE, PLAYER_ZONES, TEAM_ZONES)] == [0, 0, 0]
