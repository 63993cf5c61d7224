"""The index of the site: every table, rule, column, incident, processor and season with its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gx.data_docs.catalogue import Catalogue
from gx.data_docs.state.names import season_name, table_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import slug

RULES = 6_000
"""Rules that the page lists; each table's page lists its own."""


@dataclass(frozen=True)
class Entry:
    """A name with its page; ``more`` is what else a search finds it by."""

    name: str
    href: str
    more: str


@dataclass(frozen=True)
class SearchPage:
    """Everything that can be looked up, by kind."""

    kinds: Sequence[tuple[str, Sequence[Entry]]]


def search_page(tables: Iterable[State], seasons: Sequence[str], catalogue: Catalogue) -> SearchPage:
    """The index of these tables' states."""
    states = sorted(tables, key=lambda state: state["table"])
    kinds = [
        ("Tables", [_table(state) for state in states]),
        ("Processors", _processors(catalogue, {state["table"] for state in states})),
        ("Incidents", _incidents(states)),
        ("Seasons", [Entry(name, f"{season_name(name)}.html", "") for name in seasons]),
        ("Rules", [entry for state in states for entry in _rules(state)][:RULES]),
        ("Columns", [entry for state in states for entry in _columns(state["table"], catalogue)]),
    ]
    return SearchPage([(kind, entries) for kind, entries in kinds if entries])


def _table(state: State) -> Entry:
    return Entry(state["table"], f"{table_name(state['table'])}.html", f"{state['title']} {state['owner']}")


def _rules(state: State) -> list[Entry]:
    page = f"{table_name(state['table'])}.html"
    return [
        Entry(name, f"{page}#{slug(name)}", " ".join(filter(None, [state["table"], rule["incident"]])))
        for name, rule in state["rules"].items()
    ]


def _columns(table: str, catalogue: Catalogue) -> list[Entry]:
    card = catalogue.cards.get(table)
    page = f"{table_name(table)}.html"
    return [Entry(str(column["name"]), f"{page}#columns", table) for column in (card.columns if card else ())]


def _processors(catalogue: Catalogue, known: set[str]) -> list[Entry]:
    cards = [card for name, card in sorted(catalogue.cards.items()) if name in known and card.processor]
    return [Entry(card.processor, f"{table_name(card.table)}.html", card.table) for card in cards]


def _incidents(states: Sequence[State]) -> list[Entry]:
    """Each incident with the rules that watch for it; it leads to the first of them."""
    found: dict[str, list[tuple[str, str]]] = {}
    for state in states:
        for name, rule in state["rules"].items():
            if rule["incident"]:
                found.setdefault(rule["incident"], []).append((state["table"], name))
    return [_incident(name, rules) for name, rules in sorted(found.items())]


def _incident(name: str, rules: Sequence[tuple[str, str]]) -> Entry:
    table, rule = rules[0]
    watched = f"{len(rules):,} rules" if len(rules) > 1 else rule
    return Entry(name, f"{table_name(table)}.html#{slug(rule)}", watched)
