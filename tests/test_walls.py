"""The rooms of the package import each other one way only; pyproject.toml says which way."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lint_imports(config: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter in a folder, without its cache."""
    command = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [command, "--no-logo", "--no-cache", "--config", config],
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def a_package_like_ours(folder: Path) -> Path:
    """A package with our rooms, all empty but for their walls."""
    for room in [path.parent.name for path in (ROOT / "gx").glob("*/__init__.py")]:
        (folder / "gx" / room).mkdir(parents=True)
        (folder / "gx" / room / "__init__.py").touch()
    (folder / "gx" / "__init__.py").touch()
    return folder / "gx"


def test_no_room_imports_what_it_must_not_know() -> None:
    found = lint_imports(ROOT / "pyproject.toml", ROOT)
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_walls_hold(tmp_path: Path) -> None:
    package = a_package_like_ours(tmp_path)
    (package / "contracts" / "reader.py").write_text("from google.cloud import bigquery\n")
    (package / "judging" / "judge.py").write_text("def judge() -> None:\n    import great_expectations\n")
    (package / "reporting" / "report.py").write_text("from google.api_core import retry\n")
    (package / "calendar" / "slate.py").write_text("import gx.planning\n")
    found = lint_imports(ROOT / "pyproject.toml", tmp_path)
    assert found.returncode == 1, found.stdout + found.stderr
    assert "gx.contracts.reader -> google" in found.stdout
    assert "gx.judging.judge -> great_expectations" in found.stdout
    assert "gx.reporting.report -> google" in found.stdout
    assert "gx.calendar.slate -> gx.planning" in found.stdout
