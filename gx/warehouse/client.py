"""Sending statements: all at once, labelled, tried again within bounds, and never an exception for one that failed."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from google.api_core import exceptions as api
from google.api_core.retry import Retry
from google.cloud import bigquery
from google.cloud.bigquery.table import RowIterator

from gx.planning.statement import (
    Answer,
    JobStatistics,
    LiveTable,
    Measurement,
    MeasurementFailure,
    Parameter,
    Statement,
)
from gx.warehouse.address import WarehouseAddress, sqlalchemy_url
from gx.warehouse.retries import Deadline, Patience, is_transient, kind_of, message_of
from gx.warehouse.schema import live_table
from gx.warehouse.transport import make_client

DEADLINE_SECONDS = 600.0
"""How long a run's statements may take together, and so each of them; ``CONTRACTS_DEADLINE_SECONDS`` sets another."""

JOBS = 8
"""How many statements are under way at once; ``CONTRACTS_JOBS`` sets another number."""

_NO_RETRY = Retry(predicate=lambda error: False)


class Warehouse:
    """One warehouse, reached: submits statements, reads metadata. Threads may share it.

    Use :func:`gx.warehouse.connection.open_warehouse` to get one.
    """

    def __init__(self, address: WarehouseAddress) -> None:
        self.address = address
        self._client: bigquery.Client | None = None
        self._making = threading.Lock()

    @property
    def client(self) -> bigquery.Client:
        """The BigQuery client. Raises google.auth.exceptions.DefaultCredentialsError without credentials."""
        with self._making:
            if self._client is None:
                self._client = make_client(self.address)
            return self._client

    def retry(self, seconds: float = 120.0) -> Retry:
        """How to try again one of the client's own calls; its default would go on for ten minutes."""
        return Patience(Deadline(seconds), threading.Event()).retry()

    def sqlalchemy_url(self, dataset: str | None = None) -> str:
        """The address of this warehouse for SQLAlchemy and Great Expectations."""
        return sqlalchemy_url(self.address, dataset)

    def run_statements(
        self,
        statements: Sequence[Statement],
        *,
        labels: Mapping[str, str] | None = None,
        deadline_seconds: float | None = None,
        jobs: int | None = None,
        on_answer: Callable[[Answer], None] | None = None,
    ) -> list[Answer]:
        """Send all statements, none waiting for another, and return their answers in the same order.

        ``labels`` (``checkpoint``, ``run``) are put on every job beside the statement's ``table``. A statement without
        an answer within the bounds is a MeasurementFailure; nothing is raised for it. ``on_answer`` is called, from
        any thread, as answers come in. Ctrl-C gives up what is under way.
        """

        def send(statement: Statement, deadline: Deadline, gave_up: threading.Event) -> Answer:
            answer = self._answer(statement, labels or {}, deadline, gave_up)
            if on_answer is not None:
                on_answer(answer)
            return answer

        return _at_once(send, statements, deadline_seconds, jobs)

    def table_schemas(
        self, tables: Sequence[str], *, deadline_seconds: float | None = None
    ) -> dict[str, LiveTable | MeasurementFailure]:
        """The tables' live columns, partitioning and clustering, by metadata calls (no jobs, no cost)."""

        def get(name: str, deadline: Deadline, gave_up: threading.Event) -> LiveTable | MeasurementFailure:
            patience = Patience(deadline, gave_up)
            try:
                reference = f"{self.address.project}.{name}"
                table = self.client.get_table(reference, retry=patience.retry(), timeout=deadline.remaining() or 0.01)
            except Exception as error:
                return MeasurementFailure(name, kind_of(error), message_of(error))
            return live_table(name, table, counts_rows=not self.address.on_loopback)

        return dict(zip(tables, _at_once(get, tables, deadline_seconds, None), strict=True))

    def dry_run(
        self, statements: Sequence[Statement], *, deadline_seconds: float | None = None
    ) -> dict[str, int | MeasurementFailure | None]:
        """The bytes each statement would process, by its name; None where the warehouse does not know."""
        if self.address.kind == "embedded":
            return {statement.name: None for statement in statements}

        def ask(statement: Statement, deadline: Deadline, gave_up: threading.Event) -> int | MeasurementFailure | None:
            config = self._config(statement.parameters)
            config.dry_run, config.use_query_cache = True, False
            try:
                job = self._submit(statement.sql, config, deadline, Patience(deadline, gave_up))
                return self._bytes(job.total_bytes_processed)
            except Exception as error:
                return MeasurementFailure(statement.name, kind_of(error), message_of(error))

        answers = _at_once(ask, statements, deadline_seconds, None)
        return {statement.name: answer for statement, answer in zip(statements, answers, strict=True)}

    def query(self, sql: str, *, deadline_seconds: float | None = None) -> tuple[bigquery.QueryJob, RowIterator]:
        """Run any SQL, once: its finished job and its rows, paged in as they are read. Raises what the client does."""
        deadline = Deadline(_deadline_seconds(deadline_seconds))
        patience = Patience(deadline, threading.Event())
        job = self._submit(sql, self._config(()), deadline, patience)
        return job, _result(self.client, job, deadline, patience)

    def _answer(
        self, statement: Statement, labels: Mapping[str, str], deadline: Deadline, gave_up: threading.Event
    ) -> Answer:
        """One statement's answer; a job that BigQuery failed for a passing reason is sent again as a new job."""
        started = time.monotonic()
        patience = Patience(deadline, gave_up)
        jobs: list[bigquery.QueryJob] = []

        def once() -> list[dict[str, Any]]:
            config = self._config(statement.parameters)
            config.labels = job_labels({**labels, "table": statement.table})
            jobs.append(self._submit(statement.sql, config, deadline, patience))
            return [dict(row.items()) for row in _result(self.client, jobs[-1], deadline, patience)]

        try:
            rows = patience.retry().with_predicate(lambda error: _job_failed(jobs) and patience(error))(once)()
        except Exception as error:
            return MeasurementFailure(
                statement.name, kind_of(error), message_of(error), self._statistics(jobs, started)
            )
        return Measurement(statement.name, rows, self._statistics(jobs, started))

    def _submit(
        self, sql: str, config: bigquery.QueryJobConfig, deadline: Deadline, patience: Patience
    ) -> bigquery.QueryJob:
        """Insert the job under an id of our own: a second insert after a lost answer finds the first one's job."""
        job_id = f"contracts-{uuid.uuid4()}"
        retry, seconds = patience.retry(), deadline.remaining()
        if seconds <= 0:
            raise TimeoutError
        try:
            return self.client.query(sql, config, job_id=job_id, retry=retry, timeout=seconds, job_retry=None)
        except api.Conflict:
            return self.client.get_job(job_id, retry=retry, timeout=seconds)  # type: ignore[return-value]

    def _config(self, parameters: Sequence[Parameter]) -> bigquery.QueryJobConfig:
        config = bigquery.QueryJobConfig(query_parameters=[_parameter(item) for item in parameters])
        if self.address.maximum_bytes_billed is not None:
            config.maximum_bytes_billed = self.address.maximum_bytes_billed
        return config

    def _bytes(self, counted: int | None) -> int | None:
        """Bytes as counted; the embedded warehouse always says 0, which means that it does not know."""
        return None if self.address.on_loopback and not counted else counted

    def _statistics(self, jobs: Sequence[bigquery.QueryJob], started: float) -> JobStatistics:
        """What the statement cost, over all jobs sent for it."""
        seconds = time.monotonic() - started
        if not jobs:
            return JobStatistics(seconds=seconds)
        return JobStatistics(
            job_id=str(jobs[-1].job_id),
            seconds=seconds,
            bytes_processed=self._bytes(_sum([job.total_bytes_processed for job in jobs])),
            bytes_billed=self._bytes(_sum([job.total_bytes_billed for job in jobs])),
        )


