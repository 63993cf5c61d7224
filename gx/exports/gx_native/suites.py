"""A contract's rules as suites of Great Expectations, each over one batch.

Rules whose expectation is Great Expectations' own go to suites named ``core``, which stock Great Expectations runs:
rules that look at the same rows share one. What a rule says of rows (``where``, a scope, first and last dates) is in
the batch's query, so an expectation keeps no arguments but Great Expectations' own. The others go to one suite named
``pipeline``, which needs this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gx.contracts.core import ONE_COLUMN, SEVERAL_COLUMNS, core_expectations
from gx.contracts.model import Contract, Rule, Scope
from gx.expectations.classes import kwargs_of
from gx.expectations.serving import RULE_KEY
from gx.exports.gx_native.window import BatchWindow, predicate
from gx.rules.family import Family

COLUMN_ARGUMENTS = (*ONE_COLUMN, *SEVERAL_COLUMNS, "column_set")
"""The arguments in which Great Expectations' own expectations name columns."""
WINDOW_KEY = "contract_window"
"""The key of an expectation's ``meta`` that holds the window to measure."""
GUARD_KEY = "contract_guard"
"""The key of the ``meta`` of the expectation that guards a pipeline suite."""
GUARD = {
    "type": "expect_column_to_exist",
    "kwargs": {"column": "import gx.exports.gx_native.running"},
    "meta": {GUARD_KEY: True},
    "severity": "critical",
    "description": "The package that measures this suite's rules is imported: gx.exports.gx_native.running.",
    "notes": "Great Expectations drops expectations that it does not know, and a suite without any passes.",
}
"""Fails in stock Great Expectations, which would otherwise call a suite of rules that it cannot read a success."""


@dataclass(frozen=True)
class Suite:
    """A suite and the query of its batch; ``kind`` is core or pipeline."""

    name: str
    kind: str
    query: str
    expectations: tuple[Mapping[str, Any], ...]

    @property
    def rule_count(self) -> int:
        """How many rules of the contract it holds."""
        return sum(each is not GUARD for each in self.expectations)


def is_core(rule: Rule) -> bool:
    """Whether Great Expectations itself has the rule's expectation."""
    return rule.expectation in core_expectations()


def suites(contract: Contract, families: Mapping[str, Family], window: BatchWindow) -> Iterator[Suite]:
    """The contract's suites, the core ones first; a rule without a date in the window is in none."""
    groups: dict[str, list[Rule]] = {}
    for rule in contract.rules:
        query_end = _rows(rule, contract, window) if is_core(rule) else None
        if query_end is not None:
            groups.setdefault(query_end, []).append(rule)
    names: set[str] = set()
    for rows, rules in groups.items():
        name = _name(contract, rules, names)
        query = f"SELECT {_columns(rules, contract, families)} FROM `{contract.table}`{rows}"
        yield Suite(name, "core", query, tuple(_core(rule, contract, families) for rule in rules))
    others = [rule for rule in contract.rules if not is_core(rule)]
    if others:
        query = f"SELECT `{contract.grain[0]}` FROM `{contract.table}`{_window_rows(contract, window)}"
        expectations = tuple(_pipeline(rule, contract, families, window) for rule in others)
        yield Suite(f"{contract.table}.pipeline", "pipeline", query, (GUARD, *expectations))


def _name(contract: Contract, rules: list[Rule], taken: set[str]) -> str:
    """``core`` for the plain rules, ``core.table`` and such for scopes, else by the group's first rule."""
    first = rules[0]
    plain = first.scope in (Scope.HISTORICAL, Scope.SNAPSHOT)
    name = f"{contract.table}.core" if plain else f"{contract.table}.core.{first.scope}"
    if _condition(first) or first.since or first.until or name in taken:
        name = f"{contract.table}.core.{first.name}"
    taken.add(name)
    return name


def _rows(rule: Rule, contract: Contract, window: BatchWindow) -> str | None:
    """The end of the query, which chooses the rule's rows; None when the window holds no date of its."""
    conditions = []
    if contract.partition:
        bounds = window.bounds(rule, contract)
        if bounds is None:
            return None
        conditions.append(predicate(contract, *bounds))
        if rule.since:
            conditions.append(f"{contract.partition_date} >= DATE '{rule.since}'")
        if rule.until:
            conditions.append(f"{contract.partition_date} <= DATE '{rule.until}'")
    if where := _condition(rule):
        conditions.append(f"({where})")
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _condition(rule: Rule) -> str | None:
    where = (
        rule.arguments.get("where") if isinstance(rule.arguments, Mapping) else getattr(rule.arguments, "where", None)
    )
    return str(where) if where else None


def _window_rows(contract: Contract, window: BatchWindow) -> str:
    """The end of a query over the window as a whole; the batch of rules that measure for themselves."""
    if not contract.partition:
        return ""
    if window.start and window.end:
        return f" WHERE {predicate(contract, f"DATE '{window.start}'", f"DATE '{window.end}'")}"
    today = f"CURRENT_DATE('{window.zone}')"
    return f" WHERE {predicate(contract, f'DATE_SUB({today}, INTERVAL {window.last_days} DAY)', today)}"


def _columns(rules: Iterable[Rule], contract: Contract, families: Mapping[str, Family]) -> str:
    """The columns that the rules name, in the contract's order; all when a rule names none."""
    named: set[str] = set()
    for rule in rules:
        mine = {name for key in COLUMN_ARGUMENTS for name in _listed(kwargs_of(rule.arguments).get(key))}
        named |= mine or {column.name for column in contract.columns}
    return ", ".join(f"`{column.name}`" for column in contract.columns if column.name in named)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _core(rule: Rule, contract: Contract, families: Mapping[str, Family]) -> dict[str, Any]:
    allowed = core_expectations()[rule.expectation]
    known = {*allowed, "mostly"}
    kwargs = {key: value for key, value in kwargs_of(rule.arguments).items() if key in known}
    return _expectation(rule, contract, families, kwargs, {"rule": f"{contract.table}.{rule.name}"})


def _pipeline(rule: Rule, contract: Contract, families: Mapping[str, Family], window: BatchWindow) -> dict[str, Any]:
    meta = {RULE_KEY: f"{contract.table}.{rule.name}", WINDOW_KEY: window.plain()}
    return _expectation(rule, contract, families, kwargs_of(rule.arguments), meta)


def _expectation(
    rule: Rule, contract: Contract, families: Mapping[str, Family], kwargs: dict[str, Any], meta: dict[str, Any]
) -> dict[str, Any]:
    family = families.get(rule.expectation)
    owner = rule.owner or contract.header.owner
    told = {"incident": rule.incident, "owner": owner, "scope": rule.scope.value}
    return {
        "type": rule.expectation,
        "kwargs": kwargs,
        "meta": meta | {key: value for key, value in told.items() if value},
        "severity": rule.severity.value,
        "description": family.words(rule, contract) if family else None,
        "notes": " ".join(text for text in (rule.why, rule.remedy) if text) or None,
    }
