"""Statements that travel together: as few jobs as tables, and every part's answer its own."""

from __future__ import annotations

from datetime import date

import pytest

from gx.planning.packing import Pack, pack, to_send_apart, unpack
from gx.planning.statement import JobStatistics, Measurement, MeasurementFailure, Parameter, Statement
from gx.warehouse.client import Warehouse

START, END = Parameter("start", "DATE", date(2026, 1, 1)), Parameter("end", "DATE", date(2026, 1, 2))


def statement(name: str, table: str, reads: str, *parameters: Parameter, sql: str = "SELECT 1 AS one") -> Statement:
    return Statement(name, table, tuple(reads.split()), sql, parameters)


def names(packs: list[Pack]) -> list[list[str]]:
    return [[part.name for part in each.parts] for each in packs]


def test_a_table_s_statements_are_one_job() -> None:
    asked = [statement("a", "a", "a"), statement("b", "b", "b"), statement("a in itself", "a", "a")]
    assert names(pack(asked)) == [["a", "a in itself"], ["b"]]


def test_a_lonely_statement_joins_a_job_that_reads_its_table() -> None:
    asked = [
        statement("a", "a", "a"),
        statement("a vs schedule", "a", "a schedule"),
        statement("slate", "schedule", "schedule"),
    ]
    assert names(pack(asked)) == [["a", "a vs schedule", "slate"]]


def test_parts_that_mean_different_values_by_one_name_travel_apart() -> None:
    other = Parameter("start", "DATE", date(2020, 1, 1))
    asked = [statement("a", "a", "a", START), statement("a vs b", "a", "a b", other)]
    assert names(pack(asked)) == [["a"], ["a vs b"]]


def test_a_lonely_statement_is_sent_as_it_is() -> None:
    asked = statement("a", "a", "a", START, END)
    assert [each.statement for each in pack([asked])] == [asked]


def test_each_part_gets_its_own_rows(warehouse: Warehouse) -> None:
    one = statement("one", "a", "a", START, sql="SELECT @start AS day, 2 AS points UNION ALL SELECT @start, 3")
    two = statement("two", "a", "a", sql="WITH named AS (SELECT TIMESTAMP '2026-01-01' AS at) SELECT at FROM named")
    none = statement("none", "a", "a", sql="SELECT 1 AS one FROM UNNEST([1]) AS n WHERE n > 1")
    (sent,) = pack([one, two, none])
    (answer,) = warehouse.run_statements([sent.statement])
    apart = warehouse.run_statements([one, two, none])
    together = unpack(sent, answer)
    assert [part.statement for part in together] == ["one", "two", "none"]
    for packed, alone in zip(together, apart, strict=True):
        assert isinstance(packed, Measurement)
        assert isinstance(alone, Measurement)
        assert sorted(map(str, packed.rows)) == sorted(map(str, map(dict, alone.rows)))
        assert packed.job == answer.job


@pytest.mark.parametrize(
    ("kind", "again"), [("invalid_query", 2), ("transient", 2), ("timeout", 0), ("unreachable", 2)]
)
def test_the_parts_of_a_failed_job_are_asked_once_more_each_by_itself(kind: str, again: int) -> None:
    failed, other = pack([statement("a", "a", "a"), statement("a vs b", "a", "a b"), statement("c", "c", "c")])
    failure = MeasurementFailure(failed.statement.name, kind, "said so", JobStatistics("job"))
    assert [part.statement for part in unpack(failed, failure)] == ["a", "a vs b"]
    assert len(to_send_apart([(failed, failure), (other, Measurement("c", []))])) == again


def test_a_warehouse_that_is_gone_is_not_asked_again() -> None:
    (sent,) = pack([statement("a", "a", "a"), statement("a vs b", "a", "a b")])
    assert to_send_apart([(sent, MeasurementFailure(sent.statement.name, "unreachable", "gone"))]) == []
