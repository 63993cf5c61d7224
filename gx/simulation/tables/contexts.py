"""Rows of ``nba_analytics.upcoming_player_game_context`` and ``nba_precompute.player_composite_factors``."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.schedule import Game
from gx.simulation.season import Context, SeasonLog
from gx.simulation.seasons import CONTEXT_CUSTOM_IDS

CONTEXTS = "nba_analytics.upcoming_player_game_context"
FACTORS = "nba_precompute.player_composite_factors"
_CONTEXT_COLUMNS = (
    *("player_lookup", "universal_player_id", "game_id", "game_date", "team_abbr", "opponent_team_abbr"),
    *("has_prop_line", "current_points_line", "opening_points_line", "game_spread", "game_total", "home_game"),
    *("back_to_back", "days_rest", "games_in_last_7_days", "games_in_last_14_days", "minutes_in_last_7_days"),
    *("points_avg_last_5", "points_avg_last_10", "star_teammates_out", "player_status", "season_phase"),
    *("expected_games_count", "actual_games_count", "backfill_bootstrap_mode", "created_at", "processed_at"),
)
_FACTOR_COLUMNS = (
    *("player_lookup", "universal_player_id", "game_date", "game_id", "analysis_date"),
    *("fatigue_score", "shot_zone_mismatch_score", "pace_score", "usage_spike_score", "total_composite_adjustment"),
    *("data_completeness_pct", "early_season_flag", "expected_games_count", "actual_games_count"),
    *("backfill_bootstrap_mode", "upstream_player_shot_ready", "upstream_team_defense_ready"),
    *("all_upstreams_ready", "created_at", "processed_at"),
)
_COMPLETE = {
    "missing_games_count": 0,
    "completeness_percentage": 100.0,
    "is_production_ready": True,
    "data_quality_issues": [],
}
_WINDOW = 10  # games a player's averages look back on
_BOOTSTRAP_MODE = timedelta(days=30)
_TEAM_WARM_UP = timedelta(days=29)  # until a team has the 15 games its defence figures need


def context_rows(log: SeasonLog) -> Rows:
    """Everybody listed for a game, from the morning of its date."""
    early = log.facts.first + _BOOTSTRAP_MODE
    rows = [_context(context, early) for context in log.contexts]
    constants = {
        **_COMPLETE,
        "data_quality_tier": "high",
        "primary_source_used": "nbac_gamebook",
        "context_version": 1,
    }
    return Rows(CONTEXTS, _CONTEXT_COLUMNS, rows, constants)


def _context(context: Context, early: date) -> tuple[Any, ...]:
    game, player, form = context.game, context.listed.player, context.form
    made = clock(game.day, 9, 35)
    window = min(_WINDOW, max(1, form.games))
    return (
        *(player.lookup, player.universal_id),
        *(game.custom_id if game.day >= CONTEXT_CUSTOM_IDS else game.official_id, game.day),
        *(context.team, context.opponent, context.line is not None, context.line, context.opening_line),
        *(context.spread, context.total, context.at_home, form.days_rest == 0, form.days_rest),
        *(form.games_7_days, form.games_14_days, form.minutes_7_days, form.average_5, form.average_10),
        *(context.stars_out, context.listed.status, _phase(game)),
        *(window, window, game.day < early, made, made),
    )


def _phase(game: Game) -> str:
    if game.playoffs:
        return "playoffs"
    day = game.day
    if day.month in (10, 11):
        return "early"
    return "mid" if day.month in (12, 1, 2) else "late"


def factor_rows(log: SeasonLog) -> Rows:
    """From day 14 of the season on: players who appeared on backfilled dates, else everybody likely to play."""
    rng = Random(f"factors {log.facts.label}")
    start = log.facts.factors_from
    rows = [
        _factors(context, log, rng) for context in log.contexts if context.game.day >= start and _computed(context, log)
    ]
    constants = {
        **_COMPLETE,
        "calculation_version": "v1_4factors",
        "referee_favorability_score": 0.0,  # the four deferred factors
        "look_ahead_pressure_score": 0.0,
        "travel_impact_score": 0.0,
        "opponent_strength_score": 0.0,
        "upstream_player_context_ready": True,
        "upstream_team_context_ready": True,
    }
    return Rows(FACTORS, _FACTOR_COLUMNS, rows, constants)


def _computed(context: Context, log: SeasonLog) -> bool:
    if log.facts.backfilled and log.happened(context.game.day):
        return context.listed.appears
    return context.listed.status in ("available", "probable")


def _factors(context: Context, log: SeasonLog, rng: Random) -> tuple[Any, ...]:
    game, player, form = context.game, context.listed.player, context.form
    fatigue = _fatigue(context, rng)
    shots_ready = form.games >= _WINDOW
    defence_ready = game.day >= log.facts.first + _TEAM_WARM_UP
    mismatch = round(max(-8.0, min(8.0, rng.gauss(0, 2.2))), 1) if shots_ready and defence_ready else 0.0
    pace = round(max(-3.0, min(3.0, rng.gauss(0, 1))), 1)
    spike = round(max(-3.0, min(3.0, rng.gauss(0, 0.8))), 1)
    window = min(_WINDOW, max(1, form.games))
    return (
        *(player.lookup, player.universal_id, game.day, game.custom_id, game.day),
        *(fatigue, mismatch, pace, spike, round(mismatch + pace + spike + (fatigue - 100) * 0.05, 2)),
        *(_completeness(shots_ready, defence_ready), form.games < _WINDOW, window, window),
        game.day < log.facts.first + _BOOTSTRAP_MODE,
        *(shots_ready, defence_ready, shots_ready and defence_ready),
        *(clock(game.day, 10, 40) + 1_000_000 * rng.randrange(600), clock(game.day, 10, 51)),
    )


def _fatigue(context: Context, rng: Random) -> int:
    """100 is rested; a back-to-back and a crowded week cost most."""
    form = context.form
    load = (rng.randint(8, 16) if form.days_rest == 0 else 0) + 6 * max(0, form.games_7_days - 3)
    return max(60, 100 - load - rng.randint(0, 4))


def _completeness(shots_ready: bool, defence_ready: bool) -> float:
    if shots_ready:
        return 100.0 if defence_ready else 90.0
    return 90.0 if defence_ready else 75.0
