"""The embedded warehouse's server process: local-bigquery on 127.0.0.1, offline, alone on its data folder.

Started as ``python -m gx.warehouse.server FOLDER`` by :mod:`gx.warehouse.embedded`; nobody else calls it.

Three locked files decide everything; the kernel drops a lock when its holder dies, so nothing goes stale:
``server.lock`` is held by the one server of a folder for its whole life and contains its pid,
``users.lock`` is held (shared) by every command that uses the server,
``start.lock`` (held by clients) makes two commands start one server, not two.
A server that nobody uses and nobody asked to keep stops by itself, so a killed command leaks no process.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from gx.locks import lock_within
from gx.warehouse.folder import PROJECT, WarehouseFolder
from gx.warehouse.remembering import remember_translations
from gx.warehouse.replacing import keep_tables_when_replacing

EXTENSIONS = ("icu", "ducklake", "spatial", "avro")
LINGER_SECONDS = 3.0
"""How long a server that was not kept outlives its last user, should that user have died without stopping it."""

RESULT_AGE_SECONDS = 3600
"""Query results older than this are dropped while the server runs; at its start all are."""

_READ_FROM_ENVIRONMENT = (
    *("BIGQUERY_PORT", "BIGQUERY_HOST", "GRPC_PORT", "DATA_DIR", "DEFAULT_PROJECT_ID", "DEFAULT_DATASET_ID"),
    *("CALLER", "GROUPS", "POSTGRES_CONNECTION_ID", "GCS_LOCAL_ROOT", "STORAGE_EMULATOR_HOST", "POSTGRES_URI"),
)
"""Variables that local-bigquery would read; some shells export names like GROUPS for their own ends."""


def prepare_home(home: Path) -> None:
    """Make ``home`` the HOME in which DuckDB finds the extensions that came as wheels, so that it downloads nothing."""
    import duckdb

    platform = duckdb.connect().execute("PRAGMA platform").fetchone()
    version = f"v{duckdb.__version__}"
    target = home / ".duckdb" / "extensions" / version / (platform[0] if platform else "")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True, exist_ok=True)
    for name in EXTENSIONS:
        found = importlib.util.find_spec(f"duckdb_extension_{name}")
        if found is None or found.origin is None:
            raise SystemExit(f"the package duckdb-extension-{name} is not installed: run `make setup`")
        source = Path(found.origin).parent / "extensions" / version / f"{name}.duckdb_extension"
        (target / source.name).symlink_to(source)


def compact(database: Path) -> None:
    """Rewrite the server's own database without old query results and jobs, which would pile up for ever."""
    import duckdb

    if not database.exists():
        return
    fresh = database.with_name("compacted.duckdb")
    fresh.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{_quoted(database)}' AS old; ATTACH '{_quoted(fresh)}' AS new")
        connection.execute("DROP SCHEMA IF EXISTS old._results CASCADE; DELETE FROM old.jobs")
        connection.execute("COPY FROM DATABASE old TO new; DETACH old; CHECKPOINT new")
    fresh.replace(database)


def drop_old_results(age_seconds: float) -> None:
    """Drop the results and records of jobs that were made longer ago than that."""
    from local_bigquery.catalog import tables
    from local_bigquery.engine import database
    from local_bigquery.jobs import store

    before = int((time.time() - age_seconds) * 1000)
    old = database.fetch("SELECT project_id, job_id FROM emulator.jobs WHERE creation_time < ?", [before])
    for project, job in old:
        database.execute(f"DROP TABLE IF EXISTS {tables.name(project, tables.RESULTS, job)}")
        store.delete(project, job)


def drop_replaced_files() -> None:
    """Delete the data files that no current table needs; every replacing load leaves some behind."""
    from local_bigquery.engine import database

    with database.cursor() as cursor:
        cursor.execute(f"CALL ducklake_expire_snapshots('{PROJECT}', older_than => now())")
        cursor.execute(f"CALL ducklake_cleanup_old_files('{PROJECT}', cleanup_all => true)")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _hold_alone(folder: WarehouseFolder) -> int:
    """Lock the folder for this process, write the pid into the lock file, and return the descriptor to keep open."""
    descriptor = os.open(folder.server_lock, os.O_RDWR | os.O_CREAT, 0o600)
    if not lock_within(descriptor, fcntl.LOCK_EX, seconds=2):  # a probe may hold it for an instant
        raise SystemExit("another server holds this folder")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def _stop_when_unused(folder: WarehouseFolder) -> None:
    """Watch the users' lock; ask the process to stop once nobody held it for a while, unless it is kept."""
    unused_since: float | None = None
    swept = time.monotonic()
    while True:
        time.sleep(0.5)
        now = time.monotonic()
        if now - swept > RESULT_AGE_SECONDS:
            drop_old_results(RESULT_AGE_SECONDS)
            swept = now
        if folder.keep_file.exists() or folder.in_use():
            unused_since = None
        elif unused_since is None:
            unused_since = now
        elif now - unused_since > LINGER_SECONDS:
            os.kill(os.getpid(), signal.SIGTERM)
            return


def _application(token: str) -> Any:
    """The server's application, plus one address by which a client knows that this is the server it looks for."""
    from local_bigquery import app

    app.add_api_route("/identity", lambda: {"token": token, "pid": os.getpid()}, include_in_schema=False)
    return app


def _configure(folder: WarehouseFolder) -> None:
    for name in _READ_FROM_ENVIRONMENT:
        os.environ.pop(name, None)
        os.environ.pop(name.lower(), None)
    os.environ["HOME"] = os.environ["USERPROFILE"] = str(folder.home)
    from local_bigquery.settings import settings

    settings.data_dir = folder.data
    settings.default_project_id = PROJECT
    settings.bigquery_host = "127.0.0.1"


def serve(root: Path) -> None:
    """Serve the folder until a SIGTERM, or until nobody needs it."""
    folder = WarehouseFolder(root)
    held = _hold_alone(folder)
    prepare_home(folder.home)
    _configure(folder)
    folder.data.mkdir(parents=True, exist_ok=True)
    compact(folder.data / "emulator.duckdb")

    import uvicorn
    from local_bigquery.engine import database

    token = secrets.token_hex(16)
    server = uvicorn.Server(uvicorn.Config(_application(token), log_level="warning", timeout_graceful_shutdown=3))
    keep_tables_when_replacing()
    remember_translations()
    database.connection()
    drop_replaced_files()
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            folder.write_record({"pid": os.getpid(), "port": listener.getsockname()[1], "token": token})
            threading.Thread(target=_stop_when_unused, args=(folder,), daemon=True).start()
            server.run(sockets=[listener])
    finally:
        folder.record_file.unlink(missing_ok=True)
        database.connection().close()
        os.ftruncate(held, 0)
        os.close(held)


def _quit(number: int, frame: object) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m gx.warehouse.server FOLDER")
    signal.signal(signal.SIGTERM, _quit)  # uvicorn raises the signal again after its own orderly end
    serve(Path(sys.argv[1]))
