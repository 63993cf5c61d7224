"""The front page: what is wrong, since when, on which games, whether it is known, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.catalogue import Catalogue
from gx.data_docs.state.cells import is_loud
from gx.data_docs.state.names import WHOLE, date_name, rule_name, run_name, season_name, table_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import Short, listed, moment, slug
from gx.data_docs.view.board import board_map
from gx.data_docs.view.causes import Cause, find_causes
from gx.data_docs.view.heat import BoardRow, Heat
from gx.data_docs.view.marks import Chip, chip, legend, phase_rank, urgency
from gx.data_docs.view.status import Status, status_lines
from gx.data_docs.view.words import day_words, on_days, since_words, told
from gx.judging.result import Verdict, is_quiet, worst

DAYS = 24
"""Game dates of the front page's map; the season's page has all."""

CAUSES = 40
_TOLD = 3
_NEWS = 6
_RUNS = 12


@dataclass(frozen=True)
class Link:
    """A name with the page that it leads to."""

    text: str
    href: str


@dataclass(frozen=True)
class CauseCard:
    """One cause with the answers to an analyst's questions."""

    mark: Chip
    title: str
    table: str
    href: str
    when: str
    rule: Link
    says: str
    what: Sequence[tuple[Link, str]]
    what_more: str
    since: str
    known: str
    incident: str
    remedy: str
    others: Sequence[Link]
    below: Sequence[tuple[Link, str]]
    phase: str
    owner: str
    severity: str
    search: str


@dataclass(frozen=True)
class NewsLine:
    """A rule that broke or healed in the newest run, with its dates."""

    rule: Link
    table: str
    dates: str


@dataclass(frozen=True)
class FrontPage:
    """Everything on the front page."""

    mark: Chip | None
    headline: str
    lead: str
    newest: Mapping[str, Any] | None
    newest_href: str
    newest_moment: str
    as_of: str
    causes: Sequence[CauseCard]
    causes_more: int
    broke: Sequence[NewsLine]
    broke_count: int
    healed: Sequence[NewsLine]
    healed_count: int
    status: Sequence[Status]
    heat: Heat | None
    heat_title: str
    seasons: Sequence[Link]
    notes: Sequence[str]
    phases: Sequence[str]
    owners: Sequence[str]
    severities: Sequence[str]
    tables: int
    legend: Sequence[Chip]


def front_page(
    index: State | None, board: State | None, operations: State | None, catalogue: Catalogue, seasons: Sequence[str]
) -> FrontPage:
    """The front page of the site's state; ``board`` is the newest season, ``seasons`` names all, the newest last."""
    tables: Mapping[str, State] = index["tables"] if index else {}
    causes = find_causes(tables, {name: card.upstream for name, card in catalogue.cards.items()})
    newest = index["newest"] if index else None
    verdict = worst([Verdict(state["verdict"]) for state in tables.values()] or [_verdict(newest)])
    cards = [_card(cause, tables) for cause in causes[:CAUSES]]
    news = (index or {}).get("news") or {}
    return FrontPage(
        mark=chip(verdict) if newest else None,
        headline=_headline(causes, tables, newest),
        lead=_lead(causes, tables, newest),
        newest=newest,
        newest_href=f"{run_name(newest['run_id'])}.html" if newest else "",
        newest_moment=moment(newest["started_at"] or newest["as_of"]) if newest else "",
        as_of=moment(newest["as_of"]) if newest else "",
        causes=cards,
        causes_more=max(len(causes) - CAUSES, 0),
        broke=_news(news.get("broke", ()), tables),
        broke_count=news.get("broke_count", 0),
        healed=_news(news.get("healed", ()), tables),
        healed_count=news.get("healed_count", 0),
        status=status_lines(tables, operations or {}),
        heat=_heat(tables, board) if board else None,
        heat_title=board["season"] if board else "",
        seasons=[Link(name, f"{season_name(name)}.html") for name in reversed(seasons)],
        notes=(index or {}).get("notes", ()),
        phases=sorted({card.phase for card in cards} | {state["phase"] for state in tables.values()}, key=phase_rank),
        owners=sorted({card.owner for card in cards} | {state["owner"] for state in tables.values()}),
        severities=sorted({card.severity for card in cards}),
        tables=len(tables),
        legend=legend(),
    )


def _verdict(line: Mapping[str, Any] | None) -> Verdict:
    return Verdict(line["verdict"]) if line else Verdict.EXEMPT


def _headline(causes: Sequence[Cause], tables: Mapping[str, State], newest: State | None) -> str:
    if not newest:
        return "No runs yet"
    if not causes:
        return str(newest["headline"])
    worst_ones = [cause for cause in causes if cause.verdict is causes[0].verdict]
    names = list(dict.fromkeys(name for cause in worst_ones for name in (cause.table, *cause.below)))
    state = _STATES.get(causes[0].verdict, "broken")
    if all(cause.days == causes[0].days for cause in worst_ones):
        affected = listed([tables[name]["title"] for name in names], 2)
        return f"{affected} {_be(names)} {state} {on_days(causes[0].days)}"
    first = f"{tables[names[0]]['title']} {on_days(causes[0].days)}"
    return f"{plural(len(names), 'table')} {_be(names)} {state}, first {first}"


