"""``contracts explain TABLE[.RULE]``: a contract, or one of its rules, in plain words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli.project import refuse, sound_project
from gx.contracts.wording import plural

if TYPE_CHECKING:
    from gx.contracts.model import Contract, ContractSet, Location, Rule, Waiver

_SCOPES = {
    "historical": "game dates before as-of",
    "upcoming": "game dates from as-of on",
    "table": "the whole table",
}
_SEVERITIES = {
    "critical": "critical: broken, it fails the run",
    "warning": "warning: broken, it warns (fails the run only with --strict)",
    "info": "info: broken, it is only recorded",
}
_WIDTH = 110


def explain(
    name: Annotated[
        str,
        typer.Argument(metavar="TABLE[.RULE]", help="dataset.table or dataset.table.rule; the dataset may be omitted."),
    ],
) -> None:
    """Say in plain words what a contract, or one of its rules, asks for, why, and what to do when it is broken.

    Exit codes: 0 explained, 64 no such table or rule, or a contract file has an error.
    """
    paths, found = sound_project()
    contract, rule_name = _find(name, found)
    lines = _contract_lines(contract, found, paths.root)
    if rule_name:
        rule = contract.rule(rule_name)
        if rule is None:
            _miss("rule", f"{contract.table}.{rule_name}", [f"{contract.table}.{item.name}" for item in contract.rules])
            return
        lines = _rule_lines(rule, contract, found, paths.root)
    print("\n".join(lines))


def _find(name: str, found: ContractSet) -> tuple[Contract, str | None]:
    """The contract that a name speaks of, and the rule's name if it has one; a table's name alone will do."""
    for table, contract in found.contracts.items():
        for known in (table, table.split(".")[1]):
            if name == known:
                return contract, None
            if name.startswith(known + "."):
                return contract, name[len(known) + 1 :]
    _miss("table", name, list(found.contracts))
    raise AssertionError("a miss exits")


def _miss(what: str, name: str, known: list[str]) -> None:
    from gx.contracts.wording import unknown

    refuse(unknown(what, name, known))


def _where(location: Location, root: Path) -> str:
    return f"{os.path.relpath(root / location.file)}:{location.line}"


def _contract_lines(contract: Contract, found: ContractSet, root: Path) -> list[str]:
    header = contract.header
    facts = {
        "owner": header.owner,
        "written by": header.processor,
        "phase": str(header.phase),
        "upstream": ", ".join(header.upstream) or "none",
        "one row per": ", ".join(header.grain),
        "partition": header.partition or "none",
        "columns": f"{len(header.columns)}, {sum(column.mode == 'REQUIRED' for column in header.columns)} required",
        "stands in": _where(contract.location, root),
    }
    lines = [f"{contract.table}: {header.title}", *_wrapped(header.description, ""), "", *_facts(facts), ""]
    lines.append(f"{plural(len(contract.rules), 'rule')}:")
    for rule in contract.rules:
        lines += [f"  {rule.name} ({rule.severity}, {rule.scope})", *_wrapped(_words(rule, contract), "    ")]
    return lines + _waiver_lines(waiver for waiver in found.waivers if waiver.table == contract.table)


def _rule_lines(rule: Rule, contract: Contract, found: ContractSet, root: Path) -> list[str]:
    facts = {
        "says": _words(rule, contract),
        "allowed": _threshold(rule),
        "looks at": _SCOPES[rule.scope] + _dates(rule),
        "severity": _SEVERITIES[rule.severity],
        "why": rule.why or "not said",
        "incident": rule.incident or "none",
        "remedy": rule.remedy or "not said",
        "owner": rule.owner or contract.header.owner,
        "expectation": rule.expectation,
        "stands in": _where(rule.location, root),
    }
    waivers = (waiver for waiver in found.waivers if waiver.table == contract.table and waiver.rule in ("*", rule.name))
    return [f"{contract.table}.{rule.name}", *_facts(facts), *_waiver_lines(waivers)]


def _dates(rule: Rule) -> str:
    since = f", since {rule.since}" if rule.since else ""
    return since + (f", until {rule.until}" if rule.until else "")


def _words(rule: Rule, contract: Contract) -> str:
    from gx.rules.registry import families

    family = families().get(rule.expectation)
    if family:
        return family.words(rule, contract)
    arguments = ", ".join(f"{key} {value!r}" for key, value in rule.arguments.items())
    return f"{rule.expectation.replace('_', ' ')}: {arguments} (runs through Great Expectations, slower)"


def _threshold(rule: Rule) -> str:
    from gx.rules.registry import families

    family = families().get(rule.expectation)
    return family.threshold(rule) if family else "as the expectation's own arguments say"


def _facts(facts: dict[str, str]) -> Iterator[str]:
    for label, text in facts.items():
        first, *rest = _wrapped(text, " " * 15)
        yield f"  {label + ':':<13}{first.strip()}"
        yield from rest


def _wrapped(text: str, indent: str) -> list[str]:
    from textwrap import wrap

    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent) or [indent]


def _waiver_lines(waivers: Iterable[Waiver]) -> list[str]:
    lines = []
    for waiver in waivers:
        who = f"by {waiver.owner} since {waiver.since}, expires {waiver.expires}"
        lines += _wrapped(f"{waiver.rule}, {_waived_dates(waiver)}, {who}: {waiver.reason}", "  ")
    return ["", "Waivers:", *lines] if lines else []


def _waived_dates(waiver: Waiver) -> str:
    if waiver.dates:
        return ", ".join(map(str, waiver.dates))
    if waiver.start is None and waiver.end is None:
        return "on all dates"
    return f"from {waiver.start or 'the first date'} to {waiver.end or 'the last'}"
