"""A table's page: what it must be, how it stands, and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gx.contracts.checks import is_broad
from gx.contracts.model import Waiver
from gx.contracts.wording import plural
from gx.data_docs.catalogue import Catalogue, TableCard
from gx.data_docs.state.cells import is_good, is_loud
from gx.data_docs.state.names import WHOLE, date_name, rule_name, run_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import Short, listed, moment, slug
from gx.data_docs.view.board import board_map
from gx.data_docs.view.chart import Chart, chart_of_numbers
from gx.data_docs.view.heat import BoardRow, Heat
from gx.data_docs.view.marks import Chip, chip, chips, legend, urgency
from gx.data_docs.view.strip import Strip, strip_of
from gx.data_docs.view.words import day_words, on_days, since_words, told
from gx.judging.result import Verdict

_TOLD = 4
_COLUMNS_SHOWN = 400


@dataclass(frozen=True)
class Neighbour:
    """An upstream or downstream table with its state, when it has a page."""

    table: str
    href: str
    mark: Chip | None


@dataclass(frozen=True)
class WaiverLine:
    """A waiver as a page shows it; ``wrong`` says that somebody should look at it."""

    rule: str
    dates: str
    reason: str
    owner: str
    since: str
    expires: str
    incident: str
    state: str
    wrong: bool
    covers: str


@dataclass(frozen=True)
class RuleLine:
    """A rule in the table's list; ``href`` leads to its page when something is or was amiss with it."""

    rule: str
    anchor: str
    href: str
    mark: Chip
    words: str
    observed: str
    threshold: str
    severity: str
    incident: str
    strip: Strip
    facts: Sequence[tuple[str, str]]
    search: str


@dataclass(frozen=True)
class BrokenRule:
    """A rule of which something is amiss, in brief."""

    line: RuleLine
    when: str
    what: Sequence[tuple[str, str, str]]
    more: str
    since: str
    why: str
    remedy: str


@dataclass(frozen=True)
class TablePage:
    """Everything on a table's page; ``charts`` are (rule, chart)."""

    table: str
    title: str
    description: str
    owner: str
    phase: str
    rows: int | None
    mark: Chip
    counts: Sequence[Chip]
    card: TableCard | None
    columns: Sequence[Mapping[str, Any]]
    upstream: Sequence[Neighbour]
    downstream: Sequence[Neighbour]
    waivers: Sequence[WaiverLine]
    broken: Sequence[BrokenRule]
    excused: Sequence[BrokenRule]
    rules: Sequence[RuleLine]
    charts: Sequence[tuple[str, Chart]]
    maps: Sequence[tuple[str, Heat]]
    runs: Sequence[tuple[Mapping[str, Any], Chip, str, str]]
    last_good: str
    newest: str
    legend: Sequence[Chip]


def table_page(
    state: State, seasons: Sequence[tuple[str, Mapping[str, str]]], verdicts: Mapping[str, str], catalogue: Catalogue
) -> TablePage:
    """The page of a table's state. ``seasons`` are (season, verdict by date), ``verdicts`` those of all tables."""
    name, card = state["table"], catalogue.cards.get(state["table"])
    ordered = sorted(state["rules"].items(), key=lambda item: urgency(Verdict(item[1]["verdict"])))
    lines = {rule: _line(name, rule, facts) for rule, facts in ordered}
    amiss = [(rule, facts) for rule, facts in ordered if facts["standing"]]
    return TablePage(
        table=name,
        title=state["title"],
        description=state["description"] or (card.description if card else ""),
        owner=state["owner"],
        phase=state["phase"],
        rows=state["rows"],
        mark=chip(Verdict(state["verdict"])),
        counts=chips(_counts(state)),
        card=card,
        columns=card.columns[:_COLUMNS_SHOWN] if card else (),
        upstream=[_neighbour(other, verdicts) for other in (card.upstream if card else ())],
        downstream=[_neighbour(other, verdicts) for other in catalogue.downstream(name)],
        waivers=[_waiver(waiver, state) for waiver in catalogue.waivers_of(name)],
        broken=[_broken(lines[rule], facts) for rule, facts in amiss if any(map(is_loud, facts["standing"].values()))],
        excused=[
            _broken(lines[rule], facts) for rule, facts in amiss if not any(map(is_loud, facts["standing"].values()))
        ],
        rules=list(lines.values()),
        charts=_charts(state),
        maps=[(season, _map(state, cells)) for season, cells in seasons if cells],
        runs=[_run(run) for run in state["runs"]],
        last_good=_last_good(state),
        newest=moment(state["runs"][-1]["started_at"]),
        legend=legend(),
    )


def _counts(state: State) -> dict[str, int]:
    counts: dict[str, int] = {}
    for rule in state["rules"].values():
        counts[rule["verdict"]] = counts.get(rule["verdict"], 0) + 1
    return counts


