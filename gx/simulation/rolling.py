"""What the precompute phase knows of a player and a team on a morning: windows over the games before that day."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import sqrt
from operator import add
from typing import NamedTuple

from gx.simulation.box import Numbers
from gx.simulation.play import TeamGame
from gx.simulation.season import SeasonLog

WINDOW = 10
"""Games a player's averages look back on."""
TEAM_WINDOW = 15
"""Games a team's defence figures look back on."""
IDLE_GAMES = 5
"""Games of his team after which a player who has missed them all is no longer active."""
_LEAGUE_SHARES = (0.40, 0.20, 0.40)  # paint, mid-range and three of the whole league


def once_a_log[T](build: Callable[[SeasonLog], T]) -> Callable[[SeasonLog], T]:
    """``build``, run once for a log: several tables are made from the same windows."""
    name = f"_{build.__module__}.{build.__name__}"

    def value(log: SeasonLog) -> T:
        if name not in log.__dict__:
            log.__dict__[name] = build(log)
        kept: T = log.__dict__[name]
        return kept

    return value


class Zones(NamedTuple):
    """Attempts and makes by zone."""

    paint_attempts: int = 0
    paint_makes: int = 0
    mid_attempts: int = 0
    mid_makes: int = 0
    three_attempts: int = 0
    three_makes: int = 0

    @property
    def shots(self) -> int:
        """Attempts of all zones."""
        return self.paint_attempts + self.mid_attempts + self.three_attempts


def zones_of(line: Numbers) -> Zones:
    """The zones of a line."""
    return Zones(
        *(line.paint_attempts, line.paint_makes, line.mid_attempts, line.mid_makes),
        *(line.three_attempts, line.three_makes),
    )


@dataclass(frozen=True, slots=True)
class PlayerState:
    """A player after a game: the season's games with minutes, means in points and minutes, usage in percent.

    ``zones`` sums those of the last ten games whose shot zones are known, ``zone_games`` counts them;
    ``shares`` are the season's paint, mid-range and three shares of attempts, fractions that sum to 1.
    """

    team: str
    day: int
    games: int
    average_5: float
    average_10: float
    average: float
    deviation_10: float
    minutes_10: float
    usage_10: float
    true_shooting_10: float
    zones: Zones
    zone_games: int
    shares: tuple[float, float, float]


class PlayerHistory:
    """One player's season so far; add games in date order."""

    def __init__(self, lookup: str, universal_id: str) -> None:
        self.lookup = lookup
        self.universal_id = universal_id
        self._lines: list[tuple[float, ...]] = []
        self._days: list[int] = []
        self._states: list[PlayerState] = []
        self._appearances: list[int] = []
        self._minutes = [0]
        self._points = 0
        self._season = Zones()

    def add(self, side: TeamGame, team_plays: float, line: Numbers, day: int, zones_known: bool) -> None:
        """A game in which he was on the floor; without a whole minute it counts for his load only."""
        self._appearances.append(day)
        self._minutes.append(self._minutes[-1] + line.minutes)
        if line.minutes:
            zones = zones_of(line) if zones_known else Zones()
            near = team_plays * 5 * line.minutes / side.total.minutes  # the team's plays while he was on the floor
            chances = 2 * (line.fg_attempts + 0.44 * line.ft_attempts)
            self._lines.append((line.points, line.minutes, line.plays, near, chances, zones_known, *zones))
            self._points += line.points
            self._season = Zones(*map(add, self._season, zones))
            self._days.append(day)
            self._states.append(self._state(side.team, day))

    def _state(self, team: str, day: int) -> PlayerState:
        columns = list(zip(*self._lines[-WINDOW:], strict=True))
        points, games, count = columns[0], len(self._lines), len(columns[0])
        scored, minutes, plays, near, chances, known, *zones = map(sum, columns)
        mean = scored / count
        return PlayerState(
            team=team,
            day=day,
            games=games,
            average_5=round(sum(points[-5:]) / min(5, count), 1),
            average_10=round(mean, 1),
            average=round(self._points / games, 1),
            deviation_10=round(sqrt(sum((value - mean) ** 2 for value in points) / count), 2),
            minutes_10=round(minutes / count, 1),
            usage_10=round(min(60.0, 100 * plays / near), 2),
            true_shooting_10=round(scored / chances, 3) if chances else 0.0,
            zones=Zones(*map(int, zones)),
            zone_games=int(known),
            shares=_shares(self._season),
        )

    def before(self, day: date) -> PlayerState | None:
        """His state on that morning; None before his first game with minutes."""
        place = bisect_left(self._days, day.toordinal())
        return self._states[place - 1] if place else None

    def load(self, day: date) -> tuple[int, int, int]:
        """Games in the 7 and in the 14 days before that day, and the minutes of the 7 days."""
        today = day.toordinal()
        end, week, fortnight = (bisect_left(self._appearances, today - days) for days in (0, 7, 14))
        return end - week, end - fortnight, self._minutes[end] - self._minutes[week]


