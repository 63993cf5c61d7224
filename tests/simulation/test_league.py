"""The clean league behaves like the pipeline: counts, identities, load times, and the odd things that are right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from gx.contracts.model import Column, Contract
from gx.contracts.teams import TEAM_CODES
from gx.simulation.columns import ColumnsUnknown
from gx.simulation.league import TABLES, League, simulate
from gx.simulation.tables import box_scores, contexts, runs, schedule, summaries
from tests.simulation.conftest import AS_OF, Ask, MakeLeague

SCHEDULE, RUNS = schedule.TABLE, runs.TABLE
BDL, TEAM_BOX = box_scores.PLAYERS, box_scores.TEAM_TOTALS
SUMMARY, DEFENSE = summaries.PLAYERS, summaries.DEFENSE
CONTEXT, FACTORS = contexts.CONTEXTS, contexts.FACTORS


def broken_values(column: Column, values: pa.ChunkedArray) -> int:
    """Rows that break what the contract's column says by itself."""
    broken = values.null_count if column.mode == "REQUIRED" else 0
    numbers = values.cast(pa.float64()) if column.minimum is not None or column.maximum is not None else None
    if column.minimum is not None:
        broken += pc.sum(pc.less(numbers, float(column.minimum))).as_py() or 0
    if column.maximum is not None:
        broken += pc.sum(pc.greater(numbers, float(column.maximum))).as_py() or 0
    if column.allowed is not None:
        allowed = TEAM_CODES if column.allowed == "team_codes" else column.allowed
        known = pc.is_in(values.drop_null(), value_set=pa.array(list(allowed), values.type))
        broken += len(known) - (pc.sum(known).as_py() or 0)
    if column.pattern is not None:
        matches = pc.match_substring_regex(values.drop_null(), column.pattern)
        broken += len(matches) - (pc.sum(matches).as_py() or 0)
    return int(broken)


class TestTables:
    def test_columns_are_the_contracts_in_name_type_and_order(
        self, either: League, contracts: Mapping[str, Contract]
    ) -> None:
        assert tuple(either.tables) == TABLES
        for name, table in either.tables.items():
            assert table.column_names == [column.name for column in contracts[name].columns]
        summary = either.tables[SUMMARY].schema
        assert summary.field("minutes_played").type == pa.decimal128(5, 1)
        assert summary.field("processed_at").type == pa.timestamp("us", tz="UTC")
        assert either.tables[CONTEXT].schema.field("data_quality_issues").type == pa.list_(pa.string())

    def test_every_column_keeps_to_its_own_contract(self, either: League, contracts: Mapping[str, Contract]) -> None:
        broken = {
            f"{name}.{column.name}": count
            for name, table in either.tables.items()
            for column in contracts[name].columns
            if (count := broken_values(column, table.column(column.name)))
        }
        assert broken == {}

    def test_the_same_arguments_give_the_same_bytes(self, contracts: Mapping[str, Contract], tmp_path: Path) -> None:
        for folder in ("one", "other"):
            simulate("2025-26", contracts, date(2025, 11, 8)).write(tmp_path / folder)
        names = sorted(path.name for path in (tmp_path / "one").iterdir())
        assert names == sorted(f"{name}.parquet" for name in TABLES)
        for name in names:
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()

    def test_a_contract_with_columns_nobody_fills_is_refused_with_all_of_them(
        self, contracts: Mapping[str, Contract]
    ) -> None:
        header = contracts[SCHEDULE].header
        more = (*header.columns, Column(name="arena_nam", type="STRING"), Column(name="weather", type="STRING"))
        wider = replace(contracts[SCHEDULE], header=header.model_copy(update={"columns": more}))
        with pytest.raises(ColumnsUnknown, match=r"arena_nam.*nearest is arena_name\n.*\.weather:"):
            simulate("2025-26", {**contracts, SCHEDULE: wider}, date(2025, 10, 22))

    def test_a_missing_contract_is_named(self, contracts: Mapping[str, Contract]) -> None:
        without = {name: contract for name, contract in contracts.items() if name != FACTORS}
        with pytest.raises(ValueError, match=f"needs contracts for {FACTORS}$"):
            simulate("2022-23", without)


