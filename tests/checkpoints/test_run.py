"""A run from plan to record: its jobs on the wire, its document, and how it ends when the warehouse fails."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from gx.checkpoints.run import run_checkpoint
from gx.exit_codes import ExitCode
from gx.judging.result import RunResult, Verdict, is_quiet
from gx.planning.packing import pack
from gx.planning.plan import RUN_LOG, SLATE, plan
from gx.reporting.document import run_document
from gx.reporting.schema import result_schema
from gx.rules.registry import families
from gx.warehouse.connection import open_warehouse
from gx.warehouse.embedded import EmbeddedServer
from tests.checkpoints.conftest import FEW, Project
from tests.warehouse.proxy import FaultyProxy

FACTORS = "nba_precompute.player_composite_factors"


@pytest.fixture(scope="module")
def watched(league: Project) -> tuple[RunResult, FaultyProxy]:
    """A green daily run through a proxy that writes down every request."""
    with (
        open_warehouse(folder=league.paths.warehouse) as warehouse,
        FaultyProxy(str(warehouse.address.api_endpoint)) as proxy,
        pytest.MonkeyPatch.context() as patch,
    ):
        address = f"bigquery://{warehouse.address.project}?location=US&api_endpoint={proxy.url}"
        patch.setenv("CONTRACTS_WAREHOUSE", address)
        return league.run(docs=True).run, proxy


def test_a_green_daily_run_is_quiet_everywhere(watched: tuple[RunResult, FaultyProxy]) -> None:
    run, _ = watched
    assert [(rule.name, rule.observed) for rule in run.rules if not is_quiet(rule.verdict)] == []
    assert run.exit_code == ExitCode.PASS
    assert len(run.rules) > 300


def test_it_sends_one_job_a_table_and_at_most_one_a_compared_pair(
    league: Project, watched: tuple[RunResult, FaultyProxy]
) -> None:
    run, _proxy = watched
    order = league.order()
    planned = plan(
        order.selection, league.contracts.contracts, families(), order.window.start, order.window.end, order.as_of
    )
    pairs = [s.name for s in planned.statements if " vs " in s.name or s.name.endswith(" in itself")]
    assert len(pairs) == len(set(pairs))
    assert len(run.jobs) == len(pack(planned.statements))
    assert len(run.jobs) <= len(league.contracts.contracts) + len(pairs) + len({SLATE, RUN_LOG})


def test_great_expectations_sends_no_statement_of_its_own(watched: tuple[RunResult, FaultyProxy]) -> None:
    run, proxy = watched
    assert proxy.count("POST", "/jobs") == len(run.jobs)
    assert proxy.count("POST", "/queries") == 0


def test_the_document_follows_the_published_schema(watched: tuple[RunResult, FaultyProxy]) -> None:
    run, _ = watched
    jsonschema.validate(run_document(run), result_schema(), cls=jsonschema.Draft202012Validator)


def test_bytes_of_the_embedded_warehouse_are_unknown_not_zero(watched: tuple[RunResult, FaultyProxy]) -> None:
    jobs = run_document(watched[0])["jobs"]
    assert jobs["bytes_processed"] is None
    assert jobs["bytes_billed"] is None


def test_jobs_carry_checkpoint_table_and_run(league: Project) -> None:
    run = replace(league, tables=FEW).run().run
    with open_warehouse(folder=league.paths.warehouse) as warehouse:
        jobs = [warehouse.client.get_job(statistics.job_id) for statistics in run.jobs]
    assert {job.labels["checkpoint"] for job in jobs} == {"daily"}
    assert {job.labels["run"] for job in jobs} == {run.run_id.lower()}
    assert "nba_precompute_player_composite_factors" in {job.labels["table"] for job in jobs}


def test_the_last_three_game_dates_are_judged(watched: tuple[RunResult, FaultyProxy]) -> None:
    run, _ = watched
    rule = next(rule for rule in run.rules if rule.rule == "covers_players_who_played")
    assert [str(part.partition) for part in rule.partitions] == ["2026-01-10", "2026-01-11", "2026-01-12"]


class KillingProxy(FaultyProxy):
    """Kills the warehouse's server at its second statement."""

    pid = 0

    def take(self, method: str, path: str, body: bytes = b"") -> Any:
        fault = super().take(method, path, body)
        if self.pid and self.count("POST", "/jobs") >= 2:
            os.kill(self.pid, signal.SIGKILL)
            self.pid = 0
        return fault


