"""What README and docs show is what the commands print.

A block ```console holds `$ command` lines and their output; `...` stands for anything. A command without output below
it is not run. Its exit status is 0 unless a line `$ echo $?` says otherwise. A block ```yaml with a path after it is a
file: it is there when a command names it, and sound unless such a command shows what is wrong with it.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gx.contracts.store import load_contracts
from gx.rules.registry import families
from scripts.rule_catalogue import pages
from tests.conftest import fast_folder

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
YAML_FILE = re.compile(r"^```yaml (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


class Shown(NamedTuple):
    """A command as a page shows it, with its output and exit status."""

    page: Path
    command: str
    output: str
    status: int


def shown() -> Iterator[Shown]:
    """Every command with output, on every page."""
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            parts = [part.partition("\n") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
            for number, (command, _, output) in enumerate(parts):
                if output.strip() and command != "echo $?":
                    following = parts[number + 1] if number + 1 < len(parts) else ("", "", "")
                    status = int(following[2]) if following[0] == "echo $?" else 0
                    yield Shown(page, command, output.strip("\n"), status)


def yaml_files(page: Path) -> dict[str, str]:
    """The files that a page shows, by path."""
    return dict(YAML_FILE.findall(page.read_text(encoding="utf-8")))


def run(words: list[str], environment: dict[str, str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run ``contracts`` with these words in a folder."""
    command = [sys.executable, "-m", "gx.cli.main", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900, check=False
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A warehouse and a state folder of the docs' own."""
    own = {"CONTRACTS_WAREHOUSE_DIR": str(fast_folder()), "CONTRACTS_STATE_DIR": str(tmp_path_factory.mktemp("state"))}
    path = {"CONTRACTS_WAREHOUSE": "embedded", "COLUMNS": "120", "PYTHONPATH": str(ROOT)}
    return {**os.environ, **own, **path}


@pytest.fixture(scope="module")
def demo(environment: dict[str, str]) -> Iterator[subprocess.CompletedProcess[str]]:
    """The demo, run once; its data stay in the warehouse, which is kept up for the commands after it."""
    run(["warehouse", "up"], environment)
    yield run(["demo"], environment)
    run(["warehouse", "down"], environment)


def project_with(files: dict[str, str], folder: Path) -> Path:
    """A copy of this project's YAML with further files in it."""
    for name in ("expectations", "checkpoints"):
        shutil.copytree(ROOT / name, folder / name)
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("item", list(shown()), ids=lambda item: f"{item.page.name}: {item.command[:60]}")
def test_the_command_prints_what_the_page_shows(
    item: Shown, environment: dict[str, str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    program, *words = shlex.split(item.command)
    assert program == "contracts", "only contracts commands are run"
    named = {path: text for path, text in yaml_files(item.page).items() if path in words}
    if words[0] in ("demo", "run", "warehouse", "gate", "history"):
        ran = request.getfixturevalue("demo")
    if words != ["demo"]:
        ran = run(words, environment, project_with(named, tmp_path) if named else ROOT)
    pattern = "".join(".*" if piece == "..." else re.escape(piece) for piece in re.split(r"(\.\.\.)", item.output))
    assert re.fullmatch(pattern, ran.stdout.strip("\n"), re.DOTALL), f"it printed\n{ran.stdout}{ran.stderr}"
    assert ran.returncode == item.status


@pytest.mark.parametrize("page", [page for page in PAGES if yaml_files(page)], ids=lambda page: page.name)
def test_the_files_on_a_page_are_sound(page: Path, tmp_path: Path) -> None:
    shown_wrong = {word for item in shown() if item.page == page and item.status for word in item.command.split()}
    sound = {path: text for path, text in yaml_files(page).items() if path not in shown_wrong}
    assert sound
    found = load_contracts(project_with(sound, tmp_path), families())
    assert [str(problem) for problem in found.problems] == []


def test_there_is_output_to_compare() -> None:
    assert {item.page.name for item in shown()} >= {"README.md", "how-it-works.md", "write-a-contract.md"}


def test_the_catalogue_of_rules_and_the_pages_of_families_are_current() -> None:
    written = pages()
    for path, text in written.items():
        assert path.read_text(encoding="utf-8") == text, "run .venv/bin/python scripts/rule_catalogue.py"
    assert {path.name for path in written} >= {path.name for path in (ROOT / "docs" / "families").iterdir()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert broken == []
