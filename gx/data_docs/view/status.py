"""The front page's status box: a line each on freshness, services, waivers and the run history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.state.shelf import State
from gx.data_docs.text import listed, number
from gx.data_docs.view.marks import Chip, chip
from gx.judging.result import Verdict, is_quiet, worst


@dataclass(frozen=True)
class Status:
    """One line of the status box: what it is about, its verdict, what is to be said, and where to read more."""

    name: str
    mark: Chip | None
    words: str
    href: str


def status_lines(tables: Mapping[str, State], operations: State) -> list[Status]:
    """The lines: freshness, services, waivers, run history, as far as runs have told of them."""
    found = [
        _watched(tables, "freshness", "Freshness", "tables fresh"),
        _watched(tables, "services", "Services", "services current"),
        _waivers(operations),
        _history(operations),
    ]
    return [status for status in found if status]


def _watched(tables: Mapping[str, State], kind: str, name: str, noun: str) -> Status | None:
    watched = [
        (table, rule) for table, state in tables.items() for rule in state["watched"].values() if rule["kind"] == kind
    ]
    if not watched:
        return None
    late = [tables[table]["title"] for table, rule in watched if not is_quiet(Verdict(rule["verdict"]))]
    verdict = worst(Verdict(rule["verdict"]) for _, rule in watched)
    good, due = _counted([rule for _, rule in watched])
    words = f"{good} of {due} {noun}"
    return Status(name, chip(verdict), f"{words}; look at {listed(late)}" if late else words, f"operations.html#{kind}")


def _counted(rules: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """How many are good of how many: what the rules count, or else the rules themselves; exempt ones are not due."""
    due = [rule for rule in rules if rule["verdict"] != Verdict.EXEMPT.value]
    counts = [rule.get("count") or [int(rule["verdict"] == Verdict.PASS.value), 1] for rule in due]
    return number(sum(count[0] or 0 for count in counts)), number(sum(count[1] for count in counts))


def _waivers(operations: State) -> Status | None:
    waivers = (operations.get("waivers") or {}).get("value")
    if not waivers:
        return None
    states = [waiver["state"] for waiver in waivers]
    amiss = sum(state in ("expired", "covers nothing") for state in states)
    words = f"{len(states)} known limitations, {states.count('in force')} in use"
    mark = chip(Verdict.WARN) if amiss else chip(Verdict.WAIVED)
    return Status("Waivers", mark, f"{words}, {amiss} expired or idle" if amiss else words, "operations.html#waivers")


def _history(operations: State) -> Status | None:
    history = (operations.get("run_history") or {}).get("value")
    if not history:
        return None
    losses, bugs = len(history.get("data_loss") or ()), len(history.get("tracking_bugs") or ())
    verdict = Verdict.FAIL if losses else Verdict.WARN if bugs else Verdict.PASS
    words = f"{plural(losses, 'lost date')}, {plural(bugs, 'wrong number')} in the run log"
    return Status("Run history", chip(verdict), words, "run_history.html")
