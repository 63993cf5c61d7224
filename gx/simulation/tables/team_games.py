"""Rows of ``nba_analytics.team_offense_game_summary`` and ``nba_analytics.upcoming_team_game_context``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.market import market
from gx.simulation.play import Played, TeamGame
from gx.simulation.schedule import Game
from gx.simulation.season import SeasonLog
from gx.simulation.teams import TEAMS

OFFENSE = "nba_analytics.team_offense_game_summary"
CONTEXTS = "nba_analytics.upcoming_team_game_context"
_OFFENSE_COLUMNS = (
    *("game_id", "nba_game_id", "game_date", "team_abbr", "opponent_team_abbr", "points_scored"),
    *("fg_attempts", "fg_makes", "three_pt_attempts", "three_pt_makes", "ft_attempts", "ft_makes"),
    *("rebounds", "assists", "turnovers", "personal_fouls"),
    *("team_paint_attempts", "team_paint_makes", "team_mid_range_attempts", "team_mid_range_makes"),
    *("shot_zones_available", "shot_zones_source"),
    *("offensive_rating", "pace", "possessions", "ts_pct", "home_game", "win_flag", "margin_of_victory"),
    *("overtime_periods", "created_at", "processed_at"),
)
_CONTEXT_COLUMNS = (
    *("team_abbr", "game_id", "game_date", "opponent_team_abbr", "home_game"),
    *("is_back_to_back", "team_back_to_back", "days_since_last_game", "team_days_rest", "game_number_in_season"),
    *("games_in_last_7_days", "games_in_last_14_days", "expected_games_count", "actual_games_count"),
    *("game_spread", "game_total", "starters_out_count", "questionable_players_count"),
    *("team_win_streak_entering", "team_loss_streak_entering", "last_game_result", "travel_miles"),
    *("backfill_bootstrap_mode", "processed_at", "created_at"),
)
_AHEAD = timedelta(days=7)  # how far the schedule of coming games is looked at
_BOOTSTRAP_MODE = timedelta(days=30)
_WINDOW = 10  # games the context looks back on
_STARTER_ROLES = 5


def offense_rows(log: SeasonLog) -> Rows:
    """Two rows a played game: what the team did itself."""
    rows = [_offense(played, side) for played in log.played for side in played.sides]
    constants = {"season_year": log.facts.year, "is_partial_game_data": False, "data_quality_tier": "high"}
    return Rows(OFFENSE, _OFFENSE_COLUMNS, rows, constants)


def _offense(played: Played, side: TeamGame) -> tuple[Any, ...]:
    game, sums, opponent = played.game, side.total, played.other(side).total
    pace = (sums.possessions + opponent.possessions) / 2 * 240 / sums.minutes
    margin = sums.points - opponent.points
    loaded = clock(game.day, 6, later=1)
    return (
        *(game.custom_id, game.official_id, game.day, side.team, side.opponent, sums.points),
        *(sums.fg_attempts, sums.fg_makes, sums.three_attempts, sums.three_makes, sums.ft_attempts, sums.ft_makes),
        *(sums.rebounds, sums.assists, sums.turnovers, sums.fouls, *_zones(played, side)),
        *(100 * sums.points / sums.possessions, pace, round(sums.possessions), sums.true_shooting),
        *(side.at_home, margin > 0, margin, played.overtimes, loaded, loaded),
    )


def _zones(played: Played, side: TeamGame) -> tuple[Any, ...]:
    """Attempts and makes in the paint and at mid range, whether they are known and from where."""
    if not played.zones_known:
        return (None, None, None, None, False, None)
    sums = side.total
    source = "bigdataball" if played.game.number % 10 else "nbac_pbp"
    return (sums.paint_attempts, sums.paint_makes, sums.mid_attempts, sums.mid_makes, True, source)


@dataclass(frozen=True, slots=True)
class _Absences:
    starters_out: int
    questionable: int


def team_context_rows(log: SeasonLog) -> Rows:
    """Two rows a game, from a week before it on; a postponed game has rows of its first date until that day is over."""
    absences = _absences(log)
    won = {
        (played.game.official_id, side.team): side.total.plus_minus > 0
        for played in log.played
        for side in played.sides
    }
    rows = [row for team in TEAMS for row in _season(team, _known_games(log, team), won, absences, log)]
    constants = {
        "season_year": log.facts.year,
        "missing_games_count": 0,
        "completeness_percentage": 100.0,
        "is_production_ready": True,
        "data_quality_issues": [],
    }
    return Rows(CONTEXTS, _CONTEXT_COLUMNS, sorted(rows, key=lambda row: (row[2], row[1])), constants)


def _absences(log: SeasonLog) -> Mapping[tuple[date, str], _Absences]:
    """Of each team by date: starters who are out, and players about whom it is not known yet."""
    out: Counter[tuple[date, str]] = Counter()
    doubt: Counter[tuple[date, str]] = Counter()
    for context in log.contexts:
        key, status = (context.game.day, context.team), context.listed.status
        out[key] += status == "out" and context.listed.player.role < _STARTER_ROLES
        doubt[key] += status == "questionable"
    return defaultdict(lambda: _Absences(0, 0), {key: _Absences(out[key], doubt[key]) for key in out})


def _known_games(log: SeasonLog, team: str) -> list[tuple[date, Game]]:
    """The team's games by date, as they stand on the morning of as-of, up to a week ahead."""
    last = log.as_of + _AHEAD if log.as_of else date.max
    games = []
    for game in log.games:
        if team in (game.home, game.away):
            postponed = game.postponed_from
            day = postponed if postponed and not log.happened(postponed) else game.day
            if day <= last:
                games.append((day, game))
    return sorted(games, key=lambda item: item[0])


