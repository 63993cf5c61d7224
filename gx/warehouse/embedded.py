"""The embedded warehouse as its users see it: started on demand, shared by commands, stopped by the last one out.

Needs neither google.cloud nor local-bigquery: the server is a process of its own (:mod:`gx.warehouse.server`).
"""

from __future__ import annotations

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gx.locks import lock_within
from gx.warehouse.errors import WarehouseUnavailableError
from gx.warehouse.folder import PROJECT, ServerRecord, WarehouseFolder

START_SECONDS = 60.0
"""How long a server may take to answer its first query; 2-5 s are usual, a loaded machine needs more."""

STOP_SECONDS = 10.0
"""How long a server may take to end in an orderly way before it is killed."""

_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class ServerStatus:
    """What is known of a folder's server without asking its tables."""

    running: bool
    kept: bool
    folder: Path
    url: str | None = None
    pid: int | None = None


@dataclass(frozen=True)
class EmbeddedServer:
    """The embedded warehouse of one folder."""

    root: Path

    @property
    def folder(self) -> WarehouseFolder:
        """The folder's files."""
        return WarehouseFolder(self.root)

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Use the server, starting it if need be; yields its address.

        Unless it is kept, the last user stops it at the end. Raises WarehouseUnavailableError when it does not start.
        """
        _make(self.root)
        try:
            with _descriptor(self.folder.users_lock) as users:
                fcntl.flock(users, fcntl.LOCK_SH)
                yield self._reach()
        finally:
            self._stop_if_unused()

    def up(self) -> ServerStatus:
        """Start the server if need be and keep it until :meth:`down`."""
        _make(self.root)
        with _descriptor(self.folder.users_lock) as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.folder.keep_file.touch()
            try:
                self._reach()
            except WarehouseUnavailableError:
                self.folder.keep_file.unlink(missing_ok=True)
                raise
        return self.status()

    def down(self) -> bool:
        """Stop the server, used or not, and keep it no longer; whether there was one."""
        if not self.root.is_dir():
            return False
        with self._starting():
            self.folder.keep_file.unlink(missing_ok=True)
            return self._stop()

    def reset(self) -> None:
        """Stop the server and delete all its data; the lock files stay, or two commands could hold different ones."""
        if not self.root.is_dir():
            return
        with self._starting():
            self.folder.keep_file.unlink(missing_ok=True)
            self._stop()
            for path in (self.folder.data, self.folder.home):
                if path.exists():
                    shutil.rmtree(path)
            for path in (self.folder.log, self.folder.record_file):
                path.unlink(missing_ok=True)

    def status(self) -> ServerStatus:
        """Whether a server runs and where; starts nothing."""
        record = self._answering()
        kept = self.folder.keep_file.exists() and record is not None
        if record is None:
            return ServerStatus(False, False, self.root, pid=self.folder.server_pid())
        return ServerStatus(True, kept, self.root, record.url, record.pid)

    def _reach(self) -> str:
        """The address of a server that answers queries, started here when there is none."""
        record = self._answering()
        if record is None:
            with self._starting():
                record = self._answering() or self._start()
        _await_query(record, time.monotonic() + START_SECONDS)
        return record.url

    def _answering(self) -> ServerRecord | None:
        """The record of a live server that knows its token; a stale record, or another program on the port, is None."""
        record = self.folder.read_record()
        if record is None or not self.folder.server_alive():
            return None
        return record if _get_token(record) == record.token else None

    def _start(self) -> ServerRecord:
        """Start a server and wait until it answers; the start lock must be held."""
        end = time.monotonic() + START_SECONDS
        process: subprocess.Popen[bytes] | None = None
        while time.monotonic() < end:
            if record := self._answering():
                return record
            if process is None and not self.folder.server_alive():
                process = _spawn(self.folder)
            if process is not None and process.poll() is not None:
                raise WarehouseUnavailableError(self._why_not(f"ended with status {process.returncode}"))
            time.sleep(_POLL_SECONDS)
        if process is not None:
            process.kill()
            process.wait()
        raise WarehouseUnavailableError(self._why_not(f"did not answer within {START_SECONDS:.0f} s"))

    def _why_not(self, what: str) -> str:
        lines = self.folder.log.read_text(errors="replace").split("\n") if self.folder.log.exists() else []
        last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
        return (
            f"the embedded warehouse in {self.root} {what}. `contracts warehouse down` ends a server that hangs, "
            f"`contracts warehouse reset` starts again with no data. The last line of {self.folder.log}: {last}"
        )

    def _stop(self) -> bool:
        """Stop the server in an orderly way, else by force; the start lock must be held. Whether there was one."""
        if not self.folder.server_alive():
            return False
        for number in (signal.SIGTERM, signal.SIGKILL):
            _signal(self.folder, number)
            end = time.monotonic() + STOP_SECONDS
            while time.monotonic() < end:
                if not self.folder.server_alive():
                    return True
                time.sleep(_POLL_SECONDS)
        raise WarehouseUnavailableError(f"the server of {self.root} (pid {self.folder.server_pid()}) cannot be stopped")

    def _stop_if_unused(self) -> None:
        if self.folder.keep_file.exists() or self.folder.in_use():
            return
        with self._starting():
            if not self.folder.keep_file.exists() and not self.folder.in_use():
                self._stop()

    @contextlib.contextmanager
    def _starting(self) -> Iterator[None]:
        """Hold the lock of those who start or stop the server, waiting for the others."""
        with _descriptor(self.folder.start_lock) as start:
            if not lock_within(start, fcntl.LOCK_EX, START_SECONDS + 2 * STOP_SECONDS):
                raise WarehouseUnavailableError(f"another command is busy starting or stopping {self.root}")
            yield


def _make(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        WarehouseFolder(root).users_lock.touch()
    except OSError as error:
        raise WarehouseUnavailableError(
            f"cannot write to {root}: {error.strerror}; CONTRACTS_WAREHOUSE_DIR names another folder for the data"
        ) from None


@contextlib.contextmanager
def _descriptor(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _spawn(folder: WarehouseFolder) -> subprocess.Popen[bytes]:
    """Start the server apart from this command's terminal, so that a Ctrl-C here does not take it from others."""
    package_root = str(Path(__file__).resolve().parents[2])
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH"))))
    folder.record_file.unlink(missing_ok=True)
    with folder.log.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "gx.warehouse.server", str(folder.root)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd=folder.root,
            start_new_session=True,
        )


