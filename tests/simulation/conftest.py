"""Leagues simulated once for all tests of this folder, and a way to ask them in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from gx.contracts.model import Contract, ContractSet
from gx.contracts.store import load_contracts
from gx.simulation.league import League, simulate

AS_OF = date(2026, 1, 14)
"""Where the second of the leagues below is cut: the day the status page speaks of."""

type Ask = Callable[..., list[tuple[Any, ...]]]
type MakeLeague = Callable[..., League]


@pytest.fixture(scope="session")
def project() -> ContractSet:
    return load_contracts(Path(__file__).resolve().parents[2])


@pytest.fixture(scope="session")
def contracts(project: ContractSet) -> Mapping[str, Contract]:
    return project.contracts


@pytest.fixture(scope="session")
def league(contracts: Mapping[str, Contract]) -> MakeLeague:
    @cache
    def made(season: str, as_of: date | None) -> League:
        return simulate(season, contracts, as_of)

    def make(season: str, as_of: date | None = None) -> League:
        return made(season, as_of)

    return make


@pytest.fixture(params=[("2022-23", None), ("2025-26", AS_OF)], ids=["whole season", "season cut in January"])
def either(request: pytest.FixtureRequest, league: MakeLeague) -> League:
    return league(*request.param)


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Rows of a DuckDB query over some tables, each known by the part of its name after the dot."""

    def rows(tables: Mapping[str, pa.Table], query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            for name, table in tables.items():
                if name.split(".")[1] in query:
                    connection.register(name.split(".")[1], table)
            return connection.execute(query).fetchall()

    return rows
