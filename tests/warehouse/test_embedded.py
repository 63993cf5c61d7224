"""The embedded server's life: started once, shared, kept or stopped, and healed after any kind of death."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gx.warehouse.address import WarehouseAddress
from gx.warehouse.connection import open_warehouse
from gx.warehouse.embedded import EmbeddedServer
from gx.warehouse.errors import WarehouseUnavailableError
from tests.conftest import fast_folder

USE = """
import sys
from pathlib import Path
from gx.warehouse.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
with server.running() as url:
    print(server.status().pid, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    folder = fast_folder()
    server = EmbeddedServer(folder / "w")
    yield server
    server.down()
    shutil.rmtree(folder)


def user(server: EmbeddedServer) -> subprocess.Popen[str]:
    """Another command that uses the server until it reads a line."""
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(server.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def pid_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "did not happen within 30 s"
        time.sleep(0.02)


def rows(server: EmbeddedServer, sql: str) -> list[tuple[object, ...]]:
    with open_warehouse(WarehouseAddress(), server.root) as warehouse:
        return [tuple(row.values()) for row in warehouse.query(sql)[1]]


def test_two_commands_at_once_share_one_server_and_the_last_one_out_stops_it(server: EmbeddedServer) -> None:
    first, second = user(server), user(server)
    assert pid_of(first) == pid_of(second)
    first.communicate("\n", timeout=60)
    assert server.status().running
    second.communicate("\n", timeout=60)
    assert not server.status().running
    assert not server.folder.server_alive()


def test_a_kept_server_outlives_its_users_and_its_data_outlive_even_a_kill(server: EmbeddedServer) -> None:
    status = server.up()
    assert (status.running, status.kept) == (True, True)
    rows(server, "CREATE SCHEMA kept; CREATE TABLE kept.t AS SELECT 7 AS n")
    assert server.up().pid == server.status().pid == status.pid
    assert status.pid is not None
    os.kill(status.pid, signal.SIGKILL)
    wait_until(lambda: not server.folder.server_alive())
    assert not server.status().running
    assert rows(server, "SELECT n FROM kept.t") == [(7,)]
    assert server.status().pid != status.pid
    assert server.down()
    assert not server.down()
    assert not server.folder.server_alive()


def test_a_killed_user_leaks_no_server(server: EmbeddedServer) -> None:
    process = user(server)
    pid_of(process)
    process.kill()
    process.communicate(timeout=60)
    wait_until(lambda: not server.folder.server_alive())


def test_a_stale_record_neither_misleads_nor_lets_a_stranger_be_killed(server: EmbeddedServer) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with socket.create_server(("127.0.0.1", 0)) as strange_port:
        server.root.mkdir()
        record = {"pid": stranger.pid, "port": strange_port.getsockname()[1], "token": "x"}
        server.folder.record_file.write_text(json.dumps(record))
        server.folder.server_lock.write_text(str(stranger.pid))
        assert not server.status().running
        assert not server.down()
        assert stranger.poll() is None
        assert rows(server, "SELECT 1") == [(1,)]
    stranger.communicate(b"\n", timeout=60)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1, "port": null, "token": ""}'])
def test_a_broken_record_is_no_record(server: EmbeddedServer, content: str) -> None:
    server.root.mkdir()
    server.folder.record_file.write_text(content)
    assert server.folder.read_record() is None
    assert not server.status().running


def test_reset_stops_the_server_and_removes_the_data(server: EmbeddedServer) -> None:
    server.up()
    server.reset()
    assert not server.status().running
    assert not server.folder.server_alive()
    assert not server.folder.data.exists()


def test_old_query_results_do_not_pile_up(server: EmbeddedServer) -> None:
    database = server.folder.data / "emulator.duckdb"
    rows(server, "SELECT n, REPEAT(CAST(RAND() AS STRING), 100) AS text FROM UNNEST(GENERATE_ARRAY(1, 20000)) AS n")
    assert database.stat().st_size > 5_000_000
    assert rows(server, "SELECT 1") == [(1,)]
    assert database.stat().st_size < 5_000_000


def test_a_folder_that_cannot_be_written_is_told_with_the_remedy(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with (
        pytest.raises(WarehouseUnavailableError, match="CONTRACTS_WAREHOUSE_DIR names another folder"),
        EmbeddedServer(blocked / "w").running(),
    ):
        raise AssertionError


def test_a_server_that_cannot_start_is_told_with_the_end_of_its_log(server: EmbeddedServer) -> None:
    server.folder.data.mkdir(parents=True)
    (server.folder.data / "emulator.duckdb").write_text("this is no database" * 1000)
    with pytest.raises(WarehouseUnavailableError, match=r"contracts warehouse reset.*not a valid DuckDB"):
        server.up()
    assert not server.folder.keep_file.exists()
