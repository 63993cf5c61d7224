"""Every statement of the contracts: valid BigQuery, pruned by partition, columns named, values as parameters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from zetasql.api import Analyzer, CatalogBuilder, TableBuilder
from zetasql.types import AnalyzerOptions, LanguageOptions, TypeKind, ZetaSQLBuiltinFunctionOptions

from gx.contracts.model import ContractSet
from gx.contracts.store import load_contracts
from gx.gates.selection import processors
from gx.gates.statements import runs_statement, snapshot_statement
from gx.planning.keys import keys_statement
from gx.planning.packing import Pack, pack
from gx.planning.plan import Plan, plan
from gx.planning.statement import Parameter, Statement
from gx.rules.registry import families

ROOT = Path(__file__).resolve().parents[2]
PROJECT = load_contracts(ROOT, families())
START, END, NOW = date(2025, 10, 21), date(2026, 1, 14), datetime(2026, 1, 14, tzinfo=UTC)
KINDS = {
    "STRING": TypeKind.TYPE_STRING,
    "INT64": TypeKind.TYPE_INT64,
    "FLOAT64": TypeKind.TYPE_DOUBLE,
    "BOOL": TypeKind.TYPE_BOOL,
    "DATE": TypeKind.TYPE_DATE,
    "TIMESTAMP": TypeKind.TYPE_TIMESTAMP,
    "JSON": TypeKind.TYPE_JSON,
    "NUMERIC": TypeKind.TYPE_NUMERIC,
}


def planned(project: ContractSet) -> Plan:
    """All rules of all contracts over part of a season."""
    selection = [(contract, contract.rules) for contract in project.contracts.values()]
    return plan(selection, project.contracts, families(), START, END, NOW)


def statements() -> Iterator[Statement]:
    """The plan's statements, and one drill-down a family and form of its arguments."""
    whole = planned(PROJECT)
    yield from whole.statements
    seen = set()
    for item in whole.rules:
        given = frozenset(getattr(item.rule.arguments, "model_fields_set", ()))
        kind = (item.rule.expectation, item.rule.scope, given, item.contract.partition_date)
        found = keys_statement(item, PROJECT.contracts, [END], START, END, 200, NOW)
        if found and kind not in seen:
            seen.add(kind)
            yield found
    written = {contract.table: contract for found in processors(PROJECT.contracts).values() for contract in found}
    yield from (snapshot_statement(contract, START, END) for contract in written.values())
    yield runs_statement(["PlayerGameSummaryProcessor"], 2, START, END, NOW)


@cache
def parsed(sql: str) -> sqlglot.Expr:
    """The statement's tree; three tests look at it."""
    return sqlglot.parse_one(sql, dialect="bigquery")


STATEMENTS = list(statements())
ids = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: each.name)


@pytest.fixture(scope="module")
def analyser() -> Analyzer:
    """Google's own SQL analyser over the contracts' columns; it knows no arrays here, and no rule reads one."""
    options = LanguageOptions.maximum_features()
    catalogue = CatalogBuilder("warehouse")
    for contract in PROJECT.contracts.values():
        table = TableBuilder(contract.table)
        for column in contract.columns:
            kind = KINDS.get(column.type.split("(")[0])
            if kind is not None:
                table = table.add_column(column.name, kind)
        catalogue = catalogue.add_table(table.build())
    functions = ZetaSQLBuiltinFunctionOptions(language_options=options)
    return Analyzer(AnalyzerOptions(language_options=options), catalogue.with_builtin_functions(functions).build())


@ids
def test_bigquery_s_analyser_accepts_it(analyser: Analyzer, statement: Statement) -> None:
    analyser.analyze_statement(statement.literal_sql())


@pytest.mark.parametrize("packed", pack(planned(PROJECT).statements), ids=lambda each: each.parts[0].name)
def test_bigquery_s_analyser_accepts_a_table_s_statements_as_one_job(analyser: Analyzer, packed: Pack) -> None:
    analyser.analyze_statement(packed.statement.literal_sql())


def test_the_analyser_refuses_an_unknown_column(analyser: Analyzer) -> None:
    with pytest.raises(Exception, match="Unrecognized name: nobody"):
        analyser.analyze_statement("SELECT nobody FROM `nba_raw.nbac_schedule`")


@ids
def test_each_table_it_reads_is_pruned_by_partition(statement: Statement) -> None:
    tree = parsed(statement.sql)
    scans = [table for table in tree.find_all(exp.Table) if table.db]
    assert {f"{table.db}.{table.name}" for table in scans} == set(statement.reads)
    for table in scans:
        partition = PROJECT.contracts[f"{table.db}.{table.name}"].partition
        if partition is None:
            continue
        where = table.parent_select.args.get("where") if table.parent_select else None
        assert where is not None, f"{table.name} has no predicate"
        # a bound that an OR could pass by would prune nothing
        bounds = [each for each in where.find_all(exp.Between) if each.find_ancestor(exp.Or, exp.Where) is where]
        assert partition in {column.name for each in bounds for column in each.this.find_all(exp.Column)}


@ids
def test_it_names_its_columns(statement: Statement) -> None:
    tree = parsed(statement.sql)
    stars = [star for star in tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    assert stars == []


@ids
def test_its_parameters_are_those_it_uses(statement: Statement) -> None:
    tree = parsed(statement.sql)
    used = {each.name for each in tree.find_all(exp.Parameter)}
    assert used == {parameter.name for parameter in statement.parameters}


def test_values_of_contracts_are_no_part_of_the_text() -> None:
    text = "\n".join(statement.sql for statement in STATEMENTS)
    for value in ("v1_4factors", "^[a-z][a-z0-9]*$", "nbac_bdl_combined", "2026-01-17", "BdlBoxscoresProcessor"):
        assert value not in text


def test_one_statement_a_table_and_one_a_compared_pair() -> None:
    names = [statement.name for statement in planned(PROJECT).statements]
    assert len(names) == len(set(names))
    assert sum(name in PROJECT.contracts for name in names) == len(PROJECT.contracts)


def test_literals_do_not_touch_longer_names() -> None:
    statement = Statement(
        "s", "t", (), "@r1_min @r1_min_2 @r1", (Parameter("r1_min", "INT64", 1), Parameter("r1_min_2", "INT64", 2))
    )
    assert statement.literal_sql() == "1 2 @r1"


def test_a_quote_in_a_value_stays_in_its_literal() -> None:
    assert Parameter("x", "STRING", "a' OR '1'='1").literal() == r"'a\' OR \'1\'=\'1'"
