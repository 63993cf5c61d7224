"""Each incident changes what it says, in the numbers of its investigation, and nothing else."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from gx.contracts.model import ContractSet, Scope
from gx.simulation.edits import NothingToChange
from gx.simulation.incidents import INCIDENTS, Incident, incident
from gx.simulation.league import TABLES, League
from gx.simulation.tables import summaries
from tests.simulation.conftest import Ask, MakeLeague

pytestmark = pytest.mark.long

SUMMARY, DEFENSE = summaries.PLAYERS, summaries.DEFENSE
IDS = tuple(INCIDENTS)


def clean(number: str, league: MakeLeague) -> League:
    """The league that the incident is applied to."""
    found = incident(number)
    return league(found.season, found.as_of)


def touched_dates(found: Incident) -> set[date]:
    return {day for _, day in found.allowed}


@pytest.mark.parametrize("number", IDS)
def test_an_incident_changes_its_tables_on_its_dates_only(
    number: str, league: MakeLeague, project: ContractSet
) -> None:
    found, before = incident(number), clean(number, league).tables
    after = found.apply(before)
    assert {name for name in TABLES if not after[name].equals(before[name])} == set(found.tables)
    for name in found.tables:
        assert after[name].schema == before[name].schema
        column = project.contracts[name].partition
        if column and not _judged_whole(found, name, project):
            others = [_on_other_dates(table, column, touched_dates(found)) for table in (before[name], after[name])]
            assert others[0].equals(others[1]), name


def _judged_whole(found: Incident, table: str, project: ContractSet) -> bool:
    """Whether the incident is told of that table as it stands, at as-of, so that its rows may be of any date."""
    told = {expected.rule for expected in found.expected if expected.table == table}
    return any(rule.name in told and rule.scope is Scope.SNAPSHOT for rule in project.contracts[table].rules)


def _on_other_dates(table: pa.Table, column: str, days: set[date]) -> pa.Table:
    touched = pa.array(sorted(days), pa.date32())
    return table.filter(pc.invert(pc.is_in(table.column(column), value_set=touched)))


@pytest.mark.parametrize("number", IDS)
def test_an_incident_leaves_its_input_alone_and_is_the_same_again(number: str, league: MakeLeague) -> None:
    before = clean(number, league).tables
    counts = {name: (table.num_rows, id(table)) for name, table in before.items()}
    once, again = (incident(number).apply(before) for _ in range(2))
    assert {name: (table.num_rows, id(table)) for name, table in before.items()} == counts
    assert all(once[name].equals(again[name]) for name in TABLES)


@pytest.mark.parametrize("number", IDS)
def test_the_rules_that_must_speak_are_in_the_contracts(number: str, project: ContractSet) -> None:
    for expected in incident(number).expected:
        assert expected.rule in {rule.name for rule in project.contracts[expected.table].rules}, expected
        assert expected.dates


@pytest.mark.parametrize("number", [each.id for each in INCIDENTS.values() if each.season == "2025-26"])
def test_another_season_is_refused(number: str, league: MakeLeague) -> None:
    with pytest.raises(NothingToChange, match="another season"):
        incident(number).apply(league("2022-23", None).tables)


def test_an_unknown_number_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'I01'.*I-01, I-02.*nearest is I-01"):
        incident("I01")


def test_I_01_logs_zero_records_for_rows_that_are_there(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT day(data_date), STRING_AGG(DISTINCT status ORDER BY status), MAX(records_processed)
        FROM processor_run_history
        WHERE processor_name = 'BdlBoxscoresProcessor' AND status IN ('success', 'failed')
          AND data_date BETWEEN '2026-01-08' AND '2026-01-13'
        GROUP BY 1 ORDER BY 1"""
    runs = ask(incident("I-01").apply(clean("I-01", league).tables), query)
    assert [(day, records) for day, _, records in runs] == [(8, 0), (9, 0), (10, 0), (11, 0), (12, None), (13, 0)]
    assert all("success" in statuses for day, statuses, _ in runs if day != 12)
    assert runs[4][1] == "failed"


def test_I_02_has_zero_successes_and_no_rows(league: MakeLeague, ask: Ask) -> None:
    tables = incident("I-02").apply(clean("I-02", league).tables)
    query = """
        SELECT status, MAX(records_processed), COUNT(*) > 0 FROM processor_run_history
        WHERE processor_name = 'BdlBoxscoresProcessor' AND data_date = '2026-01-10' AND status <> 'running'
        GROUP BY 1 ORDER BY 1"""
    assert ask(tables, query) == [("skipped", 0, True), ("success", 0, True)]
    assert ask(tables, "SELECT COUNT(*) FROM bdl_player_boxscores WHERE game_date = '2026-01-10'") == [(0,)]


