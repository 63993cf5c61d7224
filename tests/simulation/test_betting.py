"""Props, game lines and BettingPros offers: what is collected from when, and lines that agree with the contexts."""

from __future__ import annotations

from datetime import date

import pytest

from gx.simulation.league import League
from gx.simulation.tables.odds import LINES, PROPS, decimal_odds
from tests.simulation.conftest import AS_OF, Ask, MakeLeague

FULL = ("2025-26", None)


class TestProps:
    @pytest.mark.long
    def test_nobody_collected_props_before_may_2023(self, league: MakeLeague) -> None:
        assert league("2022-23").tables[PROPS].num_rows == 0
        assert league("2023-24", date(2023, 10, 26)).tables[PROPS].num_rows > 0

    def test_every_game_has_14_to_18_players_and_3_to_5_books(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT MIN(players), MAX(players), MIN(books), MAX(books), MAX(snapshots), COUNT(*) FROM (
              SELECT COUNT(DISTINCT player_lookup) AS players, COUNT(DISTINCT bookmaker) AS books,
                     COUNT(DISTINCT snapshot_timestamp) AS snapshots
              FROM odds_api_player_points_props GROUP BY game_id)"""
        assert ask(league(*FULL).tables, query) == [(14, 18, 3, 5, 2, 1262)]

    def test_snapshots_are_taken_before_tip_off(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT MIN(minutes_before_tipoff) BETWEEN 30 AND 45, COUNT(*) FILTER (
              minutes_before_tipoff <> date_diff('minute', snapshot_timestamp, game_start_time))
            FROM odds_api_player_points_props"""
        assert ask(league(*FULL).tables, query) == [(True, 0)]

    def test_ids_are_official_since_28_december_2025(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT game_id LIKE '00_25%', MIN(game_date), MAX(game_date) FROM odds_api_player_points_props
            GROUP BY 1 ORDER BY 1"""
        assert ask(league(*FULL).tables, query) == [
            (False, date(2025, 10, 21), date(2025, 12, 27)),
            (True, date(2025, 12, 28), date(2026, 4, 29)),
        ]

    def test_lines_are_in_half_steps_and_keys_unique(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FILTER (points_line * 2 <> round(points_line * 2)),
                   COUNT(*) - COUNT(DISTINCT (game_id, player_lookup, bookmaker, snapshot_timestamp))
            FROM odds_api_player_points_props"""
        assert ask(league(*FULL).tables, query) == [(0, 0)]

    def test_decimal_odds_are_the_american_ones(self, league: MakeLeague, ask: Ask) -> None:
        assert [decimal_odds(american) for american in (-110, 100, 150, -200)] == [1.91, 2.0, 2.5, 1.5]
        query = "SELECT DISTINCT over_price_american, over_price FROM odds_api_player_points_props"
        found = ask(league(*FULL).tables, query)
        assert len(found) > 5 and all(decimal_odds(american) == price for american, price in found)

    @pytest.mark.parametrize("as_of", [None, AS_OF])
    def test_contexts_and_summaries_carry_a_posted_line(self, league: MakeLeague, ask: Ask, as_of: date | None) -> None:
        tables = league("2025-26", as_of).tables
        query = """
            SELECT COUNT(*) > 0, COUNT(*) FILTER (o.player_lookup IS NULL) FROM {} t
            LEFT JOIN (SELECT DISTINCT game_date, player_lookup, points_line FROM odds_api_player_points_props) o
              ON o.game_date = t.game_date AND o.player_lookup = t.player_lookup AND o.points_line = t.{}
            WHERE t.{} IS NOT NULL"""
        for table, column in (
            ("upcoming_player_game_context", "current_points_line"),
            ("upcoming_player_game_context", "opening_points_line"),
            ("player_game_summary", "points_line"),
        ):
            assert ask(tables, query.format(table, column, column)) == [(True, 0)], f"{table}.{column}"


class TestGameLines:
    def test_a_snapshot_has_eight_rows_and_both_signs_of_a_spread(self, either: League, ask: Ask) -> None:
        query = """
            SELECT DISTINCT COUNT(*), COUNT(*) FILTER (market_key = 'totals'), COUNT(DISTINCT outcome_name),
                            SUM(outcome_point) FILTER (market_key = 'spreads')
            FROM odds_api_game_lines GROUP BY game_id, snapshot_timestamp"""
        assert ask(either.tables, query) == [(8, 4, 4, 0.0)]

    def test_contexts_agree_with_the_home_side_of_the_lines(self, either: League, ask: Ask) -> None:
        query = """
            WITH home AS (
              SELECT game_date, home_team_abbr AS team_abbr,
                     median(outcome_point) FILTER (outcome_name = home_team) AS spread,
                     median(outcome_point) FILTER (outcome_name = 'Over') AS total
              FROM odds_api_game_lines GROUP BY ALL)
            SELECT COUNT(*) > 0, MAX(ABS(c.game_spread - spread)) <= 1, MAX(ABS(c.game_total - total)) <= 0.5
            FROM {} c JOIN home USING (game_date, team_abbr)"""
        assert ask(either.tables, query.format("upcoming_team_game_context")) == [(True, True, True)]
        assert ask(either.tables, query.format("upcoming_player_game_context")) == [(True, True, True)]

    def test_names_are_the_vendors_and_tip_offs_the_schedules(self, either: League, ask: Ask) -> None:
        query = "SELECT DISTINCT home_team FROM odds_api_game_lines WHERE home_team_abbr IN ('LAC', 'LAL', 'GSW')"
        assert sorted(ask(either.tables, query)) == [
            ("Golden State Warriors",),
            ("LA Clippers",),
            ("Los Angeles Lakers",),
        ]
        query = """
            SELECT COUNT(*) FROM odds_api_game_lines l
            ANTI JOIN nbac_schedule s ON s.game_date = l.game_date AND s.home_team_tricode = l.home_team_abbr
              AND s.away_team_tricode = l.away_team_abbr AND s.game_date_est = l.commence_time"""
        assert ask(either.tables, query) == [(0,)]

    def test_fanduel_starts_on_2_november_2021(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT MIN(game_date) FROM odds_api_game_lines WHERE bookmaker_key = 'fanduel'"
        assert ask(league("2021-22", date(2021, 11, 10)).tables, query) == [(date(2021, 11, 2),)]

    def test_the_lapsed_subscription_leaves_gaps(self, league: MakeLeague, ask: Ask) -> None:
        tables = league("2023-24", date(2023, 11, 28)).tables
        query = "SELECT COUNT(*) FROM {} WHERE game_date BETWEEN '2023-11-21' AND '2023-11-25'"
        assert ask(tables, query.format("odds_api_game_lines")) == [(0,)]
        assert ask(tables, query.format("nbac_team_boxscore"))[0][0] > 0
        assert tables[LINES].num_rows > 0


class TestBettingPros:
    def test_big_slates_have_fifty_players_and_every_date_ten_books(self, either: League, ask: Ask) -> None:
        query = """
            SELECT MIN(players) FILTER (games >= 5) >= 50, MIN(books) BETWEEN 10 AND 16, MAX(rows) FROM (
              SELECT COUNT(DISTINCT player_lookup) AS players, COUNT(DISTINCT bookmaker) AS books,
                     COUNT(DISTINCT bp_event_id) AS games, COUNT(*) AS rows
              FROM bettingpros_player_points_props WHERE market_type = 'points' GROUP BY game_date)"""
        assert ask(either.tables, query)[0][:2] == (True, True)
        assert either.tables["nba_raw.bettingpros_player_points_props"].num_rows < 120_000

    def test_keys_are_unique_and_one_line_a_side_is_the_best(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) - COUNT(DISTINCT (offer_id, bookmaker, bet_side, bookmaker_last_update, market_type))
            FROM bettingpros_player_points_props"""
        assert ask(either.tables, query) == [(0,)]
        query = """
            SELECT DISTINCT COUNT(*) FILTER (is_best_line) FROM bettingpros_player_points_props
            GROUP BY offer_id, bet_side"""
        assert ask(either.tables, query) == [(1,)]

    def test_most_rows_are_points_and_all_six_markets_are_there(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(DISTINCT market_type), AVG((market_type = 'points')::INT) BETWEEN 0.9 AND 0.99,
                   COUNT(*) FILTER (player_team = 'FA') > 0, MAX(validation_confidence) < 1
            FROM bettingpros_player_points_props"""
        assert ask(either.tables, query) == [(6, True, True, True)]
