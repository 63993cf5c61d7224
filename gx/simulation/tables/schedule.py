"""Rows of ``nba_raw.nbac_schedule``: every game, its status history, postponed games on both dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from gx.simulation.columns import Rows, clock, moment
from gx.simulation.play import Played
from gx.simulation.schedule import Game
from gx.simulation.season import SeasonLog
from gx.simulation.teams import TEAMS

TABLE = "nba_raw.nbac_schedule"
COLUMNS = (
    *("game_id", "game_code", "game_date", "game_date_est", "game_status", "game_status_text"),
    *("home_team_id", "home_team_tricode", "home_team_name", "away_team_id", "away_team_tricode", "away_team_name"),
    *("arena_name", "arena_city", "arena_timezone", "neutral_site_flag", "international_game"),
    *("is_regular_season", "is_playoffs", "playoff_round"),
    *("home_team_score", "away_team_score", "winning_team_tricode", "data_source", "processed_at"),
)
_SCHEDULED, _FINAL, _POSTPONED = (1, "Scheduled"), (3, "Final"), (1, "Postponed")
_IN_PROGRESS = (2, "In Progress")
_HISTORY_SHARE = 0.02  # games of which an earlier status is kept, as in the real table


def schedule_rows(log: SeasonLog) -> Rows:
    """One row a game and date, and for some games an older status beside the final one."""
    facts = log.facts
    label = facts.label
    return Rows(
        TABLE,
        COLUMNS,
        list(_rows(log)),
        {
            "season": str(facts.year),
            "season_nba_format": label,
            "season_year": facts.year,
            "is_all_star": False,
            "is_emirates_cup": False,
            "source_file_path": f"nba-com/schedule/{label}/schedule.json",
            "created_at": clock(facts.first - timedelta(days=20), 12),
        },
    )


def _rows(log: SeasonLog) -> Iterator[tuple[Any, ...]]:
    played = {game.game.official_id: game for game in log.played}
    rng = Random(f"status history {log.facts.label}")
    loaded = log.as_of or log.facts.playoff_last + timedelta(days=1)
    for game in log.games:
        if game.postponed_from:
            yield _first_date(log, game, game.postponed_from, loaded)
            if not log.happened(game.postponed_from):
                continue  # nobody knows the new date yet
        draw = rng.random()
        if game.official_id not in played:
            yield _row(game, game.day, _SCHEDULED, None, clock(loaded, 9))
            continue
        if draw < _HISTORY_SHARE:
            stale = (_SCHEDULED, clock(game.day, 9)) if draw < 0.015 else (_IN_PROGRESS, clock(game.day, 2, later=1))
            yield _row(game, game.day, stale[0], None, stale[1])
        yield _row(game, game.day, _FINAL, played[game.official_id], clock(game.day, 9, later=1))


def _first_date(log: SeasonLog, game: Game, day: date, loaded: date) -> tuple[Any, ...]:
    """The row that stays on the date a postponed game was first scheduled for."""
    if log.happened(day):
        return _row(game, day, _POSTPONED, None, clock(day, 9, later=1))
    return _row(game, day, _SCHEDULED, None, clock(loaded, 9))


def _row(game: Game, day: date, status: tuple[int, str], result: Played | None, processed: int) -> tuple[Any, ...]:
    home, away = TEAMS[game.home], TEAMS[game.away]
    arena = ("Arena CDMX", "Mexico City", "America/Mexico_City") if game.neutral else (home.arena, home.city, home.zone)
    scores: tuple[int | None, int | None, str | None] = (None, None, None)
    if result:
        points = result.home.total.points, result.away.total.points
        scores = (*points, game.home if points[0] > points[1] else game.away)
    return (
        *(game.official_id, f"{day:%Y%m%d}/{game.away}{game.home}", day),
        moment(game.tip_off) + (day - game.day).days * 86_400_000_000,
        *status,
        *(home.id, home.code, home.name, away.id, away.code, away.name),
        *arena,
        *(game.neutral, game.neutral, not game.playoffs, game.playoffs, "First Round" if game.playoffs else None),
        *scores,
        *("api_stats" if game.number % 5 else "cdn_static", processed),
    )
