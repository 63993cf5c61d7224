"""The players: invented people with stable abilities, their teams, and who changes teams in mid-season."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations, product
from random import Random

from gx.simulation.schedule import Game
from gx.simulation.seasons import GAMES_PER_TEAM, SeasonFacts
from gx.simulation.teams import TEAMS

ROSTER_SIZE = 19
_TRADES = 8
_EXTRA_ROLE, _WANDERING_ROLE = 4, 5  # of the player with more games than a team has, and of the one with four teams
_CONTRACT_DAYS = 10  # how long a hardship player stays
_WAVES = (6, 8, 10, 18)  # days into the hardship weeks, after which a team signs a player each

_GIVEN = (
    "Abel Adrian Alonzo Amari Andre Anton Arlo Ashton Basil Beau Bennett Boris Brandt Bruno Byron Caleb Calvin Cedric "
    "Cliff Corbin Dante Darius Desmond Dimitri Dorian Edgar Elias Emil Enzo Ezra Felix Fergus Floyd Gideon Glenn Hugo "
    "Ivan Jarvis Jasper Joaquín Jonas José Julian Kaspar Kendrick Lamont Lázár Leon Luka Magnus Malik Marius Milo "
    "Nestor Niklas O'Neal Octavio Orson Otto P.J. Pavel Quincy Ramon Reid Rufus Silas Soren Tadeo Terrell Tobias "
    "Ulric Viggo Wade Winston Xavier Yusuf Zane Zoltán"
).split()
_FAMILY = (
    "Abernethy Ackroyd Alder Ambrose Appleby Ashdown Babić Ballard Barlowe Beckford Bellamy Birch Blackwood Bramwell "
    "Brisco Calloway Carrow Castellan Chadwick Clearwater Coldwell Corrigan Cranston Dalby Danvers Delacroix Dunmore "
    "Eastbrook Ellery Fairbank Fenwick Finch-Hale Fontaine Gallard Garrick Goodspeed Greyson Hadley Halloran Harcourt "
    "Hawthorne Holloway Ingram Jansson Kestrel Kingsley Kovačev Langdon Larkin Lockhart Lovell Mancini Marchetti "
    "Marlow Merriweather Montrose Nakamori Northcote Oakes Okonjo Ortega-Ruiz Pemberton Penhale Prescott Quillan "
    "Radcliff Ravenel Redgrave Rutherford Saint-Clair Sandoval Selwyn Stanhope Sterling Tavares Thackeray Thornbury "
    "Underhill Valcourt Vandermeer Wainwright Westbury Whitlock Winslow Yarrow Zielinski"
).split()


@dataclass(frozen=True, slots=True)
class Player:
    """One player; rates are per minute played, shares are fractions.

    ``role`` orders a team from its first man (0) down; ``shots`` are field goal attempts.
    """

    lookup: str
    name: str
    vendor_id: int
    role: int
    shots: float
    three_share: float
    paint_share: float
    two_pct: float
    three_pct: float
    free_throws: float
    free_throw_pct: float
    rebounds: float
    assists: float
    blocks: float

    @property
    def universal_id(self) -> str:
        """The registry's id."""
        return f"{self.lookup}_001"


@dataclass(frozen=True)
class Trade:
    """Two players of the same role who change places from that date on.

    ``durable`` says that the first team's player, whom the season is known for, misses no game.
    """

    day: date
    first_team: str
    second_team: str
    role: int
    durable: bool = False


@dataclass(frozen=True)
class Signing:
    """A player who joins a team for some days when it lacks its own; ``until`` is the first day he is gone again."""

    day: date
    until: date
    team: str
    player: Player


def normalise(name: str) -> str:
    """The pipeline's player key: lower case, accents stripped, only letters and digits."""
    plain = unicodedata.normalize("NFD", name.lower())
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def make_rosters(facts: SeasonFacts) -> dict[str, list[Player]]:
    """Nineteen players a team on opening night, first man first."""
    rng = Random("players")  # the same people in every season
    names = _names(rng, len(TEAMS) * ROSTER_SIZE)
    rosters = {
        code: [
            _player(names[place * ROSTER_SIZE + role], 1700 + place * ROSTER_SIZE + role, role, rng)
            for role in range(ROSTER_SIZE)
        ]
        for place, code in enumerate(sorted(TEAMS))
    }
    # The one player whose composite factors survived the partial backfill of 2023-02-23 is known by name.
    rosters["DEN"][6] = _player("Reggie Jackson", 201, 6, Random("reggiejackson"))
    shuffle = Random(f"off-season {facts.label}")
    for role in range(ROSTER_SIZE):
        if role != 6:
            _rotate(rosters, role, shuffle)
    return rosters


