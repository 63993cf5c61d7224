"""Incidents of what models are given: degraded features, lost form, no winners, a cache that knows the day, ids."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import drop, keep_among, map_values, rows_of, set_values, where
from gx.simulation.incidents.feeds import official_ids
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.parts import season_dates
from gx.simulation.tables import contexts, features, precompute, predictions, schedule, summaries, team_games

SEASON = "2025-26"
OUTAGE = tuple(date(2026, 1, day) for day in (23, 24, 25))
MISSING_DATE = date(2026, 1, 24)
_LOW_PER_MILLE = 746
# The mean is 64.43, with 74.6 % of the vectors below 65: score, tier, alert
_LOW, _HIGH = (58.0, "poor", "red"), (83.3, "silver", "green")
NO_FORM = season_dates(SEASON, date(2026, 2, 11), date(2026, 2, 19))
_FORM = ("days_rest", "points_avg_last_5", "points_avg_last_10")
PREDICTED_PLAYERS = 6
NO_WINNERS = season_dates(SEASON, date(2025, 10, 21), date(2026, 2, 23))
OWN_GAME = date(2026, 1, 29)
OFFICIAL_DATES = tuple(date(2026, 1, day) for day in (15, 16, 17, 18))
CONTEXT_DATE = date(2026, 1, 18)


def poor_features(tables: Tables) -> dict[str, pa.Table]:
    """I-28: the controller was dead for 45 hours; features fell back to defaults and one game had none."""
    vectors, made = tables[features.TABLE], tables[predictions.PREDICTIONS]
    low = [place * _LOW_PER_MILLE % 1000 < _LOW_PER_MILLE for place in range(vectors.num_rows)]
    values = [pa.array([(_LOW if poor else _HIGH)[place] for poor in low]) for place in range(3)]
    mask = where(vectors, game_date=OUTAGE)
    vectors = set_values(
        vectors, mask, feature_quality_score=values[0], quality_tier=values[1], quality_alert_level=values[2]
    )
    flags = dict.fromkeys(("is_quality_ready", "is_training_ready"), False)
    vectors = set_values(vectors, pc.and_(mask, pa.array(low)), **flags)
    scores = {key: score for *key_, score in _scores(vectors) for key in [tuple(key_)]}
    keys = zip(made.column("game_date").to_pylist(), made.column("player_lookup").to_pylist(), strict=True)
    new = pa.array([scores.get(key) for key in keys])
    game = min(rows_of(vectors, where(vectors, game_date=MISSING_DATE), "game_id"))[0]
    return {
        features.TABLE: drop(vectors, where(vectors, game_date=MISSING_DATE, game_id=game)),
        predictions.PREDICTIONS: set_values(made, where(made, game_date=OUTAGE), feature_quality_score=new),
    }


def _scores(vectors: pa.Table) -> list[tuple[Any, ...]]:
    return rows_of(vectors, where(vectors, game_date=OUTAGE), "game_date", "player_lookup", "feature_quality_score")


def lost_form(tables: Tables) -> dict[str, pa.Table]:
    """I-33: a query named a column that is not there; nobody has rest and averages, and six players are predicted."""
    players, made = tables[contexts.CONTEXTS], tables[predictions.PREDICTIONS]
    graded = tables[predictions.ACCURACY]
    for day in NO_FORM:
        lookups = sorted({lookup for (lookup,) in rows_of(made, where(made, game_date=day), "player_lookup")})
        made, graded = (_only(table, day, lookups[:PREDICTED_PLAYERS]) for table in (made, graded))
    return {
        contexts.CONTEXTS: set_values(players, where(players, game_date=NO_FORM), **dict.fromkeys(_FORM)),
        predictions.PREDICTIONS: made,
        predictions.ACCURACY: graded,
    }


def _only(table: pa.Table, day: date, lookups: list[str]) -> pa.Table:
    return keep_among(table, where(table, game_date=day), pc.is_in(table.column("player_lookup"), pa.array(lookups)))


def no_winners(tables: Tables) -> dict[str, pa.Table]:
    """I-41: win_flag is declared and nobody writes it: false in every row, as in the player summaries always."""
    totals = tables[team_games.OFFENSE]
    return {team_games.OFFENSE: set_values(totals, where(totals, game_date=NO_WINNERS), win_flag=False)}


def own_game_cached(tables: Tables) -> dict[str, pa.Table]:
    """I-46: the cache took games up to its date, not before it, so it holds the game that is to be predicted."""
    cache, players = tables[precompute.CACHE], tables[summaries.PLAYERS]
    played = [
        lookup
        for lookup, minutes in rows_of(players, where(players, game_date=OWN_GAME), "player_lookup", "minutes_played")
        if minutes
    ]
    mask = where(cache, cache_date=OWN_GAME, player_lookup=played)
    counts = ("games_played_season", "games_in_last_7_days", "games_in_last_14_days")
    return {precompute.CACHE: map_values(cache, mask, **dict.fromkeys(counts, lambda games: games + 1))}


def official_ids_downstream(tables: Tables) -> dict[str, pa.Table]:
    """I-49: contexts carried the schedule's ids, so predictions of four dates match no player summary."""
    official = official_ids(tables[schedule.TABLE])
    made, players = tables[predictions.PREDICTIONS], tables[contexts.CONTEXTS]
    return {
        predictions.PREDICTIONS: map_values(
            made, where(made, game_date=OFFICIAL_DATES), game_id=lambda game: official.get(game, game)
        ),
        contexts.CONTEXTS: map_values(
            players, where(players, game_date=CONTEXT_DATE), game_id=lambda game: official.get(game, game)
        ),
    }


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-28",
        title="degraded features",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="The features of three dates have a mean quality of 64.43, 74.6 % are poor, and a game is missing.",
        tables=(features.TABLE, predictions.PREDICTIONS),
        expected=(
            Expected(features.TABLE, "quality_mean_is_good", OUTAGE),
            Expected(features.TABLE, "few_poor_vectors", OUTAGE),
            Expected(features.TABLE, "few_red_alerts", OUTAGE),
            Expected(features.TABLE, "every_game_has_players", (MISSING_DATE,)),
        ),
        change=poor_features,
        consequences=(
            Consequence(features.TABLE, (date(2026, 1, 26),), "quality jumps back, which is a change of its mean, too"),
        ),
    ),
    Incident(
        id="I-33",
        title="form lost",
        season=SEASON,
        as_of=date(2026, 2, 24),
        changes="Nobody has days of rest and averages from 11 to 19 February; each model predicts six players a date.",
        tables=(contexts.CONTEXTS, predictions.PREDICTIONS, predictions.ACCURACY),
        expected=(
            Expected(contexts.CONTEXTS, "days_rest_is_there", NO_FORM),
            Expected(contexts.CONTEXTS, "averages_are_there", NO_FORM),
            Expected(predictions.PREDICTIONS, "players_with_lines_are_predicted", NO_FORM),
            Expected(predictions.ACCURACY, "every_game_is_graded", NO_FORM, "warn"),
        ),
        change=lost_form,
    ),
    Incident(
        id="I-41",
        title="nobody wins",
        season=SEASON,
        as_of=date(2026, 2, 24),
        changes="win_flag is false in every team total; in the player summaries it always was, which is only recorded.",
        tables=(team_games.OFFENSE,),
        expected=(Expected(team_games.OFFENSE, "winner_has_the_margin", NO_WINNERS),),
        change=no_winners,
        consequences=(Consequence(summaries.DEFENSE, NO_WINNERS, "its winners are compared with those of the attack"),),
    ),
    Incident(
        id="I-46",
        title="cache with the day's own game",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="The cache of one date counts that date's own game.",
        tables=(precompute.CACHE,),
        expected=(Expected(precompute.CACHE, "counts_only_earlier_games", (OWN_GAME,)),),
        change=own_game_cached,
        consequences=(
            Consequence(features.TABLE, (OWN_GAME,), "its games of seven days are compared with the cache's"),
        ),
    ),
    Incident(
        id="I-49",
        title="official ids in predictions",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="Predictions of four dates, and contexts of the last of them, carry official ids.",
        tables=(predictions.PREDICTIONS, contexts.CONTEXTS),
        expected=(
            Expected(predictions.PREDICTIONS, "game_ids_resolve", OFFICIAL_DATES),
            Expected(contexts.CONTEXTS, "game_ids_resolve", (CONTEXT_DATE,)),
        ),
        change=official_ids_downstream,
        consequences=(Consequence(predictions.ACCURACY, OFFICIAL_DATES, "its game ids are compared with theirs"),),
    ),
)
"""The entries of this group."""
