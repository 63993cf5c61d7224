"""Two states of the waivers, the calendar and the checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from gx.contracts.calendar_file import CalendarFile, TableTiming
from gx.contracts.comparing.change import Change, Direction, Kind, compare_keys, shown
from gx.contracts.comparing.directions import (
    at_most,
    begins,
    breaking,
    entries,
    flag,
    harmless,
    members,
    number,
    plain,
    reaches,
    rewritten,
    unknown,
)
from gx.contracts.comparing.places import File
from gx.contracts.model import CheckpointDefinition, Model, Waiver

type Listed[T] = Sequence[tuple[int, T]]
_FOR_EVER = date.max


def compare_waivers(old: Sequence[Waiver], new: Sequence[Waiver], old_file: File, new_file: File) -> Iterator[Change]:
    """Waivers pair by table and rule, equal ones first: what is excused now and was not is a loosening."""
    for before, after in _paired(old, new, lambda waiver: (waiver.table, waiver.rule)):
        one = (after or before)[1]  # type: ignore[index]  # one of the two is there
        places = (
            new_file.place("waivers", after[0]) if after else None,
            old_file.place("waivers", before[0]) if before else None,
        )
        for kind, what in _waiver(before[1] if before else None, after[1] if after else None):
            yield Change(kind, one.table, f"waiver of {one.rule}", what, *places)


def _waiver(old: Waiver | None, new: Waiver | None) -> Iterator[tuple[Kind, str]]:
    if old is None or new is None:
        one = new or old
        yield (Kind.LOOSENING, f"added: {_covers(one)}") if new else (Kind.TIGHTENING, f"removed: {_covers(one)}")
        return
    wider, narrower = not _within(new, old), not _within(old, new)
    if wider or narrower:
        kind = Kind.LOOSENING if wider else Kind.TIGHTENING
        yield kind, f"covers {_covers(new)}; covered {_covers(old)}"
    words = {"reason": harmless, "owner": harmless, "incident": harmless, "since": harmless}
    before, after = ({name: getattr(item, name) for name in words} for item in (old, new))
    for found in compare_keys(before, after, words, unknown):
        yield found.kind, found.what


def _covers(waiver: Waiver | None) -> str:
    """Which dates, and until when."""
    if waiver is None:
        return ""
    days = ", ".join(map(str, waiver.dates)) or f"{waiver.start or 'the first date'} to {waiver.end or 'the last'}"
    return f"{days}, expires {waiver.expires}"


def _within(inner: Waiver, outer: Waiver) -> bool:
    """Whether all that the inner one covers is covered by the outer one, for at least as long."""
    if _expiry(inner) > _expiry(outer):
        return False
    if outer.dates:
        return set(inner.dates) <= set(outer.dates) if inner.dates else False
    first, last = outer.start or date.min, outer.end or date.max
    days = inner.dates or (inner.start or date.min, inner.end or date.max)
    return first <= min(days) and max(days) <= last


def _expiry(waiver: Waiver) -> date:
    return _FOR_EVER if waiver.expires == "never" else waiver.expires


def _paired[T](
    old: Sequence[T], new: Sequence[T], key: Callable[[T], object]
) -> Iterator[tuple[tuple[int, T] | None, tuple[int, T] | None]]:
    """Items of both sides that belong together, with their numbers; equal ones are left out."""
    before = [item for item in enumerate(old) if item[1] not in new]
    after = [item for item in enumerate(new) if item[1] not in old]
    for item in after:
        same = next((other for other in before if key(other[1]) == key(item[1])), None)
        if same:
            before.remove(same)
        yield same, item
    for item in before:
        yield item, None


_SEASON: Mapping[str, Direction] = {
    "first_game": number(up=False, absent=0),
    "last_game": number(up=True, absent=0),
    "playoffs_end": number(up=True, absent=0),
    "source": harmless,
}
_PAUSE: Mapping[str, Direction] = {
    "name": harmless,
    "source": harmless,
    "start": number(up=True, absent=0),
    "end": at_most,
    "tables": members(more=False),
}
"""A break or a halt excuses dates: a longer one asks for less."""
_TIMING: Mapping[str, Direction] = {
    "due_hours": number(up=False, absent=0),
    "bootstrap": flag(stricter=False),
    "first_dates": entries(more=False, value=number(up=False, absent=0)),
    "active_from": begins,
    "active_until": reaches,
    "source": harmless,
}
_CALENDAR: Mapping[str, Direction] = {"time_zone": breaking, "bootstrap_days": number(up=False, absent=0)}


def compare_calendars(old: CalendarFile, new: CalendarFile, old_file: File, new_file: File) -> Iterator[Change]:
    """The calendar excuses: more days off, a longer bootstrap or a later due time ask for less."""
    before, after = ({name: getattr(item, name) for name in _CALENDAR} for item in (old, new))
    for found in compare_keys(before, after, _CALENDAR, unknown):
        places = new_file.place(found.key), old_file.place(found.key)
        yield Change(found.kind, "", "calendar", found.what, *places)
    sides = old_file, new_file
    yield from _list(old.seasons, new.seasons, "seasons", sides, lambda season: f"season {season.season}", _SEASON)
    yield from _list(old.breaks, new.breaks, "breaks", sides, lambda pause: f"break {pause.name}", _PAUSE, excuses=True)
    yield from _list(old.halts, new.halts, "halts", sides, lambda halt: f"halt {halt.name}", _PAUSE, excuses=True)
    yield from _timings(old.tables, new.tables, *sides)


def _list[M: Model](
    old: Sequence[M],
    new: Sequence[M],
    key: str,
    files: tuple[File, File],
    named: Callable[[M], str],
    directions: Mapping[str, Direction],
    excuses: bool = False,
) -> Iterator[Change]:
    """A list of the calendar's, compared item by item; items that ``excuse`` dates ask for less when they come."""
    added = Kind.LOOSENING if excuses else Kind.TIGHTENING
    removed = Kind.TIGHTENING if excuses else Kind.LOOSENING
    for before, after in _paired(old, new, named):
        there = files[1].place(key, after[0]) if after else None
        was = files[0].place(key, before[0]) if before else None
        if before and after:
            for found in compare_keys(plain(before[1]), plain(after[1]), directions, unknown):
                yield Change(found.kind, "", named(after[1]), found.what, there, was)
        elif after:
            yield Change(added, "", named(after[1]), "added", there)
        elif before:
            yield Change(removed, "", named(before[1]), "removed", None, was)


