"""What closes a gate beside the data: old services (I-47), runs under way, tables nobody can read; and forcing it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from gx.gates.document import gate_schema
from gx.simulation.edits import set_values, where
from gx.simulation.incidents.operations import BEHIND
from gx.simulation.incidents.status_page import partial_backfill
from gx.warehouse.tables import create_tables
from tests.gates.conftest import CONTEXTS, PROCESSOR, RANGE, RUN_LOG, SERVICES, Console, Desk
from tests.warehouse.proxy import FaultyProxy

NOON = datetime(2026, 1, 6, 17, tzinfo=UTC)
"""As-of of these gates, in UTC."""


@pytest.fixture
def old_services(desk: Desk) -> Iterator[None]:
    """I-47: phase 3 is 51 commits behind and phase 4 is 27, without the fix."""
    services = desk.clean[SERVICES]
    for service, behind in BEHIND.items():
        services = set_values(services, where(services, service=service), commits_behind=behind, has_fix=False)
    desk.put({SERVICES: services})
    yield
    desk.put({SERVICES: desk.clean[SERVICES]})


@pytest.mark.parametrize(
    ("processor", "said"),
    [
        (PROCESSOR, "nba-phase4-precompute-processors lacks the fix (27 commits behind)"),
        ("TeamOffenseGameSummaryProcessor", "nba-phase3-analytics-processors lacks the fix (51 commits behind)"),
    ],
)
@pytest.mark.usefixtures("old_services")
def test_I_47_closes_the_gate_of_the_processors_that_the_old_service_runs(
    contracts: Console, processor: str, said: str
) -> None:
    status, out, _ = contracts("gate", "pre", processor, *RANGE)
    assert status == 1, out
    assert said in out
    assert "allowed: none" in out


@pytest.mark.usefixtures("old_services")
def test_I_47_leaves_the_gate_of_phase_2_open(contracts: Console) -> None:
    status, out, _ = contracts("gate", "pre", "NbacTeamBoxscoreProcessor", *RANGE)
    assert status == 0, out
    assert "behind" not in out


def _run(desk: Desk, minutes: int, day: str, backfill: bool = False) -> pa.Table:
    """A row of the run log for a run of the processor that began so many minutes ago and has not ended."""
    log = desk.clean[RUN_LOG]
    begun = log.filter(where(log, processor_name=PROCESSOR, status="running")).slice(0, 1)
    every = pa.chunked_array([pa.array([True])])
    started, run_id = NOON - timedelta(minutes=minutes), f"{PROCESSOR}_{day}_{minutes}"
    changed = set_values(begun, every, started_at=started, run_id=run_id, backfill_mode=backfill)
    return set_values(changed, every, data_date=pc.cast(pa.array([day]), pa.date32()))


def test_runs_under_way_close_their_dates_and_another_backfill_closes_all(desk: Desk, contracts: Console) -> None:
    runs = [
        _run(desk, 30, "2023-02-23"),
        _run(desk, 100_000, "2023-02-24"),
        _run(desk, 30, "2022-11-15"),
        _run(desk, 30, "2022-11-16", backfill=True),
    ]
    desk.put({RUN_LOG: pa.concat_tables([desk.clean[RUN_LOG], *runs])})
    status, out, _ = contracts("gate", "pre", PROCESSOR, *RANGE, "--format", "json")
    desk.put({RUN_LOG: desk.clean[RUN_LOG]})
    document = json.loads(out)
    assert status == 1, out
    assert [reason["rule"] for reason in document["everywhere"]] == ["no_other_backfill"]
    assert "2022-11-16 to 2022-11-16" in document["everywhere"][0]["detail"]
    told = {day["date"]: [(each["colour"], each["rule"]) for each in day["reasons"]] for day in document["days"]}
    assert told == {
        "2023-02-23": [("RED", "no_run_under_way")],
        "2023-02-24": [("AMBER", "no_run_is_stuck")],
        "2023-02-25": [],
        "2023-02-26": [],
    }


def test_a_table_that_is_not_there_closes_the_gate_as_not_evaluated(desk: Desk, contracts: Console) -> None:
    table = "nba_analytics.upcoming_team_game_context"
    desk.warehouse.client.delete_table(table)
    status, out, _ = contracts("gate", "pre", PROCESSOR, *RANGE, "--format", "json")
    create_tables(desk.warehouse, [desk.project.contracts.contracts[table]])
    desk.put({table: desk.clean[table]})
    assert status == 3, out
    document = json.loads(out)
    jsonschema.validate(document, gate_schema(), cls=jsonschema.Draft202012Validator)
    assert document["open"] is False
    assert document["allowed"] == []
    assert {reason["table"] for reason in document["everywhere"] if not reason["evaluated"]} == {table}


def test_a_warehouse_that_does_not_answer_closes_the_gate(
    desk: Desk, contracts: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "bigquery://some-project?api_endpoint=http://127.0.0.1:9")
    monkeypatch.setenv("CONTRACTS_DEADLINE_SECONDS", "3")
    status, out, _ = contracts("gate", "pre", PROCESSOR, *RANGE, "--no-bytes")
    assert status == 3, out
    assert "the game dates are not known" in out
    assert "allowed: none" in out


def test_forcing_opens_a_closed_gate_and_says_and_records_it(
    desk: Desk, contracts: Console, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTRACTS_OPERATOR", "Ada of analytics")
    changed = partial_backfill(desk.clean)
    desk.put({CONTEXTS: changed[CONTEXTS]})
    dates = tmp_path / "dates.txt"
    words = ("--force", "--reason", "the source is gone", "--dates-file", str(dates))
    status, out, _ = contracts("gate", "pre", PROCESSOR, *RANGE, *words)
    desk.put({CONTEXTS: desk.clean[CONTEXTS]})
    assert status == 0, out
    assert "FORCED OPEN by Ada of analytics: the source is gone" in out
    assert "overridden: 2023-02-23,2023-02-24" in out
    assert dates.read_text(encoding="utf-8") == "2023-02-23,2023-02-24,2023-02-25,2023-02-26\n"
    (line,) = (desk.state / "gates" / "forced.ndjson").read_text(encoding="utf-8").splitlines()
    record = json.loads(line)
    assert (record["who"], record["why"], record["exit_code"]) == ("Ada of analytics", "the source is gone", 1)
    assert record["processor"] == PROCESSOR
    assert record["colours"] == {"GREEN": 2, "AMBER": 0, "RED": 2}


def test_a_gate_over_four_seasons_sends_no_more_jobs_than_one_over_two_days(
    desk: Desk, contracts: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = []
    for first, last in (("2023-02-23", "2023-02-24"), ("2021-10-19", "2025-04-13")):
        with FaultyProxy(str(desk.warehouse.address.api_endpoint)) as proxy:
            address = f"bigquery://{desk.warehouse.address.project}?location=US&api_endpoint={proxy.url}"
            monkeypatch.setenv("CONTRACTS_WAREHOUSE", address)
            words = ("--start", first, "--end", last, "--as-of", "2026-01-06", "--no-bytes", "--format", "json")
            _, out, _ = contracts("gate", "pre", PROCESSOR, *words)
            counts.append(proxy.count("POST", "/jobs"))
        assert json.loads(out)["jobs"]["count"] == counts[-1]
    assert counts[1] <= counts[0]
    assert counts[0] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pre", "PlayerCompositFactors", *RANGE), "nearest: PlayerCompositeFactorsProcessor"),
        (("pre", PROCESSOR, *RANGE, "--force"), "--force needs --reason"),
        (("pre", PROCESSOR, *RANGE, "--reason", "because"), "--reason goes with --force"),
        (("post", PROCESSOR, "--start", "2023-02-26", "--end", "2023-02-22"), "is before --start"),
        (("post", PROCESSOR, "--start", "yesterday", "--end", "2023-02-22"), "'yesterday' is no date"),
    ],
)
def test_a_question_that_cannot_be_is_refused(
    desk: Desk, contracts: Console, words: tuple[str, ...], said: str
) -> None:
    status, _, err = contracts("gate", *words)
    assert status == 64
    assert said in err
