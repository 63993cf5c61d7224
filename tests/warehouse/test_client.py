"""Statements and metadata over the real client, against the embedded warehouse."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy
from sqlalchemy.dialects import registry

from gx.contracts.model import Contract
from gx.planning.statement import Answer, LiveTable, Measurement, MeasurementFailure, Parameter, Statement
from gx.warehouse.client import job_labels
from gx.warehouse.tables import create_tables

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse


def statement(sql: str, *parameters: Parameter, name: str = "one") -> Statement:
    return Statement(name, "warehouse_tests.players", (), sql, parameters)


def test_values_arrive_as_their_python_types(warehouse: Warehouse) -> None:
    sql = (
        "SELECT DATE '2023-02-23' AS d, NUMERIC '1.5' AS n, 2 AS i, TRUE AS b, CAST(NULL AS STRING) AS e, "
        "TIMESTAMP '2023-02-23 19:30:00+00' AS t, ['x'] AS a"
    )
    (answer,) = warehouse.run_statements([statement(sql)])
    assert isinstance(answer, Measurement)
    assert answer.rows == [
        {
            **{"d": date(2023, 2, 23), "n": Decimal("1.5"), "i": 2, "b": True, "e": None, "a": ["x"]},
            "t": datetime(2023, 2, 23, 19, 30, tzinfo=UTC),
        }
    ]


def test_parameters_are_sent_as_values_never_as_text(warehouse: Warehouse) -> None:
    asked = statement(
        "SELECT @name AS name, @day AS day, ARRAY_LENGTH(@keys) AS keys",
        Parameter("name", "STRING", "O'Neal'); DROP TABLE x; --"),
        Parameter("day", "DATE", date(2023, 2, 23)),
        Parameter("keys", "INT64", (1, 2, 3), array=True),
    )
    (answer,) = warehouse.run_statements([asked])
    assert isinstance(answer, Measurement)
    assert answer.rows[0] == {"name": "O'Neal'); DROP TABLE x; --", "day": date(2023, 2, 23), "keys": 3}


def test_one_failing_statement_leaves_the_others_their_answers_in_order(warehouse: Warehouse) -> None:
    asked = [
        statement("SELECT 1 AS n", name="first"),
        statement("SELECT nonsense FROM UNNEST([1]) AS n", name="broken"),
        statement("SELECT n FROM warehouse_tests_missing.t", name="missing"),
        statement("SELECT 4 AS n", name="last"),
    ]
    answers = warehouse.run_statements(asked)
    assert [answer.statement for answer in answers] == ["first", "broken", "missing", "last"]
    assert [getattr(answer, "kind", "rows") for answer in answers] == ["rows", "invalid_query", "not_found", "rows"]


def test_no_statement_waits_for_another_to_be_submitted(warehouse: Warehouse) -> None:
    meeting = threading.Barrier(4, timeout=30)

    def meet(answer: Answer) -> None:
        meeting.wait()

    answers = warehouse.run_statements(
        [statement("SELECT 1 AS n", name=str(number)) for number in range(4)],
        on_answer=meet,
    )
    assert len(answers) == 4


def test_jobs_carry_sanitised_labels(warehouse: Warehouse) -> None:
    (answer,) = warehouse.run_statements([statement("SELECT 1 AS n")], labels={"checkpoint": "Daily", "run": "R:1/é"})
    assert isinstance(answer, Measurement)
    job = warehouse.client.get_job(answer.job.job_id)
    assert job.labels == {"checkpoint": "daily", "run": "r_1__", "table": "warehouse_tests_players"}


def test_labels_are_cut_to_what_bigquery_takes() -> None:
    assert job_labels({"table": "A" * 80, "run": ""}) == {"table": "a" * 63}


def test_bytes_are_unknown_here_never_zero(warehouse: Warehouse) -> None:
    (answer,) = warehouse.run_statements([statement("SELECT 1 AS n")])
    assert (answer.job.bytes_processed, answer.job.bytes_billed) == (None, None)
    assert answer.job.seconds > 0
    assert warehouse.dry_run([statement("SELECT 1 AS n")]) == {"one": None}


def test_a_table_that_demands_a_partition_filter_gets_the_reader_told(warehouse: Warehouse, contract: Contract) -> None:
    create_tables(warehouse, [contract])
    (answer,) = warehouse.run_statements([statement(f"SELECT COUNT(*) AS n FROM `{contract.table}`")])
    assert isinstance(answer, MeasurementFailure)
    assert "without a filter over column(s) 'game_date'" in answer.message


def test_live_tables_are_described_by_metadata_alone(warehouse: Warehouse, contract: Contract) -> None:
    create_tables(warehouse, [contract])
    schemas = warehouse.table_schemas([contract.table, "warehouse_tests.nowhere"])
    live, missing = schemas[contract.table], schemas["warehouse_tests.nowhere"]
    assert isinstance(live, LiveTable)
    assert [(column.name, column.type) for column in live.columns] == [(c.name, c.type) for c in contract.columns]
    assert {column.name: column.mode for column in live.columns}["game_date"] == "REQUIRED"
    assert {column.name: column.mode for column in live.columns}["flags"] == "REPEATED"
    assert (live.partition, live.clustering, live.require_partition_filter) == ("game_date", ("player",), True)
    assert isinstance(missing, MeasurementFailure)
    assert missing.kind == "not_found"


def test_a_deadline_that_is_over_makes_failures_not_exceptions(warehouse: Warehouse) -> None:
    answers = warehouse.run_statements([statement("SELECT 1 AS n")] * 3, deadline_seconds=0)
    assert [answer.kind for answer in answers if isinstance(answer, MeasurementFailure)] == ["timeout"] * 3


def test_sqlalchemy_reaches_the_same_warehouse_under_bigquerys_name(warehouse: Warehouse) -> None:
    registry.register("bigquery.emulator", "gx.warehouse.dialect", "EmulatorDialect")
    engine = sqlalchemy.create_engine(warehouse.sqlalchemy_url())
    with engine.connect() as connection:
        rows = connection.execute(sqlalchemy.text("SELECT n FROM UNNEST(GENERATE_ARRAY(1, 3)) AS n ORDER BY n"))
        assert [row.n for row in rows] == [1, 2, 3]
    assert engine.dialect.name == "bigquery"


@pytest.mark.parametrize("statements", [[], [statement("SELECT 1 AS n")]])
def test_any_number_of_statements_is_welcome(warehouse: Warehouse, statements: list[Statement]) -> None:
    assert len(warehouse.run_statements(statements)) == len(statements)
