"""Import this to run exported ``pipeline`` suites in Great Expectations: their rules then measure themselves.

>>> import great_expectations, gx.exports.gx_native.running                      # doctest: +SKIP
>>> context = great_expectations.get_context(mode="file", project_root_dir=".")  # doctest: +SKIP
>>> context.checkpoints.get("pipeline").run()                                    # doctest: +SKIP

The contracts are those of the working directory's project. Each suite sends the grouped statements of its table once,
to the warehouse of its datasource, and every rule of it answers from them. What cannot be measured is an exception,
which Great Expectations counts as unsuccessful.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.expectations.registry import register_expectation
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from gx.calendar.calendar import Calendar, DateWindow
from gx.checkpoints.measure import measure
from gx.checkpoints.request import RunOrder
from gx.checkpoints.run import judged
from gx.contracts.model import Contract, ContractSet
from gx.contracts.store import load_contracts
from gx.expectations import outcome, serving
from gx.expectations.classes import class_name, core_class, expectation_class, kwargs_of
from gx.exports.gx_native.suites import GUARD, GUARD_KEY, WINDOW_KEY, is_core
from gx.exports.gx_native.window import BatchWindow, window_of
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench
from gx.judging.result import RuleResult
from gx.paths import project_paths
from gx.planning.plan import plan
from gx.reporting.document import rule_document
from gx.rules.registry import families
from gx.warehouse.address import OPTIONS, WarehouseAddress, parse_address
from gx.warehouse.connection import open_warehouse

METRIC = "contracts.judged_rules"
type Judged = Mapping[str, RuleResult] | str
"""The results of a table's rules by full name, or why there are none."""


