"""A stored run as plain data: what every page is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Any

from gx.judging.result import PartitionResult, RuleResult, TableResult, Verdict, worst

Document = Mapping[str, Any]
"""A run as JSON, of schema ``contracts.result/1``."""


@dataclass(frozen=True)
class StoredRun:
    """One run of a checkpoint as it was stored, and the JSON document it came from.

    ``jobs`` holds ``count``, ``bytes_processed`` and ``bytes_billed``; None means unknown.
    """

    run_id: str
    checkpoint: str
    started_at: str
    start: str
    end: str
    as_of: str
    verdict: Verdict
    exit_code: int | None
    tables: Sequence[TableResult]
    document: Document
    jobs: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    warehouse: str = ""
    notes: Sequence[str] = ()

    @cached_property
    def rules(self) -> list[RuleResult]:
        """Every rule of every table."""
        return [rule for table in self.tables for rule in table.rules]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Rules by verdict, of those verdicts that occur."""
        counted = Counter(map(attrgetter("verdict"), self.rules))
        return {verdict.value: count for verdict, count in counted.items()}

    @property
    def order(self) -> tuple[str, str]:
        """Sorts runs by time; a run without a start sorts by as-of."""
        return (self.started_at or self.as_of, self.run_id)

    def table(self, name: str) -> TableResult | None:
        """The run's result of that table."""
        return next((table for table in self.tables if table.table == name), None)


def read_run(document: Document) -> StoredRun:
    """A run from its JSON document; absent fields become empty, and an unknown verdict becomes ``error``."""
    tables = [_table(item) for item in document.get("tables") or ()]
    window, jobs = document.get("window") or {}, document.get("jobs") or {}
    return StoredRun(
        run_id=_text(document, "run_id") or "unnamed",
        checkpoint=_text(document, "checkpoint") or "unnamed",
        started_at=_text(document, "started_at"),
        start=_text(window, "start"),
        end=_text(window, "end"),
        as_of=_text(document, "as_of"),
        verdict=_verdict(document.get("verdict")),
        exit_code=document.get("exit_code"),
        tables=tables,
        document=document,
        jobs=jobs,
        seconds=document.get("seconds", jobs.get("seconds")),
        warehouse=_text(document, "warehouse"),
        notes=[str(note) for note in document.get("notes") or ()],
    )


def read_runs(documents: Iterable[Document]) -> list[StoredRun]:
    """The runs, newest first."""
    return sorted((read_run(document) for document in documents), key=lambda run: run.order, reverse=True)


def _table(item: Document) -> TableResult:
    name = _text(item, "table")
    rules = [_rule(name, rule) for rule in item.get("rules") or ()]
    return TableResult(
        table=name,
        title=_text(item, "title") or name,
        owner=_text(item, "owner"),
        phase=_text(item, "phase"),
        verdict=_verdict(item["verdict"]) if "verdict" in item else worst(rule.verdict for rule in rules),
        rules=rules,
        description=_text(item, "description"),
        rows=item.get("rows"),
    )


_TEXTS = (
    *("rule", "expectation", "severity", "scope", "observed", "threshold", "words", "why", "remedy"),
    *("incident", "owner", "sql", "location"),
)
_OTHERS = ("error", "evaluated", "unexpected", "failing_keys_error")
_NOTHING: Document = dict.fromkeys(_TEXTS, "") | dict.fromkeys(_OTHERS)

_texts = itemgetter(*_TEXTS)


def _rule(table: str, item: Document) -> RuleResult:
    keys, partitions = item.get("failing_keys"), item.get("partitions")
    keys = [key for key in keys if isinstance(key, Mapping)] if keys else []
    # A frozen class sets its fields one by one, at many times the cost; years of results hold millions of rules.
    rule = object.__new__(RuleResult)
    fields = rule.__dict__
    fields.update(_NOTHING)
    fields.update(item)
    fields["table"] = table
    fields["verdict"] = _verdict(item.get("verdict"))
    fields["partitions"] = sorted(map(_partition, partitions), key=_by_date) if partitions else []
    fields["partition_counts"] = item.get("partition_counts") or {}
    fields["failing_keys"] = keys
    fields["failing_keys_total"] = max(int(item.get("failing_keys_total") or 0), len(keys))
    try:
        "".join(_texts(fields))  # refuses what is no text
    except TypeError:
        fields.update({name: _text(item, name) for name in _TEXTS})
    return rule


def _partition(item: Document) -> PartitionResult:
    return PartitionResult(
        partition=date.fromisoformat(str(day)[:10]) if (day := item.get("partition")) else None,
        verdict=_verdict(item.get("verdict")),
        expected=item.get("expected"),
        actual=item.get("actual"),
        coverage=item.get("coverage"),
        classification=item.get("classification"),
        detail=item.get("detail"),
        waiver=item.get("waiver"),
    )


def _by_date(each: PartitionResult) -> date:
    return each.partition or date.min


_VERDICTS = {verdict.value: verdict for verdict in Verdict}


def _verdict(value: Any) -> Verdict:
    return _VERDICTS.get(value, Verdict.ERROR) if isinstance(value, str) else Verdict.ERROR


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return "" if value is None else str(value)
