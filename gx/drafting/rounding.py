"""Observed bounds, rounded outward to numbers that a person would write."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

Number = int | float


LARGEST = Decimal(10) ** 15
"""Beyond this a bound says nothing that a person would write."""


def sensible(low: Any, high: Any, *, percentage: bool = False) -> tuple[Number, Number] | None:
    """Rounded bounds of values: those of a share become 0 to 1, a percentage 0 to 100, others as outward."""
    lowest, highest = Decimal(str(low)), Decimal(str(high))
    if lowest >= 0 and highest <= 1 and highest != int(highest):
        return 0, 1
    if percentage and lowest >= 0 and highest <= 100:
        return 0, 100
    return outward(low, high)


def outward(low: Any, high: Any) -> tuple[Number, Number] | None:
    """Bounds that hold both values, rounded to the first digit of what lies between them.

    0 to 57 becomes 0 to 60, 3.5 to 55.5 becomes 0 to 60, -4.2 to 5 becomes -5 to 5. None for what is not finite or
    too large.
    """
    lowest, highest = Decimal(str(low)), Decimal(str(high))
    if not (lowest.is_finite() and highest.is_finite()) or max(abs(lowest), abs(highest)) > LARGEST:
        return None
    step = _step(highest - lowest or abs(highest) or Decimal(1))
    return _plain(_to(step, lowest, ROUND_FLOOR)), _plain(_to(step, highest, ROUND_CEILING))


def share_below(share: float) -> float | None:
    """A share with room below it, in steps of 0.05; None when nothing is left."""
    steps = int((share - 0.05) * 20 + 1e-9)
    return round(steps / 20, 2) if steps > 0 else None


def _step(span: Decimal) -> Decimal:
    """The power of ten of the span's first digit."""
    return Decimal(1).scaleb(span.adjusted())


def _to(step: Decimal, value: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding) * step


def _plain(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else float(value)
