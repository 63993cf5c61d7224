"""The JSON document of a run, as ``result.schema.json`` describes it (design section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gx.judging.result import PartitionResult, RuleResult, RunResult, TableResult

SCHEMA = "contracts.result/1"


def run_document(run: RunResult) -> dict[str, Any]:
    """A run as plain JSON values."""
    return {**run_facts(run), "tables": [table_document(table) for table in run.tables]}


def run_facts(run: RunResult) -> dict[str, Any]:
    """What a run says before its tables."""
    return {
        "schema": SCHEMA,
        "run_id": run.run_id,
        "checkpoint": run.checkpoint,
        "started_at": run.started_at.isoformat(),
        "window": {"start": run.start.isoformat(), "end": run.end.isoformat()},
        "as_of": run.as_of.isoformat(),
        "verdict": run.verdict.value,
        "exit_code": int(run.exit_code),
        "counts": run.counts(),
        "jobs": {
            "count": len(run.jobs),
            "bytes_processed": _total([job.bytes_processed for job in run.jobs]),
            "bytes_billed": _total([job.bytes_billed for job in run.jobs]),
            "seconds": round(run.seconds, 3),
        },
        "warehouse": run.warehouse,
        "notes": list(run.notes),
        "notifications": list(run.notifications),
        "overviews": plain_value(run.overviews),
    }


def table_document(table: TableResult) -> dict[str, Any]:
    """A table and its rules."""
    return {
        "table": table.table,
        "title": table.title,
        "description": table.description,
        "owner": table.owner,
        "phase": table.phase,
        "rows": table.rows,
        "verdict": table.verdict.value,
        "rules": [rule_document(rule) for rule in table.rules],
    }


def rule_document(rule: RuleResult) -> dict[str, Any]:
    """A rule; ``partitions`` lists those that say more than pass, ``partition_counts`` counts them all."""
    plain = ("rule", "expectation", "severity", "scope", "observed", "threshold", "words", "why", "remedy")
    return {
        **{name: getattr(rule, name) for name in plain},
        "incident": rule.incident,
        "owner": rule.owner,
        "verdict": rule.verdict.value,
        "error": rule.error,
        "location": rule.location,
        "sql": rule.sql,
        "evaluated": rule.evaluated,
        "unexpected": rule.unexpected,
        "partition_counts": dict(rule.partition_counts),
        "partitions": [partition_document(result) for result in rule.partitions],
        "failing_keys": [{name: plain_value(value) for name, value in key.items()} for key in rule.failing_keys],
        "failing_keys_total": rule.failing_keys_total,
        "failing_keys_error": rule.failing_keys_error,
    }


def partition_document(result: PartitionResult) -> dict[str, Any]:
    """One partition; ``partition`` is null for the table as a whole."""
    return {
        "partition": result.partition.isoformat() if result.partition else None,
        "verdict": result.verdict.value,
        "expected": result.expected,
        "actual": result.actual,
        "coverage": result.coverage,
        "classification": result.classification,
        "detail": result.detail,
        "waiver": result.waiver,
    }


def plain_value(value: Any) -> Any:
    """A value of BigQuery as JSON can hold it; dates and times in ISO form, decimals as numbers."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (Decimal, float)):
        number = float(value)
        return number if number == number and abs(number) != float("inf") else str(value)
    if isinstance(value, Mapping):
        return {str(name): plain_value(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return str(value)


def _total(numbers: list[int | None]) -> int | None:
    """The sum, or None when any of them is unknown: unknown is never 0."""
    known = [number for number in numbers if number is not None]
    return sum(known) if numbers and len(known) == len(numbers) else None
