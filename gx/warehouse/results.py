"""The results dataset: ``contract_results``, filled by one load job a run, and the views over it.

A run's rows arrive in one piece or not at all. Sending them again changes nothing: the job's id is made from the run's,
so BigQuery refuses a second one, and once it has forgotten the first, the rows themselves say that they are there.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gx.planning.statement import MeasurementFailure, Parameter, Statement
from gx.rules.templates import render_from
from gx.warehouse.address import AddressError, WarehouseAddress
from gx.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import pyarrow as pa
    from google.cloud import bigquery

    from gx.warehouse.client import Warehouse
    from gx.warehouse.retries import Deadline, Patience

VARIABLE = "CONTRACTS_RESULTS_DATASET"
TABLE = "contract_results"
VIEWS = ("contract_runs", "contract_latest", "contract_trends")

SEND_SECONDS = 180.0
"""How long sending one run's rows may take, making the table included."""

MAKING_ATTEMPTS = 5
"""How often the table and its views are tried to be made, while other commands try so, too."""

HISTORY_DAYS = 400
"""How far back the history and the views look, in days: a season and its summer."""

FAILED_JOBS = 50
"""How many failed load jobs of one run are passed over: the id of a failed job cannot be used again."""

TWICE = "violates primary key constraint"
"""What the embedded server says to the second of two jobs of one id that arrive in the same instant."""

_DATASET = re.compile(r"[A-Za-z0-9_]{1,1024}")


def results_dataset(environment: Mapping[str, str] | None = None) -> str | None:
    """The dataset that ``CONTRACTS_RESULTS_DATASET`` names; None, the default, when results are not sent.

    Raises AddressError for a name that BigQuery would not take.
    """
    name = (os.environ if environment is None else environment).get(VARIABLE, "").strip()
    if name and not _DATASET.fullmatch(name):
        raise AddressError(f"{VARIABLE}: `{name}` is no dataset: letters, digits and underscores, as in nba_contracts")
    return name or None


def destination(address: WarehouseAddress) -> str:
    """The warehouse that an address means, without its options: ``embedded`` or ``bigquery://PROJECT``."""
    return "embedded" if address.kind == "embedded" else f"bigquery://{address.project}"


def write_rows(tables: Iterable[Sequence[Mapping[str, Any]]], columns: Mapping[str, str], path: Path) -> None:
    """Write rows, a list at a time, as the parquet file that is sent."""
    import pyarrow as pa
    import pyarrow.parquet

    schema = _schema(columns)
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for rows in tables:
            plain = [{name: _text_safe(value) for name, value in row.items()} for row in rows]
            writer.write_table(pa.Table.from_pylist(plain, schema=schema))


def _text_safe(value: Any) -> Any:
    """Text that UTF-8 cannot hold, half of a surrogate pair, is written as an escape; other values are as they were."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    return value


def send_rows(warehouse: Warehouse, dataset: str, run_id: str, run_date: date, rows: Path, *, again: bool) -> None:
    """Append a run's rows to the dataset's ``contract_results``, once; what is missing of table and views is made.

    ``again`` says that an earlier attempt may have come through. Raises WarehouseError; no row was stored then, or
    another call will find them all.
    """
    from gx.warehouse.retries import Deadline, Patience, in_words

    deadline = Deadline(SEND_SECONDS)
    patience = Patience(deadline, threading.Event())
    with in_words(f"storing the results of {run_id} in {dataset}.{TABLE}"):
        make_missing(warehouse, dataset)
        if again and _is_sent(warehouse, dataset, run_id, run_date):
            return
        _load(warehouse, f"{warehouse.address.project}.{dataset}.{TABLE}", run_id, rows, deadline, patience)


def make_missing(warehouse: Warehouse, dataset: str) -> list[str]:
    """Make the dataset, the table and the views that are not there; the names of those made. Raises WarehouseError.

    Several commands may do so at once, and the one that is slower fails: it looks again, and makes what is still
    missing.
    """
    for left in reversed(range(MAKING_ATTEMPTS)):
        missing = _missing(warehouse, dataset)
        if not missing:
            return []
        try:
            _make(warehouse, dataset, missing)
            return missing
        except WarehouseError as error:
            if not left or error.kind == "denied":
                raise
            time.sleep(random.uniform(0.1, 1.0))  # so that those that failed together do not meet again
    return []


def _make(warehouse: Warehouse, dataset: str, missing: Sequence[str]) -> None:
    from gx.warehouse.retries import in_words

    script = ";\n".join(statement_text(each.partition(".")[2], dataset) for each in missing)
    with in_words(f"creating {', '.join(missing)}"):
        name = f"{warehouse.address.project}.{dataset}"
        warehouse.client.create_dataset(name, exists_ok=True, retry=warehouse.retry(), timeout=60)
        warehouse.query(script, deadline_seconds=60)


def _missing(warehouse: Warehouse, dataset: str) -> list[str]:
    """What is not there of the table and the views."""
    names = [f"{dataset}.{name}" for name in (TABLE, *VIEWS)]
    missing = []
    for name, found in warehouse.table_schemas(names, deadline_seconds=60).items():
        if isinstance(found, MeasurementFailure):
            if found.kind != "not_found":
                raise WarehouseError(f"looking up {name}: {found.message}", found.kind)
            missing.append(name)
    return missing


def history_rows(
    warehouse: Warehouse, dataset: str, table: str, rule: str, last: int, checkpoint: str | None = None
) -> list[Mapping[str, Any]]:
    """The last runs that judged a rule, newest first, at most ``HISTORY_DAYS`` back; none without the table.

    Raises WarehouseError.
    """
    since = datetime.now(UTC).date() - timedelta(days=HISTORY_DAYS)
    parameters = (
        Parameter("since", "DATE", since),
        Parameter("table", "STRING", table),
        Parameter("rule", "STRING", rule),
        Parameter("checkpoint", "STRING", checkpoint or ""),
    )
    sql = statement_text("history", dataset, last=int(last))
    (answer,) = warehouse.run_statements([Statement("history", table, (f"{dataset}.{TABLE}",), sql, parameters)])
    if isinstance(answer, MeasurementFailure):
        if answer.kind == "not_found":
            return []
        raise WarehouseError(f"reading {dataset}.{TABLE}: {answer.message}", answer.kind)
    return list(answer.rows)


def statement_text(name: str, dataset: str, **names: Any) -> str:
    """The SQL of that name for a dataset; the dataset's name must be a valid one."""
    if not _DATASET.fullmatch(dataset):
        raise ValueError(f"{dataset!r} is no dataset's name")
    return render_from(Path(__file__).parent / "results_sql", f"{name}.sql.j2", dataset=dataset, **names)


