"""A game date's page: the slate, and what every table holds of it, phase after phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.state.dates import slate_of
from gx.data_docs.state.names import date_name, rule_name, run_name, season_name, table_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import Short, number, slug
from gx.data_docs.view.marks import Chip, chip, chips, legend, phase_rank, urgency
from gx.data_docs.view.slate import Slate, slate_games
from gx.data_docs.view.words import UNITS, share_of, share_words, told
from gx.judging.result import Verdict, is_quiet, worst

PHASES = {
    "1": "Schedule and sources",
    "2": "Raw",
    "3": "Analytics",
    "4": "Precompute",
    "5": "Predictions",
    "6": "Publishing",
    "ops": "Operations",
}

_MEASURES = 2


@dataclass(frozen=True)
class Measure:
    """Found against expected of one rule on the date."""

    rule: str
    found: str
    expected: str
    unit: str
    share: str
    bar: float | None
    mark: Chip


@dataclass(frozen=True)
class Finding:
    """A rule that is amiss on the date."""

    rule: str
    href: str
    mark: Chip
    said: str
    waiver: str


@dataclass(frozen=True)
class TableLine:
    """A table on the date."""

    table: str
    anchor: str
    title: str
    href: str
    mark: Chip
    measures: Sequence[Measure]
    findings: Sequence[Finding]
    exempt: str
    run_href: str


@dataclass(frozen=True)
class PhaseGroup:
    """A phase of the pipeline with its tables."""

    title: str
    mark: Chip
    tables: Sequence[TableLine]


@dataclass(frozen=True)
class DatePage:
    """Everything on a game date's page."""

    day: str
    mark: Chip
    headline: str
    lead: str
    slate: str
    season: str
    season_href: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    counts: Sequence[Chip]
    phases: Sequence[PhaseGroup]
    games: Slate
    legend: Sequence[Chip]


def date_page(state: State, days: Sequence[str]) -> DatePage:
    """The page of a date's state; ``days`` are all dates that have pages, in order."""
    tables = sorted(state["tables"].items(), key=lambda item: (phase_rank(item[1]["phase"]), item[0]))
    lines = [(own["phase"], _line(name, own)) for name, own in tables]
    verdict = worst(Verdict(own["verdict"]) for _, own in tables)
    first = next(((own, line) for (_, own), (_, line) in zip(tables, lines, strict=True) if _loud(own)), None)
    position = days.index(state["date"])
    return DatePage(
        day=state["date"],
        mark=chip(verdict),
        headline=_headline(state["date"], tables),
        lead=_lead(first[1]) if first else "",
        slate=_slate(state),
        season=state["season"],
        season_href=f"../{season_name(state['season'])}.html",
        before=_neighbour(days[position - 1]) if position else None,
        after=_neighbour(days[position + 1]) if position + 1 < len(days) else None,
        counts=chips(_counts(state)),
        phases=[_group(phase, [line for _, line in own]) for phase, own in groupby(lines, key=lambda item: item[0])],
        games=slate_games(state),
        legend=legend(),
    )


def _counts(state: State) -> dict[str, int]:
    counts: dict[str, int] = {}
    for own in state["tables"].values():
        counts[own["verdict"]] = counts.get(own["verdict"], 0) + 1
    return counts


def _loud(own: State) -> bool:
    return not is_quiet(Verdict(own["verdict"]))


def _headline(day: str, tables: Sequence[tuple[str, State]]) -> str:
    broken = [own for _, own in tables if _loud(own)]
    if not broken:
        return f"{day}: nothing needs a look"
    need = "needs" if len(broken) == 1 else "need"
    return f"{day}: {plural(len(broken), 'table')} {need} a look, first {broken[0]['title']}"


def _lead(line: TableLine) -> str:
    found = next((each for each in line.findings if not each.mark.quiet), None)
    return Short(f"The hole begins in {line.title}: {found.said}") if found else ""


def _slate(state: State) -> str:
    slate = slate_of(state)
    if not slate:
        return "The slate was not read."
    scheduled = f"{number(slate['scheduled'])} games scheduled, " if slate["scheduled"] is not None else ""
    return f"{scheduled}{number(slate['final'])} Final."


def _neighbour(day: str) -> tuple[str, str]:
    return day, f"{date_name(day).removeprefix('dates/')}.html"


def _group(phase: str, lines: Sequence[TableLine]) -> PhaseGroup:
    title = f"Phase {phase}: {PHASES[phase]}" if phase.isdigit() and phase in PHASES else PHASES.get(phase, phase)
    return PhaseGroup(title or "Tables", chip(worst(Verdict(line.mark.verdict) for line in lines)), lines)


def _line(name: str, own: State) -> TableLine:
    rules = sorted(own["rules"].items(), key=lambda item: urgency(Verdict(item[1]["verdict"])))
    exempt = next((cell.get("detail") or "" for _, cell in rules if cell["verdict"] == "exempt"), "")
    return TableLine(
        table=name,
        anchor=slug(name),
        title=own["title"],
        href=f"../{table_name(name)}.html",
        mark=chip(Verdict(own["verdict"])),
        measures=_measures(rules),
        findings=[_finding(name, rule, cell) for rule, cell in rules if cell["verdict"] not in ("pass", "exempt")],
        exempt=exempt if own["verdict"] == "exempt" else "",
        run_href=f"../{run_name(own['run_id'])}.html",
    )


def _measures(rules: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Measure]:
    """The numbers that tell how much of the date is there: the telling expectations first, one of each kind."""
    numbered = [
        (rule, cell) for rule, cell in rules if cell.get("expected") is not None and cell.get("actual") is not None
    ]
    order = list(UNITS)
    numbered.sort(key=lambda item: _telling(item[1]["expectation"], order))
    if numbered and numbered[0][1]["expectation"] in UNITS:
        numbered = [item for item in numbered if item[1]["expectation"] in UNITS]
    found: dict[str, Measure] = {}
    for rule, cell in numbered:
        found.setdefault(cell["expectation"], _measure(rule, cell))
    return list(found.values())[:_MEASURES]


def _telling(expectation: str, order: Sequence[str]) -> int:
    return order.index(expectation) if expectation in order else len(order)


def _measure(rule: str, cell: Mapping[str, Any]) -> Measure:
    share = share_of(cell)
    return Measure(
        rule=rule,
        found=number(cell["actual"]),
        expected=number(cell["expected"]),
        unit=UNITS.get(cell["expectation"], ""),
        share=share_words(cell),
        bar=None if share is None else round(100 * share, 1),
        mark=chip(Verdict(cell["verdict"])),
    )


def _finding(table: str, rule: str, cell: Mapping[str, Any]) -> Finding:
    href = f"../{rule_name(table, rule)}.html"
    return Finding(rule, href, chip(Verdict(cell["verdict"])), Short(told(cell)), Short(cell.get("waiver") or ""))
