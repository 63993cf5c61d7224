"""contract_results: what a run's rows say, that they come once, and what the views make of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gx.judging.result import RunResult, Verdict
from gx.planning.statement import LiveTable
from gx.reporting.document import run_document
from gx.reporting.results_rows import COLUMNS, table_rows
from gx.warehouse import retries
from gx.warehouse.address import AddressError, WarehouseAddress
from gx.warehouse.client import Warehouse
from gx.warehouse.errors import WarehouseError
from gx.warehouse.results import (
    HISTORY_DAYS,
    TABLE,
    VIEWS,
    history_rows,
    make_missing,
    results_dataset,
    send_rows,
    statement_text,
    write_rows,
)
from tests.results.conftest import TABLES, Results, fresh, part, rule, run_of, small_run, through
from tests.warehouse.proxy import FaultyProxy

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(retries, "LONGEST_WAIT_SECONDS", 0.05)


def send(results: Results, run: RunResult, folder: Path, *, again: bool = False, by: Warehouse | None = None) -> None:
    rows = folder / f"{run.run_id}.parquet"
    write_rows(table_rows(run_document(run)), COLUMNS, rows)
    send_rows(by or results.warehouse, results.dataset, run.run_id, run.started_at.date(), rows, again=again)


def send_all(results: Results, runs: Sequence[RunResult], folder: Path) -> None:
    for run in runs:
        send(results, run, folder)


def test_a_row_a_rule_and_a_row_a_partition(results: Results, tmp_path: Path) -> None:
    run = small_run()
    mine = f"run_id = '{run.run_id}'"
    send(results, run, tmp_path)
    assert results.rows(
        TABLE, "table, kind, CAST(partition_date AS STRING), verdict, expected, actual, waiver", mine
    ) == [
        (TABLES[1], "partition", "2023-02-23", "waived", None, None, "late feed"),
        (TABLES[1], "rule", None, "waived", None, None, None),
        (TABLES[2], "partition", "2023-02-23", "fail", 187, 1, None),
        (TABLES[2], "rule", None, "fail", None, None, None),
        (TABLES[0], "rule", None, "pass", None, None, None),
    ]
    facts = "DISTINCT run_id, run_date, run_verdict, run_bytes_processed, window_start, owner, phase, location"
    assert results.rows(TABLE, facts, f"{mine} AND table = '{TABLES[2]}'") == [
        (
            *(run.run_id, run.started_at.date(), "fail", 2_000, date(2023, 2, 22), "owners", "4"),
            "expectations/nba_precompute/factors.yaml:12:5",
        )
    ]


def test_bytes_that_are_unknown_are_null_and_not_0(results: Results, tmp_path: Path) -> None:
    run = small_run()
    send(results, replace(run, jobs=[replace(run.jobs[0], bytes_processed=None)]), tmp_path)
    assert results.rows(TABLE, "DISTINCT run_bytes_processed", f"run_id = '{run.run_id}'") == [(None,)]


def test_numbers_and_text_of_any_kind_are_stored(results: Results, tmp_path: Path) -> None:
    odd = part(Verdict.FAIL, expected=Decimal("0.5"), actual=3, detail="Dončić \ud800 \x00")
    run = run_of(rule(fresh(), odd))
    send(results, run, tmp_path)
    found = results.rows(TABLE, "expected, actual, detail", f"run_id = '{run.run_id}' AND kind = 'partition'")
    assert found == [(0.5, 3.0, "Dončić \\ud800 \x00")]


def test_the_table_is_partitioned_clustered_and_wants_a_filter(results: Results) -> None:
    name = f"{results.dataset}.{TABLE}"
    live = results.warehouse.table_schemas([name])[name]
    assert isinstance(live, LiveTable)
    assert {column.name: column.type for column in live.columns} == COLUMNS
    assert (live.partition, live.clustering, live.require_partition_filter) == ("run_date", ("table", "rule"), True)


def test_what_is_missing_is_made_and_nothing_else(new_results: Results) -> None:
    warehouse, dataset = new_results.warehouse, new_results.dataset
    assert make_missing(warehouse, dataset) == [f"{dataset}.{name}" for name in (TABLE, *VIEWS)]
    assert make_missing(warehouse, dataset) == []
    warehouse.client.query(f"DROP VIEW `{dataset}.contract_runs`").result()
    assert make_missing(warehouse, dataset) == [f"{dataset}.contract_runs"]


@pytest.mark.parametrize("again", [False, True])
def test_sending_twice_stores_once(results: Results, tmp_path: Path, again: bool) -> None:
    run = small_run()
    send(results, run, tmp_path)
    send(results, run, tmp_path, again=again)
    assert results.counted(run) == {run.run_id: 5}


def test_a_run_whose_job_is_forgotten_is_found_by_its_rows(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = small_run()
    send(results, run, tmp_path)
    results.warehouse.client.delete_job_metadata(f"contracts-results-{run.run_id}")
    send(results, run, tmp_path, again=True)
    assert results.counted(run) == {run.run_id: 5}


def test_two_that_send_the_same_run_at_once_store_it_once(results: Results, tmp_path: Path) -> None:
    run = small_run()
    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(send, results, run, tmp_path / f"{n}", again=True) for n in _folders(tmp_path)]:
            done.result()
    assert results.counted(run) == {run.run_id: 5}


def _folders(folder: Path) -> list[str]:
    for name in ("one", "two"):
        (folder / name).mkdir()
    return ["one", "two"]


def test_runs_that_are_sent_at_once_are_all_stored_and_one_table_is_made(new_results: Results, tmp_path: Path) -> None:
    runs = [small_run() for _ in range(3)]
    with ThreadPoolExecutor(3) as all_of_them:
        for done in [all_of_them.submit(send, new_results, run, tmp_path) for run in runs]:
            done.result()
    assert new_results.counted(*runs) == dict.fromkeys((run.run_id for run in runs), 5)


def test_an_upload_whose_answer_is_lost_is_stored_once(results: Results, tmp_path: Path, proxy: FaultyProxy) -> None:
    run = small_run()
    proxy.fail("lost", 1, path_part="/upload/")
    behind = Warehouse(WarehouseAddress("bigquery", "embedded", "US", api_endpoint=proxy.url))
    send(results, run, tmp_path, by=behind)
    assert results.counted(run) == {run.run_id: 5}
    assert proxy.count("POST", "/upload/") == 2


def test_after_a_job_that_failed_a_new_one_is_sent(results: Results, tmp_path: Path) -> None:
    run = small_run()
    bad = tmp_path / "bad.parquet"
    write_rows([[{"nobody": "knows"}]], {"nobody": "STRING"}, bad)
    with pytest.raises(WarehouseError, match=f"storing the results of {run.run_id}"):
        send_rows(results.warehouse, results.dataset, run.run_id, run.started_at.date(), bad, again=False)
    assert results.counted(run) == {}
    send(results, run, tmp_path, again=True)
    assert results.counted(run) == {run.run_id: 5}


def test_a_load_that_is_denied_is_an_error_with_its_kind(results: Results, tmp_path: Path, proxy: FaultyProxy) -> None:
    run = small_run()
    proxy.fail("status", 100, status=403, reason="accessDenied", path_part="/upload/")
    behind = Warehouse(WarehouseAddress("bigquery", "embedded", "US", api_endpoint=proxy.url))
    with pytest.raises(WarehouseError, match="storing the results of") as failed:
        send(results, run, tmp_path, by=behind)
    assert failed.value.kind == "denied"
    assert results.counted(run) == {}


def test_contract_runs_counts_the_rules_of_each_run(results: Results, tmp_path: Path) -> None:
    run = small_run()
    send(results, run, tmp_path)
    columns = "run_id, run_verdict, tables, rules, passed, waived, failed, not_evaluated"
    assert results.rows("contract_runs", columns, f"run_id = '{run.run_id}'") == [
        (run.run_id, "fail", 3, 3, 1, 1, 1, 0)
    ]


def test_contract_trends_counts_the_last_run_of_the_day(results: Results, tmp_path: Path) -> None:
    table = fresh()
    before = run_of(rule(table, part(Verdict.FAIL)), rule(table, name="other"))
    after = run_of(rule(table), rule(table, name="other"), minutes=1)
    send_all(results, [before, after], tmp_path)
    found = results.rows("contract_trends", "table, verdict, rules", f"table = '{table}'")
    expected = [(table, "pass", 2)]
    if before.started_at.date() != after.started_at.date():  # the minute before midnight, UTC
        expected = [(table, "fail", 1), (table, "pass", 1), (table, "pass", 2)]
    assert found == expected


def latest(results: Results, table: str) -> list[tuple[Any, ...]]:
    """The state of each date of a table."""
    sql = (
        "SELECT checkpoint, CAST(partition_date AS STRING), verdict, run_id "
        f"FROM `{results.dataset}.contract_latest` "
        f"WHERE kind = 'partition' AND table = '{table}'"
    )
    return sorted(tuple(row.values()) for row in results.warehouse.client.query(sql).result())


def test_the_latest_state_of_a_date_is_the_newest_run_s(results: Results, tmp_path: Path) -> None:
    table = fresh()
    first = run_of(rule(table, part(Verdict.FAIL)))
    second = run_of(rule(table, part(Verdict.WARN)), minutes=1)
    send_all(results, [first, second], tmp_path)
    assert latest(results, table) == [("daily", "2023-02-23", "warn", second.run_id)]


def test_a_date_that_a_later_run_found_in_order_has_no_row_there_and_passes(results: Results, tmp_path: Path) -> None:
    table = fresh()
    failed = run_of(rule(table, part(Verdict.FAIL)))
    healed = run_of(rule(table), minutes=1)
    send_all(results, [failed, healed], tmp_path)
    assert latest(results, table) == [("daily", "2023-02-23", "pass", healed.run_id)]


def test_a_later_run_that_did_not_evaluate_the_rule_is_no_pass(results: Results, tmp_path: Path) -> None:
    table = fresh()
    failed = run_of(rule(table, part(Verdict.FAIL)))
    lost = run_of(rule(table, verdict=Verdict.ERROR, error="statement failed"), minutes=1)
    send_all(results, [failed, lost], tmp_path)
    assert latest(results, table) == [("daily", "2023-02-23", "error", lost.run_id)]


def test_a_later_run_over_other_dates_or_of_another_checkpoint_says_nothing(results: Results, tmp_path: Path) -> None:
    table = fresh()
    failed = run_of(rule(table, part(Verdict.FAIL)))
    elsewhere = run_of(rule(table), minutes=1, start=date(2023, 3, 1), end=date(2023, 3, 2))
    another = run_of(rule(table), minutes=2, checkpoint="season_audit")
    send_all(results, [failed, elsewhere, another], tmp_path)
    assert latest(results, table) == [("daily", "2023-02-23", "fail", failed.run_id)]


def test_a_later_run_of_a_rule_over_the_whole_table_speaks_of_all_dates(results: Results, tmp_path: Path) -> None:
    table = fresh()
    failed = run_of(rule(table, part(Verdict.FAIL, date(2021, 1, 1)), scope="table"))
    healed = run_of(rule(table, scope="table"), minutes=1)
    send_all(results, [failed, healed], tmp_path)
    assert latest(results, table) == [("daily", "2021-01-01", "pass", healed.run_id)]


def test_history_rows_are_the_last_of_that_rule(results: Results, tmp_path: Path) -> None:
    table = fresh()
    runs = [run_of(rule(table, part(Verdict.FAIL)), rule(TABLES[1]), minutes=n) for n in range(3)]
    send_all(results, runs, tmp_path)
    found = history_rows(results.warehouse, results.dataset, table, "covers", 2)
    assert [row["run_id"] for row in found] == [runs[2].run_id, runs[1].run_id]
    assert history_rows(results.warehouse, results.dataset, table, "covers", 2, "season_audit") == []


def test_history_without_the_table_is_empty(new_results: Results) -> None:
    assert history_rows(new_results.warehouse, new_results.dataset, TABLES[0], "covers", 2) == []


def test_the_dataset_s_name_is_checked() -> None:
    assert results_dataset({}) is None
    assert results_dataset({"CONTRACTS_RESULTS_DATASET": " nba_contracts "}) == "nba_contracts"
    with pytest.raises(AddressError, match="`nba`contracts` is no dataset"):
        results_dataset({"CONTRACTS_RESULTS_DATASET": "nba`contracts"})


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_reads_a_bounded_number_of_partitions(name: str) -> None:
    bound = f"run_date >= DATE_SUB(CURRENT_DATE(), INTERVAL {HISTORY_DAYS} DAY)"
    assert statement_text(name, "nba_contracts").count(bound) == 1


def test_the_address_of_the_tests_is_the_session_s_warehouse(warehouse: Warehouse) -> None:
    assert through("http://127.0.0.1:9").startswith(f"bigquery://{warehouse.address.project}?")