def _signal(folder: WarehouseFolder, number: int) -> None:
    """Send a signal to the folder's server, and to nobody else."""
    pid = folder.server_pid()
    if pid is None or not _is_server(pid):
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _is_server(pid: int) -> bool:
    """Whether that process looks like a server of ours; where there is no /proc the held lock has to do."""
    if not Path("/proc/self/cmdline").exists():
        return True
    try:
        return b"gx.warehouse.server" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _call(record: ServerRecord, method: str, path: str, body: str | None = None, timeout: float = 5) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", record.port, timeout=timeout)
    try:
        connection.request(method, path, body, {"content-type": "application/json"})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()


def _get_token(record: ServerRecord) -> str | None:
    try:
        answer = _call(record, "GET", "/identity")
    except (OSError, ValueError, http.client.HTTPException):
        return None
    return str(answer.get("token")) if isinstance(answer, dict) else None


def _await_query(record: ServerRecord, end: float) -> None:
    """Return once a query has its answer: the server takes connections before its queries work."""
    path = f"/bigquery/v2/projects/{PROJECT}/queries"
    body = json.dumps({"query": "SELECT 1", "useLegacySql": False, "timeoutMs": 10_000})
    while True:
        problem: object
        try:
            answer = _call(record, "POST", path, body, timeout=max(1.0, min(15.0, end - time.monotonic())))
            if answer.get("jobComplete"):
                return
            problem = answer.get("error", answer)
        except (OSError, ValueError, AttributeError, http.client.HTTPException) as error:
            problem = error
        if time.monotonic() > end or isinstance(problem, ConnectionRefusedError):
            raise WarehouseUnavailableError(f"the embedded warehouse at {record.url} answers no query: {problem}")
        time.sleep(_POLL_SECONDS)
