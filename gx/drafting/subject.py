"""What can be drafted of a live table: the columns that a contract can declare, its dates, and keys worth trying."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from gx.contracts.wording import unknown
from gx.planning.statement import LiveColumn, LiveTable

MOST_KEY_COLUMNS = 5
"""Columns that keys are tried of: 25 keys of up to three of them, each an exact count in the one job."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}")
_TYPE = re.compile(r"STRING|INT64|FLOAT64|BOOL|DATE|TIMESTAMP|JSON|NUMERIC(\([0-9]{1,2},[0-9]{1,2}\))?|ARRAY<STRING>")
_RESERVED = frozenset(
    "ALL AND ANY ARRAY AS ASC ASSERT_ROWS_MODIFIED AT BETWEEN BY CASE CAST COLLATE CONTAINS CREATE CROSS CUBE CURRENT "
    "DEFAULT DEFINE DESC DISTINCT ELSE END ENUM ESCAPE EXCEPT EXCLUDE EXISTS EXTRACT FALSE FETCH FOLLOWING FOR FROM "
    "FULL GROUP GROUPING GROUPS HASH HAVING IF IGNORE IN INNER INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT "
    "LOOKUP MERGE NATURAL NEW NO NOT NULL NULLS OF ON OR ORDER OUTER OVER PARTITION PRECEDING PROTO QUALIFY RANGE "
    "RECURSIVE RESPECT RIGHT ROLLUP ROWS SELECT SET SOME STRUCT TABLESAMPLE THEN TO TREAT TRUE UNBOUNDED UNION UNNEST "
    "USING WHEN WHERE WINDOW WITH WITHIN".split()
)
"""BigQuery's reserved words: a column of that name needs quotes, which the rules' SQL does not write."""
_KEY_ENDINGS = (
    re.compile(r"(?i)(^|_)(id|key|lookup|uuid)$"),
    re.compile(r"(?i)(^|_)(abbr|tricode|code|name|system|bookmaker|market|side|type|season)$"),
)
_KEY_TYPES = ("STRING", "INT64", "DATE")


class DraftError(ValueError):
    """No contract can be drafted; the message says why and what to do."""


@dataclass(frozen=True)
class Subject:
    """The table to draft for.

    ``left_out`` says of each column that no contract can declare why. ``keys`` are the keys to try, without the
    partition column, the likeliest first.
    """

    live: LiveTable
    columns: tuple[LiveColumn, ...]
    left_out: tuple[tuple[str, str], ...]
    partition: LiveColumn | None
    keys: tuple[tuple[str, ...], ...]

    @property
    def table(self) -> str:
        """``dataset.table``."""
        return self.live.table

    @property
    def date_expression(self) -> str:
        """The SQL expression of a row's game date; the parameter ``@today`` for a table without dates."""
        if self.partition is None:
            return "@today"
        name = f"`{self.partition.name}`"
        return f"DATE({name})" if self.partition.type == "TIMESTAMP" else name


def subject_of(live: LiveTable, partition: str | None = None, grain: Sequence[str] = ()) -> Subject:
    """The table as it can be drafted.

    ``partition`` names the date column when the live table is not partitioned by one (``none``: it has no dates);
    ``grain`` is a key to try before all others. Raises DraftError.
    """
    columns, left_out = _usable(live.columns)
    if not columns:
        raise DraftError(f"{live.table} has no column that a contract can declare")
    dates = _partition(live, partition, columns, dict(left_out))
    found = Subject(live, columns, left_out, dates, ())
    return Subject(live, columns, left_out, dates, _keys(found, grain))


def _usable(columns: Sequence[LiveColumn]) -> tuple[tuple[LiveColumn, ...], tuple[tuple[str, str], ...]]:
    kept: dict[str, LiveColumn] = {}
    left_out: list[tuple[str, str]] = []
    for column in columns:
        why = _why_not(column)
        if why is None and stem(column.name) in kept:
            why = f"its rules would have the names of {kept[stem(column.name)].name}'s"
        if why:
            left_out.append((column.name, why))
        else:
            kept[stem(column.name)] = column
    return tuple(kept.values()), tuple(left_out)


def stem(column: str) -> str:
    """What the names of a column's rules start with."""
    return column.lower().lstrip("_")[:64]


def _why_not(column: LiveColumn) -> str | None:
    if not _NAME.fullmatch(column.name):
        return "its name is more than letters, digits and _"
    if column.name.upper() in _RESERVED:
        return "its name is a reserved word of BigQuery"
    if not stem(column.name)[:1].isalpha():
        return "its name does not begin with a letter, and the names of its rules would not"
    return None if _TYPE.fullmatch(column.type) else f"contracts know no type {column.type}"


def _partition(
    live: LiveTable, wanted: str | None, columns: Sequence[LiveColumn], left_out: dict[str, str]
) -> LiveColumn | None:
    name = live.partition or wanted
    if name is None:
        dates = [column.name for column in columns if column.type in ("DATE", "TIMESTAMP")]
        allowed = ", ".join([*dates, "none"])
        raise DraftError(f"{live.table} is not partitioned by a column; name its dates with --partition: {allowed}")
    if name == "none" and not live.partition:
        return None
    if name in left_out:
        raise DraftError(f"the partition column {name} cannot be declared: {left_out[name]}")
    column = next((column for column in columns if column.name == name), None)
    if column is None:
        raise DraftError(f"--partition: {unknown('column', name, [column.name for column in columns])}")
    if column.type not in ("DATE", "TIMESTAMP"):
        raise DraftError(f"--partition: column {name} is {column.type}; allowed: DATE, TIMESTAMP")
    return column


def _keys(subject: Subject, grain: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """The contract's own grain, then single columns, pairs and triples of those that look like keys."""
    taken = {subject.partition.name} if subject.partition else set()
    usable = [column for column in subject.columns if column.type in _KEY_TYPES and column.name not in taken]
    likely = sorted(usable, key=_likelihood)[:MOST_KEY_COLUMNS]
    names = [column.name for column in likely]
    tried = [key for size in (1, 2, 3) for key in combinations(names, size)]
    known = tuple(name for name in grain if name not in taken)
    mine = [known] if known and set(known) <= {column.name for column in usable} else []
    return tuple(dict.fromkeys([*mine, *tried]))


def _likelihood(column: LiveColumn) -> tuple[int, int]:
    ending = next((rank for rank, pattern in enumerate(_KEY_ENDINGS) if pattern.search(column.name)), len(_KEY_ENDINGS))
    return ending, 0 if column.mode == "REQUIRED" else 1


def looks_like_an_id(name: str) -> bool:
    """Whether the values of such a column are names: their size and variety mean nothing."""
    return bool(_KEY_ENDINGS[0].search(name))
