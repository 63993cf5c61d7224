"""Cells and dates in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gx.data_docs.state.names import WHOLE
from gx.data_docs.text import listed, moment, percent, ratio

UNITS: Mapping[str, str] = {
    "expect_player_counts_to_match_schedule": "games",
    "expect_every_slate_to_be_present": "games",
    "expect_reference_keys_to_be_covered": "keys",
    "expect_fallback_to_be_complete": "keys",
    "expect_services_to_be_current": "services",
}
"""What the numbers of an expectation count, where one word says it."""


def on_days(days: Sequence[str]) -> str:
    """``on 2023-02-23 and 2023-02-24``; more than three are counted between the first and the last."""
    if not days:
        return "as a whole"
    if len(days) > 3:
        return f"on {len(days):,} game dates, {days[0]} to {days[-1]}"
    return f"on {listed(list(days))}"


def told(cell: Mapping[str, Any]) -> str:
    """What a cell says: its class, its sentence, or its numbers."""
    numbers = ratio(cell.get("actual"), cell.get("expected"), cell.get("coverage")).strip()
    detail = str(cell.get("detail") or "")
    parts = [str(cell.get("classification") or ""), detail or numbers]
    return ": ".join(part for part in parts if part) or str(cell["verdict"])


def day_words(day: str) -> str:
    """A date, or the words for the table as a whole."""
    return "the whole table" if day == WHOLE else day


def share_of(cell: Mapping[str, Any]) -> float | None:
    """The found share of what was expected, 0..1; None when it is not known."""
    if cell.get("coverage") is not None:
        return min(max(float(cell["coverage"]), 0.0), 1.0)
    expected, actual = cell.get("expected"), cell.get("actual")
    if actual is None or not expected or expected < 0:
        return None
    return float(min(max(actual / expected, 0.0), 1.0))


def share_words(cell: Mapping[str, Any]) -> str:
    """The share as a percentage; empty when it is not known."""
    return percent(share_of(cell))


def since_words(cells: Sequence[Mapping[str, Any]]) -> str:
    """When it was first seen: ``first seen in daily of 2026-01-14 17:05 UTC``."""
    seen = min(
        (cell["since"] for cell in cells if cell.get("since")), key=lambda since: since["started_at"], default=None
    )
    return f"{seen['group'].replace('.', ' ')}, {moment(seen['started_at'] or seen['as_of'])}" if seen else ""
