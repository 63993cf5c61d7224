"""Team offence, team contexts and gamebooks: figures that follow from box scores and schedule."""

from __future__ import annotations

from datetime import date

import pytest

from gx.simulation.league import League
from gx.simulation.tables import box_scores, gamebooks, team_games
from gx.simulation.teams import TEAMS
from tests.simulation.conftest import AS_OF, Ask, MakeLeague


class TestOffense:
    def test_figures_are_the_team_box_scores(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*), COUNT(*) FILTER (
                o.points_scored = b.points AND o.fg_attempts = b.fg_attempted AND o.three_pt_makes = b.three_pt_made
                AND o.rebounds = b.total_rebounds AND o.turnovers = b.turnovers AND o.margin_of_victory = b.plus_minus
                AND o.win_flag = (b.plus_minus > 0) AND o.home_game = b.is_home AND o.nba_game_id = b.nba_game_id)
            FROM team_offense_game_summary o JOIN nbac_team_boxscore b USING (game_id, team_abbr)"""
        rows = either.tables[box_scores.TEAM_TOTALS].num_rows
        assert ask(either.tables, query) == [(rows, rows)]

    def test_attack_of_one_team_is_defence_of_the_other(self, either: League, ask: Ask) -> None:
        query = """
            SELECT MAX(ABS(o.offensive_rating - d.defensive_rating)), MAX(ABS(o.pace - d.opponent_pace)),
                   COUNT(*) FILTER (shot_zones_available AND o.team_paint_attempts <> d.opp_paint_attempts)
            FROM team_offense_game_summary o JOIN team_defense_game_summary d
              ON d.game_id = o.game_id AND d.opponent_team_abbr = o.team_abbr"""
        assert ask(either.tables, query) == [(0, 0, 0)]

    def test_zones_are_there_or_wholly_missing(self, either: League, ask: Ask) -> None:
        query = """
            SELECT shot_zones_available, COUNT(team_paint_makes) > 0, COUNT(team_mid_range_attempts) > 0,
                   COUNT(DISTINCT shot_zones_source) FROM team_offense_game_summary GROUP BY 1 ORDER BY 1"""
        assert ask(either.tables, query) == [(False, False, False, 0), (True, True, True, 2)]


class TestContexts:
    def test_rest_and_load_follow_from_the_schedule(self, either: League, ask: Ask) -> None:
        query = """
            WITH games AS (
              SELECT DISTINCT game_date, home_team_tricode AS team_abbr FROM nbac_schedule
              WHERE game_status_text <> 'Postponed'
              UNION SELECT DISTINCT game_date, away_team_tricode FROM nbac_schedule
              WHERE game_status_text <> 'Postponed'),
            counted AS (
              SELECT c.team_abbr, c.game_date, COUNT(g.game_date) + 1 AS number,
                     COUNT(*) FILTER (c.game_date - g.game_date <= 7) AS week,
                     MIN(c.game_date - g.game_date) AS since
              FROM upcoming_team_game_context c
              LEFT JOIN games g ON g.team_abbr = c.team_abbr AND g.game_date < c.game_date GROUP BY ALL)
            SELECT COUNT(*), COUNT(*) FILTER (
                number = game_number_in_season AND week = games_in_last_7_days
                AND since IS NOT DISTINCT FROM days_since_last_game AND since - 1 IS NOT DISTINCT FROM team_days_rest
                AND is_back_to_back = COALESCE(since = 1, FALSE) AND team_back_to_back = is_back_to_back)
            FROM upcoming_team_game_context JOIN counted USING (team_abbr, game_date)"""
        rows = either.tables[team_games.CONTEXTS].num_rows
        assert ask(either.tables, query) == [(rows, rows)]

    def test_streaks_follow_from_results(self, either: League, ask: Ask) -> None:
        query = """
            WITH results AS (
              SELECT team_abbr, game_date, win_flag,
                     LAG(win_flag) OVER (PARTITION BY team_abbr ORDER BY game_date) AS last
              FROM team_offense_game_summary)
            SELECT COUNT(*) FILTER (last IS NOT NULL),
                   COUNT(*) FILTER (last <> (last_game_result = 'W') OR last <> (team_win_streak_entering > 0)
                     OR last = (team_loss_streak_entering > 0))
            FROM upcoming_team_game_context JOIN results USING (team_abbr, game_date)"""
        known, wrong = ask(either.tables, query)[0]
        assert known > 1000 and wrong == 0

    def test_a_cut_season_looks_a_week_ahead(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT MAX(game_date), COUNT(*) FILTER (game_date > '2026-01-14') > 50,
                   COUNT(game_spread) FILTER (game_date > '2026-01-14'),
                   COUNT(*) FILTER (game_date <= '2026-01-14' AND game_spread IS NULL)
            FROM upcoming_team_game_context"""
        assert ask(league("2025-26", AS_OF).tables, query) == [(date(2026, 1, 21), True, 0, 0)]

    @pytest.mark.long
    def test_a_postponed_game_has_contexts_only_while_nobody_knows(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT DISTINCT game_date FROM upcoming_team_game_context WHERE game_id = '0022500529'"
        first, last = date(2026, 1, 8), date(2026, 1, 29)
        assert ask(league("2025-26", first).tables, query) == [(first,)]
        assert ask(league("2025-26", AS_OF).tables, query) == []
        assert ask(league("2025-26").tables, query) == [(last,)]

    def test_miles_are_those_between_the_cities(self) -> None:
        assert 2500 < TEAMS["BOS"].miles_to(TEAMS["LAL"]) < 2700
        assert TEAMS["LAC"].miles_to(TEAMS["LAL"]) < 15
        assert TEAMS["MIA"].miles_to(TEAMS["MIA"]) == 0


class TestGamebooks:
    def test_active_players_are_those_who_appear(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FILTER (player_status = 'active'),
                   COUNT(*) FILTER ((player_status = 'active') <> (points IS NOT NULL)),
                   COUNT(*) FILTER ((player_status = 'active') = (dnp_reason IS NOT NULL)),
                   COUNT(DISTINCT player_status)
            FROM nbac_gamebook_player_stats"""
        played = ask(either.tables, "SELECT COUNT(points) FROM player_game_summary")[0][0]
        assert ask(either.tables, query) == [(played, 0, 0, 3)]

    def test_a_game_lists_30_to_36_players(self, either: League, ask: Ask) -> None:
        query = "SELECT MIN(n), MAX(n) FROM (SELECT COUNT(*) AS n FROM nbac_gamebook_player_stats GROUP BY game_id)"
        assert ask(either.tables, query) == [(30, 36)]

    def test_figures_are_the_summaries(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*), COUNT(*) FILTER (
                g.points = p.points AND g.minutes_decimal = p.minutes_played AND g.plus_minus = p.plus_minus
                AND g.total_rebounds = p.offensive_rebounds + p.defensive_rebounds AND g.minutes LIKE '%:00')
            FROM nbac_gamebook_player_stats g JOIN player_game_summary p USING (game_date, player_lookup, team_abbr)
            WHERE g.player_status = 'active'"""
        rows, agreeing = ask(either.tables, query)[0]
        assert rows == agreeing > 10_000

    def test_ids_are_official_for_five_weeks(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT MIN(game_date), MAX(game_date) FROM nbac_gamebook_player_stats WHERE game_id LIKE '002%'"""
        assert ask(league("2025-26").tables, query) == [(date(2025, 12, 28), date(2026, 1, 31))]

    def test_the_other_feed_is_silent_while_its_scraper_fails(self, league: MakeLeague, ask: Ask) -> None:
        tables = league("2025-26").tables
        query = """
            SELECT COUNT(*) FILTER (game_date BETWEEN '2025-12-22' AND '2026-02-01'), COUNT(DISTINCT season_type),
                   COUNT(*) FILTER (starter) / COUNT(DISTINCT game_id) FROM nbac_player_boxscores"""
        down, kinds, starters = ask(tables, query)[0]
        assert (down, kinds) == (0, 2) and 9.5 <= starters <= 10
        assert tables[gamebooks.BOX_FEED].num_rows > 15_000
