"""Rows of ``nba_predictions.ml_feature_store_v2``: what the models are given, from the precompute tables."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.rolling import WINDOW, PlayerState, histories, once_a_log
from gx.simulation.season import Context, SeasonLog
from gx.simulation.starts import features_failed, in_bootstrap_mode, team_zones_from
from gx.simulation.tables import contexts
from gx.simulation.tables.precompute import COMPLETE, cached_players, rates, zone_players

TABLE = "nba_predictions.ml_feature_store_v2"
COLUMNS = (
    *("player_lookup", "universal_player_id", "game_date", "game_id", "feature_count", "feature_version"),
    *("feature_quality_score", "opponent_team_abbr", "is_home", "days_rest", "data_source", "quality_tier"),
    *("quality_alert_level", "default_feature_count", "required_default_count", "is_quality_ready"),
    *("is_training_ready", "matchup_quality_pct", "has_vegas_line"),
    *(
        f"feature_{number}_value"
        for number in (*range(9), *range(13, 17), 18, 19, 20, 22, *range(25, 29), 38, 39, 41, 42)
    ),
    *("expected_games_count", "actual_games_count", "backfill_bootstrap_mode", "early_season_flag"),
    *("created_at", "updated_at"),
)
WIDER_FROM = date(2026, 1, 1)
"""First game date with the 33-feature vector in the season played live; backfilled seasons hold it throughout."""
HALTED_FROM = date(2026, 4, 19)
"""First game date of the playoffs of 2026, in which features and predictions are halted (domain.md 3.1)."""
_SCORES = ("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score")
_NARROW, _WIDE = (25, "v1_baseline_25"), (33, "v2_33features")
_UNKNOWN_POINTS = 4.0  # of a player in his first game
_TYPICAL_RATING, _TYPICAL_PACE = 112.0, 100.0


composite_factors = once_a_log(contexts.factor_rows)
"""The rows of player_composite_factors."""


@once_a_log
def featured(log: SeasonLog) -> list[tuple[Context, tuple[Any, ...]]]:
    """Who gets features, with his composite scores: everybody in player_composite_factors but on failed dates."""
    factors = composite_factors(log)
    places = [factors.columns.index(name) for name in ("game_date", "player_lookup", *_SCORES)]
    scores = {(row[places[0]], row[places[1]]): tuple(row[place] for place in places[2:]) for row in factors.rows}
    keys = ((context, (context.game.day, context.listed.player.lookup)) for context in log.contexts)
    return [(context, scores[key]) for context, key in keys if key in scores and not halted(key[0])]


def halted(day: date) -> bool:
    """Whether no features and predictions are made for that date."""
    return features_failed(day) or day >= HALTED_FROM


@once_a_log
def feature_rows(log: SeasonLog) -> Rows:
    """A row a player and game from the morning of its date."""
    rng = Random(f"features {log.facts.label}")
    matched_from = team_zones_from(log.facts)
    rows = [_features(log, context, scores, context.game.day >= matched_from, rng) for context, scores in featured(log)]
    return Rows(TABLE, COLUMNS, rows, {**COMPLETE, "feature_17_value": 0.0})


def _features(log: SeasonLog, context: Context, scores: tuple[Any, ...], matched: bool, rng: Random) -> tuple[Any, ...]:
    """One row; ``matched`` says whether the opponent's defence by zone is known."""
    game, player, form, day = context.game, context.listed.player, context.form, context.game.day
    cached = player.lookup in cached_players(log).get(day, {})
    zoned = player.lookup in zone_players(log).get(day, {})
    wide = log.facts.backfilled or day >= WIDER_FROM
    window, made = min(WINDOW, max(1, form.games)), clock(day, 11)
    return (
        *(player.lookup, player.universal_id, day, game.custom_id, *(_WIDE if wide else _NARROW)),
        *_quality(context, cached, zoned, matched, rng),
        *_player_features(log, context, zoned, scores),
        *_game_features(context),
        *(window, window, in_bootstrap_mode(log.facts, day), form.games < WINDOW, made, made),
    )


def _quality(context: Context, cached: bool, zoned: bool, matched: bool, rng: Random) -> tuple[Any, ...]:
    """From the score to has_vegas_line; an input that is missing costs points and puts features on defaults."""
    defaults = 5 * (not cached) + 3 * (not zoned) + 2 * (not matched)
    lost = 14 * (not cached) + 8 * (not zoned) + 4 * (not matched)
    score = round(92 - lost + max(-4.0, min(4.2, rng.gauss(0, 1.2))), 2)
    tier = "gold" if score > 95 else "silver" if score >= 85 else "bronze" if score >= 70 else "poor"
    alert = "green" if score >= 80 else "yellow" if score >= 65 else "red"
    early = "early_season" if context.form.games < 5 else "mixed"
    source = "phase4" if cached and matched else early
    lineless = 0 if context.line is not None else 3
    return (
        *(score, context.opponent, context.at_home, context.form.days_rest, source, tier, alert),
        *(1 + lineless + defaults, defaults, cached, cached, 100.0 if matched else 60.0, context.line is not None),
    )


def _player_features(log: SeasonLog, context: Context, zoned: bool, scores: tuple[Any, ...]) -> tuple[Any, ...]:
    """Features 0-8, 13-16, 18-20 and 22."""
    known, day, lookup = histories(log), context.game.day, context.listed.player.lookup
    state = known.before(lookup, day)
    team, opponent = (known.teams[code].before(day) if code in known.teams else None for code in _codes(context, state))
    shares = (0.40, 0.20, 0.40)
    if state:
        shares = _fractions(rates(state.zones)) if zoned else state.shares
    return (
        *((state.average_5, state.average_10, state.average) if state else (_UNKNOWN_POINTS,) * 3),
        *(state.deviation_10 if state else 0.0, context.form.games_7_days, *scores),
        *(opponent.rating if opponent else _TYPICAL_RATING, opponent.opponent_pace if opponent else _TYPICAL_PACE),
        *(float(context.at_home), float(context.form.days_rest == 0), *shares),
        team.pace_10 if team else _TYPICAL_PACE,
    )


def _codes(context: Context, state: PlayerState | None) -> tuple[str, str]:
    """The team whose pace counts, which is the one of his last game as in the daily cache, and the opponent."""
    return state.team if state else context.team, context.opponent


def _fractions(percent: tuple[float, float, float]) -> tuple[float, float, float]:
    paint, mid, three = (round(share / 100, 4) for share in percent)
    return paint, mid, three


def _game_features(context: Context) -> tuple[Any, ...]:
    """Features 25-28, 38, 39, 41 and 42; the implied total is half the total less half the spread."""
    line, opening = context.line, context.opening_line
    moved = None if line is None or opening is None else line - opening
    rest = context.form.days_rest
    return (
        *(line, opening, moved, float(line is not None), context.total, None if rest is None else float(rest)),
        *(abs(context.spread), (context.total - context.spread) / 2),
    )
