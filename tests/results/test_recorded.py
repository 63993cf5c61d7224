"""A run through Great Expectations into the store, the dataset and the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from gx.checkpoints.run import Finished, _recorded
from gx.data_docs.load import documents_in
from gx.judging.result import RunResult
from gx.paths import Paths
from gx.reporting.document import run_document
from gx.reporting.results_rows import table_rows
from tests.expectations.conftest import FAMILIES, TABLE, contract, run_result
from tests.results.conftest import Results
from tests.warehouse.proxy import FaultyProxy

HERE = "bigquery+emulator://contracts?api_endpoint=http://127.0.0.1:9"


def recorded(run: RunResult, paths: Paths, connection: str | None = HERE) -> Finished:
    return _recorded(run, {TABLE: contract()}, FAMILIES, paths, True, connection)


def test_rows_of_a_stored_run_are_those_of_the_run(paths: Paths) -> None:
    run = run_result("daily-20230411T080000Z-aaaaaa")
    finished = recorded(run, paths)
    (document,) = documents_in(paths.results)
    assert list(table_rows(document)) == list(table_rows(run_document(run)))
    assert finished.run.notes == ()
    assert finished.index is not None
    assert run.run_id in Path(finished.index).read_text(encoding="utf-8")


def test_a_run_that_waits_says_so_and_has_no_page_yet(paths: Paths, sent: Results, proxy: FaultyProxy) -> None:
    first, second = run_result("daily-20230411T080000Z-bbbbbb"), run_result("daily-20230411T090000Z-cccccc")
    proxy.fail("status", 100, status=403, reason="accessDenied", path_part="/upload/")
    waiting = recorded(first, paths)
    assert (waiting.run.verdict, waiting.run.exit_code) == (first.verdict, first.exit_code)
    assert "wait in the outbox" in run_document(waiting.run)["notes"][0]
    assert "said by the proxy" in run_document(waiting.run)["notes"][0]
    assert (waiting.index, waiting.docs_error) == (None, "the results of this run wait in the outbox")
    assert documents_in(paths.results) == []
    proxy.faults.clear()
    finished = recorded(second, paths)
    assert set(sent.counted(first, second)) == {first.run_id, second.run_id}
    page = Path(finished.index or "").read_text(encoding="utf-8")
    assert first.run_id in page or (paths.docs / "runs" / f"{first.run_id}.html").exists()


def test_a_store_that_cannot_be_written_is_said_and_nothing_is_sent(
    paths: Paths, sent: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_result("daily-20230411T080000Z-dddddd")

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    finished = recorded(run, paths)
    assert finished.docs_error == "the result could not be stored: [Errno 28] No space left on device"
    assert (documents_in(paths.results), sent.counted(run)) == ([], {})