def job_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels as BigQuery allows them: lower-case letters, digits, hyphens and underscores, at most 63 characters."""
    return {_label(key): _label(value) for key, value in labels.items() if value}


def _label(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "_", text.lower())[:63]


def _parameter(item: Parameter) -> bigquery.ArrayQueryParameter | bigquery.ScalarQueryParameter:
    if item.array:
        return bigquery.ArrayQueryParameter(item.name, item.type, list(item.value))
    return bigquery.ScalarQueryParameter(item.name, item.type, item.value)


def _result(client: bigquery.Client, job: bigquery.QueryJob, deadline: Deadline, patience: Patience) -> RowIterator:
    """Wait for the job and give its rows; a job that outlasts the deadline is cancelled, best effort.

    BigQuery reports a job that failed with backendError as a request that failed so: asking again would be in vain.
    """

    def again(error: BaseException) -> bool:
        return not (is_transient(error) and _ended_badly(job)) and patience(error)

    try:
        retry = patience.retry().with_predicate(again)
        return job.result(retry=retry, timeout=deadline.remaining() or 0.01, job_retry=None)
    except Exception as error:
        if kind_of(error) == "timeout":
            _cancel(client, job)
        raise


def _cancel(client: bigquery.Client, job: bigquery.QueryJob) -> None:
    with contextlib.suppress(Exception):
        client.cancel_job(str(job.job_id), location=job.location, retry=_NO_RETRY, timeout=5)


def _ended_badly(job: bigquery.QueryJob) -> bool:
    with contextlib.suppress(Exception):
        job.reload(retry=_NO_RETRY, timeout=10)
    return _job_failed([job])


def _job_failed(jobs: Sequence[bigquery.QueryJob]) -> bool:
    """Whether the last job itself came to an end without success, as opposed to a request about it."""
    return bool(jobs) and jobs[-1].state == "DONE" and jobs[-1].error_result is not None


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _deadline_seconds(given: float | None) -> float:
    return given if given is not None else _number("CONTRACTS_DEADLINE_SECONDS", DEADLINE_SECONDS)


def _number(variable: str, default: float) -> float:
    """A positive number from the environment; what is none is ignored in favour of the default."""
    try:
        value = float(os.environ.get(variable, ""))
    except ValueError:
        return default
    return value if 0 < value < 1e9 else default


def _at_once[T](
    work: Callable[[Any, Deadline, threading.Event], T],
    items: Sequence[Any],
    deadline_seconds: float | None,
    jobs: int | None,
) -> list[T]:
    """Do the work for all items in a small pool of threads; results in order. Ctrl-C cuts the deadline short."""
    if not items:
        return []
    deadline, gave_up = Deadline(_deadline_seconds(deadline_seconds)), threading.Event()
    size = min(len(items), jobs or int(_number("CONTRACTS_JOBS", JOBS)))
    pool = ThreadPoolExecutor(max_workers=max(1, size), thread_name_prefix="warehouse")
    try:
        return list(pool.map(lambda item: work(item, deadline, gave_up), items))
    except BaseException:
        deadline.cut()
        gave_up.set()
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
