"""A table's state: its rules as the newest run that judged each left them, and its last runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gx.data_docs.state.cells import Cell, cells_of, is_good, is_loud, worst_of
from gx.data_docs.state.names import WHOLE, group_key
from gx.data_docs.state.shelf import State
from gx.data_docs.stored import StoredRun
from gx.judging.result import GOOD, RuleResult, TableResult, Verdict, is_quiet, worst
from gx.reporting.history_strip import MARKS

STRIP = 30
"""Runs that a history strip shows."""

CHARTED = (
    "expect_player_counts_to_match_schedule",
    "expect_reference_keys_to_be_covered",
    "expect_fallback_to_be_complete",
    "expect_every_slate_to_be_present",
)
"""Expectations whose numbers tell how much of a game date is there, the most telling first."""

CHARTS = 3
_DATES = 240
"""Game dates of a chart: a season with its play-offs has fewer."""


_UNKNOWN: State = {"strip": "", "standing": {}}
"""A rule before its first run."""


@dataclass
class News:
    """What a run changed: cells (table, rule, date) that it found broken anew, and those that it found healed."""

    broke: list[tuple[str, str, str]] = field(default_factory=list)
    healed: list[tuple[str, str, str]] = field(default_factory=list)


def new_table(table: str) -> State:
    """The state of a table before its first run."""
    return {"schema": "contracts.table/2", "table": table, "runs": [], "rules": {}, "last_good": None}


def fold_table(state: State, run: StoredRun, table: TableResult, known: Collection[str], news: News) -> None:
    """Adds a run's result of the table. ``known`` are the rules of its contract; any others that the run did not
    judge are dropped, and none are when it is empty.
    """
    state |= {name: getattr(table, name) for name in ("title", "description", "owner", "phase")}
    state["rows"] = table.rows if table.rows is not None else state.get("rows")
    rules: dict[str, State] = state["rules"]
    charted, seen = _charted(table.rules), _seen(run)
    for rule in table.rules:
        before = rules.get(rule.rule)
        rules[rule.rule] = _fold_rule(before, run, seen, rule, charted, news)
    judged = {rule.rule for rule in table.rules}
    for name in [name for name in rules if known and name not in known and name not in judged]:
        del rules[name]
    _add_run(state, run, seen, table)
    state["verdict"] = worst(map(Verdict, {rule["verdict"] for rule in rules.values()})).value
    if not rules:
        state["verdict"] = table.verdict.value


def _fold_rule(
    before: State | None,
    run: StoredRun,
    seen: Mapping[str, str],
    rule: RuleResult,
    charted: Collection[str],
    news: News,
) -> State:
    before = before or _UNKNOWN
    state: State = {
        "expectation": rule.expectation,
        "severity": rule.severity,
        "scope": rule.scope,
        "threshold": rule.threshold,
        "words": rule.words,
        "why": rule.why,
        "remedy": rule.remedy,
        "incident": rule.incident,
        "owner": rule.owner,
        "location": rule.location,
        "observed": rule.observed,
        "evaluated": rule.evaluated,
        "unexpected": rule.unexpected,
        "verdict": rule.verdict.value,
        "error": rule.error,
        "run": seen,
        "strip": before["strip"],
        "standing": {},
    }
    if before["standing"] or rule.partitions or rule.verdict not in GOOD:
        told = cells_of(rule)
        state["standing"] = standing = _standing(before["standing"], told, run, rule, news)
        state["verdict"] = _verdict(standing, [rule.verdict] if is_quiet(rule.verdict) else [])
        if (whole := told.get(WHOLE)) and "expected" in whole:
            state["count"] = [whole.get("actual"), whole["expected"]]
    if "page" in before:
        state["page"] = True
    if rule.rule in charted:
        state["numbers"] = _numbers(before.get("numbers") or {}, rule)
    return state


def _verdict(standing: Mapping[str, Cell], quiet: Sequence[Verdict]) -> str:
    if quiet and not standing:
        return quiet[0].value  # as nearly always
    return worst([*(Verdict(cell["verdict"]) for cell in standing.values()), *quiet]).value


def _standing(
    before: Mapping[str, Cell], told: Mapping[str, Cell], run: StoredRun, rule: RuleResult, news: News
) -> dict[str, Cell]:
    """The cells that are amiss now: the run's own, and earlier ones that it did not look at.

    A rule that was not evaluated heals nothing.
    """
    if not before and not any(not is_good(cell) for cell in told.values()):
        return {}  # as nearly always
    kept = {key: cell for key, cell in before.items() if rule.error or not _looked_at(key, run)}
    if rule.error:
        kept.pop(WHOLE, None)
    amiss = {key: cell for key, cell in told.items() if not is_good(cell)}
    fresh = {key: cell | {"since": _since(before.get(key), cell, run)} for key, cell in amiss.items()}
    found = kept | fresh
    news.broke += [
        (rule.table, rule.rule, key)
        for key, cell in fresh.items()
        if is_loud(cell) and not (key in before and is_loud(before[key]))
    ]
    news.healed += [
        (rule.table, rule.rule, key)
        for key, cell in before.items()
        if is_loud(cell) and not (key in found and is_loud(found[key]))
    ]
    return dict(sorted(found.items()))


def _looked_at(key: str, run: StoredRun) -> bool:
    return key == WHOLE or run.start <= key <= run.end


def _since(before: Cell | None, cell: Cell, run: StoredRun) -> Mapping[str, str]:
    """The run that first found the cell as it is."""
    if before is not None and before["verdict"] == cell["verdict"]:
        since: Mapping[str, str] = before["since"]
        return since
    return _seen(run)


def _seen(run: StoredRun) -> dict[str, str]:
    return {"run_id": run.run_id, "started_at": run.started_at, "as_of": run.as_of, "group": group_key(run)}


def _charted(rules: Iterable[RuleResult]) -> list[str]:
    """The rules whose numbers the table's page draws: the telling ones, else the first that compares numbers."""
    numbered = [rule for rule in rules if rule.partitions and any(_numbered(rule))]
    telling = [rule for rule in numbered if rule.expectation in CHARTED]
    telling.sort(key=lambda rule: CHARTED.index(rule.expectation))
    return [rule.rule for rule in (telling or numbered[:1])][:CHARTS]


