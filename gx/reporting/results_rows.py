"""A run as rows of ``contract_results``: one a rule over the whole window, one a partition that the document lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

COLUMNS: Mapping[str, str] = {
    "run_id": "STRING",
    "run_date": "DATE",
    "checkpoint": "STRING",
    "started_at": "TIMESTAMP",
    "as_of": "TIMESTAMP",
    "window_start": "DATE",
    "window_end": "DATE",
    "run_verdict": "STRING",
    "exit_code": "INT64",
    "warehouse": "STRING",
    "run_jobs": "INT64",
    "run_bytes_processed": "INT64",
    "run_seconds": "FLOAT64",
    "table": "STRING",
    "table_verdict": "STRING",
    "owner": "STRING",
    "phase": "STRING",
    "rule": "STRING",
    "expectation": "STRING",
    "severity": "STRING",
    "scope": "STRING",
    "incident": "STRING",
    "location": "STRING",
    "kind": "STRING",
    "partition_date": "DATE",
    "verdict": "STRING",
    "expected": "FLOAT64",
    "actual": "FLOAT64",
    "coverage": "FLOAT64",
    "classification": "STRING",
    "detail": "STRING",
    "waiver": "STRING",
    "observed": "STRING",
    "threshold": "STRING",
    "error": "STRING",
    "evaluated": "INT64",
    "unexpected": "INT64",
    "failing_keys_total": "INT64",
}
"""The columns of ``contract_results`` with their BigQuery types, in the table's order."""

Row = dict[str, Any]
_OF_PARTITION = ("verdict", "classification", "detail", "waiver")
_NUMBERS = ("expected", "actual", "coverage")
_OF_RULE = ("rule", "expectation", "severity", "scope", "incident", "location")
_ONLY_OF_RULE = ("verdict", "observed", "threshold", "error", "evaluated", "unexpected", "failing_keys_total")


def table_rows(document: Mapping[str, Any]) -> Iterator[list[Row]]:
    """The rows of a document of schema ``contracts.result/1``, a list a table; columns without a value are absent."""
    run = _run(document)
    for table in document["tables"]:
        head = {**run, "table": table["table"], "table_verdict": table["verdict"], "phase": table["phase"]}
        yield [row for rule in table["rules"] for row in _rule_rows(head, table, rule)]


def _run(document: Mapping[str, Any]) -> Row:
    window, jobs = document["window"], document["jobs"]
    return {
        **{name: document[name] for name in ("run_id", "checkpoint", "exit_code", "warehouse")},
        "run_date": _moment(document["started_at"]).date(),  # in UTC: the partition of the rows
        "started_at": _moment(document["started_at"]),
        "as_of": _moment(document["as_of"]),
        "window_start": date.fromisoformat(window["start"]),
        "window_end": date.fromisoformat(window["end"]),
        "run_verdict": document["verdict"],
        "run_jobs": jobs["count"],
        "run_bytes_processed": jobs["bytes_processed"],
        "run_seconds": jobs["seconds"],
    }


def _rule_rows(head: Row, table: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterator[Row]:
    named = {**head, "owner": rule["owner"] or table["owner"], **{name: rule[name] for name in _OF_RULE}}
    yield {**named, "kind": "rule", **{name: rule[name] for name in _ONLY_OF_RULE}}
    for part in rule["partitions"]:
        day = part["partition"]
        yield {
            **named,
            "kind": "partition",
            "partition_date": date.fromisoformat(day) if day else None,
            **{name: part[name] for name in _OF_PARTITION},
            **{name: _number(part[name]) for name in _NUMBERS},
        }


def _number(value: Any) -> float | None:
    """A count or statistic as the table holds it, whether BigQuery gave an integer, a NUMERIC or a float."""
    return None if value is None else float(value)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
