"""Where local-bigquery falls short of BigQuery when a load replaces a table's rows, made good in the server process.

It makes the table anew from the file and so forgets which columns are REQUIRED. BigQuery keeps a schema that the load
job repeats. Here the rows are deleted and inserted in one transaction, and the table stays what it was.
"""

from __future__ import annotations

from typing import Any


def keep_tables_when_replacing() -> None:
    """Make every WRITE_TRUNCATE load with the table's own columns keep the table."""
    from local_bigquery.catalog import tables

    original = tables.write

    def write(cursor: Any, query: str, params: Any, reference: Any, config: Any, *rest: Any, **options: Any) -> Any:
        if not replaces_rows_only(reference, config):
            return original(cursor, query, params, reference, config, *rest, **options)
        cursor.execute("BEGIN TRANSACTION")
        try:
            cursor.execute(f"DELETE FROM {tables.name(*reference)}")
            appending = config.replace(writeDisposition="WRITE_APPEND")
            created = original(cursor, query, params, reference, appending, *rest, **options)
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        return created

    tables.write = write


def replaces_rows_only(reference: tuple[str, str, str], config: Any) -> bool:
    """Whether this is a load that replaces all rows of a table that has just the columns of the load's schema."""
    from local_bigquery.catalog import tables
    from local_bigquery.engine import types

    schema = getattr(config, "schema_", None)
    if config.writeDisposition != "WRITE_TRUNCATE" or schema is None or not tables.exists(*reference):
        return False
    declared = {field.name: (types.duckdb_type(field), field.mode == "REQUIRED") for field in schema.fields or []}
    actual = {field.name: (types.duckdb_type(field), field.mode == "REQUIRED") for field in tables.columns(*reference)}
    return declared == actual
