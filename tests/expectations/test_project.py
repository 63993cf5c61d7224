"""great_expectations.yml is a project that Great Expectations opens, builds pages of, and leaves as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from gx.checkpoints.record import record
from gx.expectations.context import PROJECT_FILE
from gx.paths import Paths
from tests.expectations.conftest import FAMILIES, TABLE, contract, run_result

OPEN = """
import os, sys
sys.path.insert(0, CHECKOUT)
from gx.expectations.importing import import_great_expectations
great_expectations = import_great_expectations()
context = great_expectations.get_context(context_root_dir="gx")
print(len(context.validation_results_store.list_keys()))
print(context.build_data_docs()["contracts"])
os.environ["CONTRACTS_STATE_DIR"] = os.path.abspath("elsewhere")
print(great_expectations.get_context(context_root_dir="gx").build_data_docs()["contracts"])
"""


def _checkout(folder: Path) -> None:
    """The files that the project consists of; the package itself is found where it lies."""
    (folder / "gx").mkdir()
    for name in ("great_expectations.yml", "state_defaults.yml"):
        (folder / "gx" / name).write_bytes((PROJECT_FILE.parent / name).read_bytes())


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".contracts" not in path.parts
    }


def _open(folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", OPEN.replace("CHECKOUT", repr(str(PROJECT_FILE.parent.parent)))],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_it_opens_a_checkout_and_changes_nothing_in_it(tmp_path: Path) -> None:
    """Results are found and pages built below the project's state folder, or where the environment says."""
    _checkout(tmp_path)
    state, elsewhere = tmp_path / ".contracts", tmp_path / "elsewhere"
    record(run_result(), {TABLE: contract()}, FAMILIES, Paths(tmp_path, tmp_path, state), docs=False)
    before = _tree(tmp_path)
    stored, here, there = _open(tmp_path)
    assert stored == "1"
    assert (state / "data_docs" / "index.html").is_file(), here
    assert (elsewhere / "data_docs" / "index.html").is_file(), there
    assert {path for path in _tree(tmp_path) if not path.startswith("elsewhere/")} == set(before)
    assert all(_tree(tmp_path)[path] == content for path, content in before.items())
