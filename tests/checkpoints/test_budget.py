"""A run's byte budget: what is refused before the first job, what a dry run that fails costs, and what is told."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gx.checkpoints.budget import parse_bytes
from gx.cli.main import run_cli
from gx.exit_codes import ExitCode
from gx.planning.statement import Answer, MeasurementFailure, Statement
from gx.warehouse.client import Warehouse
from tests.faults.project import FACTORS, PLAYERS, SCHEDULE, WINDOW, fill, rows, write_project

if TYPE_CHECKING:
    from gx.warehouse.address import WarehouseAddress

Sizes = dict[str, int | MeasurementFailure | None]
PAIR = f"{FACTORS} vs {PLAYERS}"
SIZES: Sizes = {SCHEDULE: 100, PLAYERS: 5_000, FACTORS: 2_000, PAIR: 900, "slate": 50}
"""8,050 bytes together."""


class WarehouseWithPrices(Warehouse):
    """The embedded warehouse as if it knew what a statement reads; remembers which statements were sent as jobs."""

    def __init__(self, address: WarehouseAddress, sizes: Sizes) -> None:
        super().__init__(address)
        self.sizes = sizes
        self.sent: list[str] = []

    def dry_run(self, statements: Sequence[Statement], **_: Any) -> Sizes:
        """The bytes as given; the failing keys of a rule read 1,000."""
        return {statement.name: self.sizes.get(statement.name, 1_000) for statement in statements}

    def run_statements(self, statements: Sequence[Statement], **options: Any) -> list[Answer]:
        """Sends them, and remembers."""
        self.sent += [statement.name for statement in statements]
        return super().run_statements(statements, **options)


def statements(warehouse: WarehouseWithPrices) -> set[str]:
    """The statements that were sent, whichever travelled together."""
    return {name for job in warehouse.sent for name in job.split(" + ")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files."""
    return write_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def filled(warehouse: Warehouse, folder: Path) -> Warehouse:
    """The project's tables; one fatigue score is 150, so one rule fails."""
    return fill(warehouse, "budget", rows(tired=150), folder)


@pytest.fixture
def priced(
    filled: Warehouse, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., WarehouseWithPrices]]:
    """Makes the warehouse of the next commands: its sizes, and the limit of its address if any."""

    def make(sizes: Sizes = SIZES, limit: int | None = None) -> WarehouseWithPrices:
        made = WarehouseWithPrices(replace(filled.address, kind="bigquery", maximum_bytes_billed=limit), sizes)

        @contextmanager
        def opened() -> Iterator[Warehouse]:
            yield made

        monkeypatch.setattr("gx.warehouse.connection.open_warehouse", opened)
        monkeypatch.setenv("CONTRACTS_WAREHOUSE", str(made.address))
        return made

    monkeypatch.chdir(folder)
    yield make


_numbers = itertools.count()


def document(folder: Path, *options: str) -> dict[str, Any]:
    """The document of ``contracts run daily``, whose exit status is its exit code."""
    output = folder / f"result-{next(_numbers)}.json"
    status = run_cli(["run", "daily", *WINDOW, "--no-docs", "--output", str(output), *options])
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    assert status == found["exit_code"]
    return found


def errors(found: dict[str, Any]) -> dict[str, str]:
    """The errors of a document's rules by name."""
    return {f"{t['table']}.{r['rule']}": r["error"] for t in found["tables"] for r in t["rules"] if r["error"]}


def rule(found: dict[str, Any], table: str, name: str) -> dict[str, Any]:
    """One rule of a document."""
    (rules,) = (item["rules"] for item in found["tables"] if item["table"] == table)
    chosen: dict[str, Any] = next(item for item in rules if item["rule"] == name)
    return chosen


def test_a_run_over_the_limit_sends_no_job_and_evaluates_nothing(priced: Any, folder: Path) -> None:
    warehouse = priced()
    found = document(folder, "--max-bytes", "8000")
    assert warehouse.sent == []
    assert found["exit_code"] == ExitCode.NOT_EVALUATED
    assert set(found["counts"]) - {"error"} == {name for name, count in found["counts"].items() if count == 0}
    assert found["jobs"]["count"] == 0
    said = errors(found)
    assert len(said) == found["counts"]["error"] > 6
    assert all(
        text.startswith("budget: the run would read 8,050 bytes, 50 more than --max-bytes") for text in said.values()
    )
    assert "no job was sent" in said[f"{PLAYERS}.schema_as_declared"]


def test_a_refusal_names_the_costliest_statements_their_rules_and_what_would_fit(priced: Any, folder: Path) -> None:
    priced()
    (note,) = document(folder, "--max-bytes", "8kB")["notes"]
    assert (
        f"Costliest: {PLAYERS} 5,000 bytes (rules player_lookup_is_present, points_are_sane, minutes_are_sane)" in note
    )
    assert f"; {FACTORS} 2,000 bytes (rules player_lookup_is_present, fatigue_is_sane)" in note
    assert f"Without {PLAYERS} the other 4 fit (3,050 bytes)." in note
    assert "The whole run fits --max-bytes 8050." in note
    assert document(folder, "--max-bytes", "8050", "--table", PLAYERS)["counts"]["error"] == 0


