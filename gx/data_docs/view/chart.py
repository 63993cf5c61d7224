"""Per-date results as small bars: what was found against what was expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from operator import lt
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.text import Drawing, number
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


Numbers = Mapping[str, Sequence[Any]]
"""Expected, found and verdict by ISO date, in order of date."""


def chart_of(partitions: Sequence[PartitionResult]) -> Chart | None:
    """The chart of a rule that compares numbers; None when there is nothing to compare on two dates or more."""
    return chart_of_numbers(
        {
            each.partition.isoformat(): (each.expected, each.actual, each.verdict.value)
            for each in partitions
            if each.partition and each.expected is not None and each.actual is not None
        }
    )


def chart_of_numbers(numbers: Numbers) -> Chart | None:
    """The chart of such numbers; None when they are of one date, or all of them nothing."""
    expected = [_drawable(told[0]) for told in numbers.values()]
    actual = [_drawable(told[1]) for told in numbers.values()]
    top = max([*expected, *actual], default=0)
    if len(numbers) < 2 or top <= 0:
        return None
    days = list(numbers)
    return Chart(
        width=len(days) * UNIT,
        height=HEIGHT,
        expected=Drawing("".join(_bars(_heights(expected, top)))),
        found=_found([told[2] for told in numbers.values()], _heights(actual, top)),
        first=days[0],
        last=days[-1],
        top=number(top),
        summary=_summary(sum(map(lt, actual, expected)), len(days)),
    )


def _drawable(value: float | None) -> float:
    """The number, or nothing for what is no number: a statistic of a column with NaN in it is NaN."""
    return float(value) if value and isfinite(value) else 0.0


def _heights(values: Sequence[float], top: float) -> list[int]:
    """How high the bar of each value is; ``top`` is the greatest of all."""
    return [round(max(value, 0.0) / top * HEIGHT) for value in values]


def _found(verdicts: Sequence[str], heights: Sequence[int]) -> list[tuple[str, Drawing]]:
    # A hole must be seen although nothing is there.
    seen = [
        max(height, _HOLE) if verdict in _LOUD else height for verdict, height in zip(verdicts, heights, strict=True)
    ]
    drawn: dict[str, list[str]] = defaultdict(list)
    for verdict, bar in zip(verdicts, _bars(seen), strict=True):
        drawn[verdict].append(bar)
    return [(verdict, Drawing("".join(bars))) for verdict, bars in drawn.items()]


_HOLE = 3
_LOUD = {verdict.value for verdict in Verdict if not is_quiet(verdict)}


def _bars(heights: Sequence[int]) -> list[str]:
    """A drawing a bar, one beside the other; of one without height nothing."""
    return [f"M{place * UNIT} {_SHAPES[height]}" if height else "" for place, height in enumerate(heights)]


_SHAPES = [f"{HEIGHT - height}h{UNIT - 1}v{height}h-{UNIT - 1}z" for height in range(HEIGHT + 1)]
"""A bar by its height, from its left upper corner on."""


def _summary(short: int, days: int) -> str:
    return f"Found against expected on {plural(days, 'game date')}; fewer than expected on {short:,}."
