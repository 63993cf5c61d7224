"""One embedded warehouse for the whole test session, in a folder of its own."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

    from gx.checkpoints.replay import Replayer
    from gx.warehouse.client import Warehouse

DEAR = ("incidents", "checkpoints", "docs", "real", "browser", "gates", "cloud_build", "faults", "sql", "simulation")
"""Folders of tests that take longest."""
LEAGUE = re.compile(r"20[0-9]{2}-[0-9]{2}-(None|20[0-9]{2}-[0-9]{2}-[0-9]{2})")
"""A simulated league in a test's id: its season and the day where it is cut."""
WINTER = "2025-26-2026-01-14"
"""The league that is cut in the middle of its season; incidents and checkpoints share it."""
SHARED = {
    "tests/checkpoints/": WINTER,
    "tests/gates/": "gates",
    "tests/results/test_results_sql": "tests/sql/test_statements.py",
}
"""Files that go together, by how their path begins: what they start with is made once."""


def fast_folder() -> Path:
    """A new folder, in memory where there is such a place: statements take a third less time there. Gone at the end."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="contracts-tests-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders whose fixtures take minutes go first, so that no worker ends long after the other."""

    def place(item: pytest.Item) -> int:
        folder = item.nodeid.removeprefix("tests/").partition("/")[0]
        return DEAR.index(folder) if folder in DEAR else len(DEAR)

    items.sort(key=place)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Tests that share a league or a file's fixtures go to one worker, which makes them once."""
    from xdist.scheduler import LoadScopeScheduling

    class OneWorkerALeague(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return OneWorkerALeague(config, log)


def together(nodeid: str) -> str:
    """What a test shares with others: the league that its id names, else its file."""
    file = nodeid.partition("::")[0]
    for start, worker in SHARED.items():
        if file.startswith(start):
            return worker
    league = LEAGUE.search(nodeid) if file.startswith("tests/incidents/") else None
    return league[0] if league else file


@pytest.fixture(scope="session")
def warehouse_folder() -> Iterator[Path]:
    """Where the session's embedded warehouse lies."""
    folder = fast_folder()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def warehouse_environment(warehouse_folder: Path) -> Mapping[str, str]:
    """The variables that point a command at the session's warehouse."""
    return {"CONTRACTS_WAREHOUSE": "embedded", "CONTRACTS_WAREHOUSE_DIR": str(warehouse_folder)}


@pytest.fixture(scope="session")
def warehouse(warehouse_folder: Path) -> Iterator[Warehouse]:
    """The session's embedded warehouse, running; tests keep apart by datasets of their own.

    ``warehouse.client`` is its BigQuery client, ``warehouse.address.api_endpoint`` its URL,
    ``warehouse.sqlalchemy_url()`` its address for Great Expectations.
    """
    from gx.warehouse.address import WarehouseAddress
    from gx.warehouse.connection import open_warehouse

    with open_warehouse(WarehouseAddress(), warehouse_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def replayer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayer]:
    """A warehouse of its own for simulated leagues, kept open so that every audit finds it running."""
    from gx.checkpoints.replay import Replayer
    from gx.contracts.store import load_contracts
    from gx.paths import project_paths
    from gx.rules.registry import families
    from gx.warehouse.connection import open_warehouse

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTRACTS_WAREHOUSE", "embedded")
        patch.setenv("CONTRACTS_WAREHOUSE_DIR", str(fast_folder()))
        patch.setenv("CONTRACTS_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        paths = project_paths(Path(__file__).resolve().parents[1])
        with open_warehouse(folder=paths.warehouse):
            yield Replayer(load_contracts(paths.root, families()), families(), paths, fast_folder())
