"""The front page: what is wrong, where, on which dates and why; then every run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from gx.data_docs.stored import StoredRun
from gx.data_docs.text import slug
from gx.data_docs.view.finding import Budget, Finding, finding, ordered
from gx.data_docs.view.heat import Heat, heat_map, rule_anchor
from gx.data_docs.view.history import HistoryLink, history_link
from gx.data_docs.view.marks import Chip, legend
from gx.data_docs.view.runs import RunHead, group_key, head, standing
from gx.judging.result import RuleResult, TableResult, is_quiet

BRIEF = Budget(dates=0, keys=0, charts=False)
"""The front page says where and why; the rest is a click away."""

FINDINGS = 60
"""Findings a run that the front page lists; the run's page lists all."""

RUNS = 200
"""Runs that the front page lists; index.json names all."""


@dataclass(frozen=True)
class Section:
    """One run that says how things stand, with its heat map and findings."""

    head: RunHead
    folded: bool
    heat: Heat
    findings: Sequence[Finding]
    more: int


@dataclass(frozen=True)
class IndexPage:
    """Everything on the front page."""

    newest: RunHead | None
    open: Sequence[RunHead]
    history: HistoryLink | None
    mark: Chip | None
    sections: Sequence[Section]
    runs: Sequence[RunHead]
    runs_more: int
    legend: Sequence[Chip]


def index_page(runs: Sequence[StoredRun]) -> IndexPage:
    """The front page of these runs, which come newest first."""
    current = standing(runs)
    heads = [head(run) for run in runs[:RUNS]]
    newest = heads[0] if heads else None
    return IndexPage(
        newest=newest,
        open=[head(run) for run in current if not is_quiet(run.verdict) and run is not runs[0]],
        history=history_link(runs),
        mark=newest.mark if newest else None,
        sections=[_section(run, folded=is_quiet(run.verdict) and run is not runs[0]) for run in current],
        runs=heads,
        runs_more=len(runs) - len(heads),
        legend=legend(),
    )


def _section(run: StoredRun, folded: bool) -> Section:
    loud = [(rule, table) for rule, table in ordered(run) if not is_quiet(rule.verdict)]
    return Section(
        head=head(run),
        folded=folded,
        heat=heat_map(run, partial(rule_href, run), table_href),
        findings=[_finding(run, rule, table) for rule, table in loud[:FINDINGS]],
        more=max(len(loud) - FINDINGS, 0),
    )


def _finding(run: StoredRun, rule: RuleResult, table: TableResult) -> Finding:
    href = table_href(table.table)
    return finding(
        rule, table, href=rule_href(run, rule), table_href=href, budget=Budget(dates=0, keys=0, charts=False)
    )


def table_href(table: str) -> str:
    """From the front page to a table's page."""
    return f"tables/{slug(table)}.html"


def rule_href(run: StoredRun, rule: RuleResult) -> str:
    """From the front page to the rule, in this run's answer, on its table's page."""
    return f"{table_href(rule.table)}#{rule_anchor('', rule.rule, group_key(run))}"
