"""A table's page: what it must be, and how it stands in the newest run of each checkpoint and season."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from gx.contracts.checks import is_broad
from gx.contracts.model import Waiver
from gx.data_docs.catalogue import Catalogue, TableCard
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import plural, slug
from gx.data_docs.view.finding import Budget, Finding, SqlText, budget_for, finding, statements
from gx.data_docs.view.heat import Heat, heat_map, rule_anchor
from gx.data_docs.view.marks import Chip, chip, chips, legend, rule_order, urgency
from gx.data_docs.view.runs import RunHead, group_key, head, history, standing
from gx.judging.result import RuleResult, TableResult, Verdict, worst


@dataclass(frozen=True)
class Neighbour:
    """An upstream or downstream table with its state, when it has a page."""

    table: str
    href: str
    mark: Chip | None


@dataclass(frozen=True)
class WaiverLine:
    """A waiver as a page shows it; ``state`` says whether it is in force, ``wrong`` that somebody should look at it."""

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
class TableSection:
    """The table in one run: what needs a look or is waived in full, what holds in a list."""

    head: RunHead
    mark: Chip
    counts: Sequence[Chip]
    rows: int | None
    heat: Heat
    loud: Sequence[Finding]
    quiet: Sequence[Finding]
    quiet_title: str
    quiet_open: bool


@dataclass(frozen=True)
class TablePage:
    """Everything on a table's page."""

    table: str
    title: str
    description: str
    owner: str
    phase: str
    mark: Chip
    card: TableCard | None
    columns: Sequence[Mapping[str, Any]]
    upstream: Sequence[Neighbour]
    downstream: Sequence[Neighbour]
    waivers: Sequence[WaiverLine]
    sections: Sequence[TableSection]
    history: Sequence[tuple[RunHead, Chip]]
    statements: Sequence[SqlText]
    legend: Sequence[Chip]


def table_page(name: str, runs: Sequence[StoredRun], catalogue: Catalogue) -> TablePage:
    """The page of a table that at least one of the runs (newest first) looked at."""
    states = [(run, table) for run in standing(_with(name, runs)) if (table := run.table(name))]
    states.sort(key=lambda state: urgency(state[1].verdict))  # stable: what needs a look first, then the newest run
    newest = next(table for run in runs if (table := run.table(name)))
    card = catalogue.cards.get(name)
    rules = [rule for _, table in states for rule in table.rules]
    sql = statements(sorted(rules, key=rule_order))
    budget = budget_for(rules)
    return TablePage(
        table=name,
        title=newest.title,
        description=newest.description or (card.description if card else ""),
        owner=newest.owner,
        phase=newest.phase,
        mark=chip(worst(table.verdict for _, table in states)),
        card=card,
        columns=card.columns if card else (),
        upstream=[_neighbour(other, runs) for other in (card.upstream if card else ())],
        downstream=[_neighbour(other, runs) for other in catalogue.downstream(name)],
        waivers=[_waiver(waiver, rules, runs[0]) for waiver in catalogue.waivers_of(name)],
        sections=[_section(run, table, budget, sql, alone=len(states) == 1) for run, table in states],
        history=history(runs, name),
        statements=list(sql.values()),
        legend=legend(),
    )


def _with(name: str, runs: Sequence[StoredRun]) -> list[StoredRun]:
    return [run for run in runs if run.table(name)]


def _section(
    run: StoredRun, table: TableResult, budget: Budget, sql: Mapping[str, SqlText], alone: bool
) -> TableSection:
    rules = sorted(table.rules, key=rule_order)
    findings = [_finding(run, rule, table, budget, sql) for rule in rules]
    loud = [each for each in findings if each.rule.verdict not in (Verdict.PASS, Verdict.EXEMPT)]
    quiet = [each for each in findings if each.rule.verdict in (Verdict.PASS, Verdict.EXEMPT)]
    return TableSection(
        head=head(run),
        mark=chip(table.verdict),
        counts=chips({verdict.value: sum(rule.verdict is verdict for rule in rules) for verdict in Verdict}),
        rows=table.rows,
        heat=heat_map(run, partial(_rule_href, run), table_href, only=table.table),
        loud=loud,
        quiet=quiet,
        quiet_title=_quiet_title(quiet),
        quiet_open=alone and not loud,
    )


def _quiet_title(quiet: Sequence[Finding]) -> str:
    exempt = sum(1 for each in quiet if each.rule.verdict is Verdict.EXEMPT)
    words = f"{plural(len(quiet) - exempt, 'rule holds', 'rules hold')}"
    return f"{words}, {exempt} exempt" if exempt else words


def _finding(
    run: StoredRun, rule: RuleResult, table: TableResult, budget: Budget, sql: Mapping[str, SqlText]
) -> Finding:
    return finding(
        rule,
        table,
        anchor=rule_anchor("", rule.rule, group_key(run)),
        href=f"../runs/{slug(run.run_id)}.html#{rule_anchor(table.table, rule.rule)}",
        budget=budget,
        statement=sql.get(rule.sql),
    )


def _rule_href(run: StoredRun, rule: RuleResult) -> str:
    return f"#{rule_anchor('', rule.rule, group_key(run))}"


def table_href(table: str) -> str:
    """From a table's page to another's."""
    return f"{slug(table)}.html"


def _neighbour(name: str, runs: Sequence[StoredRun]) -> Neighbour:
    states = [table.verdict for run in standing(_with(name, runs)) if (table := run.table(name))]
    return Neighbour(name, table_href(name) if states else "", chip(worst(states)) if states else None)


def _waiver(waiver: Waiver, rules: Sequence[RuleResult], newest: StoredRun) -> WaiverLine:
    covered = _covered(waiver, rules)
    state, wrong = _waiver_state(waiver, covered, newest)
    return WaiverLine(
        rule="every rule" if waiver.rule == "*" else waiver.rule,
        dates=_waiver_dates(waiver),
        reason=waiver.reason,
        owner=waiver.owner,
        since=waiver.since.isoformat(),
        expires=str(waiver.expires),
        incident=waiver.incident,
        state=state,
        wrong=wrong,
        covers=plural(covered, "date and rule", "dates and rules"),
    )


def _waiver_state(waiver: Waiver, covered: int, newest: StoredRun) -> tuple[str, bool]:
    """What is to be said of a waiver: expired, too broad, covering nothing within the window, or fine; and if amiss."""
    if waiver.expires != "never" and str(waiver.expires) < newest.as_of[:10]:
        return "expired", True
    if is_broad(waiver):
        return "in force, too broad", True
    days = waiver.dates or tuple(day for day in (waiver.start, waiver.end) if day)
    inside = bool(days) and all(newest.start <= day.isoformat() <= newest.end for day in days)
    return ("covers nothing", True) if inside and not covered else ("in force", False)


def _covered(waiver: Waiver, rules: Sequence[RuleResult]) -> int:
    return sum(
        waiver.covers(rule.table, rule.rule, each.partition)
        for rule in rules
        for each in rule.partitions
        if each.partition and each.verdict is Verdict.WAIVED
    )


def _waiver_dates(waiver: Waiver) -> str:
    if waiver.dates:
        return ", ".join(day.isoformat() for day in waiver.dates)
    if waiver.start is None and waiver.end is None:
        return "all dates"
    return f"{waiver.start or 'the beginning'} to {waiver.end or 'now'}"
