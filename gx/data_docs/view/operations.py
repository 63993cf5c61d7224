"""The operations page: services, freshness, recent days, waivers and the registry of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.data_docs.state.names import date_name, run_name, season_name, table_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import listed, moment, number, slug
from gx.data_docs.view.front import Link
from gx.data_docs.view.marks import Chip, chip, urgency
from gx.judging.result import Verdict, worst

_DATES = 6


@dataclass(frozen=True)
class Watched:
    """A rule that is told also when it holds: its table, what it observed, and when."""

    title: str
    href: str
    mark: Chip
    observed: str
    as_of: str
    last_good: str


@dataclass(frozen=True)
class Waived:
    """A waiver as the newest run judged it."""

    table: str
    href: str
    rule: str
    dates: str
    state: str
    wrong: bool
    reason: str
    owner: str
    since: str
    expires: str
    incident: str
    cells: str
    covered: Sequence[Link]


@dataclass(frozen=True)
class DayLine:
    """A recent game date: games, and rows with a verdict a table."""

    day: Link
    games: str
    tables: Sequence[tuple[str, Chip]]


@dataclass(frozen=True)
class OperationsPage:
    """Everything on the operations page."""

    mark: Chip
    headline: str
    services: Sequence[Watched]
    freshness: Sequence[Watched]
    days: Sequence[DayLine]
    day_titles: Sequence[str]
    days_run: Link | None
    waivers: Sequence[Waived]
    waivers_run: Link | None
    registry: Sequence[tuple[str, str]]
    seasons: Sequence[Link]


def operations_page(tables: Mapping[str, State], operations: State, seasons: Sequence[str]) -> OperationsPage:
    """The page of the site's operations; ``seasons`` have pages, the newest last."""
    services, freshness = (_watched(tables, kind) for kind in ("services", "freshness"))
    verdict = worst(Verdict(each.mark.verdict) for each in (*services, *freshness))
    days = (operations.get("recent_days") or {}).get("value") or []
    waivers = (operations.get("waivers") or {}).get("value") or []
    return OperationsPage(
        mark=chip(verdict),
        headline="Operations: services, freshness, recent days, waivers, registry",
        services=services,
        freshness=freshness,
        days=[_day(item) for item in days],
        day_titles=[cell["table"] for cell in days[0]["tables"].values()] if days else (),
        days_run=_run(operations.get("recent_days")),
        waivers=sorted((_waiver(item) for item in waivers), key=lambda waiver: (not waiver.wrong, waiver.state)),
        waivers_run=_run(operations.get("waivers")),
        registry=_registry((operations.get("registry") or {}).get("value") or {}),
        seasons=[Link(name, f"{season_name(name)}.html") for name in reversed(seasons)],
    )


def _watched(tables: Mapping[str, State], kind: str) -> list[Watched]:
    found = [
        Watched(
            title=f"{state['title']}: {name}",
            href=f"{table_name(table)}.html#{slug(name)}",
            mark=chip(Verdict(rule["verdict"])),
            observed=rule["observed"],
            as_of=moment(rule["run"]["as_of"]),
            last_good=moment(state["last_good"]["started_at"]) if state["last_good"] else "never",
        )
        for table, state in tables.items()
        for name, rule in state["watched"].items()
        if rule["kind"] == kind
    ]
    return sorted(found, key=lambda each: (urgency(Verdict(each.mark.verdict)), each.title))


def _run(item: State | None) -> Link | None:
    return Link(moment(item["run"]["started_at"]), f"{run_name(item['run']['run_id'])}.html") if item else None


def _waiver(item: Mapping[str, Any]) -> Waived:
    days = item["covered_dates"]
    words = f"{item['state']}, too broad" if item["too_broad"] else item["state"]
    return Waived(
        table=item["table"],
        href=f"{table_name(item['table'])}.html",
        rule="every rule" if item["rule"] == "*" else item["rule"],
        dates=item["dates"] if len(item["dates"]) < 200 else f"{listed(item['dates'].split(', '), _DATES)}",
        state=words,
        wrong=item["too_broad"] or item["state"] in ("expired", "covers nothing"),
        reason=item["reason"],
        owner=item["owner"],
        since=item["since"],
        expires=item["expires"],
        incident=item["incident"],
        cells=number(item["cells"]),
        covered=[Link(day, f"{date_name(day)}.html") for day in days[:_DATES]],
    )


def _day(item: Mapping[str, Any]) -> DayLine:
    return DayLine(
        day=Link(item["date"], f"{date_name(item['date'])}.html"),
        games=f"{number(item['final'])} of {number(item['scheduled'])}",
        tables=[
            ("unknown" if cell["rows"] is None else number(cell["rows"]), chip(Verdict(cell["verdict"])))
            for cell in item["tables"].values()
        ],
    )


def _registry(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not found:
        return []
    unresolved = found.get("unresolved")
    told = ", ".join(f"{number(count)} {status}" for status, count in (unresolved or {}).items()) or "unknown"
    rows = (("Players in the registry", "registry_rows"), ("Aliases", "alias_rows"))
    return [("Unresolved names by status", told), *((name, number(found.get(key)) or "unknown") for name, key in rows)]
