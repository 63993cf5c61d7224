"""Creating the datasets and tables that the contracts describe; existing ones are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gx.contracts.model import Contract
from gx.planning.statement import LiveTable, MeasurementFailure, Statement
from gx.warehouse.errors import WarehouseError
from gx.warehouse.schema import differences, live_table, table_definition

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse


@dataclass(frozen=True)
class TableOutcome:
    """What became of one table: created now, present as the contract says, or present and different."""

    table: str
    state: Literal["created", "present", "differs"]
    differences: tuple[str, ...] = ()
    live: LiveTable | None = None


def create_tables(warehouse: Warehouse, contracts: Sequence[Contract]) -> list[TableOutcome]:
    """Create what is missing and compare what is there. Raises WarehouseError when the warehouse does not answer."""
    from gx.warehouse.retries import in_words

    schemas = warehouse.table_schemas([contract.table for contract in contracts])
    missing = [contract for contract in contracts if _is_missing(schemas[contract.table])]
    for dataset in sorted({contract.dataset for contract in missing}):
        with in_words(f"creating the dataset {dataset}"):
            name = f"{warehouse.address.project}.{dataset}"
            warehouse.client.create_dataset(name, exists_ok=True, retry=warehouse.retry(), timeout=60)
    outcomes = []
    for contract in contracts:
        schema = schemas[contract.table]
        if isinstance(schema, LiveTable):
            found = differences(contract, schema)
            outcomes.append(TableOutcome(contract.table, "differs" if found else "present", tuple(found), schema))
        else:
            outcomes.append(_create(warehouse, contract))
    return outcomes


def _is_missing(schema: LiveTable | MeasurementFailure) -> bool:
    if isinstance(schema, LiveTable):
        return False
    if schema.kind != "not_found":
        raise WarehouseError(f"looking up {schema.statement}: {schema.message}", schema.kind)
    return True


def _create(warehouse: Warehouse, contract: Contract) -> TableOutcome:
    from gx.warehouse.retries import in_words

    with in_words(f"creating the table {contract.table}"):
        definition = table_definition(contract, warehouse.address.project)
        table = warehouse.client.create_table(definition, exists_ok=True, retry=warehouse.retry(), timeout=60)
    return TableOutcome(contract.table, "created", live=live_table(contract.table, table, counts_rows=False))


@dataclass(frozen=True)
class TableSize:
    """A table and its number of rows; None when it could not be counted."""

    table: str
    rows: int | None


def list_tables(warehouse: Warehouse) -> list[TableSize]:
    """All tables of the warehouse's project with their rows, by name. Raises WarehouseError.

    BigQuery knows the rows from metadata. The embedded warehouse counts them by a query.
    """
    from gx.warehouse.retries import in_words

    with in_words("listing the tables"):
        names = [
            f"{dataset.dataset_id}.{table.table_id}"
            for dataset in warehouse.client.list_datasets(retry=warehouse.retry(), timeout=60)
            for table in warehouse.client.list_tables(dataset.reference, retry=warehouse.retry(), timeout=60)
        ]
    schemas = warehouse.table_schemas(sorted(names))
    live = [schema for schema in schemas.values() if isinstance(schema, LiveTable)]
    if not warehouse.address.on_loopback:
        return [TableSize(table.table, table.row_count) for table in live]
    answers = warehouse.run_statements([_count(table) for table in live])
    return [
        TableSize(table.table, None if isinstance(answer, MeasurementFailure) else int(answer.rows[0]["n"]))
        for table, answer in zip(live, answers, strict=True)
    ]


def _count(table: LiveTable) -> Statement:
    """Count all rows, naming the partition column because the table may demand it."""
    where = f" WHERE `{table.partition}` IS NOT NULL OR `{table.partition}` IS NULL" if table.partition else ""
    return Statement(table.table, table.table, (table.table,), f"SELECT COUNT(*) AS n FROM `{table.table}`{where}")