def _rotate(rosters: dict[str, list[Player]], role: int, rng: Random) -> None:
    """A few off-season moves: players of one role pass between some teams."""
    codes = rng.sample(sorted(rosters), 6)
    moved = [rosters[code][role] for code in codes]
    for code, player in zip(codes, [*moved[1:], moved[0]], strict=True):
        rosters[code][role] = player


def make_trades(facts: SeasonFacts, games: Sequence[Game]) -> list[Trade]:
    """The season's trades by date: most at the deadline in February, two in December.

    One leaves a player with 83 or 84 games (domain section 12), three within ten days move one through four teams.
    """
    rng = Random(f"trades {facts.label}")
    dates = facts.regular_dates()
    days = [dates[len(dates) * share // 100] for share in (35, 40, *[65] * (_TRADES - 2))]
    roles = rng.sample([role for role in range(3, 14) if role not in (4, 5, 6)], _TRADES)
    trades = []
    for day, role in zip(days, roles, strict=True):
        first, second = rng.sample(sorted(TEAMS), 2)
        trades.append(Trade(day, first, second, role))
    trades += [_extra_games(days[-1], games, rng), *_wandering(days[-1], games, rng)]
    return sorted(trades, key=lambda trade: trade.day)


def _extra_games(day: date, games: Sequence[Game], rng: Random) -> Trade:
    """From a team that has played more games by then to one that has played fewer, by one or two."""
    played = {team: _count_games(games, team, date.min, day) for team in TEAMS}
    pairs = [pair for pair in permutations(sorted(TEAMS), 2) if played[pair[0]] - played[pair[1]] in (1, 2)]
    first, second = rng.choice(pairs)
    return Trade(day, first, second, _EXTRA_ROLE, durable=True)


def _wandering(day: date, games: Sequence[Game], rng: Random) -> list[Trade]:
    """Through four teams in nine days, each of which he plays for; no more games than a season has."""
    days = [day, day + timedelta(days=4), day + timedelta(days=8)]
    spans = list(zip([date.min, *days], [*days, date.max], strict=True))
    while True:
        teams = rng.sample(sorted(TEAMS), 4)
        counts = [_count_games(games, team, *span) for team, span in zip(teams, spans, strict=True)]
        if min(counts) and sum(counts) <= GAMES_PER_TEAM:
            moves = zip(days, teams, teams[1:], strict=False)
            return [Trade(when, one, other, _WANDERING_ROLE, durable=when == day) for when, one, other in moves]


def _count_games(games: Sequence[Game], team: str, start: date, end: date) -> int:
    return sum(start <= game.day < end for game in games if team in (game.home, game.away))


def make_signings(facts: SeasonFacts) -> list[Signing]:
    """The ten-day contracts of the season's hardship weeks, by date; none in other seasons."""
    if facts.hardship is None:
        return []
    rng = Random(f"hardship {facts.label}")
    used = set(_names(Random("players"), len(TEAMS) * ROSTER_SIZE))
    names = [name for name in _names(rng, len(used)) if name not in used]
    signings = []
    for place, (wave, team) in enumerate(product(_WAVES, sorted(TEAMS))):
        day = facts.hardship[0] + timedelta(days=wave + rng.randrange(3))
        player = _player(names[place], 2400 + place, 9, rng)
        signings.append(Signing(day, day + timedelta(days=_CONTRACT_DAYS), team, player))
    return sorted(signings, key=lambda signing: signing.day)


def _names(rng: Random, count: int) -> list[str]:
    pairs = [f"{given} {family}" for given in _GIVEN for family in _FAMILY]
    names = rng.sample(pairs, count)
    for place in range(0, count, 41):
        names[place] += rng.choice((" Jr.", " II", " III"))
    return names


def _player(name: str, vendor_id: int, role: int, rng: Random) -> Player:
    big = rng.random()  # 0 is a guard, 1 a centre
    star = max(0.0, 1 - role / 8)
    return Player(
        lookup=normalise(name),
        name=name,
        vendor_id=vendor_id,
        role=role,
        shots=0.255 + 0.2 * star * rng.uniform(0.75, 1.1) + rng.uniform(-0.03, 0.05),
        three_share=max(0.02, min(0.75, 0.62 - 0.55 * big + rng.uniform(-0.12, 0.12))),
        paint_share=0.45 + 0.3 * big,
        two_pct=0.49 + 0.1 * big + rng.uniform(-0.03, 0.03),
        three_pct=0.36 + rng.uniform(-0.04, 0.04),
        free_throws=0.045 + 0.06 * star + 0.035 * big,
        free_throw_pct=0.84 - 0.12 * big + rng.uniform(-0.05, 0.05),
        rebounds=0.09 + 0.18 * big,
        assists=0.04 + 0.125 * (1 - big) * (0.5 + star),
        blocks=0.01 + 0.025 * big,
    )
