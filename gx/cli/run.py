"""``contracts run``: run a checkpoint and give its verdict."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from gx.cli import window as options
from gx.cli.project import chosen_warehouse


def run(
    checkpoint: options.CheckpointName,
    date: options.OnDate = None,
    start: options.StartDate = None,
    end: options.EndDate = None,
    season: options.SeasonLabel = None,
    last: options.LastDates = None,
    as_of: options.AsOf = None,
    table: options.Tables = None,
    rule: options.Rules = None,
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="What to print.")] = "text",
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write the JSON document here.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 when there are warnings.")] = False,
    no_docs: Annotated[bool, typer.Option("--no-docs", help="Store the result, but build no pages.")] = False,
) -> None:
    """Run a checkpoint: measure the tables, judge every rule, store the result and build its pages.

    Exit codes: 0 pass, 1 broken contract, 2 warnings and --strict, 3 not evaluated, 64 usage or contract file error.
    """
    choice: dict[str, str | int | None] = {"date": date, "start": start, "end": end, "season": season, "last": last}
    paths, project, order = options.order_of(checkpoint, choice, as_of, table, rule, strict=strict, docs=not no_docs)
    from gx.checkpoints.run import run_checkpoint
    from gx.reporting.document import run_document
    from gx.reporting.inventory import inventory_line, write_inventory
    from gx.reporting.json_text import json_text
    from gx.reporting.terminal import run_lines
    from gx.rules.registry import families

    chosen_warehouse()
    finished = run_checkpoint(order, project, families(), paths, _tell)
    text = json_text(run_document(finished.run)) if format == "json" or output else ""
    if output:
        output.write_text(text, encoding="utf-8")
    if format == "json":
        print(text)
    else:
        for line in run_lines(finished.run, finished.index):
            print(line)
    try:
        files = write_inventory(finished.run, paths.state)
    except OSError as error:
        print(f"The run history was not written: {error}", file=sys.stderr)
    else:
        # Beside the JSON document on standard output nothing else may stand.
        told = [inventory_line(finished.run.overviews["run_history"]), *map(str, files)] if files else []
        for line in told:
            print(line, file=sys.stderr if format == "json" else sys.stdout)
    if finished.docs_error:
        print(f"Data Docs were not built: {finished.docs_error}", file=sys.stderr)
    raise typer.Exit(int(finished.run.exit_code))


def _tell(message: str) -> None:
    if sys.stderr.isatty():
        print(message, file=sys.stderr)
