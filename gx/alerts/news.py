"""What of a run is news: compared with what was told before, and what is remembered after telling. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from gx.alerts.causes import Cause
from gx.alerts.cells import Cell
from gx.alerts.look import Fate, fate
from gx.alerts.memory import Told
from gx.judging.result import RunResult, Verdict, worst

FORGET_AFTER_DAYS = 400
"""A cause that no run has looked at for longer than a season and a summer is forgotten."""


class Kind(StrEnum):
    """Why something is told, or is not: only an ``unchanged`` cause stays silent."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HEALED = "healed"
    LEFT = "left"


@dataclass(frozen=True)
class Item:
    """One thing that a run has to say, or knows to be said already.

    ``fresh`` are the cells that nobody was told of, or that got worse; ``before`` is what was told of the same cause;
    ``fates`` what became of the cells that are not loud any more.
    """

    kind: Kind
    title: str
    severity: str
    cause: Cause | None = None
    fresh: Mapping[Cell, Verdict] = field(default_factory=dict)
    before: tuple[Told, ...] = ()
    fates: Mapping[Cell, Fate] = field(default_factory=dict)


def news(causes: Sequence[Cause], memory: Sequence[Told], run: RunResult) -> list[Item]:
    """The causes of a run against what was told before, then what has healed or left the window."""
    fates = _fates(causes, memory, run)
    found, taken = [], set[int]()
    for cause in causes:
        before = [place for place, told in enumerate(memory) if told.cells.keys() & cause.cells.keys()]
        # A cause that has fallen apart goes on in the first of its parts.
        own = [place for place in before if place not in taken]
        taken.update(before)
        found.append(_item(cause, [memory[place] for place in before], [memory[place] for place in own], fates))
    rest = [told for place, told in enumerate(memory) if place not in taken]
    return [*found, *(item for told in rest if (item := _over(told, fates)))]


def remember(
    items: Sequence[Item], unheard: Collection[int], memory: Sequence[Told], run: RunResult
) -> tuple[Told, ...]:
    """What to remember. ``unheard`` are the places of items whose message reached nobody: those are told again."""
    today = run.started_at.date()
    gone_on = [told for item in items for told in item.before]
    kept = [told for told in memory if not any(told is other for other in gone_on)]
    kept += [after for place, item in enumerate(items) if (after := _after(item, place not in unheard, run))]
    return tuple(told for told in kept if (today - told.seen).days <= FORGET_AFTER_DAYS)


def _fates(causes: Sequence[Cause], memory: Sequence[Told], run: RunResult) -> dict[Cell, Fate]:
    loud = {cell for cause in causes for cell in cause.cells}
    rules = {(rule.table, rule.rule): rule for rule in run.rules}
    return {
        cell: fate(cell, verdict, run, rules.get((cell.table, cell.rule)))
        for told in memory
        for cell, verdict in told.cells.items()
        if cell not in loud
    }


def _item(cause: Cause, before: Sequence[Told], own: Sequence[Told], fates: Mapping[Cell, Fate]) -> Item:
    known = {cell: verdict for told in before for cell, verdict in told.cells.items()}
    fresh = {cell: verdict for cell, verdict in cause.cells.items() if _worse(verdict, known.get(cell))}
    kind = Kind.NEW if not before else Kind.CHANGED if fresh else Kind.UNCHANGED
    waiting = {cell: fates[cell] for told in own for cell in told.cells if cell in fates}
    return Item(kind, cause.title, cause.severity, cause, fresh, tuple(before), waiting)


def _worse(verdict: Verdict, before: Verdict | None) -> bool:
    return before is None or (verdict is not before and worst((verdict, before)) is verdict)


def _over(told: Told, fates: Mapping[Cell, Fate]) -> Item | None:
    """A cause that this run does not find: healed or out of sight; None where nothing can be said or need be."""
    mine = {cell: fates[cell] for cell in told.cells}
    said = set(mine.values())
    if Fate.HEALED in said and Fate.UNSEEN not in said:
        return Item(Kind.HEALED, told.title, told.severity, before=(told,), fates=mine)
    if said <= {Fate.LEFT, Fate.EXCUSED} and Fate.LEFT in said and not told.left:
        return Item(Kind.LEFT, told.title, "info", before=(told,), fates=mine)
    if Fate.EXCUSED in said or Fate.HEALED in said:
        return Item(Kind.UNCHANGED, told.title, told.severity, before=(told,), fates=mine)
    return None


def _after(item: Item, heard: bool, run: RunResult) -> Told | None:
    if item.cause:
        return _after_cause(item, item.cause, heard, run)
    told = item.before[0]
    if not heard:
        return told
    still = {cell: told.cells[cell] for cell, said in item.fates.items() if said in (Fate.LEFT, Fate.UNSEEN)}
    return replace(told, cells=still, left=told.left or item.kind is not Kind.UNCHANGED) if still else None


def _after_cause(item: Item, cause: Cause, heard: bool, run: RunResult) -> Told | None:
    known = {cell: verdict for told in item.before for cell, verdict in told.cells.items()}
    cells = {cell: v if heard or cell not in item.fresh else known[cell] for cell, v in _tellable(item, cause, heard)}
    if not cells:
        return None
    waiting = {cell: known[cell] for cell, said in item.fates.items() if said in (Fate.LEFT, Fate.UNSEEN)}
    first = min(item.before, key=lambda told: told.since, default=None)
    today = run.started_at.date()
    return Told(
        # Who was told of a table hears of its healing under the same name.
        title=item.title if first is None or (heard and item.fresh) else first.title,
        severity=_severest([told.severity for told in item.before] + ([item.severity] if heard else [])),
        since=first.since if first else today,
        since_run=first.since_run if first else run.run_id,
        runs=max((told.runs for told in item.before), default=0) + 1,
        seen=today,
        cells={**waiting, **cells},
    )


def _tellable(item: Item, cause: Cause, heard: bool) -> list[tuple[Cell, Verdict]]:
    """The cause's cells that people know of once this item's message was, or was not, heard."""
    known = {cell for told in item.before for cell in told.cells}
    return [(cell, verdict) for cell, verdict in cause.cells.items() if heard or cell in known]


def _severest(severities: Sequence[str]) -> str:
    return "critical" if "critical" in severities else "warning"
