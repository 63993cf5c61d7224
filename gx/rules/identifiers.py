"""Identifiers in SQL: validated, then quoted; nothing else from a contract reaches a statement unquoted."""

from __future__ import annotations

import re

_TABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}\.[A-Za-z_][A-Za-z0-9_]{0,299}")


def table_reference(table: str) -> str:
    """``dataset.table`` in backticks; ValueError for anything else."""
    if not _TABLE.fullmatch(table):
        raise ValueError(f"a table is named dataset.table with letters, digits and underscores; found {table!r}")
    return f"`{table}`"
