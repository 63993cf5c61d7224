"""What is tried again and what is not, seen from a proxy before the warehouse."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from gx.planning.statement import Measurement, MeasurementFailure, Statement
from gx.warehouse import retries
from gx.warehouse.address import WarehouseAddress
from gx.warehouse.client import Warehouse
from tests.warehouse.proxy import FaultyProxy

if TYPE_CHECKING:
    from gx.planning.statement import Answer

ONE = Statement("one", "warehouse_tests.players", (), "SELECT 1 AS n")


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(retries, "LONGEST_WAIT_SECONDS", 0.05)


def behind(proxy: FaultyProxy) -> Warehouse:
    return Warehouse(WarehouseAddress("bigquery", "embedded", "US", api_endpoint=proxy.url))


def ask(proxy: FaultyProxy) -> Answer:
    return behind(proxy).run_statements([ONE])[0]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 503, "reason": None},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 502, "reason": "badGateway"},
        {"kind": "status", "status": 504, "reason": None},
        {"kind": "status", "status": 429, "reason": "rateLimitExceeded"},
        {"kind": "status", "status": 403, "reason": "rateLimitExceeded"},
        {"kind": "reset"},
        {"kind": "lost"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_passing_faults_are_tried_again(proxy: FaultyProxy, fault: dict[str, Any], method: str) -> None:
    proxy.fail(times=2, method=method, **fault)
    answer = ask(proxy)
    assert isinstance(answer, Measurement), answer
    assert answer.rows == [{"n": 1}]


def test_a_job_whose_insert_lost_its_answer_is_found_not_sent_twice(warehouse: Warehouse, proxy: FaultyProxy) -> None:
    proxy.fail("lost", 1, method="POST")
    assert isinstance(ask(proxy), Measurement)
    assert proxy.count("POST", "/jobs") == 2
    inserted = [path for method, path in proxy.requests if method == "POST"]
    assert len(set(inserted)) == 1


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (400, "invalidQuery", "invalid_query"),
        (403, "accessDenied", "denied"),
        (403, "quotaExceeded", "quota"),
        (400, "bytesBilledLimitExceeded", "budget"),
        (404, "notFound", "not_found"),
        (500, "dontRetry", "internal"),
        (501, "notImplemented", "internal"),
    ],
)
def test_other_faults_are_not(proxy: FaultyProxy, status: int, reason: str | None, kind: str) -> None:
    proxy.fail("status", 1, status=status, reason=reason, method="POST")
    answer = ask(proxy)
    assert isinstance(answer, MeasurementFailure)
    assert (answer.kind, answer.message) == (kind, "said by the proxy")
    assert proxy.count("POST", "/jobs") == 1


def test_retries_are_bounded(proxy: FaultyProxy) -> None:
    proxy.fail("status", 1000, method="POST")
    answer = ask(proxy)
    assert isinstance(answer, MeasurementFailure)
    assert answer.kind == "transient"
    assert proxy.count("POST", "/jobs") == 1 + retries.RETRIES


def test_a_job_that_failed_for_a_passing_reason_is_sent_again_as_a_new_one(
    proxy: FaultyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.cloud.bigquery import QueryJob

    failures = [{"reason": "backendError", "message": "try again"}]
    original: Callable[[QueryJob, dict[str, Any]], None] = QueryJob._set_properties

    def failing_once(self: QueryJob, resource: dict[str, Any]) -> None:
        if failures and resource.get("status", {}).get("state") == "DONE":
            resource = {**resource, "status": {"state": "DONE", "errorResult": failures.pop()}}
        original(self, resource)

    monkeypatch.setattr(QueryJob, "_set_properties", failing_once)
    assert isinstance(ask(proxy), Measurement)
    assert proxy.count("POST", "/jobs") == 2


def test_an_unreachable_warehouse_is_found_out_once_for_all_statements() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    address = WarehouseAddress("bigquery", "embedded", api_endpoint=f"http://127.0.0.1:{port}")
    started = time.monotonic()
    answers = Warehouse(address).run_statements([replace(ONE, name=str(number)) for number in range(40)])
    assert {answer.kind for answer in answers if isinstance(answer, MeasurementFailure)} == {"unreachable"}
    assert len(answers) == 40
    assert time.monotonic() - started < 10


def test_a_warehouse_that_never_answers_ends_with_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = WarehouseAddress("bigquery", "embedded", api_endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}")
        started = time.monotonic()
        (answer,) = Warehouse(address).run_statements([ONE], deadline_seconds=0.5)
    assert isinstance(answer, MeasurementFailure)
    assert answer.kind == "timeout"
    assert time.monotonic() - started < 5


def test_missing_credentials_are_a_failure_with_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    (answer,) = Warehouse(WarehouseAddress("bigquery", "my-project")).run_statements([ONE])
    assert isinstance(answer, MeasurementFailure)
    assert answer.kind == "denied"
    assert "none.json was not found" in answer.message
