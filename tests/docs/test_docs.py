"""What README and docs show is what the commands print.

A block ```console holds `$ command` lines and their output; `...` on a line of its own, or at a line's end, stands for
anything. A command without output below it is not run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gx.contracts.store import load_contracts
from gx.rules.registry import families
from scripts.rule_catalogue import TARGET, catalogue
from tests.conftest import fast_folder

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def shown() -> Iterator[tuple[str, str, str]]:
    """Page, command and the output shown under it."""
    for page in PAGES:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                if output.strip():
                    yield page.name, command, output.strip("\n")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A warehouse and a state folder of the docs' own."""
    own = {"CONTRACTS_WAREHOUSE_DIR": str(fast_folder()), "CONTRACTS_STATE_DIR": str(tmp_path_factory.mktemp("state"))}
    return {**os.environ, **own, "CONTRACTS_WAREHOUSE": "embedded", "COLUMNS": "120"}


@pytest.mark.parametrize(("page", "command", "output"), list(shown()), ids=lambda value: str(value).split("\n")[0][:60])
def test_the_command_prints_what_the_page_shows(
    page: str, command: str, output: str, environment: dict[str, str]
) -> None:
    words = command.split()
    assert words[0] == "contracts", f"{page}: only contracts commands are run"
    ran = subprocess.run(
        [sys.executable, "-m", "gx.cli.main", *words[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    pattern = "".join(".*" if piece == "..." else re.escape(piece) for piece in re.split(r"(\.\.\.)", output))
    assert re.fullmatch(pattern, ran.stdout.strip("\n"), re.DOTALL), (
        f"{page}: `{command}` printed\n{ran.stdout}{ran.stderr}"
    )


def test_there_is_output_to_compare() -> None:
    assert len(list(shown())) >= 3


def test_the_catalogue_of_rules_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == catalogue(), "run .venv/bin/python scripts/rule_catalogue.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert broken == []


def test_the_contract_in_the_manual_is_sound(tmp_path: Path) -> None:
    for folder in ("expectations", "checkpoints"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (text,) = YAML.findall((ROOT / "docs" / "write-a-contract.md").read_text(encoding="utf-8"))
    (tmp_path / "expectations" / "nba_precompute" / "example_scores.yaml").write_text(text, encoding="utf-8")
    found = load_contracts(tmp_path, families())
    assert [str(problem) for problem in found.problems] == []
    assert "nba_precompute.example_scores" in found.contracts
