"""The run history's page: what data is lost and what to run again, which runs told a wrong number, and the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.state.names import run_name
from gx.data_docs.text import moment
from gx.reporting.inventory import inventory_files

ROWS = 400
"""Lines of a list that the page prints; its CSV file holds all."""

RANGES = 12
"""Date ranges that the page prints of one processor and class; the page's .json holds all."""

MEANINGS = {
    "REAL_LOSS": "games are Final and the table has no row: run it again",
    "TRACKING_BUG": "the run told 0 records, and the rows are there",
    "FAILED_WITH_DATA": "the run failed without a number, and the rows are there",
    "PHANTOM_WRITE": "the run told records, and the table has no row",
    "STUCK": "running for more than two hours, and no run has finished",
    "UNEXPLAINED_ZERO": "0 records on a game date from a processor that must write some",
    "UNKNOWN_PROCESSOR": "neither a contract nor the run log's list knows it",
    "LEGITIMATE_ZERO": "nothing was to be written",
    "AGREE": "log and table say the same",
}
"""The classes in the order in which somebody must look."""


@dataclass(frozen=True)
class ClassLine:
    """A class and how many processors and data dates have it."""

    name: str
    count: int
    meaning: str


@dataclass(frozen=True)
class CellLine:
    """A processor's dates of one class, as ranges."""

    processor: str
    table: str
    name: str
    dates: int
    ranges: str


@dataclass(frozen=True)
class HistoryPage:
    """Everything on the run history's page."""

    window: str
    as_of: str
    started: str
    href: str
    sentence: str
    classes: Sequence[ClassLine]
    losses: Sequence[Mapping[str, Any]]
    losses_more: int
    bugs: Sequence[Mapping[str, Any]]
    bugs_more: int
    cells: Sequence[CellLine]
    cells_more: int
    not_evaluated: Sequence[str]


def history_page(item: Mapping[str, Any]) -> HistoryPage:
    """The page of the ``run_history`` overview, as the site's state keeps it with its run."""
    history, run = item["value"], item["run"]
    losses, bugs, cells = (list(history.get(name) or ()) for name in ("data_loss", "tracking_bugs", "cells"))
    lines = sorted(map(_cell_line, cells), key=lambda line: (_rank(line.name), line.processor))
    counts = history.get("classes") or {}
    return HistoryPage(
        window=run["start"] if run["start"] == run["end"] else f"{run['start']} to {run['end']}",
        as_of=moment(run["as_of"]),
        started=moment(run["started_at"]),
        href=f"{run_name(run['run_id'])}.html",
        sentence=_sentence(history),
        classes=[ClassLine(name, counts[name], MEANINGS[name]) for name in MEANINGS if counts.get(name)],
        losses=losses[:ROWS],
        losses_more=max(len(losses) - ROWS, 0),
        bugs=bugs[:ROWS],
        bugs_more=max(len(bugs) - ROWS, 0),
        cells=lines[:ROWS],
        cells_more=max(len(lines) - ROWS, 0),
        not_evaluated=[str(text) for text in history.get("not_evaluated") or ()],
    )


def history_files(item: Mapping[str, Any]) -> dict[str, str]:
    """The files beside the page: both lists as CSV, and all of it as JSON."""
    return inventory_files(item["value"])


def _sentence(history: Mapping[str, Any]) -> str:
    losses, bugs = len(history.get("data_loss") or ()), len(history.get("tracking_bugs") or ())
    lost = f"{plural(losses, 'date')} of data lost" if losses else "No data is lost"
    wrong = f"{plural(bugs, 'date')} with a wrong number in the run log" if bugs else "no run told a wrong number"
    silent = len(history.get("not_evaluated") or ())
    return f"{lost}, {wrong}{f'; {plural(silent, "rule")} not evaluated' if silent else ''}"


def _cell_line(cell: Mapping[str, Any]) -> CellLine:
    pairs = list(cell.get("ranges") or ())
    shown = [first if first == last else f"{first} to {last}" for first, last in pairs[:RANGES]]
    more = [f"and {len(pairs) - RANGES:,} more ranges"] if len(pairs) > RANGES else []
    return CellLine(
        str(cell.get("processor") or ""),
        str(cell.get("table") or ""),
        str(cell.get("classification") or ""),
        int(cell.get("dates") or 0),
        ", ".join([*shown, *more]),
    )


def _rank(name: str) -> int:
    return list(MEANINGS).index(name) if name in MEANINGS else -1
