"""Rows of ``nba_analytics.player_game_summary`` and ``nba_analytics.team_defense_game_summary``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from gx.simulation.box import Numbers
from gx.simulation.columns import Rows, clock
from gx.simulation.play import Played, TeamGame
from gx.simulation.season import SeasonLog
from gx.simulation.seasons import DNP_ROWS_KEPT
from gx.simulation.squads import Listed

PLAYERS = "nba_analytics.player_game_summary"
DEFENSE = "nba_analytics.team_defense_game_summary"
_PLAYER_COLUMNS = (
    *("player_lookup", "universal_player_id", "player_full_name", "game_id", "game_date"),
    *("team_abbr", "opponent_team_abbr", "created_at", "processed_at"),
    *("is_active", "player_status", "is_dnp", "dnp_reason_category"),
    *("is_partial_game_data", "game_status_at_processing"),
    *("points", "minutes_played", "assists", "offensive_rebounds", "defensive_rebounds", "steals", "blocks"),
    *("turnovers", "fg_attempts", "fg_makes", "three_pt_attempts", "three_pt_makes", "ft_attempts", "ft_makes"),
    *("plus_minus", "personal_fouls"),
    *("paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes", "three_attempts_pbp"),
    *("three_makes_pbp", "has_complete_shot_zones"),
    *("usage_rate", "usage_rate_raw", "usage_rate_valid", "usage_rate_anomaly_reason"),
    *("ts_pct", "efg_pct", "starter_flag"),
    *("points_line", "opening_line", "over_under_result", "margin", "points_line_source"),
)
_DEFENSE_COLUMNS = (
    *("game_id", "game_date", "defending_team_abbr", "opponent_team_abbr", "points_allowed"),
    *("opp_fg_attempts", "opp_fg_makes", "opp_three_pt_attempts", "opp_three_pt_makes", "opp_ft_attempts"),
    *("opp_ft_makes", "opp_rebounds", "opp_assists", "turnovers_forced", "opp_paint_attempts", "opp_paint_makes"),
    *("opp_mid_range_attempts", "opp_mid_range_makes", "points_in_paint_allowed", "mid_range_points_allowed"),
    *("three_pt_points_allowed", "defensive_rating", "opponent_pace", "opponent_ts_pct", "home_game", "win_flag"),
    *("margin_of_victory", "overtime_periods", "processed_at", "created_at"),
)
_NO_STATISTICS = (None,) * 16
_NO_ZONES = (None,) * 6
_NO_LINE = (None,) * 5
_USAGE_EARLY, _USAGE_LATE = 0.48, 0.97  # share of lines with a usage rate before the season 2024-25 and since
_DNP_REASONS = ("coach_decision", "coach_decision", "coach_decision", "injury", "rest", "other")

type _Line = tuple[float, float]


def player_summary_rows(log: SeasonLog) -> Rows:
    """Everybody who appeared in a played game; since 2026-01-27 also those who were listed and did not."""
    lines = {
        (context.game.custom_id, context.listed.player.lookup): (context.line, context.opening_line)
        for context in log.contexts
        if context.line is not None and context.opening_line is not None
    }
    rng = Random(f"summaries {log.facts.label}")
    usage_share = _USAGE_EARLY if log.facts.year < 2024 else _USAGE_LATE
    rows = [row for played in log.played for row in _player_rows(played, lines, usage_share, rng)]
    constants = {
        "season_year": log.facts.year,
        "win_flag": False,  # declared, and never true in the real table either
        "data_quality_tier": "high",
        "primary_source_used": "nbac_gamebook",
    }
    return Rows(PLAYERS, _PLAYER_COLUMNS, rows, constants)


def _player_rows(
    played: Played, lines: dict[tuple[str, str], _Line], usage_share: float, rng: Random
) -> Iterator[tuple[Any, ...]]:
    day = played.game.day
    keeps_dnp = day >= DNP_ROWS_KEPT
    for side in played.sides:
        for item in side.listed:
            who = _who(played, side, item)
            if item.appears:
                line = side.lines[item.player.lookup]
                usage = _usage(line, side.total, rng.random() < usage_share)
                zones = (*_zones(line), True) if played.zones_known else (*_NO_ZONES, False)
                posted = lines.get((played.game.custom_id, item.player.lookup))
                yield (
                    *(*who, *_state("active", day), *_statistics(line), *zones, *usage),
                    *(line.true_shooting, line.effective_share, line.minutes > 20, *_result(line.points, posted)),
                )
            elif keeps_dnp and (item.status != "out" or rng.random() < 0.5):
                state = _state("injury" if item.status == "out" else rng.choice(_DNP_REASONS), day)
                yield (*who, *state, *_NO_STATISTICS, *_NO_ZONES, False, *(None,) * 6, False, *_NO_LINE)


def _who(played: Played, side: TeamGame, item: Listed) -> tuple[Any, ...]:
    game, player = played.game, item.player
    loaded = clock(game.day, 7, 40, later=1)
    return (
        *(player.lookup, player.universal_id, player.name, game.custom_id, game.day),
        *(side.team, side.opponent, loaded, loaded),
    )


def _state(reason: str, day: date) -> tuple[Any, ...]:
    """From active to game_status_at_processing; the columns added in January 2026 are null before."""
    active = reason == "active"
    if day < DNP_ROWS_KEPT:
        return (True, "active", None, None, None, None)
    status = "active" if active else "inactive" if reason == "injury" else "dnp"
    return (active, status, not active, None if active else reason, False, "final")


def _statistics(line: Numbers) -> tuple[Any, ...]:
    return (
        *(line.points, line.minutes, line.assists, line.offensive_rebounds, line.defensive_rebounds),
        *(line.steals, line.blocks, line.turnovers, line.fg_attempts, line.fg_makes),
        *(line.three_attempts, line.three_makes, line.ft_attempts, line.ft_makes, line.plus_minus, line.fouls),
    )


def _zones(line: Numbers) -> tuple[int, ...]:
    return (
        *(line.paint_attempts, line.paint_makes, line.mid_attempts, line.mid_makes),
        *(line.three_attempts, line.three_makes),
    )


def _usage(line: Numbers, team: Numbers, known: bool) -> tuple[Any, ...]:
    """Usage in percent of the team's plays while on the floor; raw, valid and why it was refused beside it."""
    if not known or not line.minutes:
        return (None, None, None, None)
    raw = round(100 * line.plays * (team.minutes / 5) / (line.minutes * team.plays), 2)
    return (None, raw, False, "exceeds_max") if raw > 50 else (raw, raw, True, None)


