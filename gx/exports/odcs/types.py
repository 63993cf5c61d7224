"""Column types of other documents as BigQuery's."""

from __future__ import annotations

import re

_EXACT = re.compile(r"STRING|INT64|FLOAT64|BOOL|DATE|TIMESTAMP|JSON|NUMERIC(\([0-9]{1,2},[0-9]{1,2}\))?|ARRAY<STRING>")
_ALIASES = {
    "BIGINT": "INT64",
    "BOOLEAN": "BOOL",
    "BYTEINT": "INT64",
    "CHAR": "STRING",
    "DATETIME": "TIMESTAMP",
    "DECIMAL": "NUMERIC",
    "DOUBLE": "FLOAT64",
    "DOUBLE PRECISION": "FLOAT64",
    "FLOAT": "FLOAT64",
    "INT": "INT64",
    "INTEGER": "INT64",
    "NUMBER": "NUMERIC",
    "REAL": "FLOAT64",
    "SMALLINT": "INT64",
    "TEXT": "STRING",
    "TIMESTAMP_NTZ": "TIMESTAMP",
    "TIMESTAMP_TZ": "TIMESTAMP",
    "TIMESTAMPTZ": "TIMESTAMP",
    "TINYINT": "INT64",
    "VARCHAR": "STRING",
    "CHARACTER VARYING": "STRING",
}
_LOGICAL = {
    "string": "STRING",
    "integer": "INT64",
    "number": "FLOAT64",
    "boolean": "BOOL",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
_WITH_TIME = re.compile("[hHms]")
"""Letters of a time of day in a date's format; documents before 3.1 knew no logical type timestamp."""


def column_type(physical: str, logical: str, item_type: str = "", date_format: str = "") -> str | None:
    """The contract's type of a column; None when a contract has none for it.

    ``item_type`` is the logical type of an array's items, ``date_format`` the format of a date.

    >>> column_type("varchar(40)", "string")
    'STRING'
    >>> column_type("", "array", item_type="string")
    'ARRAY<STRING>'
    """
    written = physical.upper().replace(", ", ",").strip()
    if _EXACT.fullmatch(written):
        return written
    name, _, sizes = written.partition("(")
    found = _ALIASES.get(name.strip()) or (name if name == "STRING" else None)
    if found == "NUMERIC" and _EXACT.fullmatch(f"NUMERIC({sizes}"):
        return f"NUMERIC({sizes}"
    if found:
        return found
    return None if physical and not logical else _of_logical(logical, item_type, date_format)


def _of_logical(logical: str, item_type: str, date_format: str) -> str | None:
    if logical == "array":
        return "ARRAY<STRING>" if item_type == "string" else None
    if logical == "date" and _WITH_TIME.search(date_format.replace("MM", "")):
        return "TIMESTAMP"
    return _LOGICAL.get(logical)
