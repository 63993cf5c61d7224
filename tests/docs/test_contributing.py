"""The page for contributors: its picture and walls are the package's, its worked example works as it stands there.

A block ```python with a path after it is a new file, a block ```diff an edit of a file that there is, a block ```sh
commands. All of them are carried out in a copy of the project.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gx.simulation.incidents import INCIDENTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/contributing.md").read_text(encoding="utf-8")
EXAMPLE = "## Add a family of rules"
PROGRAMS = {".venv/bin/contracts": [sys.executable, "-m", "gx.cli.main"], ".venv/bin/python": [sys.executable]}
COPIED = "gx expectations checkpoints scripts docs tests/rules tests/diff tests/editor pyproject.toml tests/conftest.py"
RULE = "nba_analytics.player_game_summary.minutes_are_whole"
FAMILY = "expect_group_sums_to_be_at_least"
TELLING = (
    "tests/diff/test_changes.py::test_every_argument_of_every_family_has_a_direction",
    "tests/editor/test_words.py::test_every_key_has_a_title_a_meaning_and_an_example",
    "tests/editor/test_words.py::test_the_examples_are_right",
)
"""Tests of what a family must tell about its arguments, whichever family it is."""
BLIND = """
import pytest

from gx.rules.group_sums import GroupSums
from tests.rules.test_group_sums import test_a_game_that_was_read_while_it_was_played_is_caught as catches

def test_it_would_fail(court, monkeypatch):
    monkeypatch.setattr(GroupSums, "unexpected", lambda *_: "FALSE")
    with pytest.raises(AssertionError, match=r"assert \\[\\] == \\[1, 2\\]"):
        catches(court)
"""
"""A family that finds nothing wrong."""


def blocks(kind: str, text: str = PAGE) -> Mapping[str, str]:
    """The blocks of a kind, by the path that stands after it."""
    return dict(re.findall(rf"^```{kind} ?(\S*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def edited(text: str, diff: str) -> str:
    """The text with a diff's hunks carried out; each must fit one place."""
    for hunk in diff.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        assert text.count(before) == 1, f"stands {text.count(before)} times: {before}"
        text = text.replace(before, "".join(line[1:] for line in lines if line[0] != "-"))
    return text


def run(project: Path, *words: str) -> str:
    """Run a command in the copy, with the copy's package; what it printed, once it has succeeded."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CONTRACTS_"))}
    ran = subprocess.run(
        words, cwd=project, env={**own, "PYTHONPATH": str(project)}, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, f"{' '.join(words)}\n{ran.stdout}{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project in which the page's worked example was carried out."""
    folder = tmp_path_factory.mktemp("copy")
    for name in COPIED.split():
        (folder / name).parent.mkdir(exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("node_modules"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    for path, text in blocks("python").items():
        (folder / path).write_text(text, encoding="utf-8")
    for path, diff in blocks("diff").items():
        (folder / path).write_text(edited((folder / path).read_text(encoding="utf-8"), diff), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def printed(project: Path) -> str:
    """What the example's commands print."""
    commands = blocks("sh", PAGE[PAGE.index(EXAMPLE) :].split("\n## ")[0])[""].splitlines()
    texts = []
    for command in commands:
        program, *words = command.split()
        texts.append(run(project, *PROGRAMS[program], *words))
    return "\n".join(texts)


@pytest.fixture(scope="module")
def tried(project: Path) -> str:
    """What pytest says of the example's own tests, of a family that sees nothing, and of what a family must tell."""
    (project / "tests/rules/test_blind.py").write_text(BLIND, encoding="utf-8")
    own = ["tests/rules/test_group_sums.py", "tests/rules/test_blind.py"]
    return run(project, sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *own, *TELLING)


def test_the_new_family_catches_its_case_and_leaves_the_others_alone(tried: str) -> None:
    assert len(re.findall(r"test_group_sums.py::\w+ PASSED", tried)) == 3


def test_a_family_that_sees_nothing_is_found_out_by_the_tests_on_the_page(tried: str) -> None:
    assert re.search(r"test_blind.py::\w+ PASSED", tried)


def test_one_file_and_the_registry_are_enough_for_editors_and_reviewers(tried: str) -> None:
    for name in TELLING:
        assert re.search(rf"{name}(\[.*\])? PASSED", tried), name


def test_the_contract_that_uses_it_is_sound_and_explained(project: Path, printed: str) -> None:
    assert "0 errors" in printed
    explained = " ".join(printed[printed.index(f"{RULE}\n") :].split())
    assert "minutes_played of each (game_date, game_id, team_abbr) adds up to 200 or more" in explained
    page = (project / f"docs/families/{FAMILY}.md").read_text(encoding="utf-8")
    assert "SUM(IF(TRUE, minutes_played, NULL)) OVER (PARTITION BY game_date, game_id, team_abbr)" in page
    schema = (project / "expectations/contract.schema.json").read_text(encoding="utf-8")
    assert "Only rows for which this holds are added up." in schema


def test_great_expectations_knows_it_by_its_name(project: Path) -> None:
    code = (
        "from gx.expectations.classes import expectation_class as made; from gx.rules.registry import families; "
        f"expectation = made('{FAMILY}', families())(column='minutes', group_by=['team'], min_value=200.0); "
        "print(expectation.expectation_type, expectation.min_value)"
    )
    assert run(project, sys.executable, "-c", code).split() == [FAMILY, "200.0"]


def test_the_example_passes_the_checks_of_the_house(project: Path) -> None:
    tools = Path(sys.executable).parent
    shown = list(blocks("python"))
    run(project, str(tools / "ruff"), "check", "--no-cache", *shown)
    run(project, str(tools / "ruff"), "format", "--no-cache", "--check", *shown)
    run(project, str(tools / "lint-imports"), "--no-logo", "--no-cache")


def test_the_walls_on_the_page_are_those_that_are_held() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = [wall["layers"] for wall in settings["contracts"] if wall["type"] == "layers"]
    assert blocks("text")[""].splitlines() == layers


def test_the_picture_shows_every_room_and_no_other() -> None:
    picture = ElementTree.parse(ROOT / "docs/images/house.svg")
    names = [item.text for item in picture.iterfind(".//{*}text[@class='name']")]
    rooms = [path.parent.name for path in (ROOT / "gx").glob("*/__init__.py")]
    assert sorted(map(str, names)) == sorted([*rooms, "YAML", "BigQuery", "Readers"])


def test_what_the_page_names_is_there() -> None:
    prose = re.sub(r"^```.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    paths = {item for item in re.findall(r"`([\w./]+/[\w./]*|[\w.]+\.(?:md|toml|yaml))`", prose) if ".venv" not in item}
    assert len(paths) > 15
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []
    assert set(re.findall(r"I-[0-9]+", PAGE)) <= set(INCIDENTS)
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([\w-]+)`", prose)) <= targets