def _season(
    team: str,
    games: Sequence[tuple[date, Game]],
    won: Mapping[tuple[str, str], bool],
    absences: Mapping[tuple[date, str], _Absences],
    log: SeasonLog,
) -> Iterator[tuple[Any, ...]]:
    """A team's contexts in order; results count once they are known."""
    streak, before = 0, list[date]()
    place = TEAMS[team]
    for number, (day, game) in enumerate(games, start=1):
        arena = TEAMS[game.home]
        away = absences[day, team]
        at_home = game.home == team
        opponent = game.away if at_home else game.home
        made = clock(min(day, log.as_of or day), 9, 20)
        window = min(_WINDOW, max(1, number - 1))
        yield (
            *(team, game.official_id, day, opponent, at_home, *_rest(before, day), number, *_load(before, day)),
            *(window, window, *_odds(game, at_home, known=log.as_of is None or day <= log.as_of)),
            *(away.starters_out, away.questionable, max(0, streak), max(0, -streak), _last(streak)),
            *(place.miles_to(arena), day < log.facts.first + _BOOTSTRAP_MODE, made, made),
        )
        before.append(day)
        place = arena
        result = won.get((game.official_id, team))
        if result is not None:
            streak = max(0, streak) + 1 if result else min(0, streak) - 1


def _rest(before: Sequence[date], day: date) -> tuple[Any, ...]:
    """Back-to-back, twice as the table has it, days since the last game and days off; None before the first."""
    if not before:
        return (False, False, None, None)
    since = (day - before[-1]).days
    return (since == 1, since == 1, since, since - 1)


def _load(before: Sequence[date], day: date) -> tuple[int, int]:
    """Games of the 7 and of the 14 days before."""
    ages = [(day - earlier).days for earlier in before[-14:]]
    return sum(age <= 7 for age in ages), sum(age <= 14 for age in ages)


def _odds(game: Game, at_home: bool, known: bool) -> tuple[float | None, float | None]:
    """The team's own spread and the game's total; books post them on the day."""
    if not known:
        return (None, None)
    odds = market(game.official_id)
    return (odds.spread if at_home else -odds.spread, odds.total)


def _last(streak: int) -> str | None:
    if streak == 0:
        return None
    return "W" if streak > 0 else "L"