def test_a_warehouse_killed_mid_run_closes_the_verdict_and_the_next_run_starts_clean(
    empty: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = EmbeddedServer(empty.paths.warehouse)
    with open_warehouse(folder=empty.paths.warehouse) as warehouse, contextlib.ExitStack() as stack:
        proxy = KillingProxy(str(warehouse.address.api_endpoint))
        stack.enter_context(proxy)
        proxy.pid = server.status().pid or 0
        assert proxy.pid
        address = f"bigquery://{warehouse.address.project}?location=US&api_endpoint={proxy.url}"
        monkeypatch.setenv("CONTRACTS_WAREHOUSE", address)
        run = empty.run().run
    assert run.verdict is Verdict.ERROR
    assert run.exit_code == ExitCode.NOT_EVALUATED
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "embedded")
    again = empty.run().run
    assert again.exit_code == ExitCode.PASS
    assert not [rule.name for rule in again.rules if rule.error]


def test_a_missing_column_is_an_error_of_its_rules_only(empty: Project) -> None:
    table = "nba_precompute.player_composite_factors"
    with open_warehouse(folder=empty.paths.warehouse) as warehouse:
        warehouse.client.query(f"ALTER TABLE `{table}` DROP COLUMN fatigue_score").result()
        run = empty.run().run
    rules = {rule.rule: rule for rule in run.rules if rule.table == table}
    assert rules["schema_as_declared"].verdict is Verdict.FAIL
    assert "fatigue_score" in rules["schema_as_declared"].observed
    assert rules["fatigue_mean_is_a_score"].verdict is Verdict.ERROR
    assert rules["fatigue_mean_is_a_score"].error == f"the live table has no column {table}.fatigue_score"
    assert rules["pace_score_in_range"].error is None
    assert run.exit_code == ExitCode.NOT_EVALUATED


def test_a_missing_table_is_an_error_of_what_needs_it_only(empty: Project) -> None:
    with open_warehouse(folder=empty.paths.warehouse) as warehouse:
        warehouse.client.delete_table("nba_raw.nbac_team_boxscore")
        run = empty.run().run
    by_table = {table.table: table for table in run.tables}
    assert by_table["nba_raw.nbac_team_boxscore"].verdict is Verdict.ERROR
    assert not [rule.name for rule in by_table["nba_precompute.player_composite_factors"].rules if rule.error]


def test_no_warehouse_at_all_is_an_error_everywhere(empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "bigquery://some-project?api_endpoint=http://127.0.0.1:9")
    monkeypatch.setenv("CONTRACTS_DEADLINE_SECONDS", "20")
    run = empty.run().run
    assert {rule.verdict for rule in run.rules} == {Verdict.ERROR}
    assert run.exit_code == ExitCode.NOT_EVALUATED


@contextlib.contextmanager
def one_warning(league: Project) -> Iterator[None]:
    """One of 12 January's factors is not 0."""
    row = (
        "WHERE game_date = '2026-01-12' AND player_lookup = "
        f"(SELECT MIN(player_lookup) FROM `{FACTORS}` WHERE game_date = '2026-01-12')"
    )
    with open_warehouse(folder=league.paths.warehouse) as warehouse:
        warehouse.client.query(f"UPDATE `{FACTORS}` SET travel_impact_score = 1.0 {row}").result()
        try:
            yield
        finally:
            warehouse.client.query(f"UPDATE `{FACTORS}` SET travel_impact_score = 0.0 {row}").result()


def test_warnings_fail_a_run_only_when_strict(league: Project) -> None:
    narrow = replace(league, tables=(FACTORS,))
    with one_warning(league):
        run = narrow.run().run
        strictly = run_checkpoint(replace(narrow.order(), strict=True), league.contracts, families(), league.paths).run
    assert (run.verdict, run.exit_code) == (Verdict.WARN, ExitCode.PASS)
    assert strictly.exit_code == ExitCode.WARNINGS
