"""YAML events to a tree of nodes that know where they stand; nothing is ever built but text, numbers, lists, mappings.

Events rather than ``yaml.compose``: the parser stops at the first event too deep, where composing would recurse
(a megabyte of ``[`` keeps it busy for minutes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import yaml

from gx.contracts.scalars import AmbiguousScalar, Scalar, resolve
from gx.contracts.wording import quoted

DEEPEST = 20
"""Levels of lists and mappings in a file; the deepest contract needs seven."""
MOST_PROBLEMS = 200
"""Problems told of one file; the rest are counted."""

Place = tuple[int, int]
_NO_KEYS: Mapping[str, Place] = MappingProxyType({})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(slots=True)
class Node:
    """A value with the line and column (from 1) where it starts; ``keys`` has those of a mapping's keys."""

    place: Place
    value: Scalar | list[Node] | dict[str, Node]
    keys: Mapping[str, Place] = _NO_KEYS

    @property
    def mapping(self) -> dict[str, Node]:
        """The entries of a mapping; nothing for any other value."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; nothing for any other value."""
        return self.value if isinstance(self.value, list) else []

    def get(self, key: str) -> Node | None:
        """The value of a mapping's key, if this is a mapping that has it."""
        return self.mapping.get(key)

    def listed(self, key: str) -> list[Node]:
        """The items of the list under a mapping's key; nothing when there is no such list."""
        found = self.mapping.get(key)
        return found.items if found else []

    def plain(self) -> Any:
        """The value as Python's own lists, dicts, texts and numbers."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, list) else self.value

    def at(self, path: Iterable[str | int]) -> Node:
        """The node under ``path``; steps that lead nowhere (names of union branches) are passed over."""
        node = self
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                node = node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
        return node


class Unreadable(Exception):
    """The file cannot be read on: the place and what is wrong there."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; ``key`` is the key waiting for its value."""

    node: Node
    keys: dict[str, Place]
    key: str | None = None


class _Builder:
    """Turns events into nodes one by one, keeping every problem that does not stop the reading."""

    def __init__(self) -> None:
        self.problems: list[tuple[Place, str]] = []
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        place = _place(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):  # first: most events are
            self._take_scalar(event, place)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.CollectionStartEvent):
            self._refuse_tag_and_anchor(event, place)
            self._open(place, isinstance(event, yaml.MappingStartEvent))
        elif isinstance(event, yaml.DocumentStartEvent):
            self._open_document(place)
        elif isinstance(event, yaml.AliasEvent):
            self._problem(place, f"alias *{event.anchor}: aliases are not read here; write the value out")
            self._place_node(Node(place, None))

    def _problem(self, place: Place, message: str) -> None:
        self.problems.append((place, message))

    def _open_document(self, place: Place) -> None:
        self.documents += 1
        if self.documents > 1:
            raise Unreadable(place, "a second document starts here (---); allowed: one document a file")

    def _refuse_tag_and_anchor(self, event: yaml.NodeEvent, place: Place) -> None:
        if event.anchor is not None:
            self._problem(place, f"anchor &{event.anchor}: anchors are not read here; write the value where it is used")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._problem(place, f"tag {quoted(tag)}: tags are not allowed; to make a value text, quote it")

    def _take_scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        text: str = event.value
        if event.anchor is not None or event.tag is not None:
            self._refuse_tag_and_anchor(event, place)
        if not text.isprintable() and (odd := _CONTROL.search(text)):
            self._problem(place, f"text with the control character U+{ord(odd.group()):04X}; allowed: printable text")
        if self._wants_key():
            self._take_key(text, place)
            return
        value = text if event.style else self._scalar(event, text, place)
        self._place_node(Node(place, value))

    def _scalar(self, event: yaml.ScalarEvent, text: str, place: Place) -> Scalar:
        if event.style or event.tag is not None:
            return text
        try:
            return resolve(text)
        except AmbiguousScalar as error:
            self._problem(place, f"ambiguous value: {error}")
            return text

    def _wants_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].node.value, dict) and self.stack[-1].key is None

    def _take_key(self, text: str, place: Place) -> None:
        top = self.stack[-1]
        first = top.keys.setdefault(text, place)
        if first is not place:
            self._problem(place, f"duplicate key {quoted(text)}; it stands on line {first[0]} already")
        top.key = text

    def _open(self, place: Place, is_mapping: bool) -> None:
        keys: dict[str, Place] = {}
        node = Node(place, {}, keys) if is_mapping else Node(place, [])
        if self._wants_key():
            raise Unreadable(node.place, "a list or mapping used as a key; allowed: text")
        self._place_node(node)
        if len(self.stack) >= DEEPEST:
            raise Unreadable(node.place, f"nested more than {DEEPEST} levels deep; allowed: {DEEPEST}")
        self.stack.append(_Open(node, keys))

    def _place_node(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        if self._wants_key():
            raise Unreadable(node.place, "an alias used as a key; allowed: text")
        top = self.stack[-1]
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif isinstance(top.node.value, dict) and top.key is not None:
            top.node.value.setdefault(top.key, node)
            top.key = None


def _place(mark: Any) -> Place:
    """A parser's mark, which counts from 0, as line and column; the start of the file when there is none."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def build(text: str) -> tuple[Node | None, list[tuple[Place, str]]]:
    """The tree of one YAML document, and the problems met; the tree is None when reading had to stop.

    A duplicate key keeps its first value, an ambiguous scalar its text, so that what follows is still checked.
    """
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
            if len(builder.problems) >= MOST_PROBLEMS:
                raise Unreadable(builder.problems[-1][0], f"more than {MOST_PROBLEMS} problems; the rest was not read")
    except Unreadable as error:
        return None, [*builder.problems, (error.place, error.message)]
    except yaml.YAMLError as error:
        return None, [*builder.problems, _syntax(error)]
    return builder.root, builder.problems


_HINTS = {
    "mapping values are not allowed in this context": "quote text that holds ': '",
    "found character that cannot start any token": "quote text that starts with @, ` or %, indent with spaces",
    "could not find expected ':'": "a key needs ': ' and a value; quote text of several lines",
    "did not find expected key": "check the indentation, and quote text that holds quotes",
}


def _syntax(error: yaml.YAMLError) -> tuple[Place, str]:
    place = _place(getattr(error, "problem_mark", None))
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    hint = _HINTS.get(problem)
    return place, f"not valid YAML: {problem}" + (f"; {hint}" if hint else "")
