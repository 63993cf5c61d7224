"""Writes pages: aside, then renamed, and only where something changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4


def write_files(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Writes the texts under ``folder`` by relative name and returns the names that changed.

    A reader meets the old file or the new one, never half of one; the index comes last, so it never names a page
    that is not there yet. Files that are not named stay.

    Raises:
        OSError: the folder cannot be written.
    """
    changed = [name for name in sorted(files, key=_index_last) if _write(folder / name, files[name])]
    return sorted(changed)


def _index_last(name: str) -> tuple[bool, str]:
    return (name.startswith("index."), name)


def _write(path: Path, text: str) -> bool:
    data = text.encode("utf-8", "replace")
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{uuid4().hex}.part")
    try:
        aside.write_bytes(data)
        os.replace(aside, path)  # noqa: PTH105  one name for the one step that must be atomic
    finally:
        aside.unlink(missing_ok=True)
    return True
