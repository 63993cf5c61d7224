"""What bookmakers say before a game: spread, total, and lines on players' points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from random import Random

from gx.simulation.form import Form
from gx.simulation.people import Player
from gx.simulation.squads import Listed

_KNOWN_AFTER = 3  # games after which a player's average says more than his role
_FEWEST, _MOST = 7, 9  # players of a team with a line, which makes 14 to 18 a game
_WORTH_A_LINE = 6.0  # expected points
_LOWEST, _HIGHEST = 3.5, 49.5


@dataclass(frozen=True)
class Market:
    """A game's home spread (negative: the home team is favoured) and total, both in half points, and the vendor's id.

    ``moved`` is what the home spread changed by between the morning and the last snapshot.
    """

    spread: float
    total: float
    moved: float
    event_id: str


@lru_cache(maxsize=2000)
def market(official_id: str) -> Market:
    """The market of the game of that official id."""
    rng = Random(f"market {official_id}")
    spread = max(-19.5, min(19.5, round(rng.gauss(-2.5, 6.0)) + 0.5))  # half points: no game is even
    total = round(rng.gauss(228, 6)) + 0.5
    moved = rng.choice((-1.0, 0.0, 0.0, 0.0, 0.0, 1.0))
    return Market(spread, total, moved, blake2b(official_id.encode(), digest_size=16).hexdigest())


def points_lines(squad: Sequence[Listed], forms: Mapping[str, Form]) -> dict[str, float]:
    """Lines, in half points, on a team's likeliest scorers who are not out."""
    expected = {
        item.player.lookup: _expected(item.player, forms[item.player.lookup]) for item in squad if item.status != "out"
    }
    ranked = sorted(expected, key=lambda lookup: (-expected[lookup], lookup))[:_MOST]
    chosen = [lookup for place, lookup in enumerate(ranked) if place < _FEWEST or expected[lookup] >= _WORTH_A_LINE]
    return {lookup: max(_LOWEST, min(_HIGHEST, int(expected[lookup]) + 0.5)) for lookup in chosen}


def _expected(player: Player, form: Form) -> float:
    """His average of ten games; before the third game what his role lets expect."""
    if form.average_10 is not None and form.games >= _KNOWN_AFTER:
        return form.average_10
    minutes = max(6.0, 34 - 2.2 * player.role)
    return minutes * (1.05 * player.shots + 0.78 * player.free_throws)
