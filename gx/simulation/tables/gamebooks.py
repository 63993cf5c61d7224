"""Rows of ``nba_raw.nbac_gamebook_player_stats`` and ``nba_raw.nbac_player_boxscores``: the NBA's own player lines."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from random import Random
from typing import Any

from gx.simulation.box import Numbers
from gx.simulation.columns import Rows, clock
from gx.simulation.play import Played, TeamGame
from gx.simulation.season import SeasonLog
from gx.simulation.seasons import BOX_FEED_DOWN, GAMEBOOK_OFFICIAL
from gx.simulation.squads import Listed

GAMEBOOK = "nba_raw.nbac_gamebook_player_stats"
BOX_FEED = "nba_raw.nbac_player_boxscores"
_GAMEBOOK_COLUMNS = (
    *("game_id", "game_code", "game_date", "home_team_abbr", "away_team_abbr", "source_file_path", "processed_at"),
    *("player_name", "player_name_original", "player_lookup", "team_abbr", "data_hash"),
    *("player_status", "dnp_reason", "minutes", "minutes_decimal", "points"),
    *("field_goals_made", "field_goals_attempted", "three_pointers_made", "three_pointers_attempted"),
    *("free_throws_made", "free_throws_attempted", "offensive_rebounds", "defensive_rebounds", "total_rebounds"),
    *("assists", "steals", "blocks", "turnovers", "personal_fouls", "plus_minus"),
)
_FEED_COLUMNS = (
    *("game_id", "game_date", "season_type", "nba_game_id", "is_playoff_game", "home_team_abbr", "away_team_abbr"),
    *("processed_at", "nba_player_id", "player_full_name", "player_lookup", "team_abbr", "starter", "minutes"),
    *("points", "field_goals_made", "field_goals_attempted", "three_pointers_made", "three_pointers_attempted"),
    *("free_throws_made", "free_throws_attempted", "total_rebounds", "assists"),
)
_NO_STATISTICS = (None,) * 18
_COACH, _HURT, _G_LEAGUE = "DNP - Coach's Decision", "Inactive - Injury/Illness", "Inactive - G League"
_STARTERS = 5
_FIRST_NBA_ID = 200_000


def gamebook_rows(log: SeasonLog) -> Rows:
    """Everybody listed for a played game: who appeared with figures, the others with the reason why not."""
    rng = Random(f"gamebooks {log.facts.label}")
    rows = [row for played in log.played for row in _gamebook(played, rng)]
    constants = {
        "season_year": log.facts.year,
        "name_resolution_status": "resolved",
        "name_resolution_confidence": 1.0,
        "data_quality_flags": [],
        "requires_manual_review": False,
    }
    return Rows(GAMEBOOK, _GAMEBOOK_COLUMNS, rows, constants)


def _gamebook(played: Played, rng: Random) -> Iterator[tuple[Any, ...]]:
    game, day = played.game, played.game.day
    official = GAMEBOOK_OFFICIAL[0] <= day <= GAMEBOOK_OFFICIAL[1]
    shared = (
        *(game.official_id if official else game.custom_id, f"{day:%Y%m%d}/{game.away}{game.home}", day),
        *(game.home, game.away, f"nba-com/gamebooks-data/{day}/{day:%Y%m%d}-{game.away}{game.home}.json"),
        clock(day, 7, 20, later=1),
    )
    for side in played.sides:
        for item in side.listed:
            yield (*shared, *_player(game.custom_id, side, item, rng))


def _player(game_id: str, side: TeamGame, item: Listed, rng: Random) -> tuple[Any, ...]:
    player = item.player
    line = side.lines.get(player.lookup)
    figures = _figures(line) if line else (*_absent(item, rng), *_NO_STATISTICS)
    digest = blake2b(f"{game_id} {player.lookup} {figures}".encode(), digest_size=16).hexdigest()
    return (player.name, player.name, player.lookup, side.team, digest, *figures)


def _absent(item: Listed, rng: Random) -> tuple[str, str]:
    if item.status == "out":
        return "inactive", _HURT if rng.random() < 0.7 else _G_LEAGUE
    return "dnp", _COACH


def _figures(line: Numbers) -> tuple[Any, ...]:
    """From player_status to plus_minus of a player who appeared; the NBA's whole minutes."""
    return (
        *("active", None, f"{line.minutes:02d}:00", float(line.minutes), line.points, line.fg_makes, line.fg_attempts),
        *(line.three_makes, line.three_attempts, line.ft_makes, line.ft_attempts),
        *(line.offensive_rebounds, line.defensive_rebounds, line.rebounds, line.assists, line.steals, line.blocks),
        *(line.turnovers, line.fouls, line.plus_minus),
    )


def box_feed_rows(log: SeasonLog) -> Rows:
    """Who appeared in a played game, under both game ids; nothing while the source was down."""
    rows = [
        row
        for played in log.played
        if not BOX_FEED_DOWN[0] <= played.game.day <= BOX_FEED_DOWN[1]
        for row in _feed(played)
    ]
    return Rows(BOX_FEED, _FEED_COLUMNS, rows, {"season_year": log.facts.year})


def _feed(played: Played) -> Iterator[tuple[Any, ...]]:
    game = played.game
    kind = "Playoffs" if game.playoffs else "Regular Season"
    shared = (
        *(game.custom_id, game.day, kind, game.official_id, game.playoffs, game.home, game.away),
        clock(game.day, 6, 30, later=1),
    )
    for side in played.sides:
        for item in side.listed:
            if line := side.lines.get(item.player.lookup):
                started = item.place is not None and item.place < _STARTERS
                yield (*shared, *_feed_line(item, side.team, started, line))


def _feed_line(item: Listed, team: str, started: bool, line: Numbers) -> tuple[Any, ...]:
    player = item.player
    return (
        *(_FIRST_NBA_ID + player.vendor_id, player.name, player.lookup, team, started, f"{line.minutes}:00"),
        *(line.points, line.fg_makes, line.fg_attempts, line.three_makes, line.three_attempts),
        *(line.ft_makes, line.ft_attempts, line.rebounds, line.assists),
    )
