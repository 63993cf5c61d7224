"""One load job: a parquet file into a table, in one piece or not at all."""

from __future__ import annotations

import threading
import uuid
from pathlib import Path
from typing import Any

from google.api_core import exceptions as api
from google.cloud import bigquery

from gx.warehouse.client import Warehouse, job_labels
from gx.warehouse.retries import Deadline, Patience, in_words

LOAD_SECONDS = 1800.0
"""How long one file may take, upload included."""


def load_parquet(warehouse: Warehouse, path: Path, table: str, *, replace: bool) -> int:
    """Append the file's rows to an existing table, or let them take the place of its rows; how many were loaded.

    The table keeps its own schema, modes and partitioning. Raises WarehouseError; the table is then as it was.
    """
    deadline = Deadline(LOAD_SECONDS)
    patience = Patience(deadline, threading.Event())
    with in_words(f"loading {table}"):
        live = warehouse.client.get_table(f"{warehouse.address.project}.{table}", retry=patience.retry(), timeout=60)
        job = _run(warehouse, path, live, _config(live, table, replace), deadline, patience)
    return int(job.output_rows or 0)


def _config(live: bigquery.Table, table: str, replace: bool) -> bigquery.LoadJobConfig:
    parquet = bigquery.ParquetOptions()  # type: ignore[no-untyped-call]
    parquet.enable_list_inference = True
    return bigquery.LoadJobConfig(
        source_format=bigquery.SourceFormat.PARQUET,
        parquet_options=parquet,
        write_disposition="WRITE_TRUNCATE" if replace else "WRITE_APPEND",
        create_disposition="CREATE_NEVER",
        schema=live.schema,
        time_partitioning=live.time_partitioning,
        clustering_fields=live.clustering_fields,
        labels=job_labels({"table": table}),
    )


def _run(
    warehouse: Warehouse,
    path: Path,
    live: bigquery.Table,
    config: bigquery.LoadJobConfig,
    deadline: Deadline,
    patience: Patience,
) -> bigquery.LoadJob:
    """Send the file under a job id of our own, so that an upload whose answer was lost is found, not done twice."""
    job_id = f"contracts-{uuid.uuid4()}"

    def send() -> Any:
        with path.open("rb") as source:
            try:
                return warehouse.client.load_table_from_file(
                    source,
                    live.reference,
                    rewind=True,
                    size=path.stat().st_size,
                    num_retries=0,
                    job_id=job_id,
                    job_config=config,
                    timeout=deadline.remaining(),
                )
            except api.Conflict:
                return warehouse.client.get_job(job_id, retry=patience.retry(), timeout=60)

    job: bigquery.LoadJob = patience.retry()(send)()
    job.result(retry=patience.retry(), timeout=deadline.remaining())
    return job
