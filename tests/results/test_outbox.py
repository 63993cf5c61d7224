"""A run's results are wholly in the store and in contract_results, or in neither, whatever happens on the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gx.checkpoints.outbox import deliver, settle, waiting_runs
from gx.judging.result import RunResult
from gx.paths import Paths
from gx.warehouse import retries
from gx.warehouse.results import VARIABLE
from tests.results.conftest import Results, small_run, store_files, stored_tables, through
from tests.warehouse.proxy import Fault, FaultyProxy

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

ROOT = Path(__file__).resolve().parents[2]
RUNS_UNTIL_KILLED = """
import sys
from pathlib import Path
from gx.checkpoints.outbox import deliver
from gx.paths import Paths
from tests.results.conftest import small_run, store_files
root = Path(sys.argv[1])
paths = Paths(root, Path(sys.argv[2]), root / "state")
print("ready", flush=True)
for _ in range(int(sys.argv[3])):
    run = small_run()
    deliver(paths, run, store_files(run), reachable=True)
"""


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(retries, "LONGEST_WAIT_SECONDS", 0.05)


def delivered(paths: Paths, run: RunResult) -> list[str]:
    """Deliver the run; what is said of it."""
    return deliver(paths, run, store_files(run), reachable=True).notes(run.run_id)


@contextmanager
def runs_in_a_process(paths: Paths, count: int) -> Iterator[subprocess.Popen[str]]:
    """A process that delivers so many runs, begun; killed at the end if it still lives."""
    words = [sys.executable, "-c", RUNS_UNTIL_KILLED, str(paths.root), str(paths.warehouse), str(count)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_without_a_results_dataset_a_run_is_stored_and_nothing_is_asked_of_the_warehouse(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "bigquery://nobody?api_endpoint=http://127.0.0.1:9")
    run = small_run()
    assert delivered(paths, run) == []
    assert stored_tables(paths) == {run.run_id: 3}
    assert waiting_runs(paths.state) == set()


def test_a_run_is_in_both(paths: Paths, sent: Results) -> None:
    run = small_run()
    assert delivered(paths, run) == []
    assert (stored_tables(paths), sent.counted(run)) == ({run.run_id: 3}, {run.run_id: 5})
    assert list((paths.state / "outbox").iterdir()) == []


@pytest.mark.parametrize(
    ("status", "reason"), [(403, "accessDenied"), (404, "notFound"), (403, "quotaExceeded"), (503, "backendError")]
)
def test_a_run_whose_load_fails_is_in_neither_and_is_stored_later(
    paths: Paths, sent: Results, proxy: FaultyProxy, status: int, reason: str
) -> None:
    run = small_run()
    proxy.fail("status", 100, status=status, reason=reason, path_part="/upload/")
    (note,) = delivered(paths, run)
    assert note.startswith("The results of this run wait in the outbox, neither in the results store nor in")
    assert f"storing the results of {run.run_id} in {sent.dataset}.contract_results: " in note
    assert (stored_tables(paths), sent.counted(run)) == ({}, {})
    proxy.faults.clear()
    following = small_run()
    assert delivered(paths, following) == [f"Stored now, as it had not been possible before: {run.run_id}."]
    assert stored_tables(paths) == {run.run_id: 3, following.run_id: 3}
    assert sent.counted(run, following) == {run.run_id: 5, following.run_id: 5}


def test_a_warehouse_that_was_not_reached_is_not_asked_again(paths: Paths, sent: Results, proxy: FaultyProxy) -> None:
    run = small_run()
    settled = deliver(paths, run, store_files(run), reachable=False)
    assert settled.waiting == {run.run_id: "the warehouse could not be reached"}
    assert proxy.requests == []
    assert settle(paths).stored == [run.run_id]
    assert sent.counted(run) == {run.run_id: 5}


def test_results_of_another_warehouse_wait_for_it(paths: Paths, sent: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    run = small_run()
    deliver(paths, run, store_files(run), reachable=False)
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "bigquery://production")
    assert settle(paths).waiting == {
        run.run_id: "they go to embedded, and CONTRACTS_WAREHOUSE names bigquery://production"
    }


def test_without_the_dataset_waiting_runs_join_the_store(
    paths: Paths, sent: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = small_run()
    deliver(paths, run, store_files(run), reachable=False)
    monkeypatch.delenv(VARIABLE)
    assert settle(paths).stored == [run.run_id]
    assert (stored_tables(paths), sent.counted(run)) == ({run.run_id: 3}, {})


def test_a_disk_that_is_full_leaves_nothing_of_the_run(paths: Paths, sent: Results) -> None:
    run = small_run()

    def half(staged: Paths) -> None:
        (staged.results / "nba_raw").mkdir(parents=True)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        deliver(paths, run, half, reachable=True)
    assert (stored_tables(paths), sent.counted(run)) == ({}, {})
    assert list((paths.state / "outbox").iterdir()) == []


def test_killed_at_any_moment_a_run_is_whole_or_not_there(paths: Paths) -> None:
    moments = random.Random(4)
    seen: set[str] = set()
    for _ in range(6):
        with runs_in_a_process(paths, 100_000) as process:
            time.sleep(moments.uniform(0.05, 0.3))
            process.send_signal(signal.SIGKILL)
            process.wait()
        before = stored_tables(paths)
        assert set(before.values()) <= {3}
        assert seen <= set(before)
        left = waiting_runs(paths.state)
        settled = settle(paths)
        assert left == {*settled.stored, *settled.removed}
        after = stored_tables(paths)
        assert set(after) == {*before, *settled.stored}
        assert set(after.values()) == {3}
        seen = set(after)
    assert len(seen) > 6
    assert waiting_runs(paths.state) == set()


class HoldingProxy(FaultyProxy):
    """Holds what is uploaded until it is told to go on; then forwards it, or breaks the connection."""

    def __init__(self, upstream: str, forward: bool) -> None:
        super().__init__(upstream)
        self.forward = forward
        self.held, self.go_on = threading.Event(), threading.Event()

    def take(self, method: str, path: str, body: bytes = b"") -> Fault | None:
        """The request is written down, and waits."""
        found = super().take(method, path, body)
        if "/upload/" in path:
            self.held.set()
            self.go_on.wait(30)
            return found if self.forward else Fault("reset", 1)
        return found


@pytest.mark.parametrize("arrives", [True, False])
def test_killed_while_the_load_is_under_way_it_is_stored_once(
    paths: Paths, sent: Results, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    proxy = HoldingProxy(warehouse.address.api_endpoint or "", arrives)
    with proxy:
        monkeypatch.setenv("CONTRACTS_WAREHOUSE", through(proxy.url))
        with runs_in_a_process(paths, 1) as process:
            assert proxy.held.wait(30)
            process.send_signal(signal.SIGKILL)
            process.wait()
        (run_id,) = waiting_runs(paths.state)
        stored = partial(sent.rows, "contract_results", "COUNT(*)", f"run_id = '{run_id}'")
        assert stored_tables(paths) == {}
        proxy.go_on.set()
        if arrives:
            _until(lambda: stored() == [(5,)])
        monkeypatch.setenv("CONTRACTS_WAREHOUSE", through(warehouse.address.api_endpoint or ""))
        assert settle(paths).stored == [run_id]
    assert stored_tables(paths) == {run_id: 3}
    assert stored() == [(5,)]


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_two_runs_at_once_are_both_stored_and_neither_takes_the_other_for_left_behind(
    paths: Paths, sent: Results
) -> None:
    runs = [small_run(), small_run()]
    together = threading.Barrier(2, timeout=30)

    def deliver_one(run: RunResult) -> list[str]:
        def store(staged: Paths) -> None:
            together.wait()
            store_files(run)(staged)

        return deliver(paths, run, store, reachable=True).notes(run.run_id)

    with ThreadPoolExecutor(2) as both:
        assert [*both.map(deliver_one, runs)] == [[], []]
    assert stored_tables(paths) == {run.run_id: 3 for run in runs}
    assert sent.counted(*runs) == {run.run_id: 5 for run in runs}


def test_a_run_in_progress_is_left_alone(paths: Paths) -> None:
    run, other = small_run(), small_run()

    def store(staged: Paths) -> None:
        assert delivered(paths, other) == []
        assert settle(paths).removed == []
        store_files(run)(staged)

    deliver(paths, run, store, reachable=True)
    assert stored_tables(paths) == {run.run_id: 3, other.run_id: 3}
