"""Run history and season pages on the simulated league: silent on a clean season, files beside the results."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from gx.checkpoints.request import select
from gx.checkpoints.run import Finished, run_checkpoint
from gx.reporting.document import plain_value, run_document
from gx.reporting.schema import result_schema
from gx.rules.registry import families
from tests.checkpoints.conftest import Project


@pytest.fixture(scope="module")
def finished(league: Project) -> Finished:
    return league.run("run_history")


def test_the_clean_league_has_no_loss_and_no_wrong_number(finished: Finished) -> None:
    history = finished.run.overviews["run_history"]
    loud = {name: count for name, count in history["classes"].items() if count}
    assert set(loud) == {"AGREE", "LEGITIMATE_ZERO"}
    assert (history["data_loss"], history["tracking_bugs"], history["not_evaluated"]) == ([], [], [])


def test_every_processor_of_the_league_is_known(finished: Finished) -> None:
    rules = [rule for rule in finished.run.rules if rule.rule == "every_processor_is_known"]
    assert [(rule.verdict, set(rule.partition_counts)) for rule in rules] == [("pass", {"pass"})]


def test_the_document_fits_its_schema(finished: Finished) -> None:
    document: dict[str, Any] = json.loads(json.dumps(plain_value(run_document(finished.run))))
    jsonschema.validate(document, result_schema(), cls=jsonschema.Draft202012Validator)


@pytest.fixture(scope="module")
def pages(league: Project) -> dict[str, Any]:
    """The overviews of a season audit that only asks whether rows are there."""
    definition = league.contracts.checkpoints["season_audit"]
    presence = ("every_slate_is_present", "every_final_game_has_its_players", "names_by_status")
    narrow = definition.model_copy(update={"rules": presence})
    order = replace(league.order("season_audit"), selection=select(narrow, league.contracts.contracts))
    run = run_checkpoint(order, league.contracts, families(), league.paths).run
    document: dict[str, Any] = json.loads(json.dumps(run_document(run)))
    jsonschema.validate(document, result_schema(), cls=jsonschema.Draft202012Validator)
    overviews: dict[str, Any] = document["overviews"]
    return overviews


def test_the_league_s_season_is_covered_in_every_phase(pages: dict[str, Any]) -> None:
    (season,) = pages["seasons"]
    assert season["season"] == "2025-26"
    assert season["games"] > 500
    shares = {phase["phase"]: (phase["dates"]["share"], phase["games"]["share"]) for phase in season["phases"]}
    assert shares == dict.fromkeys(("L1", "L3", "L4", "L5"), (1.0, 1.0))
    exempt = {phase["phase"]: phase["dates"]["exempt"] for phase in season["phases"]}
    assert (exempt["L1"], exempt["L3"]) == (0, 0)
    assert exempt["L4"] > 10  # bootstrap


def test_the_newest_fourteen_dates_are_shown(pages: dict[str, Any]) -> None:
    days = pages["recent_days"]
    assert len(days) == 14
    assert [day["date"] for day in days] == sorted((day["date"] for day in days), reverse=True)
    assert all(day["tables"]["bdl"]["rows"] for day in days[2:])


def test_odds_and_names_are_counted(pages: dict[str, Any]) -> None:
    assert [month["period"] for month in pages["odds_coverage"]] == ["2025-10", "2025-11", "2025-12", "2026-01"]
    assert {month["lines"]["games"]["share"] for month in pages["odds_coverage"]} == {1.0}
    assert pages["registry"]["unresolved"]["pending"] == 0
    assert pages["registry"]["unresolved"]["resolved"] > 0


def test_the_command_prints_the_files_that_it_wrote(league: Project) -> None:
    from gx.cli.main import app

    asked = ["run", "run_history", "--date", "2026-01-10", "--as-of", "2026-01-14", "--no-docs"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    names = ("data_loss.csv", "tracking_bugs.csv", "run_history.json")
    printed = [Path(line) for line in result.output.splitlines() if line.endswith(names)]
    assert [path.name for path in printed] == list(names)
    assert all(path.is_file() and path.is_relative_to(league.paths.state) for path in printed)
    assert "Run history: 0 lost dates, 0 wrong numbers" in result.output
