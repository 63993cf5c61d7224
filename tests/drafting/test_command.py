"""``contracts draft TABLE``: against the embedded warehouse; what it prints, writes and refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gx.cli.main import run_cli
from gx.warehouse.client import Warehouse
from tests.diff.conftest import write
from tests.drafting.conftest import TABLE, Studio, read
from tests.drafting.test_draft import COLUMNS, scores

PAGE = Path(__file__).resolve().parents[2] / "docs" / "review-and-draft.md"
WINDOW = ["--start", "2026-01-01", "--end", "2026-01-14"]
DRAFT = ["draft", TABLE, "--owner", "precompute", *WINDOW]


@pytest.fixture(scope="module")
def table(studio: Studio) -> Warehouse:
    return studio.live(COLUMNS, scores(), apart=False)


@pytest.fixture
def project(
    table: Warehouse, warehouse_environment: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A project without a contract of the table, and the working directory in it."""
    for name, value in warehouse_environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(write(tmp_path))
    return tmp_path


def test_it_sends_one_job_and_prints_a_contract(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[str] = []
    submit = Warehouse._submit

    def noted(self: Warehouse, sql: str, *more: Any) -> Any:
        sent.append(sql)
        return submit(self, sql, *more)

    monkeypatch.setattr(Warehouse, "_submit", noted)
    assert run_cli(DRAFT) == 0
    assert len(sent) == 1
    assert "BETWEEN @start AND @end" in sent[0]
    assert read(capsys.readouterr().out).table == TABLE


def test_the_page_shows_what_it_prints(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(DRAFT) == 0
    printed = capsys.readouterr().out.splitlines()
    (shown,) = re.findall(r"^```yaml\n(# yaml-language-server.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    lines = [line for line in shown.splitlines() if line != "..."]
    assert len(lines) > 10
    assert [line for line in lines if line not in printed] == []


def test_saved_where_it_belongs_it_passes_lint_and_is_not_replaced(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = "expectations/nba_precompute/scores.yaml"
    assert run_cli([*DRAFT, "--output", file]) == 0
    assert run_cli(["lint"]) == 0
    assert run_cli([*DRAFT, "--output", file]) == 64
    assert "a draft replaces no file" in capsys.readouterr().err
    # a table that has a contract by now can be drafted again, to be compared with it
    assert run_cli(DRAFT) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["draft", TABLE, "--owner", "x"], "a draft needs a window"),
        (["draft", "scores; DROP TABLE x", "--owner", "x", *WINDOW], "a table is named dataset.table"),
        (["draft", "nba_precompute.nothing", "--owner", "x", *WINDOW], "there is no table nba_precompute.nothing"),
        (["draft", TABLE, "--owner", "x", "--season", "1999-00"], "no season '1999-00'"),
        (["draft", TABLE, "--owner", "x", "--date", "2025-12-01"], "has no rows in 2025-12-01 to 2025-12-01"),
        (["draft", TABLE, *WINDOW], "--owner"),
    ],
)
def test_what_cannot_be_drafted_is_refused(
    project: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_cli(words) == 64
    assert said in " ".join(capsys.readouterr().err.replace("│", " ").split())


def test_a_warehouse_that_does_not_answer_gives_no_draft(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "bigquery://nowhere?api_endpoint=http://127.0.0.1:9")
    monkeypatch.setenv("CONTRACTS_DEADLINE_SECONDS", "1")
    assert run_cli(DRAFT) == 3
    assert capsys.readouterr().err.startswith("not drafted: ")
