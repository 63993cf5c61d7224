"""The catalogue of known incidents: named mutations of the simulated league, each with what must catch it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from itertools import chain

from gx.simulation.incidents import (
    betting,
    feeds,
    figures,
    gaps,
    inputs,
    lines,
    operations,
    outages,
    player_lines,
    scores,
    shot_zones,
    status_page,
)
from gx.simulation.incidents.invisible import INVISIBLE
from gx.simulation.incidents.model import Consequence, Expected, Incident, Invisible

_GROUPS = (
    status_page,
    player_lines,
    scores,
    outages,
    shot_zones,
    figures,
    betting,
    feeds,
    gaps,
    inputs,
    lines,
    operations,
)

INCIDENTS: Mapping[str, Incident] = {
    incident.id: incident for incident in sorted(chain.from_iterable(g.INCIDENTS for g in _GROUPS), key=lambda i: i.id)
}
"""The incidents that can be seen in the tables, by number."""


def incident(number: str) -> Incident:
    """The incident of that number; raises ValueError with the numbers there are, or why it cannot be seen."""
    if number in INCIDENTS:
        return INCIDENTS[number]
    for hidden in INVISIBLE:
        if hidden.id == number:
            raise ValueError(f"{number} ({hidden.title}) cannot be replayed: {hidden.reason}")
    near = get_close_matches(number, INCIDENTS, n=1)
    hint = f"; nearest is {near[0]}" if near else ""
    raise ValueError(f"no incident {number!r}: the catalogue has {', '.join(INCIDENTS)}{hint}")


__all__ = ["INCIDENTS", "INVISIBLE", "Consequence", "Expected", "Incident", "Invisible", "incident"]