def _shares(season: Zones) -> tuple[float, float, float]:
    if not season.shots:
        return _LEAGUE_SHARES
    paint = round(season.paint_attempts / season.shots, 4)
    mid = round(season.mid_attempts / season.shots, 4)
    return paint, mid, round(1 - paint - mid, 4)


@dataclass(frozen=True, slots=True)
class TeamState:
    """A team after a game: what the last 15 opponents did against it, and its own pace over ten games.

    ``rating`` is points allowed per 100 possessions of the opponents, ``points`` points allowed a game; paces are
    possessions in 48 minutes.
    """

    games: int
    allowed: Zones
    rating: float
    points: float
    opponent_pace: float
    pace_10: float


class TeamHistory:
    """One team's season so far; add games in date order."""

    def __init__(self) -> None:
        self._days: list[int] = []
        self._games: list[tuple[float, ...]] = []
        self._states: list[TeamState] = []

    def add(self, side: TeamGame, opponent: Numbers, day: int) -> None:
        """A game that was played."""
        possessions = (opponent.possessions + side.total.possessions) / 2
        rating, pace = 100 * opponent.points / opponent.possessions, possessions * 240 / opponent.minutes
        self._games.append((rating, opponent.points, pace, *zones_of(opponent)))
        ratings, points, paces, *zones = zip(*self._games[-TEAM_WINDOW:], strict=True)
        self._days.append(day)
        self._states.append(
            TeamState(
                games=len(ratings),
                allowed=Zones(*(int(sum(counts)) for counts in zones)),
                rating=round(sum(ratings) / len(ratings), 2),
                points=round(sum(points) / len(points), 1),
                opponent_pace=round(sum(paces) / len(paces), 1),
                pace_10=round(sum(paces[-WINDOW:]) / len(paces[-WINDOW:]), 1),
            )
        )

    def before(self, day: date) -> TeamState | None:
        """The team's state on that morning; None before its first game."""
        place = bisect_left(self._days, day.toordinal())
        return self._states[place - 1] if place else None

    def games_between(self, after: int, before: int) -> int:
        """Games later than the one day and earlier than the other, both proleptic ordinals."""
        return bisect_left(self._days, before) - bisect_left(self._days, after + 1)


@dataclass(frozen=True)
class Histories:
    """Players by key, in the key's order, and teams by code."""

    players: dict[str, PlayerHistory]
    teams: dict[str, TeamHistory]

    def active(self, day: date) -> list[tuple[PlayerHistory, PlayerState]]:
        """Players who appeared in one of their team's last games before that day."""
        states = ((player, player.before(day)) for player in self.players.values())
        return [(player, state) for player, state in states if state and self._is_active(state, day)]

    def before(self, lookup: str, day: date) -> PlayerState | None:
        """The player's state on that morning, active or not."""
        return self.players[lookup].before(day) if lookup in self.players else None

    def _is_active(self, state: PlayerState, day: date) -> bool:
        return self.teams[state.team].games_between(state.day, day.toordinal()) < IDLE_GAMES


@once_a_log
def histories(log: SeasonLog) -> Histories:
    """Everybody's history, from the games played in that log."""
    players: dict[str, PlayerHistory] = {}
    teams: defaultdict[str, TeamHistory] = defaultdict(TeamHistory)
    for played in log.played:
        day = played.game.day.toordinal()
        for side in played.sides:
            teams[side.team].add(side, played.other(side).total, day)
            plays = side.total.plays
            for item in side.listed:
                if item.appears:
                    player = item.player
                    history = players.setdefault(player.lookup, PlayerHistory(player.lookup, player.universal_id))
                    history.add(side, plays, side.lines[player.lookup], day, played.zones_known)
    return Histories(dict(sorted(players.items())), dict(sorted(teams.items())))
