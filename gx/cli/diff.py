"""``contracts diff``: what changed in the contracts since a revision, by what it means."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli.project import problem_lines, refuse
from gx.contracts.wording import plural
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from gx.contracts.comparing.change import Change, Kind
    from gx.contracts.comparing.project import Comparison
    from gx.contracts.model import Location

DEFAULT_FAIL_ON = "breaking,loosening"


class Format(StrEnum):
    """How the changes are printed."""

    TEXT = "text"
    JSON = "json"


def diff(
    revision: Annotated[str, typer.Argument(metavar="REV", help="A git revision: main, HEAD~1, v1.2, a commit.")],
    tables: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TABLE...]", help="Only changes of these tables.", show_default=False),
    ] = None,
    output_format: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = Format.TEXT,
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="KINDS", help="Kinds of change that exit 1, with commas; or none.")
    ] = DEFAULT_FAIL_ON,
) -> None:
    """Compare the contracts, waivers, calendar and checkpoints with those of a git revision.

    breaking: a promise is gone or means another thing; loosening: less is asked; tightening: more is asked; harmless:
    words only. Thresholds are compared by meaning: a higher fail_below asks for more, a higher fail_above for less.

    Exit codes: 0 no change of the kinds that --fail-on names, 1 at least one, 64 no such revision or table, or a
    contract file is wrong.
    """
    from gx.cli.revision import RevisionError, unpacked
    from gx.contracts.comparing.project import compare_projects
    from gx.paths import project_paths
    from gx.rules.registry import families

    failing = _kinds(fail_on)
    root = project_paths().root
    try:
        with unpacked(revision, root) as (commit, folder):
            found = compare_projects(folder, root, families())
    except RevisionError as error:
        refuse(str(error))
    if found.problems:
        _refuse_problems(found, root)
    chosen = _of_tables(found, tables or [])
    told = _document(chosen, revision, commit) if output_format is Format.JSON else _text(chosen, revision, commit)
    print(told)
    if any(change.kind in failing for change in chosen.changes):
        raise typer.Exit(ExitCode.BROKEN)


def _kinds(text: str) -> frozenset[Kind]:
    from gx.contracts.comparing.change import Kind

    names = [name.strip() for name in text.split(",")]
    if names == ["none"]:
        return frozenset()
    wrong = [name for name in names if name not in set(Kind)]
    if wrong:
        allowed = f"{', '.join(Kind)}, or none"
        raise typer.BadParameter(f"{wrong[0]!r} is no kind of change; allowed: {allowed}", param_hint="--fail-on")
    return frozenset(map(Kind, names))


def _refuse_problems(found: Comparison, root: Path) -> None:
    import sys

    for line in problem_lines(found.problems, root):
        print(line, file=sys.stderr)
    refuse(f"{plural(len(found.problems), 'error')} in the contract files; nothing was compared")


def _of_tables(found: Comparison, tables: list[str]) -> Comparison:
    from gx.contracts.wording import unknown

    for name in tables:
        if name not in found.tables:
            refuse(unknown("table", name, sorted(found.tables)))
    return found.of(frozenset(tables)) if tables else found


def _text(found: Comparison, revision: str, commit: str) -> str:
    from gx.contracts.comparing.change import Kind

    lines = []
    for kind in Kind:
        changes = [change for change in found.changes if change.kind is kind]
        if changes:
            lines += [f"{kind.upper()}", *(line for change in changes for line in _lines(change)), ""]
    counts = ", ".join(f"{number} {kind}" for kind, number in found.counts().items())
    return "\n".join([*lines, f"{counts} since {revision} ({commit[:12]})"])


def _lines(change: Change) -> list[str]:
    from gx.cli.terminal import one_line

    about = f"{change.table}: {change.subject}" if change.table else change.subject
    places = [f"now {_short(change.new)}" if change.new else "", f"was {_short(change.old)}" if change.old else ""]
    return [f"  {one_line(about)}: {one_line(change.what)}", f"      {', '.join(filter(None, places))}"]


def _short(place: Location) -> str:
    return f"{place.file}:{place.line}"


def _document(found: Comparison, revision: str, commit: str) -> str:
    import json

    changes = [
        {
            "kind": change.kind,
            "table": change.table or None,
            "subject": change.subject,
            "what": change.what,
            "new": _place(change.new),
            "old": _place(change.old),
        }
        for change in found.changes
    ]
    head = {"schema": "contracts.diff/1", "revision": revision, "commit": commit, "counts": found.counts()}
    return json.dumps({**head, "changes": changes}, indent=2, ensure_ascii=False)


def _place(place: Location | None) -> dict[str, str | int] | None:
    return {"file": place.file, "line": place.line, "column": place.column} if place else None
