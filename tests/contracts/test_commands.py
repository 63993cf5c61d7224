"""``contracts lint``, ``list``, ``explain``: what they print, how they exit, and what they leave unimported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gx.cli.main import COMMANDS, run_cli
from gx.exit_codes import ExitCode
from tests.contracts.conftest import FAMILIES, Project

ROOT = Path(__file__).parents[2]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A command line in the example project: its exit status, standard output and standard error."""
    monkeypatch.setattr("gx.rules.registry.families", lambda: FAMILIES)
    monkeypatch.chdir(project.root)

    def call(*arguments: str) -> tuple[int, str, str]:
        project.write()
        status = run_cli(list(arguments))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_lint_of_a_sound_project_says_so_in_one_line(run: Run, project: Project) -> None:
    status, out, err = run("lint")
    assert (status, err) == (ExitCode.PASS, "")
    assert out == f"0 errors, 0 warnings in {project.root.name}: 1 sound contract, 6 rules\n"


def test_lint_tells_every_problem_and_sums_up(run: Run, project: Project) -> None:
    project.change("phase: 2", "phase: 9").change("expires: never", "expires: 2024-01-01", "expectations/_waivers.yaml")
    status, out, _ = run("lint")
    assert status == ExitCode.USAGE
    assert out.splitlines() == [
        "expectations/_waivers.yaml:10:14: warning: the waiver of nba_raw.games.points_in_range expired on 2024-01-01 "
        "and covers nothing",
        "expectations/nba_raw/games.yaml:7:8: phase: found 9; allowed: 1, 2, 3, 4, 5, 6, ops",
        f"1 error, 1 warning in {project.root.name}: 0 sound contracts, 0 rules",
    ]


def test_warnings_alone_do_not_fail_lint(run: Run, project: Project) -> None:
    project.change("expires: never", "expires: 2024-01-01", "expectations/_waivers.yaml")
    assert run("lint")[0] == ExitCode.PASS


def test_lint_shows_only_the_paths_asked_for(run: Run, project: Project) -> None:
    project.change("phase: 2", "phase: 9").change("last: 3", "last: 0", "checkpoints/daily.yaml")
    status, out, _ = run("lint", "checkpoints")
    assert status == ExitCode.USAGE
    assert [line.split(":")[0] for line in out.splitlines()[:-1]] == ["checkpoints/daily.yaml"]
    assert run("lint", "expectations/_calendar.yaml")[0] == ExitCode.PASS


