"""The models of ``expectations/_calendar.yaml``: seasons, breaks, bootstrap days, halts and normal lags."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from gx.contracts.model import Model, TableName

SeasonLabel = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-[0-9]{2}$")]


class Season(Model):
    """One season: Eastern dates of the first and last regular-season game and of the last playoff game."""

    season: SeasonLabel
    first_game: date
    last_game: date
    playoffs_end: date
    source: str


class Break(Model):
    """Days without games inside a season, both ends included."""

    name: str
    start: date
    end: date
    source: str


class Halt(Model):
    """Days on which the pipeline was stopped on purpose for these tables, both ends included."""

    name: str
    start: date
    end: date | None = None
    tables: tuple[TableName, ...]
    source: str


class TableTiming(Model):
    """When a table's rows of game date D are due, and where its history starts and ends.

    ``due_hours`` counts from 00:00 Eastern time of D (36 is noon of the next day). ``bootstrap`` tables hold nothing
    in a season's first ``bootstrap_days``; ``first_dates`` gives a later start where a season had one;
    ``active_from`` is the first game date that was ever collected (or whose completeness is known), ``active_until``
    the last one of a source that was switched off.
    """

    due_hours: Annotated[int, Field(ge=0, le=24 * 14)]
    bootstrap: bool = False
    first_dates: dict[SeasonLabel, date] = Field(default_factory=dict)
    active_from: date | None = None
    active_until: date | None = None
    source: str


class CalendarFile(Model):
    """The whole calendar file."""

    time_zone: str
    bootstrap_days: Annotated[int, Field(ge=0, le=60)]
    seasons: Annotated[tuple[Season, ...], Field(min_length=1)]
    breaks: tuple[Break, ...]
    halts: tuple[Halt, ...] = ()
    tables: dict[TableName, TableTiming]
