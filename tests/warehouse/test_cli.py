"""The commands ``contracts warehouse``: what they print and how they exit."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gx.cli.main import run_cli

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

CONTRACT = """\
# yaml-language-server: $schema=../contract.schema.json
table: warehouse_cli.players
title: Players
description: One row a player and date.
owner: tests
processor: PlayersProcessor
phase: 2
partition: game_date
require_partition_filter: true
grain: [game_date, player]
columns:
  - {name: game_date, type: DATE, mode: REQUIRED, description: Date of tip-off}
  - {name: player, type: STRING, mode: REQUIRED, description: Key}
  - {name: points, type: INT64, description: Points}
expectations:
  - rule: one_row_a_player
    expect_compound_columns_to_be_unique: {column_list: [game_date, player]}
"""

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    warehouse: Warehouse,
    warehouse_environment: Mapping[str, str],
) -> Run:
    """Run a command line in a small project; its exit status, standard output and standard error."""
    folder = tmp_path / "project" / "expectations" / "warehouse_cli"
    folder.mkdir(parents=True)
    (folder / "players.yaml").write_text(CONTRACT)
    calendar = Path(__file__).parents[2] / "expectations" / "_calendar.yaml"
    (folder.parent / "_calendar.yaml").write_text(calendar.read_text())
    monkeypatch.chdir(tmp_path / "project")
    for name, value in warehouse_environment.items():
        monkeypatch.setenv(name, value)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        status = run_cli(["warehouse", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_command


def test_tables_are_made_filled_and_asked(run: Run, tmp_path: Path) -> None:
    assert run("init")[:2] == (0, "warehouse_cli.players: created\n")
    assert run("init")[:2] == (0, "warehouse_cli.players: already there\n")
    path = tmp_path / "warehouse_cli.players.csv"
    path.write_text("game_date,player,points\n2023-02-23,a,7\n2023-02-24,b,\n")
    (tmp_path / "notes.txt").touch()
    status, out, err = run("load", str(tmp_path), "--replace")
    assert status == 0
    assert "warehouse_cli.players: 2 rows now\n" in out
    assert f"skipped {tmp_path}/notes.txt: no table" in out
    assert "[2/2] loading warehouse_cli.players (2 rows)" in err
    status, out, _ = run("sql", "SELECT player, points FROM warehouse_cli.players WHERE game_date > '2023-01-01'")
    assert (status, out.splitlines()) == (0, ["player  points", "a            7", "b         NULL", "(2 rows)"])
    status, out, _ = run("status")
    assert "The embedded warehouse is running." in out
    assert any(line.split() == ["warehouse_cli.players", "2"] for line in out.splitlines())


def test_refused_files_exit_64_with_every_fault(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "warehouse_cli.players.csv"
    path.write_text("game_date,player,point\n2023-02-30,a,7\n")
    status, out, err = run("load", str(path))
    assert (status, out) == (64, "")
    assert f"{path}: column point: is no column of warehouse_cli.players; did you mean points?" in err
    assert f"{path}: column game_date, row 1: found '2023-02-30'" in err
    assert "Refused: 2 faults; nothing was loaded." in err


def test_rows_can_be_had_as_csv_and_json(run: Run) -> None:
    sql = "SELECT 1 AS n, 'a,b' AS t, CAST(NULL AS STRING) AS e, DATE '2023-02-23' AS d, [1.5] AS l, TRUE AS b"
    assert run("sql", sql, "--format", "csv")[1] == 'n,t,e,d,l,b\n1,"a,b",,2023-02-23,[1.5],true\n'
    found = json.loads(run("sql", sql, "--format", "json")[1])
    assert found == [{"n": 1, "t": "a,b", "e": None, "d": "2023-02-23", "l": [1.5], "b": True}]
    assert json.loads(run("sql", "SELECT 1 AS n FROM UNNEST([]) AS x", "--format", "json")[1]) == []


def test_sql_is_read_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 5 AS n"))
    assert run("sql", "-")[:2] == (0, "n\n5\n(1 row)\n")


def test_changes_are_told(run: Run) -> None:
    assert run("sql", "CREATE SCHEMA IF NOT EXISTS warehouse_cli_sql")[0] == 0
    assert "Done: create" in run("sql", "CREATE TABLE warehouse_cli_sql.t AS SELECT 1 AS n")[1]
    assert run("sql", "UPDATE warehouse_cli_sql.t SET n = 2 WHERE TRUE")[1] == "1 row changed.\n"


def test_a_cell_cannot_steer_the_terminal(run: Run) -> None:
    out = run("sql", r"SELECT 'red\x1b[31m\ntwo' AS t")[1]
    assert out.splitlines() == ["t", "red\\x1b[31m\\ntwo", "(1 row)"]


def test_a_failing_statement_exits_3_with_a_sentence(run: Run) -> None:
    status, out, err = run("sql", "SELECT nonsense FROM UNNEST([1]) AS n")
    assert (status, out) == (3, "")
    assert err == "contracts warehouse: the statement failed: Unrecognized name: nonsense\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sql", " "], "no SQL was given"),
        (["load"], "paths"),
        (["load", "nowhere.csv"], "nowhere.csv: there is no such file or folder"),
        (["sql", "SELECT 1", "--format", "xml"], "xml"),
    ],
)
def test_wrong_usage_exits_64(run: Run, arguments: list[str], told: str) -> None:
    status, _, err = run(*arguments)
    assert status == 64
    assert told in err


def test_a_wrong_address_exits_64_and_says_what_is_allowed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "postgres://x")
    status, _, err = run("status")
    assert status == 64
    assert "Allowed: `embedded`, or `bigquery://PROJECT`" in err


@pytest.mark.parametrize("command", ["up", "down", "reset"])
def test_bigquery_is_neither_started_nor_emptied(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("CONTRACTS_WAREHOUSE", "bigquery://my-project")
    status, _, err = run(command)
    assert status == 64
    assert f"`{command}` is for the embedded warehouse only" in err


def test_a_broken_contract_stops_a_load(run: Run) -> None:
    Path("expectations/warehouse_cli/players.yaml").write_text(CONTRACT.replace("DATE", "DAY"))
    status, _, err = run("init")
    assert status == 64
    assert "players.yaml:12" in err


def test_a_stopped_warehouse_says_so_and_is_not_started(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONTRACTS_WAREHOUSE_DIR", str(tmp_path / "unused"))
    status, out, _ = run("status")
    assert status == 0
    assert out.startswith("The embedded warehouse is stopped.")
    assert not (tmp_path / "unused").exists()
    assert run("down")[1] == "The embedded warehouse was not up.\n"
    assert run("reset")[0] == 0