class JudgedRules(TableMetricProvider):
    """The judged rules of one table: a metric that Great Expectations asks for once a suite."""

    metric_name = METRIC
    value_keys = ("contract_table", "contract_window")

    @metric_value(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,  # noqa: N805 - Great Expectations calls it on the class
        execution_engine: SqlAlchemyExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> Judged:
        """A fault is a value, since Great Expectations measures everything again when a metric raises."""
        try:
            window = window_of(json.loads(metric_value_kwargs["contract_window"]))
            return judged_rules(metric_value_kwargs["contract_table"], window, address_of(execution_engine))
        except Exception as error:  # whatever it is, each rule of the table tells it
            return f"{type(error).__name__}: {error}"


def address_of(engine: SqlAlchemyExecutionEngine) -> WarehouseAddress:
    """The warehouse that a datasource of Great Expectations speaks to."""
    url = engine.engine.url
    options = "&".join(f"{name}={url.query[name]}" for name in OPTIONS if name in url.query)
    return parse_address(f"bigquery://{url.host}" + (f"?{options}" if options else ""))


def judged_rules(table: str, window: BatchWindow, address: WarehouseAddress) -> Mapping[str, RuleResult]:
    """Measure and judge the rules of a table that Great Expectations does not have itself.

    Raises:
        LookupError: the working directory's contracts are not sound, or none is of that table.
    """
    project, known = _project(), families()
    contract = _contract(project, table)
    calendar = Calendar(project.calendar)
    now, dates = _dates(window, calendar)
    rules = tuple(rule for rule in contract.rules if not is_core(rule))
    order = RunOrder("great_expectations", [(contract, rules)], dates, now, docs=False)
    planned = plan(order.selection, project.contracts, known, dates.start, dates.end, now)
    run_id = f"great_expectations-{uuid.uuid4().hex[:12]}"
    with open_warehouse(address) as warehouse:
        measured = measure(warehouse, planned, order, project.contracts, known, run_id)
    room = EvidenceRoom(measured.plan, measured.answers, measured.live_tables, now, project.contracts)
    results = judged(measured, room, Bench(now, calendar, project.waivers))
    return {result.name: result for result in results.values()}


def _project() -> ContractSet:
    paths = project_paths()
    project = load_contracts(paths.root, families())
    if project.errors:
        raise LookupError(f"the contracts of {paths.root} are not sound; `contracts lint` shows why")
    return project


def _contract(project: ContractSet, table: str) -> Contract:
    if table not in project.contracts:
        raise LookupError(f"no contract for table {table!r} in the working directory's project")
    return project.contracts[table]


def _dates(window: BatchWindow, calendar: Calendar) -> tuple[datetime, DateWindow]:
    if window.start and window.end:
        return calendar.moment(window.as_of), DateWindow(window.start, window.end)
    now = calendar.moment(None)
    today: date = now.date()
    return now, DateWindow(today - timedelta(days=window.last_days), today)


class MeasuredExpectation:
    """Mixed in before a contract expectation's class: outside a served run it answers from the metric."""

    meta: dict[str, Any] | None

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None
    ) -> ValidationDependencies:
        """The table's judged rules, unless a run is being served."""
        name = serving.rule_name(self.meta)
        if name is None or serving.current() is not None:
            stock: ValidationDependencies = super().get_validation_dependencies(  # type: ignore[misc]
                execution_engine, runtime_configuration
            )
            return stock
        window = json.dumps((self.meta or {}).get(WINDOW_KEY), sort_keys=True)
        asked = {"contract_table": name.rpartition(".")[0], "contract_window": window}
        wanted = ValidationDependencies()
        wanted.set_metric_configuration(METRIC, MetricConfiguration(METRIC, {}, asked))
        return wanted

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> Any:
        name = serving.rule_name(self.meta)
        if name is None or serving.current() is not None:
            return super()._validate(metrics, runtime_configuration, execution_engine)  # type: ignore[misc]
        judged: Judged = metrics[METRIC]
        if isinstance(judged, str):
            raise LookupError(judged)
        if name not in judged:
            raise LookupError(f"no rule {name} in the working directory's contracts; export again")
        self._refuse_another_rule(name)
        return outcome.validation(judged[name], rule_document(judged[name]))

    def _refuse_another_rule(self, name: str) -> None:
        """An export is a copy: once the contract says otherwise, its result is not this expectation's."""
        table, _, rule_name = name.rpartition(".")
        rule = _contract(_project(), table).rule(rule_name)
        kwargs = self.configuration.kwargs  # type: ignore[attr-defined]
        written = {key: value for key, value in kwargs.items() if value is not None and key != "batch_id"}
        if rule is None or json.loads(json.dumps(written)) != kwargs_of(rule.arguments):
            raise LookupError(f"{name} has changed since this suite was exported; export again")


class Guard:
    """Mixed in before the class of the guard: a pipeline suite's guard passes, since this module is imported."""

    meta: dict[str, Any] | None

    def get_validation_dependencies(
        self, execution_engine: Any = None, runtime_configuration: dict[str, Any] | None = None
    ) -> ValidationDependencies:
        """Nothing, for a guard."""
        if (self.meta or {}).get(GUARD_KEY):
            return ValidationDependencies()
        stock: ValidationDependencies = super().get_validation_dependencies(  # type: ignore[misc]
            execution_engine, runtime_configuration
        )
        return stock

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> Any:
        if (self.meta or {}).get(GUARD_KEY):
            return {"success": True, "result": {"observed_value": "imported"}}
        return super()._validate(metrics, runtime_configuration, execution_engine)  # type: ignore[misc]


def register() -> None:
    """Make the classes, which take the place of those of their names in Great Expectations' registry."""
    for name in families():
        if core_class(name) is None:
            _register(name, MeasuredExpectation, expectation_class(name, families()))
    guard = str(GUARD["type"])
    found = core_class(guard)
    assert found is not None, guard
    _register(guard, Guard, found)


def _register(name: str, mixin: type, base: type[Expectation]) -> None:
    metaclass: Any = type(base)
    attributes: dict[str, Any] = {"__module__": __name__, "__doc__": base.__doc__, "__annotations__": {}}
    register_expectation(metaclass(class_name(name), (mixin, base), attributes))


register()
