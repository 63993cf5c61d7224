"""What lies where below the prefix.

``latest/`` is the whole site as it stands. ``runs/<run>/`` is a small site of that run alone, written once and never
again. ``state/`` keeps what pages and alerts are made from, so that the next machine can go on from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from gx.publishing.objects import Item

LATEST = "latest/"
RUNS = "runs/"
STATE = "state/"

# In this order: results before pages, pages before the index that names them, a run's own site before `latest`.
_STATE, _RUN_PAGES, _RUN_INDEX, _LATEST_RUNS, _LATEST_PAGES, _LATEST_LISTS, _LATEST_INDEX = range(7)

_NO_STATE = ("data_docs", "demo")
"""Folders of the state that can be made anew: the pages, and the simulated league."""

FOR_PEOPLE = "builds/"
"""The folder of the state that nothing is made from: what single builds left for people to read."""


def latest_items(site: Path) -> Iterator[Item]:
    """The site's files below ``latest/``."""
    for name in _names(site):
        yield Item(f"{LATEST}{name}", site / name, "latest", _latest_wave(name))


def run_index(slug: str) -> str:
    """The index of a run's own site; it is sent last, so where it is, the whole site is."""
    return f"{RUNS}{slug}/index.html"


def run_items(slug: str, files: Mapping[str, str]) -> Iterator[Item]:
    """A run's own site below ``runs/<run>/``."""
    for name, text in files.items():
        wave = _RUN_INDEX if name == "index.html" else _RUN_PAGES
        yield Item(f"{RUNS}{slug}/{name}", text.encode("utf-8", "replace"), "run", wave)


def state_items(state: Path) -> Iterator[Item]:
    """What the state folder keeps, below ``state/``."""
    for name in _names(state):
        if name.partition("/")[0] not in _NO_STATE:
            yield Item(f"{STATE}{name}", state / name, "state", _STATE)


def _latest_wave(name: str) -> int:
    if name.startswith("index."):
        return _LATEST_INDEX
    if name.startswith("runs/"):
        return _LATEST_RUNS
    return _LATEST_PAGES if "/" in name else _LATEST_LISTS


def _names(folder: Path) -> Iterator[str]:
    """The files below a folder; hidden ones are being written, or are locks."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") for part in parts) and path.suffix not in (".part", ".lock"):
            yield "/".join(parts)
