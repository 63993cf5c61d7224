"""The same rules as stock Great Expectations checks them: the baseline of the jobs, made from the contracts.

How it is written: a rule whose expectation is Great Expectations' own stays that expectation, and rules that look at
the same rows share one query asset, as ``contracts export gx`` writes them. Any other rule is one custom SQL
expectation (``UnexpectedRowsExpectation``), whose query is the one that names the rule's failing rows, or, for a rule
without failing rows of its own, the statement it is judged by. A schema rule costs nothing: the batch knows its
columns.

How it is counted: what a kind of expectation costs is measured, by a suite with one and a suite with two of them, at a
proxy that counts jobs. A suite costs its batch's jobs once, and each of its expectations what the second one added.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scripts.benchmarks.counting import CountingProxy

if TYPE_CHECKING:
    from gx.contracts.model import Contract
    from gx.planning.plan import Plan, PlannedRule
    from gx.planning.statement import Statement
    from gx.rules.family import Family

CUSTOM = "unexpected_rows_expectation"
SCHEMA = "expect_schema_to_match_contract"
CAP = 200
"""Failing rows that a custom query returns at most, as many as a run of ours."""


@dataclass(frozen=True)
class StockSuite:
    """Expectations over one query asset, as type and arguments."""

    name: str
    table: str
    query: str
    expectations: tuple[tuple[str, Mapping[str, Any]], ...]

    @property
    def kinds(self) -> Counter[str]:
        """How many of each type."""
        return Counter(kind for kind, _ in self.expectations)


@dataclass
class Costs:
    """Jobs of a batch with any core expectation, and what each expectation of a type adds; custom SQL has no batch."""

    batch: int = 0
    each: dict[str, int] = field(default_factory=dict)

    def of(self, suite: StockSuite) -> int:
        """The jobs of a suite."""
        core = any(kind != CUSTOM for kind in suite.kinds)
        return (self.batch if core else 0) + sum(self.each[kind] * number for kind, number in suite.kinds.items())


def stock_suites(
    planned: Plan, contracts: Mapping[str, Contract], families: Mapping[str, Family], now: datetime
) -> Iterator[StockSuite]:
    """The plan's rules as stock suites, table by table; what the plan's window leaves out is left out here."""
    by_table: dict[str, list[PlannedRule]] = {}
    for item in planned.rules:
        by_table.setdefault(item.contract.table, []).append(item)
    for table, items in by_table.items():
        yield from _core_suites(contracts[table], items, families, planned, now)
        custom = [sql for item in items if (sql := _custom_sql(item, planned, contracts, now))]
        if custom:
            rules = tuple((CUSTOM, {"unexpected_rows_query": sql}) for sql in custom)
            yield StockSuite(f"{table}.custom", table, _batch(contracts[table], planned), rules)


def _core_suites(
    contract: Contract, items: Sequence[PlannedRule], families: Mapping[str, Family], planned: Plan, now: datetime
) -> Iterator[StockSuite]:
    from dataclasses import replace

    from gx.exports.gx_native.suites import is_core, suites
    from gx.exports.gx_native.window import BatchWindow

    rules = tuple(item.rule for item in items if is_core(item.rule))
    window = BatchWindow("America/New_York", start=planned.start, end=planned.end, as_of=now.date())
    for suite in suites(replace(contract, rules=rules), families, window):
        expectations = tuple((each["type"], each["kwargs"]) for each in suite.expectations)
        yield StockSuite(suite.name, contract.table, suite.query, expectations)


def _custom_sql(item: PlannedRule, planned: Plan, contracts: Mapping[str, Contract], now: datetime) -> str | None:
    """The query of a custom SQL expectation; None for a rule that needs none."""
    from gx.exports.gx_native.suites import is_core
    from gx.planning.keys import keys_statement

    if is_core(item.rule) or item.rule.expectation == SCHEMA:
        return None
    keys = keys_statement(item, contracts, [planned.start], planned.start, planned.end, CAP, now)
    return (keys or _alone(item, planned, contracts, now)).literal_sql()


def _alone(item: PlannedRule, planned: Plan, contracts: Mapping[str, Contract], now: datetime) -> Statement:
    """The statement by which the rule would be judged if it were the only one: its own, the run log's, the slate."""
    from gx.planning.plan import SLATE, plan

    families = {item.rule.expectation: item.family}
    found = plan([(item.contract, [item.rule])], contracts, families, planned.start, planned.end, now).statements
    return next((each for each in found if each.name != SLATE), found[0])


