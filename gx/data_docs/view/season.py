"""A season's page: the whole map, coverage by phase, odds by month and the health of its processors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gx.data_docs.state.names import date_name, run_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import moment, number, percent, slug
from gx.data_docs.view.board import board_map
from gx.data_docs.view.front import board_row
from gx.data_docs.view.heat import Heat
from gx.data_docs.view.marks import Chip, chip, chips, legend, phase_rank, urgency
from gx.judging.result import Verdict, is_quiet, worst

ODDS = (("props", "Player props"), ("lines", "Game lines"), ("bettingpros", "BettingPros props"))


@dataclass(frozen=True)
class Coverage:
    """Covered of expected, with the exempt apart; ``bar`` is 0..100 or None where nothing is expected."""

    words: str
    share: str
    bar: float | None
    exempt: str
    mark: Chip | None


@dataclass(frozen=True)
class PhaseLine:
    """A phase of the season, or one of its tables."""

    title: str
    href: str
    dates: Coverage | None
    games: Coverage | None
    of_phase: bool


@dataclass(frozen=True)
class ProcessorLine:
    """A processor's runs in the season."""

    processor: str
    numbers: Sequence[str]
    last_run: str
    mark: Chip


@dataclass(frozen=True)
class SeasonPage:
    """Everything on a season's page."""

    season: str
    mark: Chip
    headline: str
    lead: str
    heat: Heat
    counts: Sequence[Chip]
    dates: Sequence[tuple[str, Sequence[tuple[str, str, Chip]]]]
    phases: Sequence[PhaseLine]
    phases_run: tuple[str, str] | None
    odds: Sequence[tuple[str, str, Sequence[Coverage | None]]]
    odds_titles: Sequence[str]
    processors: Sequence[ProcessorLine]
    processors_run: tuple[str, str] | None
    legend: Sequence[Chip]


def season_page(state: State, tables: Mapping[str, State]) -> SeasonPage:
    """The page of a season's state; ``tables`` are those of the front page."""
    cells: Mapping[str, Mapping[str, str]] = state["cells"]
    days = sorted({day for own in cells.values() for day in own})
    by_day = {day: worst(Verdict(own[day]) for own in cells.values() if day in own) for day in days}
    order = sorted(
        (name for name in cells if name in tables),
        key=lambda name: (_rank(cells[name]), phase_rank(tables[name]["phase"]), name),
    )
    rows = [
        replace(board_row(name, tables[name], cells[name], "../"), verdict=_worst(cells[name]), whole=None)
        for name in order
    ]
    verdict = worst(by_day.values())
    phases = state["phases"]
    return SeasonPage(
        season=state["season"],
        mark=chip(verdict),
        headline=_headline(state["season"], by_day),
        lead=_lead(phases),
        heat=board_map(
            rows, days, lambda day, table: f"../{date_name(day)}.html" + (f"#{slug(table)}" if table else "")
        ),
        counts=chips(_counts(by_day)),
        dates=_calendar(by_day),
        phases=_phases(phases["value"]) if phases else (),
        phases_run=_run(phases),
        odds=[_odds(item) for _, item in sorted(state["odds"].items())],
        odds_titles=[title for _, title in ODDS],
        processors=[_processor(item) for item in (state["processors"] or {}).get("value", ())],
        processors_run=_run(state["processors"]),
        legend=legend(),
    )


def _worst(cells: Mapping[str, str]) -> Verdict:
    return worst(Verdict(each) for each in cells.values())


def _rank(cells: Mapping[str, str]) -> int:
    verdict = _worst(cells)
    return 9 if is_quiet(verdict) else urgency(verdict)


def _counts(by_day: Mapping[str, Verdict]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for verdict in by_day.values():
        counts[verdict.value] = counts.get(verdict.value, 0) + 1
    return counts


def _headline(season: str, by_day: Mapping[str, Verdict]) -> str:
    loud = [day for day, verdict in by_day.items() if not is_quiet(verdict)]
    if not loud:
        return f"Season {season}: no game date of {len(by_day):,} needs a look"
    return f"Season {season}: {len(loud):,} of {len(by_day):,} game dates need{'s' if len(loud) == 1 else ''} a look"


def _lead(phases: State | None) -> str:
    if not phases:
        return ""
    told = []
    for phase in phases["value"]["phases"]:
        share = (phase.get("dates") or {}).get("share")
        told.append(f"{phase['title']} {percent(share) if share is not None else 'unknown'}")
    return f"Game dates covered: {', '.join(told)}."


def _calendar(by_day: Mapping[str, Verdict]) -> list[tuple[str, list[tuple[str, str, Chip]]]]:
    """The dates by month, each with its link and verdict."""
    months: dict[str, list[tuple[str, str, Chip]]] = {}
    for day, verdict in by_day.items():
        months.setdefault(day[:7], []).append((day[8:], f"../{date_name(day)}.html", chip(verdict)))
    return list(months.items())


def _run(item: State | None) -> tuple[str, str] | None:
    if not item:
        return None
    return moment(item["run"]["started_at"]), f"../{run_name(item['run']['run_id'])}.html"


def _phases(season: Mapping[str, Any]) -> list[PhaseLine]:
    lines = []
    for phase in season["phases"]:
        lines.append(PhaseLine(f"{phase['phase']} {phase['title']}", "", *_both(phase), of_phase=True))
        for table in phase["tables"]:
            lines.append(
                PhaseLine(table["table"], f"../tables/{slug(table['table'])}.html", *_both(table), of_phase=False)
            )
        lines += [PhaseLine(f"{name}: not measured", "", None, None, of_phase=False) for name in phase["not_measured"]]
    return lines


def _both(item: Mapping[str, Any]) -> tuple[Coverage | None, Coverage | None]:
    return _coverage(item["dates"]), _coverage(item["games"])


def _coverage(counts: Mapping[str, Any] | None) -> Coverage | None:
    if counts is None:
        return None
    share = counts["share"]
    mark = (
        None if share is None else chip(Verdict.PASS if share == 1 else Verdict.WARN if share >= 0.9 else Verdict.FAIL)
    )
    return Coverage(
        words=f"{number(counts['covered'])} of {number(counts['expected'])}",
        share=percent(share) if share is not None else "none due",
        bar=None if share is None else round(share * 100, 1),
        exempt=f"{number(counts['exempt'])} exempt" if counts["exempt"] else "",
        mark=mark,
    )


def _odds(item: Mapping[str, Any]) -> tuple[str, str, list[Coverage | None]]:
    sources = [_coverage((item.get(name) or {}).get("games")) for name, _ in ODDS]
    return item["period"], f"{number(item['games'])} games on {number(item['dates'])} dates", sources


_NUMBERS = ("dates", "runs", "successes", "failures", "skips", "zero_records", "stuck")


def _processor(item: Mapping[str, Any]) -> ProcessorLine:
    verdict = (
        Verdict.FAIL if item["stuck"] else Verdict.WARN if item["zero_records"] or item["failures"] else Verdict.PASS
    )
    return ProcessorLine(
        processor=item["processor"],
        numbers=[number(item[name]) for name in _NUMBERS],
        last_run=moment(item["last_run"] or ""),
        mark=chip(verdict),
    )
