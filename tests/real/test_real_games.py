"""1,230 real games: no false alarm, and the partial backfill found on them at the right dates.

The data are not part of the repository; CONTRACTS_REAL_DATA names their folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gx.cli.main import run_cli
from gx.reporting.schema import result_schema
from gx.warehouse.connection import open_warehouse
from tests.conftest import fast_folder

DATA = os.environ.get("CONTRACTS_REAL_DATA", "")
AUDIT = ["run", "season_audit", "--season", "2022-23", "--as-of", "2023-04-11", "--format", "json", "--no-docs"]
KEPT = """
SELECT game_date, player_lookup FROM (
  SELECT
    game_date, player_lookup,
    ROW_NUMBER() OVER (PARTITION BY game_date ORDER BY player_lookup <> 'reggiejackson', player_lookup) AS place
  FROM nba_analytics.player_game_summary
  WHERE game_date IN ('2023-02-23', '2023-02-24') AND minutes_played > 0
)
WHERE place <= IF(game_date = '2023-02-23', 1, 68)
"""
DELETE = """
DELETE FROM {table}
WHERE game_date IN ('2023-02-23', '2023-02-24')
  AND CONCAT(CAST(game_date AS STRING), player_lookup) NOT IN (
    SELECT CONCAT(CAST(game_date AS STRING), player_lookup) FROM ({kept}))
"""
QUIET = ("pass", "exempt", "waived")
CONTEXTS, FACTORS = "nba_analytics.upcoming_player_game_context", "nba_precompute.player_composite_factors"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA, reason="CONTRACTS_REAL_DATA does not name a folder of real games"),
]


@pytest.fixture(scope="module", autouse=True)
def warehouse_of_real_games(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The real games, loaded by the command that a user would give."""
    folder = fast_folder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTRACTS_WAREHOUSE", "embedded")
        patch.setenv("CONTRACTS_WAREHOUSE_DIR", str(folder))
        patch.setenv("CONTRACTS_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        with open_warehouse(folder=folder):
            assert run_cli(["warehouse", "load", str(Path(DATA)), "--replace"]) == 0
            yield


def audit(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    status = run_cli(AUDIT)
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, result_schema(), cls=jsonschema.Draft202012Validator)
    return status, document


def rules_of(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(table["table"], rule["rule"]): rule for table in document["tables"] for rule in table["rules"]}


def test_no_false_alarm_on_a_real_season(capsys: pytest.CaptureFixture[str]) -> None:
    status, document = audit(capsys)
    loud = {name: rule["observed"] for name, rule in rules_of(document).items() if rule["verdict"] not in QUIET}
    assert loud == {}
    assert status == 0
    assert rules_of(document)[FACTORS, "covers_players_who_played"]["partition_counts"]["pass"] == 150


def test_the_partial_backfill_is_found_on_its_two_dates_only(capsys: pytest.CaptureFixture[str]) -> None:
    for table in (CONTEXTS, FACTORS):
        assert run_cli(["warehouse", "sql", DELETE.format(table=table, kept=KEPT)]) == 0
    status, document = audit(capsys)
    assert status == 1
    rules = rules_of(document)
    for name in ((FACTORS, "covers_players_who_played"), (CONTEXTS, "fallback_is_complete")):
        rule = rules[name]
        failing = {
            part["partition"]: (part["actual"], part["expected"], round(100 * part["coverage"], 1))
            for part in rule["partitions"]
            if part["verdict"] == "fail"
        }
        assert failing == {"2023-02-23": (1, 187, 0.5), "2023-02-24": (68, 175, 38.9)}
        assert rule["failing_keys_total"] == 186 + 107
        assert len(rule["failing_keys"]) == 200
        assert {key["partition_date"] for key in rule["failing_keys"]} == {"2023-02-23", "2023-02-24"}
    wrong = {
        (table, part["partition"])
        for (table, _), rule in rules.items()
        for part in rule["partitions"]
        if part["verdict"] not in QUIET
    }
    assert wrong == {(table, day) for table in (CONTEXTS, FACTORS) for day in ("2023-02-23", "2023-02-24")}
