"""The heat map: tables by game dates, each cell the worst that any rule says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import groupby

from gx.contracts.wording import plural
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import Drawing, listed, slug
from gx.data_docs.view.marks import LETTERS, Chip, chip, table_order, urgency
from gx.judging.result import GOOD, PartitionResult, RuleResult, TableResult, Verdict, is_quiet, worst

NARROW = 31
"""Up to this many game dates every cell is a table cell with its letter; above, rows are drawn as strips."""

UNIT = 8
"""Width of a game date in a strip, in the drawing's units."""

HEIGHT = 26
HEIGHTS = {Verdict.PASS: 8, Verdict.EXEMPT: 3, Verdict.WAIVED: 15, Verdict.WARN: 19}
_LINKS = 3

_LOUD = 400

Href = Callable[[RuleResult], str]
"""Where a page links a rule to."""


@dataclass(frozen=True)
class Cell:
    """A table on a game date; ``title`` says what is wrong, ``href`` leads to the worst rule."""

    day: str
    short: str
    mark: Chip
    title: str
    href: str = ""
    x: int = 0
    y: int = 0
    height: int = 0


@dataclass(frozen=True)
class HeatRow:
    """A table over the dates: ``cells`` when narrow, one a date; ``summary``, ``paths`` and ``loud`` when wide.

    A path is a verdict with its drawing, and the summary says them in words.
    """

    table: str
    title: str
    href: str
    mark: Chip
    summary: str
    cells: Sequence[Cell]
    paths: Sequence[tuple[str, Drawing]]
    loud: Sequence[Cell]
    links: Sequence[Cell]
    more: int
    whole: Sequence[Cell]
    letters: Sequence[Cell] = ()
    owner: str = ""
    phase: str = ""


@dataclass(frozen=True)
class BoardRow:
    """A table of a map that is made from cells; ``cells`` holds a verdict by ISO date, ``whole`` one of all dates."""

    table: str
    title: str
    href: str
    verdict: Verdict
    owner: str = ""
    phase: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    whole: Verdict | None = None


@dataclass(frozen=True)
class Month:
    """A month's share of the date axis."""

    label: str
    span: int
    x: int


@dataclass(frozen=True)
class Heat:
    """A heat map; ``days`` are (day of the month, ISO date, link), and a wide map names months instead."""

    narrow: bool
    days: Sequence[tuple[str, str, str]]
    months: Sequence[Month]
    rows: Sequence[HeatRow]
    width: int
    height: int = HEIGHT


def game_dates(run: StoredRun) -> list[date]:
    """The dates that any rule of the run speaks of."""
    return sorted({each.partition for rule in run.rules for each in rule.partitions if each.partition})


def heat_map(run: StoredRun, href: Href, table_href: Callable[[str], str], only: str = "") -> Heat:
    """The heat map of a run, tables that need a look first; ``only`` one table when named."""
    dates = game_dates(run)
    tables = [table for table in sorted(run.tables, key=table_order) if only in ("", table.table)]
    return map_of(dates, [_row(table, dates, href, table_href(table.table)) for table in tables])


def map_of(
    dates: Sequence[date],
    rows: Sequence[HeatRow],
    href: Callable[[str, str], str] | None = None,
) -> Heat:
    """The map of these rows; ``href`` links a date (and no table) where dates are named over it."""
    narrow = len(dates) <= NARROW
    named = dates if narrow else ()
    return Heat(
        narrow=narrow,
        days=[(f"{day:%d}", day.isoformat(), href(day.isoformat(), "") if href else "") for day in named],
        months=_months(tuple(dates)),
        rows=[_drawn(row) for row in rows] if sum(len(row.loud) for row in rows) > _LOUD else rows,
        width=max(len(dates), 1) * UNIT,
    )


def _drawn(row: HeatRow) -> HeatRow:
    """The row without a link for each cell: where nearly all is red, the links of the first dates are enough."""
    return row if row.cells else replace(row, paths=[*row.paths, *_paths(row.loud, quiet=False)], loud=())


@lru_cache(maxsize=200)  # the maps of many tables have the same axis
def _months(dates: tuple[date, ...]) -> list[Month]:
    months, start = [], 0
    for first, days in groupby(dates, key=lambda day: (day.year, day.month)):
        span = len(list(days))
        months.append(Month(f"{date(*first, 1):%b}", span, start * UNIT))
        start += span
    return months


def _row(table: TableResult, dates: Sequence[date], href: Href, table_href: str) -> HeatRow:
    whole = [
        _whole(rule, verdict, href) for rule in table.rules if (verdict := _undated(rule)) and not is_quiet(verdict)
    ]
    row = BoardRow(table.table, table.title, table_href, table.verdict, table.owner, table.phase)
    return lined(row, _cells(table, dates, href), whole)


