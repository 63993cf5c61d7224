"""A finding: one rule of one run with all that an analyst needs to understand and mend it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import SQL_LIMIT, Long, Short, listed, number, percent, ratio
from gx.data_docs.view.chart import Chart, chart_of
from gx.data_docs.view.heat import rule_anchor
from gx.data_docs.view.marks import Chip, chip, chips, rule_order, table_order
from gx.judging.result import GOOD, PartitionResult, RuleResult, TableResult, Verdict

SQL_BUDGET = 4 * SQL_LIMIT
"""Characters of SQL on a page; statements beyond it are in its .json."""


@dataclass(frozen=True)
class Budget:
    """How much of each finding a page prints, so that many findings do not make it huge."""

    dates: int = 60
    keys: int = 200
    charts: bool = True


FULL = Budget()
"""What a page with few findings prints of each."""


_CHARTS = 30


def budget_for(rules: Sequence[RuleResult]) -> Budget:
    """Shares about 1,000 dates, 1,000 keys and 30 charts a page among the rules."""
    loud = [rule for rule in rules if rule.verdict not in GOOD]
    with_keys = sum(1 for rule in loud if rule.failing_keys)
    return Budget(
        dates=max(3, min(60, 1_000 // max(len(loud), 1))),
        keys=max(3, min(200, 1_000 // max(with_keys, 1))),
        charts=sum(1 for rule in rules if len(rule.partitions) > 1) <= _CHARTS,
    )


@dataclass(frozen=True)
class DateRow:
    """One game date of a rule; ``bar`` is the found share of what was expected, 0..100, or None."""

    day: str
    mark: Chip
    found: str
    expected: str
    share: str
    bar: float | None
    classification: str
    detail: str
    waiver: str


@dataclass(frozen=True)
class Keys:
    """Failing keys as a table; ``total`` may exceed the rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: int
    title: str
    note: str


@dataclass(frozen=True)
class Finding:
    """A rule as a page shows it."""

    rule: RuleResult
    anchor: str
    href: str
    title: str
    table_href: str
    phase: str
    mark: Chip
    counts: Sequence[Chip]
    where: str
    facts: Sequence[tuple[str, str]]
    dates: Sequence[DateRow]
    dates_more: str
    chart: Chart | None
    keys: Keys | None
    statement: SqlText | None = None


def finding(
    rule: RuleResult,
    table: TableResult,
    *,
    anchor: str = "",
    href: str = "",
    table_href: str = "",
    budget: Budget = FULL,
    statement: SqlText | None = None,
) -> Finding:
    """The finding of a rule."""
    loud = [each for each in rule.partitions if each.verdict not in GOOD]
    loud.sort(key=lambda each: (each.verdict is Verdict.WAIVED, each.partition or date.min))
    return Finding(
        rule=rule,
        anchor=anchor or rule_anchor(table.table, rule.rule),
        href=href,
        title=table.title,
        table_href=table_href,
        phase=table.phase,
        mark=chip(rule.verdict),
        counts=chips(rule.partition_counts),
        where=Short(where(rule)),
        facts=_facts(rule),
        dates=[_date_row(each) for each in loud[: budget.dates]],
        dates_more=_more(len(loud) - budget.dates),
        chart=chart_of(rule.partitions) if budget.charts else None,
        keys=_keys(rule, budget.keys),
        statement=statement,
    )


def _more(count: int) -> str:
    return f"{plural(count, 'more date')}: see the run's .json" if count > 0 else ""


def where(rule: RuleResult, limit: int = 3) -> str:
    """The dates that made the verdict, each with what was found: ``2023-02-23 (1 of 187, 0.5%)``."""
    if rule.error:
        return f"Not evaluated: {rule.error}"
    guilty = [each for each in rule.partitions if each.verdict is rule.verdict]
    if not guilty:
        return rule.observed
    return listed([_told(each) for each in guilty], limit)


def _told(each: PartitionResult) -> str:
    found = ratio(each.actual, each.expected).strip()
    share = percent(each.coverage)
    said = ", ".join(filter(None, [each.classification or "", found, share]))
    return f"{_day(each)} ({said})" if said else _day(each)


