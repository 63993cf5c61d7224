"""What the set-up promises: one sentence where it cannot go on, nothing to do where it is done."""

import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
AS_IF_STARTED_BY = "import sys, runpy; sys.executable = {!r}; runpy.run_path('scripts/setup.py', run_name='__main__')"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with what the set-up reads, and no environment."""
    folder = tmp_path / "checkout"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup.py", folder / "scripts")
    for name in ("requirements.lock", "pyproject.toml", "Makefile"):
        shutil.copy(ROOT / name, folder)
    return folder


def script(path: Path, text: str) -> Path:
    """A shell script that runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def set_up(checkout: Path, python: Path) -> subprocess.CompletedProcess[str]:
    """Run the set-up as if that Python had started it, on a machine that has no other and no network."""
    home = checkout.parent / "home"
    home.mkdir(exist_ok=True)
    environment = {"PATH": str(python.parent), "HOME": str(home), "PYENV_ROOT": str(home), "PIP_NO_INDEX": "1"}
    command = [sys.executable, "-c", AS_IF_STARTED_BY.format(str(python))]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True)


def module(checkout: Path) -> Mapping[str, Any]:
    """The names of the set-up script of a checkout."""
    return runpy.run_path(str(checkout / "scripts" / "setup.py"))


def finished_environment(checkout: Path) -> Path:
    """An environment that looks as the set-up leaves it."""
    venv = checkout / ".venv"
    script(venv / "bin" / "contracts", "exit 0")
    (venv / "bin" / "python").symlink_to(sys.executable)
    (venv / ".ready").write_text(module(checkout)["digest"]())
    return venv


def test_without_python_313_it_says_so_in_one_sentence(checkout: Path, tmp_path: Path) -> None:
    found = set_up(checkout, script(tmp_path / "bin" / "python3", "exit 127"))
    assert found.returncode == 1
    assert found.stderr.startswith("No Python 3.13 was found")
    assert found.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


def test_a_pyenv_folder_is_searched_newest_first(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("3.13.2", "3.13.10", "3.12.1"):
        script(tmp_path / "pyenv" / "versions" / version / "bin" / "python", "exit 127")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", "")
    found = [python.parts[-3] for python in module(checkout)["installed_pythons"]()]
    assert found[-2:] == ["3.13.10", "3.13.2"]


def test_a_shim_that_fails_is_passed_over(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path / "shims" / "python3.13", "exit 127")
    monkeypatch.setattr(sys, "executable", "")
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}:{tmp_path / 'real'}")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "python3.13").symlink_to(Path(sys.base_prefix) / "bin" / "python3.13")
    assert module(checkout)["find_python"]() == tmp_path / "real" / "python3.13"


def test_a_finished_environment_needs_nothing(checkout: Path, tmp_path: Path) -> None:
    finished_environment(checkout)
    found = set_up(checkout, script(tmp_path / "bin" / "python3", "exit 127"))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


@pytest.mark.parametrize("change", ["lock", "project", "moved", "interrupted", "python gone", "command gone"])
def test_a_change_makes_it_set_up_again(checkout: Path, change: str) -> None:
    venv = finished_environment(checkout)
    assert module(checkout)["is_ready"]()
    if change == "lock":
        (checkout / "requirements.lock").write_text("")
    elif change == "project":
        (checkout / "pyproject.toml").write_text("")
    elif change == "moved":
        checkout = checkout.rename(checkout.with_name("elsewhere"))
    elif change == "interrupted":
        (venv / ".unfinished").touch()
    elif change == "python gone":
        (venv / "bin" / "python").unlink()
    else:
        (venv / "bin" / "contracts").unlink()
    assert not module(checkout)["is_ready"]()


def test_uv_is_taken_from_the_lock_with_its_hashes(checkout: Path) -> None:
    first, *hashes = module(checkout)["uv_requirement"]().splitlines()
    assert first.startswith("uv==")
    assert hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)


def test_make_says_how_it_is_used(checkout: Path) -> None:
    found = subprocess.run(["make"], cwd=checkout, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert found.returncode == 0
    assert all(f"make {target} " in found.stdout for target in ("demo", "test", "lint", "setup", "lock", "clean"))
