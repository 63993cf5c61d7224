"""What an incident is: a named mutation of the simulated league, and what must catch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

type Tables = Mapping[str, pa.Table]
type Change = Callable[[Tables], dict[str, pa.Table]]


@dataclass(frozen=True)
class Expected:
    """A rule that must speak, on which partitions and how.

    ``outcome`` is a verdict (``fail``, ``warn``) or the classification where the expectation gives one.
    """

    table: str
    rule: str
    dates: tuple[date, ...]
    outcome: str = "fail"


@dataclass(frozen=True)
class Consequence:
    """Dates of a table on which further rules may speak, because the incident breaks them, too; ``why`` says how."""

    table: str
    dates: tuple[date, ...]
    why: str


@dataclass(frozen=True)
class Incident:
    """One known incident, to be applied to the league of ``season`` as of ``as_of`` (None: after the season).

    ``changes`` says in a sentence what it does to the tables, ``tables`` names every table it touches.
    """

    id: str
    title: str
    season: str
    as_of: date | None
    changes: str
    tables: tuple[str, ...]
    expected: tuple[Expected, ...]
    change: Change
    consequences: tuple[Consequence, ...] = ()

    def apply(self, tables: Tables) -> dict[str, pa.Table]:
        """Those tables with the incident in place; the input stays as it was.

        Raises NothingToChange if they lack the rows it is about, as those of another season do.
        """
        return {**tables, **self.change(tables)}

    @property
    def allowed(self) -> frozenset[tuple[str, date]]:
        """The cells, table and date, that may be loud."""
        cells: list[Expected | Consequence] = [*self.expected, *self.consequences]
        return frozenset((cell.table, day) for cell in cells for day in cell.dates)


@dataclass(frozen=True)
class Invisible:
    """An incident that left no trace in the tables under contract, and why no rule can see it."""

    id: str
    title: str
    reason: str
