"""Directions: which way a value must move for a rule to ask for more.

Each is a small function of the old and the new value. A text that was rewritten (a regular expression, a condition) is
breaking: only a reader can say whether it asks for more or for less, and a pipeline of checks must not guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gx.contracts.comparing.change import Direction, Finding, Kind, compare_keys, shown

UNKNOWN = "no direction is known of it, so it counts as tightening"
REWRITTEN = "only a reader can say whether it asks for more or less, so it counts as breaking"


def harmless(old: Any, new: Any) -> Iterator[Finding]:
    """Words for people."""
    yield Kind.HARMLESS, ""


def breaking(old: Any, new: Any) -> Iterator[Finding]:
    """What a rule or table is about: another one is another promise."""
    if old != new:
        yield Kind.BREAKING, ""


def unknown(old: Any, new: Any) -> Iterator[Finding]:
    """A value of which nobody has said which way is stricter."""
    yield Kind.TIGHTENING, f"{shown(new)}, was {shown(old)}; {UNKNOWN}"


def rewritten(old: Any, new: Any) -> Iterator[Finding]:
    """A text or structure whose meaning is not compared."""
    yield Kind.BREAKING, f"{shown(new)}, was {shown(old)}; {REWRITTEN}"


def among(old: Any, new: Any) -> Iterator[Finding]:
    """Names that together are what a rule is about; their order does not matter."""
    if _members(old) != _members(new):
        yield Kind.BREAKING, ""


def keys_that_pair(old: Any, new: Any) -> Iterator[Finding]:
    """A key as a list of shared names or as pairs of names: ``[a, b]`` is ``{a: a, b: b}``."""
    if _pairs(old) != _pairs(new):
        yield Kind.BREAKING, ""


def narrows(old: Any, new: Any) -> Iterator[Finding]:
    """A condition that selects what is asked about: with one, less is asked."""
    if old is None:
        yield Kind.LOOSENING, f"{shown(new)}, was nothing: fewer rows are asked about"
    elif new is None:
        yield Kind.TIGHTENING, f"nothing, was {shown(old)}: all rows are asked about"
    else:
        yield from rewritten(old, new)


def adds(old: Any, new: Any) -> Iterator[Finding]:
    """Something that, once it is named, is asked about too."""
    if old is None:
        yield Kind.TIGHTENING, ""
    elif new is None:
        yield Kind.LOOSENING, ""
    else:
        yield Kind.BREAKING, ""


def number(*, up: bool, absent: float) -> Direction:
    """A bound or date; ``up`` says whether higher is stricter, ``absent`` what no bound at all stands for."""

    def judge(old: Any, new: Any) -> Iterator[Finding]:
        before, after = _number(old, absent), _number(new, absent)
        if before is None or after is None:
            yield from unknown(old, new)
        elif before != after:
            yield (Kind.TIGHTENING if (after > before) is up else Kind.LOOSENING), ""

    return judge


at_least = number(up=True, absent=-math.inf)
at_most = number(up=False, absent=math.inf)
reaches = number(up=True, absent=math.inf)
"""How far something is asked for; without a limit it is asked for always."""
begins = number(up=False, absent=-math.inf)
"""From when on something is asked for; without a first date it always was."""


def flag(*, stricter: bool) -> Direction:
    """True or false; ``stricter`` is the one that asks for more."""

    def judge(old: Any, new: Any) -> Iterator[Finding]:
        if bool(old) != bool(new):
            yield (Kind.TIGHTENING if bool(new) is stricter else Kind.LOOSENING), ""

    return judge


def members(*, more: bool) -> Direction:
    """A set; ``more`` says whether more members ask for more. Order does not matter."""

    def judge(old: Any, new: Any) -> Iterator[Finding]:
        before, after = list(old or ()), list(new or ())
        gained = [item for item in after if item not in before]
        lost = [item for item in before if item not in after]
        if gained:
            yield (Kind.TIGHTENING if more else Kind.LOOSENING), f"now with {shown(gained)}"
        if lost:
            yield (Kind.LOOSENING if more else Kind.TIGHTENING), f"no longer with {shown(lost)}"

    return judge


def entries(*, more: bool, inside: Mapping[str, Direction] | None = None, value: Direction = rewritten) -> Direction:
    """A mapping; ``more`` as for members. A changed value is judged by its keys (``inside``) or as a whole."""

    def judge(old: Any, new: Any) -> Iterator[Finding]:
        before, after = dict(old or {}), dict(new or {})
        yield from members(more=more)(list(before), list(after))
        for name in before.keys() & after.keys():
            yield from _inside(name, before[name], after[name], inside, value)

    return judge


def _inside(
    name: Any, old: Any, new: Any, inside: Mapping[str, Direction] | None, value: Direction
) -> Iterator[Finding]:
    if old == new:
        return
    if inside is None:
        for kind, words in value(old, new):
            yield kind, f"{name}: {words or f'{shown(new)}, was {shown(old)}'}"
        return
    for found in compare_keys(plain(old), plain(new), inside, unknown):
        yield found.kind, f"{name}: {found.what}"


def by_value(direction: Direction) -> Direction:
    """A mapping of bounds: a name without one has no bound."""

    def judge(old: Any, new: Any) -> Iterator[Finding]:
        for found in compare_keys(old or {}, new or {}, {}, direction):
            yield found.kind, found.what

    return judge


def interval(old: Any, new: Any) -> Iterator[Finding]:
    """The lowest and the highest value that is allowed, each judged by itself."""
    before, after = old or (None, None), new or (None, None)
    ends = {"lowest": at_least, "highest": at_most}
    for found in compare_keys(dict(zip(ends, before, strict=True)), dict(zip(ends, after, strict=True)), ends, unknown):
        yield found.kind, found.what


def ranked(*names: str) -> Direction:
    """Names from the laxest to the strictest."""

    def judge(old: Any, new: Any) -> Iterator[Finding]:
        if old not in names or new not in names:
            yield from breaking(old, new)
        elif old != new:
            yield (Kind.TIGHTENING if names.index(new) > names.index(old) else Kind.LOOSENING), ""

    return judge


def plain(value: Any) -> dict[str, Any]:
    """A model's or mapping's values by name, nested models kept as they are."""
    if isinstance(value, Mapping):
        return dict(value)
    return {name: getattr(value, name) for name in type(value).model_fields}


def _number(value: Any, absent: float) -> float | None:
    if value is None:
        return absent
    if isinstance(value, date):
        return value.toordinal()
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _members(value: Any) -> list[str]:
    return sorted(map(str, value)) if isinstance(value, list | tuple) else [str(value)]


def _pairs(value: Any) -> dict[Any, Any]:
    return dict(value) if isinstance(value, Mapping) else {name: name for name in value or ()}
