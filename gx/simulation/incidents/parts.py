"""What several incidents share: dates of a season, shares of a date's rows, runs that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import set_values, where
from gx.simulation.seasons import SEASONS

FINISHED = ("success", "failed", "partial", "skipped")
"""Statuses of the second of a run's two rows."""


def season_dates(season: str, first: date | None = None, last: date | None = None) -> tuple[date, ...]:
    """The season's game dates, the play-offs' included, from ``first`` to ``last``."""
    days = SEASONS[season].game_dates()
    return tuple(day for day in days if (first or days[0]) <= day <= (last or days[-1]))


def but(days: tuple[date, ...], *small: str) -> tuple[date, ...]:
    """Those dates without the named ones, whose slates are too small for the rule in question."""
    left_out = {date.fromisoformat(day) for day in small}
    return tuple(day for day in days if day not in left_out)


BUSY_2024 = but(
    season_dates("2024-25", last=SEASONS["2024-25"].last),
    *("2024-10-22", "2024-10-24", "2024-11-07", "2024-11-14", "2024-11-16", "2024-11-19", "2024-11-21", "2024-12-05"),
    *("2024-12-12", "2024-12-14", "2024-12-15", "2024-12-31", "2025-01-02", "2025-01-09", "2025-01-16", "2025-01-23"),
    *("2025-01-30", "2025-02-11", "2025-02-20", "2025-02-27", "2025-03-02", "2025-03-06", "2025-03-13", "2025-03-20"),
    *("2025-04-01", "2025-04-03"),
)
"""Dates of 2024-25 with the 100 players that rules about a share of the players ask for: about five games."""


def numbers(table: pa.Table, column: str) -> pa.ChunkedArray:
    """That column as floating-point numbers, whatever its declared precision."""
    return table.column(column).cast(pa.float64())


def some(mask: pa.ChunkedArray, days: pa.ChunkedArray, wanted: Callable[[date, int], bool]) -> pa.Array:
    """The rows of the mask that are wanted, given their date and their place among the mask's rows of that date."""
    places: Counter[date] = Counter()
    chosen = []
    for inside, day in zip(mask.to_pylist(), days.to_pylist(), strict=True):
        chosen.append(bool(inside) and wanted(day, places[day]))
        places[day] += bool(inside)
    return pa.array(chosen)


def both(first: pa.Array, second: pa.Array) -> pa.ChunkedArray:
    """Where both are true; unknown counts as false."""
    return pc.fill_null(pc.and_(first, second), False)


def finished(log: pa.Table, processor: str, dates: tuple[date, ...]) -> pa.ChunkedArray:
    """The final rows of that processor's runs for those data dates."""
    return where(log, processor_name=processor, data_date=dates, status=FINISHED)


def as_failed(log: pa.Table, mask: pa.Array, category: str = "processing_error") -> pa.Table:
    """The run log with those runs failed for that reason and without a number of records."""
    return set_values(
        log,
        mask,
        status="failed",
        records_processed=None,
        records_created=None,
        skipped=False,
        skip_reason=None,
        failure_category=category,
        errors=f'["{category}"]',
        summary=None,
    )
