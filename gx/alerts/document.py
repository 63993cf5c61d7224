"""Deliveries in the JSON document of a run, their schema, and the lines that say aloud what was not delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gx.alerts.delivery import Delivery, Status
from gx.alerts.news import Kind
from gx.alerts.settings import SEVERITIES
from gx.reporting.schema_parts import COUNT, OPTIONAL_TEXT, TEXT, Schema, closed

PROBLEM = "problem"
"""The kind of a delivery that is no message: alerts themselves are not in order."""

REST = "rest"
"""The kind of the message that lists what has none of its own."""


def deliveries_document(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """The deliveries as plain JSON values, for the key ``notifications``."""
    return [
        {
            "severity": each.severity,
            "kind": each.kind,
            "cause": each.cause,
            "status": each.status.value,
            "error": each.error or None,
            "attempts": each.attempts,
        }
        for each in deliveries
    ]


def deliveries_schema() -> Schema:
    """The JSON Schema of :func:`deliveries_document`."""
    delivery = closed(
        severity={"enum": list(SEVERITIES)},
        kind={"enum": [*(kind.value for kind in Kind), REST, PROBLEM]},
        cause=TEXT,
        status={"enum": [status.value for status in Status]},
        error=OPTIONAL_TEXT,
        attempts=COUNT,
    )
    return {"type": "array", "items": delivery}


def delivery_lines(deliveries: Sequence[Delivery]) -> Iterator[str]:
    """What did not work, for standard error; nothing when all is well."""
    for each in deliveries:
        if each.kind == PROBLEM:
            yield f"Alerts: {each.error}"
        elif each.status is Status.FAILED:
            tries = f" ({each.attempts} attempts)" if each.attempts > 1 else ""
            yield f"Alert not delivered ({each.severity}): {each.cause}: {each.error}{tries}"
