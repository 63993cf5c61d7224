"""What the target held before a backfill: kept beside the state, compared after it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gx.gates.model import Colour, Reason
from gx.paths import Paths

SCHEMA = "contracts.gate_snapshot/1"


@dataclass(frozen=True)
class Held:
    """The rows of a table on a date, and how many different keys they have."""

    rows: int
    keys: int


type Tables = Mapping[str, Mapping[date, Held]]


@dataclass(frozen=True)
class Snapshot:
    """What the targets of a processor held on the dates of a range at ``taken_at``, in one warehouse."""

    processor: str
    start: date
    end: date
    taken_at: datetime
    warehouse: str
    tables: Tables


def held(rows: Sequence[Mapping[str, Any]], dates: Sequence[date]) -> dict[date, Held]:
    """The answer of a snapshot's statement for each of the dates; a date without rows held none."""
    found = {row["partition_date"]: Held(int(row["row_count"]), int(row["key_count"])) for row in rows}
    return {day: found.get(day, Held(0, 0)) for day in dates}


def processor_slug(processor: str) -> str:
    """The processor's name as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", processor)


def snapshot_folder(paths: Paths, processor: str) -> Path:
    """Where the snapshots of a processor lie."""
    return paths.state / "gates" / processor_slug(processor)


def write_snapshot(snapshot: Snapshot, paths: Paths) -> Path:
    """Keep the snapshot, in place of an older one of the same range. Raises OSError when it cannot be written."""
    from gx.data_docs.write import write_files

    folder, name = snapshot_folder(paths, snapshot.processor), f"{snapshot.start}_{snapshot.end}.json"
    write_files(folder, {name: json.dumps(_document(snapshot), indent=1) + "\n"})
    return folder / name


def _document(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "processor": snapshot.processor,
        "start": str(snapshot.start),
        "end": str(snapshot.end),
        "taken_at": snapshot.taken_at.isoformat(),
        "warehouse": snapshot.warehouse,
        "tables": {
            table: {str(day): {"rows": item.rows, "keys": item.keys} for day, item in days.items()}
            for table, days in snapshot.tables.items()
        },
    }


def read_snapshots(paths: Paths, processor: str, warehouse: str) -> tuple[list[Snapshot], list[str]]:
    """The processor's snapshots of that warehouse, newest first, and a note for each file that cannot be read."""
    found, notes = [], []
    folder = snapshot_folder(paths, processor)
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            snapshot = _read(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            notes.append(f"the snapshot {path.name} cannot be read and is not compared: {error}")
            continue
        if snapshot.warehouse == warehouse:
            found.append(snapshot)
    return sorted(found, key=lambda snapshot: snapshot.taken_at, reverse=True), notes


def _read(document: Mapping[str, Any]) -> Snapshot:
    if document["schema"] != SCHEMA:
        raise ValueError(f"found schema {document['schema']!r}; allowed: {SCHEMA}")
    return Snapshot(
        document["processor"],
        date.fromisoformat(document["start"]),
        date.fromisoformat(document["end"]),
        datetime.fromisoformat(document["taken_at"]),
        document["warehouse"],
        {
            table: {date.fromisoformat(day): Held(int(item["rows"]), int(item["keys"])) for day, item in days.items()}
            for table, days in document["tables"].items()
        },
    )


def lost_rows(snapshots: Sequence[Snapshot], now: Tables) -> Iterator[Reason]:
    """Dates whose keys have become fewer since the newest snapshot that holds them, and dates without a snapshot.

    Keys decide: fewer rows with all their keys are copies that a backfill has removed.
    """
    for table, days in now.items():
        for day, after in days.items():
            newest = next((item for item in snapshots if day in item.tables.get(table, {})), None)
            if newest is None:
                yield _not_compared(table, day)
                continue
            before = newest.tables[table][day]
            if after.keys < before.keys:
                yield _lost(table, day, before, after, newest)


def _lost(table: str, day: date, before: Held, after: Held, snapshot: Snapshot) -> Reason:
    detail = (
        f"{before.keys:,} keys ({before.rows:,} rows) have become {after.keys:,} ({after.rows:,} rows) "
        f"since the snapshot of {snapshot.taken_at:%Y-%m-%d %H:%M} UTC"
    )
    return Reason(
        day,
        Colour.RED,
        "target",
        table,
        "no_rows_lost",
        detail,
        "SHRUNK",
        why="A backfill adds what is missing; what it takes away was somebody's data.",
        remedy="Restore the date from before the backfill (FOR SYSTEM_TIME AS OF), then find what deleted the rows.",
    )


def _not_compared(table: str, day: date) -> Reason:
    return Reason(
        day,
        Colour.AMBER,
        "target",
        table,
        "no_rows_lost",
        "not compared: there is no snapshot of this date from before the backfill",
        "NOT_COMPARED",
        why="Without the counts from before, lost rows cannot be told from rows that never were.",
        remedy="Ask `contracts gate pre` before the next backfill; it keeps the snapshot.",
    )
