"""Fetching: bring the state that earlier publishing kept, so that pages and alerts go on from it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gx.publishing.bucket import Bucket
from gx.publishing.errors import PublishingError
from gx.publishing.layout import FOR_PEOPLE, STATE
from gx.publishing.objects import Listed
from gx.publishing.publish import THREADS
from gx.whole_files import write_whole


@dataclass(frozen=True)
class Fetched:
    """How many files were brought, their bytes, and how many were here already (they stay as they are)."""

    files: int
    bytes: int
    present: int


def fetch(bucket: Bucket, state: Path, below: str = "") -> Fetched:
    """Bring the files of ``state/`` that are not here, or only those ``below`` a folder; what is here stays as it is.

    Raises:
        PublishingError: the bucket failed, or names a file outside the folder; a second call brings the rest.
        OSError: a file cannot be written.
    """
    names = [name for name in state_names(bucket.listing()) if name.startswith(below)]
    missing = [name for name in names if not (state / name).exists()]
    with ThreadPoolExecutor(THREADS) as pool:
        sizes = list(pool.map(lambda name: _bring(bucket, name, state), missing))
    return Fetched(len(missing), sum(sizes), len(names) - len(missing))


def state_names(listed: Mapping[str, Listed]) -> list[str]:
    """The files of ``state/`` that we wrote and that something is made from, relative to it."""
    ours = (name.removeprefix(STATE) for name, there in listed.items() if there.marker == "state")
    return sorted(_harmless(name) for name in ours if not name.startswith(FOR_PEOPLE))


def _harmless(name: str) -> str:
    """A name that stays inside the folder: whoever may write to the bucket must not write anywhere on this machine."""
    parts = PurePosixPath(name).parts
    if not parts or name != "/".join(parts) or ".." in parts or "\\" in name or name.startswith("/"):
        raise PublishingError(f"`{STATE}{name}` on the bucket would lie outside the state folder. Nothing was fetched.")
    return name


def _bring(bucket: Bucket, name: str, state: Path) -> int:
    content = bucket.read(STATE + name)
    write_whole(state / name, content)
    return len(content)
