"""Rows of the precompute tables: the players' daily cache, their shot zones, and the teams' defence by zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.rolling import (
    TEAM_WINDOW,
    WINDOW,
    PlayerHistory,
    PlayerState,
    TeamState,
    Zones,
    histories,
    once_a_log,
)
from gx.simulation.season import SeasonLog
from gx.simulation.starts import CACHE_RAMP, in_bootstrap_mode, player_zones_from, team_zones_from
from gx.simulation.teams import TEAMS

CACHE = "nba_precompute.player_daily_cache"
PLAYER_ZONES = "nba_precompute.player_shot_zone_analysis"
TEAM_ZONES = "nba_precompute.team_defense_zone_analysis"
LEAST_GAMES = 3
"""Games a player needs for a row in the daily cache (domain.md 1.15)."""
FEWEST_PLAYERS = 50
"""Players analysed on a date while hardly anybody has ten games (domain.md 3.2: the ramp of the first weeks)."""
COMPLETE: Mapping[str, Any] = {
    "missing_games_count": 0,
    "completeness_percentage": 100.0,
    "is_production_ready": True,
    "data_quality_issues": [],
}
"""The completeness block of a window that holds all its games."""
_CACHE_COLUMNS = (
    *("player_lookup", "universal_player_id", "cache_date", "points_avg_last_5", "points_avg_last_10"),
    *("points_avg_season", "points_std_last_10", "minutes_avg_last_10", "usage_rate_last_10", "ts_pct_last_10"),
    *("games_played_season", "team_pace_last_10", "games_in_last_7_days", "games_in_last_14_days"),
    *("minutes_in_last_7_days", "primary_scoring_zone", "paint_rate_last_10", "three_pt_rate_last_10"),
    *("early_season_flag", "shot_zone_data_available", "expected_games_count", "actual_games_count"),
    *("backfill_bootstrap_mode", "created_at", "processed_at"),
)
_PLAYER_ZONE_COLUMNS = (
    *("player_lookup", "universal_player_id", "analysis_date", "paint_rate_last_10", "mid_range_rate_last_10"),
    *("three_pt_rate_last_10", "total_shots_last_10", "games_in_sample_10", "sample_quality_10"),
    *("paint_pct_last_10", "mid_range_pct_last_10", "three_pt_pct_last_10", "paint_attempts_per_game"),
    *("mid_range_attempts_per_game", "three_pt_attempts_per_game", "primary_scoring_zone", "data_quality_tier"),
    *("early_season_flag", "expected_games_count", "actual_games_count", "backfill_bootstrap_mode"),
    *("created_at", "processed_at"),
)
_TEAM_ZONE_COLUMNS = (
    *("team_abbr", "analysis_date", "paint_pct_allowed_last_15", "paint_attempts_allowed_per_game"),
    *("paint_points_allowed_per_game", "paint_defense_vs_league_avg", "mid_range_pct_allowed_last_15"),
    *("mid_range_attempts_allowed_per_game", "mid_range_defense_vs_league_avg", "three_pt_pct_allowed_last_15"),
    *("three_pt_attempts_allowed_per_game", "three_pt_defense_vs_league_avg", "defensive_rating_last_15"),
    *("opponent_points_per_game", "opponent_pace", "games_in_sample", "strongest_zone", "weakest_zone"),
    *("data_quality_tier", "early_season_flag", "expected_games_count", "actual_games_count"),
    *("backfill_bootstrap_mode", "processed_at", "created_at"),
)
_ZONES = ("paint", "mid_range", "perimeter")
_BALANCED_BELOW, _MID_RANGE_FROM = 40, 35  # percent of a player's shots that make a zone his first

type Active = list[tuple[PlayerHistory, PlayerState]]
type ByPlayer = Mapping[str, tuple[PlayerHistory, PlayerState]]


def dates(log: SeasonLog) -> list[date]:
    """The game dates up to as_of, that day included."""
    return [day for day in log.facts.game_dates() if log.as_of is None or day <= log.as_of]


@once_a_log
def _active(log: SeasonLog) -> Mapping[date, Active]:
    """Everybody active, by game date."""
    return {day: histories(log).active(day) for day in dates(log)}


@once_a_log
def cached_players(log: SeasonLog) -> Mapping[date, ByPlayer]:
    """Whom the daily cache knows, by date: active players with three games, after bootstrap or its ramp."""
    cached = {}
    for day, active in _active(log).items():
        if day >= log.facts.factors_from or day in CACHE_RAMP:
            chosen = [(player, state) for player, state in active if state.games >= LEAST_GAMES]
            cached[day] = {player.lookup: (player, state) for player, state in chosen[: CACHE_RAMP.get(day)]}
    return cached


@once_a_log
def zone_players(log: SeasonLog) -> Mapping[date, ByPlayer]:
    """Whose shot zones are known, by date: active players with ten games; in the first weeks the most used fifty."""
    start, zoned = player_zones_from(log.facts), {}
    for day, everybody in _active(log).items():
        if day >= start:
            active = [(player, state) for player, state in everybody if state.zones.shots]
            chosen = [(player, state) for player, state in active if state.games >= WINDOW]
            if len(chosen) < FEWEST_PLAYERS:
                chosen = sorted(active, key=lambda item: -item[1].games)[:FEWEST_PLAYERS]
            zoned[day] = {player.lookup: (player, state) for player, state in chosen}
    return zoned


def cache_rows(log: SeasonLog) -> Rows:
    """A row a cached player and game date; the cache of as_of itself is not there yet, as it runs a day behind."""
    rows = [
        row for day, players in cached_players(log).items() if log.happened(day) for row in _cache(log, day, players)
    ]
    filled = {"l5_completeness_pct": 100.0, "l10_completeness_pct": 100.0, "cache_version": "v1"}
    return Rows(CACHE, _CACHE_COLUMNS, rows, {**COMPLETE, **filled})


def _cache(log: SeasonLog, day: date, players: ByPlayer) -> Iterator[tuple[Any, ...]]:
    made, early = clock(day, 10, 20), in_bootstrap_mode(log.facts, day)
    teams = {code: team.before(day) for code, team in histories(log).teams.items()}
    zoned = zone_players(log).get(day, {})
    for lookup, (player, state) in players.items():
        team, window = teams[state.team], min(WINDOW, state.games)
        yield (
            *(lookup, player.universal_id, day, state.average_5, state.average_10, state.average),
            *(state.deviation_10, state.minutes_10, state.usage_10, state.true_shooting_10, state.games),
            *(team.pace_10 if team else None, *player.load(day)),
            *(_zone_summary(state.zones) if lookup in zoned else (None, None, None)),
            *(state.games < WINDOW, lookup in zoned, window, window, early, made, made),
        )


def _zone_summary(zones: Zones) -> tuple[str, float, float]:
    """The zone of most shots, and the percent of paint and of threes."""
    shares = rates(zones)
    return ("paint", "mid_range", "3pt")[shares.index(max(shares))], shares[0], shares[2]


@lru_cache(maxsize=4096)
def rates(zones: Zones) -> tuple[float, float, float]:
    """Paint, mid-range and three in percent of the shots; they sum to 100."""
    paint = round(100 * zones.paint_attempts / zones.shots, 2)
    mid = round(100 * zones.mid_attempts / zones.shots, 2)
    return paint, mid, round(100 - paint - mid, 2)


def player_zone_rows(log: SeasonLog) -> Rows:
    """A row a player and game date before as_of."""
    rows = [
        row
        for day, players in zone_players(log).items()
        if log.happened(day)
        for row in _player_zones(log, day, players)
    ]
    return Rows(PLAYER_ZONES, _PLAYER_ZONE_COLUMNS, rows, COMPLETE)


def _player_zones(log: SeasonLog, day: date, players: ByPlayer) -> Iterator[tuple[Any, ...]]:
    made, early = clock(day, 10, 5), in_bootstrap_mode(log.facts, day)
    for lookup, (player, state) in players.items():
        games = state.zone_games
        yield (
            *(lookup, player.universal_id, day, *_zone_figures(state.zones, games), state.games < WINDOW),
            *(games, games, early, made, made),
        )


@lru_cache(maxsize=4096)
def _zone_figures(zones: Zones, games: int) -> tuple[Any, ...]:
    """From paint_rate_last_10 to data_quality_tier."""
    shares = rates(zones)
    quality = "excellent" if games == WINDOW else "good" if games >= 7 else "limited"
    tier = "high" if games == WINDOW else "medium" if games >= 5 else "low"
    attempts = (round(count / games, 1) for count in zones[::2])
    return *shares, zones.shots, games, quality, *_made(zones), *attempts, _first_zone(shares), tier


def _made(zones: Zones) -> tuple[float | None, ...]:
    """Share made by zone, a fraction; None without an attempt."""
    pairs = zip(zones[::2], zones[1::2], strict=True)
    return tuple(round(made / tried, 3) if tried else None for tried, made in pairs)


def _first_zone(shares: tuple[float, float, float]) -> str:
    best = max(range(3), key=shares.__getitem__)
    least = _MID_RANGE_FROM if best == 1 else _BALANCED_BELOW
    return _ZONES[best] if shares[best] >= least else "balanced"


def team_zone_rows(log: SeasonLog) -> Rows:
    """Thirty rows a game date, as_of and the game date right after it included: this table runs ahead by one."""
    start = team_zones_from(log.facts)
    days = [day for day in dates(log) if day >= start]
    ahead = log.as_of + timedelta(days=1) if log.as_of else None
    if ahead and start <= ahead and ahead in log.facts.game_dates():
        days.append(ahead)
    rows = [row for day in days for row in _team_zones(log, day)]
    return Rows(TEAM_ZONES, _TEAM_ZONE_COLUMNS, rows, COMPLETE)


def _team_zones(log: SeasonLog, day: date) -> list[tuple[Any, ...]]:
    known = histories(log).teams
    states = {code: state for code in sorted(TEAMS) if code in known and (state := known[code].before(day))}
    shares = {code: [made or 0.0 for made in _made(state.allowed)] for code, state in states.items()}
    league = [sum(column) / len(states) for column in zip(*shares.values(), strict=True)]
    made = clock(day, 10) if log.as_of is None or day <= log.as_of else clock(log.as_of, 10)
    early = in_bootstrap_mode(log.facts, day)
    return [_team(code, day, state, shares[code], league, early, made) for code, state in states.items()]


def _team(
    code: str, day: date, state: TeamState, shares: list[float], league: list[float], early: bool, made: int
) -> tuple[Any, ...]:
    games, zones = state.games, state.allowed
    paint, mid, three = (round(count / games, 1) for count in zones[::2])
    against = [round(100 * (share - mean), 2) for share, mean in zip(shares, league, strict=True)]
    full = games == TEAM_WINDOW
    return (
        *(code, day, shares[0], paint, round(2 * zones.paint_makes / games, 1), against[0]),
        *(shares[1], mid, against[1], shares[2], three, against[2]),
        *(state.rating, state.points, state.opponent_pace, games),
        *(_ZONES[against.index(min(against))], _ZONES[against.index(max(against))]),
        *("high" if full else "medium", not full, games, games, early, made, made),
    )
