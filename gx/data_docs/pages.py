"""The site's pages from its state: those whose state was touched, each with its JSON twin beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from gx.data_docs.catalogue import Catalogue
from gx.data_docs.plain_json import json_text
from gx.data_docs.render import render
from gx.data_docs.state.fold import new_runs
from gx.data_docs.state.names import INDEX, OPERATIONS, SITE, date_name, run_name, season_name, table_name
from gx.data_docs.state.shelf import Shelf, State
from gx.data_docs.stored import StoredRun
from gx.data_docs.view.compare import comparison_of
from gx.data_docs.view.day import date_page
from gx.data_docs.view.front import front_page
from gx.data_docs.view.history import history_files, history_page
from gx.data_docs.view.operations import operations_page
from gx.data_docs.view.rule import keys_csv, rule_page
from gx.data_docs.view.run import run_page
from gx.data_docs.view.run_list import month_page, runs_page
from gx.data_docs.view.search import search_page
from gx.data_docs.view.season import season_page
from gx.data_docs.view.table import table_page, verdicts_of
from gx.reporting.inventory import csv_text

Files = dict[str, str]

MAPS = 2
"""Seasons, the newest first, whose dates a table's page shows; each season's page shows all tables."""


def run_files(run: StoredRun, line: State, news: State, before: State | None, kept: State) -> Files:
    """A run's permanent page and its document."""
    page = run_page(run, line, news, comparison_of(run, kept, before))
    stem = run_name(run.run_id)
    document = {**run.document, "tables": run.document.get("tables") or []}
    return {f"{stem}.html": render("run.html.j2", page=page, root="../"), f"{stem}.json": json_text(document)}


def latest_pages(shelf: Shelf, catalogue: Catalogue) -> Files:
    """Every page whose state was touched, or that shows a state that was."""
    return dict(_pages(shelf, catalogue))


def _pages(shelf: Shelf, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    seasons = [state["season"] for state in shelf.each("seasons")]
    index, operations = shelf.find(INDEX), shelf.find(OPERATIONS)
    tables: Mapping[str, State] = index["tables"] if index else {}
    front = front_page(index, _newest_season(shelf, seasons), operations, catalogue, seasons)
    yield "index.html", render("index.html.j2", page=front, root="")
    yield from _table_pages(shelf, catalogue, index, seasons)
    yield from _date_pages(shelf, seasons)
    for name in _touched(shelf, "seasons"):
        page = season_page(shelf.change(name), tables)
        yield _html(name), render("season.html.j2", page=page, root="../")
    yield from _rule_pages(shelf)
    yield from _operations_pages(shelf, tables, operations, seasons)
    yield from _run_lists(shelf)
    yield from _search(shelf, catalogue, seasons)


def _newest_season(shelf: Shelf, seasons: Iterable[str]) -> State | None:
    """The newest season with cells."""
    found = None
    for season in seasons:
        state = shelf.find(f"{season_name(season)}.json")
        found = state if state and state["cells"] else found
    return found


def _table_pages(
    shelf: Shelf, catalogue: Catalogue, index: State | None, seasons: Iterable[str]
) -> Iterator[tuple[str, str]]:
    boards = [
        state for season in list(reversed(list(seasons)))[:MAPS] if (state := shelf.find(f"{season_name(season)}.json"))
    ]
    verdicts = verdicts_of(index)
    touched = {name for name in shelf.touched if name.startswith("tables/")}
    for table in verdicts:
        around = (*catalogue.upstream(table), *catalogue.downstream(table))
        if touched & {f"{table_name(other)}.json" for other in (table, *around)}:
            state = shelf.find(f"{table_name(table)}.json")
            if state:
                maps = [(board["season"], board["cells"].get(table, {})) for board in boards]
                page = table_page(state, maps, verdicts, catalogue)
                yield f"{table_name(table)}.html", render("table.html.j2", page=page, root="../")


def _date_pages(shelf: Shelf, seasons: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The touched dates' pages, and those of the dates beside them, which lead to them."""
    touched = [shelf.change(name)["date"] for name in _touched(shelf, "dates")]
    if not touched:
        return
    days = sorted(set(touched).union(*(_days(shelf, season) for season in seasons)))
    beside = {days[place] for day in touched for place in _around(days.index(day), len(days))}
    for day in sorted(beside):
        state = shelf.find(f"{date_name(day)}.json")
        if state:
            yield f"{date_name(day)}.html", render("date.html.j2", page=date_page(state, days), root="../")


def _around(place: int, count: int) -> range:
    return range(max(place - 1, 0), min(place + 2, count))


def _days(shelf: Shelf, season: str) -> set[str]:
    state = shelf.find(f"{season_name(season)}.json")
    return {day for cells in (state["cells"].values() if state else ()) for day in cells}


def _rule_pages(shelf: Shelf) -> Iterator[tuple[str, str]]:
    for name in _touched(shelf, "rules"):
        state = shelf.change(name)
        page = rule_page(state)
        yield _html(name), render("rule.html.j2", page=page, root="../")
        if page.csv_name:
            yield f"rules/{page.csv_name}", csv_text(*keys_csv(state))


def _operations_pages(
    shelf: Shelf, tables: Mapping[str, State], operations: State | None, seasons: list[str]
) -> Iterator[tuple[str, str]]:
    state = operations if operations is not None else shelf.change(OPERATIONS, schema="contracts.operations/1")
    yield "operations.html", render("operations.html.j2", page=operations_page(tables, state, seasons), root="")
    history = state.get("run_history")
    if history and OPERATIONS in shelf.touched:
        yield "run_history.html", render("run_history.html.j2", page=history_page(history), root="")
        yield from history_files(history).items()


def _run_lists(shelf: Shelf) -> Iterator[tuple[str, str]]:
    yield "runs.html", render("runs.html.j2", page=runs_page(new_runs(shelf)), root="")
    for name in _touched(shelf, "months"):
        page = month_page(shelf.change(name))
        yield _html(name), render("month.html.j2", page=page, root="../")


def _search(shelf: Shelf, catalogue: Catalogue, seasons: list[str]) -> Iterator[tuple[str, str]]:
    """The index of everything, when there is something new to look up."""
    site = shelf.change(SITE)
    states = list(shelf.each("tables"))
    names = [f"{state['table']}.{rule}" for state in states for rule in state["rules"]]
    found = _digest([*names, *seasons, contracts_digest(catalogue)])
    if site.get("search") != found:
        site["search"] = found
        page = search_page(states, seasons, catalogue)
        yield "search.html", render("search.html.j2", page=page, root="")
        yield "search.json", json_text({"schema": "contracts.search/1", "kinds": _plain(page.kinds)})


def _plain(kinds: Any) -> dict[str, list[dict[str, str]]]:
    return {
        kind: [{"name": entry.name, "page": entry.href, "more": entry.more} for entry in entries]
        for kind, entries in kinds
    }


def _touched(shelf: Shelf, folder: str) -> list[str]:
    return sorted(name for name in shelf.touched if name.startswith(f"{folder}/"))


def _html(name: str) -> str:
    return f"{name.removesuffix('.json')}.html"


@cache
def program_digest() -> str:
    """Changes with the code and the templates of the pages."""
    files = sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in (".py", ".j2", ".css", ".js"))
    return _digest([path.read_text(encoding="utf-8") for path in files])


def contracts_digest(catalogue: Catalogue) -> str:
    """Changes with what the pages show of the contracts."""
    return _digest([repr(card) for card in catalogue.cards.values()] + [repr(each) for each in catalogue.waivers])


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\x00".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