def test_lint_takes_a_project_by_its_folder(run: Run, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.change("phase: 2", "phase: 9").write()
    monkeypatch.chdir(project.root.parent)
    _, out, _ = run("lint", str(project.root))
    assert out.startswith(f"{project.root.name}/expectations/nba_raw/games.yaml:7:8: ")


@pytest.mark.parametrize(
    ("path", "message"), [("none.yaml", "no file or folder 'none.yaml'"), ("notes.yaml", "is not a contract")]
)
def test_lint_refuses_paths_that_hold_no_contracts(path: str, message: str, run: Run, project: Project) -> None:
    project.files["notes.yaml"] = "a: 1"
    status, out, err = run("lint", path)
    assert (status, out) == (ExitCode.USAGE, "")
    assert message in err


def test_list_aligns_tables_for_a_pipe(run: Run) -> None:
    status, out, _ = run("list")
    assert status == ExitCode.PASS
    assert out == "table          owner  phase  rules  title\nnba_raw.games  raw    2      6      Games\n"


def test_list_as_json(run: Run) -> None:
    _, out, _ = run("list", "--format", "json")
    assert json.loads(out) == [{"table": "nba_raw.games", "owner": "raw", "phase": 2, "rules": 6, "title": "Games"}]


def test_list_expectations_tells_their_arguments(run: Run) -> None:
    _, out, _ = run("list", "--expectations", "--format", "json")
    found = {row["expectation"]: row for row in json.loads(out)}
    assert found["expect_reference_to_be_covered"]["arguments"] == "reference, column, share"
    assert found["expect_column_mean_to_be_between"]["runs"] == "by GX"


def test_list_of_broken_contracts_is_refused(run: Run, project: Project) -> None:
    project.change("phase: 2", "phase: 9")
    status, out, err = run("list")
    assert (status, out) == (ExitCode.USAGE, "")
    assert "games.yaml:7:8: phase: found 9" in err
    assert err.endswith("1 error in the contract files; nothing was run\n")


def test_explain_a_rule_in_plain_words(run: Run) -> None:
    status, out, _ = run("explain", "nba_raw.games.points_are_covered")
    assert status == ExitCode.PASS
    assert out.splitlines() == [
        "nba_raw.games.points_are_covered",
        "  says:        nba_raw.games holds every points of nba_raw.games.",
        "  allowed:     at least 100%",
        "  looks at:    game dates before as-of",
        "  severity:    critical: broken, it fails the run",
        "  why:         A backfill wrote one row of 187.",
        "  incident:    I-03",
        "  remedy:      Run it again.",
        "  owner:       raw",
        "  expectation: expect_reference_to_be_covered",
        "  stands in:   expectations/nba_raw/games.yaml:16",
    ]


def test_explain_shows_the_waivers_of_a_rule(run: Run) -> None:
    _, out, _ = run("explain", "games.points_in_range")
    assert out.splitlines()[-2:] == [
        "  points_in_range, from 2022-11-01 to 2022-11-03, by raw since 2023-01-01, expires never: The source lost",
        "  these days for good.",
    ]


def test_explain_a_contract(run: Run) -> None:
    _, out, _ = run("explain", "nba_raw.games")
    assert out.startswith("nba_raw.games: Games\nOne row a game.\n")
    assert "  columns:     4, 2 required\n" in out
    assert "  points_are_covered (critical, historical)\n    nba_raw.games holds every points" in out


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nba_raw.gmaes", "unknown table 'nba_raw.gmaes'; allowed: nba_raw.games; did you mean 'nba_raw.games'?"),
        ("nba_raw.games.points_in_rang", "did you mean 'nba_raw.games.points_in_range'?"),
    ],
)
def test_explain_names_the_nearest_on_a_miss(name: str, message: str, run: Run) -> None:
    status, out, err = run("explain", name)
    assert (status, out) == (ExitCode.USAGE, "")
    assert message in err


@pytest.mark.parametrize("arguments", [["lnit"], ["lint", "--nope"], ["explain"], ["list", "--format", "xml"]])
def test_usage_errors_exit_64(arguments: list[str], run: Run) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (ExitCode.USAGE, "")
    assert "Error: " in err


def test_a_mistyped_command_is_answered_with_the_nearest(run: Run) -> None:
    assert "Did you mean 'list', 'lint'?" in run("lnit")[2]


def test_help_names_every_command_and_version_is_told(run: Run) -> None:
    _, out, _ = run("--help")
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []
    assert run("--version")[1].startswith("contracts ")


def contracts(*arguments: str, code: str = "from gx.cli.main import main; main()") -> subprocess.Popen[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [["lint"], ["list"], ["explain", "player_game_summary"], ["--help"]])
def test_reading_commands_import_no_warehouse(arguments: list[str]) -> None:
    code = (
        "import sys; from gx.cli.main import run_cli; status = run_cli(sys.argv[1:])\n"
        "heavy = 'great_expectations google.cloud sqlglot sqlalchemy pandas pyarrow rich gx.warehouse'.split()\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr); sys.exit(status)"
    )
    process = contracts(*arguments, code=code)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "[]\n")


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    process = contracts("list", "--expectations", "--format", "json")
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 141


def test_output_that_cannot_be_written_is_told_in_one_line() -> None:
    code = "import os; os.dup2(os.open('/dev/full', os.O_WRONLY), 1); from gx.cli.main import main; main()"
    _, err = (process := contracts("list", code=code)).communicate(timeout=60)
    assert (process.returncode, err) == (ExitCode.NOT_EVALUATED, "Error: [Errno 28] No space left on device\n")


def test_the_projects_own_contracts_are_sound() -> None:
    process = contracts("lint")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, ""), out
