"""Where the parts of a file stand: found only for what changed, so that an unchanged file is never read twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gx.contracts.model import Location
from gx.contracts.nodes import Node
from gx.contracts.source import Source, read_source


@dataclass(frozen=True)
class File:
    """A file of one state of the project; ``name`` is its path in the project."""

    folder: Path
    name: str

    @cached_property
    def source(self) -> Source:
        """The file, read."""
        return read_source(self.folder / self.name, self.name)

    def place(self, *path: str | int) -> Location:
        """Where the key (or the item) at the end of that path stands; the nearest part above when it is not written."""
        node, place = self.source.root, (1, 1)
        for step in path:
            below = _below(node, step) if node else None
            if node is None or below is None:
                break
            place = node.keys.get(str(step), below.place) if isinstance(step, str) else below.place
            node = below
        return Location(self.name, *place)

    def column(self, name: str) -> Location:
        """Where a column is declared."""
        listed = self.source.root.listed("columns") if self.source.root else []
        for number, item in enumerate(listed):
            if (written := item.get("name")) and written.value == name:
                return self.place("columns", number)
        return self.place("columns")


def _below(node: Node, step: str | int) -> Node | None:
    if isinstance(step, str):
        return node.get(step)
    return node.items[step] if step < len(node.items) else None
