"""Faults of the wire and of BigQuery: what each costs a whole run, and what is said of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.oauth2.credentials import Credentials

from gx.cli.main import run_cli
from gx.exit_codes import ExitCode
from gx.warehouse import transport
from tests.faults.conftest import Site, address
from tests.faults.project import FACTORS, PLAYERS, SCHEDULE, fill, rows

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

ROOT = Path(__file__).resolve().parents[2]
PLAYERS_TABLE = PLAYERS.split(".")[1]
NEED_PLAYERS = {f"{FACTORS}.covers_players_who_played"}
"""Rules of other tables that cannot be judged without the players."""


@dataclass(frozen=True)
class Case:
    """A fault of every statement that reads the players' table, and the error that its rules then show."""

    name: str
    says: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def status(code: int, reason: str | None, says: str) -> Case:
    options = {"kind": "status", "status": code, "reason": reason, "method": "POST"}
    return Case(f"{code} {reason}", f"{says}: said by the proxy", options)


PASSING = [
    status(429, "rateLimitExceeded", "transient"),
    status(500, "backendError", "transient"),
    status(502, "badGateway", "transient"),
    status(503, "backendError", "transient"),
    Case("connection reset", "unreachable: the warehouse cannot be reached", {"kind": "reset", "method": "POST"}),
]
LASTING = [
    status(403, "quotaExceeded", "quota"),
    Case(
        "job cancelled",
        "cancelled: Job execution was cancelled: User requested cancellation",
        {
            "kind": "job",
            "method": "POST",
            "reason": "stopped",
            "message": "Job execution was cancelled: User requested cancellation",
        },
    ),
    Case(
        "quota exceeded while the job ran",
        "quota: Quota exceeded: Your project exceeded quota for query bytes",
        {
            "kind": "job",
            "method": "POST",
            "reason": "quotaExceeded",
            "message": "Quota exceeded: Your project exceeded quota for query bytes",
        },
    ),
]


@pytest.mark.parametrize("case", PASSING, ids=str)
def test_a_fault_that_passes_costs_nothing(site: Site, case: Case) -> None:
    site.proxy.fail(times=2, **case.options)
    outcome = site.run()
    assert site.proxy.faults[0].times == 0, "the fault has happened"
    assert (outcome.status, outcome.errors) == (ExitCode.PASS, {})
    assert list(site.stored()) == [outcome.document["run_id"]]


@pytest.mark.parametrize("case", [*PASSING, *LASTING], ids=str)
def test_a_fault_that_stays_is_an_error_of_the_rules_that_needed_the_answer(site: Site, case: Case) -> None:
    site.proxy.fail(times=1000, body_part=PLAYERS_TABLE, **case.options)
    outcome = site.run("--no-docs")
    assert outcome.status == ExitCode.NOT_EVALUATED
    for name, rule in outcome.rules.items():
        if (name.startswith(PLAYERS) and rule["rule"] != "schema_as_declared") or name in NEED_PLAYERS:
            assert rule["error"].startswith(case.says), name
        else:
            assert rule["verdict"] == "pass", name
    (stored,) = site.stored().values()
    assert stored["verdict"] == "error"
    assert site.unfinished() == []


def test_the_run_after_a_fault_is_clean(site: Site) -> None:
    site.proxy.fail("status", times=1000, body_part=PLAYERS_TABLE, status=403, reason="quotaExceeded", method="POST")
    faulty = site.run()
    site.proxy.faults.clear()
    clean = site.run()
    assert (faulty.status, clean.status) == (ExitCode.NOT_EVALUATED, ExitCode.PASS)
    assert {run: found["verdict"] for run, found in site.stored().items()} == {
        faulty.document["run_id"]: "error",
        clean.document["run_id"]: "pass",
    }


def test_a_slow_first_byte_is_waited_for(site: Site) -> None:
    site.proxy.fail("slow", times=2, seconds=0.5, method="POST")
    assert site.run("--no-docs").status == ExitCode.PASS


