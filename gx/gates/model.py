"""What a gate says: a colour for each expected game date, the reasons, and the whole answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from gx.exit_codes import ExitCode

About = Literal["upstream", "reference", "target", "operations"]
Moment = Literal["before", "after"]


class Colour(StrEnum):
    """The answer for a date or a gate, from best to worst: go, go with care, do not go."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


_RANK = {colour: rank for rank, colour in enumerate(Colour)}


def worst_colour(colours: Sequence[Colour]) -> Colour:
    """The worst of them; GREEN when there are none."""
    return max(colours, key=_RANK.__getitem__, default=Colour.GREEN)


@dataclass(frozen=True)
class Reason:
    """Why a date, or every date (``day`` None), is not GREEN.

    ``rule`` is a contract's rule, or the gate's own question (``no_run_under_way``, ``no_rows_lost``, ...).
    ``evaluated`` is False when nobody could tell, which closes a gate like RED does.
    """

    day: date | None
    colour: Colour
    about: About
    table: str
    rule: str
    detail: str
    classification: str | None = None
    why: str = ""
    remedy: str = ""
    incident: str = ""
    evaluated: bool = True

    @property
    def name(self) -> str:
        """``dataset.table.rule``."""
        return f"{self.table}.{self.rule}"


@dataclass(frozen=True)
class Coverage:
    """How much of what it should hold a table holds on a date; ``share`` is 0..1, the counts are in the rule's unit."""

    table: str
    rule: str
    expected: float | int | None
    actual: float | int | None
    share: float


@dataclass(frozen=True)
class Missing:
    """The keys of a date that are nowhere: ``keys`` names them, up to a cap; ``total`` counts all of them."""

    table: str
    total: int
    keys: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True)
class GateDay:
    """One expected game date. ``note`` says what excuses it (bootstrap, normal lag, a waiver)."""

    day: date
    colour: Colour
    reasons: tuple[Reason, ...] = ()
    note: str | None = None
    coverage: tuple[Coverage, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True)
class Deletion:
    """The statement that clears a table's stale partial rows of ``dates``; it is printed, never run."""

    table: str
    dates: tuple[date, ...]
    sql: str


@dataclass(frozen=True)
class Forced:
    """Who opened a closed gate, why and when, and the colours and dates that this overrode."""

    who: str
    why: str
    when: datetime
    exit_code: int
    counts: Mapping[str, int]
    blocked: tuple[date, ...]


@dataclass(frozen=True)
class Jobs:
    """What the gate itself cost: its jobs, their bytes (None: unknown), and what the dry run had expected."""

    count: int = 0
    bytes_processed: int | None = None
    bytes_estimated: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class GateResult:
    """The whole answer of a gate; ``everywhere`` are the reasons that hold for every date."""

    moment: Moment
    processor: str
    targets: tuple[str, ...]
    start: date
    end: date
    as_of: datetime
    asked_at: datetime
    days: tuple[GateDay, ...]
    everywhere: tuple[Reason, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    strict: bool = False
    snapshot: str | None = None
    jobs: Jobs = field(default_factory=Jobs)
    warehouse: str = ""
    notes: tuple[str, ...] = ()
    forced: Forced | None = None

    @property
    def reasons(self) -> list[Reason]:
        """Every reason, those that hold everywhere first."""
        return [*self.everywhere, *(reason for day in self.days for reason in day.reasons)]

    @property
    def not_evaluated(self) -> list[Reason]:
        """What nobody could tell."""
        return [reason for reason in self.reasons if not reason.evaluated]

    @property
    def colour(self) -> Colour:
        """The worst of its dates and of what holds everywhere."""
        return worst_colour([day.colour for day in self.days] + [reason.colour for reason in self.everywhere])

    @property
    def judged_exit_code(self) -> ExitCode:
        """The exit code without ``--force``."""
        if self.not_evaluated:
            return ExitCode.NOT_EVALUATED
        if self.colour is Colour.RED:
            return ExitCode.BROKEN
        return ExitCode.WARNINGS if self.colour is Colour.AMBER and self.strict else ExitCode.PASS

    @property
    def exit_code(self) -> ExitCode:
        """0 open, 1 closed, 2 AMBER with ``--strict``, 3 not evaluated; a forced gate is open."""
        return ExitCode.PASS if self.forced else self.judged_exit_code

    @property
    def allowed(self) -> tuple[date, ...]:
        """The dates that a backfill may run for: the GREEN ones, and the AMBER ones unless strict; forced, all."""
        return tuple(day.day for day in self.days if self.forced or not self._is_blocked(day))

    @property
    def blocked(self) -> tuple[date, ...]:
        """The dates that it may not run for."""
        return tuple(day.day for day in self.days if not self.forced and self._is_blocked(day))

    def counts(self) -> dict[str, int]:
        """How many dates have each colour."""
        return {colour.value: sum(day.colour is colour for day in self.days) for colour in Colour}

    def _is_blocked(self, day: GateDay) -> bool:
        return day.colour is Colour.RED or (self.strict and day.colour is Colour.AMBER)
