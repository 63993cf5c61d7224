"""I-03 as an operator meets it: the gate closes, its DELETE is run, a bad backfill is caught, a good one passes."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from gx.gates.document import gate_schema
from gx.simulation.edits import drop, keep_among, rows_of, where
from tests.gates.conftest import CONTEXTS, FACTORS, ONE, PROCESSOR, RANGE, SOME, Console, Desk, game_dates

pytestmark = pytest.mark.usefixtures("incident")
DELETE = (
    "DELETE FROM `nba_analytics.upcoming_player_game_context` "
    "WHERE game_date IN (DATE '2023-02-23', DATE '2023-02-24');"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the backfill keeps its checkpoint file."""
    return tmp_path_factory.mktemp("backfill")


def test_1_the_gate_is_closed_on_the_two_dates_and_prints_the_delete(desk: Desk, contracts: Console) -> None:
    status, out, _ = contracts("gate", "pre", PROCESSOR, *RANGE)
    assert status == 1, out
    assert desk.state.joinpath("gates", PROCESSOR, "2023-02-22_2023-02-26.json").is_file()
    assert "RED    2023-02-23 to 2023-02-24, 2 game dates" in out
    assert "1 of 187 keys are there" in out
    assert "68 of 175 keys are there" in out
    assert DELETE in out.splitlines()
    assert "allowed: 2023-02-25,2023-02-26" in out.splitlines()
    assert "blocked: 2023-02-23,2023-02-24" in out.splitlines()


def test_2_the_delete_was_printed_and_not_run(desk: Desk) -> None:
    rows = desk.warehouse.client.query(f"SELECT COUNT(*) FROM `{CONTEXTS}` WHERE game_date = '{ONE}'").result()
    assert [tuple(row) for row in rows] == [(1,)]


def test_3_after_the_delete_the_gate_is_green(desk: Desk, contracts: Console) -> None:
    status, out, err = contracts("warehouse", "sql", DELETE)
    assert status == 0, out + err
    status, out, _ = contracts("gate", "pre", PROCESSOR, *RANGE, "--strict")
    assert status == 0, out
    assert "GREEN  2023-02-23 to 2023-02-26, 4 game dates" in out
    assert f"allowed: {','.join(str(day) for day in game_dates(desk))}" in out.splitlines()
    assert "blocked: none" in out


def test_4_a_backfill_that_wrote_1_of_187_is_told_with_the_186_names(
    desk: Desk, contracts: Console, folder: Path
) -> None:
    factors = desk.clean[FACTORS]
    of_date = where(factors, game_date=ONE)
    desk.put({FACTORS: keep_among(factors, of_date, where(factors, game_date=ONE, player_lookup="reggiejackson"))})
    status, out, _ = contracts("gate", "post", PROCESSOR, *RANGE, "--evidence", str(folder))
    assert status == 1, out
    lost = {lookup for (lookup,) in rows_of(factors, of_date, "player_lookup")} - {"reggiejackson"}
    assert len(lost) == 186
    assert "blocked: 2023-02-23" in out.splitlines()
    assert lost <= set(out.replace(",", " ").split())
    assert _missing(folder) == lost


def _missing(folder: Path) -> set[str]:
    (file,) = folder.glob("*.gate.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.validate(document, gate_schema(), cls=jsonschema.Draft202012Validator)
    (day,) = [day for day in document["days"] if day["colour"] == "RED"]
    (missing,) = day["missing"]
    assert missing["total"] == 186
    return {key["player_lookup"] for key in missing["keys"]}


def test_5_the_evidence_is_a_page_that_names_them_too(desk: Desk, folder: Path) -> None:
    page = folder / f"{PROCESSOR}_2023-02-22_2023-02-26.gate.html"
    text = page.read_text(encoding="utf-8")
    assert "1 of 187 keys are there" in text
    assert all(name in text for name in _missing(folder))
    assert "http" not in text.replace("http-equiv", "")


def test_6_after_the_full_backfill_the_gate_is_open(desk: Desk, contracts: Console, folder: Path) -> None:
    desk.put({FACTORS: desk.clean[FACTORS]})
    status, out, _ = contracts("gate", "post", PROCESSOR, *RANGE, "--strict", "--evidence", str(folder))
    assert status == 0, out
    assert "GREEN  2023-02-23 to 2023-02-26, 4 game dates" in out


def test_7_rows_that_a_backfill_took_away_are_told(desk: Desk, contracts: Console) -> None:
    factors = desk.clean[FACTORS]
    names = sorted(lookup for (lookup,) in rows_of(factors, where(factors, game_date=SOME), "player_lookup"))
    desk.put({FACTORS: drop(factors, where(factors, game_date=SOME, player_lookup=names[10:]))})
    status, out, _ = contracts("gate", "post", PROCESSOR, *RANGE)
    desk.put({FACTORS: factors})
    assert status == 1, out
    assert "SHRUNK: 68 keys (68 rows) have become 10 (10 rows) since the snapshot of" in out


def test_8_without_a_snapshot_the_comparison_is_amber(
    contracts: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTRACTS_STATE_DIR", str(tmp_path))
    status, out, _ = contracts("gate", "post", PROCESSOR, *RANGE, "--strict")
    assert status == 2, out
    assert "AMBER  2023-02-23 to 2023-02-26, 4 game dates" in out
    assert "NOT_COMPARED" in out
    assert "allowed: none" in out