def lined(row: BoardRow, cells: Sequence[Cell], whole: Sequence[Cell]) -> HeatRow:
    """A row with its cells, those among them that need a look, and what is said of the table as a whole."""
    wide = len(cells) > NARROW
    loud = [cell for cell in cells if cell.mark.letter and not cell.mark.quiet]
    return HeatRow(
        table=row.table,
        title=row.title,
        href=row.href,
        owner=row.owner,
        phase=row.phase,
        mark=chip(row.verdict),
        summary=summary_of(cells) if wide else "",
        cells=() if wide else cells,
        paths=_paths(cells) if wide else (),
        loud=loud,
        links=sorted(loud, key=lambda cell: (urgency(Verdict(cell.mark.verdict)), cell.day))[:_LINKS],
        more=max(len(loud) - _LINKS, 0) + max(len(whole) - 1, 0),
        whole=whole[:1],
        letters=_letters(loud),
    )


def _cells(table: TableResult, dates: Sequence[date], href: Href) -> list[Cell]:
    said = _by_date(table)
    silent = Verdict.PASS if any(rule.partitions or is_quiet(rule.verdict) for rule in table.rules) else Verdict.ERROR
    return [_cell(day, said.get(day, ()), silent, position, href) for position, day in enumerate(dates)]


def _by_date(table: TableResult) -> Mapping[date, Sequence[tuple[RuleResult, PartitionResult]]]:
    said: dict[date, list[tuple[RuleResult, PartitionResult]]] = defaultdict(list)
    for rule in table.rules:
        for each in rule.partitions:
            if each.partition:
                said[each.partition].append((rule, each))
    return said


def _cell(
    day: date, said: Sequence[tuple[RuleResult, PartitionResult]], silent: Verdict, position: int, href: Href
) -> Cell:
    """A date of which no rule says anything has only passing rules, unless the table's rules are all errors."""
    verdict = worst(each.verdict for _, each in said) if said else silent
    cell = _bare_cell(day, verdict, position)
    to_blame = [] if verdict in GOOD else [r for r, each in said if each.verdict is verdict]
    if not to_blame:
        return cell
    names = listed([rule.rule for rule in to_blame])
    return replace(cell, title=f"{cell.title}: {names}" if names else cell.title, href=href(to_blame[0]))


@lru_cache(maxsize=5_000)  # the same for nearly all tables of a run
def _bare_cell(day: date, verdict: Verdict, position: int) -> Cell:
    height = HEIGHTS.get(verdict, HEIGHT)
    return Cell(
        day=day.isoformat(),
        short=f"{day:%m-%d}",
        mark=chip(verdict),
        title=f"{day.isoformat()} {verdict.value}",
        href="",
        x=position * UNIT,
        y=HEIGHT - height,
        height=height,
    )


def _undated(rule: RuleResult) -> Verdict | None:
    """What the rule says of the table as a whole; a rule that names no partition speaks of the whole table."""
    if not rule.partitions:
        return rule.verdict
    said = [each.verdict for each in rule.partitions if each.partition is None]
    return worst(said) if said else None


def _whole(rule: RuleResult, verdict: Verdict, href: Href) -> Cell:
    return Cell("whole table", "", chip(verdict), f"whole table {verdict.value}: {rule.rule}", href(rule))


def _letters(loud: Sequence[Cell]) -> list[Cell]:
    """One letter over neighbours of the same verdict; ``x`` is the middle of them all."""
    letters: list[Cell] = []
    start = end = -UNIT
    for cell in loud:
        if letters and cell.x == end + UNIT and cell.mark == letters[-1].mark:
            letters.pop()
        else:
            start = cell.x
        end = cell.x
        letters.append(replace(cell, x=(start + end + UNIT) // 2))
    return letters


def _paths(cells: Sequence[Cell], quiet: bool = True) -> list[tuple[str, Drawing]]:
    """One drawing a verdict: a season of passing cells costs a few bytes a date."""
    drawn: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        if cell.mark.letter and cell.mark.quiet is quiet:
            drawn[cell.mark.verdict].append(f"M{cell.x} {cell.y}h{UNIT - 1}v{cell.height}h-{UNIT - 1}z")
    return [(verdict, Drawing("".join(parts))) for verdict, parts in drawn.items()]


def summary_of(cells: Sequence[Cell]) -> str:
    """The row in words, for readers who do not see it."""
    parts = []
    for verdict in reversed(LETTERS):
        days = [cell.day for cell in cells if cell.mark.verdict == verdict.value]
        if days:
            named = "" if verdict in GOOD else f" ({listed(days, 10)})"
            parts.append(f"{plural(len(days), 'game date')} {verdict.value}{named}")
    return "; ".join(parts) or "no game dates"


def rule_anchor(table: str, rule: str, group: str = "") -> str:
    """The anchor of a rule on a page; stable over rebuilds."""
    return slug(".".join(filter(None, [table, rule, group])))
