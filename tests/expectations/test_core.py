"""GX core expectations without a family run through Great Expectations on the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gx.contracts.model import Column, Contract, Location, Rule, Severity
from gx.expectations.context import NOWHERE, batch_query
from gx.expectations.core import CoreRule, columns_of, run_core_rules
from gx.judging.result import RuleResult, Verdict
from tests.expectations.conftest import TABLE, contract

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

DAY, NEXT = date(2023, 2, 23), date(2023, 2, 24)
MEAN = "expect_column_mean_to_be_between"


@pytest.fixture(scope="module")
def scored(warehouse: Warehouse) -> Warehouse:
    """Scores 10 and 20 on the first date, 90 on the next."""
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS scored",
        f"CREATE OR REPLACE TABLE {TABLE} (game_date DATE, player_lookup STRING, fatigue_score INT64) "
        "PARTITION BY game_date OPTIONS (require_partition_filter = TRUE)",
        f"INSERT INTO {TABLE} (game_date, player_lookup, fatigue_score) VALUES "
        "(DATE '2023-02-23', 'a', 10), (DATE '2023-02-23', 'bb', 20), (DATE '2023-02-24', 'c', 90)",
    ):
        warehouse.query(statement)
    return warehouse


def _rule(name: str, expectation: str, severity: Severity = Severity.CRITICAL, **arguments: Any) -> Rule:
    return Rule(name, expectation, arguments, Location("a.yaml"), severity=severity)


def _run(warehouse: Warehouse, rules: Sequence[Rule], start: date = DAY, end: date = DAY) -> list[RuleResult]:
    return run_core_rules([CoreRule(contract(), rule, start, end) for rule in rules], warehouse.sqlalchemy_url())


def test_a_rule_is_measured_in_its_window_only(scored: Warehouse) -> None:
    rule = _rule("mean", MEAN, column="fatigue_score", max_value=15)
    today, both = _run(scored, [rule]), _run(scored, [rule], DAY, NEXT)
    assert [(each.verdict, each.observed) for each in today] == [(Verdict.PASS, "15.0")]
    assert [(each.verdict, each.observed) for each in both] == [(Verdict.FAIL, "40.0")]


def test_results_keep_the_order_and_one_error_costs_no_other_rule(scored: Warehouse) -> None:
    text = _rule("text", MEAN, column="player_lookup", min_value=1)
    long = _rule("long", "expect_column_value_lengths_to_equal", column="player_lookup", value=2)
    mean = _rule("mean", MEAN, column="fatigue_score", min_value=0)
    results = _run(scored, [text, long, mean])
    assert [(each.rule, each.verdict) for each in results] == [
        ("text", Verdict.ERROR),
        ("long", Verdict.FAIL),
        ("mean", Verdict.PASS),
    ]
    assert "STRING" in str(results[0].error)
    assert (results[1].evaluated, results[1].unexpected) == (2, 1)
    assert results[1].failing_keys == [{"value": "a"}]


@pytest.mark.parametrize(
    ("severity", "verdict"),
    [(Severity.CRITICAL, Verdict.FAIL), (Severity.WARNING, Verdict.WARN), (Severity.INFO, Verdict.PASS)],
)
def test_severity_says_what_broken_means(scored: Warehouse, severity: Severity, verdict: Verdict) -> None:
    broken = _rule("count", "expect_table_row_count_to_equal", severity, value=3)
    assert [each.verdict for each in _run(scored, [broken])] == [verdict]


def test_arguments_that_gx_refuses_are_an_error(scored: Warehouse) -> None:
    results = _run(scored, [_rule("mean", MEAN, column="fatigue_score", minimum=1), _rule("none", "expect_wonders")])
    assert [each.verdict for each in results] == [Verdict.ERROR, Verdict.ERROR]
    assert "minimum" in str(results[0].error)
    assert "expect_wonders" in str(results[1].error)


def test_a_wrong_address_is_an_error() -> None:
    rule = CoreRule(contract(), _rule("mean", MEAN, column="fatigue_score", min_value=0), DAY, DAY)
    results = run_core_rules([rule], "bigquery+emulator://no such project")
    assert [each.verdict for each in results] == [Verdict.ERROR]
    assert "no such project" in str(results[0].error)


def test_a_warehouse_that_is_gone_is_an_error_in_bounded_time() -> None:
    rule = CoreRule(contract(), _rule("mean", MEAN, column="fatigue_score", min_value=0), DAY, DAY)
    results = run_core_rules([rule], NOWHERE, deadline_seconds=0.2)
    assert [(each.verdict, each.error) for each in results] == [(Verdict.ERROR, "no answer within 0.2 seconds")]


def test_gx_sees_the_named_columns_or_all() -> None:
    mean = _rule("mean", MEAN, column="fatigue_score", min_value=0)
    assert columns_of([mean], contract()) == ("fatigue_score",)
    rows = _rule("rows", "expect_table_row_count_to_equal", value=3)
    assert columns_of([mean, rows], contract()) == ("game_date", "player_lookup", "fatigue_score")


def test_the_batch_is_bounded_on_the_partition_column() -> None:
    assert batch_query(contract(), ["player_lookup"], DAY, NEXT) == (
        f"SELECT `player_lookup` FROM `{TABLE}` WHERE `game_date` BETWEEN DATE '2023-02-23' AND DATE '2023-02-24'"
    )


def test_a_timestamp_partition_is_bounded_by_days() -> None:
    base = contract()
    header = base.header.model_copy(
        update={"partition": "loaded_at", "columns": (Column(name="loaded_at", type="TIMESTAMP"),)}
    )
    timed: Contract = replace(base, header=header)
    assert batch_query(timed, ["loaded_at"], DAY, NEXT).endswith(
        "WHERE `loaded_at` >= TIMESTAMP '2023-02-23' AND `loaded_at` < TIMESTAMP '2023-02-25'"
    )
