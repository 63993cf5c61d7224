"""A judged run goes through a real Great Expectations checkpoint, which sends nothing and stores everything."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gx.checkpoints.record import record
from gx.expectations.context import build_context
from gx.expectations.core import CoreRule, run_core_rules
from gx.judging.result import Verdict
from gx.paths import Paths
from tests.expectations.conftest import FAMILIES, TABLE, Listener, contract, rule_result, run_result

CONTRACTS = {TABLE: contract()}


class CountingBuilder:
    """A site builder that remembers what it was asked to build."""

    calls: list[list[Any]] = []  # noqa: RUF012
    fault: str = ""

    def __init__(self, data_context: Any, store_backend: dict[str, Any], **options: Any) -> None:
        self.folder = store_backend["base_directory"]

    def build(self, resource_identifiers: Any = None, build_index: bool = True) -> tuple[str, dict[str, str]]:
        """Notes the results of the call."""
        if self.fault:
            raise RuntimeError(self.fault)
        self.calls.append(list(resource_identifiers))
        return f"{self.folder}/index.html", {}


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[CountingBuilder]]:
    """The site builder that great_expectations.yml names, replaced."""
    module = ModuleType("gx.data_docs.builder")
    module.__spec__ = ModuleSpec("gx.data_docs.builder", None)
    fresh = type("ContractSiteBuilder", (CountingBuilder,), {"calls": []})
    module.ContractSiteBuilder = fresh  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gx.data_docs.builder", module)
    yield fresh


def _stored(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_nothing_is_sent(paths: Paths, listener: Listener) -> None:
    recorded = record(run_result(), CONTRACTS, FAMILIES, paths, docs=False, connection=listener.connection)
    assert len(recorded.results) == 1
    assert listener.requests == []


def test_the_listener_hears_a_rule_that_gx_measures_itself(listener: Listener) -> None:
    rule = CONTRACTS[TABLE].rules[2]
    answered = run_core_rules(
        [CoreRule(CONTRACTS[TABLE], rule, date(2023, 2, 23), date(2023, 2, 24))], listener.connection
    )
    assert listener.requests
    assert [each.verdict for each in answered] == [Verdict.ERROR]


def test_the_store_holds_the_whole_rule(paths: Paths) -> None:
    recorded = record(run_result(), CONTRACTS, FAMILIES, paths, docs=False)
    result = _stored(recorded.results[0])["results"][0]
    assert recorded.success is False
    assert result["success"] is False
    assert result["expectation_config"]["type"] == "expect_column_values_to_not_be_null"
    assert result["expectation_config"]["kwargs"]["column"] == "fatigue_score"
    assert result["expectation_config"]["severity"] == "critical"
    assert result["result"]["unexpected_count"] == 107
    kept = result["result"]["details"]["contract"]
    assert kept["failing_keys"] == [{"player_lookup": "<script>alert(1)</script>"}]
    assert kept["partitions"][0]["coverage"] is None, "an unknown number stays null and is not dropped"


def test_the_store_holds_the_facts_of_run_and_table(paths: Paths) -> None:
    stored = _stored(record(run_result(), CONTRACTS, FAMILIES, paths, docs=False).results[0])
    facts = stored["meta"]["contracts"]
    assert stored["suite_name"] == TABLE
    assert facts["run_id"] == "run-1"
    assert facts["window"] == {"start": "2023-02-23", "end": "2023-02-24"}
    assert (facts["verdict"], facts["exit_code"]) == ("fail", 1)
    assert facts["tables"] == [TABLE]
    assert facts["table"]["owner"] == "precompute"


def test_gx_reads_back_what_was_stored(paths: Paths) -> None:
    record(run_result(), CONTRACTS, FAMILIES, paths, docs=False)
    store: Any = build_context(paths.state).validation_results_store
    results = [store.get(key) for key in store.list_keys()]
    assert [result.suite_name for result in results] == [TABLE]
    assert [each.success for each in results[0].results] == [False, True]


def test_an_error_is_stored_as_gx_s_exception(paths: Paths) -> None:
    run = run_result(rules=[rule_result(Verdict.ERROR)])
    result = _stored(record(run, CONTRACTS, FAMILIES, paths, docs=False).results[0])["results"][0]
    assert result["success"] is False
    assert result["exception_info"]["raised_exception"] is True
    assert result["exception_info"]["exception_message"] == "statement failed: 400 no such column"


def test_a_core_expectation_without_a_family_is_served_too(paths: Paths, listener: Listener) -> None:
    run = run_result(rules=[rule_result(Verdict.PASS, "mean", unexpected=None)])
    recorded = record(run, CONTRACTS, FAMILIES, paths, docs=False, connection=listener.connection)
    result = _stored(recorded.results[0])["results"][0]
    assert (result["success"], result["expectation_config"]["type"]) == (True, "expect_column_mean_to_be_between")
    assert listener.requests == []


def test_a_run_without_tables_records_nothing(paths: Paths) -> None:
    assert record(replace(run_result(), tables=[]), CONTRACTS, FAMILIES, paths).results == ()


def test_without_credentials_the_results_are_recorded_all_the_same(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "absent.json"))
    recorded = record(run_result(), CONTRACTS, FAMILIES, paths, docs=False, connection="bigquery://some-project")
    assert recorded.results[0].is_file()


def test_two_runs_at_once_keep_their_results_apart(paths: Paths) -> None:
    record(run_result("warm"), CONTRACTS, FAMILIES, paths, docs=False)
    with ThreadPoolExecutor(2) as pool:
        runs = [run_result(f"run-{number}") for number in range(6)]
        done = list(pool.map(lambda run: record(run, CONTRACTS, FAMILIES, paths, docs=False), runs))
    stored = [_stored(path)["meta"]["contracts"]["run_id"] for each in done for path in each.results]
    assert stored == [run.run_id for run in runs]
    assert list(paths.results.rglob("*.part")) == []


def test_the_pages_are_built_once_a_run(paths: Paths, builder: type[CountingBuilder]) -> None:
    other = "nba_raw.other"
    base = run_result()
    rules = [replace(each, table=other) for each in base.tables[0].rules]
    run = replace(base, tables=[*base.tables, replace(base.tables[0], table=other, rules=rules)])
    recorded = record(run, CONTRACTS | {other: contract(other)}, FAMILIES, paths, docs=True)
    assert recorded.index == f"{paths.docs}/index.html"
    assert [len(call) for call in builder.calls] == [2]


def test_a_page_that_cannot_be_built_costs_no_result(paths: Paths, builder: type[CountingBuilder]) -> None:
    builder.fault = "no such template"
    recorded = record(run_result(), CONTRACTS, FAMILIES, paths, docs=True)
    assert recorded.results[0].is_file()
    assert recorded.index is None
    assert recorded.docs_error == "RuntimeError: no such template"


def test_gx_s_own_pages_show_words_verdict_and_keys(paths: Paths) -> None:
    record(run_result(), CONTRACTS, FAMILIES, paths, docs=False)
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    store: Any = build_context(paths.state).validation_results_store
    page = ValidationResultsPageRenderer(run_info_at_end=True).render(store.get(store.list_keys()[0]))
    text = json.dumps(page.to_json_dict())
    assert "Every row has a value in fatigue_score." in text
    assert "fail: 68 of 175" in text
    assert "player_lookup" in text
