"""Which broken table explains which: the contracts' upstream tables, and those that a broken rule compares with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from gx.alerts.cells import Cell
from gx.contracts.model import Contract
from gx.judging.result import RunResult, Verdict, worst
from gx.rules.family import Family


class Upstream:
    """The tables above a table, as one run knows them."""

    def __init__(self, run: RunResult, contracts: Mapping[str, Contract], families: Mapping[str, Family]) -> None:
        self._contracts = contracts
        self._families = families
        self._judged = {rule.table for rule in run.rules if rule.verdict is not Verdict.ERROR}
        self._compared = cache(self._tables_of)

    def loud_above(self, table: str, rules: Iterable[str], loud: Mapping[str, Verdict]) -> set[str]:
        """The nearest loud tables above; a table without a verdict of its own is looked through, a healthy one not."""
        found: set[str] = set()
        seen = {table}
        waiting = {*self._declared(table), *(name for rule in rules for name in self._compared(table, rule))}
        while waiting - seen:
            name = (waiting - seen).pop()
            seen.add(name)
            if name in loud:
                found.add(name)
            elif name not in self._judged:
                waiting |= set(self._declared(name))
        return found - {table}

    def _declared(self, table: str) -> tuple[str, ...]:
        contract = self._contracts.get(table)
        return contract.header.upstream if contract else ()

    def _tables_of(self, table: str, name: str) -> set[str]:
        """The other tables that decide a rule; none for a rule that Great Expectations' core measures."""
        contract = self._contracts.get(table)
        rule = contract.rule(name) if contract else None
        family = self._families.get(rule.expectation) if rule else None
        return set(family.columns_used(rule, contract)) - {table} if family and rule and contract else set()


def root_of_each(cells: Mapping[Cell, Verdict], upstream: Upstream) -> dict[str, str]:
    """The table where the trouble of each loud table of one game date begins.

    It is the topmost one above it that is at least as bad: a warning does not explain a failure. Tables that are
    compared with each other explain each other; of those one is chosen, always the same.
    """
    spoken: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for cell, verdict in cells.items():
        spoken[cell.table][cell.rule] = verdict
    loud = {name: worst(rules.values()) for name, rules in spoken.items()}
    above = {name: upstream.loud_above(name, rules, loud) for name, rules in spoken.items()}
    reach = {name: _reach(name, above) for name in loud}
    return {name: _top(name, loud, reach) for name in loud}


def _reach(table: str, above: Mapping[str, set[str]]) -> set[str]:
    """The table and everything above it."""
    seen: set[str] = set()
    waiting = {table}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= above[name] - seen
    return seen


def _top(table: str, loud: Mapping[str, Verdict], reach: Mapping[str, set[str]]) -> str:
    explaining = {name for name in reach[table] if worst((loud[name], loud[table])) is loud[name]}
    tops = [name for name in explaining if all(name in reach[other] for other in reach[name] & explaining)]
    return min(tops, key=lambda name: (loud[name] is not Verdict.FAIL, name))
