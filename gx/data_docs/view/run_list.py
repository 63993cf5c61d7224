"""The pages that list runs: all of them by month, and how verdicts, time and bytes went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.state.names import month_name, run_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import Drawing, moment, number, size
from gx.data_docs.view.front import Link
from gx.data_docs.view.marks import Chip, chip, chips
from gx.judging.result import Verdict

RUNS = 60
"""Runs that the page of all runs lists; the months' pages list the others."""

WIDTH, HEIGHT = 960, 60


@dataclass(frozen=True)
class RunLine:
    """A run in a list."""

    run_id: str
    href: str
    started: str
    mark: Chip
    checkpoint: str
    window: str
    headline: str
    counts: Sequence[Chip]
    news: str


@dataclass(frozen=True)
class Trend:
    """A quantity over the newest runs as bars: drawings by verdict, the largest value, and a sentence."""

    title: str
    bars: Sequence[tuple[str, Drawing]]
    width: int
    height: int
    top: str
    first: str
    last: str
    words: str


@dataclass(frozen=True)
class RunsPage:
    """Everything on the page of all runs."""

    headline: str
    lines: Sequence[RunLine]
    more: int
    trends: Sequence[Trend]
    months: Sequence[Link]
    counts: Sequence[Chip]


@dataclass(frozen=True)
class MonthPage:
    """The runs of a month."""

    month: str
    lines: Sequence[RunLine]


def runs_page(state: State) -> RunsPage:
    """The page of all runs; the state lists the newest of them, oldest first, and counts the others."""
    runs: Sequence[Mapping[str, Any]] = state["runs"]
    trends = [
        _trend("Rules that need a look", runs, [float(_loud(run)) for run in runs], number),
        _trend("Seconds", runs, [run["seconds"] for run in runs], number),
        _trend("Bytes processed", runs, [run["jobs"]["bytes_processed"] for run in runs], _bytes),
    ]
    return RunsPage(
        headline=f"{plural(state['count'], 'run')}, the newest {runs[-1]['verdict']}" if runs else "No runs yet",
        lines=[run_line(run, "") for run in reversed(runs[-RUNS:])],
        more=max(state["count"] - RUNS, 0),
        trends=[trend for trend in trends if trend],
        months=[
            Link(f"{month or 'unknown'} ({count:,})", f"{month_name(month)}.html")
            for month, count in reversed(state["months"].items())
        ],
        counts=chips(state["verdicts"]),
    )


def month_page(state: State) -> MonthPage:
    """The page of a month's runs, which the state lists oldest first."""
    runs = state["runs"]
    return MonthPage(runs[0]["started_at"][:7] if runs else "", [run_line(run, "../") for run in reversed(runs)])


def run_line(run: Mapping[str, Any], root: str) -> RunLine:
    """A run as lists show it; ``root`` leads to the site's root."""
    window = run["window"]
    news = [f"{number(run[name])} {name}" for name in ("broke", "healed") if run.get(name)]
    return RunLine(
        run_id=run["run_id"],
        href=f"{root}{run_name(run['run_id'])}.html",
        started=moment(run["started_at"] or run["as_of"]),
        mark=chip(Verdict(run["verdict"])),
        checkpoint=run["checkpoint"],
        window=window["start"] if window["start"] == window["end"] else f"{window['start']} to {window['end']}",
        headline=run["headline"],
        counts=chips(run["counts"]),
        news=", ".join(news),
    )


def _loud(run: Mapping[str, Any]) -> int:
    return sum(int(run["counts"].get(name, 0)) for name in ("fail", "error", "warn"))


def _bytes(value: float | None) -> str:
    return size(None if value is None else int(value))


def _trend(title: str, runs: Sequence[Mapping[str, Any]], values: Sequence[float | None], words: Any) -> Trend | None:
    """Bars of the values; None when fewer than two are known or all are nothing."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or max(known) <= 0:
        return None
    unit, top = WIDTH // max(len(runs), 40), max(known)
    drawn: dict[str, list[str]] = {}
    for position, (run, value) in enumerate(zip(runs, values, strict=True)):
        height = max(round((value or 0) / top * HEIGHT), 1 if value else 0)
        if height:
            bar = f"M{position * unit} {HEIGHT - height}h{max(unit - 1, 1)}v{height}h-{max(unit - 1, 1)}z"
            drawn.setdefault(run["verdict"], []).append(bar)
    return Trend(
        title=title,
        bars=[(verdict, Drawing("".join(bars))) for verdict, bars in drawn.items()],
        width=unit * len(runs),
        height=HEIGHT,
        top=words(top),
        first=moment(runs[0]["started_at"]),
        last=moment(runs[-1]["started_at"]),
        words=f"{title}, last {plural(len(runs), 'run')}: at most {words(top)}, now {words(values[-1]) or 'unknown'}",
    )
