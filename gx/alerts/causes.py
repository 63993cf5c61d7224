"""Groups what is wrong in a run by its cause: one upstream hole is one cause, with what it broke downstream. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gx.alerts.cells import Cell, loud_cells
from gx.alerts.upstream import Upstream, root_of_each
from gx.contracts.wording import plural
from gx.judging.result import RuleResult, RunResult, Verdict, worst

_SEVERITIES = ("critical", "warning", "info")
# Ids of jobs, requests and objects differ between statements that failed for one reason.
_VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|0x[0-9a-f]+|\b[0-9a-f]{12,}\b|(?<=job ID: )\S+|\d+")
_KIND = re.compile(r"^[a-z_]+: ")
_AWAY = "unreachable: "

type Cells = Mapping[Cell, Verdict]


@dataclass(frozen=True)
class Broken:
    """A table that is broken downstream of a cause: the rules and game dates that speak of it."""

    table: str
    rules: tuple[str, ...]
    days: tuple[date, ...]


@dataclass(frozen=True)
class Cause:
    """One thing that is wrong, and everything in the run that follows from it.

    ``table`` is where it begins, or empty when an ``error`` spans several tables. ``rules`` speak of that table, the
    telling one first; ``days`` are its game dates, empty for a table as a whole. ``cells`` are all loud cells that
    belong here, downstream ones included.
    """

    table: str
    rules: Sequence[RuleResult]
    days: tuple[date, ...]
    cells: Cells
    downstream: Sequence[Broken] = ()
    error: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst of its cells."""
        return worst(self.cells.values())

    @property
    def severity(self) -> str:
        """Who must know: ``critical`` for what is broken or was not evaluated, ``warning`` for the rest."""
        return "warning" if self.verdict is Verdict.WARN else "critical"

    @property
    def title(self) -> str:
        """The cause in a few words."""
        if not self.error:
            return f"{self.table} {dates_in_words(self.days)}"
        tables = sorted({rule.table for rule in self.rules})
        where = tables[0] if len(tables) == 1 else f"{len(tables)} tables"
        return f"{plural(len(self.rules), 'rule')} of {where} not evaluated: {self.error[:200]}"


def find_causes(run: RunResult, upstream: Upstream) -> list[Cause]:
    """The causes of everything loud in a run: the worst first, then those that broke most."""
    cells = loud_cells(run)
    errors = {cell: verdict for cell, verdict in cells.items() if verdict is Verdict.ERROR}
    holes = {cell: verdict for cell, verdict in cells.items() if cell not in errors}
    found = [*_errors(run, errors), *_holes(run, holes, upstream)]
    return sorted(found, key=lambda cause: (cause.severity, -len(cause.cells), cause.title))


def _errors(run: RunResult, cells: Cells) -> list[Cause]:
    failed = [rule for rule in run.rules if Cell(rule.table, rule.rule, None) in cells]
    away = {_reason(rule) for rule in failed if _error_text(rule).startswith(_AWAY)}
    grouped = defaultdict(list)
    for rule in failed:
        # A warehouse that is away is one cause, however each of the requests noticed.
        grouped[_AWAY if _reason(rule) in away else _reason(rule)].append(rule)
    return [
        Cause(
            table=rules[0].table if len({rule.table for rule in rules}) == 1 else "",
            rules=rules,
            days=(),
            cells={Cell(rule.table, rule.rule, None): Verdict.ERROR for rule in rules},
            error=_error_text(rules[0]),
        )
        for rules in grouped.values()
    ]


def _reason(rule: RuleResult) -> str:
    """The error's text without its kind and without what differs from request to request."""
    return _VARYING.sub("#", _KIND.sub("", _error_text(rule)))


def _error_text(rule: RuleResult) -> str:
    return rule.error or rule.observed or "not evaluated"


def _holes(run: RunResult, cells: Cells, upstream: Upstream) -> list[Cause]:
    """Holes by the table where they begin; the game dates of one table that share a rule are one cause."""
    by_day: dict[date | None, dict[Cell, Verdict]] = defaultdict(dict)
    for cell, verdict in cells.items():
        by_day[cell.day][cell] = verdict
    rooted: dict[str, list[Cell]] = defaultdict(list)
    for day, of_day in by_day.items():
        roots = root_of_each(of_day, upstream) if day else {cell.table: cell.table for cell in of_day}
        for cell in of_day:
            rooted[roots[cell.table]].append(cell)
    results = {(rule.table, rule.rule): rule for rule in run.rules}
    return [
        _hole(table, days, [cell for cell in belonging if cell.day in days], cells, results)
        for table, belonging in rooted.items()
        for days in _joined(table, belonging)
    ]


def _joined(table: str, cells: Sequence[Cell]) -> list[set[date | None]]:
    """The days of a table's own cells, joined where one rule speaks of several."""
    spoken: dict[str, set[date | None]] = defaultdict(set)
    for cell in cells:
        if cell.table == table:
            spoken[cell.rule].add(cell.day)
    found: list[set[date | None]] = []
    for days in spoken.values():
        touching = [group for group in found if group & days]
        found = [group for group in found if not group & days] + [days.union(*touching)]
    return found


def _hole(
    table: str,
    days: set[date | None],
    belonging: Sequence[Cell],
    verdicts: Cells,
    results: Mapping[tuple[str, str], RuleResult],
) -> Cause:
    own = [cell for cell in belonging if cell.table == table]
    rules = [results[table, name] for name in dict.fromkeys(cell.rule for cell in own)]
    return Cause(
        table=table,
        rules=sorted(rules, key=lambda rule: _telling(rule, own, verdicts)),
        days=tuple(sorted(day for day in days if day)),
        cells={cell: verdicts[cell] for cell in belonging},
        downstream=_downstream([cell for cell in belonging if cell.table != table]),
    )


def _telling(rule: RuleResult, own: Sequence[Cell], verdicts: Cells) -> tuple[bool, int, int, bool]:
    """Sorts first the rule that says most: a failure before a warning, severe, on many dates, known as an incident."""
    mine = [cell for cell in own if cell.rule == rule.rule]
    fails = any(verdicts[cell] is Verdict.FAIL for cell in mine)
    severity = _SEVERITIES.index(rule.severity) if rule.severity in _SEVERITIES else len(_SEVERITIES)
    return (not fails, severity, -len(mine), not rule.incident)


def _downstream(cells: Iterable[Cell]) -> list[Broken]:
    by_table: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_table[cell.table].append(cell)
    return [
        Broken(
            table,
            tuple(dict.fromkeys(cell.rule for cell in broken)),
            tuple(sorted({cell.day for cell in broken if cell.day})),
        )
        for table, broken in sorted(by_table.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]


def dates_in_words(days: Sequence[date]) -> str:
    """``on 2023-02-23 and 2023-02-24``; more than three are counted between the first and the last."""
    if not days:
        return "as a whole"
    if len(days) > 3:
        return f"on {len(days):,} game dates, {days[0]} to {days[-1]}"
    *most, last = map(str, days)
    return f"on {', '.join(most)} and {last}" if most else f"on {last}"
