"""The run history as files: the data-loss inventory and the tracking bugs as CSV, all of it as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gx.judging.result import RunResult
from gx.reporting.document import plain_value
from gx.reporting.json_text import json_text

LOSS_COLUMNS = (
    *("processor", "table", "data_date", "games_final", "runs", "most_records"),
    *("reprocess", "waiver"),
)
BUG_COLUMNS = (
    *("processor", "table", "data_date", "rows", "runs", "status", "most_records"),
    *("classification", "waiver"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Starts that a spreadsheet takes for a formula; names in the run log are data that anybody may have written."""


def inventory_files(history: Mapping[str, Any]) -> dict[str, str]:
    """The files of a ``run_history`` overview, by name."""
    return {
        "data_loss.csv": csv_text(LOSS_COLUMNS, history.get("data_loss") or ()),
        "tracking_bugs.csv": csv_text(BUG_COLUMNS, history.get("tracking_bugs") or ()),
        "run_history.json": json_text(plain_value(history)),
    }


def write_inventory(run: RunResult, state: Path) -> list[Path]:
    """Writes the run's files below ``state``, in ``run_history/<run id>/``; none when it has no run history.

    Raises:
        OSError: the folder cannot be written.
    """
    history = run.overviews.get("run_history")
    if history is None:
        return []
    folder = state / "run_history" / run.run_id
    folder.mkdir(parents=True, exist_ok=True)
    files = inventory_files(history)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def inventory_line(history: Mapping[str, Any]) -> str:
    """The run history in a sentence: what is lost, and which runs told a wrong number."""
    loss, bugs = len(history["data_loss"]), len(history["tracking_bugs"])
    missing = f"; {len(history['not_evaluated'])} rules were not evaluated" if history["not_evaluated"] else ""
    told = ", ".join(f"{count:,} {name}" for name, count in history["classes"].items() if count)
    return f"Run history: {loss:,} lost dates, {bugs:,} wrong numbers{missing} ({told or 'no runs'})."


def csv_text(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV with a head line; null is empty, and no cell starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value
