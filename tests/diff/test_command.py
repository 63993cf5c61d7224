"""``contracts diff REV``: against a git repository of its own; what it prints, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gx.cli.main import run_cli
from tests.diff.conftest import CONTRACT, TABLE, write

ROOT = Path(__file__).resolve().parents[2]


def edit(root: Path, before: str, after: str) -> None:
    file = root / CONTRACT
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


def test_a_clean_tree_has_nothing_to_tell(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["diff", "HEAD"]) == 0
    assert capsys.readouterr().out.startswith("0 breaking, 0 loosening, 0 tightening, 0 harmless since HEAD (")


def test_a_loosening_exits_1_and_shows_both_places(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository, "owner: raw\n", "owner: raw\nupstream: []\n")
    edit(repository, "fail_below: 0.9\n", "fail_below: 0.8\n")
    assert run_cli(["diff", "HEAD"]) == 1
    assert capsys.readouterr().out.splitlines()[:3] == [
        "LOOSENING",
        "  nba_raw.games: rule games_are_covered: fail_below: 0.8, was 0.9",
        f"      now {CONTRACT}:20, was {CONTRACT}:19",
    ]


def test_a_tightening_exits_0_unless_asked_for(repository: Path) -> None:
    edit(repository, "fail_below: 0.9\n", "fail_below: 0.95\n")
    assert run_cli(["diff", "HEAD"]) == 0
    assert run_cli(["diff", "HEAD", "--fail-on", "breaking,tightening"]) == 1
    assert run_cli(["diff", "HEAD", "--fail-on", "none"]) == 0


def test_json_says_the_same_to_programs(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository, "fail_below: 0.9\n", "fail_below: 0.8\n")
    assert run_cli(["diff", "HEAD", TABLE, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "contracts.diff/1"
    assert told["counts"] == {"breaking": 0, "loosening": 1, "tightening": 0, "harmless": 0}
    assert told["changes"] == [
        {
            "kind": "loosening",
            "table": TABLE,
            "subject": "rule games_are_covered",
            "what": "fail_below: 0.8, was 0.9",
            "new": {"file": CONTRACT, "line": 19, "column": 5},
            "old": {"file": CONTRACT, "line": 19, "column": 5},
        }
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["diff", "no-such-branch"], "no revision 'no-such-branch' in this git repository"),
        (["diff", "HEAD", "nba_raw.game"], "did you mean 'nba_raw.games'?"),
        (["diff", "HEAD", "--fail-on", "anything"], "'anything' is no kind of change; allowed: breaking"),
    ],
)
def test_what_is_not_there_is_refused(
    repository: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(words) == 64
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_a_contract_with_an_error_is_not_compared(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(repository, "phase: 2", "phase: 9")
    assert run_cli(["diff", "HEAD"]) == 64
    assert "nothing was compared" in capsys.readouterr().err


def test_outside_of_a_repository_there_is_nothing_to_compare_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.chdir(write(tmp_path / "alone"))
    assert run_cli(["diff", "HEAD"]) == 64
    assert "no git repository" in capsys.readouterr().err


def test_without_git_it_says_so(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert run_cli(["diff", "HEAD"]) == 64
    assert "git is not installed" in capsys.readouterr().err


def test_it_imports_neither_great_expectations_nor_google(repository: Path) -> None:
    code = (
        "import sys; from gx.cli.main import run_cli; status = run_cli(['diff', 'HEAD'])\n"
        "heavy = {name.partition('.')[0] for name in sys.modules} & {'great_expectations', 'google', 'jinja2'}\n"
        "assert not heavy, heavy; sys.exit(status)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
