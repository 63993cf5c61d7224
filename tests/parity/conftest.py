"""An embedded warehouse with one table whose game dates hold the rows on which nulls, shares and keys matter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import pytest

from gx.contracts.model import Column, Contract, ContractHeader, Location

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

TABLE = "parity.players"
MIXED, ALL_NULL, LARGER, EMPTY = (date(2026, 1, day) for day in (1, 2, 3, 4))
DATES = (MIXED, ALL_NULL, LARGER, EMPTY)
TYPES = {
    "game_date": "DATE",
    "player": "STRING",
    "team": "STRING",
    "points": "INT64",
    "minutes": "FLOAT64",
    "starter": "BOOL",
}
ROWS: dict[date, list[tuple[object, ...]]] = {
    MIXED: [
        ("a", "x", 0, 0.0, True),
        ("a", "x", 5, 1.5, False),  # the whole key again
        ("b", None, 10, None, None),
        ("b", None, None, 2.5, True),  # the same key, a part of it null
        (None, None, -1, 9.75, True),
        (None, None, None, None, None),  # all of the key null, twice
        ("c", "y", 3, 3.0, False),
        ("d", "y", 11, 1.0, True),
        ("two words", "z", 7, 1.0, True),
        ("éa", "z", 10, 1.0, False),
    ],
    ALL_NULL: [(None, None, None, None, None)] * 4,
    LARGER: [(f"p{number}", "t", number, float(number), True) for number in range(10)] + [("q", "t", None, None, None)],
    EMPTY: [],
}


@pytest.fixture(scope="session")
def players() -> Contract:
    """The contract of the table, without rules."""
    header = ContractHeader(
        table=TABLE,
        title="Players",
        description="Rows for the comparison with Great Expectations.",
        owner="tests",
        processor="None",
        phase=3,
        partition="game_date",
        require_partition_filter=True,
        grain=("game_date", "player", "team"),
        columns=tuple(Column(name=name, type=kind) for name, kind in TYPES.items()),
    )
    return Contract(header, (), Location("parity.yaml"))


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return f"'{value}'" if isinstance(value, str) else str(value).upper()


@pytest.fixture(scope="session")
def loaded(warehouse: Warehouse) -> Iterator[Warehouse]:
    """The warehouse with the table in it."""
    schema = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    values = ", ".join(f"(DATE '{day}', {', '.join(map(_literal, row))})" for day, rows in ROWS.items() for row in rows)
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS parity",
        f"CREATE OR REPLACE TABLE {TABLE} ({schema}) PARTITION BY game_date OPTIONS (require_partition_filter = TRUE)",
        f"INSERT INTO {TABLE} ({', '.join(TYPES)}) VALUES {values}",
    ):
        warehouse.query(statement)
    yield warehouse
