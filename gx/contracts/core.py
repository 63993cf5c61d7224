"""Great Expectations' own expectations that have no family here: their names and arguments, read from a generated list.

The list keeps reading contracts independent of Great Expectations; ``contracts export core-expectations`` rewrites it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

CORE_LIST = Path(__file__).with_name("gx_core_expectations.json")
ONE_COLUMN = ("column", "column_A", "column_B")
SEVERAL_COLUMNS = ("column_list",)


@cache
def core_expectations() -> Mapping[str, Mapping[str, bool]]:
    """Each core expectation's argument names, and whether the argument is required."""
    loaded: dict[str, dict[str, bool]] = json.loads(CORE_LIST.read_text(encoding="utf-8"))
    return loaded
