"""The site's JSON files as the state of the fold: read when first asked for, written when touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gx.data_docs.plain_json import json_text, parsed

State = dict[str, Any]
"""A JSON object of the site; its ``schema`` says which."""


class Shelf:
    """The states by file name. With a folder it goes on from what lies there, without one it begins anew."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._states: dict[str, State] = {}
        self.touched: set[str] = set()

    def find(self, name: str) -> State | None:
        """The state of that name, to be read only; None when there is none."""
        if name not in self._states:
            found = self._read(name)
            if found is None:
                return None
            self._states[name] = found
        return self._states[name]

    def change(self, name: str, **fresh: Any) -> State:
        """The state of that name, to be changed in place; ``fresh`` when there is none yet."""
        self.touched.add(name)
        return self.find(name) or self._states.setdefault(name, dict(fresh))

    def put(self, name: str, state: State) -> None:
        """Replaces the state of that name."""
        self.touched.add(name)
        self._states[name] = state

    def names(self, folder: str) -> list[str]:
        """The names of all states directly below a folder of the site, sorted."""
        prefix = f"{folder}/"
        known = {name for name in self._states if name.startswith(prefix)}
        if self._folder is not None:
            known |= {f"{prefix}{path.name}" for path in (self._folder / folder).glob("*.json")}
        return sorted(name for name in known if not name.removeprefix(prefix).startswith("."))

    def each(self, folder: str) -> Iterator[State]:
        """The states directly below a folder, by name."""
        for name in self.names(folder):
            if (found := self.find(name)) is not None:
                yield found

    def files(self) -> dict[str, str]:
        """The touched states as JSON texts by name."""
        return {name: json_text(self._states[name]) for name in self.touched}

    def _read(self, name: str) -> State | None:
        if self._folder is None:
            return None
        try:
            found: State = parsed((self._folder / name).read_bytes())
        except FileNotFoundError:
            return None
        return found