_STATES = {Verdict.WARN: "suspicious", Verdict.ERROR: "not evaluated"}


def _be(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _lead(causes: Sequence[Cause], tables: Mapping[str, State], newest: State | None) -> str:
    if not newest:
        return "Run a checkpoint, for example contracts run daily, and its verdict appears here."
    if not causes:
        waived = sum(1 for state in tables.values() for rule in state["amiss"].values() if rule["standing"])
        rules = sum(sum(state["counts"].values()) for state in tables.values())
        looked = f"{plural(rules, 'rule')} of {plural(len(tables), 'table')} were checked"
        return f"{looked}; {plural(waived, 'rule')} would be broken without a waiver." if waived else f"{looked}."
    first = causes[0]
    rule = tables[first.table]["amiss"][first.rules[0]]
    days = list(first.days) or [WHOLE]
    worst_day = next((day for day in days if day in rule["standing"]), next(iter(rule["standing"])))
    said = f"{tables[first.table]['title']}, {day_words(worst_day)}: {told(rule['standing'][worst_day])}"
    return Short(said.rstrip(".") + ".")


def _card(cause: Cause, tables: Mapping[str, State]) -> CauseCard:
    table = tables[cause.table]
    rule = table["amiss"][cause.rules[0]]
    days = [day for day in (*cause.days, WHOLE) if day in rule["standing"]]
    cells = [rule["standing"][day] for day in days]
    since = [cell for name in cause.rules for cell in table["amiss"][name]["standing"].values() if is_loud(cell)]
    return CauseCard(
        mark=chip(cause.verdict),
        title=table["title"],
        table=cause.table,
        href=f"{table_name(cause.table)}.html",
        when=on_days(cause.days),
        rule=Link(cause.rules[0], f"{rule_name(cause.table, cause.rules[0])}.html"),
        says=rule["words"],
        what=[(_day_link(day, cause.table), Short(told(cell))) for day, cell in zip(days, cells, strict=True)][:_TOLD],
        what_more=plural(len(days) - _TOLD, "more date") if len(days) > _TOLD else "",
        since=_since(cause, since),
        known=Short(rule["why"]),
        incident=rule["incident"],
        remedy=Short(rule["remedy"]),
        others=[Link(name, f"{rule_name(cause.table, name)}.html") for name in cause.rules[1:]],
        below=[
            (Link(tables[name]["title"], f"{table_name(name)}.html"), plural(len(rules), "rule"))
            for name, rules in cause.below.items()
        ],
        phase=table["phase"],
        owner=rule["owner"] or table["owner"],
        severity=rule["severity"],
        search=" ".join(
            [cause.table, *cause.rules, *cause.below, *(r for rules in cause.below.values() for r in rules)]
        ),
    )


def _since(cause: Cause, cells: Sequence[Mapping[str, Any]]) -> str:
    first = f"game date {cause.days[0]}, " if cause.days else ""
    return f"{first}first seen by {since_words(cells)}"


def _day_link(day: str, table: str) -> Link:
    return Link(day_words(day), "" if day == WHOLE else f"{date_name(day)}.html")


def _news(cells: Sequence[Sequence[str]], tables: Mapping[str, State]) -> list[NewsLine]:
    found: dict[tuple[str, str], list[str]] = {}
    for table, rule, day in cells:
        found.setdefault((table, rule), []).append(day)
    return [
        NewsLine(
            Link(rule, f"{rule_name(table, rule)}.html"),
            tables[table]["title"] if table in tables else table,
            on_days([day for day in days if day != WHOLE]),
        )
        for (table, rule), days in list(found.items())[:_NEWS]
    ]


def _heat(tables: Mapping[str, State], season: State) -> Heat:
    days = sorted({day for cells in season["cells"].values() for day in cells})[-DAYS:]
    order = sorted(tables.items(), key=lambda item: _heat_order(item[1], season["cells"].get(item[0], {}), days))
    rows = [board_row(name, state, season["cells"].get(name, {}), "") for name, state in order]
    return board_map(rows, days, lambda day, table: f"{date_name(day)}.html" + (f"#{slug(table)}" if table else ""))


def _heat_order(state: State, cells: Mapping[str, str], days: Sequence[str]) -> tuple[int, int]:
    seen = worst(Verdict(cells[day]) for day in days if day in cells)
    return (urgency(seen) if not is_quiet(seen) else 9, phase_rank(state["phase"]))


def board_row(name: str, state: State, cells: Mapping[str, str], root: str) -> BoardRow:
    """A table's row of a map; a finding of the table as a whole stands at its end."""
    whole = [
        Verdict(rule["standing"][WHOLE]["verdict"]) for rule in state["amiss"].values() if WHOLE in rule["standing"]
    ]
    loud = worst(whole) if whole and not is_quiet(worst(whole)) else None
    verdict = Verdict(state["verdict"])
    href = f"{root}{table_name(name)}.html"
    return BoardRow(name, state["title"], href, verdict, state["owner"], state["phase"], cells, loud)
