"""The outbox: a run's results are wholly in the results store and in ``contract_results``, or in neither.

A run is first stored below ``<state>/outbox/<run id>/``. Once all of it is there, the folder is sealed. A sealed run is
sent, by one load job, where results are sent at all; then its files move to the results store, and the folder goes:
that is the moment from which the run counts. Readers of the store leave out runs that have a folder here. Whatever a
run leaves behind when it is killed, the next one settles: a sealed run goes the rest of its way, another is removed.

The process that works on a folder holds a lock on it, which the kernel drops when the process dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING

from gx.judging.result import RunResult
from gx.paths import Paths
from gx.reporting.document import run_document
from gx.reporting.results_rows import COLUMNS, table_rows
from gx.warehouse.address import AddressError, warehouse_address
from gx.warehouse.errors import WarehouseError
from gx.warehouse.results import destination, results_dataset, write_rows
from gx.whole_files import write_whole

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

_SEAL = "sealed.json"
_ROWS = "rows.parquet"
_REMOVED = ".removed-"
_NEW = ".new-"
_NEW_SECONDS = 60.0
"""A folder gets its own name at once; one that has none after so long belongs to nobody."""
_MOST_NAMED = 5
"""Runs that a note names before it counts the rest."""


@dataclass
class Settled:
    """What became of runs in the outbox: those that count now, those that still wait and why, those removed."""

    stored: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)

    def notes(self, run_id: str | None = None) -> list[str]:
        """In words; the run itself is only spoken of when its results wait."""
        told = []
        if run_id in self.waiting:
            told.append(
                f"The results of this run wait in the outbox, neither in the results store nor in contract_results: "
                f"{self.waiting[run_id]}"
            )
        earlier = [name for name in self.stored if name != run_id]
        if earlier:
            told.append(f"Stored now, as it had not been possible before: {_listed(earlier)}.")
        others = {name: why for name, why in self.waiting.items() if name != run_id}
        if others:
            told.append(f"Earlier results that still wait: {_listed(list(others))}: {next(iter(others.values()))}")
        if self.removed:
            told.append(f"Removed, because the run was ended before all was stored: {_listed(self.removed)}.")
        return told


def _listed(run_ids: list[str]) -> str:
    rest = len(run_ids) - _MOST_NAMED
    return ", ".join(run_ids[:_MOST_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def deliver(paths: Paths, run: RunResult, store: Callable[[Paths], object], *, reachable: bool) -> Settled:
    """Store a run, send its results if a results dataset is configured, and settle what earlier runs left.

    ``store`` writes the run's results below the ``state`` of the paths it is given. ``reachable`` says that the
    warehouse has answered a moment ago; without that nothing is sent. A load that fails raises nothing: the run waits.

    Raises:
        OSError: the run could not be stored; nothing of it is left.
    """
    settled = Settled()
    with _Sender(paths, reachable) as sender:
        with _new(paths.state, run.run_id) as entry:
            try:
                store(replace(paths, state=entry.folder))
                entry.seal(run)
            except BaseException:
                entry.remove()
                raise
            _settle(entry, paths, sender, settled, again=False)
        _settle_others(paths, sender, settled)
    return settled


def settle(paths: Paths) -> Settled:
    """Settle what runs have left in the outbox: send and store what is whole, remove what is not."""
    settled = Settled()
    with _Sender(paths, reachable=True) as sender:
        _settle_others(paths, sender, settled)
    return settled


def waiting_runs(state: Path) -> set[str]:
    """The runs that are in the outbox, in progress or left behind: for the results store they are not there yet."""
    with contextlib.suppress(FileNotFoundError):
        return {path.name for path in (state / "outbox").iterdir() if not path.name.startswith(".")}
    return set()


@dataclass
class _Entry:
    """A run's folder in the outbox, locked by this process."""

    folder: Path

    @property
    def run_id(self) -> str:
        return self.folder.name

    def seal(self, run: RunResult) -> None:
        """Say that all of the run is here, with the rows to send where results are sent."""
        if results_dataset():
            write_rows(table_rows(run_document(run)), COLUMNS, self.folder / _ROWS)
        day = run.started_at.astimezone(UTC).date()
        facts = {"run_date": day.isoformat(), "warehouse": destination(warehouse_address())}
        write_whole(self.folder / _SEAL, json.dumps(facts))

    def facts(self) -> dict[str, str] | None:
        """What the seal says; None without one."""
        try:
            found: dict[str, str] = json.loads((self.folder / _SEAL).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return found

    def publish(self, paths: Paths) -> None:
        """Move the results to the results store. They count once the folder is gone."""
        source = self.folder / "results"
        for path in sorted(source.rglob("*.json")):
            target = paths.results / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        self.remove()

    def remove(self) -> None:
        """Let the folder go, in one step for whoever looks."""
        gone = self.folder.with_name(_REMOVED + self.run_id)
        self.folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


class _Sender:
    """Sends rows to where results go now; opens the warehouse for the first that needs it, asks in vain only once."""

    def __init__(self, paths: Paths, reachable: bool) -> None:
        self._folder = paths.warehouse
        self._refusal = "" if reachable else "the warehouse could not be reached"
        self._warehouse: Warehouse | None = None
        self._stack = ExitStack()
        self._dataset, self._destination = results_dataset(), destination(warehouse_address())

    def __enter__(self) -> _Sender:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def send(self, entry: _Entry, facts: Mapping[str, str], again: bool) -> str | None:
        """Why the run's results could not be sent; None when they are, or when none are asked for."""
        rows = entry.folder / _ROWS
        if self._dataset is None or not rows.exists():
            return None
        if facts["warehouse"] != self._destination:
            return f"they go to {facts['warehouse']}, and CONTRACTS_WAREHOUSE names {self._destination}"
        if not self._refusal:
            self._refusal = self._send(self._dataset, entry.run_id, date.fromisoformat(facts["run_date"]), rows, again)
        return self._refusal or None

    def _send(self, dataset: str, run_id: str, day: date, rows: Path, again: bool) -> str:
        from gx.warehouse.connection import open_warehouse
        from gx.warehouse.results import send_rows

        try:
            if self._warehouse is None:
                self._warehouse = self._stack.enter_context(open_warehouse(folder=self._folder))
            send_rows(self._warehouse, dataset, run_id, day, rows, again=again)
        except (WarehouseError, AddressError) as error:
            return str(error)
        return ""


def _settle(entry: _Entry, paths: Paths, sender: _Sender, settled: Settled, *, again: bool) -> None:
    """Bring one run further; what the disk refuses now may come to pass the next time."""
    try:
        facts = entry.facts()
        if facts is None:
            entry.remove()
            settled.removed.append(entry.run_id)
            return
        if refusal := sender.send(entry, facts, again):
            settled.waiting[entry.run_id] = refusal
            return
        entry.publish(paths)
        settled.stored.append(entry.run_id)
    except (OSError, ValueError) as error:
        settled.waiting[entry.run_id] = f"{type(error).__name__}: {error}"


def _settle_others(paths: Paths, sender: _Sender, settled: Settled) -> None:
    """Settle each folder that no process works on."""
    for run_id in sorted(waiting_runs(paths.state) - set(settled.waiting)):
        with _locked(paths.state / "outbox" / run_id) as entry:
            if entry is not None:
                _settle(entry, paths, sender, settled, again=True)
    _sweep(paths.state / "outbox")


def _sweep(outbox: Path) -> None:
    """Remove what killed runs left of folders that nobody counted any more, or nobody had seen yet."""
    for left in outbox.glob(f"{_REMOVED}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in outbox.glob(f"{_NEW}*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > _NEW_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _new(state: Path, run_id: str) -> Iterator[_Entry]:
    """A new folder for the run, locked before anybody can see it."""
    outbox = state / "outbox"
    unseen = outbox / f"{_NEW}{run_id}"
    unseen.mkdir(parents=True)
    descriptor = os.open(unseen, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        unseen.rename(outbox / run_id)
        yield _Entry(outbox / run_id)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(folder: Path) -> Iterator[_Entry | None]:
    """The folder, locked; None when another process holds it or has just removed it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    try:
        yield _Entry(folder) if _lock(descriptor) and folder.exists() else None
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
