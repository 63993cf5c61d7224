"""What the last runs found of one rule: from the results dataset where there is one, else from the results store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gx.checkpoints.outbox import waiting_runs
from gx.judging.result import Verdict
from gx.paths import Paths
from gx.reporting.history_strip import Look
from gx.warehouse.results import TABLE, history_rows, results_dataset

FILES_READ = 2_000
"""How many runs of a table are opened, newest first, to find those that judged the rule."""

_STARTED = re.compile(r"-([0-9]{8}T[0-9]{6})Z-[0-9a-f]+$")
"""When a run started, as its id tells it."""


@dataclass(frozen=True)
class History:
    """The runs that judged a rule, oldest first, where they are from, and runs that wait to be counted."""

    looks: tuple[Look, ...]
    source: str
    waiting: tuple[str, ...] = ()


def read_history(paths: Paths, table: str, rule: str, last: int, checkpoint: str | None = None) -> History:
    """The last runs that judged the rule. Raises WarehouseError when the results dataset does not answer."""
    waiting = tuple(sorted(waiting_runs(paths.state)))
    if dataset := results_dataset():
        from gx.warehouse.connection import open_warehouse

        with open_warehouse(folder=paths.warehouse) as warehouse:
            rows = history_rows(warehouse, dataset, table, rule, last, checkpoint)
        return History(tuple(map(_of_row, reversed(rows))), f"{dataset}.{TABLE}", waiting)
    found = list(_stored(paths, table, rule, last, checkpoint))
    found.sort(key=lambda look: (look.started_at, look.run_id))
    return History(tuple(found), "the results store", waiting)


def _of_row(row: Mapping[str, Any]) -> Look:
    return Look(
        run_id=row["run_id"],
        checkpoint=row["checkpoint"],
        started_at=row["started_at"].isoformat(),
        start=row["window_start"].isoformat(),
        end=row["window_end"].isoformat(),
        verdict=Verdict(row["verdict"]),
        observed=row["observed"] or "",
    )


def _stored(paths: Paths, table: str, rule: str, last: int, checkpoint: str | None) -> Iterator[Look]:
    """Newest first. GX keeps a folder a table, in it one a run, so only as many files are read as runs are told."""
    folder = paths.results.joinpath(*table.split("."))
    for run in _newest(folder, waiting_runs(paths.state), checkpoint)[:FILES_READ]:
        for path in (folder / run).rglob("*.json"):
            look = None if path.name.startswith(".") else _look(path, rule)
            if look and (checkpoint is None or look.checkpoint == checkpoint):
                yield look
                last -= 1
        if last <= 0:
            return


def _newest(folder: Path, waiting: set[str], checkpoint: str | None) -> list[str]:
    try:
        names = [path.name for path in folder.iterdir() if path.name not in waiting]
    except FileNotFoundError:
        return []
    kept = [name for name in names if checkpoint is None or name.startswith(f"{checkpoint}-")]
    return sorted(kept, key=lambda name: (_started(name), name), reverse=True)


def _started(run_id: str) -> str:
    found = _STARTED.search(run_id)
    return found[1] if found else ""


def _look(path: Path, rule: str) -> Look | None:
    """What a stored result says of the rule; None when it does not speak of it or cannot be read."""
    text = path.read_text(encoding="utf-8")
    if f'"{rule}"' not in text:  # most of the time of a long search would go into parsing
        return None
    try:
        result = json.loads(text)
        run = result["meta"]["contracts"]
        judged = next(found for found in map(_contract, result["results"]) if found.get("rule") == rule)
    except (ValueError, KeyError, TypeError, StopIteration):
        return None
    return Look(
        run_id=run["run_id"],
        checkpoint=run["checkpoint"],
        started_at=run["started_at"],
        start=run["window"]["start"],
        end=run["window"]["end"],
        verdict=Verdict(judged["verdict"]),
        observed=judged["observed"],
    )


def _contract(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = ((item.get("result") or {}).get("details") or {}).get("contract") or {}
    return found
