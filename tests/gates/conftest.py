"""A few game dates of the simulated league around the partial backfill of 2023, on a warehouse of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from gx.cli.main import run_cli
from gx.contracts.model import Contract
from gx.contracts.store import load_contracts
from gx.rules.registry import families
from gx.simulation.columns import Rows, to_table
from gx.simulation.edits import dates_between, set_values, where
from gx.simulation.incidents.status_page import partial_backfill
from gx.simulation.league import LATE_MAKERS, MAKERS, write_tables
from gx.simulation.season import run_season
from gx.simulation.seasons import season_facts
from gx.simulation.tables import (
    box_scores,
    contexts,
    operations,
    precompute,
    registry,
    runs,
    schedule,
    summaries,
    team_games,
)
from gx.warehouse.address import WarehouseAddress
from gx.warehouse.client import Warehouse
from gx.warehouse.connection import open_warehouse
from gx.warehouse.loading import load_files
from gx.warehouse.tables import create_tables
from tests.checkpoints.conftest import ROOT, Project, project_on
from tests.conftest import fast_folder

PROCESSOR = "PlayerCompositeFactorsProcessor"
FIRST, LAST = date(2023, 2, 22), date(2023, 2, 26)
ONE, SOME = date(2023, 2, 23), date(2023, 2, 24)
"""The dates of I-03: 1 of 187 players, and 68 of 175."""
AS_OF = "2026-01-06"
"""The day on which the incident was found."""
RANGE = ("--start", str(FIRST), "--end", str(LAST), "--as-of", AS_OF)
FACTORS, CONTEXTS, SERVICES, RUN_LOG = contexts.FACTORS, contexts.CONTEXTS, operations.SERVICES, runs.TABLE
_NEEDED = (
    *(schedule.TABLE, summaries.PLAYERS, summaries.DEFENSE, contexts.CONTEXTS, team_games.CONTEXTS),
    *(precompute.PLAYER_ZONES, precompute.TEAM_ZONES, contexts.FACTORS, operations.FAILURES),
    *(box_scores.TEAM_TOTALS, registry.REGISTRY, registry.ALIASES, operations.SERVICES),
)
_OBSERVED = datetime(2026, 1, 6, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Desk:
    """An operator's desk: a project on its warehouse, the clean tables, and a way to change what is held there."""

    project: Project
    warehouse: Warehouse
    clean: Mapping[str, pa.Table]
    scratch: Path

    def put(self, tables: Mapping[str, pa.Table]) -> None:
        """Replace these tables' rows."""
        files = write_tables(tables, self.scratch)
        load_files(lambda: self.warehouse, files, self.project.contracts.contracts, replace=True)

    def sql(self, text: str) -> None:
        """Run a statement."""
        self.warehouse.client.query(text).result()

    @property
    def state(self) -> Path:
        """Where snapshots and records of forced gates lie."""
        return self.project.paths.state


class Console:
    """Commands as an operator types them."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        """Exit status, standard output and standard error of ``contracts`` with these words."""
        self._capsys.readouterr()
        status = run_cli(list(words))
        out, err = self._capsys.readouterr()
        return status, out, err


@pytest.fixture
def contracts(capsys: pytest.CaptureFixture[str]) -> Console:
    """The command ``contracts``, in this process."""
    return Console(capsys)


def league_tables(contracts: Mapping[str, Contract]) -> dict[str, pa.Table]:
    """The clean tables of the few dates; services were observed on the day of the gate."""
    log = run_season(season_facts("2022-23"), date(2023, 2, 27))
    rows = {name: _window(MAKERS[name](log)) for name in _NEEDED}
    written = {
        name: Counter(row[_date_column(item)] for row in item.rows) for name, item in rows.items() if _dated(item)
    }
    rows[runs.TABLE] = _window(LATE_MAKERS[runs.TABLE](log, written))
    tables = {name: to_table(item, contracts[name]) for name, item in rows.items()}
    observed = tables[SERVICES]
    latest = max(observed.column("observed_at").to_pylist())
    of_latest = observed.filter(where(observed, observed_at=latest))
    tables[SERVICES] = set_values(of_latest, where(of_latest, observed_at=latest), observed_at=_OBSERVED)
    return tables


_DATES = ("game_date", "analysis_date", "data_date")


def _dated(rows: Rows) -> bool:
    return any(name in rows.columns for name in _DATES)


def _date_column(rows: Rows) -> int:
    return next(rows.columns.index(name) for name in _DATES if name in rows.columns)


def _by_date(rows: Rows) -> Counter[date]:
    place = _date_column(rows)
    return Counter(row[place] for row in rows.rows)


def _window(rows: Rows) -> Rows:
    """The rows of the few dates; tables without dates are kept whole."""
    if not _dated(rows):
        return rows
    place = _date_column(rows)
    kept = [row for row in rows.rows if FIRST <= row[place] <= LAST]
    return Rows(rows.table, rows.columns, kept, rows.constants)


@dataclass(frozen=True)
class Stock:
    """A warehouse with the clean tables of the few dates; every other table is there and empty."""

    folder: Path
    warehouse: Warehouse
    clean: Mapping[str, pa.Table]


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    """Loaded once; tests change it and put it right again."""
    folder, contracts = fast_folder(), load_contracts(ROOT, families()).contracts
    with open_warehouse(WarehouseAddress(), folder) as warehouse:
        create_tables(warehouse, list(contracts.values()))
        clean = league_tables(contracts)
        files = write_tables(clean, tmp_path_factory.mktemp("league"))
        load_files(lambda: warehouse, files, contracts, replace=True)
        yield Stock(folder, warehouse, clean)


@pytest.fixture(scope="module")
def desk(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The clean tables, and a state folder of this file's own."""
    with project_on(stock.folder, tmp_path_factory.mktemp("state")) as project:
        made = Desk(project, stock.warehouse, stock.clean, tmp_path_factory.mktemp("files"))
        yield made
        made.put({name: stock.clean[name] for name in (FACTORS, CONTEXTS, SERVICES)})


@pytest.fixture(scope="module")
def incident(desk: Desk) -> Desk:
    """The desk with I-03 in place."""
    changed = partial_backfill(desk.clean)
    desk.put({name: changed[name] for name in (FACTORS, CONTEXTS)})
    return desk


def game_dates(desk: Desk) -> list[date]:
    """The game dates of the range."""
    return sorted(dates_between(desk.clean[schedule.TABLE], FIRST, LAST))
