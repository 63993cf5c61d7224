"""Oddities that are right: each is in a clean league, and no rule of the whole audit speaks of it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import duckdb
import pytest

from gx.checkpoints.replay import Replayer
from gx.judging.result import is_quiet
from tests.incidents.conftest import Clean, Told

CUT = ("2025-26", date(2026, 1, 14))


class Oddity(NamedTuple):
    """What is odd, in which season, and a query whose one number says how often it is there."""

    name: str
    season: str
    query: str


PLAYED = "SELECT * FROM player_game_summary WHERE minutes_played IS NOT NULL"
ODDITIES: tuple[Oddity, ...] = (
    Oddity(
        "a game with 13 players and one with 30",
        "2022-23",
        f"SELECT COUNT(*) FILTER (n = 13) * COUNT(*) FILTER (n = 30) FROM (SELECT COUNT(*) AS n FROM ({PLAYED}) "
        "WHERE minutes_played > 0 GROUP BY game_id)",
    ),
    Oddity(
        "5 players of one team and 18 of another",
        "2022-23",
        f"SELECT COUNT(*) FILTER (n = 5) * COUNT(*) FILTER (n = 18) FROM (SELECT COUNT(*) AS n FROM ({PLAYED}) "
        "WHERE minutes_played > 0 GROUP BY game_id, team_abbr)",
    ),
    Oddity(
        "a traded player with more than 82 games",
        "2024-25",
        "SELECT COUNT(*) FROM (SELECT player_lookup FROM player_game_summary p JOIN nbac_schedule s "
        "ON s.game_date = p.game_date AND s.home_team_tricode IN (p.team_abbr, p.opponent_team_abbr) "
        "WHERE s.game_status = 3 AND s.is_regular_season AND p.minutes_played IS NOT NULL "
        "GROUP BY player_lookup HAVING COUNT(DISTINCT p.game_id) > 82)",
    ),
    Oddity("a game on a neutral site", "2024-25", "SELECT COUNT(*) FROM nbac_schedule WHERE neutral_site_flag"),
    Oddity(
        "0 minutes with points",
        "2022-23",
        "SELECT COUNT(*) FROM player_game_summary WHERE minutes_played = 0 AND points > 0",
    ),
    Oddity(
        "team minutes between 237 and 244 that are not 240",
        "2022-23",
        "SELECT COUNT(*) FROM (SELECT SUM(minutes_played) AS m FROM player_game_summary GROUP BY game_id, team_abbr) "
        "WHERE m BETWEEN 237 AND 244 AND m <> 240",
    ),
    Oddity(
        "plus-minus sums that do not match the margin",
        "2022-23",
        "SELECT COUNT(*) FROM (SELECT SUM(p.plus_minus) AS s, ANY_VALUE(t.plus_minus) AS m FROM player_game_summary p "
        "JOIN nbac_team_boxscore t USING (game_id, team_abbr) GROUP BY game_id, team_abbr) WHERE s <> 5 * m",
    ),
    Oddity(
        "ids that are not in the order of dates, as of a game moved earlier",
        "2022-23",
        "SELECT COUNT(*) FROM (SELECT game_date, LAG(game_date) OVER (ORDER BY game_id) AS before FROM nbac_schedule "
        "WHERE game_status = 3) WHERE game_date < before",
    ),
    Oddity(
        "two status rows of one game",
        "2022-23",
        "SELECT COUNT(*) FROM (SELECT game_id, game_date FROM nbac_schedule GROUP BY ALL HAVING COUNT(*) > 1)",
    ),
    Oddity(
        "several runs a day, zeros first",
        "2022-23",
        "SELECT COUNT(*) FROM (SELECT processor_name, data_date FROM processor_run_history WHERE status = 'success' "
        "GROUP BY ALL HAVING COUNT(*) > 1 AND arg_min(records_processed, started_at) = 0 "
        "AND MAX(records_processed) > 0)",
    ),
    Oddity(
        "roster processors at 0 records",
        "2022-23",
        "SELECT COUNT(*) FROM processor_run_history WHERE processor_name LIKE '%Roster%' AND status = 'success' "
        "AND records_processed = 0",
    ),
    Oddity(
        "percentages that are null because nothing was attempted",
        "2022-23",
        "SELECT COUNT(*) FROM player_game_summary WHERE fg_attempts = 0 AND efg_pct IS NULL AND points IS NOT NULL",
    ),
    Oddity(
        "tip-offs whose UTC date is the day after the Eastern one",
        "2024-25",
        "SELECT COUNT(*) FROM nbac_schedule WHERE CAST(game_date_est AS DATE) = game_date + 1",
    ),
    Oddity(
        "players without a day of rest known, in the weeks of hardship signings",
        "2021-22",
        "SELECT COUNT(*) FROM upcoming_player_game_context WHERE days_rest IS NULL AND game_date >= DATE '2021-12-15'",
    ),
    Oddity(
        "a player of four teams within ten days",
        "2022-23",
        "SELECT COUNT(*) FROM (SELECT player_lookup FROM player_game_summary WHERE minutes_played IS NOT NULL "
        "GROUP BY player_lookup HAVING COUNT(DISTINCT team_abbr) >= 4)",
    ),
)


BY_SEASON: list[Oddity] = sorted(ODDITIES, key=lambda each: each[1])
"""In the order in which the leagues are loaded."""


def name_of(oddity: Oddity) -> str:
    return f"{oddity.name}-{oddity.season}-None"


@pytest.mark.parametrize("oddity", BY_SEASON, ids=name_of)
def test_it_is_there_and_nobody_complains(replayer: Replayer, told: Told, oddity: Oddity) -> None:
    loud = told(oddity.season)
    replayer.load(oddity.season, None)
    assert asked(replayer, oddity.query) > 0
    assert loud == []


@pytest.mark.parametrize(("season", "as_of"), [CUT], ids=str)
def test_the_cache_may_be_a_day_behind_and_team_zones_a_day_ahead(
    clean: Clean, replayer: Replayer, season: str, as_of: date
) -> None:
    run = clean(season, as_of)
    replayer.load(season, as_of)
    newest = "SELECT CAST(DATE_DIFF('day', DATE '{}', MAX({})) AS INT) FROM {}"
    assert asked(replayer, newest.format(as_of, "cache_date", "player_daily_cache")) < 0
    assert asked(replayer, newest.format(as_of, "analysis_date", "team_defense_zone_analysis")) >= 0
    assert [rule.name for rule in run.rules if not is_quiet(rule.verdict)] == []


def asked(replayer: Replayer, query: str) -> int:
    """The one number that a query over the league's tables gives."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name, table in replayer.tables.items():
            connection.register(name.split(".")[1], table)
        found: Any = connection.execute(query).fetchall()[0][0]
    return int(found)
