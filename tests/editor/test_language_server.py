"""An editor on the contracts: the YAML language server completes, explains and checks with the project's schemas.

npm installs the server as its lock file says, once, into a folder outside of the checkout
(``CONTRACTS_EDITOR_SERVER``, else the user's cache); without npm or a network these tests skip and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gx.rules.registry import families
from tests.editor.server import LanguageServer

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CONTRACT = """\
# yaml-language-server: $schema=../contract.schema.json
table: nba_raw.nbac_schedule
title: Schedule
description: One row a game.
owner: raw
processor: NbacScheduleProcessor
phase: 2
partition: game_date
grain: [game_date, game_id]
columns:
  - {name: game_date, type: DATE, mode: REQUIRED}
  - {name: game_id, type: STRING}
expectations:
  - rule: ids_are_there
    expect_column_values_to_not_be_null:
      column: game_id
      mostly: 0.99
    severity: critical
"""


def cache_folder() -> Path:
    """Where the server is kept from one run to the next."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("CONTRACTS_EDITOR_SERVER") or base / "nba-data-contracts" / "editor")


def installed() -> list[str]:
    """The command that starts the server, installed now unless it is there as the lock file says."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("no node and npm here, which run and install the language server")
    folder = cache_folder()
    start = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    lock = (HERE / "package-lock.json").read_bytes()
    known = folder / "installed-lock.json"
    if not (start.exists() and known.exists() and known.read_bytes() == lock):
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        command = [npm, "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode:
            pytest.skip(f"npm could not install the language server: {done.stderr.strip().splitlines()[-1:]}")
        known.write_bytes(lock)
    return [node, str(start), "--stdio"]


@pytest.fixture(scope="module")
def server() -> Iterator[LanguageServer]:
    running = LanguageServer(installed(), ROOT)
    yield running
    running.close()


def opened(server: LanguageServer, text: str, name: str = "expectations/nba_raw/nbac_schedule.yaml") -> str:
    return server.open(ROOT / name, text)


def place(text: str, mark: str) -> tuple[int, int]:
    """Where a text begins, line and character from 0."""
    before = text[: text.index(mark)]
    return before.count("\n"), len(before.rpartition("\n")[2])


def labels(server: LanguageServer, uri: str, line: int, character: int) -> set[str]:
    found = server.at("textDocument/completion", uri, line, character)
    return {item["label"] for item in found["items"]}


def test_a_rule_is_completed_with_the_families(server: LanguageServer) -> None:
    text = CONTRACT + "  - rule: another\n    "
    line = text.count("\n")
    assert set(families()) <= labels(server, opened(server, text), line, 4)


def test_arguments_are_completed_with_those_that_are_left(server: LanguageServer) -> None:
    text = CONTRACT.replace("      mostly: 0.99\n", "      \n")
    line, _ = place(text, "    severity: critical")
    offered = labels(server, opened(server, text), line - 1, 6)
    assert {"mostly", "where"} <= offered
    assert "column" not in offered


def test_values_are_completed(server: LanguageServer) -> None:
    text = CONTRACT.replace("severity: critical", "severity: ")
    line, character = place(text, "severity: ")
    offered = labels(server, opened(server, text), line, character + len("severity: "))
    assert {"critical", "warning", "info"} <= offered


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("grain:", "The columns whose values name one row."),
        ("expect_column_values_to_not_be_null", "GX: every value is there."),
        ("mostly", "The share of evaluated rows of a game date that must be as expected"),
        ("severity", "critical fails a run, warning warns, info is only recorded."),
        ("mode: REQUIRED", "REQUIRED columns are never NULL"),
    ],
)
def test_a_key_explains_itself(server: LanguageServer, mark: str, said: str) -> None:
    uri = opened(server, CONTRACT)
    line, character = place(CONTRACT, mark)
    shown = server.at("textDocument/hover", uri, line, character + 1)["contents"]["value"].replace("\\", "")
    assert said in shown.replace("&nbsp;", " ")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("owner: raw", "ownr: raw", "Property ownr is not allowed"),
        ("      mostly: 0.99", "      mostley: 0.99", "Property mostley is not allowed"),
        ("severity: critical", "severity: loud", "Value is not accepted"),
        ("phase: 2", "phase: 9", "Value is not accepted"),
    ],
)
def test_a_slip_is_told_at_its_line(server: LanguageServer, right: str, wrong: str, said: str) -> None:
    text = CONTRACT.replace(right, wrong)
    found = server.problems(opened(server, text))
    line, _ = place(text, wrong.strip())
    assert any(said in item["message"] and item["range"]["start"]["line"] == line for item in found), found


@pytest.mark.parametrize(
    "name",
    [
        "expectations/nba_raw/nbac_schedule.yaml",
        "expectations/_calendar.yaml",
        "expectations/_waivers.yaml",
        "checkpoints/daily.yaml",
    ],
)
def test_the_projects_own_files_have_no_problem(server: LanguageServer, name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert server.problems(opened(server, text, name)) == []
