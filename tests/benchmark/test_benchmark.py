"""The benchmark's table and baseline: the counting is right; how fast the machine is, no test says."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gx.calendar.calendar import Calendar
from gx.contracts.store import load_contracts
from gx.planning.plan import Plan, plan
from gx.rules.registry import families
from gx.warehouse.client import Warehouse
from scripts.benchmarks.counting import CountingProxy
from scripts.benchmarks.figures import Figure, markdown
from scripts.benchmarks.stock import CUSTOM, SCHEMA, Costs, StockRunner, StockSuite, stock_suites

ROOT = Path(__file__).resolve().parents[2]
PROJECT = load_contracts(ROOT, families())
NOW = Calendar(PROJECT.calendar).moment(date(2025, 10, 28))
TABLES = ("nba_analytics.player_game_summary", "nba_reference.player_aliases")


@pytest.fixture(scope="module")
def planned() -> Plan:
    selection = [(PROJECT.contracts[name], PROJECT.contracts[name].rules) for name in TABLES]
    return plan(selection, PROJECT.contracts, families(), date(2025, 10, 25), date(2025, 10, 28), NOW)


@pytest.fixture(scope="module")
def suites(planned: Plan) -> list[StockSuite]:
    return list(stock_suites(planned, PROJECT.contracts, families(), NOW))


def test_every_rule_is_in_the_baseline_once(planned: Plan, suites: list[StockSuite]) -> None:
    wanted = sum(item.rule.expectation != SCHEMA for item in planned.rules)
    assert sum(len(suite.expectations) for suite in suites) == wanted


def test_a_core_rule_keeps_its_expectation(planned: Plan, suites: list[StockSuite]) -> None:
    kept = sum((suite.kinds for suite in suites), Counter[str]())
    for kind in ("expect_column_values_to_be_between", "expect_compound_columns_to_be_unique"):
        assert kept[kind] == sum(item.rule.expectation == kind for item in planned.rules)


def test_custom_queries_have_no_parameter_left(suites: list[StockSuite]) -> None:
    queries = [
        arguments["unexpected_rows_query"] for s in suites for kind, arguments in s.expectations if kind == CUSTOM
    ]
    assert queries
    assert not [query for query in queries if "@" in query.replace("'@", "")]


def test_a_suite_costs_its_batch_once_and_each_expectation_its_own() -> None:
    costs = Costs(3, {"expect_a": 1, CUSTOM: 2})
    core = StockSuite("s", "t", "SELECT 1", (("expect_a", {}), ("expect_a", {})))
    assert costs.of(core) == 5
    assert costs.of(StockSuite("s", "t", "SELECT 1", ((CUSTOM, {}),))) == 2


@pytest.fixture
def proxy(warehouse: Warehouse) -> Iterator[CountingProxy]:
    with CountingProxy(str(warehouse.address.api_endpoint)) as running:
        yield running


def test_the_counting_rule_agrees_with_what_great_expectations_sends(proxy: CountingProxy) -> None:
    two = "SELECT player, points FROM UNNEST([STRUCT('a' AS player, 1 AS points), ('b', 2)])"
    between: list[tuple[str, dict[str, Any]]] = [
        ("expect_column_values_to_be_between", {"column": name, "max_value": 9}) for name in ("points", "double")
    ]
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        *between,
        ("expect_column_values_to_not_be_null", {"column": "player"}),
    )
    suite = StockSuite("s", "t", f"SELECT player, points, 2 * points AS `double` FROM ({two})", asked)
    custom = tuple((CUSTOM, {"unexpected_rows_query": f"{two} WHERE points > {n}"}) for n in (8, 9))
    runner = StockRunner(proxy, "SUMMARY")
    costs = runner.costs([suite, StockSuite("c", "t", two, custom)])
    assert runner.jobs(suite) == costs.of(suite)
    assert costs.each[CUSTOM] > 0


def test_the_proxy_counts_jobs_and_the_bytes_of_their_results(proxy: CountingProxy) -> None:
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery

    client = bigquery.Client(
        project="embedded",
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
        client_options={"api_endpoint": proxy.url},
    )
    client.query("SELECT 1", bigquery.QueryJobConfig(dry_run=True))
    assert (proxy.jobs, proxy.result_bytes) == (0, 0)
    list(client.query("SELECT 'x'").result())
    small = proxy.result_bytes
    list(client.query("SELECT REPEAT('x', 5000)").result())
    assert proxy.jobs == 2
    assert proxy.result_bytes - small > 5000


def test_the_table_tells_what_is_missed_and_by_how_much() -> None:
    figures = [
        Figure("green `daily`", 89, "jobs", "benchmark jobs", 87),
        Figure("stock for one of ours", 30.5, "times", "benchmark jobs", 8, at_least=True),
        Figure("history", 1_234.5, "MB", "benchmark scale"),
    ]
    lines = markdown(figures).splitlines()
    assert lines[2] == "| green `daily` | 89 jobs | at most 87, missed by 2 | `benchmark jobs` |"
    assert lines[3] == "| stock for one of ours | 30.50 times | at least 8 | `benchmark jobs` |"
    assert lines[4].startswith("| history | 1,234 MB |  |")


def test_help_names_every_topic() -> None:
    words = [sys.executable, "scripts/benchmark.py", "--help"]
    told = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(topic in told for topic in ("startup", "checks", "jobs", "verdict", "wire", "scale", "docs", "all"))