@pytest.mark.parametrize("table", ["player_composite_factors", "upcoming_player_game_context"])
def test_I_03_leaves_1_of_187_and_68_of_175_players(league: MakeLeague, ask: Ask, table: str) -> None:
    tables = incident("I-03").apply(clean("I-03", league).tables)
    query = f"""
        SELECT game_date, COUNT(*), COUNT(DISTINCT t.game_id), MIN(player_lookup), COUNT(p.points),
               strftime(MAX(t.created_at), '%Y-%m-%d %H:%M:%S')
        FROM {table} t LEFT JOIN player_game_summary p USING (game_date, player_lookup)
        WHERE game_date IN ('2023-02-23', '2023-02-24') GROUP BY 1 ORDER BY 1"""
    first, second = ask(tables, query)
    assert first == (date(2023, 2, 23), 1, 1, "reggiejackson", 1, "2026-01-06 19:37:09")
    assert (*second[:3], *second[4:]) == (date(2023, 2, 24), 68, 6, 68, "2026-01-06 19:37:51")


def test_I_06_loses_74_rows(league: MakeLeague) -> None:
    before = clean("I-06", league).tables
    assert before[DEFENSE].num_rows - incident("I-06").apply(before)[DEFENSE].num_rows == 74


def test_I_10_loses_the_minutes_of_99_and_a_half_percent(league: MakeLeague) -> None:
    minutes = incident("I-10").apply(clean("I-10", league).tables)[SUMMARY].column("minutes_played")
    assert minutes.null_count / len(minutes) == pytest.approx(0.995, abs=0.0005)


def test_I_17_brings_the_fatigue_mean_to_about_zero(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT AVG(fatigue_score), MIN(fatigue_score), AVG(is_production_ready::INT) FROM player_composite_factors
        WHERE game_date BETWEEN '2026-01-25' AND '2026-01-30'"""
    before = clean("I-17", league).tables
    assert ask(before, query)[0][0] > 90
    mean, least, ready = ask(incident("I-17").apply(before), query)[0]
    assert -0.5 < mean < 0 and least >= -5
    assert ready == pytest.approx(0.42, abs=0.02)


def test_I_18_makes_30_to_50_percent_of_lines_empty(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT MIN(share), AVG(share), MAX(share) FROM (
          SELECT AVG((points = 0 AND COALESCE(minutes_played, 0) = 0)::INT) AS share FROM player_game_summary
          WHERE game_date BETWEEN '2025-11-01' AND '2026-01-26' AND points IS NOT NULL GROUP BY game_date)"""
    before = clean("I-18", league).tables
    assert ask(before, query)[0][2] < 0.06
    least, mean, most = ask(incident("I-18").apply(before), query)[0]
    assert 0.3 < least < mean < most < 0.5


def test_I_21_duplicates_93_rows(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT COUNT(*) - COUNT(DISTINCT (game_date, player_lookup)), COUNT(DISTINCT game_date) FROM player_game_summary
        WHERE game_date = '2026-01-26'"""
    assert ask(incident("I-21").apply(clean("I-21", league).tables), query) == [(93, 1)]


def test_I_25_leaves_six_of_nine_games(league: MakeLeague, ask: Ask) -> None:
    query = "SELECT COUNT(DISTINCT game_id) FROM {} WHERE game_date = '2026-01-15'"
    tables = incident("I-25").apply(clean("I-25", league).tables)
    assert ask(tables, query.format("player_game_summary")) == [(6,)]
    assert ask(tables, query.format("team_defense_game_summary")) == [(9,)]


def test_I_29_has_final_games_without_scores(league: MakeLeague, ask: Ask) -> None:
    query = """
        SELECT game_id, game_date, game_status_text FROM nbac_schedule
        WHERE game_status = 3 AND home_team_score IS NULL AND away_team_score IS NULL ORDER BY 1"""
    assert ask(incident("I-29").apply(clean("I-29", league).tables), query) == [
        ("0022500529", date(2026, 1, 8), "Final"),
        ("0022500644", date(2026, 1, 24), "Final"),
    ]
