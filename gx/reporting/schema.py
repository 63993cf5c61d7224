"""The JSON Schema of a run's document, published as ``docs/result.schema.json``."""

from __future__ import annotations

import json
from typing import Any

from gx.contracts.model import Scope
from gx.judging.result import Verdict
from gx.reporting.document import SCHEMA
from gx.reporting.overview_schema import overviews_schema

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_NUMBER = {"type": ["number", "null"]}
_OPTIONAL_TEXT = {"type": ["string", "null"]}
_OPTIONAL_COUNT = {"type": ["integer", "null"], "minimum": 0}
_VERDICT = {"enum": [verdict.value for verdict in Verdict]}


def published_schema() -> dict[str, str]:
    """The schema as it is published: its file's name and text."""
    return {"docs/result.schema.json": json.dumps(result_schema(), indent=2) + "\n"}


def result_schema() -> dict[str, Any]:
    """The schema, closed: a key that it does not name is an error."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Result of a checkpoint run",
        "description": "What `contracts run --format json` prints. Null means unknown or not applicable, never 0.",
        **_object(
            schema={"const": SCHEMA},
            run_id=_TEXT,
            checkpoint=_TEXT,
            started_at={"type": "string", "format": "date-time"},
            window=_object(start={"type": "string", "format": "date"}, end={"type": "string", "format": "date"}),
            as_of={"type": "string", "format": "date-time"},
            verdict=_VERDICT,
            exit_code={"enum": [0, 1, 2, 3]},
            counts=_object(**{verdict.value: _COUNT for verdict in Verdict}),
            jobs=_object(
                count=_COUNT,
                bytes_processed=_OPTIONAL_COUNT,
                bytes_billed=_OPTIONAL_COUNT,
                seconds={"type": "number", "minimum": 0},
            ),
            warehouse=_TEXT,
            notes={"type": "array", "items": _TEXT},
            overviews=overviews_schema(),
            tables={"type": "array", "items": _table()},
        ),
    }


def _table() -> dict[str, Any]:
    return _object(
        table=_TEXT,
        title=_TEXT,
        description=_TEXT,
        owner=_TEXT,
        phase=_TEXT,
        rows=_OPTIONAL_COUNT,
        verdict=_VERDICT,
        rules={"type": "array", "items": _rule()},
    )


def _rule() -> dict[str, Any]:
    texts = "rule expectation observed threshold words why remedy incident owner location sql".split()
    return _object(
        **dict.fromkeys(texts, _TEXT),
        severity={"enum": ["critical", "warning", "info"]},
        scope={"enum": [scope.value for scope in Scope]},
        verdict=_VERDICT,
        error=_OPTIONAL_TEXT,
        evaluated=_OPTIONAL_COUNT,
        unexpected=_OPTIONAL_COUNT,
        partition_counts={"type": "object", "propertyNames": _VERDICT, "additionalProperties": _COUNT},
        partitions={"type": "array", "items": _partition()},
        failing_keys={"type": "array", "maxItems": 200, "items": {"type": "object"}},
        failing_keys_total=_COUNT,
        failing_keys_error=_OPTIONAL_TEXT,
    )


def _partition() -> dict[str, Any]:
    return _object(
        partition={"type": ["string", "null"], "format": "date"},
        verdict=_VERDICT,
        expected=_NUMBER,
        actual=_NUMBER,
        coverage=_NUMBER,
        classification=_OPTIONAL_TEXT,
        detail=_OPTIONAL_TEXT,
        waiver=_OPTIONAL_TEXT,
    )


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
