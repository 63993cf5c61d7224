"""Per-date results as small bars: what was found against what was expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gx.data_docs.text import Drawing, number, plural
from gx.judging.result import PartitionResult, Verdict, is_quiet

UNIT = 6
HEIGHT = 48


@dataclass(frozen=True)
class Chart:
    """Bars by date, drawn in paths: ``expected`` behind, ``found`` by verdict before it."""

    width: int
    height: int
    expected: Drawing
    found: Sequence[tuple[str, Drawing]]
    first: str
    last: str
    top: str
    summary: str


def chart_of(partitions: Sequence[PartitionResult]) -> Chart | None:
    """The chart of a rule that compares numbers; None when there is nothing to compare on two dates or more."""
    told = [each for each in partitions if each.partition and each.expected is not None and each.actual is not None]
    if len(told) < 2:
        return None
    top = max(max(float(each.expected or 0), float(each.actual or 0)) for each in told)
    if top <= 0:
        return None
    return Chart(
        width=len(told) * UNIT,
        height=HEIGHT,
        expected=Drawing("".join(_bar(position, each.expected, top) for position, each in enumerate(told))),
        found=_found(told, top),
        first=str(told[0].partition),
        last=str(told[-1].partition),
        top=number(top),
        summary=_summary(told),
    )


def chart_of_numbers(numbers: Mapping[str, Sequence[Any]]) -> Chart | None:
    """The chart of expected, found and verdict by ISO date, as a table's state keeps them."""
    return chart_of(
        [
            PartitionResult(date.fromisoformat(day), Verdict(verdict), expected, actual)
            for day, (expected, actual, verdict) in numbers.items()
        ]
    )


def _found(told: Sequence[PartitionResult], top: float) -> list[tuple[str, Drawing]]:
    drawn: dict[str, list[str]] = defaultdict(list)
    for position, each in enumerate(told):
        least = 0 if is_quiet(each.verdict) else 3  # a hole must be seen although nothing is there
        drawn[each.verdict.value].append(_bar(position, each.actual, top, least))
    return [(verdict, Drawing("".join(bars))) for verdict, bars in drawn.items()]


def _bar(position: int, value: float | int | None, top: float, least: int = 0) -> str:
    height = max(round(max(float(value or 0), 0.0) / top * HEIGHT), least)
    return f"M{position * UNIT} {HEIGHT - height}h{UNIT - 1}v{height}h-{UNIT - 1}z" if height else ""


def _summary(told: Sequence[PartitionResult]) -> str:
    short = sum(1 for each in told if float(each.actual or 0) < float(each.expected or 0))
    return f"Found against expected on {plural(len(told), 'game date')}; fewer than expected on {short:,}."