_FACTS = (("Allowed", "threshold"), ("Why it matters", "why"), ("What to do", "remedy"), ("Expectation", "expectation"))
_MORE_FACTS = (("Scope", "scope"), ("Owner", "owner"), ("Stands in", "location"))


def _line(table: str, rule: str, facts: State) -> RuleLine:
    return RuleLine(
        rule=rule,
        anchor=slug(rule),
        href=f"../{rule_name(table, rule)}.html" if facts.get("page") else "",
        mark=chip(Verdict(facts["verdict"])),
        words=facts["words"] or facts["expectation"],
        observed=facts["error"] or facts["observed"],
        threshold=facts["threshold"],
        severity=facts["severity"],
        incident=facts["incident"],
        strip=strip_of(facts["strip"]),
        facts=[(title, facts[key]) for title, key in (*_FACTS, *_MORE_FACTS) if facts[key]],
        search=f"{facts['verdict']} {facts['severity']} {facts['incident']} {facts['owner']}",
    )


def _broken(line: RuleLine, facts: State) -> BrokenRule:
    standing = {day: cell for day, cell in facts["standing"].items() if not is_good(cell)}
    shown = sorted(standing.items(), key=lambda item: not is_loud(item[1]))[:_TOLD]
    return BrokenRule(
        line=line,
        when=on_days([day for day in standing if day != WHOLE]),
        what=[(day_words(day), _day_href(day), Short(_said(cell))) for day, cell in shown],
        more=plural(len(standing) - _TOLD, "more date") if len(standing) > _TOLD else "",
        since=since_words(list(standing.values())),
        why=facts["why"],
        remedy=facts["remedy"],
    )


def _said(cell: Mapping[str, Any]) -> str:
    return f"{told(cell)}. Waived: {cell['waiver']}" if cell.get("waiver") else told(cell)


def _day_href(day: str) -> str:
    return "" if day == WHOLE else f"../{date_name(day)}.html"


def _neighbour(name: str, verdicts: Mapping[str, str]) -> Neighbour:
    known = verdicts.get(name)
    return Neighbour(name, f"{slug(name)}.html" if known else "", chip(Verdict(known)) if known else None)


def _charts(state: State) -> list[tuple[str, Chart]]:
    found = []
    for name, rule in state["rules"].items():
        drawn = chart_of_numbers(rule["numbers"]) if rule.get("numbers") else None
        if drawn:
            found.append((name, drawn))
    return found


def _map(state: State, cells: Mapping[str, str]) -> Heat:
    row = BoardRow(state["table"], state["title"], "", Verdict(state["verdict"]), cells=cells)
    return board_map([row], sorted(cells), lambda day, _: f"../{date_name(day)}.html#{slug(state['table'])}")


def _run(run: Mapping[str, Any]) -> tuple[Mapping[str, Any], Chip, str, str]:
    words = f"{run['group'].replace('.', ' ')}, {moment(run['started_at'] or run['as_of'])}: {run['verdict']}"
    return run, chip(Verdict(run["verdict"])), f"../{run_name(run['run_id'])}.html", words


def _last_good(state: State) -> str:
    good = state["last_good"]
    if good is None:
        return "no run yet in which nothing was amiss"
    return f"{good['group'].replace('.', ' ')} of {moment(good['started_at'])}, {good['start']} to {good['end']}"


def _waiver(waiver: Waiver, state: State) -> WaiverLine:
    covered = sum(
        waiver.covers(waiver.table, name, date.fromisoformat(day))
        for name, rule in state["rules"].items()
        for day, cell in rule["standing"].items()
        if day != WHOLE and cell["verdict"] == Verdict.WAIVED.value
    )
    words, wrong = _waiver_state(waiver, covered, state["runs"][-1]["as_of"])
    return WaiverLine(
        rule="every rule" if waiver.rule == "*" else waiver.rule,
        dates=_waiver_dates(waiver),
        reason=waiver.reason,
        owner=waiver.owner,
        since=waiver.since.isoformat(),
        expires=str(waiver.expires),
        incident=waiver.incident,
        state=words,
        wrong=wrong,
        covers=plural(covered, "date and rule", "dates and rules"),
    )


def _waiver_state(waiver: Waiver, covered: int, as_of: str) -> tuple[str, bool]:
    """What is to be said of a waiver: expired, too broad, or in force; and whether that is amiss."""
    if waiver.expired(date.fromisoformat(as_of[:10])):
        return "expired", True
    if is_broad(waiver):
        return "in force, too broad", True
    return ("in force", False) if covered else ("covers nothing seen so far", False)


def _waiver_dates(waiver: Waiver) -> str:
    if waiver.dates:
        return listed([day.isoformat() for day in waiver.dates], 8)
    if waiver.start is None and waiver.end is None:
        return "all dates"
    return f"{waiver.start or 'the beginning'} to {waiver.end or 'now'}"


def verdicts_of(index: State | None) -> dict[str, str]:
    """The verdict of every table that has a page."""
    return {name: state["verdict"] for name, state in ((index or {}).get("tables") or {}).items()}