def _batch(contract: Contract, planned: Plan) -> str:
    from gx.expectations.context import batch_query

    return batch_query(contract, [contract.grain[0]], planned.start, planned.end)


class StockRunner:
    """Runs suites by stock Great Expectations through a counting proxy."""

    def __init__(self, proxy: CountingProxy, result_format: str) -> None:
        from gx.expectations.importing import import_great_expectations

        gx: Any = import_great_expectations()
        from sqlalchemy.dialects import registry

        registry.register("bigquery.emulator", "gx.warehouse.dialect", "EmulatorDialect")
        logging.disable(logging.WARNING)  # it warns of each custom query
        self._gx, self._proxy, self._format, self._made = gx, proxy, result_format, 0
        self._context = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}
        address = f"bigquery+emulator://embedded?api_endpoint={proxy.url}&location=US"
        self._source = self._context.data_sources.add_bigquery("stock", connection_string=address)

    def jobs(self, suite: StockSuite) -> int:
        """Run one suite; the jobs that passed the proxy meanwhile.

        Raises RuntimeError when an expectation could not be evaluated: a query that fails is sent again and again.
        """
        from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

        self._made += 1
        name = f"{suite.name} {self._made}"
        asset = self._source.add_query_asset(name=name, query=suite.query)
        made = self._context.suites.add(self._gx.ExpectationSuite(name=name))
        for kind, arguments in suite.expectations:
            made.add_expectation(ExpectationConfiguration(type=kind, kwargs=dict(arguments)).to_domain_obj())
        made.save()
        data = asset.add_batch_definition_whole_table("window")
        definition = self._gx.ValidationDefinition(name=name, data=data, suite=made)
        before = self._proxy.jobs
        result = self._context.validation_definitions.add(definition).run(result_format=self._format)
        _refuse_raised(suite, result)
        return self._proxy.jobs - before

    def costs(self, suites: Iterable[StockSuite]) -> Costs:
        """What a batch and each type of expectation costs, by one and by two expectations of each type."""
        found = Costs()
        for kind, suite, examples in _examples(suites):
            one = self.jobs(StockSuite(suite.name, suite.table, suite.query, examples[:1]))
            two = (
                self.jobs(StockSuite(suite.name, suite.table, suite.query, examples[:2])) if len(examples) > 1 else one
            )
            found.each[kind] = two - one if len(examples) > 1 else one - found.batch
            if kind != CUSTOM:
                found.batch = min(found.batch or one, one - found.each[kind])
        return found


def _examples(
    suites: Iterable[StockSuite],
) -> Iterator[tuple[str, StockSuite, tuple[tuple[str, Mapping[str, Any]], ...]]]:
    """For each type the suite that has most of it (two are enough), types with two examples first."""
    best: dict[str, StockSuite] = {}
    for suite in suites:
        for kind, number in suite.kinds.items():
            if kind not in best or min(number, 2) > min(best[kind].kinds[kind], 2):
                best[kind] = suite
    for kind, suite in sorted(best.items(), key=lambda each: -min(each[1].kinds[each[0]], 2)):
        yield kind, suite, tuple(each for each in suite.expectations if each[0] == kind)


def _refuse_raised(suite: StockSuite, result: Any) -> None:
    for each in result.results:
        told = each.exception_info
        inner = [told] if "raised_exception" in told else list(told.values())
        for item in inner:
            if item["raised_exception"]:
                query = each.expectation_config.kwargs
                raise RuntimeError(f"{suite.name}: {query}: {str(item['exception_message'])[:800]}")
