"""Two states of a project, compared file by file: files with the same bytes are not read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gx.contracts.calendar_file import CalendarFile
from gx.contracts.comparing.change import Change, Kind
from gx.contracts.comparing.contract import compare_contracts
from gx.contracts.comparing.files import compare_calendars, compare_checkpoints, compare_waivers
from gx.contracts.comparing.places import File
from gx.contracts.families import Families
from gx.contracts.model import CheckpointDefinition, Model, Problem
from gx.contracts.parse import parse_contract
from gx.contracts.store import CALENDAR, WAIVERS, WaiverFile
from gx.contracts.validation import validate

_RANK = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Comparison:
    """Every change, worst first, and the problems that keep the newer state from being read."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()
    tables: frozenset[str] = frozenset()

    def of(self, tables: frozenset[str]) -> Comparison:
        """Only the changes of these tables."""
        return Comparison(
            tuple(change for change in self.changes if change.table in tables), self.problems, self.tables
        )

    def counts(self) -> dict[Kind, int]:
        """How many changes there are of each kind; every kind is a key."""
        return {kind: sum(change.kind is kind for change in self.changes) for kind in Kind}


def compare_projects(old: Path, new: Path, families: Families) -> Comparison:
    """Compare the project in the folder ``old`` with its later state in ``new``.

    A file of the old state that cannot be read is a breaking change: nobody can say what it promised. What cannot be
    read of the new state is in ``problems``, and then nothing was compared as a whole.
    """
    names = sorted(_files(old) | _files(new))
    changes: list[Change] = []
    problems: list[Problem] = []
    for name in names:
        before, after = File(old, name), File(new, name)
        if not _same(old / name, new / name):
            changes += _file_changes(before, after, families, problems)
    tables = frozenset(table for name in names if (table := _table(name)))
    return Comparison(tuple(sorted(changes, key=_order)), tuple(sorted(problems)), tables)


def _files(root: Path) -> set[str]:
    found = [*root.glob("expectations/*/*.yaml"), *root.glob("checkpoints/*.yaml"), root / CALENDAR, root / WAIVERS]
    return {path.relative_to(root).as_posix() for path in found if path.is_file() and not path.name.startswith(".")}


def _same(old: Path, new: Path) -> bool:
    return old.is_file() and new.is_file() and old.read_bytes() == new.read_bytes()


def _order(change: Change) -> tuple[Any, ...]:
    place = change.new or change.old
    return _RANK[change.kind], change.table, place.file if place else "", place.line if place else 0, change.what


def _table(name: str) -> str:
    """The table of a contract's file; nothing for the other files."""
    parts = name.split("/")
    return f"{parts[1]}.{parts[2].removesuffix('.yaml')}" if len(parts) == 3 else ""


def _file_changes(old: File, new: File, families: Families, problems: list[Problem]) -> Iterator[Change]:
    subject = _subject(new.name)
    before, old_problems = _read(old, families) if (old.folder / old.name).is_file() else (None, [])
    after, new_problems = _read(new, families) if (new.folder / new.name).is_file() else (None, [])
    problems += new_problems
    if new_problems:
        return
    if old_problems:
        what = f"could not be read as it was, so it was not compared: {old_problems[0].message}"
        yield Change(Kind.BREAKING, _table(new.name), subject, what, new.place(), old_problems[0].location)
    elif before is None or after is None:
        yield from _come_or_gone(before, after, old, new, subject)
    elif isinstance(after, WaiverFile):
        yield from compare_waivers(before.waivers, after.waivers, old, new)
    elif isinstance(after, CalendarFile):
        yield from compare_calendars(before, after, old, new)
    elif isinstance(after, CheckpointDefinition):
        yield from compare_checkpoints(before, after, old, new)
    else:
        yield from compare_contracts(before, after, old, new)


def _subject(name: str) -> str:
    return {CALENDAR: "calendar", WAIVERS: "waivers"}.get(
        name, "table" if _table(name) else f"checkpoint {Path(name).stem}"
    )


def _come_or_gone(before: Any, after: Any, old: File, new: File, subject: str) -> Iterator[Change]:
    """A whole file that is new or is gone."""
    if isinstance(before or after, WaiverFile):
        yield from compare_waivers(before.waivers if before else (), after.waivers if after else (), old, new)
    elif after:
        yield Change(Kind.TIGHTENING, _table(new.name), subject, "is new", new.place())
    else:
        yield Change(Kind.BREAKING, _table(old.name), subject, "is gone", None, old.place())


def _read(file: File, families: Families) -> tuple[Any, list[Problem]]:
    """The model of a file, and the errors that stand in its way."""
    if table := _table(file.name):
        parsed = parse_contract(file.source, table, families)
        return parsed.contract, [problem for problem in parsed.problems if not problem.warning]
    models: dict[str, type[Model]] = {CALENDAR: CalendarFile, WAIVERS: WaiverFile}
    if file.source.root is None or file.source.problems:
        return None, list(file.source.problems)
    return validate(models.get(file.name, CheckpointDefinition), file.source.root, file.name)
