"""Every contract as a document of the Open Data Contract Standard."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import OpenDataContractStandard

from gx.cli.main import run_cli
from gx.contracts.model import Contract, ContractSet, Waiver
from gx.exports.odcs.document import document, document_text
from gx.rules.registry import families
from tests.exports.conftest import ROOT

SCHEMA = json.loads(Path(str(files("open_data_contract_standard") / "schema.json")).read_text(encoding="utf-8"))
"""The standard's own JSON Schema, version 3.2, which also takes documents of 3.1."""
PCF = "nba_precompute.player_composite_factors"


def text_of(contract: Contract, project: ContractSet) -> str:
    """The contract's document."""
    return document_text(document(contract, families(), project.calendar, project.waivers))


@pytest.fixture(scope="module")
def documents(project: ContractSet) -> dict[str, dict[str, Any]]:
    """Every document, read by a YAML reader that knows nothing of contracts."""
    return {
        table: yaml.load(text_of(contract, project), Loader=yaml.CSafeLoader)
        for table, contract in project.contracts.items()
    }


def properties_of(written: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The columns of a document's one table, by name."""
    return {each["name"]: each for each in written["schema"][0]["properties"]}


def rules_of(written: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The custom rules of a document, those of its columns included, by name."""
    table = written["schema"][0]
    every = [*table.get("quality", ()), *(rule for each in table["properties"] for rule in each.get("quality", ()))]
    return {rule["name"]: rule for rule in every if rule["type"] == "custom"}


def custom(node: dict[str, Any]) -> dict[str, Any]:
    """The custom properties of a part of a document."""
    return {each["property"]: each["value"] for each in node.get("customProperties", ())}


def test_every_document_is_valid(documents: dict[str, dict[str, Any]]) -> None:
    validator = Draft201909Validator(SCHEMA)
    problems = [
        (table, list(error.absolute_path), error.message)
        for table, written in documents.items()
        for error in validator.iter_errors(written)
    ]
    assert problems == []
    assert len(documents) == 27


def test_the_validator_sees_what_is_wrong(documents: dict[str, dict[str, Any]]) -> None:
    broken = json.loads(json.dumps(documents[PCF]))
    broken["schema"][0]["properties"][0]["logicalType"] = "text"
    broken["slaProperties"][0]["driven"] = True
    assert len(list(Draft201909Validator(SCHEMA).iter_errors(broken))) >= 2


def test_the_schema_says_type_key_and_partition(documents: dict[str, dict[str, Any]]) -> None:
    columns = properties_of(documents[PCF])
    assert list(columns)[:3] == ["player_lookup", "universal_player_id", "game_date"]
    key = {name: each["primaryKeyPosition"] for name, each in columns.items() if each.get("primaryKey")}
    assert key == {"player_lookup": 1, "game_date": 2}
    day = columns["game_date"]
    assert (day["partitioned"], day["partitionKeyPosition"], day["logicalType"]) == (True, 1, "date")
    score = columns["shot_zone_mismatch_score"]
    assert (score["logicalType"], score["physicalType"], score["required"]) == ("number", "NUMERIC(4,1)", False)
    assert score["logicalTypeOptions"] == {"minimum": -10, "maximum": 10}
    assert columns["data_quality_issues"]["items"] == {"logicalType": "string", "physicalType": "STRING"}


def test_a_table_that_is_not_partitioned_says_so(documents: dict[str, dict[str, Any]]) -> None:
    written = documents["nba_predictions.ml_feature_store_v2"]
    assert not any("partitioned" in each for each in properties_of(written).values())
    assert custom(written["schema"][0])["gameDateColumn"] == "game_date"


def test_every_rule_is_an_expectation(documents: dict[str, dict[str, Any]], project: ContractSet) -> None:
    for table, contract in project.contracts.items():
        found = rules_of(documents[table])
        assert {name: rule["implementation"]["type"] for name, rule in found.items()} == {
            rule.name: rule.expectation for rule in contract.rules
        }
        assert {rule["engine"] for rule in found.values()} == {"greatExpectations"}


def test_a_rule_says_what_why_and_what_to_do(documents: dict[str, dict[str, Any]]) -> None:
    rule = rules_of(documents[PCF])["covers_players_who_played"]
    assert rule["implementation"]["kwargs"]["fail_below"] == 0.9
    assert rule["description"].startswith("The keys of nba_analytics.player_game_summary with minutes_played > 0")
    assert rule["description"].endswith("Allowed: fail below 90%, warn below 95%.")
    assert rule["businessImpact"].startswith("A backfill wrote 1 of 187 players")
    assert (rule["severity"], rule["dimension"]) == ("critical", "coverage")
    known = custom(rule)
    assert (known["scope"], known["incident"]) == ("historical", "I-03")
    assert known["remedy"].startswith("Clear the stale rows")


def test_library_rules_stand_only_where_they_say_the_same(documents: dict[str, dict[str, Any]]) -> None:
    """In whole tables and REQUIRED columns; the library counts no game dates."""
    aliases = properties_of(documents["nba_reference.player_aliases"])["alias_lookup"]["quality"]
    library = [rule for rule in aliases if rule["type"] == "library"]
    assert [(rule["metric"], rule["mustBe"], custom(rule)["sameAs"]) for rule in library] == [
        ("nullValues", 0, "alias_lookup_is_present")
    ]
    columns = properties_of(documents[PCF]).values()
    assert not any(rule["type"] == "library" for each in columns for rule in each.get("quality", ()))
    unique = [rule for rule in documents[PCF]["schema"][0]["quality"] if rule["type"] == "library"]
    assert [(rule["metric"], rule["arguments"]) for rule in unique] == [
        ("duplicateValues", {"properties": ["game_id", "player_lookup"]})
    ]


def test_service_levels_come_from_the_calendar(documents: dict[str, dict[str, Any]]) -> None:
    levels = {each["property"]: each for each in documents[PCF]["slaProperties"]}
    assert (levels["latency"]["value"], levels["latency"]["unit"]) == (18, "h")
    assert levels["latency"]["element"] == "player_composite_factors.game_date"
    assert (levels["frequency"]["value"], levels["frequency"]["unit"]) == (1, "d")
    assert custom(documents[PCF])["calendar"]["bootstrapDays"] == 14
    ended = {each["property"]: each["value"] for each in documents["nba_raw.bdl_player_boxscores"]["slaProperties"]}
    assert ended["endOfSupport"] == "2026-01-27"


def test_the_owner_is_the_team_and_bigquery_the_server(documents: dict[str, dict[str, Any]]) -> None:
    written = documents[PCF]
    assert written["team"] == {"name": "precompute"}
    assert written["servers"] == [
        {"server": "bigquery", "type": "bigquery", "project": "my-project", "dataset": "nba_precompute"}
    ]


def test_waivers_are_known_limitations(project: ContractSet) -> None:
    waiver = Waiver(
        table=PCF,
        rule="every_slate_is_present",
        dates=(date(2023, 2, 23),),
        reason="The rows cannot be made again.",
        owner="precompute",
        since=date(2026, 1, 1),
        expires="never",
    )
    elsewhere = waiver.model_copy(update={"table": "nba_raw.nbac_schedule"})
    written = document(project.contracts[PCF], families(), project.calendar, [waiver, elsewhere])
    assert written.description and written.description.limitations == (
        "Rule every_slate_is_present on 2023-02-23 (precompute, for ever): The rows cannot be made again."
    )


def test_the_command_writes_a_file_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = run_cli(["export", "odcs", PCF, "nba_raw.nbac_schedule", "--output", str(tmp_path), "--project", "theirs"])
    assert status == 0
    written = [tmp_path / f"{table.replace('.', '/')}.odcs.yaml" for table in (PCF, "nba_raw.nbac_schedule")]
    assert capsys.readouterr().out.splitlines() == [f"wrote {file}" for file in written]
    assert OpenDataContractStandard.from_file(str(written[0])).servers[0].project == "theirs"  # type: ignore[index]
    assert sorted(tmp_path.rglob("*.yaml")) == sorted(written)


def test_an_unknown_table_is_refused_with_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["export", "odcs", "nba_raw.nbac_schedules", "--output", str(tmp_path / "new")]) == 64
    assert "did you mean 'nba_raw.nbac_schedule'?" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("kind", ["odcs", "gx"])
def test_exports_start_without_great_expectations_and_google(kind: str, tmp_path: Path) -> None:
    code = (
        "import sys; from gx.cli.main import run_cli; assert run_cli(sys.argv[1:]) == 0\n"
        "heavy = ('great_expectations', 'google.cloud', 'sqlalchemy', 'pandas')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, "export", kind, "--output", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
