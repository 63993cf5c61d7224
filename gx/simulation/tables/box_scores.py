"""Rows of ``nba_raw.bdl_player_boxscores`` and ``nba_raw.nbac_team_boxscore``: the raw box scores."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from gx.simulation.box import Numbers, share
from gx.simulation.columns import Rows, clock
from gx.simulation.play import Played, TeamGame
from gx.simulation.season import SeasonLog
from gx.simulation.seasons import BDL_OFF
from gx.simulation.squads import Listed
from gx.simulation.teams import TEAMS

PLAYERS = "nba_raw.bdl_player_boxscores"
TEAM_TOTALS = "nba_raw.nbac_team_boxscore"
_PLAYER_COLUMNS = (
    *("game_id", "game_date", "period", "home_team_abbr", "away_team_abbr", "home_team_score", "away_team_score"),
    *("is_postseason", "source_file_path", "created_at", "processed_at"),
    *("team_abbr", "player_full_name", "player_lookup", "bdl_player_id", "data_hash"),
    *("minutes", "points", "assists", "rebounds", "offensive_rebounds", "defensive_rebounds", "steals", "blocks"),
    *("turnovers", "personal_fouls", "field_goals_made", "field_goals_attempted", "field_goal_pct"),
    *("three_pointers_made", "three_pointers_attempted", "three_point_pct"),
    *("free_throws_made", "free_throws_attempted", "free_throw_pct"),
)
_TEAM_COLUMNS = (
    *("game_id", "nba_game_id", "game_date", "team_id", "team_abbr", "team_name", "is_home", "minutes"),
    *("fg_made", "fg_attempted", "fg_percentage", "three_pt_made", "three_pt_attempted", "three_pt_percentage"),
    *("ft_made", "ft_attempted", "ft_percentage", "offensive_rebounds", "defensive_rebounds", "total_rebounds"),
    *("assists", "steals", "blocks", "turnovers", "personal_fouls", "points", "plus_minus"),
    *("source_file_path", "processed_at"),
)
_NOTHING = Numbers()


def player_box_rows(log: SeasonLog) -> Rows:
    """Everybody listed for a played game, until the source was switched off."""
    rows = [row for game in log.played if game.game.day < BDL_OFF for row in _player_rows(game)]
    return Rows(
        PLAYERS,
        _PLAYER_COLUMNS,
        rows,
        {"season_year": log.facts.year, "game_status": "Final"},
    )


def _player_rows(played: Played) -> list[tuple[Any, ...]]:
    game, day = played.game, played.game.day
    shared = (
        *(game.custom_id, day, 4 + played.overtimes, game.home, game.away),
        *(played.home.total.points, played.away.total.points, game.playoffs),
        f"ball-dont-lie/boxscores/{day}/{day:%Y%m%d}_030500.json",
        *(clock(day, 3, 5, later=1), clock(day, 3, 6, later=1)),
    )
    return [(*shared, *_player(game.custom_id, side, item)) for side in played.sides for item in side.listed]


def _player(game_id: str, side: TeamGame, item: Listed) -> tuple[Any, ...]:
    line = side.lines.get(item.player.lookup, _NOTHING)
    player = item.player
    return (
        *(side.team, player.name, player.lookup, player.vendor_id),
        _hash(f"{game_id} {player.lookup} {line.minutes} {line.points} {line.rebounds}"),
        *(f"{line.minutes:02d}", line.points, line.assists, line.rebounds),
        *(line.offensive_rebounds, line.defensive_rebounds, line.steals, line.blocks, line.turnovers, line.fouls),
        *(line.fg_makes, line.fg_attempts, share(line.fg_makes, line.fg_attempts)),
        *(line.three_makes, line.three_attempts, share(line.three_makes, line.three_attempts)),
        *(line.ft_makes, line.ft_attempts, share(line.ft_makes, line.ft_attempts)),
    )


def _hash(content: str) -> str:
    return blake2b(content.encode(), digest_size=16).hexdigest()


def team_box_rows(log: SeasonLog) -> Rows:
    """Two rows a played game, home first."""
    rows = [_team(game, side) for game in log.played for side in game.sides]
    return Rows(TEAM_TOTALS, _TEAM_COLUMNS, rows, {"season_year": log.facts.year})


def _team(played: Played, side: TeamGame) -> tuple[Any, ...]:
    game, sums = played.game, side.total
    team = TEAMS[side.team]
    return (
        *(game.custom_id, game.official_id, game.day, team.id, team.code, team.name, side.at_home),
        f"{sums.minutes}:00",
        *(sums.fg_makes, sums.fg_attempts, share(sums.fg_makes, sums.fg_attempts)),
        *(sums.three_makes, sums.three_attempts, share(sums.three_makes, sums.three_attempts)),
        *(sums.ft_makes, sums.ft_attempts, share(sums.ft_makes, sums.ft_attempts)),
        *(sums.offensive_rebounds, sums.defensive_rebounds, sums.rebounds, sums.assists, sums.steals, sums.blocks),
        *(sums.turnovers, sums.fouls, sums.points, sums.plus_minus),
        f"nba-com/team-boxscore/{game.day:%Y%m%d}/{game.official_id}.json",
        clock(game.day, 5, later=1),
    )
