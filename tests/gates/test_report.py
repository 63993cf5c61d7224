"""What a gate prints and writes: readable over four seasons, valid JSON, a page in which data stay data."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from gx.exit_codes import ExitCode
from gx.gates.document import gate_document, gate_schema, published_gate_schema
from gx.gates.evidence import evidence_page, write_evidence
from gx.gates.force import force, forced_log
from gx.gates.model import Colour, Coverage, GateDay, GateResult, Missing, Reason
from gx.gates.snapshot import Held, Snapshot, held, lost_rows, read_snapshots, write_snapshot
from gx.gates.terminal import gate_lines
from gx.paths import Paths, project_paths
from gx.reporting.json_text import json_text

TABLE = "nba_precompute.player_composite_factors"
START = date(2021, 10, 19)
ASKED = datetime(2026, 1, 6, 17, tzinfo=UTC)
DAY = date(2023, 2, 23)


def reason(day: date, rule: str = "covers_players_who_played", detail: str = "1 of 187 keys are there") -> Reason:
    return Reason(day, Colour.RED, "target", TABLE, rule, detail, remedy="Run it again.", incident="I-03")


def gate(*days: GateDay) -> GateResult:
    end = days[-1].day if days else DAY
    return GateResult("after", "Some/Processor", (TABLE,), START, end, ASKED, ASKED, days, warehouse="embedded")


def four_seasons() -> GateResult:
    """660 game dates; every third month is broken, each date with numbers of its own."""
    days = []
    for number in range(660):
        day = START + timedelta(days=2 * number)
        broken = day.month % 3 == 0
        told = (reason(day, detail=f"{number} of 700 keys are there"),) if broken else ()
        cell = Coverage(TABLE, "covers_players_who_played", 700, number, number / 700)
        days.append(GateDay(day, Colour.RED if broken else Colour.GREEN, told, None, (cell,)))
    return gate(*days)


def paths(folder: Path) -> Paths:
    found = project_paths()
    return Paths(found.root, folder / "warehouse", folder)


def test_four_seasons_fit_on_a_few_screens_and_the_lists_are_whole() -> None:
    result = four_seasons()
    lines = list(gate_lines(result))
    assert len(lines) < 200
    lists = {
        line.split(": ")[0]: line.split(": ")[1].split(",") for line in lines if line.startswith(("allowed", "blocked"))
    }
    assert len(lists["allowed"]) + len(lists["blocked"]) == 660
    assert "and 11 more dates" in "\n".join(lines)
    assert sum("Run it again." in line for line in lines) == 1, "a remedy is told once"


def test_the_document_follows_the_published_schema() -> None:
    missing = Missing(TABLE, 186, ({"player_lookup": "reggiejackson"},))
    result = gate(GateDay(DAY, Colour.RED, (reason(DAY),), "a note", (), (missing,)))
    document = json.loads(json_text(gate_document(result)))
    jsonschema.validate(document, gate_schema(), cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"surprise": 1}, gate_schema(), cls=jsonschema.Draft202012Validator)


def test_the_published_schema_is_current() -> None:
    root = Path(__file__).resolve().parents[2]
    for name, text in published_gate_schema().items():
        assert (root / name).read_text(encoding="utf-8") == text, "run `contracts export json-schema`"


def test_the_page_escapes_what_the_data_say() -> None:
    hostile = "<script>alert(1)</script>"
    missing = Missing(TABLE, 3, ({"player_lookup": hostile},))
    page = evidence_page(gate(GateDay(DAY, Colour.RED, (reason(DAY, detail=hostile),), hostile, (), (missing,))))
    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert "and 2 more" in page


def test_evidence_lies_under_a_harmless_name_and_nothing_else_is_left(tmp_path: Path) -> None:
    files = write_evidence(gate(GateDay(DAY, Colour.GREEN)), tmp_path / "new")
    assert [file.name for file in files] == [
        "Some_Processor_2021-10-19_2023-02-23.gate.json",
        "Some_Processor_2021-10-19_2023-02-23.gate.html",
    ]
    assert sorted((tmp_path / "new").iterdir()) == sorted(files)


def test_a_gate_without_a_game_date_is_open_and_says_so() -> None:
    lines = list(gate_lines(gate()))
    assert lines[0].startswith("OPEN")
    assert "no game date in this range" in lines[0]
    assert "allowed: none" in lines


def test_two_operators_who_force_at_once_leave_two_whole_lines(tmp_path: Path) -> None:
    closed = gate(GateDay(DAY, Colour.RED, (reason(DAY),)))
    threads = [threading.Thread(target=force, args=(closed, f"reason {n} " * 500, paths(tmp_path))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = forced_log(paths(tmp_path)).read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["exit_code"] for line in lines} == {1}
    assert len(lines) == 8


def test_an_open_gate_is_not_forced_and_nothing_is_recorded(tmp_path: Path) -> None:
    opened = force(gate(GateDay(DAY, Colour.GREEN)), "to be sure", paths(tmp_path))
    assert opened.forced is None
    assert not forced_log(paths(tmp_path)).exists()


def test_a_gate_that_cannot_record_stays_closed(tmp_path: Path) -> None:
    (tmp_path / "gates").write_text("a file where the folder should be")
    closed = gate(GateDay(DAY, Colour.RED, (reason(DAY),)))
    with pytest.raises(OSError, match="gates"):
        force(closed, "in a hurry", paths(tmp_path))
    assert closed.exit_code is ExitCode.BROKEN


def snapshot(rows: int, keys: int, taken_at: datetime = ASKED, warehouse: str = "embedded") -> Snapshot:
    return Snapshot("P", DAY, DAY, taken_at, warehouse, {TABLE: {DAY: Held(rows, keys)}})


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((187, 187), (187, 187), []),
        ((1, 1), (187, 187), []),
        ((187, 187), (184, 184), ["SHRUNK"]),
        ((374, 187), (187, 187), []),
        ((187, 187), (190, 100), ["SHRUNK"]),
    ],
    ids=["the same", "filled", "lost", "copies removed", "copies hide a loss"],
)
def test_keys_decide_whether_rows_were_lost(before: tuple[int, int], after: tuple[int, int], told: list[str]) -> None:
    found = lost_rows([snapshot(*before)], {TABLE: {DAY: Held(*after)}})
    assert [each.classification for each in found] == told


def test_the_newest_snapshot_of_the_same_warehouse_is_compared(tmp_path: Path) -> None:
    where = paths(tmp_path)
    write_snapshot(snapshot(10, 10), where)
    later = Snapshot("P", START, DAY, ASKED + timedelta(hours=1), "embedded", {TABLE: {DAY: Held(20, 20)}})
    write_snapshot(later, where)
    (tmp_path / "gates" / "P" / "broken.json").write_text("{")
    found, notes = read_snapshots(where, "P", "embedded")
    assert [item.tables[TABLE][DAY].rows for item in found] == [20, 10]
    assert "broken.json cannot be read" in notes[0]
    assert read_snapshots(where, "P", "bigquery://elsewhere")[0] == []


def test_a_date_without_rows_is_held_with_none() -> None:
    assert held([], [DAY]) == {DAY: Held(0, 0)}
