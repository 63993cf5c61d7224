"""Rows of the prediction tables: what five models say before a game, and how right they were the day after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from math import ceil
from random import Random
from typing import Any, NamedTuple

from gx.simulation.box import Numbers
from gx.simulation.columns import Rows, clock
from gx.simulation.rolling import histories, once_a_log
from gx.simulation.season import Context, SeasonLog
from gx.simulation.tables import features

PREDICTIONS = "nba_predictions.player_prop_predictions"
ACCURACY = "nba_predictions.prediction_accuracy"
SYSTEMS = ("catboost_v8", "ensemble_v1", "moving_average", "similarity_balanced_v1", "zone_matchup_v1")
"""The models of January 2026 (domain.md 1.20)."""
CUSTOM_IDS_FROM = date(2026, 1, 15)
"""First game date whose predictions all carry the custom game id; before, the live season mixes both (I-49)."""
_PREDICTION_COLUMNS = (
    *("prediction_id", "system_id", "player_lookup", "universal_player_id", "game_date", "game_id"),
    *("predicted_points", "confidence_score", "recommendation", "has_prop_line", "current_points_line"),
    *("line_margin", "line_source", "line_source_api", "sportsbook", "estimated_line_value"),
    *("feature_quality_score", "feature_version", "is_production_ready"),
    *("build_commit_sha", "deployment_revision", "prediction_run_mode", "created_at", "updated_at"),
)
_ACCURACY_COLUMNS = (
    *("player_lookup", "game_id", "game_date", "system_id", "team_abbr", "opponent_team_abbr"),
    *("predicted_points", "confidence_score", "confidence_decile", "recommendation", "line_value"),
    *("actual_points", "minutes_played", "absolute_error", "signed_error", "prediction_correct"),
    *("predicted_margin", "actual_margin", "within_3_points", "within_5_points", "has_prop_line", "line_source"),
    *("is_voided", "void_reason", "feature_quality_score", "graded_at"),
)
_LEAST_POINTS, _LEAST_MINUTES = 4.5, 11.0  # averages of ten games below which nobody is predicted
_MARGIN = 1.0  # points from the line within which no call is made
# How each model weighs the averages of the last five, last ten and all games, and how far it strays from them.
_MODELS = ((0.3, 0.4, 0.3, 1.5), (0.3, 0.3, 0.4, 1.7), (0.4, 0.4, 0.2, 1.4), (0.2, 0.4, 0.4, 2.0), (0.3, 0.4, 0.3, 2.4))
_OVER, _UNDER, _PASS, _NO_LINE = "OVER", "UNDER", "PASS", "NO_LINE"
_PLACES = {name: place for place, name in enumerate(features.COLUMNS)}
_QUALITY = ("feature_quality_score", "feature_version", "is_quality_ready")


class Prediction(NamedTuple):
    """One model's word on a player's points; ``line`` is None where the model had none to compare with."""

    context: Context
    system: str
    points: float
    confidence: float
    call: str
    line: float | None
    source: str
    quality: float
    version: str
    ready: bool
    mode: str

    @property
    def margin(self) -> float | None:
        """Predicted points less the line."""
        return None if self.line is None else round(self.points - self.line, 1)


@once_a_log
def predictions(log: SeasonLog) -> list[Prediction]:
    """Five models for everybody who has features and plays and scores enough to be bet on."""
    rng = Random(f"predictions {log.facts.label}")
    rows = zip(features.featured(log), features.feature_rows(log).rows, strict=True)
    return [item for (context, _), row in rows for item in _of_player(log, context, row, rng)]


def _of_player(log: SeasonLog, context: Context, row: tuple[Any, ...], rng: Random) -> Iterator[Prediction]:
    state = histories(log).before(context.listed.player.lookup, context.game.day)
    small = state is None or state.average_10 < _LEAST_POINTS or state.minutes_10 < _LEAST_MINUTES
    if state is None or (small and context.line is None):
        return
    line, source = _line(log, context, state.average_10)
    mode = "SAME_DAY" if rng.random() < 0.17 else "EARLY"
    quality, version, ready = (row[_PLACES[name]] for name in _QUALITY)
    for system, (five, ten, season, stray) in zip(SYSTEMS, _MODELS, strict=True):
        mean = five * state.average_5 + ten * state.average_10 + season * state.average
        points = round(max(0.0, min(60.0, mean + max(-6.0, min(6.0, rng.gauss(0, stray))))), 1)
        confidence = round(rng.uniform(50, 92), 2)
        call = _call(points, line)
        yield Prediction(context, system, points, confidence, call, line, source, quality, version, ready, mode)


def _line(log: SeasonLog, context: Context, average: float) -> tuple[float | None, str]:
    """A book's line if there is one; else backfilled seasons estimate it and the live one has none."""
    if context.line is not None:
        return context.line, "ACTUAL_PROP"
    if log.facts.backfilled:
        return max(_LEAST_POINTS, min(37.5, int(average) + 0.5)), "ESTIMATED_AVG"
    return None, "NO_PROP_LINE"


