"""A run's page: permanent, made of the run's document alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.data_docs.stored import StoredRun
from gx.data_docs.text import Long as Names
from gx.data_docs.text import Whole, moment, slug
from gx.data_docs.view.compare import Comparison
from gx.data_docs.view.finding import Finding, SqlText, budget_for, finding, ordered, statements
from gx.data_docs.view.heat import Heat, heat_map, rule_anchor
from gx.data_docs.view.marks import Chip, chip, legend
from gx.data_docs.view.runs import RunHead, head
from gx.data_docs.view.sentence import Found
from gx.judging.result import GOOD, TableResult, is_quiet

FINDINGS = 100
"""Findings that the page prints with all their parts; the rest are in its .json."""


NAME = 300
"""Characters of a name that a run takes along to be compared."""


@dataclass(frozen=True)
class TableLine:
    """A table of the run with the ``count`` of rules that hold, their names by verdict."""

    table: str
    title: str
    owner: str
    phase: str
    href: str
    mark: Chip
    quiet: Sequence[tuple[Chip, str]]
    count: int


@dataclass(frozen=True)
class RunPage:
    """Everything on a run's page."""

    head: RunHead
    heat: Heat
    findings: Sequence[Finding]
    more: int
    tables: Sequence[TableLine]
    statements: Sequence[SqlText]
    legend: Sequence[Chip]
    news: Mapping[str, Any]
    comparison: Comparison | None
    carried: str


def run_page(
    run: StoredRun, line: Mapping[str, Any], news: Mapping[str, Any], comparison: Comparison | None
) -> RunPage:
    """The page of a run; ``line`` and ``news`` say what it changed of what had stood until then."""
    loud = ordered(run, lambda verdict: verdict not in GOOD)
    sql = statements([rule for rule, _ in loud])
    budget = budget_for([rule for rule, _ in loud])
    findings = [
        finding(
            rule,
            table,
            table_href=table_href(table.table),
            budget=budget,
            statement=sql.get(rule.sql),
        )
        for rule, table in loud[:FINDINGS]
    ]
    return RunPage(
        head=head(run),
        heat=heat_map(run, lambda rule: f"#{rule_anchor(rule.table, rule.rule)}", table_href),
        findings=findings,
        more=max(len(loud) - FINDINGS, 0),
        tables=[_line(table) for table in run.tables],
        statements=list(sql.values()),
        legend=legend(),
        news={**news, "broke_count": line.get("broke", 0), "healed_count": line.get("healed", 0)},
        comparison=comparison,
        carried=_carried(run, loud),
    )


def _carried(run: StoredRun, loud: Found) -> str:
    """What this run takes along, as JSON, when a reader sets another run's page beside it.

    Pages from a disk cannot fetch one another, so the reader's links carry it in their fragments.
    """
    told = {f"{rule.table}.{rule.rule}"[:NAME]: rule.verdict.value for rule, _ in loud}
    window = run.start if run.start == run.end else f"{run.start} to {run.end}"
    name = f"{run.checkpoint} {window}, started {moment(run.started_at or run.as_of)}"
    return Whole(json.dumps({"page": slug(run.run_id), "name": name[:NAME], "loud": told}))


def table_href(table: str) -> str:
    """From a run's page to a table's page."""
    return f"../tables/{slug(table)}.html"


def _line(table: TableResult) -> TableLine:
    occurring = dict.fromkeys(rule.verdict for rule in table.rules)
    quiet = {
        verdict: [rule.rule for rule in table.rules if rule.verdict is verdict]
        for verdict in occurring
        if is_quiet(verdict)
    }
    return TableLine(
        table=table.table,
        title=table.title,
        owner=table.owner,
        phase=table.phase,
        href=table_href(table.table),
        mark=chip(table.verdict),
        # One text for all names: a page of 1,900 rules that hold need not cost more than one that fails.
        quiet=[(chip(verdict), Names(", ".join(names))) for verdict, names in quiet.items()],
        count=sum(map(len, quiet.values())),
    )
