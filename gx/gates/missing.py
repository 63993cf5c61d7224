"""Who is missing: the keys that a backfill should have written and that no failure accounts for, date by date. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gx.gates.hearing import KEYS_A_DATE
from gx.gates.model import Missing
from gx.judging.result import RuleResult, Verdict
from gx.planning.statement import Answer, Measurement
from gx.reporting.document import plain_value

type Key = Mapping[str, object]
_NOT_A_KEY = ("partition_date", "total_keys", "finding")


def missing_by_date(results: Sequence[RuleResult], answers: Mapping[str, Answer]) -> dict[date, list[Missing]]:
    """The missing keys a date and table, from the drill-down of its coverage rules (``answers``, by ``table.rule``).

    Rules of one table miss much the same keys: each is named once, and the total is that of the rule that misses most.
    """
    named: dict[tuple[date, str], dict[str, Key]] = defaultdict(dict)
    totals: dict[tuple[date, str], int] = defaultdict(int)
    for result in results:
        if result.name in answers:
            _add_totals(result, totals)
            _add_keys(result, answers[result.name], named)
    found: dict[date, list[Missing]] = defaultdict(list)
    for (day, table), total in totals.items():
        keys = tuple(named[day, table].values())
        found[day].append(Missing(table, max(total, len(keys)), keys[:KEYS_A_DATE]))
    return dict(found)


def _add_totals(result: RuleResult, totals: dict[tuple[date, str], int]) -> None:
    for part in result.partitions:
        if part.partition and part.verdict in (Verdict.FAIL, Verdict.WARN) and part.expected is not None:
            cell = (part.partition, result.table)
            totals[cell] = max(totals[cell], int(part.expected) - int(part.actual or 0))


def _add_keys(result: RuleResult, answer: Answer, named: dict[tuple[date, str], dict[str, Key]]) -> None:
    if not isinstance(answer, Measurement):
        return
    for row in answer.rows:
        if row.get("finding", "missing") == "missing":
            key = _key(row)
            named[row["partition_date"], result.table].setdefault(repr(key), key)


def _key(row: Mapping[str, Any]) -> Key:
    return {name: plain_value(value) for name, value in row.items() if name not in _NOT_A_KEY}


def unnamed(answers: Mapping[str, Answer]) -> list[str]:
    """A note for each rule whose missing keys could not be read: the verdict stands, the names are not known."""
    return [
        f"the missing keys of {name} could not be read: {answer.kind}: {answer.message}"
        for name, answer in answers.items()
        if not isinstance(answer, Measurement)
    ]
