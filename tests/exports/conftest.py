"""A small contract with rules of every core family and of the pipeline's, its rows, and its exported project."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gx.contracts.model import Contract, ContractSet
from gx.contracts.parse import parse_contract
from gx.contracts.source import parse_text
from gx.contracts.store import load_contracts
from gx.exports.gx_native.project import project_files, write_project
from gx.exports.gx_native.suites import suites
from gx.exports.gx_native.window import BatchWindow
from gx.rules.registry import families

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

ROOT = Path(__file__).resolve().parents[2]
TABLE = "exported.players"
DAY = date(2026, 1, 5)
NEXT = DAY + timedelta(days=1)
WINDOW = BatchWindow("America/New_York", start=DAY, end=NEXT, as_of=NEXT)
CONTRACT = """\
# yaml-language-server: $schema=../contract.schema.json
table: exported.players
title: Players
description: Rows of a test.
owner: tests
processor: none
phase: 3
partition: game_date
require_partition_filter: true
grain: [game_date, player]
columns:
  - {name: game_date, type: DATE}
  - {name: player, type: STRING}
  - {name: team, type: STRING}
  - {name: points, type: INT64}
  - {name: minutes, type: FLOAT64}
expectations:
  - {rule: player_there, expect_column_values_to_not_be_null: {column: player}}
  - {rule: team_there, expect_column_values_to_not_be_null: {column: team}}
  - {rule: team_mostly_there, expect_column_values_to_not_be_null: {column: team, mostly: 0.7}}
  - {rule: points_in_range, expect_column_values_to_be_between: {column: points, min_value: 0, max_value: 50}}
  - {rule: points_low, expect_column_values_to_be_between: {column: points, max_value: 31, strict_max: true}}
  - {rule: known_team, expect_column_values_to_be_in_set: {column: team, value_set: [BOS, NYK]}}
  - {rule: boston_only, expect_column_values_to_be_in_set: {column: team, value_set: [BOS]}}
  - {rule: plain_player, expect_column_values_to_match_regex: {column: player, regex: '^[a-z]+$'}}
  - {rule: short_player, expect_column_values_to_match_regex: {column: player, regex: '^[a-z]{3}$'}}
  - {rule: one_row_a_player, expect_compound_columns_to_be_unique: {column_list: [game_date, player]}}
  - {rule: one_row_a_team, expect_compound_columns_to_be_unique: {column_list: [game_date, team]}}
  - {rule: no_points_on_the_bench, expect_column_values_to_be_null: {column: points, where: minutes = 0}}
  - {rule: points_of_players, expect_column_values_to_not_be_null: {column: points, where: minutes > 0}}
  - {rule: points_of_all, expect_column_values_to_not_be_null: {column: points}}
  - {rule: once_ever, expect_compound_columns_to_be_unique: {column_list: [player, team]}, scope: table}
  - {rule: tomorrow_named, expect_column_values_to_not_be_null: {column: player}, scope: upcoming}
  - {rule: of_another_year, expect_column_values_to_be_null: {column: player}, since: 2026-06-01}
  - {rule: points_need_minutes, expect_rows_to_satisfy: {condition: points = 0 OR minutes > 0}}
  - {rule: minutes_fit, expect_rows_to_satisfy: {condition: minutes <= 40}, why: Overtime is rare., incident: I-09}
  - {rule: enough_rows, expect_partition_statistic_to_be_between: {statistic: row_count, fail_below: 3}}
"""
ROWS = (
    (DAY - timedelta(days=9), "abe", "BOS", 1, 1.0),  # outside the window; the player and team of the next row
    (DAY, "abe", "BOS", 12, 20.0),
    (DAY, "bob", "BOS", 31, 44.5),
    (DAY, "cyril", None, 0, 3.0),
    (DAY, "dan", "NYK", None, 0.0),
    (NEXT, None, "BOS", None, None),
)
BROKEN = {
    "team_there", "points_low", "boston_only", "short_player", "one_row_a_team", "points_of_all", "once_ever",
    "tomorrow_named", "minutes_fit",
}  # fmt: skip
"""The rules that these rows break."""


@pytest.fixture(scope="session")
def project() -> ContractSet:
    """The contracts of this repository."""
    found = load_contracts(ROOT, families())
    assert found.errors == ()
    return found


@pytest.fixture(scope="session")
def players() -> Contract:
    """The small contract."""
    parsed = parse_contract(parse_text(CONTRACT, "players.yaml"), TABLE, families())
    assert parsed.sound and parsed.contract, parsed.problems
    return parsed.contract


@pytest.fixture(scope="session")
def exported(players: Contract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small contract's Great Expectations project."""
    folder = tmp_path_factory.mktemp("exported")
    write_project(folder, project_files([*suites(players, families(), WINDOW)]))
    return folder


@pytest.fixture
def own_project(tmp_path: Path) -> Path:
    """A project of contracts that holds the small contract alone."""
    folder = tmp_path / "expectations"
    (folder / "exported").mkdir(parents=True)
    shutil.copy(ROOT / "expectations" / "_calendar.yaml", folder)
    (folder / "exported" / "players.yaml").write_text(CONTRACT, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def loaded(warehouse: Warehouse) -> Iterator[Warehouse]:
    """The embedded warehouse with the table, which refuses statements without a predicate on its partition."""
    values = ", ".join(f"(DATE '{row[0]}', {', '.join(map(_literal, row[1:]))})" for row in ROWS)
    for statement in (
        "CREATE SCHEMA IF NOT EXISTS exported",
        f"CREATE OR REPLACE TABLE {TABLE} (game_date DATE, player STRING, team STRING, points INT64, minutes FLOAT64) "
        "PARTITION BY game_date OPTIONS (require_partition_filter = TRUE)",
        f"INSERT INTO {TABLE} (game_date, player, team, points, minutes) VALUES {values}",
    ):
        warehouse.query(statement)
    yield warehouse


def _literal(value: object) -> str:
    return "NULL" if value is None else json.dumps(value)
