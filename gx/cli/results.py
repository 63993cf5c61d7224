"""What ``run`` says beside its report, and the results dataset as commands see it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gx.cli.project import refuse

if TYPE_CHECKING:
    from gx.judging.result import RunResult

Format = Annotated[Literal["text", "json", "junit"], typer.Option("--format", help="What to print.")]
JUnitFile = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML here.")]
Annotations = Annotated[
    bool, typer.Option("--annotations", help="Print GitHub workflow commands, one a rule that needs a look.")
]


def chosen_results() -> str | None:
    """The dataset that ``CONTRACTS_RESULTS_DATASET`` names, if any; refuses (64) a name that is none."""
    from gx.warehouse.address import AddressError
    from gx.warehouse.results import results_dataset

    try:
        return results_dataset()
    except AddressError as error:
        refuse(str(error))


def document_text(run: RunResult, format: str, strict: bool) -> str:
    """The run as JSON or JUnit XML."""
    if format == "junit":
        from gx.reporting.junit import junit_text

        return junit_text(run, strict=strict)
    from gx.reporting.document import run_document
    from gx.reporting.json_text import json_text

    return json_text(run_document(run))


def print_annotations(run: RunResult, format: str) -> None:
    """The annotations on standard output; on standard error when a document stands there. GitHub reads both."""
    for line in _annotations(run):
        print(line, file=sys.stdout if format == "text" else sys.stderr)


def _annotations(run: RunResult) -> Iterator[str]:
    from gx.reporting.annotations import annotation_lines

    return annotation_lines(run)
