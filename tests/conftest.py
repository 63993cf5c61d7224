"""One embedded warehouse for the whole test session, in a folder of its own."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse


def fast_folder() -> Path:
    """A new folder, in memory where there is such a place: statements take a third less time there. Gone at the end."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="contracts-tests-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one file go to one worker, which makes their fixtures once; a test may name a group of its own."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(item.config.rootpath).as_posix()))


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
