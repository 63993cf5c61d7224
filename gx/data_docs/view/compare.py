"""A run beside the one before it of the same checkpoint and season."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gx.data_docs.state.names import run_name
from gx.data_docs.state.shelf import State
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import moment, number
from gx.data_docs.view.marks import Chip, chip
from gx.judging.result import Verdict

CHANGES = 200
"""Rules with another verdict that the page lists; all are counted."""


@dataclass(frozen=True)
class Change:
    """A rule whose verdict differs; a mark is None in the run that did not judge it."""

    table: str
    rule: str
    before: Chip | None
    after: Chip | None


@dataclass(frozen=True)
class Comparison:
    """What differs from the run before."""

    started: str
    href: str
    changes: Sequence[Change]
    more: int
    worse: int
    better: int
    rows: Sequence[tuple[str, str, str, str]]


def comparison_of(run: StoredRun, kept: State, before: State | None) -> Comparison | None:
    """The comparison of what is ``kept`` of the run with what was of the one before; None for the first of its kind."""
    if before is None:
        return None
    changes = [change for table in run.tables for change in _changes(table.table, kept, before)]
    changes.sort(key=lambda change: (_quiet(change.after), change.table))
    return Comparison(
        started=moment(before["started_at"]),
        href=f"../{run_name(before['run_id'])}.html",
        changes=changes[:CHANGES],
        more=max(len(changes) - CHANGES, 0),
        worse=sum(not _quiet(change.after) and _quiet(change.before) for change in changes),
        better=sum(_quiet(change.after) and not _quiet(change.before) for change in changes),
        rows=_rows(run, before),
    )


def _changes(table: str, kept: State, before: State) -> list[Change]:
    ours: Mapping[str, str] = kept["tables"][table]["rules"]
    theirs: Mapping[str, str] = (before["tables"].get(table) or {}).get("rules", {})
    if ours == theirs:
        return []  # as nearly always
    names = dict.fromkeys([*ours, *theirs])
    return [
        Change(table, name, _mark(theirs.get(name)), _mark(ours.get(name)))
        for name in names
        if theirs.get(name) != ours.get(name)
    ]


def _mark(verdict: str | None) -> Chip | None:
    return chip(Verdict(verdict)) if verdict else None


def _quiet(mark: Chip | None) -> bool:
    return mark is None or mark.quiet


def _rows(run: StoredRun, before: State) -> list[tuple[str, str, str, str]]:
    """Tables whose number of rows in the window differs: name, before, after, difference."""
    lines = []
    for table in run.tables:
        then = (before["tables"].get(table.table) or {}).get("rows")
        if table.rows is not None and then is not None and then != table.rows:
            lines.append((table.title, number(then), number(table.rows), f"{table.rows - then:+,}"))
    return lines
