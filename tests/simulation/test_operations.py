"""Registry, names, failures, deployments, the grid of outputs and the run log of all processors."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from gx.simulation.league import League
from gx.simulation.tables.operations import OUTPUTS, SERVICES
from gx.simulation.tables.processors import PROCESSORS
from gx.simulation.tables.registry import ALIASES, REGISTRY, UNRESOLVED
from tests.simulation.conftest import AS_OF, Ask, MakeLeague

SUMMER = date(2026, 5, 4)


class TestRegistry:
    def test_a_row_a_player_and_team_with_the_games_of_the_summaries(self, either: League, ask: Ask) -> None:
        query = """
            WITH played AS (
              SELECT player_lookup, team_abbr, COUNT(*) AS games, MIN(game_date) AS first, MAX(game_date) AS last
              FROM player_game_summary GROUP BY ALL)
            SELECT COUNT(*) = COUNT(DISTINCT (r.player_lookup, r.team_abbr)),
                   COUNT(p.games) = (SELECT COUNT(*) FROM played),
                   COUNT(*) FILTER (r.games_played <> COALESCE(p.games, 0)),
                   COUNT(*) FILTER (r.first_game_date IS DISTINCT FROM p.first),
                   COUNT(*) FILTER (r.last_game_date IS DISTINCT FROM p.last),
                   COUNT(*) FILTER (r.total_appearances
                                    <> r.games_played + r.inactive_appearances + r.dnp_appearances)
            FROM nba_players_registry r LEFT JOIN played p USING (player_lookup, team_abbr)"""
        assert ask(either.tables, query) == [(True, True, 0, 0, 0, 0)]

    def test_everybody_listed_is_registered_and_traded_players_twice(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FROM upcoming_player_game_context u
            ANTI JOIN nba_players_registry r USING (player_lookup, team_abbr)"""
        assert ask(either.tables, query) == [(0,)]
        query = """
            SELECT COUNT(*) FROM (
              SELECT player_lookup FROM nba_players_registry GROUP BY 1 HAVING COUNT(DISTINCT team_abbr) > 1)"""
        assert ask(either.tables, query)[0][0] >= 2

    def test_on_opening_night_everybody_comes_from_the_rosters(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT last_processor, MAX(games_played), COUNT(first_game_date) FROM nba_players_registry GROUP BY 1"
        assert ask(league("2022-23", date(2022, 10, 18)).tables, query) == [("roster", 0, 0)]

    def test_the_queue_of_january_2026_is_decided(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT status, COUNT(*), COUNT(resolved_to_name), MIN(snooze_until) FROM unresolved_player_names
            GROUP BY 1 ORDER BY 1"""
        assert ask(league("2025-26", AS_OF).tables, query) == [
            ("resolved", 2830, 2830, None),
            ("snoozed", 2, 0, date(2099, 12, 31)),
        ]

    def test_names_seen_later_are_not_in_the_queue_yet(self, league: MakeLeague, ask: Ask) -> None:
        cut = date(2025, 11, 8)
        query = "SELECT COUNT(*), MAX(last_seen_date), MAX(reviewed_at)::DATE FROM unresolved_player_names"
        rows, seen, reviewed = ask(league("2025-26", cut).tables, query)[0]
        assert 0 < rows < 2832 and seen < cut and reviewed <= cut

    def test_seasons_lie_side_by_side_without_a_key_twice(self, league: MakeLeague) -> None:
        keys: Counter[tuple[str, ...]] = Counter()
        for name, columns in (
            (REGISTRY, ("player_lookup", "team_abbr", "season")),
            (ALIASES, ("alias_lookup",)),
            (UNRESOLVED, ("source", "normalized_lookup", "team_abbr", "season")),
            (SERVICES, ("service", "observed_at")),
        ):
            for season in (league("2022-23"), league("2025-26", AS_OF)):
                table = season.tables[name].select(columns)
                assert table.num_rows > 0
                keys.update((name, *map(str, row.values())) for row in table.to_pylist())
        assert max(keys.values()) == 1

    def test_aliases_lead_to_registered_players_and_are_nobodys_key(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) > 20, COUNT(*) FILTER (nba_canonical_lookup NOT IN (
                     SELECT player_lookup FROM nba_players_registry)),
                   COUNT(*) FILTER (alias_lookup IN (SELECT player_lookup FROM nba_players_registry))
            FROM player_aliases"""
        assert ask(either.tables, query) == [(True, 0, 0)]


class TestFailures:
    def test_whoever_played_has_his_row_or_a_failure_that_is_expected(self, either: League, ask: Ask) -> None:
        for table, column, processor in (
            ("player_daily_cache", "cache_date", "PlayerDailyCacheProcessor"),
            ("player_shot_zone_analysis", "analysis_date", "PlayerShotZoneAnalysisProcessor"),
        ):
            query = f"""
                SELECT COUNT(*) FILTER (c.player_lookup IS NULL AND f.entity_id IS NULL),
                       COUNT(*) FILTER (c.player_lookup IS NOT NULL AND f.entity_id IS NOT NULL),
                       COUNT(f.entity_id) > 0
                FROM player_composite_factors s
                LEFT JOIN {table} c ON c.player_lookup = s.player_lookup AND c.{column} = s.game_date
                LEFT JOIN precompute_failures f ON f.entity_id = s.player_lookup AND f.analysis_date = s.game_date
                  AND f.processor_name = '{processor}'
                WHERE s.game_date BETWEEN (SELECT MIN({column}) FROM {table}) AND (SELECT MAX({column}) FROM {table})"""
            assert ask(either.tables, query) == [(0, 0, True)]

    def test_only_expected_categories_and_one_row_a_player_and_processor(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FILTER (failure_category NOT IN ('INSUFFICIENT_DATA', 'EXPECTED_INCOMPLETE')),
                   COUNT(*) - COUNT(DISTINCT (processor_name, analysis_date, entity_id)),
                   COUNT(*) FILTER (failure_category = 'INSUFFICIENT_DATA'
                                    AND actual_game_count >= expected_game_count)
            FROM precompute_failures"""
        assert ask(either.tables, query) == [(0, 0, 0)]


class TestServices:
    def test_seven_services_a_day_with_the_fix_and_not_behind(self, either: League, ask: Ask) -> None:
        query = """
            SELECT DISTINCT COUNT(*), SUM(commits_behind), BOOL_AND(has_fix), hour(ANY_VALUE(observed_at))
            FROM service_deployments GROUP BY observed_at"""
        assert ask(either.tables, query) == [(7, 0, True, 12)]

    @pytest.mark.parametrize(
        ("season", "as_of", "last"),
        [
            ("2025-26", AS_OF, date(2026, 1, 13)),
            ("2025-26", SUMMER, date(2026, 5, 3)),
            ("2022-23", None, date(2023, 6, 25)),
        ],
    )
    def test_observed_to_the_day_before_as_of(
        self, league: MakeLeague, ask: Ask, season: str, as_of: date | None, last: date
    ) -> None:
        query = "SELECT MAX(observed_at)::DATE FROM service_deployments"
        assert ask(league(season, as_of).tables, query) == [(last,)]


class TestExpectedOutputs:
    def test_none_before_may_2026(self, either: League) -> None:
        assert either.tables[OUTPUTS].num_rows == 0

    def test_twenty_one_a_date_since(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT game_date, COUNT(*), COUNT(DISTINCT (phase, output_type)), ANY_VALUE(status) FROM expected_outputs
            GROUP BY 1 ORDER BY 1"""
        expected = [(date(2026, 5, day), 21, 21, "EMPTY_OK") for day in (1, 2, 3)]
        assert ask(league("2025-26", SUMMER).tables, query) == expected


class TestRunLog:
    def test_every_processor_of_the_pipeline_is_in_it(self, league: MakeLeague, ask: Ask) -> None:
        seasons = league("2022-23"), league("2025-26", date(2026, 2, 3))
        query = "SELECT DISTINCT processor_name FROM processor_run_history"
        found = {name for season in seasons for (name,) in ask(season.tables, query)}
        assert found == {processor.name for processor in PROCESSORS}
        assert len(found) == 39

    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("player_daily_cache", "cache_date"),
            ("player_shot_zone_analysis", "analysis_date"),
            ("team_defense_zone_analysis", "analysis_date"),
            ("ml_feature_store_v2", "game_date"),
            ("nbac_gamebook_player_stats", "game_date"),
            ("odds_api_player_points_props", "game_date"),
            ("odds_api_game_lines", "game_date"),
            ("bettingpros_player_points_props", "game_date"),
            ("team_offense_game_summary", "game_date"),
            ("upcoming_team_game_context", "game_date"),
        ],
    )
    def test_most_records_of_a_date_are_the_rows_written(
        self, either: League, ask: Ask, table: str, column: str
    ) -> None:
        query = f"""
            WITH logged AS (
              SELECT processor_name, data_date, MAX(records_processed) AS records FROM processor_run_history
              WHERE output_table = '{table}' GROUP BY ALL),
            written AS (
              SELECT {column} AS data_date, COUNT(*) AS rows FROM {table}
              WHERE {column} <= (SELECT MAX(data_date) FROM logged) GROUP BY 1)
            SELECT COUNT(*) FROM logged FULL JOIN written USING (data_date)
            WHERE COALESCE(records, 0) <> COALESCE(rows, 0)"""
        assert ask(either.tables, query) == [(0,)]

    def test_rosters_and_registry_mostly_find_no_change(self, either: League, ask: Ask) -> None:
        query = """
            SELECT processor_name, AVG((records_processed = 0)::INT) BETWEEN 0.5 AND 0.99, MIN(status)
            FROM processor_run_history WHERE status <> 'running'
              AND processor_name IN ('BasketballRefRosterProcessor', 'gamebook', 'roster') GROUP BY 1 ORDER BY 1"""
        assert ask(either.tables, query) == [
            ("BasketballRefRosterProcessor", True, "success"),
            ("gamebook", True, "success"),
            ("roster", True, "success"),
        ]

    def test_play_by_play_is_zero_before_it_is_published(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT records_processed > 0, MIN(hour(started_at)), MAX(hour(started_at)) FROM processor_run_history
            WHERE processor_name = 'BigDataBallPbpProcessor' AND status = 'success' GROUP BY 1 ORDER BY 1"""
        zeros, published = ask(league("2022-23").tables, query)
        assert zeros[:2] == (False, 4) and zeros[2] < published[1] == 14

    @pytest.mark.parametrize(
        ("processor", "dead_from"),
        [
            ("EspnScoreboardProcessor", date(2025, 6, 2)),
            ("BdlStandingsProcessor", date(2026, 1, 28)),
            ("BdlBoxscoresProcessor", date(2026, 1, 28)),
        ],
    )
    def test_dead_sources_are_skipped(self, league: MakeLeague, ask: Ask, processor: str, dead_from: date) -> None:
        query = f"""
            SELECT status, SUM(records_processed), ANY_VALUE(skip_reason) FROM processor_run_history
            WHERE processor_name = '{processor}' AND status <> 'running' AND data_date >= '{dead_from}' GROUP BY 1"""
        assert ask(league("2025-26", date(2026, 2, 3)).tables, query) == [("skipped", 0, "early_exit")]
        query = f"SELECT MAX(records_processed) > 0 FROM processor_run_history WHERE processor_name = '{processor}'"
        assert ask(league("2022-23").tables, query) == [(True,)]

    def test_no_run_was_started_after_the_morning_of_as_of(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT MAX(processed_at) < '2026-01-14 12:00:00+00' FROM processor_run_history"
        assert ask(league("2025-26", AS_OF).tables, query) == [(True,)]
