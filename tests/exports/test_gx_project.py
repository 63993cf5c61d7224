"""The files of an exported Great Expectations project: every rule once, over the rows that it speaks of."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import yaml
from sqlglot import exp

from gx.cli.main import run_cli
from gx.contracts.core import core_expectations
from gx.contracts.model import Contract, ContractSet
from gx.exports.gx_native.project import NotOurs, project_files, write_project
from gx.exports.gx_native.suites import GUARD, Suite, suites
from gx.exports.gx_native.window import BatchWindow, window_of
from gx.rules.registry import families
from tests.exports.conftest import DAY, NEXT, ROOT, WINDOW

RELATIVE = BatchWindow("America/New_York", last_days=3)


def of_all(project: ContractSet, window: BatchWindow) -> list[Suite]:
    """The suites of every contract."""
    return [suite for contract in project.contracts.values() for suite in suites(contract, families(), window)]


def by_name(contract: Contract, window: BatchWindow = WINDOW) -> dict[str, Suite]:
    """The contract's suites by the last parts of their names."""
    return {suite.name.removeprefix(f"{contract.table}."): suite for suite in suites(contract, families(), window)}


def rules_of(suite: Suite) -> set[str]:
    """The names of the suite's rules."""
    named = [each["meta"].get("rule") or each["meta"].get("contract_rule") for each in suite.expectations]
    return {name.rpartition(".")[2] for name in named if name}


def test_every_rule_of_every_contract_is_in_one_suite(project: ContractSet) -> None:
    made = of_all(project, RELATIVE)
    named = Counter(
        each["meta"].get("rule") or each["meta"].get("contract_rule")
        for suite in made
        for each in suite.expectations
        if each is not GUARD
    )
    wanted = {f"{contract.table}.{rule.name}" for contract in project.contracts.values() for rule in contract.rules}
    assert named == Counter(wanted)
    assert len({suite.name for suite in made}) == len(made)


def test_core_suites_hold_great_expectations_own_names_and_arguments_only(project: ContractSet) -> None:
    for suite in of_all(project, RELATIVE):
        if suite.kind != "core":
            continue
        for each in suite.expectations:
            allowed = {*core_expectations()[each["type"]], "mostly"}
            assert set(each["kwargs"]) <= allowed, (suite.name, each)


def test_every_pipeline_suite_is_guarded(project: ContractSet) -> None:
    pipeline = [suite for suite in of_all(project, RELATIVE) if suite.kind == "pipeline"]
    assert len(pipeline) == len(project.contracts)
    assert all(suite.expectations[0] is GUARD for suite in pipeline)


def test_what_a_rule_says_of_rows_is_in_its_batch(players: Contract) -> None:
    made = by_name(players)
    within = "`game_date` BETWEEN DATE '2026-01-05' AND DATE '2026-01-05'"
    assert (
        made["core"].query == f"SELECT `game_date`, `player`, `team`, `points` FROM `exported.players` WHERE {within}"
    )
    assert made["core.points_of_players"].query.endswith(f"WHERE {within} AND (minutes > 0)")
    assert made["core.of_another_year"].query.endswith(f"WHERE {within} AND game_date >= DATE '2026-06-01'")
    assert made["core.upcoming"].query.endswith("BETWEEN DATE '2026-01-06' AND DATE '2026-01-06'")
    assert made["core.table"].query.endswith("BETWEEN DATE '1900-01-01' AND DATE '2199-12-31'")
    assert rules_of(made["core.table"]) == {"once_ever"}
    assert rules_of(made["pipeline"]) == {"points_need_minutes", "minutes_fit", "enough_rows"}
    assert made["pipeline"].query.endswith("BETWEEN DATE '2026-01-05' AND DATE '2026-01-06'")


def test_a_window_without_a_date_of_the_rule_has_no_suite_of_it(players: Contract) -> None:
    past = BatchWindow("America/New_York", start=DAY, end=DAY)
    assert "core.upcoming" not in by_name(players, past)
    assert "core.upcoming" in by_name(players, RELATIVE)


@pytest.mark.parametrize("window", [RELATIVE, WINDOW, BatchWindow("UTC", start=DAY, end=NEXT)])
def test_a_window_survives_being_written_down(window: BatchWindow) -> None:
    read = window_of(json.loads(json.dumps(window.plain())))
    assert read.plain() == window.plain()
    assert (read.start, read.end, read.words) == (window.start, window.end, window.words)