def _result(points: int, posted: _Line | None) -> tuple[Any, ...]:
    if posted is None:
        return _NO_LINE
    line, opening = posted
    return (line, opening, "OVER" if points > line else "UNDER", points - line, "odds_api")


def defense_rows(log: SeasonLog) -> Rows:
    """Two rows a played game: what the other team did against this one."""
    rows = [_defense(played, side) for played in log.played for side in played.sides]
    constants = {
        "season_year": log.facts.year,
        "data_quality_tier": "high",
        "primary_source_used": "nbac_team_boxscore",
    }
    return Rows(DEFENSE, _DEFENSE_COLUMNS, rows, constants)


def _defense(played: Played, side: TeamGame) -> tuple[Any, ...]:
    opponent = played.other(side).total
    possessions = (opponent.possessions + side.total.possessions) / 2
    loaded = clock(played.game.day, 6, 2, later=1)
    margin = side.total.points - opponent.points
    return (
        *(played.game.custom_id, played.game.day, side.team, side.opponent, opponent.points),
        *(opponent.fg_attempts, opponent.fg_makes, opponent.three_attempts, opponent.three_makes),
        *(opponent.ft_attempts, opponent.ft_makes, opponent.rebounds, opponent.assists, opponent.turnovers),
        *(opponent.paint_attempts, opponent.paint_makes, opponent.mid_attempts, opponent.mid_makes),
        *(2 * opponent.paint_makes, 2 * opponent.mid_makes, 3 * opponent.three_makes),
        *(100 * opponent.points / opponent.possessions, possessions * 240 / opponent.minutes, opponent.true_shooting),
        *(side.at_home, margin > 0, margin, played.overtimes, loaded, loaded),
    )
