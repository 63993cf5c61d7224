"""A small table of players, as a contract and as statements about it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gx.contracts.model import Column, Contract, ContractHeader, Location
from tests.warehouse.proxy import FaultyProxy

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

COLUMNS = (
    Column(name="game_date", type="DATE", mode="REQUIRED", description="Date of tip-off"),
    Column(name="player", type="STRING", mode="REQUIRED"),
    Column(name="points", type="INT64"),
    Column(name="rate", type="FLOAT64"),
    Column(name="score", type="NUMERIC(5,1)"),
    Column(name="started", type="BOOL"),
    Column(name="loaded_at", type="TIMESTAMP"),
    Column(name="flags", type="ARRAY<STRING>"),
    Column(name="extra", type="JSON"),
)


def make_contract(table: str, columns: tuple[Column, ...] = COLUMNS, partition: str | None = "game_date") -> Contract:
    """A contract without rules for a table of these columns."""
    header = ContractHeader(
        table=table,
        title="Players",
        description="One row a player and date.",
        owner="tests",
        processor="None",
        phase=2,
        partition=partition,
        require_partition_filter=partition is not None,
        clustering=("player",),
        grain=("game_date", "player"),
        columns=columns,
    )
    return Contract(header, (), Location("players.yaml"))


_numbers = itertools.count()


@pytest.fixture
def contract() -> Contract:
    """A contract for a table that no other test uses."""
    return make_contract(f"warehouse_tests.players_{next(_numbers)}")


@pytest.fixture
def write(tmp_path: Path, contract: Contract) -> Callable[[str, bytes | str], Path]:
    """Write a file for the contract's table with that suffix."""

    def write_file(suffix: str, content: bytes | str) -> Path:
        path = tmp_path / f"{contract.table}.{suffix}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


@pytest.fixture
def proxy(warehouse: Warehouse) -> Iterator[FaultyProxy]:
    """A proxy before the session's warehouse, without faults until told of some."""
    with FaultyProxy(warehouse.address.api_endpoint or "") as running:
        yield running