def test_a_first_byte_that_does_not_come_is_a_timeout_of_its_rules(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACTS_DEADLINE_SECONDS", "5")
    site.proxy.fail("slow", times=1000, seconds=60, method="POST", body_part=PLAYERS_TABLE)
    outcome = site.run("--no-docs")
    assert outcome.status == ExitCode.NOT_EVALUATED
    assert outcome.errors[f"{PLAYERS}.points_are_sane"] == "timeout: no answer within the time allowed"
    assert outcome.rules[f"{SCHEDULE}.scores_are_sane"]["verdict"] == "pass"


def test_a_table_that_may_not_be_read_is_an_error_of_what_needs_it(site: Site) -> None:
    denied = f"Access Denied: Table faults:{PLAYERS}: User does not have permission to query table {PLAYERS}"
    refused: dict[str, Any] = {"times": 1000, "status": 403, "reason": "accessDenied", "message": denied}
    site.proxy.fail("status", method="POST", body_part=PLAYERS_TABLE, **refused)
    site.proxy.fail("status", method="GET", path_part=f"/tables/{PLAYERS_TABLE}", **refused)
    outcome = site.run("--no-docs")
    own = {name for name in outcome.rules if name.startswith(PLAYERS)}
    assert set(outcome.errors) == own | NEED_PLAYERS
    assert all(denied in text for text in outcome.errors.values())
    assert outcome.errors[f"{PLAYERS}.points_are_sane"] == f"denied: {denied}"
    assert outcome.status == ExitCode.NOT_EVALUATED


def test_every_fault_of_the_wire_leaves_the_gate_closed(
    site: Site, capsys: pytest.CaptureFixture[str], subtests: pytest.Subtests
) -> None:
    assert gate("pre") == gate("post") == ExitCode.PASS
    for number, case in enumerate([*PASSING, *LASTING]):
        with subtests.test(case.name):
            site.proxy.faults.clear()
            site.proxy.fail(times=1000, body_part=PLAYERS_TABLE, **case.options)
            capsys.readouterr()
            assert gate(("pre", "post")[number % 2]) == ExitCode.NOT_EVALUATED
            assert case.says in capsys.readouterr().out, "the gate names the fault"


def gate(moment: str) -> int:
    """What ``contracts gate`` answers for the processor of the composite factors."""
    options = ["--start", "2026-01-12", "--end", "2026-01-13", "--as-of", "2026-01-16", "--format", "json"]
    return run_cli(["gate", moment, "PlayerCompositeFactorsProcessor", *options])


@pytest.fixture
def signed_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person's credentials, whose access has run out and is to be renewed at the proxy."""
    mine = Credentials(None, "refresh", token_uri=f"{site.proxy.url}/token", client_id="id", client_secret="secret")  # type: ignore[no-untyped-call]
    monkeypatch.setattr(transport, "_credentials", lambda _: (mine, mine))


@pytest.mark.usefixtures("signed_in")
def test_expired_credentials_are_an_error_everywhere_that_says_how_to_renew_them(site: Site) -> None:
    answer = '{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}'
    site.proxy.fail("answer", times=1000, status=400, path_part="/token", message=answer)
    outcome = site.run()
    assert outcome.status == ExitCode.NOT_EVALUATED
    assert set(outcome.errors) == set(outcome.rules)
    said = outcome.errors[f"{PLAYERS}.points_are_sane"]
    assert said.startswith("denied: the credentials were refused: invalid_grant: Token has been expired or revoked.")
    assert "`gcloud auth application-default login`" in said
    assert list(site.stored()) == [outcome.document["run_id"]]


@pytest.mark.usefixtures("signed_in")
def test_credentials_that_bigquery_refuses_are_an_error_everywhere(site: Site) -> None:
    token = '{"access_token": "new", "expires_in": 3600, "token_type": "Bearer"}'
    site.proxy.fail("answer", times=1000, status=200, path_part="/token", message=token)
    site.proxy.fail("status", times=1000, status=401, reason="authError", message="Invalid Credentials")
    outcome = site.run("--no-docs")
    assert set(outcome.errors) == set(outcome.rules)
    assert outcome.errors[f"{PLAYERS}.points_are_sane"] == "denied: Invalid Credentials"


def test_the_address_for_great_expectations_is_made_without_importing_sqlalchemy() -> None:
    """A warehouse that fails at once is done while another thread still imports SQLAlchemy: both would break."""
    code = (
        "import sys; from gx.warehouse.client import Warehouse; from gx.warehouse.address import WarehouseAddress; "
        "Warehouse(WarehouseAddress('bigquery', 'p')).sqlalchemy_url(); print('sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False\n"


@pytest.fixture
def other(site: Site, filled: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A project of the warehouse without the players' table."""
    given = {name: items for name, items in rows().items() if name != PLAYERS}
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", address(site.proxy.url, "faults-incomplete"))
    incomplete = fill(filled, "faults-incomplete", given, site.root)
    incomplete.client.create_dataset(PLAYERS.split(".")[0], exists_ok=True)
    return incomplete


def test_a_missing_table_and_then_a_missing_column_are_errors_of_what_needs_them(site: Site, other: Warehouse) -> None:
    outcome = site.run("--no-docs")
    assert set(outcome.errors) == {name for name in outcome.rules if name.startswith(PLAYERS)} | NEED_PLAYERS
    assert all("not found" in text.lower() and PLAYERS_TABLE in text for text in outcome.errors.values())

    other.client.query(f"CREATE TABLE `{PLAYERS}` (game_date DATE NOT NULL, player_lookup STRING NOT NULL)").result()
    outcome = site.run("--no-docs")
    assert outcome.errors == {
        f"{PLAYERS}.points_are_sane": f"the live table has no column {PLAYERS}.points",
        f"{PLAYERS}.minutes_are_sane": f"the live table has no column {PLAYERS}.minutes",
    }
    assert outcome.rules[f"{PLAYERS}.schema_as_declared"]["verdict"] == "fail"
    assert outcome.status == ExitCode.NOT_EVALUATED
