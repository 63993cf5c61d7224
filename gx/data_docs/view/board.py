"""The heat map of tables by game date from the cells that a season's state keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from gx.contracts.wording import plural
from gx.data_docs.text import Drawing
from gx.data_docs.view.heat import (
    HEIGHT,
    HEIGHTS,
    NARROW,
    UNIT,
    BoardRow,
    Cell,
    Heat,
    HeatRow,
    lined,
    map_of,
    summary_of,
)
from gx.data_docs.view.marks import Chip, chip
from gx.judging.result import GOOD, Verdict, is_quiet


def board_map(rows: Sequence[BoardRow], days: Sequence[str], href: Callable[[str, str], str]) -> Heat:
    """The heat map of these tables, in their order, on these ISO dates; ``href`` links a date and a table."""
    dates = _dates(tuple(days))
    return map_of(dates, [_board_row(row, days, dates, href) for row in rows], href)


@lru_cache(maxsize=200)  # the maps of many tables have the same axis
def _dates(days: tuple[str, ...]) -> Sequence[date]:
    return [date.fromisoformat(day) for day in days]


def _board_row(row: BoardRow, days: Sequence[str], dates: Sequence[date], href: Callable[[str, str], str]) -> HeatRow:
    whole = [] if row.whole is None else [Cell("whole table", "", chip(row.whole), f"{row.title} as a whole", row.href)]
    if len(dates) <= NARROW:
        cells = [_board_cell(row, day, row.cells.get(day.isoformat()), place, href) for place, day in enumerate(dates)]
        return lined(row, cells, whole)
    # Of a wide row only cells that need a look become objects: a season has thousands of others.
    told = tuple(map(row.cells.get, days))
    loud = [
        _board_cell(row, dates[place], said, place, href) for place, said in enumerate(told) if said in _LOUD_VERDICTS
    ]
    made = lined(row, loud, whole)
    return replace(made, cells=(), paths=_quiet_paths(told), summary=_board_summary(row, loud))


_LOUD_VERDICTS = {verdict.value for verdict in Verdict if not is_quiet(verdict)}


@lru_cache(maxsize=200)  # most tables of a season say the same
def _quiet_paths(told: tuple[str | None, ...]) -> list[tuple[str, Drawing]]:
    drawn: dict[str, list[str]] = defaultdict(list)
    for place, said in enumerate(told):
        if said in _SHAPES:
            drawn[said].append(f"M{place * UNIT} {_SHAPES[said]}")
    return [(verdict, Drawing("".join(parts))) for verdict, parts in drawn.items()]


_SHAPES = {
    verdict.value: f"{HEIGHT - height}h{UNIT - 1}v{height}h-{UNIT - 1}z"
    for verdict, height in HEIGHTS.items()
    if is_quiet(verdict)
}
_QUIET_HEIGHTS = {verdict.value: height for verdict, height in HEIGHTS.items()}


def _board_summary(row: BoardRow, loud: Sequence[Cell]) -> str:
    said = list(row.cells.values())
    quiet = [(verdict, said.count(verdict)) for verdict in _QUIET_HEIGHTS if verdict not in _LOUD_VERDICTS]
    words = [f"{plural(count, 'game date')} {verdict}" for verdict, count in quiet if count]
    return "; ".join(filter(None, [summary_of(loud) if loud else "", *words])) or "no game dates"


def _board_cell(row: BoardRow, day: date, said: str | None, position: int, href: Callable[[str, str], str]) -> Cell:
    """A date of which nothing was said at all is an empty cell, which is no pass."""
    iso = day.isoformat()
    if said is None:
        return Cell(iso, "", Chip("none", "", "not judged"), f"{iso}: not judged")
    verdict = Verdict(said)
    height = HEIGHTS.get(verdict, HEIGHT)
    linked = href(iso, row.table) if verdict not in GOOD else ""
    place = (position * UNIT, HEIGHT - height, height)
    return Cell(iso, f"{day:%m-%d}", chip(verdict), f"{row.title} on {iso}: {said}", linked, *place)
