"""Game dates side by side that have the same colour for the same reasons: what keeps four seasons readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from gx.gates.model import Colour, GateDay, Missing, Reason


@dataclass(frozen=True)
class DateGroup:
    """Consecutive game dates (days without games between them do not matter) that say the same."""

    colour: Colour
    days: tuple[GateDay, ...]

    @property
    def note(self) -> str | None:
        """What excuses these dates."""
        return self.days[0].note

    @property
    def title(self) -> str:
        """``2023-02-23 to 2023-02-24, 2 game dates``."""
        first, last = self.days[0].day, self.days[-1].day
        count = len(self.days)
        return f"{first}" if count == 1 else f"{first} to {last}, {count:,} game dates"

    @property
    def causes(self) -> list[tuple[Reason, ...]]:
        """The reasons of the group, those of one rule together, date by date."""
        found: dict[tuple[str, str | None], list[Reason]] = {}
        for day in self.days:
            for reason in day.reasons:
                found.setdefault((reason.name, reason.classification), []).append(reason)
        return [tuple(reasons) for reasons in found.values()]

    @property
    def missing(self) -> list[tuple[date, Missing]]:
        """The missing keys of each date."""
        return [(day.day, item) for day in self.days for item in day.missing]


def grouped(days: Sequence[GateDay]) -> list[DateGroup]:
    """The dates in order, in as few groups as their reasons allow."""
    return [DateGroup(key[0], tuple(members)) for key, members in groupby(days, key=_sameness)]


def _sameness(day: GateDay) -> tuple[Colour, str | None, tuple[tuple[str, str | None], ...]]:
    causes = dict.fromkeys((reason.name, reason.classification) for reason in day.reasons)
    return day.colour, day.note, tuple(causes)
