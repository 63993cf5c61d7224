"""JSON text that any reader accepts: UTF-8, no NaN, keys in order of meaning."""

from __future__ import annotations

import json
from typing import Any


def json_text(document: Any) -> str:
    """The document as one JSON text, indented by one so that differences read well."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1, default=str)
