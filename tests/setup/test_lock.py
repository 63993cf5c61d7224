"""requirements.lock: every package pinned and hashed, nothing that says where to fetch it from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
ENTRIES = LOCK.replace("\\\n", " ").splitlines()
PIN = re.compile(r"([a-z0-9-]+)==([^\s;]+)(?: ; [^\\]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*")
PINNED = {match[1]: match[2] for entry in ENTRIES if (match := PIN.fullmatch(entry))}


def direct_requirements() -> list[str]:
    """What pyproject.toml asks for by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    constraints = project["tool"]["uv"]["constraint-dependencies"]
    return [*project["project"]["dependencies"], *project["dependency-groups"]["dev"], *constraints]


def test_every_entry_is_one_version_with_hashes() -> None:
    assert [entry for entry in ENTRIES if not PIN.fullmatch(entry)] == []
    assert len(PINNED) > 80


def test_it_names_no_address_and_no_index() -> None:
    assert not re.search(r"://|--index|--extra|--find-links|--trusted|#| @ ", LOCK)


@pytest.mark.parametrize("requirement", direct_requirements())
def test_every_direct_requirement_is_pinned(requirement: str) -> None:
    match = re.fullmatch(r"([a-z0-9-]+)(==|>=)([\w.]+)", requirement)
    assert match, f"{requirement}: write name==version or name>=version"
    name, operator, version = match.groups()
    assert name in PINNED
    if operator == "==":
        assert PINNED[name] == version
    else:
        assert [int(part) for part in PINNED[name].split(".")] >= [int(part) for part in version.split(".")]


def test_the_c_build_of_sqlglot_stays_out() -> None:
    assert "sqlglotc" not in PINNED
