"""Writes pages: aside, then renamed, and only where something changed; a site's pages all or none."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gx.locks import lock_within
from gx.whole_files import write_whole

_STAGE = ".building"
_SEAL = "sealed.json"
_LOCK = ".lock"

WAIT = 900.0
"""Seconds that a build waits for another one of the same folder; one of thousands of runs takes minutes."""


def write_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Writes the texts under ``folder`` by relative name and returns the names that changed.

    A reader meets the old file or the new one, never half of one; the index comes last, so it never names a page
    that is not there yet. Files that are not named stay.

    Raises:
        OSError: the folder cannot be written.
    """
    changed = [name for name in sorted(files, key=_index_last) if _write(folder / name, files[name])]
    return sorted(changed)


class Stage:
    """New files of a site, kept aside until all of them are there.

    ``commit`` seals them and renames them into place. Whatever ends the process before the seal leaves the old site as
    it was; after it, the next build finishes the renaming first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._aside = folder / _STAGE
        self._names: set[str] = set()

    def add(self, files: Mapping[str, str]) -> None:
        """Puts texts aside by relative name, those that differ from what is there.

        Raises:
            OSError: the folder cannot be written.
        """
        for name, text in files.items():
            data = text.encode("utf-8", "replace")
            if not _is_there(self._folder / name, data):
                path = self._aside / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                self._names.add(name)

    def commit(self) -> list[str]:
        """Puts what was added into place and returns the names in that order.

        What is new comes first and the index last, so that a page never leads to one that is not there yet.

        Raises:
            OSError: the folder cannot be written.
        """
        names = sorted(self._names, key=lambda name: ((self._folder / name).exists(), *_index_last(name)))
        if names:
            _write(self._aside / _SEAL, json.dumps(names))
            finish(self._folder)
        return names


def finish(folder: Path) -> None:
    """Ends what an interrupted build left: sealed files go into place, unsealed ones away.

    Raises:
        OSError: the folder cannot be written.
    """
    aside = folder / _STAGE
    try:
        names: list[str] = json.loads((aside / _SEAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        names = []
    for name in names:
        source = aside / name
        if source.exists():  # else it was renamed before the interruption
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            source.replace(folder / name)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def writing(folder: Path) -> Iterator[Stage]:
    """The one build of the folder at a time: others wait. What an interrupted one left is settled first.

    Results are best read within, so that the last of several builds knows of every run.

    Raises:
        OSError: the folder cannot be written, or another build did not end within ``WAIT``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as lock:
        if not lock_within(lock.fileno(), fcntl.LOCK_EX, WAIT):
            raise TimeoutError(f"another build of {folder} has not ended within {WAIT:g} s")
        finish(folder)
        try:
            yield Stage(folder)
        finally:
            finish(folder)


def _index_last(name: str) -> tuple[bool, str]:
    return (name.startswith("index."), name)


def _is_there(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False


def _write(path: Path, text: str) -> bool:
    data = text.encode("utf-8", "replace")
    if _is_there(path, data):
        return False
    write_whole(path, data)
    return True
