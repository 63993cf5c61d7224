"""Files that are there whole or not at all: written aside, then renamed, so that nobody ever reads half of one."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, content: str | bytes) -> None:
    """Put the content (text as UTF-8) in the file's place in one step; its folder is made where it is missing.

    What is written aside is hidden and named ``.part``: whoever lists a folder leaves it out.

    Raises:
        OSError: it cannot be written; the old file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{uuid4().hex}.part")
    try:
        aside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
