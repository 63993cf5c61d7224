"""Box score lines: what a player does in his minutes, and what a team's lines add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import exp, sqrt
from random import Random

from gx.simulation.people import Player

MOST_FOULS = 6


@dataclass(slots=True)
class Numbers:
    """The counted figures of a box score; minutes are whole minutes."""

    minutes: int = 0
    points: int = 0
    fg_makes: int = 0
    fg_attempts: int = 0
    three_makes: int = 0
    three_attempts: int = 0
    ft_makes: int = 0
    ft_attempts: int = 0
    offensive_rebounds: int = 0
    defensive_rebounds: int = 0
    assists: int = 0
    steals: int = 0
    blocks: int = 0
    turnovers: int = 0
    fouls: int = 0
    plus_minus: int = 0
    paint_makes: int = 0
    paint_attempts: int = 0
    mid_makes: int = 0
    mid_attempts: int = 0

    @property
    def rebounds(self) -> int:
        """Offensive and defensive together."""
        return self.offensive_rebounds + self.defensive_rebounds

    @property
    def plays(self) -> float:
        """Possessions ended: shots, free throw trips and turnovers, by the usual 0.44 formula."""
        return self.fg_attempts + 0.44 * self.ft_attempts + self.turnovers

    @property
    def possessions(self) -> float:
        """Possessions of a team: plays less the ones an offensive rebound went on with."""
        return self.plays - self.offensive_rebounds

    @property
    def true_shooting(self) -> float | None:
        """Points per two shooting chances, a fraction; None without a chance."""
        chances = 2 * (self.fg_attempts + 0.44 * self.ft_attempts)
        return self.points / chances if chances else None

    @property
    def effective_share(self) -> float | None:
        """Field goal share with threes counted one and a half times; None without an attempt."""
        return (self.fg_makes + 0.5 * self.three_makes) / self.fg_attempts if self.fg_attempts else None

    def free_throw(self) -> None:
        """Add one made free throw."""
        self.ft_attempts += 1
        self.ft_makes += 1
        self.points += 1


_NAMES = tuple(item.name for item in fields(Numbers))


def total(lines: Iterable[Numbers]) -> Numbers:
    """The sum of those lines; plus-minus is left at 0."""
    lines = list(lines)
    summed = Numbers(*(sum(getattr(line, name) for line in lines) for name in _NAMES))
    summed.plus_minus = 0
    return summed


def share(made: int, attempted: int) -> float | None:
    """The share made, a fraction to three places; None without an attempt."""
    return round(made / attempted, 3) if attempted else None


def make_line(player: Player, minutes: int, eagerness: float, rng: Random) -> Numbers:
    """What that player does in that many minutes; ``eagerness`` scales how often he shoots."""
    line = Numbers(minutes=minutes)
    _shoot(line, player, eagerness, rng)
    rebounds = _count(minutes * player.rebounds, rng)
    line.offensive_rebounds = _binomial(rebounds, 0.24, rng)
    line.defensive_rebounds = rebounds - line.offensive_rebounds
    line.assists = _count(minutes * player.assists, rng)
    line.steals = _count(minutes * 0.03, rng)
    line.blocks = _count(minutes * player.blocks, rng)
    line.turnovers = _count(minutes * 0.056, rng)
    line.fouls = min(MOST_FOULS, _count(minutes * 0.083, rng))
    return line


def _shoot(line: Numbers, player: Player, eagerness: float, rng: Random) -> None:
    line.fg_attempts = _count(line.minutes * player.shots * eagerness, rng)
    line.three_attempts = _binomial(line.fg_attempts, player.three_share, rng)
    line.paint_attempts = _binomial(line.fg_attempts - line.three_attempts, player.paint_share, rng)
    line.mid_attempts = line.fg_attempts - line.three_attempts - line.paint_attempts
    line.three_makes = _binomial(line.three_attempts, player.three_pct, rng)
    line.paint_makes = _binomial(line.paint_attempts, player.two_pct + 0.05, rng)
    line.mid_makes = _binomial(line.mid_attempts, player.two_pct - 0.09, rng)
    line.fg_makes = line.three_makes + line.paint_makes + line.mid_makes
    line.ft_attempts = _count(line.minutes * player.free_throws, rng)
    line.ft_makes = _binomial(line.ft_attempts, player.free_throw_pct, rng)
    line.points = 2 * line.fg_makes + line.three_makes + line.ft_makes


def _count(mean: float, rng: Random) -> int:
    """A count around that mean: Poisson for small means, a tamer bell for large ones."""
    if mean >= 4:
        return max(0, round(rng.gauss(mean, 0.5 * sqrt(mean))))
    limit, product, count = exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def _binomial(tries: int, chance: float, rng: Random) -> int:
    draw = rng.random
    return sum([draw() < chance for _ in range(tries)])
