"""Contract files that were read before are not read again, and nothing that changed is ever overlooked."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from gx.contracts import remembered, store
from gx.contracts.model import ContractSet
from gx.contracts.remembered import FILE, remembered_contracts
from gx.contracts.store import load_contracts
from gx.rules.registry import families

ROOT = Path(__file__).resolve().parents[2]
TABLE = "expectations/nba_reference/player_aliases.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project of one contract, and its state folder."""
    for name in (TABLE, "expectations/_calendar.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "state").mkdir()
    return tmp_path


class Reader:
    """Reads a project and counts how often its files were really parsed."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root, self.parsed = root, 0
        patch.setattr(store, "load_contracts", self._load)

    def _load(self, *arguments: object) -> object:
        self.parsed += 1
        return load_contracts(*arguments)  # type: ignore[arg-type]

    def read(self) -> ContractSet:
        return remembered_contracts(self.root, families(), self.root / "state")


@pytest.fixture
def reader(root: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(root, monkeypatch)


def test_all_contracts_come_back_as_they_were_read(tmp_path: Path) -> None:
    first = remembered_contracts(ROOT, families(), tmp_path)
    assert (tmp_path / FILE).exists()
    again = remembered_contracts(ROOT, families(), tmp_path)
    assert again == first == load_contracts(ROOT, families())


def test_files_that_did_not_change_are_read_once(reader: Reader) -> None:
    assert reader.read() == reader.read()
    assert reader.parsed == 1


def test_an_edit_counts_at_once(reader: Reader, root: Path) -> None:
    reader.read()
    file = root / TABLE
    file.write_text(file.read_text().replace("title:", "title: changed #", 1))
    assert next(iter(reader.read().contracts.values())).header.title == "changed"


@pytest.mark.parametrize("name", ["expectations/wrong.yaml", "checkpoints/daily.yml", "expectations/a/b/c.yaml"])
def test_a_file_that_appears_in_a_wrong_place_is_told(reader: Reader, root: Path, name: str) -> None:
    assert not reader.read().errors
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("table: x\n")
    assert [problem.location.file for problem in reader.read().errors] == [name]


def test_errors_are_told_every_time(reader: Reader, root: Path) -> None:
    reader.read()
    (root / TABLE).write_text("table: 1\n")
    first = reader.read().errors
    assert first
    assert reader.read().errors == first
    assert reader.parsed == 3


def test_another_day_reads_again_since_waivers_expire(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(date):
        @classmethod
        def today(cls) -> date:  # type: ignore[override]
            return date(2099, 1, 1)

    reader.read()
    monkeypatch.setattr(remembered, "date", Tomorrow)
    reader.read()
    assert reader.parsed == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": 1}', "no JSON", "\0"])
def test_what_was_kept_and_makes_no_sense_is_passed_over(reader: Reader, root: Path, text: str) -> None:
    expected = reader.read()
    (root / "state" / FILE).write_text(text)
    assert reader.read() == expected
    assert reader.parsed == 2


def test_what_was_kept_and_was_tampered_with_is_validated(reader: Reader, root: Path) -> None:
    expected = reader.read()
    kept = json.loads((root / "state" / FILE).read_text())
    kept["contracts"][0][2][0][5] = "no scope"
    (root / "state" / FILE).write_text(json.dumps(kept))
    assert reader.read() == expected


def test_without_a_state_folder_nothing_is_written(reader: Reader, root: Path) -> None:
    (root / "state").rmdir()
    reader.read()
    assert not (root / "state").exists()
