"""Figures and the one table that tells them: what, how much, the target, and the command to get it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

COMMAND = ".venv/bin/python scripts/benchmark.py"


@dataclass(frozen=True)
class Figure:
    """One measured number.

    ``limit`` is the target, ``at_least`` says on which side of it the number should be; without a limit the number is
    only told. ``command`` gets it again.
    """

    what: str
    value: float
    unit: str
    command: str
    limit: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def target(self) -> str:
        """The target in words, and by how much it is missed."""
        if self.limit is None:
            return ""
        side = "at least" if self.at_least else "at most"
        missed = "" if self.met else f", missed by {told(abs(self.value - self.limit))}"
        return f"{side} {told(self.limit)}{missed}"


def told(value: float) -> str:
    """A number as people read it: whole numbers whole, others to two or three figures."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"


def markdown(figures: Iterable[Figure]) -> str:
    """The figures as one Markdown table."""
    return "\n".join(_lines(list(figures)))


def _lines(figures: Sequence[Figure]) -> Iterator[str]:
    yield "| what | measured | target | command |"
    yield "|---|---:|---|---|"
    for figure in figures:
        yield f"| {figure.what} | {told(figure.value)} {figure.unit} | {figure.target} | `{figure.command}` |"
