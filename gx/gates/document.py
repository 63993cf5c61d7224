"""The JSON document of a gate, as ``docs/gate.schema.json`` describes it."""

from __future__ import annotations

import json
from typing import Any

from gx.gates.model import Colour, Forced, GateDay, GateResult, Reason
from gx.reporting.schema_parts import COUNT, DATE, OPTIONAL_COUNT, OPTIONAL_TEXT, TEXT, closed

SCHEMA = "contracts.gate/1"
ABOUT = ("upstream", "reference", "target", "operations")


def gate_document(gate: GateResult) -> dict[str, Any]:
    """A gate's answer as plain JSON values."""
    return {
        "schema": SCHEMA,
        "gate": "pre" if gate.moment == "before" else "post",
        "processor": gate.processor,
        "targets": list(gate.targets),
        "range": {"start": str(gate.start), "end": str(gate.end)},
        "as_of": gate.as_of.isoformat(),
        "asked_at": gate.asked_at.isoformat(),
        "warehouse": gate.warehouse,
        "strict": gate.strict,
        "colour": gate.colour.value,
        "exit_code": int(gate.exit_code),
        "open": int(gate.exit_code) == 0,
        "forced": _forced(gate.forced),
        "counts": gate.counts(),
        "allowed": [str(day) for day in gate.allowed],
        "blocked": [str(day) for day in gate.blocked],
        "everywhere": [_reason(reason) for reason in gate.everywhere],
        "days": [_day(day) for day in gate.days],
        "deletions": [
            {"table": item.table, "dates": [str(day) for day in item.dates], "sql": item.sql} for item in gate.deletions
        ],
        "snapshot": gate.snapshot,
        "jobs": {
            "count": gate.jobs.count,
            "bytes_processed": gate.jobs.bytes_processed,
            "bytes_estimated": gate.jobs.bytes_estimated,
            "seconds": gate.jobs.seconds,
        },
        "notes": list(gate.notes),
    }


def _forced(forced: Forced | None) -> dict[str, Any] | None:
    if forced is None:
        return None
    return {
        "who": forced.who,
        "why": forced.why,
        "when": forced.when.isoformat(),
        "exit_code": forced.exit_code,
        "counts": dict(forced.counts),
        "blocked": [str(day) for day in forced.blocked],
    }


def _day(day: GateDay) -> dict[str, Any]:
    return {
        "date": str(day.day),
        "colour": day.colour.value,
        "note": day.note,
        "reasons": [_reason(reason) for reason in day.reasons],
        "coverage": [
            {
                "table": item.table,
                "rule": item.rule,
                "expected": item.expected,
                "actual": item.actual,
                "share": item.share,
            }
            for item in day.coverage
        ],
        "missing": [
            {"table": item.table, "total": item.total, "keys": [dict(key) for key in item.keys]} for item in day.missing
        ],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    plain = ("about", "table", "rule", "detail", "classification", "why", "remedy", "incident", "evaluated")
    return {"colour": reason.colour.value, **{name: getattr(reason, name) for name in plain}}


def gate_schema() -> dict[str, Any]:
    """The document's JSON Schema, closed: a key that it does not name is an error."""
    colour = {"enum": [item.value for item in Colour]}
    dates = {"type": "array", "items": DATE}
    counts = closed(**{item.value: COUNT for item in Colour})
    time = {"type": "string", "format": "date-time"}
    forced = closed(who=TEXT, why=TEXT, when=time, exit_code={"enum": [1, 2, 3]}, counts=counts, blocked=dates)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Answer of a gate",
        "description": "What `contracts gate pre|post --format json` prints. Null means unknown or none, never 0.",
        **closed(
            schema={"const": SCHEMA},
            gate={"enum": ["pre", "post"]},
            processor=TEXT,
            targets={"type": "array", "items": TEXT},
            range=closed(start=DATE, end=DATE),
            as_of=time,
            asked_at=time,
            warehouse=TEXT,
            strict={"type": "boolean"},
            colour=colour,
            exit_code={"enum": [0, 1, 2, 3]},
            open={"type": "boolean"},
            forced={"anyOf": [forced, {"type": "null"}]},
            counts=counts,
            allowed=dates,
            blocked=dates,
            everywhere={"type": "array", "items": _reason_schema(colour)},
            days={"type": "array", "items": _day_schema(colour)},
            deletions={"type": "array", "items": closed(table=TEXT, dates=dates, sql=TEXT)},
            snapshot=OPTIONAL_TEXT,
            jobs=closed(
                count=COUNT,
                bytes_processed=OPTIONAL_COUNT,
                bytes_estimated=OPTIONAL_COUNT,
                seconds={"type": "number", "minimum": 0},
            ),
            notes={"type": "array", "items": TEXT},
        ),
    }


def _reason_schema(colour: dict[str, Any]) -> dict[str, Any]:
    texts = dict.fromkeys("table rule detail why remedy incident".split(), TEXT)
    return closed(
        colour=colour,
        about={"enum": list(ABOUT)},
        **texts,
        classification=OPTIONAL_TEXT,
        evaluated={"type": "boolean"},
    )


def _day_schema(colour: dict[str, Any]) -> dict[str, Any]:
    number = {"type": ["number", "null"]}
    share = {"type": "number", "minimum": 0}
    cell = closed(table=TEXT, rule=TEXT, expected=number, actual=number, share=share)
    missing = closed(table=TEXT, total=COUNT, keys={"type": "array", "maxItems": 300, "items": {"type": "object"}})
    return closed(
        date=DATE,
        colour=colour,
        note=OPTIONAL_TEXT,
        reasons={"type": "array", "items": _reason_schema(colour)},
        coverage={"type": "array", "items": cell},
        missing={"type": "array", "items": missing},
    )


def published_gate_schema() -> dict[str, str]:
    """The schema as it is published: its file's name and text."""
    return {"docs/gate.schema.json": json.dumps(gate_schema(), indent=2) + "\n"}
