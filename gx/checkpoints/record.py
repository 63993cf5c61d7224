"""Records a judged run with Great Expectations: suites, a checkpoint, stored results and Data Docs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gx.contracts.model import Contract
from gx.expectations import serving
from gx.expectations.classes import expectation_class, kwargs_of
from gx.expectations.context import NOWHERE, SITE, add_batch, add_warehouse, build_context
from gx.expectations.facts import table_facts
from gx.judging.result import RuleResult, RunResult, TableResult
from gx.paths import Paths
from gx.rules.family import Family

if TYPE_CHECKING:
    from great_expectations.checkpoint.checkpoint import CheckpointResult
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.datasource.fluent import BigQueryDatasource
    from great_expectations.expectations.expectation import Expectation

    from gx.expectations.frame import RunCheckpoint, RunSuite, RunValidation


@dataclass(frozen=True)
class Recorded:
    """What Great Expectations made of a run.

    ``success`` is GX's own word, which ignores severities; the run's verdict is in the run. ``results`` are the stored
    files, one a table. ``index`` is the Data Docs index, if pages were asked for and built; ``docs_error`` says why
    they were not.
    """

    success: bool
    results: tuple[Path, ...]
    index: str | None = None
    docs_error: str | None = None


def record(
    run: RunResult,
    contracts: Mapping[str, Contract],
    families: Mapping[str, Family],
    paths: Paths,
    docs: bool = True,
    connection: str = NOWHERE,
) -> Recorded:
    """Puts a judged run through a GX checkpoint, which stores its results and, with ``docs``, builds the pages.

    ``connection`` is the warehouse's SQLAlchemy address. GX sends it no statement: every expectation answers with
    the run's own result, so a warehouse that has gone away, or was never reached, is no obstacle. A run without
    tables has nothing to record.

    Raises:
        OSError: the results store cannot be written.
    """
    if not run.tables:
        return Recorded(success=True, results=())
    context = build_context(paths.state)
    with serving.serving(run) as served:
        result = _checkpoint(context, run, contracts, families, connection, docs).run(run_id=_run_id(run))
    return Recorded(
        success=bool(result.success),
        results=_stored_files(context, result),
        index=served.docs_index,
        docs_error=served.docs_error,
    )


def _checkpoint(
    context: EphemeralDataContext,
    run: RunResult,
    contracts: Mapping[str, Contract],
    families: Mapping[str, Family],
    connection: str,
    docs: bool,
) -> RunCheckpoint:
    from gx.expectations.docs_action import UpdateContractDocsAction
    from gx.expectations.frame import RunCheckpoint

    datasource = _datasource(context, connection)
    definitions: list[Any] = [
        _validation(context, datasource, run, table, contracts[table.table], families) for table in run.tables
    ]
    actions: list[Any] = [UpdateContractDocsAction(name="update_docs", site_names=[SITE])] if docs else []
    checkpoint = RunCheckpoint(
        name=run.checkpoint, validation_definitions=definitions, actions=actions, result_format="COMPLETE"
    )
    return _kept(context.checkpoint_store, checkpoint)


def _datasource(context: EphemeralDataContext, connection: str) -> BigQueryDatasource:
    """The warehouse; without credentials for it, the results are recorded all the same."""
    from great_expectations.datasource.fluent.interfaces import TestConnectionError

    try:
        return add_warehouse(context, connection)
    except TestConnectionError:
        return add_warehouse(context, NOWHERE)


def _validation(
    context: EphemeralDataContext,
    datasource: BigQueryDatasource,
    run: RunResult,
    table: TableResult,
    contract: Contract,
    families: Mapping[str, Family],
) -> RunValidation:
    from gx.expectations.frame import RunValidation

    columns = [column.name for column in contract.columns]
    data = add_batch(datasource, contract, columns, run.start, run.end)
    suite = _kept(context.expectations_store, _suite(table, contract, families))
    return _kept(context.validation_definition_store, RunValidation(name=contract.table, data=data, suite=suite))


def _kept[Kept: (RunSuite, RunValidation, RunCheckpoint)](store: Any, made: Kept) -> Kept:
    """The object itself, once it is in its store and has its id; the context's factories return a copy read back."""
    store.add(key=store.get_key(name=made.name, id=None), value=made)
    return made


def _suite(table: TableResult, contract: Contract, families: Mapping[str, Family]) -> RunSuite:
    from gx.expectations.frame import RunSuite

    return RunSuite(
        name=table.table,
        expectations=[_expectation(rule, contract, families) for rule in table.rules],
        meta={"contract": table_facts(table) | {"processor": contract.header.processor}},
    )


def _expectation(result: RuleResult, contract: Contract, families: Mapping[str, Family]) -> Expectation:
    """The rule as an expectation; one without a family is a GX core expectation, judged before."""
    rule = contract.rule(result.rule)
    made: Any = expectation_class(result.expectation, families)
    expectation: Expectation = made(
        **(kwargs_of(rule.arguments) if rule else {}),
        description=result.words or result.rule,
        severity=result.severity,
        meta={serving.RULE_KEY: result.name, "rule": result.rule, "scope": result.scope},
    )
    return expectation


def _run_id(run: RunResult) -> Any:
    from great_expectations.core.run_identifier import RunIdentifier

    return RunIdentifier(run_name=run.run_id, run_time=run.started_at)


def _stored_files(context: EphemeralDataContext, result: CheckpointResult) -> tuple[Path, ...]:
    backend: Any = context.validation_results_store.store_backend
    return tuple(backend.file_of(key.to_tuple()) for key in result.run_results)
