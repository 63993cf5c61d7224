"""What one SQL statement returned or changed, without the client's own types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.cloud.bigquery import QueryJob
from google.cloud.bigquery.table import RowIterator

_NUMBERS = ("INTEGER", "INT64", "FLOAT", "FLOAT64", "NUMERIC", "BIGNUMERIC")


@dataclass(frozen=True)
class SqlOutcome:
    """Rows under their columns' ``names``, paged in as they are read; or what a statement without rows ``changed``.

    ``numbers`` are the places of the columns that hold numbers.
    """

    names: tuple[str, ...]
    numbers: tuple[int, ...]
    rows: Iterator[tuple[Any, ...]]
    changed: str | None = None


def outcome_of(job: QueryJob, rows: RowIterator) -> SqlOutcome:
    """The outcome of a finished job, as :meth:`gx.warehouse.client.Warehouse.query` gives it."""
    fields = rows.schema
    if not fields or job.ddl_operation_performed is not None or job.num_dml_affected_rows is not None:
        return SqlOutcome((), (), iter(()), _changed(job))
    numbers = tuple(place for place, field in enumerate(fields) if field.field_type in _NUMBERS)
    return SqlOutcome(tuple(field.name for field in fields), numbers, (tuple(row.values()) for row in rows))


def _changed(job: QueryJob) -> str:
    if job.num_dml_affected_rows is not None:
        return f"{job.num_dml_affected_rows:,} {'row' if job.num_dml_affected_rows == 1 else 'rows'} changed."
    operation = str(job.ddl_operation_performed or "").lower()
    return (
        f"Done: {operation} {job.ddl_target_table or job.ddl_target_routine or ''}".rstrip() if operation else "Done."
    )