def _call(points: float, line: float | None) -> str:
    if line is None:
        return _NO_LINE
    margin = round(points - line, 1)
    return _OVER if margin > _MARGIN else _UNDER if margin < -_MARGIN else _PASS


def prediction_rows(log: SeasonLog) -> Rows:
    """A row a model, player and game from the morning of its date."""
    rows = [_row(log, item) for item in predictions(log)]
    constants = {
        "prediction_version": 1,
        "is_active": True,
        "invalidation_reason": None,
        "injury_status_at_prediction": None,
    }
    return Rows(PREDICTIONS, _PREDICTION_COLUMNS, rows, constants)


def _row(log: SeasonLog, item: Prediction) -> tuple[Any, ...]:
    game, player, day = item.context.game, item.context.listed.player, item.context.game.day
    made = clock(day, 11, 30)
    real = item.source == "ACTUAL_PROP"
    mixed = not log.facts.backfilled and day < CUSTOM_IDS_FROM and game.number % 2
    return (
        *(_digest(f"{item.system} {player.lookup} {day}", 16), item.system, player.lookup, player.universal_id, day),
        *(game.official_id if mixed else game.custom_id, item.points, item.confidence, item.call),
        *(real, item.line, item.margin, item.source, "ODDS_API" if real else None, "draftkings" if real else None),
        *(None if real else item.line, item.quality, item.version, item.ready, *_code(day)),
        *(item.mode, made, made),
    )


@lru_cache(maxsize=1024)
def _code(day: date) -> tuple[str, str]:
    """The commit that predicted that day, a new one each week, and the revision it was deployed as."""
    commit = _digest(f"{day:%G-%V}", 4)[:7]
    return commit, f"{80 + (day.year - 2021) * 12 + day.month:05d}-{commit[:3]}"


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode(), digest_size=size).hexdigest()


def accuracy_rows(log: SeasonLog) -> Rows:
    """The predictions with a line of games that were played, graded at 11:00 UTC of the day after."""
    lines = {
        (played.game.day, lookup): line
        for played in log.played
        for side in played.sides
        for lookup, line in side.lines.items()
    }
    games = {(played.game.day, played.game.home) for played in log.played}
    rows = [
        _graded(item, lines.get((item.context.game.day, item.context.listed.player.lookup)))
        for item in predictions(log)
        if item.line is not None and (item.context.game.day, item.context.game.home) in games
    ]
    return Rows(ACCURACY, _ACCURACY_COLUMNS, rows, {"model_version": "v1"})


def _graded(item: Prediction, line: Numbers | None) -> tuple[Any, ...]:
    context, game = item.context, item.context.game
    confidence = round(item.confidence / 100, 3)
    return (
        *(context.listed.player.lookup, game.custom_id, game.day, item.system, context.team, context.opponent),
        *(item.points, confidence, min(10, max(1, ceil(10 * confidence))), item.call, item.line),
        *_grade(item, line),
        *(item.quality, clock(game.day, 11, later=1)),
    )


def _grade(item: Prediction, line: Numbers | None) -> tuple[Any, ...]:
    """From actual_points to void_reason; a player without minutes and points voids the prediction."""
    real = item.source == "ACTUAL_PROP"
    if item.line is None or line is None or not (line.minutes or line.points):
        reason = "dnp_unknown" if line else "dnp_late_scratch"
        return (None, None, None, None, None, item.margin, None, None, None, real, item.source, True, reason)
    error, margin = round(item.points - line.points, 1), line.points - item.line
    correct = None if item.call == _PASS else (margin > 0) == (item.call == _OVER)
    return (
        *(line.points, line.minutes, abs(error), error, correct, item.margin, margin),
        *(abs(error) <= 3, abs(error) <= 5, real, item.source, False, None),
    )
