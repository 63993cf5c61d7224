"""One entry of ``expectations:``, and how its expectation's arguments become a model."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from gx.contracts.core import ONE_COLUMN, SEVERAL_COLUMNS, core_expectations
from gx.contracts.families import Families
from gx.contracts.model import Contract, Location, Model, Problem, Rule, RuleName, Scope, Severity
from gx.contracts.nodes import Node
from gx.contracts.validation import problem_at, validate
from gx.contracts.wording import quoted, shown, suggestion, unknown

Text = Annotated[str, StringConstraints(min_length=1)]


class EntryHead(Model):
    """What an entry says besides its expectation."""

    rule: Annotated[RuleName, Field(description="The rule's name, unique in its contract.")]
    scope: Annotated[
        Scope, Field(description="historical: game dates before as-of; upcoming: from as-of on; table: all its rows.")
    ] = Scope.HISTORICAL
    severity: Annotated[Severity, Field(description="critical fails a run, warning warns, info is only recorded.")] = (
        Severity.CRITICAL
    )
    why: Annotated[str, Field(description="Why the rule is there, for whoever sees it broken.")] = ""
    remedy: Annotated[str, Field(description="What to do when it is broken.")] = ""
    incident: Annotated[str, Field(description="The incident behind it, for example I-03.")] = ""
    owner: Annotated[str, Field(description="Who looks after it, when it is not the table's owner.")] = ""
    since: Annotated[date | None, Field(description="First game date the rule speaks of.")] = None
    until: Annotated[date | None, Field(description="Last game date the rule speaks of.")] = None


def read_entry(node: Node, name: str, families: Families | None) -> tuple[Rule | None, Node | None, list[Problem]]:
    """One entry as a rule, with the node of its expectation's arguments, and every problem with it.

    Without ``families`` the expectation is taken as written, its arguments unchecked.
    """
    expectations = [key for key in node.mapping if key.startswith("expect_")]
    head, problems = validate(EntryHead, node, name, also_known=_entry_names(families), without=expectations)
    problems += _count_problems(node, name, expectations)
    if head and head.since and head.until and head.since > head.until:
        problems.append(problem_at(name, node.mapping["since"], f"since: {head.since} is after until, {head.until}"))
    if not expectations:
        return None, None, problems
    expectation, kwargs = expectations[0], node.mapping[expectations[0]]
    place = Location(name, *node.keys[expectation])
    arguments, found = read_arguments(expectation, kwargs, place, families)
    problems += found
    if head is None or problems:
        return None, kwargs, problems
    return Rule(head.rule, expectation, arguments, Location(name, *node.place), **_rest(head)), kwargs, problems


def _rest(head: EntryHead) -> dict[str, Any]:
    return {key: getattr(head, key) for key in EntryHead.model_fields if key != "rule"}


def _count_problems(node: Node, name: str, expectations: list[str]) -> list[Problem]:
    if not isinstance(node.value, dict):
        return []
    if not expectations:
        return [problem_at(name, node, "no expectation; allowed: exactly one key expect_...")]
    extra = "a second expectation {}; allowed: one an entry; start a new entry with its own rule name"
    return [Problem(Location(name, *node.keys[key]), extra.format(quoted(key))) for key in expectations[1:]]


def _entry_names(families: Families | None) -> list[str]:
    return ["one expect_..."] if not families else ["one expect_...", *families]


def read_arguments(
    expectation: str, node: Node, place: Location, families: Families | None
) -> tuple[Any, list[Problem]]:
    """An expectation's arguments: the family's model, or a plain mapping for a core expectation; and every problem."""
    if node.value is None:
        node = Node(node.place, {})
    if families is None:
        return node.plain(), []
    if expectation in families:
        return validate(families[expectation].Kwargs, node, place.file)
    if expectation in core_expectations():
        return node.plain(), _core_problems(expectation, node, place)
    known = [*families, *core_expectations()]
    found = f"unknown expectation {quoted(expectation)}{suggestion(expectation, known)}"
    return None, [Problem(place, f"{found}; allowed: the {len(known)} that contracts list --expectations shows")]


def _core_problems(expectation: str, node: Node, place: Location) -> list[Problem]:
    allowed = core_expectations()[expectation]
    if not isinstance(node.value, dict):
        return [problem_at(place.file, node, f"found {shown(node.value)}; allowed: a mapping of arguments")]
    problems = [
        Problem(Location(place.file, *node.keys[key]), unknown("argument", key, allowed))
        for key in node.value
        if key not in allowed
    ]
    missing = [key for key, required in allowed.items() if required and key not in node.value]
    return problems + [Problem(place, f"missing argument {key!r} of {expectation}") for key in missing]


def core_column_problems(rule: Rule, kwargs: Node, contract: Contract) -> list[Problem]:
    """Columns that a core expectation names and the contract does not have."""
    named = [kwargs.mapping[key] for key in ONE_COLUMN if key in kwargs.mapping]
    named += [item for key in SEVERAL_COLUMNS if key in kwargs.mapping for item in kwargs.mapping[key].items]
    known = [column.name for column in contract.columns]
    return [
        problem_at(rule.location.file, node, unknown("column", str(node.value), known))
        for node in named
        if node.value not in known
    ]
