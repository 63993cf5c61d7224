"""A season day by day: contexts in the morning, games at night, up to the day the league is looked at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from gx.simulation.form import Form, Forms
from gx.simulation.play import Played, TeamGame, play
from gx.simulation.schedule import Game, make_schedule
from gx.simulation.seasons import SeasonFacts
from gx.simulation.squads import Listed, Squads

_LINES_FROM_YEAR = 2023  # the pipeline holds player lines from May 2023 on


@dataclass(frozen=True, slots=True)
class Context:
    """A player on the morning of a game, as the pipeline sees him; ``line`` is his points line, if there is one."""

    game: Game
    team: str
    opponent: str
    at_home: bool
    listed: Listed
    form: Form
    stars_out: int
    spread: float
    total: float
    line: float | None
    opening_line: float | None


@dataclass(frozen=True)
class SeasonLog:
    """Everything that happened before ``as_of`` (None: the whole season), and the contexts of that day too.

    ``games`` is the whole schedule. A postponed game has contexts on its first date as well.
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
    slates: defaultdict[date, list[Game]] = defaultdict(list)
    for game in games:
        slates[game.day].append(game)
        if game.postponed_from:
            slates[game.postponed_from].append(game)
    squads, forms = Squads(facts, games), Forms()
    for day in sorted(slates):
        if as_of and day > as_of:
            break
        squads.advance(day)
        for game in slates[day]:
            _game_day(log, game, day, squads, forms)
    return log


def _game_day(log: SeasonLog, game: Game, day: date, squads: Squads, forms: Forms) -> None:
    rng = Random(f"{log.facts.label} {game.number} {day}")
    today = game if game.day == day else replace(game, day=day, postponed_from=None)
    away, home = (squads.squad(today, team, rng) for team in (game.away, game.home))
    log.contexts.extend(_contexts(today, away, home, forms, log.facts, rng))
    if game.day == day and log.happened(day):
        played = play(game, away, home, rng)
        log.played.append(played)
        for side in played.sides:
            _remember(forms, side, day)


def _remember(forms: Forms, side: TeamGame, day: date) -> None:
    for lookup, line in side.lines.items():
        forms.add(lookup, day, line.minutes, line.points)


def _contexts(
    game: Game, away: list[Listed], home: list[Listed], forms: Forms, facts: SeasonFacts, rng: Random
) -> list[Context]:
    spread = max(-19.5, min(19.5, round(rng.gauss(-2.5, 6.0)) + 0.5))  # half points: no game is even
    total = round(rng.gauss(228, 6)) + 0.5
    contexts = []
    for team, opponent, at_home, squad in ((game.home, game.away, True, home), (game.away, game.home, False, away)):
        stars_out = sum(item.status == "out" and item.player.role < 3 for item in squad)
        for item in squad:
            form = forms.before(item.player.lookup, game.day)
            line = _points_line(item, form) if facts.year >= _LINES_FROM_YEAR else None
            opening = None if line is None else max(3.5, line + rng.choice((-1, 0, 0, 0, 1)))
            own = spread if at_home else -spread
            contexts.append(Context(game, team, opponent, at_home, item, form, stars_out, own, total, line, opening))
    return contexts


def _points_line(item: Listed, form: Form) -> float | None:
    """Books post lines, in half points, for available players who score."""
    if item.status == "out" or form.average_10 is None or form.average_10 < 6 or item.player.role > 11:
        return None
    return max(3.5, min(49.5, int(form.average_10) + 0.5))
