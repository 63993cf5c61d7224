"""A warehouse of its own for a benchmark: folders that are gone at the end, simulated seasons, settings."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.benchmarks.counting import CountingProxy
from scripts.benchmarks.processes import ROOT, contracts, plain_environment

if TYPE_CHECKING:
    import pyarrow as pa

    from gx.contracts.model import ContractSet
    from gx.warehouse.client import Warehouse

MEMORY = Path("/dev/shm")
"""Where files lie in memory; a disk that others use would be measured along with us."""


@dataclass
class Workshop:
    """A scratch folder with a warehouse that is up; ``root`` is the project whose contracts count."""

    folder: Path
    url: str
    pid: int
    root: Path = ROOT

    @property
    def environment(self) -> dict[str, str]:
        """The settings under which commands use this warehouse."""
        return plain_environment(**_folders(self.folder))

    def through(self, proxy: CountingProxy) -> dict[str, str]:
        """The same, by way of the proxy."""
        return self.environment | {"CONTRACTS_WAREHOUSE": proxy.address}

    @cached_property
    def project(self) -> ContractSet:
        """The project's contracts."""
        from gx.contracts.store import load_contracts
        from gx.rules.registry import families

        return load_contracts(self.root, families())

    @contextmanager
    def warehouse(self) -> Iterator[Warehouse]:
        """The warehouse, for this process."""
        from gx.warehouse.connection import open_warehouse

        with open_warehouse(folder=self.folder / "warehouse") as opened:
            yield opened

    def load_season(self, season: str, as_of: date | None = None, incident: str | None = None) -> int:
        """Simulate a season up to ``as_of``, plant the incident, and add its rows to the tables; how many they are."""
        from gx.simulation.incidents import incident as find_incident
        from gx.simulation.league import simulate

        tables = simulate(season, self.project.contracts, as_of).tables
        return self.load(find_incident(incident).apply(tables) if incident else tables)

    def load(self, tables: Mapping[str, pa.Table], replace: bool = False) -> int:
        """Load tables as ``contracts warehouse load`` does; how many rows they have."""
        from gx.simulation.league import write_tables

        folder = self.folder / "files"
        write_tables(tables, folder)
        try:
            words = ["warehouse", "load", str(folder), *(["--replace"] if replace else [])]
            contracts(words, self.environment, cwd=self.root)
        finally:
            shutil.rmtree(folder)
        return sum(table.num_rows for table in tables.values())

    def server_memory(self) -> float:
        """The warehouse server's peak memory since :meth:`forget_peak`, in MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

    def forget_peak(self) -> None:
        """Count the server's peak memory from now on."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


@contextmanager
def workshop() -> Iterator[Workshop]:
    """A new warehouse, up, and gone at the end."""
    from gx.warehouse.embedded import EmbeddedServer

    folder = Path(tempfile.mkdtemp(prefix="contracts-benchmark-", dir=MEMORY if MEMORY.is_dir() else None))
    (folder / "state").mkdir()
    server = EmbeddedServer(folder / "warehouse")
    try:
        status = server.up()
        yield Workshop(folder, str(status.url), int(status.pid or 0))
    finally:
        server.down()
        shutil.rmtree(folder, ignore_errors=True)


def _folders(folder: Path) -> dict[str, str]:
    return {"CONTRACTS_WAREHOUSE_DIR": str(folder / "warehouse"), "CONTRACTS_STATE_DIR": str(folder / "state")}
