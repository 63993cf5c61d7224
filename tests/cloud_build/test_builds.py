"""The build files, run step by step: what an operator finds when a contract is broken, or a gate closed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from gx.exit_codes import ExitCode
from tests.cloud_build.conftest import ONE_RULE, Project
from tests.cloud_build.platform import Outcome, expand, read_build

DAILY = ["image", "lint", "fetch", "checkpoint", "publish", "verdict"]
GATE = ["workspace", "fetch", "pre", "backfill", "post", "publish", "verdict"]
BACKFILL = {
    **{"_START": "2026-01-12", "_END": "2026-01-12", "_PREFIX": "gate", "_BACKFILL": "echo backfilled"},
    **{"_GATE_OPTIONS": "--as-of 2026-01-14", "_POST_OPTIONS": "--as-of 2026-01-14"},
}


@pytest.fixture(scope="module")
def daily(project: Project) -> tuple[Outcome, Outcome]:
    """A daily build of sound tables, and one after a contract was broken."""
    sound = project.build("cloudbuild.yaml", _RUN_OPTIONS=ONE_RULE)
    project.break_the_contract()
    return sound, project.build("cloudbuild.yaml", _RUN_OPTIONS=ONE_RULE)


def test_a_build_of_sound_tables_succeeds(daily: tuple[Outcome, Outcome], project: Project) -> None:
    sound, _ = daily
    assert list(sound.steps) == DAILY
    assert sound.status == 0, sound.steps
    asked = project.platform.docker_commands()
    assert any(command.startswith("build ") and command.endswith(" .") for command in asked)
    for path in read_build("cloudbuild.yaml")["artifacts"]["objects"]["paths"]:
        assert (sound.workspace / expand(path, {"BUILD_ID": "b-123"})).exists()


def test_a_broken_contract_is_published_and_then_fails_the_build(
    daily: tuple[Outcome, Outcome], project: Project
) -> None:
    _, broken = daily
    assert list(broken.steps) == DAILY
    assert broken.status == ExitCode.BROKEN
    assert broken.steps["publish"].returncode == 0, broken.said("publish")
    assert broken.steps["verdict"].returncode == ExitCode.BROKEN
    assert "exited 1" in broken.said("verdict")
    held = project.bucket.held()
    assert json.loads(held["nba/state/builds/b-123/verdict.json"].content)["verdict"] == "fail"
    assert b"<testsuite" in held["nba/state/builds/b-123/junit.xml"].content


def test_the_second_build_goes_on_from_the_first(daily: tuple[Outcome, Outcome], project: Project) -> None:
    _, broken = daily
    assert broken.said("fetch").startswith("1 files fetched")
    permanent = {name.split("/")[2] for name in project.bucket.names() if name.startswith("nba/runs/")}
    assert len(permanent) == 2
    index = project.bucket.held()["nba/latest/index.json"].content.decode()
    runs = project.bucket.held().get("nba/latest/runs.json")
    assert all(run in index + (runs.content.decode() if runs else "") for run in permanent)


@pytest.mark.long
def test_a_warehouse_that_is_away_fails_the_build_too(project: Project) -> None:
    away = "bigquery://some-project?api_endpoint=http://127.0.0.1:9"
    build = project.platform.run(
        "cloudbuild.yaml", _WAREHOUSE=away, _BUCKET=project.bucket.name, _PREFIX="away", _RUN_OPTIONS=ONE_RULE
    )
    assert list(build.steps) == DAILY
    assert build.status == ExitCode.NOT_EVALUATED
    assert "away/latest/index.html" in project.bucket.names()


def test_a_wrong_contract_file_ends_the_build_at_lint(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    source = project.platform._source

    def with_a_fault() -> Path:
        workspace = source()
        (workspace / "expectations" / "nba_raw" / "broken.yaml").write_text("table: nba_raw.broken\n")
        return workspace

    monkeypatch.setattr(project.platform, "_source", with_a_fault)
    build = project.build("cloudbuild.yaml", _RUN_OPTIONS=ONE_RULE)
    assert list(build.steps) == ["image", "lint"]
    assert build.status == ExitCode.USAGE


def test_a_closed_gate_ends_the_build_before_the_backfill(project: Project) -> None:
    build = project.build("cloudbuild.gate.yaml", **BACKFILL, _PROCESSOR="NbacScheduleProcessor")
    assert list(build.steps) == ["workspace", "fetch", "pre"]
    assert build.status == ExitCode.BROKEN
    assert "nba-phase2-raw-processors is not observed" in build.said("pre")


def test_an_open_gate_lets_the_backfill_run_and_the_build_succeeds(project: Project) -> None:
    project.observe_the_service()
    build = project.build("cloudbuild.gate.yaml", **BACKFILL, _PROCESSOR="NbacScheduleProcessor")
    assert list(build.steps) == GATE
    assert build.status == 0, build.steps
    assert "backfilled" in build.said("backfill")
    evidence = [name for name in project.bucket.names() if name.startswith("gate/state/builds/b-123/")]
    assert {name.rpartition(".")[2] for name in evidence} == {"json", "html"}


@pytest.mark.long
def test_a_backfill_that_exits_0_does_not_make_the_build_succeed(project: Project) -> None:
    forced = {"_GATE_OPTIONS": "--as-of 2026-01-14 --force --reason drill"}
    build = project.build("cloudbuild.gate.yaml", **BACKFILL | forced, _PROCESSOR="NbacTeamBoxscoreProcessor")
    assert list(build.steps) == GATE
    assert build.steps["backfill"].returncode == 0
    assert build.status == ExitCode.NOT_EVALUATED
    assert "The backfill exited 0, the gate after it 3" in build.said("verdict")


def alone(file: str, name: str, folder: Path, **substitutions: str) -> subprocess.CompletedProcess[str]:
    """One step of a build on its own, in a workspace folder."""
    build = read_build(file)
    found = next(step for step in build["steps"] if step["id"] == name)
    given = expand(found, {"BUILD_ID": "b-123", **build["substitutions"], **substitutions})
    words = [word.replace("/workspace", str(folder)) for word in (given["entrypoint"], *given["args"])]
    environment = {"PATH": os.defpath, **dict(text.split("=", 1) for text in given.get("env", ()))}
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def test_a_gate_build_without_a_backfill_says_so(tmp_path: Path) -> None:
    done = alone("cloudbuild.gate.yaml", "backfill", tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert "_BACKFILL" in done.stderr


def test_a_backfill_gets_the_allowed_dates_and_its_status_is_kept(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "dates").write_text("2023-02-22,2023-02-25\n")
    done = alone("cloudbuild.gate.yaml", "backfill", tmp_path, _BACKFILL='echo "--dates $DATES"; exit 7')
    assert done.stdout == "--dates 2023-02-22,2023-02-25\n"
    assert (tmp_path / "out" / "backfill_code").read_text() == "7\n"


@pytest.mark.parametrize(
    ("backfill", "post", "status"),
    [("0", "0", 0), ("0", "1", 1), ("7", "0", 7), ("7", "1", 1), ("", "0", 3), ("0", "", 3)],
)
def test_a_gate_build_succeeds_only_when_backfill_and_gate_did(
    tmp_path: Path, backfill: str, post: str, status: int
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "backfill_code").write_text(backfill)
    (tmp_path / "out" / "post_code").write_text(post)
    assert alone("cloudbuild.gate.yaml", "verdict", tmp_path).returncode == status


@pytest.mark.parametrize(("code", "status"), [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("64", 64), ("", 3)])
def test_a_daily_build_succeeds_only_when_its_run_did(tmp_path: Path, code: str, status: int) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "exit_code").write_text(code)
    assert alone("cloudbuild.yaml", "verdict", tmp_path).returncode == status
