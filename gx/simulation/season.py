"""A season day by day: contexts in the morning, games at night, up to the day the league is looked at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from gx.simulation.form import Form, Forms
from gx.simulation.market import market, points_lines
from gx.simulation.play import Played, TeamGame, play
from gx.simulation.playoffs import make_playoffs
from gx.simulation.schedule import Game, make_schedule
from gx.simulation.seasons import PROPS_FROM, SeasonFacts
from gx.simulation.squads import Listed, Squads


@dataclass(frozen=True, slots=True)
class Context:
    """A player on the morning of a game, as the pipeline sees him.

    ``posted`` is the books' line on his points, ``line`` the same where the Odds API's props were collected,
    ``opening_line`` the one of the evening before; None without one. ``spread`` is his own team's.
    """

    game: Game
    team: str
    opponent: str
    at_home: bool
    listed: Listed
    form: Form
    stars_out: int
    spread: float
    total: float
    posted: float | None
    line: float | None
    opening_line: float | None


@dataclass(frozen=True)
class SeasonLog:
    """Everything that happened before ``as_of`` (None: the whole season), and the contexts of that day too.

    ``games`` is the whole schedule; the playoffs join it when the regular season is over. A postponed game has
    contexts of its first date only on that day, while nobody knows that it will not be played.
    """

    facts: SeasonFacts
    as_of: date | None
    games: list[Game]
    played: list[Played]
    contexts: list[Context]

    def happened(self, day: date) -> bool:
        """Whether that day is over."""
        return self.as_of is None or day < self.as_of


def run_season(facts: SeasonFacts, as_of: date | None) -> SeasonLog:
    """The season up to that day; a later day adds dates and changes none."""
    games = make_schedule(facts)
    log = SeasonLog(facts, as_of, games, [], [])
    squads, forms = Squads(facts, games), Forms()
    _play_days(log, games, squads, forms)
    if log.happened(facts.last):
        playoffs = make_playoffs(facts, log.played)
        games += playoffs
        _play_days(log, playoffs, squads, forms)
    return log


def _play_days(log: SeasonLog, games: list[Game], squads: Squads, forms: Forms) -> None:
    slates: defaultdict[date, list[Game]] = defaultdict(list)
    for game in games:
        slates[game.day].append(game)
        if game.postponed_from:
            slates[game.postponed_from].append(game)
    for day in sorted(slates):
        if log.as_of and day > log.as_of:
            break
        squads.advance(day)
        for game in slates[day]:
            _game_day(log, game, day, squads, forms)


def _game_day(log: SeasonLog, game: Game, day: date, squads: Squads, forms: Forms) -> None:
    rng = Random(f"{log.facts.label} {game.number} {day}")
    today = game if game.day == day else replace(game, day=day, tip_off=game.tip_off + (day - game.day))
    away, home = (squads.squad(today, team, rng) for team in (game.away, game.home))
    if game.day == day or not log.happened(day):
        log.contexts.extend(_contexts(today, away, home, forms, rng))
    if game.day == day and log.happened(day):
        played = play(game, away, home, rng)
        log.played.append(played)
        for side in played.sides:
            _remember(forms, side, day)


def _remember(forms: Forms, side: TeamGame, day: date) -> None:
    for lookup, line in side.lines.items():
        forms.add(lookup, day, line.minutes, line.points)


def _contexts(game: Game, away: list[Listed], home: list[Listed], forms: Forms, rng: Random) -> list[Context]:
    odds = market(game.official_id)
    contexts = []
    for team, opponent, at_home, squad in ((game.home, game.away, True, home), (game.away, game.home, False, away)):
        stars_out = sum(item.status == "out" and item.player.role < 3 for item in squad)
        known = {item.player.lookup: forms.before(item.player.lookup, game.day) for item in squad}
        posted = points_lines(squad, known)
        spread = odds.spread if at_home else -odds.spread
        for item in squad:
            lookup = item.player.lookup
            lines = _lines(posted.get(lookup), game.day, rng)
            contexts.append(
                Context(game, team, opponent, at_home, item, known[lookup], stars_out, spread, odds.total, *lines)
            )
    return contexts


def _lines(posted: float | None, day: date, rng: Random) -> tuple[float | None, float | None, float | None]:
    """Posted, collected and opening line."""
    if posted is None or day < PROPS_FROM:
        return posted, None, None
    return posted, posted, max(3.5, posted + rng.choice((-1, 0, 0, 0, 1)))
