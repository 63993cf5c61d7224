"""The JSON Schema of a run's document, published as ``docs/result.schema.json``."""

from __future__ import annotations

import json
from typing import Any

from gx.alerts.document import deliveries_schema
from gx.contracts.model import Scope
from gx.judging.result import Verdict
from gx.reporting.document import SCHEMA
from gx.reporting.overview_schema import overviews_schema
from gx.reporting.schema_parts import COUNT, DATE, OPTIONAL_COUNT, OPTIONAL_TEXT, TEXT, VERDICT, closed

_NUMBER = {"type": ["number", "null"]}


def published_schema() -> dict[str, str]:
    """The schema as it is published: its file's name and text."""
    return {"docs/result.schema.json": json.dumps(result_schema(), indent=2) + "\n"}


def result_schema() -> dict[str, Any]:
    """The schema, closed: a key that it does not name is an error."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result of a checkpoint run",
        "description": "What `contracts run --format json` prints. Null means unknown or not applicable, never 0.",
        **closed(
            schema={"const": SCHEMA},
            run_id=TEXT,
            checkpoint=TEXT,
            started_at={"type": "string", "format": "date-time"},
            window=closed(start=DATE, end=DATE),
            as_of={"type": "string", "format": "date-time"},
            verdict=VERDICT,
            exit_code={"enum": [0, 1, 2, 3]},
            counts=closed(**{verdict.value: COUNT for verdict in Verdict}),
            jobs=closed(
                count=COUNT,
                bytes_processed=OPTIONAL_COUNT,
                bytes_billed=OPTIONAL_COUNT,
                seconds={"type": "number", "minimum": 0},
            ),
            warehouse=TEXT,
            notes={"type": "array", "items": TEXT},
            notifications=deliveries_schema(),
            overviews=overviews_schema(),
            tables={"type": "array", "items": _table()},
        ),
    }


def _table() -> dict[str, Any]:
    return closed(
        table=TEXT,
        title=TEXT,
        description=TEXT,
        owner=TEXT,
        phase=TEXT,
        rows=OPTIONAL_COUNT,
        verdict=VERDICT,
        rules={"type": "array", "items": _rule()},
    )


def _rule() -> dict[str, Any]:
    texts = "rule expectation observed threshold words why remedy incident owner location sql".split()
    return closed(
        **dict.fromkeys(texts, TEXT),
        severity={"enum": ["critical", "warning", "info"]},
        scope={"enum": [scope.value for scope in Scope]},
        verdict=VERDICT,
        error=OPTIONAL_TEXT,
        evaluated=OPTIONAL_COUNT,
        unexpected=OPTIONAL_COUNT,
        partition_counts={"type": "object", "propertyNames": VERDICT, "additionalProperties": COUNT},
        partitions={"type": "array", "items": _partition()},
        failing_keys={"type": "array", "maxItems": 200, "items": {"type": "object"}},
        failing_keys_total=COUNT,
        failing_keys_error=OPTIONAL_TEXT,
    )


def _partition() -> dict[str, Any]:
    return closed(
        partition={"type": ["string", "null"], "format": "date"},
        verdict=VERDICT,
        expected=_NUMBER,
        actual=_NUMBER,
        coverage=_NUMBER,
        classification=OPTIONAL_TEXT,
        detail=OPTIONAL_TEXT,
        waiver=OPTIONAL_TEXT,
    )
