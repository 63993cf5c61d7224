"""Between a contract's columns and BigQuery's schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gx.contracts.model import Column, Contract
from gx.planning.statement import LiveColumn, LiveTable

if TYPE_CHECKING:
    from google.cloud import bigquery

_STANDARD = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}
_NUMERIC = re.compile(r"NUMERIC\(([0-9]+),([0-9]+)\)")
NUMERIC_DEFAULT = (38, 9)
"""Precision and scale of a NUMERIC without parameters."""


def numeric_parameters(type_name: str) -> tuple[int, int]:
    """Precision and scale of a NUMERIC column."""
    found = _NUMERIC.fullmatch(type_name)
    return (int(found[1]), int(found[2])) if found else NUMERIC_DEFAULT


def schema_field(column: Column) -> bigquery.SchemaField:
    """The column as BigQuery's API wants it."""
    from google.cloud import bigquery

    options: dict[str, Any] = {"description": column.description} if column.description else {}
    if column.type.startswith("ARRAY<"):
        element = column.type.removeprefix("ARRAY<").removesuffix(">")
        return bigquery.SchemaField(column.name, element, "REPEATED", **options)
    if "(" in column.type:
        options["precision"], options["scale"] = numeric_parameters(column.type)
    return bigquery.SchemaField(column.name, column.type.split("(")[0], column.mode, **options)


def table_definition(contract: Contract, project: str) -> bigquery.Table:
    """The table that the contract describes, partitioned by day and clustered."""
    from google.cloud import bigquery

    table = bigquery.Table(f"{project}.{contract.table}", schema=[schema_field(column) for column in contract.columns])
    table.description = contract.header.description or None
    if contract.partition is not None and contract.header.partitioned:
        table.time_partitioning = bigquery.TimePartitioning(type_="DAY", field=contract.partition)
        table.require_partition_filter = contract.header.require_partition_filter
    if contract.header.clustering:
        table.clustering_fields = list(contract.header.clustering)
    return table


def live_table(name: str, table: bigquery.Table, counts_rows: bool) -> LiveTable:
    """What a metadata call said of a table. An array column has the type ``ARRAY<element>`` and the mode REPEATED."""
    partitioning = table.time_partitioning
    return LiveTable(
        table=name,
        columns=tuple(_live_column(field) for field in table.schema),
        partition=partitioning.field if partitioning else None,
        clustering=tuple(table.clustering_fields or ()),
        require_partition_filter=bool(table.require_partition_filter),
        row_count=table.num_rows if counts_rows else None,
    )


def _live_column(field: bigquery.SchemaField) -> LiveColumn:
    name = str(field.field_type).split("(")[0]
    kind = _STANDARD.get(name, name)
    if field.precision is not None:
        kind += f"({field.precision},{field.scale or 0})"
    mode = (field.mode or "NULLABLE").upper()
    return LiveColumn(field.name, f"ARRAY<{kind}>" if mode == "REPEATED" else kind, mode)


def differences(contract: Contract, live: LiveTable) -> list[str]:
    """In words, where the live table is not what the contract says; descriptions do not count."""
    found: list[str] = []
    have = {column.name.casefold(): column for column in live.columns}
    for column in contract.columns:
        actual = have.pop(column.name.casefold(), None)
        if actual is None:
            found.append(f"column {column.name} is missing")
            continue
        if actual.type != column.type:
            found.append(f"column {column.name} is {actual.type}, not {column.type}")
        if actual.mode != "REPEATED" and actual.mode != column.mode:
            found.append(f"column {column.name} is {actual.mode}, not {column.mode}")
    found += [f"column {column.name} is not in the contract" for column in have.values()]
    return found + _layout_differences(contract, live)


def _layout_differences(contract: Contract, live: LiveTable) -> list[str]:
    partition = contract.partition if contract.header.partitioned else None
    expected_filter = partition is not None and contract.header.require_partition_filter
    pairs = (
        ("partition column", live.partition, partition),
        ("clustering", ", ".join(live.clustering) or None, ", ".join(contract.header.clustering) or None),
        ("require_partition_filter", live.require_partition_filter, expected_filter),
    )
    return [f"{what} is {actual}, not {wanted}" for what, actual, wanted in pairs if actual != wanted]