def test_people_find_why_and_remedy_in_the_suite(players: Contract) -> None:
    found = next(each for each in by_name(players)["pipeline"].expectations if "minutes_fit" in str(each["meta"]))
    assert found["notes"] == "Overtime is rare."
    assert found["severity"] == "critical"
    assert (found["meta"]["incident"], found["meta"]["owner"]) == ("I-09", "tests")
    assert "minutes <= 40" in found["description"]


@pytest.mark.parametrize("window", [RELATIVE, WINDOW], ids=["relative", "fixed"])
def test_every_batch_names_its_columns_and_is_pruned_by_partition(project: ContractSet, window: BatchWindow) -> None:
    for suite in of_all(project, window):
        contract = project.contracts[".".join(suite.name.split(".")[:2])]
        tree = sqlglot.parse_one(suite.query, dialect="bigquery")
        assert isinstance(tree, exp.Select)
        assert {each.name for each in tree.selects} <= {column.name for column in contract.columns}
        where = tree.args.get("where")
        assert contract.partition is None or where is not None, suite.name
        if contract.partition and where is not None:
            first = next(where.find_all(exp.Between, exp.GTE))  # bounds come first; what follows narrows them
            assert {each.name for each in first.find_all(exp.Column)} == {contract.partition}
            assert first.find_ancestor(exp.Or) is None


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_export_is_the_same_every_time(project: ContractSet, tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_project(tmp_path / name, project_files(of_all(project, RELATIVE)))
    assert _tree(tmp_path / "first") == _tree(tmp_path / "second")


def test_an_export_takes_away_what_an_earlier_one_left(players: Contract, tmp_path: Path) -> None:
    """And nothing else: results that lie there stay."""
    write_project(tmp_path, project_files([*suites(players, families(), WINDOW)]))
    (tmp_path / "gx" / "uncommitted").mkdir()
    (tmp_path / "gx" / "uncommitted" / "kept.json").write_text("{}")
    past = BatchWindow("America/New_York", start=DAY, end=DAY)
    upcoming = "gx/expectations/exported/players/core/upcoming.json"
    assert upcoming in _tree(tmp_path)
    write_project(tmp_path, project_files([*suites(players, families(), past)]))
    assert upcoming not in _tree(tmp_path)
    assert "gx/validation_definitions/exported.players.core.upcoming.json" not in _tree(tmp_path)
    assert "gx/uncommitted/kept.json" in _tree(tmp_path)


def test_a_project_of_somebody_else_is_left_alone(players: Contract, tmp_path: Path) -> None:
    settings = tmp_path / "gx" / "great_expectations.yml"
    settings.parent.mkdir()
    settings.write_text("config_version: 4.0\n")
    with pytest.raises(NotOurs, match="a project of its own"):
        write_project(tmp_path, project_files([*suites(players, families(), WINDOW)]))
    assert _tree(tmp_path) == {"gx/great_expectations.yml": b"config_version: 4.0\n"}


def test_no_address_is_written_down(project: ContractSet) -> None:
    text = project_files(of_all(project, RELATIVE))["gx/great_expectations.yml"]
    settings: dict[str, Any] = yaml.safe_load(text)
    assert settings["fluent_datasources"]["warehouse"]["connection_string"] == "${CONTRACTS_GX_CONNECTION}"


def test_the_command_says_what_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert run_cli(["export", "gx", "--output", str(tmp_path), "--start", "2026-01-05", "--end", "2026-01-06"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("checkpoint core: ") and told[0].endswith("over 2026-01-05 to 2026-01-06")
    assert told[2] == f"wrote {tmp_path}"
    suite = tmp_path / "gx/expectations/nba_raw/nbac_schedule/core.json"
    assert json.loads(suite.read_text())["name"] == "nba_raw.nbac_schedule.core"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--start", "2026-01-05"], "--start and --end go together"),
        (["--as-of", "2026-01-05"], "--start and --end go together"),
        (["--start", "2026-01-05", "--end", "2026-01-04"], "is before --start"),
        (["--start", "soon", "--end", "2026-01-04"], "'soon' is no date"),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    options: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert run_cli(["export", "gx", "--output", str(tmp_path / "new"), *options]) == 64
    assert told in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_dates_before_as_of_are_historical(players: Contract) -> None:
    window = BatchWindow("UTC", start=date(2026, 1, 1), end=date(2026, 1, 9), as_of=date(2026, 1, 4))
    made = by_name(players, window)
    assert made["core"].query.endswith("BETWEEN DATE '2026-01-01' AND DATE '2026-01-03'")
    assert made["core.upcoming"].query.endswith("BETWEEN DATE '2026-01-04' AND DATE '2026-01-09'")
