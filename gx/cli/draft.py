"""``contracts draft``: a first contract of a live table, from its schema and a profile of a window."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gx.cli import window as options
from gx.cli.project import chosen_warehouse, refuse, sound_project
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from gx.calendar.calendar import Calendar, DateWindow
    from gx.contracts.model import Contract
    from gx.drafting.profile import Profile
    from gx.drafting.subject import Subject

_DAY = ["%Y-%m-%d"]


def draft(
    table: Annotated[str, typer.Argument(metavar="TABLE", help="The live table, as dataset.table.")],
    owner: Annotated[str, typer.Option("--owner", help="Who will look after the contract.")],
    on: Annotated[datetime | None, typer.Option("--date", metavar="DATE", formats=_DAY, help="One game date.")] = None,
    start: Annotated[
        datetime | None,
        typer.Option("--start", metavar="DATE", formats=_DAY, help="First game date; goes with --end."),
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--end", metavar="DATE", formats=_DAY, help="Last game date, included.")
    ] = None,
    season: options.SeasonLabel = None,
    partition: Annotated[
        str | None,
        typer.Option("--partition", metavar="COLUMN", help="The date column of a table without partitions, or none."),
    ] = None,
    processor: Annotated[
        str | None, typer.Option("--processor", help="What writes the table.", show_default="the contract's, if any")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write here, not to standard output.")
    ] = None,
) -> None:
    """Draft a contract: columns, partition, a guessed grain, and rules that the rows of the window keep.

    One metadata call and one job, bounded by the window's dates, profile the table. Every guess says from which numbers
    it was made. Save it as expectations/<dataset>/<table>.yaml, read every line, and keep what is true by intent.

    Exit codes: 0 drafted, 3 the warehouse did not answer, 64 a wrong option, no rows in the window, or FILE exists.
    """
    from gx.calendar.calendar import Calendar
    from gx.drafting.draft import DraftOrder
    from gx.drafting.draft import draft as write_draft
    from gx.drafting.subject import DraftError
    from gx.rules.registry import families

    if output and output.exists():
        refuse(f"{output} is there already; a draft replaces no file")
    _, project = sound_project()
    known = project.contracts.get(table)
    calendar = Calendar(project.calendar)
    window = _window((on, start, end), season, calendar)
    try:
        subject, profile = _measured(table, window, partition, known, calendar)
        said = DraftOrder(owner, processor or _processor(known), window.start, window.end, known)
        written = write_draft(subject, profile, said, families())
    except DraftError as error:
        refuse(str(error))
    _give(written, output)


def _processor(known: Contract | None) -> str:
    return known.header.processor if known else "unknown"


def _window(days: tuple[datetime | None, ...], season: str | None, calendar: Calendar) -> DateWindow:
    """The dates to profile; there is no default, since they bound the bytes that are read."""
    from gx.checkpoints.request import RequestError, WindowChoice, resolve_window
    from gx.contracts.model import CheckpointDefinition, Window

    on, start, end = (day.date() if day else None for day in days)
    if not (on or start or end or season):
        refuse("a draft needs a window, which bounds what is read: --date D, --start D --end D or --season 2022-23")
    nothing = CheckpointDefinition(checkpoint="draft", title="", description="", window=Window())
    try:
        choice = WindowChoice(on=on, start=start, end=end, season=season)
        return resolve_window(choice, nothing, calendar, calendar.moment(None))
    except RequestError as error:
        refuse(str(error))


def _measured(
    table: str, window: DateWindow, partition: str | None, known: Contract | None, calendar: Calendar
) -> tuple[Subject, Profile]:
    """The live table and its profile. Raises DraftError; exits 3 when the warehouse does not answer."""
    from gx.drafting.profile import profile_of, profile_statement
    from gx.drafting.subject import subject_of
    from gx.planning.statement import LiveTable, Measurement
    from gx.rules.identifiers import table_reference
    from gx.warehouse.connection import open_warehouse
    from gx.warehouse.errors import WarehouseError

    try:
        table_reference(table)
    except ValueError as error:
        refuse(str(error))
    today: date = calendar.moment(None).date()
    try:
        with open_warehouse(chosen_warehouse()) as warehouse:
            live = warehouse.table_schemas([table])[table]
            if not isinstance(live, LiveTable):
                if live.kind == "not_found":
                    refuse(f"there is no table {table} in the warehouse; allowed: a live table, as dataset.table")
                _unanswered(f"{table}: {live.message}")
            subject = subject_of(live, partition or (known.partition if known else None), known.grain if known else ())
            statement = profile_statement(subject, window.start, window.end, today)
            answer = warehouse.run_statements([statement], labels={"checkpoint": "draft"})[0]
    except WarehouseError as error:
        _unanswered(str(error))
    if not isinstance(answer, Measurement):
        _unanswered(f"{answer.kind}: {answer.message}")
    return subject, profile_of(subject, answer.rows)


def _unanswered(message: str) -> NoReturn:
    print(f"not drafted: {message}", file=sys.stderr)
    raise typer.Exit(ExitCode.NOT_EVALUATED)


def _give(written: str, output: Path | None) -> None:
    if output is None:
        print(written, end="")
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("x", encoding="utf-8") as file:
        file.write(written)
    print(f"wrote {output}; `contracts lint` and `contracts explain` say what it holds")
