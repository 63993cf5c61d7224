"""``contracts run``: run a checkpoint and give its verdict."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli import window as options
from gx.cli.budget import MaxBytes
from gx.cli.notify import Notify, chosen_alerts, told
from gx.cli.project import chosen_warehouse
from gx.cli.results import Annotations, Format, JUnitFile, chosen_results, document_text, print_annotations

if TYPE_CHECKING:
    from gx.judging.result import RunResult
    from gx.paths import Paths


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
    format: Format = "text",
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write the JSON document here.")
    ] = None,
    junit: JUnitFile = None,
    annotations: Annotations = False,
    notify: Notify = False,
    max_bytes: MaxBytes = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 when there are warnings.")] = False,
    no_docs: Annotated[bool, typer.Option("--no-docs", help="Store the result, but build no pages.")] = False,
) -> None:
    """Run a checkpoint: measure the tables, judge every rule, store the result and build its pages.

    Exit codes: 0 pass, 1 broken contract, 2 warnings and --strict, 3 not evaluated, 64 usage or contract file error.
    """
    choice: dict[str, str | int | None] = {"date": date, "start": start, "end": end, "season": season, "last": last}
    paths, project, order = options.order_of(checkpoint, choice, as_of, table, rule, strict=strict, docs=not no_docs)
    from gx.checkpoints.run import run_checkpoint
    from gx.reporting.terminal import run_lines
    from gx.rules.registry import families

    chosen_warehouse()
    chosen_results()
    alerts = chosen_alerts() if notify else None
    finished = run_checkpoint(replace(order, max_bytes=max_bytes), project, families(), paths, _tell)
    if format == "text":
        for line in run_lines(finished.run, finished.index):
            print(line)
        sys.stdout.flush()
    result = told(finished.run, project, paths, alerts) if alerts else finished.run
    if format != "text":
        print(document_text(result, format, strict))
    for file, kind in ((output, "json"), (junit, "junit")):
        if file:
            file.write_text(document_text(result, kind, strict), encoding="utf-8")
    _print_inventory(result, paths, format)
    if annotations:
        print_annotations(result, format)
    if finished.docs_error:
        print(f"Data Docs were not built: {finished.docs_error}", file=sys.stderr)
    raise typer.Exit(int(result.exit_code))


def _print_inventory(run: RunResult, paths: Paths, format: str) -> None:
    """Write the run history's files; beside a document on standard output nothing else may stand."""
    from gx.reporting.inventory import inventory_line, write_inventory

    try:
        files = write_inventory(run, paths.state)
    except OSError as error:
        print(f"The run history was not written: {error}", file=sys.stderr)
        return
    lines = [inventory_line(run.overviews["run_history"]), *map(str, files)] if files else []
    for line in lines:
        print(line, file=sys.stdout if format == "text" else sys.stderr)


def _tell(message: str) -> None:
    if sys.stderr.isatty():
        print(message, file=sys.stderr)
