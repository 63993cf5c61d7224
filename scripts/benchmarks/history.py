"""A rule's strip out of years of runs: from the results store, and from the results table of the warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from scripts.benchmarks.figures import COMMAND, Figure
from scripts.benchmarks.processes import contracts
from scripts.benchmarks.workshop import Workshop, workshop

AGAIN = f"{COMMAND} scale"
TABLE, RULE = "nba_precompute.player_composite_factors", "covers_players_who_played"
DATASET = "contract_results_benchmark"
EVERY = timedelta(minutes=45)
"""Between one run and the next: 10,000 of them lie within the days that the results table is asked for."""
Run = dict[str, Any]


def history(runs: int) -> Iterator[Figure]:
    """Store so many runs in both places, then ask each for the last 60."""
    words = ["history", f"{TABLE}.{RULE}", "--last", "60"]
    with workshop() as place:
        newest, *found = _runs(runs + 1)
        for run in found:
            _store(place.folder / "state" / "results", run)
        yield from _pages(place, newest, runs)
        took = contracts(words, place.environment)
        yield Figure(f"`contracts history`, {runs:,} runs in the results store", took.work, "s of work", AGAIN)
        _send(place, found)
        took = contracts(words, place.environment | {"CONTRACTS_RESULTS_DATASET": DATASET})
        yield Figure(f"`contracts history`, {runs:,} runs in the results table", took.clock, "s", AGAIN)


def _pages(place: Workshop, newest: Run, runs: int) -> Iterator[Figure]:
    """Data Docs of the stored runs, and then of the newest beside them."""
    from gx.data_docs.build import build_stored

    results, site = place.folder / "state" / "results", place.folder / "site"
    started = perf_counter()
    build_stored(results, site)
    yield Figure(f"Data Docs of {runs:,} runs of one table and rule, all pages", perf_counter() - started, "s", AGAIN)
    _store(results, newest)
    started = perf_counter()
    build_stored(results, site)
    yield Figure("a run more to these", perf_counter() - started, "s", AGAIN)


def _runs(number: int) -> Iterator[Run]:
    newest = datetime.now(UTC).replace(microsecond=0)
    for back in range(number):
        started = newest - back * EVERY
        verdict = "fail" if back % 10 == 9 else "pass"
        yield {
            "run_id": f"daily-{started:%Y%m%dT%H%M%SZ}-{back:06x}",
            "checkpoint": "daily",
            "started_at": started,
            "day": started.date(),
            "verdict": verdict,
        }


def _store(results: Path, run: Run) -> None:
    """As Great Expectations lays a run's result out."""
    rule = {"rule": RULE, "verdict": run["verdict"], "observed": "3 dates as expected"}
    facts = {
        "run_id": run["run_id"],
        "checkpoint": run["checkpoint"],
        "started_at": run["started_at"].isoformat(),
        "window": {"start": f"{run['day']}", "end": f"{run['day']}"},
    }
    stored = {"results": [{"result": {"details": {"contract": rule}}}], "meta": {"contracts": facts}}
    folder = results.joinpath(*TABLE.split("."), run["run_id"], f"{run['started_at']:%Y%m%dT%H%M%S}.000000Z")
    folder.mkdir(parents=True)
    (folder / "batch.json").write_text(json.dumps(stored), encoding="utf-8")


def _send(place: Workshop, runs: list[Run]) -> None:
    """All runs as rows of the results table, in one load job."""
    from google.cloud import bigquery

    from gx.reporting.results_rows import COLUMNS
    from gx.warehouse import results

    file = place.folder / "rows.parquet"
    results.write_rows([[_row(run) for run in runs]], COLUMNS, file)
    with place.warehouse() as warehouse, file.open("rb") as source:
        results.make_missing(warehouse, DATASET)
        target = f"{warehouse.address.project}.{DATASET}.{results.TABLE}"
        config = bigquery.LoadJobConfig(source_format=bigquery.SourceFormat.PARQUET, write_disposition="WRITE_APPEND")
        warehouse.client.load_table_from_file(source, target, job_config=config).result()


def _row(run: Run) -> Run:
    return {
        **{name: run[name] for name in ("run_id", "checkpoint", "started_at", "verdict")},
        "run_date": run["day"],
        "as_of": run["started_at"],
        "window_start": run["day"],
        "window_end": run["day"],
        "run_verdict": run["verdict"],
        "exit_code": int(run["verdict"] == "fail"),
        "warehouse": "embedded",
        "run_jobs": 24,
        "run_seconds": 9.0,
        "table": TABLE,
        "table_verdict": run["verdict"],
        "owner": "precompute",
        "phase": "4",
        "rule": RULE,
        "expectation": "expect_reference_keys_to_be_covered",
        "severity": "critical",
        "scope": "historical",
        "incident": "I-03",
        "location": "expectations/table.yaml:1:1",
        "kind": "rule",
        "observed": "3 dates as expected",
        "threshold": "fail below 90%",
    }
