"""The incidents of feeds, gaps, lines, inputs and operations carry the numbers of their investigations."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gx.simulation.incidents import incident
from tests.simulation.conftest import Ask, MakeLeague

pytestmark = pytest.mark.long

NUMBERS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "I-27": (
        """SELECT (SELECT COUNT(*) FROM player_game_summary WHERE game_date = '2026-01-26'),
             (SELECT COUNT(*) FROM team_offense_game_summary WHERE game_date = '2026-01-26')""",
        [(0, 0)],
    ),
    "I-28": (
        """SELECT ABS(AVG(feature_quality_score) - 64.43) < 0.5,
             ABS(AVG((feature_quality_score < 65)::INT) - 0.746) < 0.02
             FROM ml_feature_store_v2 WHERE game_date BETWEEN '2026-01-23' AND '2026-01-25'""",
        [(True, True)],
    ),
    "I-30": (
        """SELECT COUNT(*), (SELECT ROUND(AVG((NOT has_prop_line)::INT), 2) FROM player_prop_predictions
             WHERE game_date = '2026-01-23' AND line_source = 'ACTUAL_PROP')
             FROM prediction_accuracy WHERE game_date = '2026-01-23'""",
        [(21, 0.98)],
    ),
    "I-31": (
        """SELECT month(game_date), ROUND(AVG((minutes_played IS NULL)::INT), 2) FROM prediction_accuracy
             WHERE NOT is_voided AND game_date BETWEEN '2025-11-04' AND '2025-12-31' GROUP BY 1 ORDER BY 1""",
        [(11, 0.44), (12, 0.31)],
    ),
    "I-33": (
        """SELECT COUNT(days_rest), (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM player_prop_predictions
             WHERE game_date BETWEEN '2026-02-11' AND '2026-02-19' GROUP BY game_date, system_id))
             FROM upcoming_player_game_context WHERE game_date BETWEEN '2026-02-11' AND '2026-02-19'""",
        [(0, 6)],
    ),
    "I-34": (
        """SELECT COUNT(*), COUNT(DISTINCT game_id) FROM upcoming_player_game_context
             WHERE game_date = '2026-02-12' AND current_points_line IS NOT NULL""",
        [(11, 1)],
    ),
    "I-35": (
        """SELECT COUNT(*) FROM player_prop_predictions WHERE game_date IN ('2026-02-07', '2026-02-08')""",
        [(0,)],
    ),
    "I-36": (
        """SELECT COUNT(*), (SELECT COUNT(DISTINCT game_id) FROM player_game_summary WHERE game_date = '2026-02-22')
             FROM nbac_team_boxscore WHERE game_date = '2026-02-22' AND points = 0""",
        [(10, 7)],
    ),
    "I-40": (
        """SELECT MIN(minutes_before_tipoff), MIN(game_date)
             FROM odds_api_player_points_props WHERE minutes_before_tipoff < 0""",
        [(-70, date(2026, 3, 30))],
    ),
    "I-44": ("SELECT COUNT(*) FROM unresolved_player_names WHERE status = 'pending'", [(2099,)]),
    "I-47": (
        "SELECT service, MAX(commits_behind) FROM service_deployments WHERE NOT has_fix GROUP BY 1 ORDER BY 1",
        [("nba-phase3-analytics-processors", 51), ("nba-phase4-precompute-processors", 27)],
    ),
    "I-48": (
        """SELECT COUNT(points_line) + COUNT(over_under_result) FROM player_game_summary
             WHERE game_date BETWEEN '2026-02-01' AND '2026-02-11'""",
        [(0,)],
    ),
    "I-49": (
        """SELECT COUNT(DISTINCT game_date) FROM player_prop_predictions
             WHERE starts_with(game_id, '00') AND game_date >= '2026-01-15'""",
        [(4,)],
    ),
    "I-50": (
        """SELECT game_date, COUNT(DISTINCT game_id) FILTER (starts_with(game_id, '00')), COUNT(DISTINCT game_id)
             FROM player_game_summary WHERE game_date IN ('2025-12-28', '2025-12-29') GROUP BY 1 ORDER BY 1""",
        [(date(2025, 12, 28), 1, 7), (date(2025, 12, 29), 1, 12)],
    ),
    "I-51": (
        """SELECT COUNT(DISTINCT game_id), COUNT(DISTINCT game_date) FROM nbac_gamebook_player_stats
             WHERE game_date BETWEEN '2025-10-22' AND '2025-10-26'""",
        [(5, 5)],
    ),
    "I-52": (
        """SELECT COUNT(DISTINCT feature_13_value), (SELECT COUNT(*) FROM team_defense_zone_analysis
             WHERE analysis_date = '2026-01-23') FROM ml_feature_store_v2 WHERE game_date = '2026-01-23'""",
        [(1, 0)],
    ),
}
"""By incident: a query over the changed tables, and its answer."""


@pytest.mark.parametrize("number", NUMBERS)
def test_the_incident_has_the_numbers_of_its_investigation(number: str, league: MakeLeague, ask: Ask) -> None:
    found = incident(number)
    query, answer = NUMBERS[number]
    assert ask(found.apply(league(found.season, found.as_of).tables), query) == answer


def test_I_26_runs_7139_times_and_2064_runs_never_end(league: MakeLeague, ask: Ask) -> None:
    found = incident("I-26")
    before = league(found.season, found.as_of).tables
    query = "SELECT status, COUNT(*) FROM processor_run_history WHERE data_date = '2026-01-16' GROUP BY 1"
    counts: dict[str, int] = dict(ask(found.apply(before), query))
    clean: dict[str, int] = dict(ask(before, query))
    added = {status: count - clean.get(status, 0) for status, count in counts.items()}
    assert (added["running"], added["failed"], added["success"]) == (7139, 5061, 14)
    assert added["running"] - added["failed"] - added["success"] == 2064


def test_I_37_has_none_of_109_dates(league: MakeLeague, ask: Ask) -> None:
    found = incident("I-37")
    tables = found.apply(league(found.season, found.as_of).tables)
    dates = "SELECT COUNT(DISTINCT game_date) FROM {}"
    [[kept]] = ask(tables, dates.format("nbac_team_boxscore"))
    [[played]] = ask(tables, dates.format("team_offense_game_summary"))
    assert played - kept == 109


def test_I_39_multiplies_the_rows_of_a_date(league: MakeLeague, ask: Ask) -> None:
    found = incident("I-39")
    before = league(found.season, found.as_of).tables
    after = found.apply(before)
    for table, times in (("odds_api_player_points_props", 115), ("bettingpros_player_points_props", 92.6)):
        query = f"SELECT COUNT(*) FROM {table} WHERE game_date = '2026-02-10'"
        [[many]], [[once]] = ask(after, query), ask(before, query)
        assert many / once == pytest.approx(times, rel=0.001)