def _schema(columns: Mapping[str, str]) -> pa.Schema:
    import pyarrow as pa

    types = {
        "STRING": pa.string(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us", tz="UTC"),
        "INT64": pa.int64(),
        "FLOAT64": pa.float64(),
    }
    return pa.schema([(name, types[kind]) for name, kind in columns.items()])


def _is_sent(warehouse: Warehouse, dataset: str, run_id: str, run_date: date) -> bool:
    parameters = (Parameter("run_date", "DATE", run_date), Parameter("run_id", "STRING", run_id))
    sql = statement_text("is_sent", dataset)
    asked = Statement("is_sent", f"{dataset}.{TABLE}", (f"{dataset}.{TABLE}",), sql, parameters)
    (answer,) = warehouse.run_statements([asked], deadline_seconds=60)
    if isinstance(answer, MeasurementFailure):
        raise WarehouseError(f"looking for {run_id} in {dataset}.{TABLE}: {answer.message}", answer.kind)
    return bool(answer.rows[0]["stored"])


def _load(warehouse: Warehouse, table: str, run_id: str, rows: Path, deadline: Deadline, patience: Patience) -> None:
    """One load job; the jobs of earlier attempts that failed are passed over, one that runs or is done is the one."""
    stem = "contracts-results-" + re.sub(r"[^A-Za-z0-9_-]", "_", run_id)
    for attempt in range(1, FAILED_JOBS + 1):
        job, found = _insert(warehouse, table, stem if attempt == 1 else f"{stem}-{attempt}", rows, deadline, patience)
        if found and job.state == "DONE" and job.error_result:
            continue
        job.result(retry=patience.retry(), timeout=deadline.remaining() or 0.01)
        return
    raise WarehouseError(f"{FAILED_JOBS} load jobs of {run_id} have failed", "internal")


def _insert(
    warehouse: Warehouse, table: str, job_id: str, rows: Path, deadline: Deadline, patience: Patience
) -> tuple[Any, bool]:
    """The job of that id, and whether it was there before."""
    from google.api_core import exceptions as api

    def send() -> bigquery.LoadJob:
        with rows.open("rb") as source:
            return warehouse.client.load_table_from_file(
                source,
                table,
                rewind=True,
                size=rows.stat().st_size,
                num_retries=0,
                job_id=job_id,
                job_config=_config(),
                timeout=deadline.remaining() or 0.01,
            )

    try:
        return patience.retry()(send)(), False
    except api.BadRequest as error:
        if TWICE not in str(error):
            raise
    except api.Conflict:
        pass
    return warehouse.client.get_job(job_id, retry=patience.retry(), timeout=60), True


def _config() -> bigquery.LoadJobConfig:
    from google.cloud import bigquery

    from gx.warehouse.client import job_labels

    return bigquery.LoadJobConfig(
        source_format=bigquery.SourceFormat.PARQUET,
        write_disposition=bigquery.WriteDisposition.WRITE_APPEND,
        create_disposition=bigquery.CreateDisposition.CREATE_NEVER,
        labels=job_labels({"table": TABLE}),
    )
