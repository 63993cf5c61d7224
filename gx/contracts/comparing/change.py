"""A change of the contracts and its kind; comparing two mappings key by key, each key by its own direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gx.contracts.model import Location


class Kind(StrEnum):
    """What a change means, from what needs most attention to what needs none.

    Breaking: what was promised is gone or now means another thing. Loosening: less is asked than before. Tightening:
    more is asked. Harmless: words only.
    """

    BREAKING = "breaking"
    LOOSENING = "loosening"
    TIGHTENING = "tightening"
    HARMLESS = "harmless"


@dataclass(frozen=True)
class Change:
    """One difference: of which table (empty for what concerns all), of what in it, in words, and where it stands.

    ``new`` and ``old`` are places in the files of either state; None where it does not stand there.
    """

    kind: Kind
    table: str
    subject: str
    what: str
    new: Location | None = None
    old: Location | None = None


Finding = tuple[Kind, str]
Direction = Callable[[Any, Any], Iterable[Finding]]
"""Judges a value that changed, the old one first: the kind of the change, and words where the two values do not do."""


@dataclass(frozen=True)
class KeyChange:
    """What became of one key of a mapping."""

    key: str
    kind: Kind
    what: str


def compare_keys(
    old: Mapping[str, Any], new: Mapping[str, Any], directions: Mapping[str, Direction], otherwise: Direction
) -> Iterator[KeyChange]:
    """Each key whose value differs; a missing one counts as None. ``otherwise`` judges keys without a direction."""
    for key in dict.fromkeys([*old, *new]):
        before, after = old.get(key), new.get(key)
        if type(before) is type(after) and before == after:
            continue
        for kind, words in directions.get(key, otherwise)(before, after):
            yield KeyChange(key, kind, f"{key}: {words or f'{shown(after)}, was {shown(before)}'}")


def shown(value: Any) -> str:
    """A value in a few words, on one line, nothing unprintable."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.isprintable():
        return _cut(str(value)) if value else "''"
    if isinstance(value, list | tuple):
        return _cut("[" + ", ".join(shown(item) for item in value) + "]")
    if isinstance(value, Mapping):
        return _cut("{" + ", ".join(f"{name}: {shown(item)}" for name, item in value.items()) + "}")
    text = str(value)
    return _cut(text if text.isprintable() else repr(text))


def _cut(text: str) -> str:
    return text if len(text) <= 120 else text[:117] + "..."
