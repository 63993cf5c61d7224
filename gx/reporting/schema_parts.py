"""The parts that JSON Schemas of results are made of."""

from __future__ import annotations

from typing import Any

from gx.judging.result import Verdict

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}
OPTIONAL_COUNT: Schema = {"type": ["integer", "null"], "minimum": 0}
DATE: Schema = {"type": "string", "format": "date"}
VERDICT: Schema = {"enum": [verdict.value for verdict in Verdict]}


def closed(**properties: Any) -> Schema:
    """An object with exactly these keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
