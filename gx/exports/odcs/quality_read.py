"""The quality rules of a document as entries of a draft contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gx.contracts.core import ONE_COLUMN, core_expectations
from gx.contracts.entry import read_entry
from gx.contracts.families import Families
from gx.contracts.model import Rule
from gx.contracts.nodes import Node
from gx.contracts.source import parse_text
from gx.exports.odcs import vocabulary
from gx.exports.odcs.columns_read import custom_properties
from gx.exports.odcs.library_read import NotCarried, library_expectation
from gx.exports.odcs.quality import UNIQUE, arguments_of
from gx.exports.reading import Reading, node_of

_ENGINES = ("greatexpectations", "gx")
_SEVERITIES = {
    **dict.fromkeys(("critical", "error", "blocker", "high", "major"), "critical"),
    **dict.fromkeys(("warning", "warn", "medium", "minor"), "warning"),
    **dict.fromkeys(("info", "information", "low"), "info"),
}
_CUSTOM = (
    vocabulary.SCOPE, vocabulary.INCIDENT, vocabulary.REMEDY, vocabulary.OWNER,
    vocabulary.SINCE, vocabulary.UNTIL, vocabulary.SHORTHAND, vocabulary.SAME_AS,
)  # fmt: skip
_ORDER = ("scope", "severity", "incident", "owner", "since", "until", "why", "remedy")


class RuleReader:
    """Reads quality rules into entries; ``entries`` are those that a contract takes, in order.

    ``shorthand`` are the rules that the columns' own keys stand for, by name, and ``partition`` the table's.
    """

    def __init__(
        self, reading: Reading, families: Families, shorthand: Mapping[str, Rule], partition: str | None
    ) -> None:
        self.reading, self.families, self.shorthand, self.partition = reading, families, shorthand, partition
        self.entries: list[dict[str, Any]] = []
        self._names = set(shorthand)

    def read(self, items: list[Node], column: str | None = None) -> None:
        """Take over a list of quality rules, of one column or of the table."""
        for item in items:
            try:
                self._read_one(item, column)
            except NotCarried as reason:
                self.reading.refuse(item, f"quality rule {_title(item)}: not carried: {reason}")

    def add(self, item: Node, entry: dict[str, Any]) -> None:
        """Add an entry, if a contract takes it; else tell why not."""
        name = self._name(str(entry["rule"]))
        rule, _, problems = read_entry(node_of({**entry, "rule": name}), self.reading.name, self.families)
        if rule is None:
            reasons = "; ".join(problem.message for problem in problems)
            self.reading.refuse(item, f"quality rule {_title(item)}: not carried: {reasons}")
            return
        self._names.add(name)
        self.entries.append({**entry, "rule": name})

    def _read_one(self, item: Node, column: str | None) -> None:
        known = custom_properties(self.reading, item, {name: name for name in _CUSTOM})
        if known.pop(vocabulary.SAME_AS, None) in self._names:
            self.reading.take_all(item)  # said by the rule of that name already
            return
        ours = vocabulary.SCOPE in known
        expectation, kwargs = self._expectation(item, column)
        if known.pop(vocabulary.SHORTHAND, False):
            self._compare(item, expectation, kwargs)
            return
        if expectation == UNIQUE and self.partition and vocabulary.SCOPE not in known:
            known["scope"] = "table"  # elsewhere a key is unique in the whole table
        self.add(item, self._entry(item, expectation, kwargs, known, ours))

    def _expectation(self, item: Node, column: str | None) -> tuple[str, dict[str, Any]]:
        kind = self.reading.text(item, "type") or ("library" if item.get("metric") or item.get("rule") else "text")
        if kind == "custom":
            return self._custom(item, column)
        if kind == "library":
            return library_expectation(self.reading, item, column, self.partition)
        raise NotCarried(f"a contract has no rules of type {kind}; say it with an expectation")

    def _custom(self, item: Node, column: str | None) -> tuple[str, dict[str, Any]]:
        engine = self.reading.text(item, "engine")
        if re.sub("[^a-z]", "", engine.lower()) not in _ENGINES:
            raise NotCarried(f"its engine is {engine!r}; allowed: {vocabulary.ENGINE}")
        written = item.get("implementation")
        self.reading.take(item, "implementation")
        expectation, kwargs = _implementation(written)
        known = [*self.families, *core_expectations()]
        if expectation not in known:
            raise NotCarried(f"{expectation!r} is neither an expectation of ours nor of Great Expectations")
        if column and "column" in self._arguments(expectation) and not any(key in kwargs for key in ONE_COLUMN):
            kwargs = {"column": column, **kwargs}
        return expectation, kwargs

    def _arguments(self, expectation: str) -> list[str]:
        family = self.families.get(expectation)
        return list(family.Kwargs.model_fields) if family else list(core_expectations()[expectation])

    def _compare(self, item: Node, expectation: str, kwargs: dict[str, Any]) -> None:
        """A rule that the column's keys stand for is made by them; one that says otherwise is told."""
        made = self.shorthand.get(self.reading.text(item, "name"))
        severity = self.reading.text(item, "severity")
        if made is None:
            raise NotCarried("the column's own keys do not stand for it")
        same = made.expectation == expectation and arguments_of(made) == kwargs
        if not same or severity != made.severity.value:
            raise NotCarried("it says otherwise than the column's own keys, and those count")
        self.reading.take_all(item)

    def _entry(
        self, item: Node, expectation: str, kwargs: dict[str, Any], known: dict[str, Any], ours: bool
    ) -> dict[str, Any]:
        """An entry of a contract; ``ours`` says whether a description was made from the rule itself."""
        read = self.reading
        name = read.text(item, "name")
        why, description = read.text(item, "businessImpact"), read.text(item, "description")
        if ours:
            read.take(item, "dimension")
        elif description:
            why = f"{description} {why}".strip()
        known |= {"severity": self._severity(item), "why": why}
        if known.get("scope") == "historical" or (known.get("scope") == "snapshot" and self.partition is None):
            del known["scope"]  # what a contract leaves out
        kept = {key: known[key] for key in _ORDER if known.get(key)}
        return {"rule": name or _name_from(expectation, kwargs), expectation: kwargs, **kept}

    def _severity(self, item: Node) -> str | None:
        written = self.reading.text(item, "severity")
        found = _SEVERITIES.get(written.lower())
        if written and found is None:
            self.reading.note(item, f"severity: found {written!r}; the draft's rule is critical")
        return None if found == "critical" else found

    def _name(self, wanted: str) -> str:
        """A rule's name as contracts allow it, and not twice."""
        plain = re.sub("[^a-z0-9]+", "_", wanted.lower()).strip("_")[:70] or "rule"
        plain = plain if re.match("[a-z][a-z0-9_]", plain) else f"rule_{plain}"
        plain = wanted if re.fullmatch("[a-z][a-z0-9_]{1,79}", wanted) else plain
        number, name = 2, plain
        while name in self._names:
            name, number = f"{plain}_{number}", number + 1
        return name


