"""The options that choose a window, tables and rules; ``run`` and ``plan`` share them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli.project import refuse, sound_project

if TYPE_CHECKING:
    from gx.checkpoints.request import RunOrder
    from gx.contracts.model import ContractSet
    from gx.paths import Paths

CheckpointName = Annotated[str, typer.Argument(help="A file of checkpoints/, for example daily or season_audit.")]
OnDate = Annotated[str | None, typer.Option("--date", metavar="DATE", help="One game date.")]
StartDate = Annotated[str | None, typer.Option("--start", metavar="DATE", help="First game date; goes with --end.")]
EndDate = Annotated[str | None, typer.Option("--end", metavar="DATE", help="Last game date, included.")]
SeasonLabel = Annotated[str | None, typer.Option("--season", metavar="SEASON", help="A season, for example 2022-23.")]
LastDates = Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="The last N game dates, not days.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="What counts as now: a date (noon Eastern) or a time; default now."),
]
Tables = Annotated[list[str] | None, typer.Option("--table", metavar="TABLE", help="Only this table; repeatable.")]
Rules = Annotated[
    list[str] | None, typer.Option("--rule", metavar="RULE", help="Only this rule or expectation; repeatable.")
]


def order_of(
    checkpoint: str,
    choice: dict[str, str | int | None],
    as_of: str | None,
    tables: list[str] | None,
    rules: list[str] | None,
    *,
    strict: bool = False,
    docs: bool = True,
) -> tuple[Paths, ContractSet, RunOrder]:
    """The project and the run that a command line asks for; refuses (64) what cannot be."""
    from difflib import get_close_matches

    from gx.calendar.calendar import Calendar
    from gx.checkpoints.request import RequestError, RunOrder, WindowChoice, resolve_window, select

    paths, project = sound_project()
    definition = project.checkpoints.get(checkpoint)
    if definition is None:
        near = get_close_matches(checkpoint, list(project.checkpoints), n=1)
        known = ", ".join(project.checkpoints)
        refuse(f"no checkpoint {checkpoint!r}; allowed: {known}{f'; nearest: {near[0]}' if near else ''}")
    calendar = Calendar(project.calendar)
    moment = calendar.moment(read_moment(as_of))
    try:
        chosen = WindowChoice(
            on=read_date("--date", choice["date"]),
            start=read_date("--start", choice["start"]),
            end=read_date("--end", choice["end"]),
            season=_text(choice["season"]),
            last=int(choice["last"]) if choice["last"] is not None else None,
        )
        window = resolve_window(chosen, definition, calendar, moment)
        selection = select(definition, project.contracts, tables or (), rules or ())
    except RequestError as error:
        refuse(str(error))
    return paths, project, RunOrder(checkpoint, selection, window, moment, strict, docs, definition.overviews)


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def read_date(option: str, value: str | int | None) -> date | None:
    """A date given on the command line; a usage error when it is none."""
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise typer.BadParameter(f"{value!r} is no date; allowed: YYYY-MM-DD", param_hint=option) from None


def read_moment(value: str | None) -> date | datetime | None:
    """A date, or a time, given on the command line; a usage error when it is neither."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
    except ValueError:
        allowed = "YYYY-MM-DD or YYYY-MM-DDTHH:MM (Eastern unless it has an offset)"
        raise typer.BadParameter(f"{value!r} is no date or time; allowed: {allowed}", param_hint="--as-of") from None
