"""A season's games: who meets whom on which date, 82 games a team, 41 of them at home."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from random import Random
from zoneinfo import ZoneInfo

from gx.simulation.seasons import GAMES, GAMES_PER_TEAM, FixedGame, SeasonFacts
from gx.simulation.teams import TEAMS

_EASTERN = ZoneInfo("America/New_York")
# Games a date by weekday (Monday first), as in the real season 2022-23.
_SLATE_BY_WEEKDAY = (8.0, 5.8, 9.9, 4.2, 10.0, 7.0, 7.5)
# Hour of tip-off, Eastern, by the arena's time zone.
_TIP_OFF = {
    "America/New_York": (19, 19, 19, 20),
    "America/Chicago": (20, 20, 19),
    "America/Denver": (21,),
    "America/Phoenix": (21, 22),
    "America/Los_Angeles": (22,),
}


@dataclass(frozen=True)
class Game:
    """One game on the date it is played; ``number`` is the last five digits of the official id of its kind.

    ``tip_off`` is in UTC; ``postponed_from`` the date it was first scheduled for, if it moved.
    """

    day: date
    number: int
    away: str
    home: str
    tip_off: datetime
    season_year: int
    neutral: bool = False
    postponed_from: date | None = None
    playoffs: bool = False

    @cached_property
    def official_id(self) -> str:
        """The NBA's id: 002, or 004 in the playoffs, two digits of the season, five of the game."""
        return f"00{4 if self.playoffs else 2}{self.season_year % 100:02d}{self.number:05d}"

    @cached_property
    def custom_id(self) -> str:
        """The pipeline's id: date, away, home."""
        return custom_id(self.day, self.away, self.home)


def custom_id(day: date, away: str, home: str) -> str:
    """The pipeline's game id of that pairing on that date, as ``20230223_DEN_CLE``."""
    return f"{day:%Y%m%d}_{away}_{home}"


@dataclass
class _Pairing:
    """A game while the season is being laid out."""

    day: date
    away: str
    home: str
    fixed: FixedGame | None = None


def make_schedule(facts: SeasonFacts) -> list[Game]:
    """The season's 1,230 games, by date and official id; the same for the same season."""
    rng = Random(f"schedule {facts.label}")
    pairings = _pair(facts, _slates(facts, rng), rng)
    _balance_homes(pairings)
    numbers = _numbers(pairings, rng)
    january = [place for place, pairing in enumerate(pairings) if pairing.fixed is None and pairing.day.month == 1]
    neutral = set(rng.sample(january, facts.neutral))
    games = [
        Game(
            day=pairing.day,
            number=numbers[place],
            away=pairing.away,
            home=pairing.home,
            tip_off=tip_off(pairing.day, pairing.home, rng),
            season_year=facts.year,
            neutral=place in neutral,
            postponed_from=pairing.fixed.postponed_from if pairing.fixed else None,
        )
        for place, pairing in enumerate(pairings)
    ]
    return sorted(games, key=lambda game: (game.day, game.number))


def _slates(facts: SeasonFacts, rng: Random) -> dict[date, int]:
    """Games played a date: fixed slates as they are, the rest drawn by weekday and nudged to the season's total."""
    dates = facts.regular_dates()
    slates = {day: max(2, min(14, round(rng.gauss(_SLATE_BY_WEEKDAY[day.weekday()], 1.8)))) for day in dates}
    quiet = next(day for day in dates[30:] if day.weekday() == 3 and day not in facts.slates)
    fixed = {dates[0]: 2, quiet: 1, dates[-1]: 15, **facts.slates}
    slates.update(fixed)
    free = [day for day in dates if day not in fixed]
    while (missing := GAMES - sum(slates.values())) != 0:
        day = rng.choice(free)
        step = 1 if missing > 0 else -1
        if 2 <= slates[day] + step <= 14:
            slates[day] += step
    return slates


def _pair(facts: SeasonFacts, slates: dict[date, int], rng: Random) -> list[_Pairing]:
    remaining = dict.fromkeys(TEAMS, GAMES_PER_TEAM)
    meetings: defaultdict[frozenset[str], int] = defaultdict(int)
    balance: defaultdict[str, int] = defaultdict(int)
    last_days: list[set[str]] = [set(), set()]
    pairings: list[_Pairing] = []
    for days_left, day in zip(range(len(slates) - 1, -1, -1), slates, strict=True):
        today = _fixed_pairings(facts, day)
        teams = _choose(remaining, slates[day], today, _waiting(facts, day), last_days, days_left, rng)
        today += [_home_and_away(day, pair, balance, rng) for pair in _match(teams, meetings, rng)]
        for pairing in today:
            for team, side in ((pairing.home, 1), (pairing.away, -1)):
                remaining[team] -= 1
                balance[team] += side
            meetings[frozenset((pairing.home, pairing.away))] += 1
        last_days = [last_days[1], {team for pairing in today for team in (pairing.home, pairing.away)}]
        pairings += today
    if any(remaining.values()):
        raise RuntimeError(f"season {facts.label} does not come out: games left {remaining}")
    return pairings