class TestIdentities:
    def test_keys_are_unique(self, either: League, ask: Ask) -> None:
        for table in ("player_game_summary", "bdl_player_boxscores", "player_composite_factors"):
            query = f"SELECT COUNT(*), COUNT(DISTINCT (game_date, player_lookup)) FROM {table}"
            rows, keys = ask(either.tables, query)[0]
            assert rows == keys > 0

    def test_points_follow_from_makes_and_zones_from_attempts(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FROM player_game_summary
            WHERE points <> 2 * fg_makes + three_pt_makes + ft_makes OR fg_makes > fg_attempts
              OR three_pt_makes > LEAST(fg_makes, three_pt_attempts) OR ft_makes > ft_attempts
              OR paint_attempts + mid_range_attempts + three_attempts_pbp <> fg_attempts
              OR (paint_attempts IS NULL) <> (three_makes_pbp IS NULL)"""
        assert ask(either.tables, query) == [(0,)]

    def test_players_sum_to_teams_and_teams_to_the_scoreboard(self, either: League, ask: Ask) -> None:
        query = """
            WITH players AS (
              SELECT game_id, team_abbr, SUM(points) AS points FROM player_game_summary GROUP BY ALL)
            SELECT COUNT(*), COUNT(*) FILTER (
                t.points = p.points AND d.points_allowed = t.points
                AND t.points = IF(t.is_home, s.home_team_score, s.away_team_score))
            FROM nbac_team_boxscore t
            JOIN players p USING (game_id, team_abbr)
            JOIN team_defense_game_summary d ON d.game_id = t.game_id AND d.opponent_team_abbr = t.team_abbr
            JOIN nbac_schedule s ON s.game_id = t.nba_game_id AND s.game_date = t.game_date AND s.game_status = 3"""
        teams, agreeing = ask(either.tables, query)[0]
        assert teams == agreeing == either.tables[TEAM_BOX].num_rows

    def test_percentages_are_null_exactly_without_attempts(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FILTER ((field_goal_pct IS NULL) <> (field_goals_attempted = 0)),
                   COUNT(*) FILTER ((three_point_pct IS NULL) <> (three_pointers_attempted = 0)),
                   COUNT(*) FILTER ((free_throw_pct IS NULL) <> (free_throws_attempted = 0)),
                   COUNT(*) FILTER (field_goal_pct IS NULL) > 0
            FROM bdl_player_boxscores"""
        assert ask(either.tables, query) == [(0, 0, 0, True)]

    def test_everybody_who_played_has_a_context_and_factors_after_bootstrap(self, either: League, ask: Ask) -> None:
        missing = "SELECT COUNT(*) FROM player_game_summary p ANTI JOIN {} c USING (game_date, player_lookup) WHERE {}"
        assert ask(either.tables, missing.format("upcoming_player_game_context", "TRUE")) == [(0,)]
        start = "game_date >= (SELECT MIN(game_date) FROM player_composite_factors)"
        assert ask(either.tables, missing.format("player_composite_factors", start)) == [(0,)]


class TestKnownSlates:
    def test_the_slates_after_the_all_star_break_of_2023(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT game_date, COUNT(DISTINCT game_id), COUNT(*) FROM {}
            WHERE game_date IN ('2023-02-23', '2023-02-24') GROUP BY 1 ORDER BY 1"""
        tables = league("2022-23").tables
        expected = [(date(2023, 2, 23), 9, 187), (date(2023, 2, 24), 8, 175)]
        assert ask(tables, query.format("player_game_summary")) == expected
        assert ask(tables, query.format("player_composite_factors")) == expected
        who = "SELECT minutes_played > 0 FROM player_game_summary WHERE game_id = '20230223_DEN_CLE' AND player_lookup"
        assert ask(tables, f"{who} = 'reggiejackson'") == [(True,)]

    def test_box_scores_of_january_2026(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT day(game_date), COUNT(DISTINCT game_id), COUNT(*) FROM bdl_player_boxscores
            WHERE game_date >= '2026-01-08' GROUP BY ALL ORDER BY 1"""
        expected = [(8, 3, 106), (9, 10, 347), (10, 6, 211), (11, 10, 348), (12, 4, 140)]
        assert ask(league("2025-26", AS_OF).tables, query) == expected

    def test_the_day_before_as_of_has_no_games(self, league: MakeLeague, ask: Ask) -> None:
        query = "SELECT COUNT(*) FROM nbac_schedule WHERE game_date = '2026-01-13'"
        assert ask(league("2025-26", AS_OF).tables, query) == [(0,)]

    def test_composite_factors_start_after_14_days(self, either: League, ask: Ask) -> None:
        query = """
            SELECT MIN(f.game_date) - (SELECT MIN(game_date) FROM nbac_schedule) FROM player_composite_factors f"""
        assert ask(either.tables, query) == [(14,)]


class TestAsOf:
    def test_opening_day_has_contexts_and_nothing_played(self, league: MakeLeague) -> None:
        tables = league("2022-23", date(2022, 10, 18)).tables
        rows = {name: table.num_rows for name, table in tables.items()}
        assert rows[SCHEDULE] == 1230
        assert rows[CONTEXT] == 60  # two games, fifteen players a team
        assert [rows[name] for name in (BDL, TEAM_BOX, SUMMARY, DEFENSE, FACTORS)] == [0] * 5

    def test_later_games_are_scheduled_without_scores(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT game_status_text, game_date < '2026-01-14',
                   COUNT(home_team_score) > 0, COUNT(winning_team_tricode) > 0
            FROM nbac_schedule WHERE game_status = 3 OR game_date >= '2026-01-14' GROUP BY ALL ORDER BY 1"""
        expected = [("Final", True, True, True), ("Scheduled", False, False, False)]
        assert ask(league("2025-26", AS_OF).tables, query) == expected

    def test_contexts_and_factors_reach_as_of_and_box_scores_stop_before(self, league: MakeLeague) -> None:
        tables = league("2025-26", AS_OF).tables
        names = (SCHEDULE, BDL, TEAM_BOX, SUMMARY, DEFENSE, CONTEXT, FACTORS)
        last = {name: max(tables[name].column("game_date").to_pylist()) for name in names}
        assert last[CONTEXT] == last[FACTORS] == AS_OF
        assert {last[name] for name in (BDL, TEAM_BOX, SUMMARY, DEFENSE)} == {date(2026, 1, 12)}
        assert last[SCHEDULE] == date(2026, 4, 12)

    def test_nothing_was_loaded_after_the_morning_of_as_of(self, league: MakeLeague) -> None:
        noon = pa.scalar(1_768_392_000_000_000, pa.timestamp("us", tz="UTC"))  # 2026-01-14 12:00 UTC
        checked = 0
        for name, table in league("2025-26", AS_OF).tables.items():
            for column in ("started_at",) if name == RUNS else ("created_at", "processed_at", "snapshot_timestamp"):
                if column in table.column_names:
                    newest = pc.max(table.column(column)).as_py()
                    assert newest is None or newest < noon.as_py(), f"{name}.{column}"
                    checked += 1
        assert checked >= len(TABLES)

    def test_a_later_as_of_changes_no_earlier_date(self, league: MakeLeague) -> None:
        early, late = league("2025-26", AS_OF).tables, league("2025-26").tables
        dated = [name for name in TABLES if "game_date" in late[name].column_names and name not in (SCHEDULE, RUNS)]
        assert len(dated) > 10
        for name in dated:
            before = pc.less(late[name].column("game_date"), AS_OF)
            assert (
                late[name].filter(before).equals(early[name].filter(pc.less(early[name].column("game_date"), AS_OF)))
            ), name

    @pytest.mark.parametrize(
        ("as_of", "expected"),
        [
            (date(2026, 1, 8), [(date(2026, 1, 8), 1, "Scheduled")]),
            (AS_OF, [(date(2026, 1, 8), 1, "Postponed"), (date(2026, 1, 29), 1, "Scheduled")]),
            (None, [(date(2026, 1, 8), 1, "Postponed"), (date(2026, 1, 29), 3, "Final")]),
        ],
    )
    def test_a_postponed_game_keeps_its_row_on_the_first_date(
        self, league: MakeLeague, ask: Ask, as_of: date | None, expected: list[tuple[date, int, str]]
    ) -> None:
        query = """
            SELECT game_date, MAX(game_status), MAX_BY(game_status_text, game_status) FROM nbac_schedule
            WHERE game_id = '0022500529' GROUP BY 1 ORDER BY 1"""
        assert ask(league("2025-26", as_of).tables, query) == expected


class TestChangesOverTime:
    def test_context_ids_are_official_until_17_january_2026(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT game_id LIKE '002%', MAX(game_date) < '2026-01-18', MIN(game_date) >= '2026-01-18'
            FROM upcoming_player_game_context GROUP BY 1 ORDER BY 1"""
        assert ask(league("2025-26").tables, query) == [(False, False, True), (True, True, False)]

    def test_players_who_did_not_play_have_null_statistics_since_27_january_2026(
        self, league: MakeLeague, ask: Ask
    ) -> None:
        query = """
            SELECT is_dnp, COUNT(points) > 0, COUNT(minutes_played) > 0, MIN(game_date), MAX(game_date)
            FROM player_game_summary GROUP BY 1 ORDER BY 1"""
        first, last = date(2026, 1, 27), date(2026, 4, 29)
        assert ask(league("2025-26").tables, query) == [
            (False, True, True, first, last),
            (True, False, False, first, last),
            (None, True, True, date(2025, 10, 21), date(2026, 1, 26)),
        ]

    def test_the_second_source_ends_on_27_january_2026(self, league: MakeLeague) -> None:
        assert max(league("2025-26").tables[BDL].column("game_date").to_pylist()) == date(2026, 1, 27)

    def test_points_lines_and_full_usage_came_with_later_seasons(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT COUNT(points_line) > 0, ROUND(AVG((usage_rate IS NOT NULL)::INT), 1) FROM player_game_summary
            WHERE minutes_played > 0"""
        assert ask(league("2022-23").tables, query) == [(False, 0.5)]
        assert ask(league("2025-26", AS_OF).tables, query) == [(True, 1.0)]


class TestRunLog:
    def test_a_run_has_a_running_row_and_a_final_one(self, either: League, ask: Ask) -> None:
        query = """
            SELECT COUNT(*) FROM (
              SELECT run_id FROM processor_run_history GROUP BY 1
              HAVING COUNT(*) <> 2 OR COUNT(*) FILTER (status = 'running' AND processed_at IS NULL) <> 1)"""
        assert ask(either.tables, query) == [(0,)]

    @pytest.mark.parametrize("name", [BDL, TEAM_BOX, SUMMARY, DEFENSE, CONTEXT, FACTORS])
    def test_most_records_of_a_date_are_the_rows_written(self, either: League, ask: Ask, name: str) -> None:
        table = name.split(".")[1]
        query = f"""
            WITH logged AS (
              SELECT data_date, MAX(records_processed) AS records FROM processor_run_history
              WHERE output_table = '{table}' GROUP BY 1),
            written AS (SELECT game_date, COUNT(*) AS rows FROM {table} GROUP BY 1)
            SELECT COUNT(*) FROM logged FULL JOIN written ON data_date = game_date
            WHERE COALESCE(records, 0) <> COALESCE(rows, 0)"""
        assert ask(either.tables, query) == [(0,)]

    def test_box_score_runs_of_the_morning_find_nothing(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT status, records_processed, strftime(started_at, '%d %H') FROM processor_run_history
            WHERE processor_name = 'BdlBoxscoresProcessor' AND data_date = '2026-01-12' AND status <> 'running'
            ORDER BY started_at"""
        runs = ask(league("2025-26", AS_OF).tables, query)
        assert runs[:2] == [("success", 0, "12 06"), ("success", 0, "12 09")]
        assert ("success", 140, "13 03") in runs

    def test_days_without_games_and_bootstrap_are_zero_or_skipped(self, either: League, ask: Ask) -> None:
        query = """
            SELECT DISTINCT status, records_processed, skip_reason FROM processor_run_history
            WHERE status <> 'running' AND processor_name = 'PlayerCompositeFactorsProcessor'
              AND data_date < (SELECT MIN(game_date) FROM player_composite_factors)"""
        assert ask(either.tables, query) == [("skipped", 0, "early_exit")]
        query = """
            SELECT MAX(records_processed) FROM processor_run_history
            WHERE phase = 'phase_3_analytics' AND data_date NOT IN (SELECT game_date FROM nbac_schedule)"""
        assert ask(either.tables, query) == [(0,)]
