"""Projects on warehouses of their own: the clean league up to 14 January 2026, and tables without rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from gx.calendar.calendar import Calendar
from gx.checkpoints.replay import Replayer
from gx.checkpoints.request import RunOrder, WindowChoice, resolve_window, select
from gx.checkpoints.run import Finished, run_checkpoint
from gx.contracts.model import ContractSet
from gx.contracts.store import load_contracts
from gx.paths import Paths, project_paths
from gx.rules.registry import families
from gx.warehouse.connection import open_warehouse
from tests.conftest import fast_folder

AS_OF = date(2026, 1, 14)
ROOT = Path(__file__).resolve().parents[2]
FEW = ("nba_raw.nbac_team_boxscore", "nba_analytics.player_game_summary", "nba_precompute.player_composite_factors")
"""Enough for what a fault of the warehouse does to a run."""


@dataclass(frozen=True)
class Project:
    """The repository's contracts on a warehouse and a state folder of their own."""

    contracts: ContractSet
    paths: Paths
    tables: tuple[str, ...] = ()
    """The tables that are audited; none means all."""

    def order(self, checkpoint: str = "daily", docs: bool = False, **window: str | int) -> RunOrder:
        """A run of a checkpoint as of 14 January 2026."""
        calendar = Calendar(self.contracts.calendar)
        definition, moment = self.contracts.checkpoints[checkpoint], calendar.moment(AS_OF)
        chosen = resolve_window(WindowChoice(**window), definition, calendar, moment)  # type: ignore[arg-type]
        selection = select(definition, self.contracts.contracts, self.tables)
        return RunOrder(checkpoint, selection, chosen, moment, docs=docs, overviews=definition.overviews)

    def run(self, checkpoint: str = "daily", docs: bool = False, **window: str | int) -> Finished:
        """The finished run."""
        return run_checkpoint(self.order(checkpoint, docs, **window), self.contracts, families(), self.paths)


@contextmanager
def project_on(folder: Path, state: Path) -> Iterator[Project]:
    """A project whose commands and runs use that warehouse folder and state folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTRACTS_WAREHOUSE", "embedded")
        patch.setenv("CONTRACTS_WAREHOUSE_DIR", str(folder))
        patch.setenv("CONTRACTS_STATE_DIR", str(state))
        yield Project(load_contracts(ROOT, families()), project_paths(ROOT))


@pytest.fixture(scope="module")
def league(replayer: Replayer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The clean league of 2025-26 up to 14 January 2026, loaded and kept open."""
    replayer.load("2025-26", AS_OF)
    with project_on(replayer.paths.warehouse, tmp_path_factory.mktemp("state")) as project:
        yield project


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Project]:
    """The contracts' tables without a row, on a server that a test may kill."""
    from gx.warehouse.tables import create_tables

    with project_on(fast_folder(), tmp_path) as project, open_warehouse(folder=project.paths.warehouse) as warehouse:
        create_tables(warehouse, list(project.contracts.contracts.values()))
        yield replace(project, tables=FEW)
