"""Small judged runs of three tables, stored as plain files, on the session's warehouse."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from gx.expectations.facts import run_facts
from gx.judging.result import PartitionResult, RuleResult, RunResult, TableResult, Verdict, worst
from gx.paths import Paths
from gx.planning.statement import JobStatistics
from gx.reporting.document import rule_document
from gx.warehouse.results import VARIABLE
from tests.warehouse.proxy import FaultyProxy

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = date(2023, 2, 23)
TABLES = ("nba_raw.schedule", "nba_analytics.summary", "nba_precompute.factors")

_numbers = itertools.count()


def part(verdict: Verdict, day: date | None = DAY, **changes: Any) -> PartitionResult:
    """What a rule said of one date."""
    return PartitionResult(day, verdict, **changes)


def fresh(name: str = "table") -> str:
    """A table that no other test uses."""
    return f"nba_raw.{name}_{next(_numbers)}"


def rule(table: str, *parts: PartitionResult, name: str = "covers", **changes: Any) -> RuleResult:
    """A rule with these partitions, and the verdict that follows."""
    fields: dict[str, Any] = {
        "severity": "critical",
        "scope": "historical",
        "verdict": worst(each.verdict for each in parts) if parts else Verdict.PASS,
        "observed": f"{len(parts)} dates",
        "location": f"expectations/{table.replace('.', '/')}.yaml:12:5",
        "partitions": parts,
    }
    return RuleResult(table, name, "expect_reference_keys_to_be_covered", **(fields | changes))


def run_of(
    *rules: RuleResult, run_id: str | None = None, minutes: int = 0, checkpoint: str = "daily", **changes: Any
) -> RunResult:
    """A run that started that many minutes after now, over 22 to 26 February 2023."""
    started = NOW + timedelta(minutes=minutes)
    tables = {each.table: [other for other in rules if other.table == each.table] for each in rules}
    results = [
        TableResult(name, name, "owners", "4", worst(each.verdict for each in found), found)
        for name, found in tables.items()
    ]
    run = RunResult(
        run_id=run_id or f"{checkpoint}-{started:%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}",
        checkpoint=checkpoint,
        started_at=started,
        start=date(2023, 2, 22),
        end=date(2023, 2, 26),
        as_of=NOW,
        verdict=worst(table.verdict for table in results),
        exit_code=0,
        tables=results,
        jobs=[JobStatistics("job", 1.0, 2_000, 2_000)],
        warehouse="embedded",
    )
    return replace(run, **changes)


def small_run(**changes: Any) -> RunResult:
    """A run with a rule of each table, one of them failing on a date."""
    failing = rule(TABLES[2], part(Verdict.FAIL, expected=187, actual=1, coverage=1 / 187))
    return run_of(rule(TABLES[0]), rule(TABLES[1], part(Verdict.WAIVED, waiver="late feed")), failing, **changes)


def store_files(run: RunResult) -> Callable[[Paths], None]:
    """Stores the run as Great Expectations does, one file a table; without the time that importing it takes."""

    def store(paths: Paths) -> None:
        for table in run.tables:
            folder = paths.results.joinpath(*table.table.split("."), run.run_id, "time")
            folder.mkdir(parents=True)
            results = [{"result": {"details": {"contract": rule_document(each)}}} for each in table.rules]
            stored = {"suite_name": table.table, "results": results}
            facts = {"meta": {"contracts": run_facts(run, table.table)}}
            (folder / "batch.json").write_text(json.dumps(stored | facts), encoding="utf-8")

    return store


def stored_tables(paths: Paths) -> dict[str, int]:
    """How many tables of each run the results store holds, as its readers see it."""
    from gx.checkpoints.outbox import waiting_runs
    from gx.data_docs.load import documents_in

    waiting = waiting_runs(paths.state)
    return {
        document["run_id"]: sum(bool(table["rules"]) for table in document["tables"])
        for document in documents_in(paths.results)
        if document["run_id"] not in waiting
    }


class Results:
    """A results dataset of a test's own."""

    def __init__(self, warehouse: Warehouse, dataset: str) -> None:
        self.warehouse = warehouse
        self.dataset = dataset

    def rows(self, view: str, columns: str, where: str = "TRUE") -> list[tuple[Any, ...]]:
        """Those columns of a view, or of the table."""
        sql = f"SELECT {columns} FROM `{self.dataset}.{view}` WHERE run_date > '2000-01-01' AND {where}"
        return sorted(tuple(row.values()) for row in self.warehouse.client.query(sql).result())

    def counted(self, *runs: RunResult) -> Mapping[str, int]:
        """How many rows there are of each of these runs, where there are any."""
        sql = (
            f"SELECT run_id, COUNT(*) AS n FROM `{self.dataset}.contract_results` "
            "WHERE run_date > '2000-01-01' GROUP BY run_id"
        )
        found = {row["run_id"]: row["n"] for row in self.warehouse.client.query(sql).result()}
        return {run.run_id: found[run.run_id] for run in runs if run.run_id in found}


@pytest.fixture(scope="module")
def results(warehouse: Warehouse) -> Results:
    """A dataset that the tests of a file share, table and views in place; runs and tables keep them apart."""
    from gx.warehouse.results import make_missing

    made = Results(warehouse, f"results_{next(_numbers)}")
    make_missing(warehouse, made.dataset)
    return made


@pytest.fixture
def new_results(warehouse: Warehouse) -> Results:
    """A dataset that is not there."""
    return Results(warehouse, f"results_{next(_numbers)}")


@pytest.fixture
def paths(tmp_path: Path, warehouse_folder: Path) -> Paths:
    """A state folder of the test's own beside the session's warehouse."""
    return Paths(root=tmp_path, warehouse=warehouse_folder, state=tmp_path / "state")


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch: pytest.MonkeyPatch, warehouse_environment: Mapping[str, str]) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    for name, value in warehouse_environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def sent(results: Results, monkeypatch: pytest.MonkeyPatch) -> Results:
    """The dataset, to which runs of this test are sent."""
    monkeypatch.setenv(VARIABLE, results.dataset)
    return results


@pytest.fixture
def proxy(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultyProxy]:
    """A proxy before the warehouse, through which this test's results go."""
    with FaultyProxy(warehouse.address.api_endpoint or "") as running:
        monkeypatch.setenv("CONTRACTS_WAREHOUSE", through(running.url))
        yield running


def through(url: str) -> str:
    """The session's warehouse as ``CONTRACTS_WAREHOUSE`` names it, reached by that address."""
    return f"bigquery://embedded?location=US&api_endpoint={url}"


def names(runs: Sequence[RunResult]) -> set[str]:
    """The runs' ids."""
    return {run.run_id for run in runs}
