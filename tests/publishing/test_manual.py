"""docs/publish.md: its commands work, and its recipe gives what the contracts need."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.publishing.conftest import BucketOnThisMachine, Machine

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "publish.md").read_text(encoding="utf-8")
SHELL = "\n".join(re.findall(r"^ *```sh\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL))


def test_the_commands_of_the_manual_work(
    storage_server: str, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_server)
    bucket = BucketOnThisMachine("nba-props-contracts", storage_server)
    bucket.client().create_bucket(bucket.name)
    commands = [shlex.split(line)[1:] for line in SHELL.splitlines() if line.startswith("contracts ")]
    assert [command[:2] for command in commands] == [["docs", "publish"], ["docs", "publish"], ["docs", "fetch"]]
    for command in commands:
        result = machine.contracts_docs(*command[1:])
        assert result.exit_code == 0, result.output
    folders = {"/".join(name.split("/")[:2]) + "/" for name in bucket.names()}
    assert folders == {"nba/latest/", "nba/runs/", "nba/state/"}


def test_every_dataset_under_contract_may_be_read() -> None:
    granted = re.search(r"for dataset in (.*?); do", SHELL)
    assert granted
    assert set(granted[1].split()) == {path.parent.name for path in ROOT.glob("expectations/*/*.yaml")}


def test_the_shown_json_files_are_json() -> None:
    files = re.findall(r"<<'JSON'\n(.*?)^JSON", SHELL, re.MULTILINE | re.DOTALL)
    assert [sorted(json.loads(text)) for text in files] == [["rule"], ["expression", "title"]]


def test_nobody_gets_more_than_the_table_says() -> None:
    table = set(re.findall(r"^\|[^|]*\| `(roles/[\w.]+)` \|", PAGE, re.MULTILINE))
    granted = set(re.findall(r"roles/[\w.]+", SHELL))
    assert granted == table | {"roles/storage.objectViewer"}
