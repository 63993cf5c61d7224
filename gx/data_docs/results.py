"""The results store as runs: which are there, in which order they ran, and each one's document."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gx.data_docs.load import documents_of, in_outbox
from gx.data_docs.plain_json import parsed

logger = logging.getLogger(__name__)

_TIME = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z")
"""How Great Expectations names the folder of a run's time, below that of its name."""


@dataclass
class Listed:
    """A run in the store, with the folders of its tables."""

    run_id: str
    tables: list[Path] = field(default_factory=list)

    @property
    def order(self) -> str:
        """When it ran, as the store's folders tell; empty when they do not."""
        for table in self.tables:
            for name in _names(table / self.run_id):
                if _TIME.fullmatch(name):
                    return name
        return ""

    def documents(self) -> list[dict[str, Any]]:
        """The run's document, by what its files say; files that are no results are left out."""
        return documents_of(self._results())

    def _results(self) -> Iterator[Any]:
        for table in self.tables:
            for path in _files(f"{table}/{self.run_id}"):
                yield from _read(path)


def list_runs(folder: Path) -> dict[str, Listed]:
    """The runs below ``folder`` by name, from its folders alone: ``<dataset>/<table>/<run>/<time>/<batch>.json``.

    A run that still lies in the outbox beside it is being stored, or was killed meanwhile, and does not count yet.
    """
    waiting = in_outbox(folder)
    found: dict[str, list[Path]] = {}
    for dataset in _folders(folder):
        for table in _folders(dataset):
            for run in _unsorted(table):
                if run in found:
                    found[run].append(table)
                else:
                    found[run] = [table]
    waiting |= in_outbox(folder)
    return {
        run: Listed(run, tables)
        for run, tables in sorted(found.items())
        if run not in waiting and not run.startswith(".")
    }


def _folders(folder: Path) -> Sequence[Path]:
    return [folder / name for name in _names(folder) if not name.startswith(".") and (folder / name).is_dir()]


def _files(folder: str) -> Iterator[str]:
    """The results below a folder, by name; ``Path.rglob`` takes ten times as long."""
    for name in _names(folder):
        if not name.endswith(".json"):
            yield from _files(f"{folder}/{name}")
        elif not name.startswith("."):
            yield f"{folder}/{name}"


def _names(folder: Path | str) -> list[str]:
    return sorted(_unsorted(folder))


def _unsorted(folder: Path | str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  names are all that is wanted of thousands
    except (FileNotFoundError, NotADirectoryError):
        return []


def _read(path: str) -> Iterator[Any]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  a Path of each of thousands costs as much as to read it
            yield parsed(file.read())
    except (OSError, ValueError) as error:
        logger.warning("%s is left out of Data Docs: it is no readable JSON (%s)", path, error)
