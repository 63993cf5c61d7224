"""Words for error messages: what was found, what is allowed, and the nearest name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LONGEST_SHOWN = 60
"""Characters of a writer's own text that a message repeats."""
MOST_LISTED = 40
"""Allowed names that a message lists before it only counts the rest."""


def shown(value: Any) -> str:
    """A value as a message shows it: what kind it is, its text cut short, nothing unprintable."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else str(value)


def quoted(text: str) -> str:
    """Text in quotes, cut short, nothing unprintable."""
    return repr(text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "...")


def listed(names: Iterable[object]) -> str:
    """Allowed names, one after the other; a long list is cut and its rest counted."""
    texts = [str(name) for name in names]
    rest = len(texts) - MOST_LISTED
    return ", ".join(texts[:MOST_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that the writer probably meant, if one is near enough."""
    if len(name) > 2 * LONGEST_SHOWN:
        return None
    from difflib import get_close_matches

    by_lower = {candidate.lower(): candidate for candidate in names}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(name: str, names: Iterable[str]) -> str:
    """``; did you mean 'x'?`` when a name is near, else nothing."""
    near = nearest(name, names)
    return f"; did you mean {near!r}?" if near else ""


def unknown(what: str, name: str, names: Iterable[str]) -> str:
    """The message for a name that does not exist: what it is, what is allowed, the nearest name."""
    known = list(names)
    return f"unknown {what} {quoted(name)}; allowed: {listed(known) or 'none'}{suggestion(name, known)}"


def plural(count: int, noun: str, many: str = "") -> str:
    """``1 rule``, ``2 rules``."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"
