"""``contracts import``: draft contracts from documents of other tools."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli.project import refuse
from gx.contracts.wording import plural

if TYPE_CHECKING:
    from gx.exports.odcs.import_document import Draft

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


@app.callback()
def import_() -> None:
    """Make draft contracts of other tools' documents."""


@app.command("odcs")
def odcs(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A document of the Open Data Contract Standard.")],
    table: Annotated[
        str | None,
        typer.Option("--table", metavar="DATASET.TABLE", help="Which table, when it is not told or one of several."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="The contract file to write.", show_default="standard output"),
    ] = None,
) -> None:
    """Draft a contract from a document of the Open Data Contract Standard, version 3.0 to 3.2.

    Prints the draft, and on standard error, as file:line:column, everything that the draft does not carry or that the
    document did not say. A draft is to be read and then checked by `contracts lint`.

    Exit codes: 0 drafted, 64 the file is no such document, or the output exists already.
    """
    from gx.exports.odcs.import_document import read_document
    from gx.rules.registry import families

    if output is not None and output.exists():
        refuse(f"{output} exists already; a draft never replaces a contract: choose another file")
    draft = read_document(file, os.path.relpath(file), families(), table)
    for problem in (*draft.errors, *draft.told):
        print(problem, file=sys.stderr)
    if draft.text is None:
        refuse(f"{plural(len(draft.errors), 'error')}; nothing was drafted")
    _write(draft, output)


def _write(draft: Draft, output: Path | None) -> None:
    assert draft.text is not None
    if output is None:
        print(draft.text, end="")
        return
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(draft.text, encoding="utf-8")
    print(f"wrote {output}: a draft of {draft.table}; {plural(len(draft.told), 'note')}, then `contracts lint`")