def _timings(
    old: Mapping[str, TableTiming], new: Mapping[str, TableTiming], old_file: File, new_file: File
) -> Iterator[Change]:
    for table in dict.fromkeys([*old, *new]):
        there = new_file.place("tables", table) if table in new else None
        was = old_file.place("tables", table) if table in old else None
        if table not in old:
            yield Change(Kind.LOOSENING, table, "calendar", "added: now there are times when no rows are due", there)
        elif table not in new:
            yield Change(Kind.TIGHTENING, table, "calendar", "removed: its rows are due at any time", None, was)
        else:
            for found in compare_keys(plain(old[table]), plain(new[table]), _TIMING, unknown):
                yield Change(found.kind, table, "calendar", found.what, there, was)


_GATE: Mapping[str, Direction] = {
    **dict.fromkeys(("upstream", "reference", "operations"), members(more=True)),
    **dict.fromkeys(("left_out", "optional"), members(more=False)),
}


def _all_or_some(old: Any, new: Any) -> Iterable[tuple[Kind, str]]:
    """``all`` or a list of names."""
    if old == "all" or new == "all":
        return [(Kind.TIGHTENING if new == "all" else Kind.LOOSENING, "")]
    return members(more=True)(old, new)


def _gate(old: Any, new: Any) -> Iterator[tuple[Kind, str]]:
    """What a gate asks for; one that comes or goes makes it another checkpoint."""
    if old is None or new is None:
        yield from breaking(old, new)
        return
    for found in compare_keys(plain(old), plain(new), _GATE, rewritten):
        yield found.kind, found.what


def _window(old: Any, new: Any) -> Iterator[tuple[Kind, str]]:
    """The dates that are looked at by default."""
    if old.last and new.last:
        yield from number(up=True, absent=0)(old.last, new.last)
    else:
        yield Kind.BREAKING, f"{_dates(new)}, was {_dates(old)}"


def _dates(window: Any) -> str:
    return shown({name: value for name, value in plain(window).items() if value is not None})


_CHECKPOINT: Mapping[str, Direction] = {
    **dict.fromkeys(("title", "description"), harmless),
    "checkpoint": breaking,
    "window": _window,
    "tables": _all_or_some,
    "rules": _all_or_some,
    "overviews": members(more=True),
    "gate": _gate,
}


def compare_checkpoints(
    old: CheckpointDefinition, new: CheckpointDefinition, old_file: File, new_file: File
) -> Iterator[Change]:
    """What a checkpoint looks at."""
    for found in compare_keys(plain(old), plain(new), _CHECKPOINT, unknown):
        places = new_file.place(found.key), old_file.place(found.key)
        yield Change(found.kind, "", f"checkpoint {new.checkpoint}", found.what, *places)
