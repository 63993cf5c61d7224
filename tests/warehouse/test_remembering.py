"""Queries are translated once and their values written in, and no table's change is missed."""

from __future__ import annotations

import pytest
from google.cloud import bigquery

from gx.warehouse.client import Warehouse
from gx.warehouse.remembering import write_values


@pytest.mark.parametrize(
    ("sql", "values", "written"),
    [
        ("CAST($a AS DATE)", {"a": "2023-02-23"}, "CAST('2023-02-23' AS DATE)"),
        ("$a, $ab", {"a": "1", "ab": "2"}, "'1', '2'"),
        ("$a", {"a": "O'Neal'; DROP TABLE x --"}, "'O''Neal''; DROP TABLE x --'"),
        ("$a", {"a": None}, "NULL"),
        ("'$a' \"$a\" /* it's $a */ -- $a's\n$a", {"a": "x"}, "'$a' \"$a\" /* it's $a */ -- $a's\n'x'"),
        ("'it''s $a', $b", {"a": "x"}, "'it''s $a', $b"),
    ],
)
def test_values_are_written_where_parameters_stand_and_nowhere_else(
    sql: str, values: dict[str, str | None], written: str
) -> None:
    assert write_values(sql, values) == written


def test_the_same_text_serves_other_values_and_a_changed_table(warehouse: Warehouse) -> None:
    client, table = warehouse.client, "remembering.games"
    client.create_dataset("remembering", exists_ok=True)

    def ask(name: str) -> list[tuple[object, ...]]:
        parameters = [bigquery.ScalarQueryParameter("name", "STRING", name)]
        config = bigquery.QueryJobConfig(query_parameters=parameters)
        rows = client.query(f"SELECT points FROM `{table}` WHERE name = @name", job_config=config).result()
        return [tuple(row.values()) for row in rows]

    client.query(f'CREATE OR REPLACE TABLE `{table}` AS SELECT "it\'s" AS name, 7 AS points').result()
    assert ask("it's") == [(7,)]
    assert ask("other") == []
    client.query(f"CREATE OR REPLACE TABLE `{table}` AS SELECT \"it's\" AS name, 'seven' AS points").result()
    assert ask("it's") == [("seven",)]
