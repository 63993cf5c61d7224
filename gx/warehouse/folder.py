"""The embedded warehouse's folder: which files it holds and what their locks mean (see :mod:`gx.warehouse.server`)."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gx.locks import lock_within
from gx.whole_files import write_whole

PROJECT = "embedded"
"""The project id under which the embedded warehouse keeps its datasets."""


@dataclass(frozen=True)
class ServerRecord:
    """Where the server said that it listens; only worth trusting after it answered with the same token."""

    pid: int
    port: int
    token: str

    @property
    def url(self) -> str:
        """The address for clients."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class WarehouseFolder:
    """The files of one embedded warehouse below ``root``."""

    root: Path

    @property
    def data(self) -> Path:
        """The tables."""
        return self.root / "data"

    @property
    def home(self) -> Path:
        """The server's HOME, with DuckDB's extensions."""
        return self.root / "home"

    @property
    def log(self) -> Path:
        """What the server printed since its start."""
        return self.root / "server.log"

    @property
    def record_file(self) -> Path:
        """Port and token of the running server."""
        return self.root / "server.json"

    @property
    def server_lock(self) -> Path:
        """Locked by the running server; contains its pid."""
        return self.root / "server.lock"

    @property
    def users_lock(self) -> Path:
        """Locked (shared) by every command that uses the server."""
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Locked by the command that starts or stops the server."""
        return self.root / "start.lock"

    @property
    def keep_file(self) -> Path:
        """Present while the server shall outlive its users."""
        return self.root / "keep"

    def read_record(self) -> ServerRecord | None:
        """The server's record, or None when there is none that makes sense."""
        try:
            record = json.loads(self.record_file.read_text())
            return ServerRecord(pid=int(record["pid"]), port=int(record["port"]), token=str(record["token"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def write_record(self, record: Mapping[str, Any]) -> None:
        """Write the server's record whole or not at all."""
        write_whole(self.record_file, json.dumps(record))

    def in_use(self) -> bool:
        """Whether some command holds the users' lock."""
        return _locked(self.users_lock, fcntl.LOCK_EX)

    def server_pid(self) -> int | None:
        """The pid of the live server, or None: the pid counts only while its process holds the lock."""
        if not self.server_alive():
            return None
        try:
            return int(self.server_lock.read_text() or 0) or None
        except ValueError:
            return None

    def server_alive(self) -> bool:
        """Whether a server process holds this folder, answering or not."""
        return _locked(self.server_lock, fcntl.LOCK_SH)


def _locked(path: Path, kind: int) -> bool:
    """Whether somebody holds a lock on ``path`` that stands in the way of one of this kind."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not lock_within(descriptor, kind, 0)
    finally:
        os.close(descriptor)
