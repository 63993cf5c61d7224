"""Words and numbers as pages show them; data values become harmless text here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

LIMIT = 2_000
"""Characters of one value that a page shows; the run's .json holds all of it."""

SQL_LIMIT = 60_000
"""Characters of one SQL statement that a page shows."""

_PLAIN = 400
"""Characters of a value that is never cut, whatever its kind."""

# Control characters, marks that turn the reading direction, invisible marks, and halves of surrogate pairs.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class Long(str):
    """Text that is shown up to ``SQL_LIMIT`` characters."""


class Short(str):
    """Text of which a few lines are enough; the rest stands further down or on another page."""


class Whole(str):
    """Text that a program reads, printable ASCII: never cut."""


class Drawing(Whole):
    """A drawing's path, made of our own numbers."""


def show(value: Any) -> Any:
    """A value as a page may show it: invisible characters spelt out, over-long text cut with a note.

    Escaping markup is the template engine's work.
    """
    if type(value) is str and len(value) <= _PLAIN and value.isprintable():
        return value  # as nearly always: nothing to spell out, nothing to cut
    if not isinstance(value, str) or isinstance(value, Whole) or hasattr(value, "__html__"):
        return "" if value is None else value
    limit = SQL_LIMIT if isinstance(value, Long) else _PLAIN if isinstance(value, Short) else LIMIT
    shown = _INVISIBLE.sub(_spelt_out, str(value[:limit]))
    if len(value) > limit:
        shown += f" … (the first {limit:,} of {len(value):,} characters; all of them are in the run's .json)"
    return shown


def _spelt_out(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}" if match.group() != "\r" else ""


@lru_cache(maxsize=20_000)
def slug(name: str, limit: int = 150) -> str:
    """The name as a file name or anchor: unchanged when it is harmless, else cleaned and told apart by a hash."""
    clean = re.sub(r"[^A-Za-z0-9._-]", "-", name[:limit]).lstrip(".-_")
    if clean and clean == name:
        return clean
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{clean or 'x'}-{digest}"


def number(value: float | int | None) -> str:
    """A count with thousands separators, or a statistic with up to four significant places; empty when unknown."""
    if value is None:
        return ""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}".rstrip("0").rstrip(".") if abs(value) >= 10 else f"{value:.4g}"
    return f"{value:,.0f}"


def percent(share: float | None) -> str:
    """A share 0..1 as a percentage; nearly none and nearly all never read as none and all."""
    if share is None:
        return ""
    shown = round(share * 100, 1)
    if 0 < share < 1:
        shown = min(max(shown, 0.1), 99.9)
    return f"{shown:.1f}%".replace(".0%", "%")


def ratio(actual: float | int | None, expected: float | int | None, share: float | None = None) -> str:
    """``1 of 187 (0.5%)``; whatever of it is known."""
    if actual is None and expected is None:
        return percent(share)
    if expected is None:
        return number(actual)
    shown = f"{number(actual) or 'unknown'} of {number(expected)}"
    return f"{shown} ({percent(share)})" if share is not None else shown


def listed(words: Sequence[str], limit: int = 3) -> str:
    """``a, b and c``; past ``limit`` the rest is counted."""
    if len(words) > limit:
        return f"{', '.join(words[:limit])} and {len(words) - limit:,} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def season(day: str) -> str:
    """The season of an ISO date, ``2022-23``: seasons open in October and the summer belongs to the one that ended."""
    try:
        found = date.fromisoformat(day[:10])
    except ValueError:
        return ""
    first = found.year if found.month >= 10 else found.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def moment(value: str) -> str:
    """An ISO time to the minute, with its zone: ``2026-01-14 18:05 UTC``."""
    match = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(.*)$", value)
    if not match:
        return value
    zone = {"+00:00": " UTC", "Z": " UTC"}.get(match[3], match[3])
    return f"{match[1]} {match[2]}{zone}"


def size(count: int | None) -> str:
    """Bytes in the unit that reads best; ``unknown`` when they were not counted."""
    if count is None:
        return "unknown"
    amount, units = float(count), ["bytes", "KB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:.3g} {units[0]}"
