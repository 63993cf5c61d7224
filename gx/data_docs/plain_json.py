"""JSON, read and written by orjson; what orjson refuses, Python's own reader and writer take."""

from __future__ import annotations

import json
from typing import Any

import orjson


def parsed(data: bytes) -> Any:
    """The value of a JSON text. Halves of surrogate pairs and NaN, which orjson refuses, are read too.

    Raises:
        ValueError: the text is no JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def json_text(value: Any) -> str:
    """One line of JSON. Halves of surrogate pairs in data are written as escapes and stay exact.

    Years of results are read and written to build all pages: orjson needs a quarter of the time.
    """
    try:
        return orjson.dumps(value, default=str).decode() + "\n"
    except (TypeError, orjson.JSONEncodeError):
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str) + "\n"
