"""Data Docs: ours and Great Expectations' own, from the same stored results in the same run."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.benchmarks.docs_store import Store

STOCK_RENDERS = 1_000
"""Results up to which Great Expectations' own pages are really drawn; it needs about 0.04 s each."""


@dataclass(frozen=True)
class Timed:
    """Seconds on the clock, and of this process's own work: on a busy machine the clock says more."""

    clock: float
    work: float

    def __str__(self) -> str:
        return f"{self.clock:8.2f} s  ({self.work:.2f} s of work)"


def timed(call: Callable[[], object]) -> Timed:
    """Runs the call and says how long it took."""
    clock, work = time.perf_counter(), time.process_time()
    call()
    return Timed(time.perf_counter() - clock, time.process_time() - work)


class StockDocs:
    """Great Expectations' own Data Docs of the same store."""

    def __init__(self, folder: Path, results: Path) -> None:
        from gx.expectations.context import PROJECT_FILE
        from gx.expectations.importing import import_great_expectations

        import_great_expectations()
        from great_expectations.core.yaml_handler import YAMLHandler
        from great_expectations.data_context import EphemeralDataContext
        from great_expectations.data_context.types.base import DataContextConfig

        config: dict[str, Any] = YAMLHandler().load(PROJECT_FILE.read_text(encoding="utf-8"))
        backend = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)}
        config["data_docs_sites"] = {"stock": {"class_name": "SiteBuilder", "store_backend": backend}}
        made = DataContextConfig.from_commented_map(config)
        self.folder = folder
        self._context = EphemeralDataContext(made, runtime_environment={"CONTRACTS_STATE_DIR": str(results.parent)})

    def results(self, run_id: str = "") -> list[Any]:
        """The identifiers of the stored results, of one run when it is named."""
        found: list[Any] = list(self._context.validation_results_store.list_keys())
        return [key for key in found if not run_id or key.run_id.run_name == run_id]

    def build(self, keys: Sequence[Any] | None = None) -> None:
        """Builds the pages of these results, of all without them, and the index."""
        self._context.build_data_docs(site_names=["stock"], resource_identifiers=list(keys) if keys else None)

    def stand_in(self, keys: Sequence[Any]) -> None:
        """Puts an empty file where the page of each result would be: the index is made from their names alone."""
        for key in keys:
            path = self.folder.joinpath("validations", *key.to_tuple()).with_suffix(".html")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def docs(arguments: argparse.Namespace) -> None:
    """Builds both sites from the same stored results: all of it, then with one run more."""
    from gx.data_docs.build import build_stored

    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch:
        root = Path(scratch)
        store, site = Store(root / "results", arguments.tables, arguments.rules), root / "ours"
        for number in range(arguments.runs):
            store.add(number)
        results = arguments.runs * arguments.tables
        size = f"{arguments.tables} tables with {arguments.rules} rules each"
        print(f"{arguments.runs:,} runs of {size}: {results:,} results")
        _tell("ours, all pages", timed(lambda: build_stored(store.folder, site)))
        print(f"  pages: {sum(1 for _ in site.rglob('*.html')):,}, {_size(site) / 1e6:,.1f} MB with their JSON twins")
        green, red = store.add(arguments.runs + 1), store.add(arguments.runs - arguments.runs % 10 + 19)
        _add_one(store, site, root / "aside", [red])
        shutil.rmtree(root / "aside")
        before = _times(site)
        _tell("ours, nothing new", timed(lambda: build_stored(store.folder, site)))
        changed = sum(1 for path, stamp in _times(site).items() if before.get(path) != stamp)
        print(f"  files changed: {changed:,}")
        _stock(StockDocs(root / "stock", store.folder), green, results)


def _add_one(store: Store, site: Path, aside: Path, others: Sequence[str]) -> None:
    """Adds the stored run that the site does not know; ``others`` are put aside meanwhile and added next."""
    held = [path for run in others for path in store.folder.rglob(run)]
    for path in held:
        target = aside / path.relative_to(store.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    _told("a green run more", store, site)
    for path in held:
        (aside / path.relative_to(store.folder)).rename(path)
    _told("a broken run more", store, site)


def _told(what: str, store: Store, site: Path) -> None:
    from gx.data_docs.build import build_stored
    from gx.data_docs.render import environment

    environment.cache_clear()  # a run is added by a new process, which has no compiled templates yet
    os.sync()  # and long after the others, which lie on the disk by then
    before = _times(site)
    _tell(f"ours, {what}", timed(lambda: build_stored(store.folder, site)))
    after = _times(site)
    print(f"  files changed: {sum(1 for path, stamp in after.items() if before.get(path) != stamp):,}")


def _stock(stock: StockDocs, run_id: str, results: int) -> None:
    if results <= STOCK_RENDERS:
        _tell("Great Expectations, all pages", timed(stock.build))
    else:
        others = [key for key in stock.results() if key.run_id.run_name != run_id]
        stock.stand_in(others)
        print(f"Great Expectations, all pages: not drawn; {len(others):,} empty files stand in for the older ones")
    _tell("Great Expectations, a run more", timed(lambda: stock.build(stock.results(run_id))))
    print(f"  pages: {sum(1 for _ in stock.folder.rglob('*.html')):,}, {_size(stock.folder) / 1e6:,.1f} MB")


def _tell(what: str, took: Timed) -> None:
    print(f"{what + ':':<34}{took}", flush=True)


def _times(folder: Path) -> dict[Path, int]:
    return dict(_stamps(folder))


def _stamps(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path, path.stat().st_mtime_ns


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
