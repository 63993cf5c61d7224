"""The first round of the playoffs: the four games of each series that are played whatever their results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from random import Random

from gx.simulation.play import Played
from gx.simulation.schedule import Game, tip_off
from gx.simulation.seasons import SeasonFacts
from gx.simulation.teams import TEAMS

# Days from the start of the playoffs on which each of the eight series plays: one to four games a date.
_DAYS = (
    *((0, 2, 5, 7), (0, 2, 5, 8), (0, 3, 5, 7), (0, 3, 6, 8)),
    *((1, 3, 6, 9), (1, 4, 6, 9), (1, 4, 8, 10), (1, 4, 7, 11)),
)
_SEEDS = 8


def make_playoffs(facts: SeasonFacts, played: Iterable[Played]) -> list[Game]:
    """First to eighth of each conference by wins, one against eight, by date and official id.

    The play-in games are missing from every source (Appendix C), so the league has none.
    """
    rng = Random(f"playoffs {facts.label}")
    wins = Counter(side.team for game in played for side in game.sides if side.total.plus_minus > 0)
    games = []
    for series, (better, other) in enumerate(_pairs(wins)):
        for number, offset in enumerate(_DAYS[series], start=1):
            home, away = (better, other) if number <= 2 else (other, better)
            day = facts.playoffs + timedelta(days=offset)
            games.append(
                Game(
                    day=day,
                    number=100 + 10 * series + number,
                    away=away,
                    home=home,
                    tip_off=tip_off(day, home, rng),
                    season_year=facts.year,
                    playoffs=True,
                )
            )
    return sorted(games, key=lambda game: (game.day, game.number))


def _pairs(wins: Counter[str]) -> list[tuple[str, str]]:
    pairs = []
    for east in (True, False):
        ranked = sorted((code for code in TEAMS if TEAMS[code].east == east), key=lambda code: (-wins[code], code))
        pairs += [(ranked[seed], ranked[_SEEDS - 1 - seed]) for seed in range(_SEEDS // 2)]
    return pairs
