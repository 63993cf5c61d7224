"""Incidents of the player lines: minutes lost, zeros for DNP, duplicates, games without active players."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import append, dates_between, drop, rows_of, set_values, utc, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.seasons import SEASONS
from gx.simulation.tables import box_scores, precompute, summaries

ZERO_FIRST, ZERO_LAST = date(2025, 11, 1), date(2026, 1, 26)
DUPLICATE_DATE, DUPLICATE_ROWS = date(2026, 1, 26), 93
EMPTY_DATE = date(2026, 1, 15)
EMPTY_GAMES = ("20260115_BOS_MIA", "20260115_MIL_SAS", "20260115_UTA_DAL")
_ONE_IN_MINUTES_KEPT = 200  # 423 of 83,534 rows kept their minutes
_ZEROS = (
    "points minutes_played assists offensive_rebounds defensive_rebounds steals blocks turnovers fg_attempts fg_makes "
    "three_pt_attempts three_pt_makes ft_attempts ft_makes plus_minus personal_fouls"
).split()
_FALSE = ("starter_flag", "win_flag", "has_complete_shot_zones")


def lost_minutes(tables: Tables) -> dict[str, pa.Table]:
    """I-10: minutes as text were read as a number, and 99.5 % of the season's became null."""
    table = tables[summaries.PLAYERS]
    lost = pa.array([place % _ONE_IN_MINUTES_KEPT != 0 for place in range(table.num_rows)])
    return {summaries.PLAYERS: set_values(table, lost, minutes_played=None)}


def zeros_for_dnp(tables: Tables) -> dict[str, pa.Table]:
    """I-18: players who did not play got rows with 0 points and 0 minutes; they are 30 to 50 % of the rows."""
    table, box = tables[summaries.PLAYERS], tables[box_scores.PLAYERS]
    dates = dates_between(table, ZERO_FIRST, ZERO_LAST)
    idle = box.filter(where(box, game_date=dates, minutes="00"))
    have = set(rows_of(table, where(table, game_date=dates), "game_date", "player_lookup"))
    keys = zip(idle.column("game_date").to_pylist(), idle.column("player_lookup").to_pylist(), strict=True)
    idle = idle.filter(pa.array([key not in have for key in keys]))
    return {summaries.PLAYERS: append(table, _zero_rows(table.schema, idle))}


def _zero_rows(schema: pa.Schema, idle: pa.Table) -> pa.Table:
    """Player summaries of those box score rows, with zeros where nulls belong."""
    count = idle.num_rows
    at_home = pc.equal(idle.column("team_abbr"), idle.column("home_team_abbr"))
    given = {
        **{name: idle.column(name) for name in schema.names if name in idle.column_names},
        **{name: pa.repeat(0.0, count) for name in _ZEROS},
        **{name: pa.repeat(False, count) for name in _FALSE},
        "opponent_team_abbr": pc.if_else(at_home, idle.column("away_team_abbr"), idle.column("home_team_abbr")),
        "universal_player_id": pc.binary_join_element_wise(idle.column("player_lookup"), "001", "_"),
        "is_active": pa.repeat(True, count),
    }
    columns = [given.get(field.name, pa.nulls(count, field.type)).cast(field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def duplicate_rows(tables: Tables) -> dict[str, pa.Table]:
    """I-21: a MERGE fell back to delete and insert, and 93 rows came twice."""
    table = tables[summaries.PLAYERS]
    again = table.filter(where(table, game_date=DUPLICATE_DATE)).slice(0, DUPLICATE_ROWS)
    everywhere = pa.repeat(pa.scalar(True), again.num_rows)
    return {summaries.PLAYERS: append(table, set_values(again, everywhere, processed_at=utc("2026-01-27 20:16:00")))}


def empty_gamebooks(tables: Tables) -> dict[str, pa.Table]:
    """I-25: three gamebooks were read before their box scores; the games have no player summaries."""
    table = tables[summaries.PLAYERS]
    return {summaries.PLAYERS: drop(table, where(table, game_date=EMPTY_DATE, game_id=EMPTY_GAMES))}


def _after(day: date) -> tuple[date, ...]:
    """The dates after that one on which the league of 1 February 2026 has a cache."""
    return tuple(later for later in SEASONS["2025-26"].game_dates() if day < later < date(2026, 2, 1))


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-10",
        title="minutes lost in conversion",
        season="2021-22",
        as_of=None,
        changes="minutes_played is null in 99.5 % of a season's player summaries.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, "minutes_where_points", tuple(SEASONS["2021-22"].game_dates())),),
        change=lost_minutes,
        consequences=(
            Consequence(
                precompute.CACHE,
                tuple(SEASONS["2021-22"].game_dates()),
                "its counts of games played are compared with lines that have minutes",
            ),
        ),
    ),
    Incident(
        id="I-18",
        title="zeros for players who did not play",
        season="2025-26",
        as_of=date(2026, 2, 1),
        changes="Everybody listed who did not play has a player summary with 0 points and 0 minutes.",
        tables=(summaries.PLAYERS,),
        expected=(
            Expected(
                summaries.PLAYERS,
                "few_empty_lines",
                tuple(day for day in SEASONS["2025-26"].game_dates() if ZERO_FIRST <= day <= ZERO_LAST),
            ),
        ),
        change=zeros_for_dnp,
    ),
    Incident(
        id="I-21",
        title="rows written twice",
        season="2025-26",
        as_of=date(2026, 2, 1),
        changes="93 player summaries of one date came twice.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, "one_line_a_player_and_date", (DUPLICATE_DATE,)),),
        change=duplicate_rows,
        consequences=(Consequence(precompute.CACHE, _after(DUPLICATE_DATE), "its counts of games know no copies"),),
    ),
    Incident(
        id="I-25",
        title="games without active players",
        season="2025-26",
        as_of=date(2026, 2, 1),
        changes="Three of nine games have no player summaries, as their gamebooks held rosters only.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, "every_final_game_has_its_players", (EMPTY_DATE,)),),
        change=empty_gamebooks,
        consequences=(Consequence(precompute.CACHE, _after(EMPTY_DATE), "its counts of games know those games"),),
    ),
)
"""The entries of this group."""
