"""A rule's page: what it says, what stands of it on which dates, the failing keys, the SQL, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.state.cells import is_loud
from gx.data_docs.state.names import WHOLE, date_name, rule_name, run_name, table_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import Long, Short, moment, number, slug
from gx.data_docs.view.chart import Chart, chart_of_numbers
from gx.data_docs.view.finding import DateRow, key_text
from gx.data_docs.view.marks import Chip, chip
from gx.data_docs.view.words import UNITS, day_words, on_days, share_of, share_words, since_words
from gx.judging.result import Verdict

DATES = 400
"""Dates that the page prints; its .json holds all."""

_SQL = 3


@dataclass(frozen=True)
class DateLine(DateRow):
    """A game date that something is amiss on, its page, and since when."""

    href: str
    since: str


@dataclass(frozen=True)
class Keys:
    """Failing keys as a table; ``total`` may exceed the rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int
    note: str


@dataclass(frozen=True)
class Evidence:
    """What one run found of the rule."""

    run: str
    href: str
    window: str
    observed: str
    error: str
    keys: Keys | None
    sql: Long
    chart: Chart | None


@dataclass(frozen=True)
class RulePage:
    """Everything on a rule's page."""

    table: str
    title: str
    rule: str
    phase: str
    mark: Chip
    headline: str
    words: str
    why: str
    remedy: str
    incident: str
    severity: str
    since: str
    healed: str
    dates: Sequence[DateLine]
    dates_more: str
    unit: str
    facts: Sequence[tuple[str, str]]
    evidence: Sequence[Evidence]
    json_name: str
    csv_name: str
    csv_rows: int
    table_href: str


def rule_page(state: State) -> RulePage:
    """The page of a rule's state."""
    standing: Mapping[str, Any] = state["standing"]
    days = [day for day in standing if day != WHOLE]
    evidence = [_evidence(item) for item in state["evidence"]]
    keys = sum(len(item["failing_keys"]) for item in state["evidence"])
    stem = rule_name(state["table"], state["rule"]).removeprefix("rules/")
    order = sorted(standing.items(), key=lambda item: (not is_loud(item[1]), item[0]))
    return RulePage(
        table=state["table"],
        title=state["title"],
        rule=state["rule"],
        phase=state["phase"],
        mark=chip(Verdict(state["verdict"])),
        headline=_headline(state, days),
        words=state["words"] or state["expectation"],
        why=state["why"],
        remedy=state["remedy"],
        incident=state["incident"],
        severity=state["severity"],
        since=since_words(list(standing.values())),
        healed=f"{state['healed']['group'].replace('.', ' ')}, {moment(state['healed']['started_at'])}"
        if state.get("healed")
        else "",
        dates=[_date(day, cell, state["table"]) for day, cell in order[:DATES]],
        dates_more=plural(len(standing) - DATES, "more date") if len(standing) > DATES else "",
        unit=UNITS.get(state["expectation"], ""),
        facts=[(name, state[key]) for name, key in _FACTS if state[key]],
        evidence=evidence,
        json_name=f"{stem}.json",
        csv_name=f"{stem}.csv" if keys else "",
        csv_rows=keys,
        table_href=f"../{table_name(state['table'])}.html",
    )


_FACTS = (
    ("Allowed", "threshold"),
    ("Severity", "severity"),
    ("Owner", "owner"),
    ("Scope", "scope"),
    ("Expectation", "expectation"),
    ("Stands in", "location"),
)


def _headline(state: State, days: Sequence[str]) -> str:
    if not state["standing"]:
        return f"{state['rule']} holds again"
    said = {"waived": "is excused", "warn": "is suspicious", "error": "was not evaluated"}
    return f"{state['rule']} {said.get(state['verdict'], 'is broken')} {on_days(days)}"


def _date(day: str, cell: Mapping[str, Any], table: str) -> DateLine:
    share = share_of(cell)
    return DateLine(
        day=day_words(day),
        href="" if day == WHOLE else f"../{date_name(day)}.html#{slug(table)}",
        mark=chip(Verdict(cell["verdict"])),
        found=number(cell.get("actual")),
        expected=number(cell.get("expected")),
        share=share_words(cell),
        bar=None if share is None else round(100 * share, 1),
        classification=cell.get("classification") or "",
        detail=cell.get("detail") or "",
        waiver=cell.get("waiver") or "",
        since=since_words([cell]),
    )


def _evidence(item: State) -> Evidence:
    return Evidence(
        run=f"{item['group'].replace('.', ' ')}, {moment(item['started_at'] or item['as_of'])}",
        href=f"../{run_name(item['run_id'])}.html",
        window=item["start"] if item["start"] == item["end"] else f"{item['start']} to {item['end']}",
        observed=Short(item["observed"]),
        error=item["error"] or "",
        keys=_keys(item),
        sql=Long(item["sql"]),
        chart=chart_of_numbers(
            {
                part["partition"]: [part["expected"], part["actual"], part["verdict"]]
                for part in item["partitions"]
                if part["partition"] and part.get("expected") is not None and part.get("actual") is not None
            }
        ),
    )


def _keys(item: State) -> Keys | None:
    rows = item["failing_keys"]
    if not rows and not item["failing_keys_total"] and not item["failing_keys_error"]:
        return None
    columns = list(dict.fromkeys(str(column) for key in rows for column in key))
    return Keys(
        columns,
        [[key_text(key.get(column)) for column in columns] for key in rows],
        item["failing_keys_total"],
        _keys_note(item),
    )


def _keys_note(item: State) -> str:
    shown, total = len(item["failing_keys"]), item["failing_keys_total"]
    if item["failing_keys_error"]:
        return f"The failing keys could not be fetched: {item['failing_keys_error']}"
    return f"All {plural(shown, 'key')}." if shown == total else f"The first {shown:,} of {plural(total, 'key')}."


def keys_csv(state: State) -> tuple[Sequence[str], Sequence[Mapping[str, Any]]]:
    """The failing keys of all evidence as columns and rows, each with the run that found it."""
    rows = [{"run_id": item["run_id"], **key} for item in state["evidence"] for key in item["failing_keys"]]
    columns = list(dict.fromkeys(str(column) for row in rows for column in row))
    return columns, [
        {name: value if isinstance(value, (str, int, float)) else key_text(value) for name, value in row.items()}
        for row in rows
    ]
