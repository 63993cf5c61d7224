"""What is known of a player before a game: rest, load and recent scoring."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Form:
    """A player's state on the morning of a game; averages are points a game, None before his first game.

    ``days_rest`` counts days off since the last game: 0 is a back-to-back.
    """

    games: int
    days_rest: int | None
    games_7_days: int
    games_14_days: int
    minutes_7_days: int
    average_5: float | None
    average_10: float | None


class Forms:
    """Every player's games so far; add games in date order."""

    def __init__(self) -> None:
        self._games: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)

    def add(self, lookup: str, day: date, minutes: int, points: int) -> None:
        """A game in which he was on the floor."""
        self._games[lookup].append((day.toordinal(), minutes, points))

    def before(self, lookup: str, day: date) -> Form:
        """His form from all games added so far."""
        games = self._games[lookup]
        if not games:
            return Form(0, None, 0, 0, 0, None, None)
        today = day.toordinal()
        week = [minutes for played, minutes, _ in games[-7:] if played >= today - 7]
        fortnight = sum(played >= today - 14 for played, _, _ in games[-14:])
        last = [points for _, _, points in games[-10:]]
        return Form(
            games=len(games),
            days_rest=today - games[-1][0] - 1,
            games_7_days=len(week),
            games_14_days=fortnight,
            minutes_7_days=sum(week),
            average_5=sum(last[-5:]) / len(last[-5:]),
            average_10=sum(last) / len(last),
        )
