"""Incidents of figures that were never computed or computed wrongly: usage, spreads, rolling averages."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import set_values, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.parts import BUSY_2024, both, but, numbers, season_dates, some
from gx.simulation.seasons import AFTER_SEASONS
from gx.simulation.tables import contexts, features, summaries, team_games

NO_USAGE = season_dates("2024-25")
ZERO_SPREADS = season_dates("2025-26", date(2025, 11, 4), date(2026, 2, 28))
LARGE_SLATES = but(ZERO_SPREADS, "2025-11-20", "2025-12-18", "2026-01-22", "2026-01-31", "2026-02-19")
"""Those with the 100 players in the contexts that rules about a share of them ask for."""
FALLBACK = season_dates("2025-26", date(2025, 11, 4), date(2026, 2, 4))
USAGE_LOST = season_dates("2025-26", date(2026, 1, 15), date(2026, 1, 25))
SWAPPED_DATE, SWAPPED_GAMES = date(2026, 1, 26), 4
_LOST_OF_TEN, _LOST_OF_226 = 5, 161  # 37 to 71 % of the rows of the days before; then 161 of 226
_LEAST_WRONG, _WRONG_OF_EIGHT = 10.0, 5  # halved in five of eight averages from ten up: 26 % are 5 or more off
_USAGE = ("usage_rate", "usage_rate_raw", "usage_rate_valid", "usage_rate_anomaly_reason")


def no_usage(tables: Tables) -> dict[str, pa.Table]:
    """I-11: usage was never implemented; the column is null in every row."""
    table = tables[summaries.PLAYERS]
    return {summaries.PLAYERS: set_values(table, where(table, game_date=NO_USAGE), **dict.fromkeys(_USAGE))}


def zero_spreads(tables: Tables) -> dict[str, pa.Table]:
    """I-12: both signs of each spread are stored, so their median is 0; the implied total is half of the total."""
    players, vectors = tables[contexts.CONTEXTS], tables[features.TABLE]
    half = pc.divide(numbers(vectors, "feature_38_value"), 2)
    rows = where(vectors, game_date=ZERO_SPREADS)
    return {
        contexts.CONTEXTS: set_values(players, where(players, game_date=ZERO_SPREADS), game_spread=0),
        features.TABLE: set_values(vectors, rows, feature_41_value=0.0, feature_42_value=half),
    }


def zeros_in_averages(tables: Tables) -> dict[str, pa.Table]:
    """I-19: every average came from a fallback that counted games not played as 0 points; the cache was right."""
    table = tables[features.TABLE]
    rows = where(table, game_date=FALLBACK)
    high = both(rows, pc.greater_equal(numbers(table, "feature_0_value"), _LEAST_WRONG))
    wrong = some(high, table.column("game_date"), lambda _, place: place % 8 < _WRONG_OF_EIGHT)
    halves = {name: pc.divide(numbers(table, name), 2) for name in ("feature_0_value", "feature_1_value")}
    return {features.TABLE: set_values(set_values(table, rows, data_source="phase3"), wrong, **halves)}


def swapped_ids(tables: Tables) -> dict[str, pa.Table]:
    """I-20: team rows carried home and away in the wrong order, so players found no team totals for their usage."""
    offense, players = tables[team_games.OFFENSE], tables[summaries.PLAYERS]
    games = sorted(set(offense.filter(where(offense, game_date=SWAPPED_DATE)).column("game_id").to_pylist()))
    swapped = where(offense, game_date=SWAPPED_DATE, game_id=games[:SWAPPED_GAMES])
    ids = pa.array([_home_first(game) for game in offense.column("game_id").to_pylist()])
    return {
        team_games.OFFENSE: set_values(offense, swapped, game_id=ids),
        summaries.PLAYERS: set_values(players, _without_usage(players), **dict.fromkeys(_USAGE)),
    }


def _home_first(game: str) -> str:
    day, away, home = game.split("_")
    return f"{day}_{home}_{away}"


def _without_usage(players: pa.Table) -> pa.Array:
    """Half of each date's rows, and 71 % of those of the date with exchanged ids."""
    dates = where(players, game_date=(*USAGE_LOST, SWAPPED_DATE))
    return some(
        dates,
        players.column("game_date"),
        lambda day, place: place * 161 % 226 < _LOST_OF_226 if day == SWAPPED_DATE else place % 10 < _LOST_OF_TEN,
    )


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-11",
        title="usage never computed",
        season="2024-25",
        as_of=None,
        changes="usage_rate and what explains it are null in every player summary of a season.",
        tables=(summaries.PLAYERS,),
        expected=(
            Expected(summaries.PLAYERS, "usage_rate_is_filled_at_all", (AFTER_SEASONS,)),
            Expected(summaries.PLAYERS, "usage_rate_is_there", BUSY_2024),
        ),
        change=no_usage,
        consequences=(Consequence(summaries.PLAYERS, NO_USAGE, "small slates lost as much, too few rows to say so"),),
    ),
    Incident(
        id="I-12",
        title="every spread is 0",
        season="2025-26",
        as_of=None,
        changes="The spreads of player contexts and features are 0 from 4 November 2025 to 28 February 2026.",
        tables=(contexts.CONTEXTS, features.TABLE),
        expected=(
            Expected(features.TABLE, "spread_is_not_zero", but(LARGE_SLATES, "2026-01-08", "2026-02-05")),
            Expected(contexts.CONTEXTS, "few_spreads_are_zero", LARGE_SLATES),
            Expected(contexts.CONTEXTS, "spreads_differ", LARGE_SLATES),
        ),
        change=zero_spreads,
        consequences=(
            Consequence(contexts.CONTEXTS, ZERO_SPREADS, "small slates are 0 as well, too few rows to say so"),
            Consequence(features.TABLE, ZERO_SPREADS, "small slates are 0 as well, too few rows to say so"),
        ),
    ),
    Incident(
        id="I-19",
        title="games not played counted as 0 points",
        season="2025-26",
        as_of=None,
        changes="All recent averages of the features come from a fallback; 26 % are 5 points or more too low.",
        tables=(features.TABLE,),
        expected=(Expected(features.TABLE, "form_agrees_with_the_cache", FALLBACK),),
        change=zeros_in_averages,
    ),
    Incident(
        id="I-20",
        title="home and away exchanged in game ids",
        season="2025-26",
        as_of=date(2026, 2, 1),
        changes="Four of seven games of 26 January have home before away in the ids of team offence; 71 % of that "
        "date's players and half of those of 15 to 25 January have no usage.",
        tables=(team_games.OFFENSE, summaries.PLAYERS),
        expected=(
            Expected(team_games.OFFENSE, "game_ids_resolve", (SWAPPED_DATE,)),
            Expected(summaries.PLAYERS, "usage_rate_is_there", but(USAGE_LOST, "2026-01-22", "2026-01-25")),
            Expected(summaries.PLAYERS, "usage_rate_is_there", (SWAPPED_DATE,)),
        ),
        change=swapped_ids,
        consequences=(Consequence(summaries.PLAYERS, USAGE_LOST, "small slates lost as much, too few rows to say so"),),
    ),
)
"""The entries of this group."""