def _day(each: PartitionResult) -> str:
    return each.partition.isoformat() if each.partition else "the whole table"


def _facts(rule: RuleResult) -> list[tuple[str, str]]:
    facts = [
        ("Observed", rule.observed),
        ("Allowed", rule.threshold),
        ("Rows", _rows(rule)),
        ("Scope", rule.scope),
        ("Expectation", rule.expectation),
        ("Owner", rule.owner),
        ("Stands in", rule.location),
    ]
    return [(name, value) for name, value in facts if value]


def _rows(rule: RuleResult) -> str:
    if rule.evaluated is None:
        return ""
    broken = "" if rule.unexpected is None else f", {number(rule.unexpected)} unexpected"
    return f"{number(rule.evaluated)} evaluated{broken}"


def _date_row(each: PartitionResult) -> DateRow:
    share = _share(each)
    return DateRow(
        day=_day(each),
        mark=chip(each.verdict),
        found=number(each.actual),
        expected=number(each.expected),
        share=percent(each.coverage),
        bar=None if share is None else round(100 * share, 1),
        classification=each.classification or "",
        detail=each.detail or "",
        waiver=each.waiver or "",
    )


def _share(each: PartitionResult) -> float | None:
    if each.coverage is not None:
        return min(max(each.coverage, 0.0), 1.0)
    if each.actual is None or not each.expected or each.expected < 0:
        return None
    return min(max(each.actual / each.expected, 0.0), 1.0)


def _keys(rule: RuleResult, limit: int) -> Keys | None:
    if not rule.failing_keys and not rule.failing_keys_total and not rule.failing_keys_error:
        return None
    shown = rule.failing_keys[:limit]
    columns = list(dict.fromkeys(str(column) for key in shown for column in key))
    rows = [[key_text(key.get(column)) for column in columns] for key in shown]
    return Keys(
        columns, rows, rule.failing_keys_total, plural(rule.failing_keys_total, "key"), _keys_note(rule, len(shown))
    )


def _keys_note(rule: RuleResult, shown: int) -> str:
    if rule.failing_keys_error:
        return f"The failing keys could not be fetched: {rule.failing_keys_error}"
    if shown == rule.failing_keys_total:
        return f"All {plural(shown, 'key')}."
    rest = f"; the run's .json lists {len(rule.failing_keys):,}" if len(rule.failing_keys) > shown else ""
    return f"The first {shown:,} of {plural(rule.failing_keys_total, 'key')}{rest}. The query below finds them all."


def key_text(value: Any) -> str:
    """A value of a key as text; NULL is told from empty."""
    if value is None:
        return "NULL"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def ordered(
    run: StoredRun, wanted: Callable[[Verdict], bool] = lambda verdict: True
) -> list[tuple[RuleResult, TableResult]]:
    """The rules with a wanted verdict: tables that need a look first, upstream first, urgent rules first."""
    tables = sorted(run.tables, key=table_order)
    found = [(table, [rule for rule in table.rules if wanted(rule.verdict)]) for table in tables]
    return [(rule, table) for table, rules in found for rule in sorted(rules, key=rule_order)]


@dataclass(frozen=True)
class SqlText:
    """A statement that a page prints once, with the rules it answers."""

    number: int
    text: Long
    rules: str


def statements(rules: Sequence[RuleResult], budget: int = SQL_BUDGET) -> dict[str, SqlText]:
    """The statements of these rules by their text, each once, as far as they fit: rules of a table share one."""
    users: dict[str, list[str]] = {}
    for rule in rules:
        if rule.sql:
            users.setdefault(rule.sql, []).append(rule.rule)
    fitting: dict[str, SqlText] = {}
    for text, names in users.items():
        budget -= min(len(text), SQL_LIMIT)
        if budget >= 0:
            fitting[text] = SqlText(len(fitting) + 1, Long(text), listed(list(dict.fromkeys(names)), 2))
    return fitting