def _numbered(rule: RuleResult) -> Iterable[tuple[date, list[Any]]]:
    for each in rule.partitions:
        if each.partition and each.expected is not None and each.actual is not None:
            yield each.partition, [each.expected, each.actual, each.verdict.value]


def _numbers(before: dict[str, Any], rule: RuleResult) -> dict[str, Any]:
    """Expected, found and verdict a game date, of the newest dates."""
    fresh = {day.isoformat(): told for day, told in _numbered(rule)}
    new = [day for day in fresh if day not in before]
    in_order = not before or not new or new[0] > next(reversed(before))  # as nearly always: partitions come in order
    before.update(fresh)
    found = before if in_order else dict(sorted(before.items()))
    for day in list(found)[: max(len(found) - _DATES, 0)]:
        del found[day]
    return found


def _add_run(state: State, run: StoredRun, seen: Mapping[str, str], table: TableResult) -> None:
    runs: list[dict[str, Any]] = state["runs"]
    before = len(runs)
    runs.append({**seen, "verdict": table.verdict.value})
    state["runs"] = runs[-STRIP:]
    judged = {rule.rule: MARKS[rule.verdict] for rule in table.rules}
    for name, rule in state["rules"].items():
        rule["strip"] = (rule["strip"].rjust(before) + judged.get(name, " "))[-STRIP:]
    if is_quiet(table.verdict):
        state["last_good"] = {**seen, "start": run.start, "end": run.end}


def loud_rules(state: State) -> dict[str, State]:
    """The table's rules of which somebody must look at a cell."""
    return {name: rule for name, rule in state["rules"].items() if any(map(is_loud, rule["standing"].values()))}


def verdict_of_cells(rule: State) -> Verdict:
    """The worst of a rule's standing cells."""
    return worst_of(rule["standing"].values())
