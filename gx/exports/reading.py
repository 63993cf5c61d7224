"""Reading a foreign document without losing anything silently: what nobody took is told, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gx.contracts.model import Problem
from gx.contracts.nodes import MOST_PROBLEMS, Node
from gx.contracts.validation import problem_at
from gx.contracts.wording import shown


class Reading:
    """A document being read: keys are taken one by one, and what is left at the end was not carried.

    ``name`` is how messages call the file.
    """

    def __init__(self, root: Node, name: str) -> None:
        self.root, self.name = root, name
        self._opened: set[int] = {id(root)}
        self._whole: set[int] = set()
        self._notes: list[Problem] = []

    def open(self, node: Node | None, key: str) -> Node | None:
        """The value under a key, whose own keys or items have to be taken one by one; None when there is none."""
        found = node.get(key) if node else None
        if found is None or found.value is None:
            return None
        self._opened.add(id(found))
        return found

    def items(self, node: Node | None, key: str) -> list[Node]:
        """The items of the list under a key, each opened."""
        found = self.open(node, key)
        for item in found.items if found else ():
            self._opened.add(id(item))
        return found.items if found else []

    def take(self, node: Node | None, key: str) -> Any:
        """The whole value under a key as plain lists, dicts, texts and numbers; None when there is none."""
        found = node.get(key) if node else None
        if found is None:
            return None
        self._whole.add(id(found))
        return found.plain()

    def text(self, node: Node | None, key: str) -> str:
        """The text under a key; nothing when there is none."""
        found = self.take(node, key)
        return "" if found is None else str(found).strip()

    def take_all(self, node: Node) -> None:
        """Take a whole part whose meaning the draft has already."""
        self._whole.add(id(node))

    def note(self, node: Node, message: str) -> None:
        """Tell what the draft says differently from the document."""
        self._notes.append(problem_at(self.name, node, message, warning=True))

    def refuse(self, node: Node, message: str) -> None:
        """Tell that a whole part is not carried, and why."""
        self._whole.add(id(node))
        self.note(node, message)

    def told(self) -> list[Problem]:
        """Every note, and every key that nobody took, in the document's order."""
        left = [problem_at(self.name, node, message, warning=True) for node, message in self._left(self.root, "")]
        found = sorted([*self._notes, *left])
        if len(found) > MOST_PROBLEMS:
            rest = f"{len(found) - MOST_PROBLEMS:,} more that were not carried"
            found[MOST_PROBLEMS:] = [problem_at(self.name, self.root, rest, warning=True)]
        return found

    def _left(self, node: Node, path: str) -> Iterator[tuple[Node, str]]:
        if id(node) in self._whole:
            return
        if id(node) not in self._opened:
            if any(item.mapping for item in node.items):
                for number, item in enumerate(node.items):
                    yield from self._left(item, f"{path}[{_name_of(item) or number}]")
            elif node.value is not None and node.value is not False and node.value not in ([], {}):
                yield node, f"{path}: not carried: {shown(node.value)}"
            return
        for key, child in node.mapping.items():
            yield from self._left(child, f"{path}.{key}" if path else key)
        for number, child in enumerate(node.items):
            yield from self._left(child, f"{path}[{_name_of(child) or number}]")


def _name_of(node: Node) -> str:
    for key in ("name", "property", "server"):
        found = node.get(key)
        if found and isinstance(found.value, str):
            return found.value
    return ""


def node_of(value: Any) -> Node:
    """Plain values as nodes without places, for the readers that take nodes."""
    if isinstance(value, dict):
        return Node((1, 1), {key: node_of(item) for key, item in value.items()}, dict.fromkeys(value, (1, 1)))
    return Node((1, 1), [node_of(item) for item in value] if isinstance(value, list | tuple) else value)
