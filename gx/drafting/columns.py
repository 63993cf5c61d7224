"""Guesses about one column, each with the numbers that it was made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.contracts.teams import TEAM_CODES
from gx.drafting.profile import LONGEST_VALUE, NUMBERS, ColumnDay, Profile
from gx.drafting.rounding import outward, sensible, share_below
from gx.drafting.subject import looks_like_an_id
from gx.planning.statement import LiveColumn

FEW_VALUES = 12
"""Most different texts that are taken for a list of allowed values."""
ROWS_A_VALUE = 10
"""Rows that there must be for each of them: of fewer rows nobody knows what else may come."""
MINIMUM_ROWS = 20
"""Dates with fewer rows say nothing of what is typical, as in the rules themselves."""
_SEVERAL_TEAMS = 5


@dataclass(frozen=True)
class ColumnGuess:
    """A column as the draft declares it: its shorthand, what was observed, and whether it never was NULL."""

    column: LiveColumn
    shorthand: Mapping[str, Any]
    observed: str
    never_null: bool


def guess_column(column: LiveColumn, profile: Profile, window: str) -> ColumnGuess:
    """What the profile says of a column."""
    days = profile.columns[column.name]
    known = sum(day.known for day in days)
    if not days or not known:
        nothing = "has no value" if days else "is an array, which no rule looks into"
        return ColumnGuess(column, {}, f"In the {profile.total:,} rows of {window} it {nothing}.", False)
    shorthand: dict[str, Any] = {}
    told = [_filled_words(known, profile.total)]
    for keys, words in _guesses(column, days, profile):
        shorthand |= keys
        told.append(words)
    observed = f"In the {profile.total:,} rows of {window}: {'; '.join(told)}."
    return ColumnGuess(column, shorthand, observed, known == profile.total)


def _filled_words(known: int, rows: int) -> str:
    return "no NULL" if known == rows else f"{rows - known:,} NULL ({(rows - known) / rows:.1%})"


def _guesses(column: LiveColumn, days: Sequence[ColumnDay], profile: Profile) -> Iterator[tuple[dict[str, Any], str]]:
    """The shorthand's keys with the words that tell what they come from."""
    if column.type == "STRING":
        yield _values(column, days)
    elif column.type.startswith(NUMBERS):
        yield _range(column, days)
    elif days[0].low is not None or any(day.low for day in days):
        lows, highs = ([value for value in values if value is not None] for values in _ends(days))
        yield {}, f"from {min(lows)} to {max(highs)}"
    typical, words = _typical(column, days, list(profile.rows.values()))
    if typical:
        yield {"typical": typical}, words


def _ends(days: Sequence[ColumnDay]) -> tuple[list[Any], list[Any]]:
    return [day.low for day in days], [day.high for day in days]


def _values(column: LiveColumn, days: Sequence[ColumnDay]) -> tuple[dict[str, Any], str]:
    """A list of allowed values, when there are few and each was seen often."""
    values = sorted({value for day in days for value in day.values})
    known = sum(day.known for day in days)
    if len(values) >= _SEVERAL_TEAMS and set(values) <= set(TEAM_CODES):
        return {"allowed": "team_codes"}, f"{len(values)} different values, all of them team codes"
    few = len(values) <= FEW_VALUES and known >= ROWS_A_VALUE * len(values)
    if few and not looks_like_an_id(column.name) and all(map(_can_be_listed, values)):
        return {"allowed": values}, f"{len(values)} different {'value' if len(values) == 1 else 'values'}"
    most = max(day.distinct or 0 for day in days)
    return {}, f"about {most:,} different {'value' if most == 1 else 'values'} on a date at most"


def _can_be_listed(value: str) -> bool:
    """Whether a contract file may hold the value: short, and nothing in it that no eye sees."""
    return len(value) <= LONGEST_VALUE and value.isprintable()


def _range(column: LiveColumn, days: Sequence[ColumnDay]) -> tuple[dict[str, Any], str]:
    """Bounds rounded outward; none for ids, whose size means nothing."""
    lows, highs = ([value for value in values if value is not None] for values in _ends(days))
    if not all(value == value and abs(value) != float("inf") for value in (*lows, *highs)):
        return {}, "some values are NaN or infinite, so no range was guessed"
    words = f"from {_said(min(lows))} to {_said(max(highs))}"
    bounds = (
        None
        if looks_like_an_id(column.name)
        else sensible(min(lows), max(highs), percentage=_is_percentage(column.name))
    )
    return ({"minimum": bounds[0], "maximum": bounds[1]} if bounds else {}), words


def _is_percentage(name: str) -> bool:
    return "pct" in name.lower() or "percent" in name.lower()


def _said(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"{float(value):.6g}"


def _typical(column: LiveColumn, days: Sequence[ColumnDay], rows: Sequence[int]) -> tuple[dict[str, Any], str]:
    """The profile of dates with enough rows: share filled, daily mean, different values."""
    large = [(day, count) for day, count in zip(days, rows, strict=True) if count >= MINIMUM_ROWS]
    typical: dict[str, Any] = {}
    told: list[str] = []
    if large:
        share = min(day.known / count for day, count in large)
        if share < 1 and (filled := share_below(share)):
            typical["filled"] = filled
            told.append(f"at least {share:.1%} filled a date")
    if not looks_like_an_id(column.name):
        for key, value, words in (*_mean(large), *_distinct(large)):
            typical[key] = value
            told.append(words)
    return typical, ", ".join(told)


def _mean(large: Sequence[tuple[ColumnDay, int]]) -> Iterator[tuple[str, Any, str]]:
    means = [day.mean for day, _ in large if day.mean is not None]
    if not means:
        return
    low, high = min(means), max(means)
    room = max((high - low) / 2, 0.1 * max(abs(low), abs(high)))
    lowest = max(low - room, 0.0) if low >= 0 else low - room
    bounds = outward(lowest, high + room)
    if bounds:
        yield "mean", list(bounds), f"daily means from {low:.4g} to {high:.4g}"


def _distinct(large: Sequence[tuple[ColumnDay, int]]) -> Iterator[tuple[str, Any, str]]:
    """Half of the fewest different values of a date: enough to tell a constant from a column that varies."""
    counts = [day.distinct for day, _ in large if day.distinct is not None and day.known >= MINIMUM_ROWS]
    if counts and min(counts) // 2 >= 2:
        yield "distinct", min(counts) // 2, f"about {min(counts):,} different values a date or more"