def _title(item: Node) -> str:
    for key in ("name", "description", "metric", "rule"):
        node = item.get(key)
        if node and node.value:
            return repr(str(node.value)[:60])
    return "without a name"


def _name_from(expectation: str, kwargs: Mapping[str, Any]) -> str:
    column = kwargs.get("column")
    said = expectation.removeprefix("expect_").replace("column_values_to_", "")
    return f"{column}_{said}" if isinstance(column, str) else said


def _implementation(written: Node | None) -> tuple[str, dict[str, Any]]:
    """The expectation's name and arguments, of a mapping or of the YAML or JSON text that the standard shows."""
    if written is not None and isinstance(written.value, str):
        source = parse_text(written.value, "implementation")
        if source.root is None or source.problems:
            raise NotCarried(f"its implementation is not readable: {'; '.join(p.message for p in source.problems)}")
        written = source.root
    found = written.plain() if written is not None else None
    if not isinstance(found, dict):
        raise NotCarried("its implementation is no mapping of type and kwargs")
    name = found.get("type") or found.get("expectation_type") or found.get("expectation")
    kwargs = found.get("kwargs") or {}
    others = sorted(set(found) - {"type", "expectation_type", "expectation", "kwargs"})
    if not isinstance(name, str) or not isinstance(kwargs, dict):
        raise NotCarried("its implementation names no expectation; allowed: type: expect_..., kwargs: ...")
    if others:
        raise NotCarried(f"its implementation also holds {', '.join(others)}; allowed: type and kwargs")
    name = name if name.startswith("expect_") else re.sub("(?<!^)([A-Z])", r"_\1", name).lower()
    return name, {_snake(key): value for key, value in kwargs.items()}


def _snake(name: str) -> str:
    """minValue, as the standard's own example writes it, is min_value; column_A stays."""
    return name if "_" in name else re.sub("([A-Z])", lambda found: f"_{found[1].lower()}", name)
