"""``kill -9`` at any moment, two runs at once, and a full disk: the store and the pages stay whole."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gx.checkpoints.outbox import waiting_runs
from gx.data_docs.build import build_site
from gx.data_docs.load import documents_in
from gx.data_docs.write import writing
from gx.warehouse.address import WarehouseAddress
from gx.warehouse.connection import open_warehouse
from gx.warehouse.embedded import EmbeddedServer
from tests.conftest import fast_folder
from tests.data_docs.reachable import reachable
from tests.faults.conftest import address
from tests.faults.processes import Runs, ended, until
from tests.faults.project import RULES, fill, rows, write_project

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

MOMENTS = 7
"""At how many moments of a run it is killed, spread evenly over its steps."""
KILLED = -9


@pytest.fixture
def runs(filled: Warehouse, tmp_path: Path) -> Runs:
    """Runs of a new project folder on the session's warehouse."""
    return runs_on(write_project(tmp_path), address(str(filled.address.api_endpoint), filled.address.project))


def runs_on(root: Path, warehouse: str, folder: Path | None = None) -> Runs:
    """Runs of that project on that warehouse."""
    environment = {"CONTRACTS_STATE_DIR": str(root / "state"), "CONTRACTS_WAREHOUSE": warehouse}
    return Runs(root, environment | ({"CONTRACTS_WAREHOUSE_DIR": str(folder)} if folder else {}))


def verdicts(root: Path) -> dict[str, str]:
    """The runs that count, by their id, once everything that can be read was found whole."""
    state = root / "state"
    for path in visible(state, "*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    for path in visible(state / "data_docs", "*.html"):
        assert path.read_text(encoding="utf-8").rstrip().endswith("</html>"), path
    stored = documents_in(state / "results")
    for run in stored:
        assert {table["table"] for table in run["tables"]} == set(RULES)
        assert all(table["rules"] for table in run["tables"])
    return {run["run_id"]: run["verdict"] for run in stored}


def visible(folder: Path, pattern: str) -> list[Path]:
    """The files that a reader meets: none of those that are being written aside."""
    found = (path for path in folder.rglob(pattern) if path.is_file())
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def shown(root: Path) -> set[str]:
    """The runs whose page a reader meets."""
    found = reachable((root / "state" / "data_docs").resolve())
    return {page.stem for page in found if page.parent.name == "runs" and page.suffix == ".html"}


def left_aside(root: Path) -> list[Path]:
    """Files that were never finished, and pages that never came to their place."""
    return [path for path in (root / "state").rglob("*") if path.suffix == ".part" or path.name == ".building"]


def test_a_run_killed_at_any_moment_leaves_store_and_pages_whole(runs: Runs) -> None:
    assert (runs.run(), runs.run()) == (0, 0)  # the first makes folders, too
    steps = runs.steps()
    assert steps > 5 * MOMENTS
    counted = verdicts(runs.root)
    for moment in range(2, steps, steps // MOMENTS):
        assert runs.run(last=moment) == KILLED, f"killed at step {moment}"
        now = verdicts(runs.root)
        assert counted.items() <= now.items(), "no run is lost"
        assert set(now.values()) == {"pass"}, "no half run counts"
        assert shown(runs.root) <= set(now)
        counted = now
    assert runs.run() == 0
    now = verdicts(runs.root)
    assert (len(set(now) - set(counted)) >= 1, set(now.values())) == (True, {"pass"})
    assert shown(runs.root) == set(now), "the pages tell of every run that counts"
    assert left_aside(runs.root) == []
    assert waiting_runs(runs.root / "state") == set(), "what the killed runs left is settled"


def test_the_results_are_read_once_nobody_else_writes_the_pages(tmp_path: Path) -> None:
    read = threading.Event()

    def documents() -> Iterator[dict[str, Any]]:
        read.set()
        yield from ()

    with ThreadPoolExecutor(1) as pool:
        with writing(tmp_path):
            built = pool.submit(build_site, documents(), tmp_path)
            assert not read.wait(0.3)
        assert built.result(timeout=10) == tmp_path / "index.html"


def test_two_runs_at_once_are_both_right_and_both_on_the_pages(runs: Runs) -> None:
    first, second = runs.start(), runs.start("--rule", "points_are_sane")
    assert (ended(first), ended(second)) == (0, 0)
    assert "9 rules: 9 pass." in runs.printed(first)
    assert "1 rule: 1 pass." in runs.printed(second)
    stored = documents_in(runs.root / "state" / "results")
    assert sorted(sum(run["counts"].values()) for run in stored) == [1, 9]
    assert {run["verdict"] for run in stored} == {"pass"}
    assert shown(runs.root) == {run["run_id"] for run in stored}
    assert left_aside(runs.root) == []


def test_a_disk_that_is_full_for_the_pages_costs_neither_verdict_nor_result(runs: Runs) -> None:
    assert runs.run() == 0
    before = {path: path.read_bytes() for path in visible(runs.root / "state" / "data_docs", "*.html")}
    process = runs.start(file_limit=largest(runs.root, "results") + 1_000)
    assert ended(process) == 0
    said = runs.printed(process)
    assert "9 rules: 9 pass." in said
    assert "Data Docs were not built: OSError: [Errno 27] File too large" in said
    assert len(verdicts(runs.root)) == 2
    assert {path: path.read_bytes() for path in before} == before, "the pages are as they were"
    assert left_aside(runs.root) == []
    assert runs.run() == 0
    assert len(shown(runs.root)) == 3


def test_a_disk_that_is_full_for_the_results_stores_nothing_of_the_run(runs: Runs) -> None:
    assert runs.run() == 0
    process = runs.start(file_limit=largest(runs.root, "results") - 1_000)
    assert ended(process) == 0
    assert "the result could not be stored: [Errno 27] File too large" in runs.printed(process)
    assert len(verdicts(runs.root)) == 1
    assert waiting_runs(runs.root / "state") == set()
    assert left_aside(runs.root) == []


def largest(root: Path, folder: str) -> int:
    """The bytes of the largest file below a folder of the state."""
    return max(path.stat().st_size for path in visible(root / "state" / folder, "*.json"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Runs]:
    """Runs on an embedded warehouse of their own, which they start and stop."""
    folder, root = fast_folder(), write_project(tmp_path)
    server = EmbeddedServer(folder)
    yield runs_on(root, "embedded", folder)
    server.down()


@pytest.mark.long
def test_a_run_killed_while_it_starts_or_asks_the_embedded_warehouse_does_not_wedge_it(own: Runs) -> None:
    folder = Path(own.environment["CONTRACTS_WAREHOUSE_DIR"])
    server = EmbeddedServer(folder)
    starting = own.start("--no-docs")
    until(server.folder.server_alive)
    starting.kill()
    assert ended(starting) == KILLED
    with open_warehouse(WarehouseAddress(), folder) as warehouse:
        fill(warehouse, warehouse.address.project, rows(), own.root)
        assert own.run("--no-docs", last=12) == KILLED, "amid its statements"
    assert own.run("--no-docs") == 0
    until(lambda: not server.status().running)
    assert set(verdicts(own.root).values()) == {"pass"}
