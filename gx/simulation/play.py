"""Playing a game: minutes, lines, overtime, the score, plus-minus."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from gx.simulation.box import Numbers, make_line, total
from gx.simulation.schedule import Game
from gx.simulation.squads import Listed

_REGULATION = 240  # minutes of a team without overtime
_SIDES = 5  # players of a team on the floor
_SHOTS_A_MINUTE = 88 / 240
# What no team of five seasons went beyond: points, possessions in 48 minutes, points a hundred possessions.
_POINTS, _PACE, _RATING = (78, 176), (85, 118), (75, 152)
# Team games by what a team's whole minutes are off the clock: 2022-23, and the widest of five seasons.
_ROUNDING = {-3: 9, -2: 90, -1: 503, 0: 1081, 1: 641, 2: 118, 3: 18, 4: 1}
_MOST_OFF_IN_OVERTIME = 2
_SLIP_SHARE, _SLIPS = 0.006, (-13, -5, -1, 1, 5, 12)  # team games whose plus-minus does not sum up, 14 of 2,460


@dataclass(frozen=True)
class TeamGame:
    """One team's side of a game that was played: its list, the lines of those who appeared, their sum."""

    team: str
    opponent: str
    at_home: bool
    listed: list[Listed]
    lines: dict[str, Numbers]
    total: Numbers


@dataclass(frozen=True)
class Played:
    """A game with its result; ``zones_known`` is False when play-by-play never came."""

    game: Game
    away: TeamGame
    home: TeamGame
    overtimes: int
    zones_known: bool

    @property
    def sides(self) -> tuple[TeamGame, TeamGame]:
        """Home side first."""
        return self.home, self.away

    def other(self, side: TeamGame) -> TeamGame:
        """The opponent's side."""
        return self.away if side is self.home else self.home


def play(game: Game, away: list[Listed], home: list[Listed], rng: Random) -> Played:
    """The game of these two lists; the same for the same random numbers."""
    overtimes = 0 if min(_playing(away), _playing(home)) <= _SIDES else rng.choices((0, 1, 2), (936, 56, 8))[0]
    minutes = _REGULATION + 25 * overtimes
    lines = {side: _night(listed, minutes, rng) for side, listed in (("away", away), ("home", home))}
    totals = {side: total(numbers.values()) for side, numbers in lines.items()}
    if totals["away"].points == totals["home"].points:
        next(iter(lines["home"].values())).free_throw()
        totals["home"].free_throw()
    margin = totals["home"].points - totals["away"].points
    for side, sign in (("home", 1), ("away", -1)):
        totals[side].minutes = minutes
        totals[side].plus_minus = sign * margin
        _share_margin(lines[side], sign * margin, minutes, rng)
        if rng.random() < _SLIP_SHARE:
            next(iter(lines[side].values())).plus_minus += rng.choice(_SLIPS)
    return Played(
        game=game,
        away=TeamGame(game.away, game.home, False, away, lines["away"], totals["away"]),
        home=TeamGame(game.home, game.away, True, home, lines["home"], totals["home"]),
        overtimes=overtimes,
        zones_known=rng.random() >= 0.03,
    )


def _playing(listed: list[Listed]) -> int:
    return sum(item.place is not None for item in listed)


def _night(listed: list[Listed], minutes: int, rng: Random) -> dict[str, Numbers]:
    """A team's lines; nights beyond what any team of five seasons had are drawn again."""
    while True:
        lines = _lines(listed, minutes, rng)
        points = sum(line.points for line in lines.values())
        possessions = sum(line.possessions for line in lines.values())
        measures = (points, possessions * _REGULATION / minutes, 100 * points / possessions)
        limits = (_POINTS, _PACE, _RATING)
        if all(low <= value <= high for value, (low, high) in zip(measures, limits, strict=True)):
            return lines


def _lines(listed: list[Listed], minutes: int, rng: Random) -> dict[str, Numbers]:
    """A line for everybody who appeared, first man first; lines of no minutes are empty but for rare free throws."""
    spans = _minutes(_playing(listed), minutes, rng)
    playing = [item.player for item in listed if item.place is not None]
    expected = sum(player.shots * span for player, span in zip(playing, spans, strict=True))
    eagerness = _SHOTS_A_MINUTE * minutes / expected  # somebody has to shoot when the scorers are hurt
    shares = iter(spans)
    lines: dict[str, Numbers] = {}
    for item in listed:
        if item.place is not None:
            lines[item.player.lookup] = make_line(item.player, next(shares), eagerness, rng)
        elif item.zero_minutes:
            lines[item.player.lookup] = _moment(rng)
    return lines


def _moment(rng: Random) -> Numbers:
    """The line of a player whose seconds round to 0 minutes."""
    line = Numbers()
    if rng.random() < 0.15:
        line.free_throw()
        line.free_throw()
    return line


def _minutes(players: int, minutes: int, rng: Random) -> list[int]:
    """Whole minutes for each player, first man most; together the team's minutes but for their rounding."""
    longest = minutes // _SIDES
    least = max(0.06, 0.62 - 0.045 * players)
    weights = [(1 - (1 - least) * place / max(1, players - 1)) * rng.uniform(0.85, 1.15) for place in range(players)]
    scale = minutes / sum(weights)
    shares = [min(longest, max(1, round(weight * scale))) for weight in weights]
    target = minutes + (_rounding(minutes, rng) if players > _SIDES + 2 else 0)
    while (missing := target - sum(shares)) != 0:
        place = rng.randrange(players)
        step = 1 if missing > 0 else -1
        if 1 <= shares[place] + step <= longest:
            shares[place] += step
    return shares


def _rounding(minutes: int, rng: Random) -> int:
    off = rng.choices(list(_ROUNDING), list(_ROUNDING.values()))[0]
    return off if minutes == _REGULATION else max(-_MOST_OFF_IN_OVERTIME, min(_MOST_OFF_IN_OVERTIME, off))


def _share_margin(lines: dict[str, Numbers], margin: int, minutes: int, rng: Random) -> None:
    """Plus-minus of every line, so that a team's lines sum to five times its margin."""
    for line in lines.values():
        on_floor = line.minutes / (minutes / _SIDES)
        line.plus_minus = round(margin * on_floor + rng.gauss(0, 9) * on_floor * (1 - on_floor) * 2)
    rest = _SIDES * margin - sum(line.plus_minus for line in lines.values())
    playing = [line for line in lines.values() if line.minutes]
    step = 1 if rest > 0 else -1
    for place in range(abs(rest)):
        playing[place % len(playing)].plus_minus += step