def _fixed_pairings(facts: SeasonFacts, day: date) -> list[_Pairing]:
    return [_Pairing(day, fixed.away, fixed.home, fixed) for fixed in facts.fixed_games if fixed.day == day]


def _waiting(facts: SeasonFacts, day: date) -> set[str]:
    """Teams whose game of that day was postponed."""
    return {team for fixed in facts.fixed_games if fixed.postponed_from == day for team in (fixed.away, fixed.home)}


def _choose(
    remaining: dict[str, int],
    games: int,
    fixed: list[_Pairing],
    waiting: set[str],
    last_days: list[set[str]],
    days_left: int,
    rng: Random,
) -> list[str]:
    """The teams that play beside the fixed games: those with most games left, tired ones later."""
    taken = waiting | {team for pairing in fixed for team in (pairing.home, pairing.away)}
    freedom = 3.0 if days_left > 25 else 0.01  # the last weeks even out what chance has left over

    def urgency(team: str) -> float:
        tired = (team in last_days[1]) + 2 * (team in last_days[0] and team in last_days[1])
        return remaining[team] + freedom * (rng.random() - 0.4 * tired)

    ranked = sorted((team for team in TEAMS if team not in taken), key=urgency, reverse=True)
    return ranked[: 2 * (games - len(fixed))]


def _match(teams: list[str], meetings: dict[frozenset[str], int], rng: Random) -> list[tuple[str, str]]:
    """Pairs of those teams that have met least, own conference before the other."""

    def cost(one: str, other: str) -> float:
        return meetings[frozenset((one, other))] * (1.0 if TEAMS[one].east == TEAMS[other].east else 1.7)

    best: tuple[float, list[tuple[str, str]]] = (float("inf"), [])
    for _ in range(3):
        rest, pairs, total = rng.sample(teams, len(teams)), [], 0.0
        while rest:
            one = rest.pop()
            other = min(rest, key=lambda team: cost(one, team))
            rest.remove(other)
            pairs.append((one, other))
            total += cost(one, other) ** 2
        best = min(best, (total, pairs))
    return best[1]


def _home_and_away(day: date, pair: tuple[str, str], balance: dict[str, int], rng: Random) -> _Pairing:
    one, other = pair
    if (balance[one], rng.random()) < (balance[other], 0.5):
        one, other = other, one
    return _Pairing(day, away=one, home=other)


def _balance_homes(pairings: list[_Pairing]) -> None:
    """Turn games round along chains of opponents until every team has 41 at home."""
    while True:
        homes: defaultdict[str, int] = defaultdict(int)
        for pairing in pairings:
            homes[pairing.home] += 1
        surplus = [team for team in TEAMS if homes[team] > GAMES_PER_TEAM // 2]
        if not surplus:
            return
        for pairing in _chain(surplus[0], pairings, homes):
            pairing.home, pairing.away = pairing.away, pairing.home


def _chain(start: str, pairings: list[_Pairing], homes: dict[str, int]) -> Iterable[_Pairing]:
    """The shortest chain of home games from a team with too many to one with too few."""
    hosted: defaultdict[str, list[_Pairing]] = defaultdict(list)
    for pairing in pairings:
        if pairing.fixed is None:
            hosted[pairing.home].append(pairing)
    paths: dict[str, list[_Pairing]] = {start: []}
    queue = deque([start])
    while queue:
        team = queue.popleft()
        if homes[team] < GAMES_PER_TEAM // 2:
            return paths[team]
        for pairing in hosted[team]:
            if pairing.away not in paths:
                paths[pairing.away] = [*paths[team], pairing]
                queue.append(pairing.away)
    raise RuntimeError(f"no chain of home games leads away from {start}")


def _numbers(pairings: list[_Pairing], rng: Random) -> list[int]:
    """Official sequence numbers: mostly in date order, as games move after numbers are given."""

    def position(place: int) -> float:
        moved = rng.gauss(0, 25) if rng.random() < 0.08 else rng.random()
        fixed = pairings[place].fixed
        first = fixed.postponed_from if fixed else None
        return (first or pairings[place].day).toordinal() + moved

    order = sorted(range(len(pairings)), key={place: position(place) for place in range(len(pairings))}.__getitem__)
    numbers = [0] * len(pairings)
    for number, place in enumerate(order, start=1):
        numbers[place] = number
    for place, pairing in enumerate(pairings):
        if pairing.fixed and pairing.fixed.number:
            holder = numbers.index(pairing.fixed.number)
            numbers[holder], numbers[place] = numbers[place], numbers[holder]
    return numbers


def tip_off(day: date, home: str, rng: Random) -> datetime:
    """A usual time, in UTC, for a game of that date in that team's arena."""
    hour = rng.choice(_TIP_OFF[TEAMS[home].zone])
    if day.weekday() >= 5 and rng.random() < 0.4:
        hour -= 4
    local = datetime(day.year, day.month, day.day, hour, tzinfo=_EASTERN)
    return local.astimezone(UTC) + timedelta(minutes=rng.choice((0, 0, 30)))
