"""The storage emulator of the publishing tests, and a warehouse with four small tables in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gx.contracts.store import load_contracts
from gx.rules.registry import families
from tests.cloud_build.platform import ROOT, Outcome, Platform
from tests.conftest import fast_folder
from tests.publishing.conftest import BucketOnThisMachine, new_bucket, storage_server

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

__all__ = ["storage_server"]

FACTORS = "nba_precompute.player_composite_factors"
SERVICES = "nba_orchestration.service_deployments"
TABLES = (FACTORS, SERVICES, "nba_raw.nbac_schedule", "nba_reference.processor_run_history")
ONE_RULE = f"--as-of 2026-01-14 --table {FACTORS} --rule one_row_a_player_and_game"
TWICE = "('2026-01-12', 'someplayer', '20260112_LAL_BOS')"


@dataclass(frozen=True)
class Project:
    """A cloud project: the platform, its bucket and its warehouse."""

    platform: Platform
    bucket: BucketOnThisMachine
    warehouse: Warehouse

    def build(self, name: str, **substitutions: str) -> Outcome:
        """Run a build file against this project's bucket and warehouse."""
        return self.platform.run(name, _WAREHOUSE="embedded", _BUCKET=self.bucket.name, **substitutions)

    def break_the_contract(self) -> None:
        """The same player twice in one game."""
        columns = "(game_date, player_lookup, game_id)"
        self.warehouse.client.query(f"INSERT INTO `{FACTORS}` {columns} VALUES {TWICE}, {TWICE}").result()

    def observe_the_service(self) -> None:
        """Phase 2 runs what is on main."""
        columns = "(service, revision, commit_sha, commits_behind, has_fix, observed_at)"
        row = "('nba-phase2-raw-processors', '00097-abc', 'abcdef0', 0, TRUE, TIMESTAMP '2026-01-14 12:00:00')"
        self.warehouse.client.query(f"INSERT INTO `{SERVICES}` {columns} VALUES {row}").result()


@pytest.fixture(scope="module")
def project(storage_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose four tables are empty at first."""
    from gx.warehouse.connection import open_warehouse
    from gx.warehouse.tables import create_tables

    folder = fast_folder()
    contracts = load_contracts(ROOT, families()).contracts
    with open_warehouse(folder=folder) as warehouse:
        create_tables(warehouse, [contracts[name] for name in TABLES])
        platform = Platform(tmp_path_factory.mktemp("platform"), network(storage_server, folder))
        yield Project(platform, new_bucket(storage_server), warehouse)


def network(storage: str, warehouse: Path) -> Mapping[str, str]:
    """The variables that lead a step's Google clients to this machine."""
    return {"STORAGE_EMULATOR_HOST": storage, "CONTRACTS_WAREHOUSE_DIR": str(warehouse)}
