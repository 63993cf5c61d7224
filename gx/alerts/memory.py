"""What was told before: one file a checkpoint, written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from gx.alerts.cells import Cell
from gx.data_docs.text import slug
from gx.judging.result import Verdict
from gx.locks import lock_within
from gx.whole_files import write_whole

SCHEMA = "contracts.alerts/1"
_WHOLE = "whole"


@dataclass(frozen=True)
class Told:
    """A cause that people were told of and that has not healed.

    ``severity`` is the worst it was told at, ``since`` the day and ``since_run`` the run of the first message, ``runs``
    how many runs have found it, ``seen`` the day of the last of them. ``left`` says that people were told that its
    dates have left the window.
    """

    title: str
    severity: str
    since: date
    since_run: str
    runs: int
    seen: date
    cells: Mapping[Cell, Verdict]
    left: bool = False


def memory_file(state: Path, checkpoint: str) -> Path:
    """Where a checkpoint's memory lies."""
    return state / "alerts" / f"{slug(checkpoint)}.json"


@contextmanager
def sole_teller(file: Path, seconds: float) -> Iterator[None]:
    """Let one run of a checkpoint tell at a time.

    Raises:
        TimeoutError: another run has been telling for that long.
        OSError: the folder cannot be written.
    """
    import fcntl

    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not lock_within(descriptor, fcntl.LOCK_EX, seconds):
            raise TimeoutError("another run of this checkpoint is still sending its alerts")
        yield
    finally:
        os.close(descriptor)


def read_memory(file: Path) -> tuple[Told, ...]:
    """What was told before; nothing when there is no file.

    Raises:
        ValueError: the file is no memory of ours.
        OSError: it cannot be read.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    try:
        if document["schema"] != SCHEMA:
            raise ValueError(f"its schema is {str(document['schema'])[:60]!r}, not {SCHEMA!r}")
        return tuple(_read(item) for item in document["causes"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it has no sound {error}") from error


def write_memory(file: Path, checkpoint: str, memory: Sequence[Told]) -> None:
    """Keep what was told.

    Raises:
        OSError: the folder cannot be written; the old memory stays.
    """
    document = {"schema": SCHEMA, "checkpoint": checkpoint, "causes": [_written(told) for told in memory]}
    write_whole(file, json.dumps(document, indent=1))


def _read(item: Mapping[str, Any]) -> Told:
    return Told(
        title=str(item["title"]),
        severity=str(item["severity"]),
        since=date.fromisoformat(item["since"]),
        since_run=str(item["since_run"]),
        runs=int(item["runs"]),
        seen=date.fromisoformat(item["seen"]),
        left=bool(item["left"]),
        cells={
            Cell(*_split(name), None if day == _WHOLE else date.fromisoformat(day)): Verdict(verdict)
            for name, days in item["cells"].items()
            for day, verdict in days.items()
        },
    )


def _split(name: str) -> tuple[str, str]:
    table, _, rule = name.rpartition(".")
    return table, rule


def _written(told: Told) -> dict[str, Any]:
    cells: dict[str, dict[str, str]] = {}
    for cell, verdict in told.cells.items():
        day = cell.day.isoformat() if cell.day else _WHOLE
        cells.setdefault(f"{cell.table}.{cell.rule}", {})[day] = verdict.value
    return {
        "title": told.title,
        "severity": told.severity,
        "since": told.since.isoformat(),
        "since_run": told.since_run,
        "runs": told.runs,
        "seen": told.seen.isoformat(),
        "left": told.left,
        "cells": cells,
    }
