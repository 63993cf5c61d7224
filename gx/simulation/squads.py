"""Who is listed, who is hurt and who plays, team by team and game by game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from gx.simulation.people import Player, make_rosters, make_signings, make_trades
from gx.simulation.schedule import Game
from gx.simulation.seasons import SeasonFacts

# Players with minutes a team, as in the 2,460 team games of 2022-23.
_PLAYED = (7, 8, 9, 10, 11, 12, 13, 14, 15)
_PLAYED_WEIGHTS = (4, 54, 588, 828, 424, 293, 167, 86, 15)
_FEW, _MANY = (8, 5), (12, 18)  # away and home; real games had 13 to 30 players, and as few as 5 a team
_INJURY, _ISOLATION = (2, 3, 3, 5, 8, 12, 20, 35), (3, 6, 7, 8, 10)  # days out
_FEWEST_LISTED = 15  # of a team, whether or not so many have played yet
_BUSY = 8  # games that make an odd game disappear in its date's totals


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a team's list for a game; ``place`` is his rank among those who play, None for the others.

    ``zero_minutes`` marks a player who was on the floor for less than half a minute.
    """

    player: Player
    status: str
    place: int | None
    zero_minutes: bool = False

    @property
    def appears(self) -> bool:
        """Whether he entered the game."""
        return self.place is not None or self.zero_minutes


class Squads:
    """The rosters through a season; ask in date order, as trades and injuries move on."""

    def __init__(self, facts: SeasonFacts, games: list[Game]) -> None:
        self._facts = facts
        self._rosters = make_rosters(facts)
        self._trades = make_trades(facts, games)
        self._signings = make_signings(facts)
        self._durable = {self._rosters[item.first_team][item.role].lookup for item in self._trades if item.durable}
        self._out_until: dict[str, date] = {}
        self._appeared: set[str] = set()
        self._sizes = _sizes(facts, games)

    def advance(self, day: date) -> None:
        """Carry out the trades, signings and departures up to that day."""
        while self._trades and self._trades[0].day <= day:
            trade = self._trades.pop(0)
            one, other = self._rosters[trade.first_team], self._rosters[trade.second_team]
            one[trade.role], other[trade.role] = other[trade.role], one[trade.role]
        for signing in self._signings:
            roster = self._rosters[signing.team]
            if signing.day <= day < signing.until and signing.player not in roster:
                roster.append(signing.player)
            elif day >= signing.until and signing.player in roster:
                roster.remove(signing.player)

    def squad(self, game: Game, team: str, rng: Random) -> list[Listed]:
        """The team's list for that game, those who play first."""
        played, listed = self._sizes.get((game.official_id, team), (None, None))
        out = self._hurt(team, game.day, rng)
        count = played or rng.choices(_PLAYED, _PLAYED_WEIGHTS)[0]
        certain = self._facts.certain.get(game.day)
        order = sorted(self._rosters[team], key=lambda player: self._rank(player, out, certain, rng))
        if played is None:
            count = min(count, len(order) - len(out))
        order[:count] = sorted(order[:count], key=lambda player: player.role + rng.gauss(0, 1.2))
        zero = played is None and rng.random() < 0.03 and order[count].lookup not in out
        self._appeared.update(player.lookup for player in order[: count + zero])
        order[count + zero :] = sorted(order[count + zero :], key=self._likely)
        known = sum(player.lookup in self._appeared for player in order)  # teams list whom they use
        size = listed or min(rng.choices((15, 16, 17, 18), (1, 2, 5, 4))[0], max(_FEWEST_LISTED, known))
        size = max(size, count + zero)
        return [
            Listed(
                player=player,
                status=_status(place < count + zero, player.lookup in out, rng),
                place=place if place < count else None,
                zero_minutes=zero and place == count,
            )
            for place, player in enumerate(order[:size])
        ]

    def _hurt(self, team: str, day: date, rng: Random) -> set[str]:
        """Players who are out today; new injuries last up to five weeks."""
        epidemic = self._facts.hardship and self._facts.hardship[0] <= day <= self._facts.hardship[1]
        chance, spans = (0.06, _ISOLATION) if epidemic else (0.025, _INJURY)
        for player in self._rosters[team]:
            fit = player.lookup not in self._durable and self._out_until.get(player.lookup, day) <= day
            if fit and rng.random() < chance:
                self._out_until[player.lookup] = day + timedelta(days=rng.choice(spans))
        return {player.lookup for player in self._rosters[team] if self._out_until.get(player.lookup, day) > day}

    def _likely(self, player: Player) -> tuple[bool, int]:
        """Order of listing for those who do not play: who has played this season first."""
        return (player.lookup not in self._appeared, player.role)

    def _rank(self, player: Player, out: set[str], certain: str | None, rng: Random) -> float:
        chance = rng.gauss(0, 1.2 + 0.025 * player.role**2)  # the deep bench gets its turn now and then
        if player.lookup == certain or player.lookup in self._durable:
            return -100
        return player.role + chance + (100 if player.lookup in out else 0)


def _status(plays: bool, hurt: bool, rng: Random) -> str:
    if plays:
        return "probable" if rng.random() < 0.04 else "available"
    if hurt:
        return "out"
    return "questionable" if rng.random() < 0.3 else "available"


def _sizes(facts: SeasonFacts, games: list[Game]) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """Players with minutes and rows listed, for the team games where the season fixes them."""
    by_date: dict[date, list[Game]] = {}
    for game in games:
        by_date.setdefault(game.day, []).append(game)
    sizes: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    for day, slate in by_date.items():
        sides = [(game.official_id, team) for game in slate for team in (game.away, game.home)]
        played = _spread(facts.played, day, len(sides))
        listed = _spread(facts.listed, day, len(sides))
        if day in facts.played or day in facts.listed:
            sizes |= {side: (played[place], listed[place]) for place, side in enumerate(sides)}
    return sizes | _odd_sizes(facts, by_date)


def _spread(totals: Mapping[date, int], day: date, sides: int) -> list[int | None]:
    """A date's fixed total over its team games, as evenly as it goes."""
    if day not in totals:
        return [None] * sides
    each, rest = divmod(totals[day], sides)
    return [each + (place < rest) for place in range(sides)]


def _odd_sizes(facts: SeasonFacts, by_date: dict[date, list[Game]]) -> dict[tuple[str, str], tuple[int, None]]:
    """Two games with unusually few and many players, on busy dates before the New Year."""
    rng = Random(f"odd games {facts.label}")
    games = [
        game
        for day, slate in by_date.items()
        if len(slate) >= _BUSY and day.month in (11, 12) and day not in facts.listed
        for game in slate
    ]
    sizes: dict[tuple[str, str], tuple[int, None]] = {}
    for game, counts in zip(rng.sample(games, 2), (_FEW, _MANY), strict=True):
        for team, count in zip((game.away, game.home), counts, strict=True):
            sizes[game.official_id, team] = (count, None)
    return sizes
