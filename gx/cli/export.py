"""``contracts export``: files generated from the contracts and models, for other tools and for editors."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.whole_files import write_whole

if TYPE_CHECKING:
    from gx.exports.gx_native.window import BatchWindow

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def export() -> None:
    """Write files that are generated from the contracts and from their models."""


@app.command("json-schema")
def json_schema(
    output: Annotated[
        Path | None, typer.Option("--output", help="The folder to write into.", show_default="the project")
    ] = None,
) -> None:
    """Write the JSON Schemas: contract, calendar, waivers, checkpoint (for editors), the result of a run, a gate.

    Exit codes: 0 written.
    """
    from gx.contracts.json_schema import schemas
    from gx.gates.document import published_gate_schema
    from gx.paths import project_paths
    from gx.reporting.schema import published_schema
    from gx.rules.registry import families

    root = output or project_paths().root
    for name, text in {**schemas(families()), **published_schema(), **published_gate_schema()}.items():
        write_whole(root / name, text)
        print(f"wrote {name}")


@app.command("odcs")
def odcs(
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE...]", help="Only these tables.", show_default="every table"),
    ] = None,
    output: Annotated[Path, typer.Option("--output", help="The folder to write into, a file a table.")] = Path("odcs"),
    project: Annotated[
        str | None, typer.Option("--project", metavar="PROJECT", help="The Google Cloud project that documents name.")
    ] = None,
) -> None:
    """Write contracts as documents of the Open Data Contract Standard 3.1: <dataset>/<table>.odcs.yaml.

    `contracts import odcs` reads them back. Exit codes: 0 written, 64 an unknown table or a contract file error.
    """
    from gx.cli.project import sound_project
    from gx.exports.odcs.document import PROJECT, document, document_text
    from gx.rules.registry import families

    _, found = sound_project()
    for table in _chosen(tables, list(found.contracts)):
        made = document(found.contracts[table], families(), found.calendar, found.waivers, project or PROJECT)
        path = output / f"{table.replace('.', '/')}.odcs.yaml"
        write_whole(path, document_text(made))
        print(f"wrote {path}")


def _chosen(tables: list[str] | None, known: list[str]) -> list[str]:
    """The tables asked for, all when none is; refuses one without a contract."""
    from gx.cli.project import refuse
    from gx.contracts.wording import unknown

    for table in tables or ():
        if table not in known:
            refuse(unknown("table", table, known))
    return tables or known


@app.command("gx")
def gx(
    output: Annotated[Path, typer.Option("--output", help="The folder to write the project into.")] = Path(
        "gx_project"
    ),
    last_days: Annotated[
        int,
        typer.Option("--last-days", metavar="N", min=1, max=400, help="Batches hold the last N days before a run's."),
    ] = 3,
    start: Annotated[
        str | None, typer.Option("--start", metavar="DATE", help="First game date; goes with --end.")
    ] = None,
    end: Annotated[str | None, typer.Option("--end", metavar="DATE", help="Last game date, included.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", metavar="DATE", help="What counts as now for --start and --end.", show_default="the day after"
        ),
    ] = None,
) -> None:
    """Write a Great Expectations project: suites, batches, and the checkpoints core and pipeline.

    Stock Great Expectations 1.24 runs the checkpoint core; pipeline needs this package, `import
    gx.exports.gx_native.running`. CONTRACTS_GX_CONNECTION holds the warehouse's SQLAlchemy address. Files of an earlier
    export into the same folder are replaced.

    Exit codes: 0 written, 64 a contract file error, or another project in the folder.
    """
    from gx.cli.project import refuse, sound_project
    from gx.exports.gx_native.project import NotOurs, project_files, write_project
    from gx.exports.gx_native.suites import suites
    from gx.rules.registry import families

    _, found = sound_project()
    window = _batch_window(found.calendar.time_zone, last_days, start, end, as_of)
    made = [suite for contract in found.contracts.values() for suite in suites(contract, families(), window)]
    try:
        write_project(output, project_files(made))
    except NotOurs as error:
        refuse(str(error))
    for kind in ("core", "pipeline"):
        chosen = [suite for suite in made if suite.kind == kind]
        rules = sum(suite.rule_count for suite in chosen)
        print(f"checkpoint {kind}: {len(chosen)} suites, {rules} rules over {window.words}")
    print(f"wrote {output}")


def _batch_window(zone: str, last_days: int, start: str | None, end: str | None, as_of: str | None) -> BatchWindow:
    """The window that the options ask for; refuses (64) one that cannot be."""
    from gx.cli.project import refuse
    from gx.exports.gx_native.window import BatchWindow

    first, last, now = _day("--start", start), _day("--end", end), _day("--as-of", as_of)
    if (first is None) != (last is None) or (now and not first):
        refuse("--start and --end go together, and --as-of with them")
    if first and last and last < first:
        refuse(f"--end {last} is before --start {first}")
    return BatchWindow(zone, last_days, first, last, now)


def _day(option: str, text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; allowed: YYYY-MM-DD", param_hint=option) from None


@app.command("core-expectations", hidden=True)
def core_expectations() -> None:
    """Rewrite the list of Great Expectations' own expectations, after a change of its version."""
    from gx.contracts.core import CORE_LIST

    write_whole(CORE_LIST, core_list_text())
    print(f"wrote {CORE_LIST.name}")


def core_list_text() -> str:
    """The list as text: each core expectation's arguments, true for those it requires."""
    from gx.expectations.importing import import_great_expectations

    import_great_expectations()
    from great_expectations.expectations import core
    from great_expectations.expectations.expectation import Expectation

    frame = {*Expectation.__fields__, "batch_id", "library_metadata"}
    found = {
        item.expectation_type: {key: bool(field.required) for key, field in item.__fields__.items() if key not in frame}
        for item in vars(core).values()
        if isinstance(item, type) and issubclass(item, Expectation)
    }
    chosen = {name: arguments for name, arguments in sorted(found.items()) if name.startswith("expect_")}
    return json.dumps(chosen, indent=1) + "\n"
