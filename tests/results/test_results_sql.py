"""The statements of the results dataset are valid BigQuery."""

from __future__ import annotations

import pytest
from zetasql.api import Analyzer, CatalogBuilder, TableBuilder
from zetasql.types import AnalyzerOptions, LanguageOptions, TypeKind, ZetaSQLBuiltinFunctionOptions

from gx.reporting.results_rows import COLUMNS
from gx.warehouse.results import TABLE, VIEWS, statement_text
from tests.results.conftest import DAY

pytestmark = pytest.mark.long

KINDS = {
    "STRING": TypeKind.TYPE_STRING,
    "DATE": TypeKind.TYPE_DATE,
    "TIMESTAMP": TypeKind.TYPE_TIMESTAMP,
    "INT64": TypeKind.TYPE_INT64,
    "FLOAT64": TypeKind.TYPE_DOUBLE,
}


@pytest.fixture(scope="module")
def analyser() -> Analyzer:
    """Google's own SQL analyser, which refuses what BigQuery refuses."""
    options = LanguageOptions.maximum_features()
    table = TableBuilder(f"nba_contracts.{TABLE}")
    for name, kind in COLUMNS.items():
        table = table.add_column(name, KINDS[kind])
    catalogue = CatalogBuilder("warehouse").add_table(table.build())
    functions = ZetaSQLBuiltinFunctionOptions(language_options=options)
    return Analyzer(AnalyzerOptions(language_options=options), catalogue.with_builtin_functions(functions).build())


@pytest.mark.parametrize("name", [TABLE, *VIEWS, "is_sent", "history"])
def test_bigquery_s_analyser_accepts_the_statements(analyser: Analyzer, name: str) -> None:
    values = {"run_date": f"DATE '{DAY}'", "since": f"DATE '{DAY}'"}
    sql = statement_text(name, "nba_contracts", last=5)
    for parameter in ("run_date", "since", "run_id", "table", "rule", "checkpoint"):
        sql = sql.replace(f"@{parameter}", values.get(parameter, "'x'"))
    analyser.analyze_statement(sql)
