"""Two states of one contract: its table, its columns and its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gx.contracts.comparing.arguments import directions
from gx.contracts.comparing.change import Change, Direction, KeyChange, Kind, compare_keys
from gx.contracts.comparing.directions import (
    among,
    begins,
    breaking,
    harmless,
    members,
    plain,
    ranked,
    reaches,
    unknown,
)
from gx.contracts.comparing.places import File
from gx.contracts.model import Column, Contract, Rule, Severity

_HEADER: Mapping[str, Direction] = {
    **dict.fromkeys(("title", "description", "owner", "phase", "clustering"), harmless),
    **dict.fromkeys(("table", "processor", "partition", "partitioned"), breaking),
    "grain": among,
    "upstream": members(more=True),
    "require_partition_filter": lambda _, new: [(Kind.BREAKING if new else Kind.LOOSENING, "")],
}
_COLUMN: Mapping[str, Direction] = {"type": breaking, "mode": breaking, "description": harmless}
"""What a column says besides its shorthand, which is compared as the rules that it stands for."""


def _scope(old: str, new: str) -> Iterator[tuple[Kind, str]]:
    """The whole table holds the dates before as-of and those from then on; any other change is to other rows."""
    if new == "table" and old in ("historical", "upcoming"):
        yield Kind.TIGHTENING, ""
    elif old == "table" and new in ("historical", "upcoming"):
        yield Kind.LOOSENING, ""
    else:
        yield Kind.BREAKING, ""


_RULE: Mapping[str, Direction] = {
    **dict.fromkeys(("why", "remedy", "incident", "owner"), harmless),
    "severity": ranked(Severity.INFO, Severity.WARNING, Severity.CRITICAL),
    "scope": _scope,
    "since": begins,
    "until": reaches,
}


def compare_contracts(old: Contract, new: Contract, old_file: File, new_file: File) -> Iterator[Change]:
    """Every change of a table's contract, in no order."""
    table = new.table
    for found in _header_changes(old, new):
        yield Change(found.kind, table, "table", found.what, new_file.place(found.key), old_file.place(found.key))
    yield from _columns(old, new, old_file, new_file)
    yield from _rules(old, new)


def _header_changes(old: Contract, new: Contract) -> Iterator[KeyChange]:
    before, after = ({**plain(item.header), "columns": None} for item in (old, new))
    yield from compare_keys(before, after, _HEADER, unknown)


def _columns(old: Contract, new: Contract, old_file: File, new_file: File) -> Iterator[Change]:
    before, after = ({column.name: column for column in item.columns} for item in (old, new))
    for name in before.keys() - after.keys():
        yield Change(Kind.BREAKING, new.table, f"column {name}", "removed", None, old_file.column(name))
    for name in after.keys() - before.keys():
        what = f"added, {after[name].type} {after[name].mode}"
        yield Change(Kind.TIGHTENING, new.table, f"column {name}", what, new_file.column(name))
    for name in before.keys() & after.keys():
        for found in compare_keys(_said(before[name]), _said(after[name]), _COLUMN, unknown):
            places = new_file.column(name), old_file.column(name)
            yield Change(found.kind, new.table, f"column {name}", found.what, *places)
    if _order(before, after) != _order(after, before):
        places = new_file.place("columns"), old_file.place("columns")
        yield Change(Kind.HARMLESS, new.table, "columns", "in another order", *places)


def _said(column: Column) -> dict[str, Any]:
    return {name: getattr(column, name) for name in _COLUMN}


def _order(names: Mapping[str, object], others: Mapping[str, object]) -> list[str]:
    """The names that both have, in the order of the first."""
    return [name for name in names if name in others]


def _rules(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = ({rule.name: rule for rule in item.rules} for item in (old, new))
    gone = {name: rule for name, rule in before.items() if name not in after}
    come = {name: rule for name, rule in after.items() if name not in before}
    for name, rule in list(come.items()):
        if earlier := next((item for item in gone.values() if _content(item) == _content(rule)), None):
            del gone[earlier.name], come[name]
            yield _renamed(new.table, earlier, rule)
    for name, rule in gone.items():
        yield Change(Kind.LOOSENING, new.table, f"rule {name}", f"removed ({rule.expectation})", None, rule.location)
    for name, rule in come.items():
        yield Change(Kind.TIGHTENING, new.table, f"rule {name}", f"added ({rule.expectation})", rule.location)
    for name in before.keys() & after.keys():
        yield from _rule(old, new, before[name], after[name])
    if _order(before, after) != _order(after, before):
        yield Change(Kind.HARMLESS, new.table, "rules", "in another order", new.location, old.location)


def _renamed(table: str, old: Rule, new: Rule) -> Change:
    """The same promise under another name: history, waivers and alerts go by the name."""
    what = f"was called {old.name}; nothing else of it changed, its history stays under the old name"
    return Change(Kind.HARMLESS, table, f"rule {new.name}", what, new.location, old.location)


def _content(rule: Rule) -> tuple[Any, ...]:
    """What a rule asks, its name and words apart."""
    return rule.expectation, rule.arguments, rule.scope, rule.severity, rule.since, rule.until


def _rule(old_contract: Contract, new_contract: Contract, old: Rule, new: Rule) -> Iterator[Change]:
    subject, places = f"rule {new.name}", (new.location, old.location)
    if old.expectation != new.expectation:
        what = f"is now {new.expectation}, was {old.expectation}: the name means another promise"
        yield Change(Kind.BREAKING, new_contract.table, subject, what, *places)
        return
    found = [
        *compare_keys(_head(old, old_contract), _head(new, new_contract), _RULE, unknown),
        *compare_keys(_given(old), _given(new), directions(new.expectation, type(new.arguments)), unknown),
    ]
    for change in found:
        yield Change(change.kind, new_contract.table, subject, change.what, *places)


def _head(rule: Rule, contract: Contract) -> dict[str, Any]:
    """What a rule says besides its arguments; the words of a column's shorthand are the column's, and told with it."""
    words = {column.description for column in contract.columns if column.name == _given(rule).get("column")}
    return {name: getattr(rule, name) for name in _RULE if name != "why" or rule.why not in words}


def _given(rule: Rule) -> dict[str, Any]:
    return plain(rule.arguments)