def test_the_refusal_is_printed_and_stored(
    priced: Any, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTRACTS_STATE_DIR", str(tmp_path))
    priced()
    assert run_cli(["run", "daily", *WINDOW, "--max-bytes", "1kB"]) == ExitCode.NOT_EVALUATED
    assert "Refused before the first job: the run would read 8,050 bytes" in capsys.readouterr().out
    assert "Refused before the first job" in (tmp_path / "data_docs" / "index.html").read_text(encoding="utf-8")


def test_one_statement_over_the_limit_of_the_address_refuses_the_run(priced: Any, folder: Path) -> None:
    warehouse = priced(limit=4_000)
    found = document(folder)
    assert warehouse.sent == []
    assert errors(found)[f"{SCHEDULE}.scores_are_sane"].startswith(
        "budget: 1 statement would read more bytes than the warehouse URL's maximum_bytes_billed allows (4,000); no job"
    )
    assert "The whole run fits maximum_bytes_billed=5000." in found["notes"][0]


def test_nothing_fits_is_said_plainly(priced: Any, folder: Path) -> None:
    priced()
    assert "No statement fits on its own." in document(folder, "--max-bytes", "60")["notes"][0]


def test_a_run_within_the_limit_is_measured_and_tells_the_estimate(priced: Any, folder: Path) -> None:
    warehouse = priced()
    found = document(folder, "--max-bytes", "10GB")
    assert statements(warehouse) >= set(SIZES)
    assert found["notes"] == [
        "Dry run: 5 statements would read 8,050 bytes; --max-bytes allows 10,000,000,000.",
        "Dry run, failing keys: 1 statement would read 1,000 bytes; --max-bytes allows 10,000,000,000.",
    ]
    assert rule(found, FACTORS, "fatigue_is_sane")["failing_keys_total"] == 1


def test_the_failing_keys_get_what_the_first_wave_left(priced: Any, folder: Path) -> None:
    warehouse = priced()
    found = document(folder, "--max-bytes", "9049")
    failed = rule(found, FACTORS, "fatigue_is_sane")
    assert (found["exit_code"], failed["verdict"]) == (ExitCode.BROKEN, "fail")
    assert failed["failing_keys_error"] == "budget: it would read 1,000 bytes; 999 of --max-bytes 9,049 are left"
    assert statements(warehouse) == set(SIZES)
    assert "1 of them did not fit" in found["notes"][1]


def test_a_dry_run_that_fails_is_its_statement_s_failure_and_the_others_go_on(priced: Any, folder: Path) -> None:
    denied = MeasurementFailure(PLAYERS, "denied", "Access Denied: Table player_game_summary")
    warehouse = priced(SIZES | {PLAYERS: denied})
    found = document(folder, "--max-bytes", "2GB")
    assert PLAYERS not in statements(warehouse)
    assert rule(found, PLAYERS, "points_are_sane")["error"] == "denied: Access Denied: Table player_game_summary"
    assert rule(found, FACTORS, "fatigue_is_sane")["verdict"] == "fail"
    assert rule(found, SCHEDULE, "scores_are_sane")["verdict"] == "pass"
    assert found["exit_code"] == ExitCode.NOT_EVALUATED


def test_unknown_bytes_are_no_refusal_and_are_said_to_be_unknown(priced: Any, folder: Path) -> None:
    priced(dict.fromkeys([*SIZES, f"keys of {FACTORS}.fatigue_is_sane"]))
    found = document(folder, "--max-bytes", "1")
    assert found["notes"] == ["Dry run: bytes are unknown on the embedded warehouse; the limit was not checked."]
    assert found["exit_code"] == ExitCode.BROKEN


def test_a_rule_that_great_expectations_measures_itself_has_no_estimate_and_is_not_sent(
    priced: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_project(tmp_path) / "expectations" / "nba_raw" / "nbac_schedule.yaml"
    rule_of_gx = "expect_column_median_to_be_between: {column: home_team_score, min_value: 50, max_value: 200}"
    file.write_text(f"{file.read_text()}  - rule: usual_median\n    {rule_of_gx}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    priced()
    found = document(tmp_path, "--max-bytes", "2GB")
    assert errors(found) == {
        f"{SCHEDULE}.usual_median": "budget: Great Expectations sends this rule's statements itself, unestimated; "
        "leave out --max-bytes for it"
    }


def test_without_a_limit_there_is_no_dry_run(priced: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = priced()
    monkeypatch.setattr(warehouse, "dry_run", None)
    assert document(folder)["notes"] == []


def test_plan_tells_the_bytes_and_that_a_run_would_be_refused(
    priced: Any, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    priced()
    assert run_cli(["plan", "daily", *WINDOW, "--max-bytes", "8kB"]) == ExitCode.NOT_EVALUATED
    said = capsys.readouterr().out
    assert "Together they read 8,050 bytes; --max-bytes allows 8,000." in said
    assert "`contracts run` would send nothing: the run would read 8,050 bytes" in said
    assert run_cli(["plan", "daily", *WINDOW, "--max-bytes", "9kB"]) == ExitCode.PASS


@pytest.mark.parametrize(
    ("text", "size"),
    [("2000000000", 2_000_000_000), ("2GB", 2_000_000_000), ("2GiB", 2_147_483_648), ("1.5 kb", 1_500), ("7B", 7)],
)
def test_bytes_as_people_write_them(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "0", "-1", "2XB", "GB", "1e9", "0.1"])
def test_what_is_no_number_of_bytes_is_refused_with_what_is_allowed(
    text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    assert run_cli(["run", "daily", "--max-bytes", text]) == ExitCode.USAGE
    assert "allowed: 2000000000, 2GB (10^9) or 2GiB (2^30)" in capsys.readouterr().err
