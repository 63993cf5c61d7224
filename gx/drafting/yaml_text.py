"""Values as YAML that contract files may hold: plain where that is safe, otherwise in double quotes with escapes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gx.contracts.scalars import AmbiguousScalar, resolve

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*")


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return text(value) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A number without an exponent, which no YAML reader takes for text."""
    return format(Decimal(str(value)), "f")


def text(value: str) -> str:
    """A text: as it is when every reader takes it for one."""
    if _PLAIN.fullmatch(value) and _resolves_to_itself(value):
        return value
    return quoted(value)


def quoted(value: str) -> str:
    """A text in quotes, every character that is not ASCII as an escape."""
    import yaml

    dumped: str = yaml.safe_dump(value, default_style='"', width=10**9, allow_unicode=False)
    return dumped.removesuffix("\n")


def comment(line: str) -> str:
    """A comment of one line."""
    return f"# {line if line.isprintable() else json.dumps(line)}"


def _resolves_to_itself(value: str) -> bool:
    try:
        return resolve(value) == value
    except AmbiguousScalar:
        return False
