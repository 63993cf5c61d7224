"""Incidents of absent rows: days without predictions, games without totals, months and opening week never loaded."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from gx.simulation.edits import drop, keep_among, rows_of, set_values, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.parts import FINISHED, season_dates
from gx.simulation.tables import box_scores, features, gamebooks, precompute, predictions, runs, summaries, team_games

SEASON = "2025-26"
AS_OF = date(2026, 2, 24)
SILENT_DATES = (date(2026, 2, 7), date(2026, 2, 8))
REJECTED_DATE, REJECTED_TEAMS, SUMMARISED_GAMES = date(2026, 2, 22), 10, 7
_TEAM_FIGURES = (
    "fg_made fg_attempted three_pt_made three_pt_attempted ft_made ft_attempted offensive_rebounds "
    "defensive_rebounds total_rebounds assists steals blocks turnovers personal_fouls points"
).split()
ABSENT_DATES = season_dates(SEASON)[:109]
WINDOW_GAP = season_dates(SEASON, date(2025, 12, 27), date(2026, 1, 21))
OPENING = tuple(date(2025, 10, day) for day in range(22, 27))
_OPENING_TABLES = (gamebooks.GAMEBOOK, summaries.PLAYERS, summaries.DEFENSE, team_games.OFFENSE)
NO_MATCHUPS = (date(2026, 1, 23), date(2026, 2, 6), date(2026, 2, 7))
_TYPICAL_RATING, _TYPICAL_PACE = 112.0, 100.0
_TEAM_ZONES_PROCESSOR = "TeamDefenseZoneAnalysisProcessor"


def no_predictions(tables: Tables) -> dict[str, pa.Table]:
    """I-35: two game days passed without a prediction, and without an alert."""
    names = (predictions.PREDICTIONS, predictions.ACCURACY)
    return {name: drop(tables[name], where(tables[name], game_date=SILENT_DATES)) for name in names}


def rejected_batch(tables: Tables) -> dict[str, pa.Table]:
    """I-36: ten teams came with zeros, so the whole batch was refused; players of seven games were made later."""
    box, totals, players = tables[box_scores.TEAM_TOTALS], tables[team_games.OFFENSE], tables[summaries.PLAYERS]
    teams = sorted(code for (code,) in rows_of(box, where(box, game_date=REJECTED_DATE), "team_abbr"))
    zero = where(box, game_date=REJECTED_DATE, team_abbr=teams[:REJECTED_TEAMS])
    of_date = where(players, game_date=REJECTED_DATE)
    games = sorted({game for (game,) in rows_of(players, of_date, "game_id")})[:SUMMARISED_GAMES]
    return {
        box_scores.TEAM_TOTALS: set_values(box, zero, **dict.fromkeys(_TEAM_FIGURES, 0)),
        team_games.OFFENSE: drop(totals, where(totals, game_date=REJECTED_DATE)),
        summaries.PLAYERS: keep_among(players, of_date, where(players, game_date=REJECTED_DATE, game_id=games)),
    }


def absent_months(tables: Tables) -> dict[str, pa.Table]:
    """I-37: 109 dates were never loaded and 26 days of look-back windows are missing; monitors saw recent days only."""
    box, cache = tables[box_scores.TEAM_TOTALS], tables[precompute.CACHE]
    return {
        box_scores.TEAM_TOTALS: drop(box, where(box, game_date=ABSENT_DATES)),
        precompute.CACHE: drop(cache, where(cache, cache_date=WINDOW_GAP)),
    }


def opening_week(tables: Tables) -> dict[str, pa.Table]:
    """I-51: the pipeline was not started for the season; one game a day was loaded of the opening week."""
    return {name: _one_game_a_day(tables[name]) for name in _OPENING_TABLES}


def _one_game_a_day(table: pa.Table) -> pa.Table:
    for day in OPENING:
        of_date = where(table, game_date=day)
        first = min(game for (game,) in rows_of(table, of_date, "game_id"))
        table = keep_among(table, of_date, where(table, game_date=day, game_id=first))
    return table


def no_matchups(tables: Tables) -> dict[str, pa.Table]:
    """I-52: the teams' zone analysis was skipped on three dates; the opponent's features fell to defaults."""
    zones, vectors, log = tables[precompute.TEAM_ZONES], tables[features.TABLE], tables[runs.TABLE]
    default = where(vectors, game_date=NO_MATCHUPS)
    skipped = where(log, processor_name=_TEAM_ZONES_PROCESSOR, data_date=NO_MATCHUPS, status=FINISHED)
    nothing = {"status": "skipped", "skipped": True, "skip_reason": "early_exit"}
    return {
        precompute.TEAM_ZONES: drop(zones, where(zones, analysis_date=NO_MATCHUPS)),
        features.TABLE: set_values(vectors, default, feature_13_value=_TYPICAL_RATING, feature_14_value=_TYPICAL_PACE),
        runs.TABLE: set_values(log, skipped, **nothing, records_processed=0, records_created=0),
    }


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-35",
        title="game days without predictions",
        season=SEASON,
        as_of=AS_OF,
        changes="Two game days have no predictions and no gradings.",
        tables=(predictions.PREDICTIONS, predictions.ACCURACY),
        expected=(
            Expected(predictions.PREDICTIONS, "every_slate_is_present", SILENT_DATES),
            Expected(predictions.PREDICTIONS, "every_game_is_predicted", SILENT_DATES),
            Expected(predictions.ACCURACY, "every_game_is_graded", SILENT_DATES, "warn"),
        ),
        change=no_predictions,
    ),
    Incident(
        id="I-36",
        title="batch refused for its bad rows",
        season=SEASON,
        as_of=AS_OF,
        changes="Ten teams have box scores of zeros, no team has totals, and seven games have player summaries.",
        tables=(box_scores.TEAM_TOTALS, team_games.OFFENSE, summaries.PLAYERS),
        expected=(
            Expected(box_scores.TEAM_TOTALS, "no_unfinished_game", (REJECTED_DATE,)),
            Expected(team_games.OFFENSE, "every_slate_is_present", (REJECTED_DATE,)),
            Expected(team_games.OFFENSE, "two_rows_a_final_game", (REJECTED_DATE,)),
            Expected(summaries.PLAYERS, "every_final_game_has_its_players", (REJECTED_DATE,)),
        ),
        change=rejected_batch,
        consequences=(
            Consequence(precompute.CACHE, (date(2026, 2, 23),), "it counts games that the summaries do not have"),
        ),
    ),
    Incident(
        id="I-37",
        title="109 dates absent",
        season=SEASON,
        as_of=None,
        changes="Team box scores of the first 109 game dates and the daily cache of 26 days are not there.",
        tables=(box_scores.TEAM_TOTALS, precompute.CACHE),
        expected=(
            Expected(box_scores.TEAM_TOTALS, "every_slate_is_present", ABSENT_DATES),
            Expected(precompute.CACHE, "every_slate_is_present", WINDOW_GAP),
        ),
        change=absent_months,
    ),
    Incident(
        id="I-51",
        title="opening week never loaded",
        season=SEASON,
        as_of=date(2025, 10, 28),
        changes="Gamebooks and summaries hold one game a day of the opening week.",
        tables=_OPENING_TABLES,
        expected=(
            Expected(gamebooks.GAMEBOOK, "every_final_game_has_its_players", OPENING, "waived"),
            Expected(summaries.PLAYERS, "every_final_game_has_its_players", OPENING, "waived"),
            Expected(summaries.DEFENSE, "two_rows_a_final_game", OPENING, "waived"),
            Expected(team_games.OFFENSE, "two_rows_a_final_game", OPENING, "waived"),
        ),
        change=opening_week,
    ),
    Incident(
        id="I-52",
        title="zone analysis of the teams skipped",
        season=SEASON,
        as_of=AS_OF,
        changes="Three dates have no zone analysis of the teams; the opponent's features are the same for everybody.",
        tables=(precompute.TEAM_ZONES, features.TABLE, runs.TABLE),
        expected=(
            Expected(precompute.TEAM_ZONES, "every_slate_is_present", NO_MATCHUPS, "waived"),
            Expected(features.TABLE, "feature_13_value_is_typical", NO_MATCHUPS),
        ),
        change=no_matchups,
    ),
)
"""The entries of this group."""
