"""What is broken, grouped by where it begins: a hole upstream is one cause, with the tables that it broke."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.data_docs.state.cells import is_loud
from gx.data_docs.state.names import WHOLE
from gx.data_docs.view.marks import phase_rank, urgency
from gx.judging.result import Verdict, worst

Amiss = Mapping[str, Any]
"""The front page's tables by name, as ``index.json`` holds them."""

_SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class Cause:
    """A table where trouble begins, its broken rules (the telling one first), its dates, and what it broke below.

    ``days`` is empty for a table as a whole. ``below`` holds tables downstream with their broken rules.
    """

    table: str
    rules: Sequence[str]
    days: Sequence[str]
    below: Mapping[str, Sequence[str]]
    verdict: Verdict


def find_causes(tables: Amiss, upstream: Mapping[str, Sequence[str]]) -> list[Cause]:
    """The causes of everything that somebody must look at: the worst first, then the newest, then upstream first."""
    by_day: dict[str, dict[str, dict[str, Verdict]]] = defaultdict(lambda: defaultdict(dict))
    for table, state in tables.items():
        for name, rule in state["amiss"].items():
            for day, cell in rule["standing"].items():
                if is_loud(cell):
                    by_day[day][table][name] = Verdict(cell["verdict"])
    rooted: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for day, broken in by_day.items():
        for table, rules in broken.items():
            root = table if day == WHOLE else _root(table, broken, upstream)
            rooted[root][day][table] = rules
    found = [_cause(root, days, tables) for root, all_days in rooted.items() for days in _joined(root, all_days)]
    order = sorted(found, key=lambda cause: (phase_rank(tables[cause.table]["phase"]), cause.table))
    order.sort(key=lambda cause: cause.days[-1] if cause.days else "9", reverse=True)
    return sorted(order, key=lambda cause: urgency(cause.verdict))


def _root(table: str, broken: Mapping[str, Mapping[str, Verdict]], upstream: Mapping[str, Sequence[str]]) -> str:
    """The topmost broken table above on that date; a warning does not explain a failure."""
    seen, found = {table}, table
    waiting = [table]
    while waiting:
        current = waiting.pop(0)
        for above in upstream.get(current, ()):
            if above not in seen:
                seen.add(above)
                waiting.append(above)
                if above in broken and _explains(broken[above], broken[table]):
                    found = above
    return found


def _explains(above: Mapping[str, Verdict], own: Mapping[str, Verdict]) -> bool:
    worse = worst(above.values())
    return worse is not Verdict.ERROR and worst([worse, worst(own.values())]) is worse


def _joined(root: str, days: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Mapping[str, Any]]]:
    """The dates on which the same rules of the root are broken, as far as they touch, are one cause."""
    groups: list[tuple[set[str], dict[str, Mapping[str, Any]]]] = []
    for day, broken in sorted(days.items()):
        rules = set(broken.get(root, ()))
        touching = [group for group in groups if group[0] & rules]
        merged = ({*rules}.union(*(group[0] for group in touching)), {day: broken})
        for _, theirs in touching:
            merged[1].update(theirs)
        groups = [group for group in groups if not group[0] & rules] + [merged]
    return [dict(sorted(each.items())) for _, each in groups]


def _cause(root: str, days: Mapping[str, Mapping[str, Any]], tables: Amiss) -> Cause:
    own: dict[str, list[Verdict]] = defaultdict(list)
    below: dict[str, dict[str, None]] = defaultdict(dict)
    for broken in days.values():
        for table, rules in broken.items():
            for rule, verdict in rules.items():
                if table == root:
                    own[rule].append(verdict)
                else:
                    below[table][rule] = None
    facts = tables[root]["amiss"]
    rules = sorted(own, key=lambda rule: _telling(own[rule], facts[rule]))
    order = sorted(below, key=lambda table: (phase_rank(tables[table]["phase"]), table))
    return Cause(
        table=root,
        rules=rules,
        days=sorted(day for day in days if day != WHOLE),
        below={table: list(below[table]) for table in order},
        verdict=worst(verdict for verdicts in own.values() for verdict in verdicts),
    )


def _telling(verdicts: Sequence[Verdict], rule: Mapping[str, Any]) -> tuple[bool, int, bool, int]:
    """Sorts first the rule that says most: a failure, severe, known as an incident, on many dates."""
    severity = rule["severity"]
    rank = _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)
    return (worst(verdicts) is not Verdict.FAIL, rank, not rule["incident"], -len(verdicts))
