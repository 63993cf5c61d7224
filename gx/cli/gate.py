"""``contracts gate``: may a backfill start, and did it really work?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gx.cli import window as options
from gx.cli.project import chosen_warehouse, refuse, sound_project

if TYPE_CHECKING:
    from gx.contracts.model import ContractSet
    from gx.gates.gate import GateRequest
    from gx.gates.model import GateResult
    from gx.paths import Paths

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="""Open or closed: a gate before and a gate after the backfill of a processor.

    Exit codes: 0 open, 1 closed, 2 AMBER and --strict, 3 not evaluated (closed), 64 usage or contract file error.
    """,
)

Processor = Annotated[str, typer.Argument(help="As in the run log, for example PlayerCompositeFactorsProcessor.")]
Start = Annotated[str, typer.Option("--start", metavar="DATE", help="First game date of the backfill.")]
End = Annotated[str, typer.Option("--end", metavar="DATE", help="Last game date, included.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 2 when a date is AMBER, and block it.")]
Format = Annotated[Literal["text", "json"], typer.Option("--format", help="What to print.")]


@app.command()
def pre(
    processor: Processor,
    start: Start,
    end: End,
    as_of: options.AsOf = None,
    strict: Strict = False,
    format: Format = "text",
    dates_file: Annotated[
        Path | None, typer.Option("--dates-file", metavar="FILE", help="Write the allowed dates, comma-separated.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Open the gate all the same; needs --reason.")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is forced; put on record.")] = "",
    no_bytes: Annotated[bool, typer.Option("--no-bytes", help="Do not ask by dry run what the gate reads.")] = False,
) -> None:
    """May the backfill of a processor start? GREEN, AMBER or RED a game date, why, and what to do.

    Nothing is changed in the warehouse: a DELETE is printed, never run. What the target holds is kept as a snapshot
    for `gate post`. Exit codes: 0 open, 1 closed, 2 AMBER and --strict, 3 not evaluated (closed), 64 usage.
    """
    if force and not reason.strip():
        refuse("--force needs --reason: say why; who, why and when are put on record")
    if reason and not force:
        refuse("--reason goes with --force")
    paths, project, request = _request(processor, start, end, as_of, strict, not no_bytes)
    from gx.gates.force import force as force_open
    from gx.gates.gate import NoGate, gate_before
    from gx.gates.selection import UnknownProcessor
    from gx.rules.registry import families

    try:
        result = gate_before(request, project, families(), paths)
    except (UnknownProcessor, NoGate) as error:
        refuse(str(error))
    if force:
        result = force_open(result, reason.strip(), paths)
    if dates_file:
        from gx.gates.terminal import dates_list

        dates_file.write_text(dates_list(result.allowed) + "\n", encoding="utf-8")
    _answer(result, format)


@app.command()
def post(
    processor: Processor,
    start: Start,
    end: End,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", metavar="DIR", help="Write the answer there as JSON and HTML.")
    ] = None,
    as_of: options.AsOf = None,
    strict: Strict = False,
    format: Format = "text",
) -> None:
    """Did the backfill of a processor really work? Coverage by key, nobody lost, everybody accounted for.

    Exit codes: 0 it worked, 1 it did not, 2 AMBER and --strict, 3 not evaluated, 64 usage.
    """
    paths, project, request = _request(processor, start, end, as_of, strict, False)
    from gx.gates.gate import NoGate, gate_after
    from gx.gates.selection import UnknownProcessor
    from gx.rules.registry import families

    try:
        result = gate_after(request, project, families(), paths)
    except (UnknownProcessor, NoGate) as error:
        refuse(str(error))
    written: list[Path] = []
    if evidence:
        from gx.gates.evidence import write_evidence

        written = write_evidence(result, evidence)
    _answer(result, format, written)


def _request(
    processor: str, start: str, end: str, as_of: str | None, strict: bool, estimate: bool
) -> tuple[Paths, ContractSet, GateRequest]:
    """The project and the question; refuses (64) what cannot be."""
    from gx.calendar.calendar import Calendar
    from gx.gates.gate import GateRequest

    first, last = options.read_date("--start", start), options.read_date("--end", end)
    moment = options.read_moment(as_of)
    assert first and last  # both were given, and a text that is no date was refused
    if last < first:
        refuse(f"--end {last} is before --start {first}")
    chosen_warehouse()
    paths, project = sound_project()
    now = Calendar(project.calendar).moment(moment)
    return paths, project, GateRequest(processor, first, last, now, strict, estimate)


def _answer(result: GateResult, format: str, written: list[Path] | None = None) -> None:
    """Print the answer and end with its exit code; beside the JSON document nothing else stands on standard output."""
    if format == "json":
        from gx.gates.document import gate_document
        from gx.reporting.json_text import json_text

        print(json_text(gate_document(result)))
    else:
        from gx.gates.terminal import gate_lines

        for line in gate_lines(result):
            print(line)
    for path in written or ():
        print(f"evidence: {path}", file=sys.stderr if format == "json" else sys.stdout)
    raise typer.Exit(int(result.exit_code))
