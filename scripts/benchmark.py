"""Measures what this project promises about its speed, on this machine, and prints it.

.venv/bin/python scripts/benchmark.py all               # every topic but the pages, one table; a quarter of an hour
.venv/bin/python scripts/benchmark.py all --quick       # the same on shorter seasons, about two minutes
.venv/bin/python scripts/benchmark.py jobs              # one topic: jobs, verdict, startup, scale, wire or checks
.venv/bin/python scripts/benchmark.py docs              # Data Docs beside Great Expectations' own, 40 stored runs
.venv/bin/python scripts/benchmark.py docs --runs 1600  # years of runs; some minutes

docs/benchmarks.md says what each topic measures and how it counts.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

FIRST_DAY = date(2021, 10, 19)
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


@dataclass(frozen=True)
class Store:
    """A results store of daily runs over the same tables, as Great Expectations lays it out."""

    folder: Path
    tables: int
    rules: int

    def add(self, number: int) -> str:
        """Stores the run of that number, three game dates long; every tenth is broken. Returns its name."""
        day = FIRST_DAY + timedelta(days=number)
        started = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        run_id = f"daily-{started:%Y%m%dT%H%M%SZ}-{number:06x}"
        names = [f"nba_raw.table_{table:02d}" for table in range(self.tables)]
        for table in names:
            rules = [self._rule(table, rule, day, number) for rule in range(self.rules)]
            self._write(run_id, started, table, names, rules)
        return run_id

    def _rule(self, table: str, number: int, day: date, run: int) -> dict[str, Any]:
        broken = run % 10 == 9 and number == 0 and table.endswith("_03")
        days = [day - timedelta(days=back) for back in (3, 2, 1)]
        verdicts = ["fail" if broken and each == days[-1] else "pass" for each in days]
        counts = {"pass": verdicts.count("pass"), "fail": verdicts.count("fail")}
        return {
            "rule": f"rule_{number:02d}",
            "expectation": "expect_reference_keys_to_be_covered"
            if number == 0
            else "expect_column_values_to_be_between",
            "severity": "critical",
            "scope": "historical",
            "verdict": "fail" if broken else "pass",
            "observed": "3 dates as expected",
            "threshold": "fail below 90%",
            "words": f"What rule {number} says of {table}, in one sentence of usual length.",
            "why": "A backfill wrote 1 of 187 players and exited 0.",
            "remedy": "Run the backfill of the date again.",
            "incident": "I-03" if number == 0 else "",
            "owner": "ingest",
            "error": None,
            "location": f"expectations/{table}.yaml:{number + 10}:5",
            "sql": f"SELECT game_date, COUNT(*) FROM `{table}` WHERE game_date = DATE '{day}' GROUP BY game_date\n"
            * 12,
            "evaluated": 26_000,
            "unexpected": 0,
            "partition_counts": counts,
            "partitions": [
                {"partition": f"{each}", "verdict": verdict, "expected": 187, "actual": 1 if verdict == "fail" else 187}
                for each, verdict in zip(days, verdicts, strict=True)
                if number == 0
            ],
            "failing_keys": [{"game_date": f"{days[-1]}", "player_lookup": "somebody"}] if broken else [],
            "failing_keys_total": 186 if broken else 0,
        }

    def _write(
        self, run_id: str, started: datetime, table: str, names: Sequence[str], rules: Sequence[dict[str, Any]]
    ) -> None:
        broken = any(rule["verdict"] == "fail" for rule in rules)
        facts = {
            "run_id": run_id,
            "checkpoint": "daily",
            "started_at": started.isoformat(),
            "window": {"start": f"{started.date() - timedelta(days=3)}", "end": f"{started.date()}"},
            "as_of": started.isoformat(),
            "verdict": "fail" if run_id.endswith("9") else "pass",
            "exit_code": 0,
            "jobs": {"count": 24, "bytes_processed": 10**9, "bytes_billed": 10**9, "seconds": 9.0},
            "warehouse": "embedded",
            "notes": [],
            "overviews": {},
            "tables": list(names),
            "table": {"table": table, "title": table, "owner": "ingest", "phase": "2", "verdict": "pass", "rows": 800},
        }
        facts["verdict"] = "fail" if broken else "pass"
        result = {
            "success": not broken,
            "suite_name": table,
            "suite_parameters": {},
            "results": [_stored(rule) for rule in rules],
            "statistics": {"evaluated_expectations": len(rules), "successful_expectations": len(rules)},
            "meta": {"run_id": {"run_name": run_id, "run_time": started.isoformat()}, "contracts": facts},
            "id": None,
        }
        target = self.folder.joinpath(*table.split("."), run_id, f"{started:%Y%m%dT%H%M%S}.000000Z", "batch.json")
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(result), encoding="utf-8")


def _stored(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "success": rule["verdict"] == "pass",
        "expectation_config": {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "points", "min_value": 0, "max_value": 100},
            "meta": {},
            "description": rule["words"],
        },
        "result": {"observed_value": rule["observed"], "details": {"contract": rule}},
        "exception_info": {"raised_exception": False, "exception_message": None, "exception_traceback": None},
        "meta": {},
    }


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


def parser() -> argparse.ArgumentParser:
    """The command line; each subcommand sets the function that runs it."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = made.add_subparsers(required=True)
    pages = commands.add_parser("docs", help="Data Docs beside Great Expectations' own")
    pages.add_argument("--runs", type=int, default=40, help="stored runs (default 40)")
    pages.add_argument("--tables", type=int, default=24, help="tables a run (default 24)")
    pages.add_argument("--rules", type=int, default=12, help="rules a table (default 12)")
    pages.add_argument("--folder", help="where to put the store and the sites (default: the temporary folder)")
    pages.set_defaults(run=docs)
    for name, summary in TOPICS.items():
        topic = commands.add_parser(name, help=summary)
        topic.add_argument("--quick", action="store_true", help="shorter seasons, fewer repetitions")
        topic.set_defaults(run=lambda arguments, name=name: measured(name, arguments.quick))
    return made


TOPICS = {
    "startup": "commands that send nothing",
    "checks": "the twelve shared checks",
    "jobs": "jobs of green and red runs, beside stock Great Expectations",
    "verdict": "process start to printed verdict, over the floor of the bare client",
    "wire": "bytes of results fetched",
    "scale": "one date, a season, five seasons; 100 times the rows; 10,000 runs",
    "all": "all of these, in one table",
}


def measured(topic: str, quick: bool) -> None:
    """Measure a topic, telling each figure as it comes, and print the table at the end."""
    from scripts.benchmarks.figures import markdown, told

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the warehouse goes down with us
    figures = []
    for name in [name for name in TOPICS if name != "all"] if topic == "all" else [topic]:
        measure = getattr(import_module(f"scripts.benchmarks.{name}"), name)
        for figure in measure(quick):
            print(f"{figure.what}: {told(figure.value)} {figure.unit}", file=sys.stderr, flush=True)
            figures.append(figure)
    print(markdown(figures))


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark that the command line names."""
    arguments = parser().parse_args(words)
    arguments.run(arguments)


if __name__ == "__main__":
    main()
