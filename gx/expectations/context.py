"""The Great Expectations context of a run: the project's yml, in memory, with this project's folders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gx.contracts.model import Contract
from gx.expectations.importing import import_great_expectations

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.datasource.fluent import BigQueryDatasource

PROJECT_FILE = Path(__file__).resolve().parent.parent / "great_expectations.yml"
DATASOURCE = "warehouse"
SITE = "contracts"
NOWHERE = "bigquery+emulator://contracts?api_endpoint=http://127.0.0.1:9"
"""A BigQuery address that nothing can be sent to, for runs whose results are all at hand."""


def build_context(state: Path) -> EphemeralDataContext:
    """A context from ``great_expectations.yml`` whose results and pages lie under ``state``.

    It is ephemeral, so GX has no configuration to write back.
    """
    import_great_expectations()
    from great_expectations.core.yaml_handler import YAMLHandler
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.data_context.data_context.context_factory import project_manager
    from great_expectations.data_context.types.base import DataContextConfig

    config = DataContextConfig.from_commented_map(YAMLHandler().load(PROJECT_FILE.read_text(encoding="utf-8")))
    context = EphemeralDataContext(config, runtime_environment={"CONTRACTS_STATE_DIR": str(state)})
    project_manager.set_project(context)  # GX looks suites and data sources up in the current project
    return context


def add_warehouse(context: EphemeralDataContext, connection: str) -> BigQueryDatasource:
    """The BigQuery datasource at a SQLAlchemy address (``bigquery://...`` or ``bigquery+emulator://...``).

    Adding it sends nothing: BigQuery is first spoken to when an expectation asks for a metric.

    Raises:
        great_expectations.datasource.fluent.TestConnectionError: no client can be made, for want of credentials.
    """
    from sqlalchemy.dialects import registry

    registry.register("bigquery.emulator", "gx.warehouse.dialect", "EmulatorDialect")  # for checkouts not installed
    return context.data_sources.add_bigquery(DATASOURCE, connection_string=connection)


def add_batch(
    datasource: BigQueryDatasource, contract: Contract, columns: Sequence[str], start: date, end: date, name: str = ""
) -> BatchDefinition[Any]:
    """The contract's table over ``start``..``end``, both included, as one batch of named columns.

    A query asset, because GX probes a table asset without a predicate, which a table that requires a
    partition filter refuses.
    """
    asset = datasource.add_query_asset(name=name or contract.table, query=batch_query(contract, columns, start, end))
    return asset.add_batch_definition_whole_table("window")


def batch_query(contract: Contract, columns: Sequence[str], start: date, end: date) -> str:
    """BigQuery SQL for those columns of the table's partitions, with literal bounds that prune partitions."""
    chosen = ", ".join(f"`{column}`" for column in columns)
    select = f"SELECT {chosen} FROM `{contract.table}`"
    return select + (f" WHERE {partition_predicate(contract, start, end)}" if contract.partition else "")


def partition_predicate(contract: Contract, start: date, end: date) -> str:
    """The bounds on the partition column; a TIMESTAMP column is bounded by days in UTC."""
    column = contract.column(contract.partition or "")
    if column is not None and column.type == "TIMESTAMP":
        after = end + timedelta(days=1)
        return f"`{column.name}` >= TIMESTAMP '{start}' AND `{column.name}` < TIMESTAMP '{after}'"
    return f"`{contract.partition}` BETWEEN DATE '{start}' AND DATE '{end}'"
