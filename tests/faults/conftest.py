"""The three tables behind a proxy, and whole runs of ``contracts run`` against it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gx.cli.main import run_cli
from gx.data_docs.load import documents_in
from gx.warehouse import retries
from tests.faults.project import WINDOW, fill, rows, write_project
from tests.warehouse.proxy import FaultyProxy

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

LONG_SECONDS = 30.0
"""What no faulty run may take, waits between retries apart: they are a hundredth of the real ones here."""


@dataclass(frozen=True)
class Outcome:
    """What a run said: its document, its exit status, and what it printed."""

    status: int
    document: Mapping[str, Any]

    @property
    def errors(self) -> dict[str, str]:
        """The rules that were not evaluated and why."""
        return {name: rule["error"] for name, rule in self.rules.items() if rule["verdict"] == "error"}

    @property
    def rules(self) -> dict[str, Mapping[str, Any]]:
        """Every rule by ``table.rule``."""
        return {f"{t['table']}.{r['rule']}": r for t in self.document["tables"] for r in t["rules"]}


@dataclass
class Site:
    """A project folder with its state; runs go through the proxy."""

    root: Path
    proxy: FaultyProxy
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def state(self) -> Path:
        """Where results and pages lie."""
        return self.root / "state"

    def run(self, *options: str) -> Outcome:
        """One ``contracts run daily`` in this process, in bounded time; what it stored is what it said."""
        output = self.root / f"result-{next(self.numbers)}.json"
        begun = time.monotonic()
        status = run_cli(["run", "daily", *WINDOW, "--output", str(output), *options])
        assert time.monotonic() - begun < LONG_SECONDS
        document = json.loads(output.read_text(encoding="utf-8"))
        assert status == document["exit_code"]
        return Outcome(status, document)

    def stored(self) -> dict[str, dict[str, Any]]:
        """The runs in the results store by their id."""
        return {run["run_id"]: run for run in documents_in(self.state / "results")}

    def unfinished(self) -> list[Path]:
        """Files that were being written aside."""
        return list(self.state.rglob("*.part"))


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(retries, "LONGEST_WAIT_SECONDS", 0.05)


@pytest.fixture(scope="session")
def filled(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The three tables; all is well with them."""
    return fill(warehouse, "faults", rows(), write_project(tmp_path_factory.mktemp("project")))


@pytest.fixture
def site(filled: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A new project folder; its warehouse is the proxy, without faults until told of some."""
    with FaultyProxy(filled.address.api_endpoint or "") as proxy:
        monkeypatch.chdir(write_project(tmp_path))
        monkeypatch.setenv("CONTRACTS_STATE_DIR", str(tmp_path / "state"))
        monkeypatch.setenv("CONTRACTS_WAREHOUSE", address(proxy.url, filled.address.project))
        yield Site(tmp_path, proxy)


def address(endpoint: str, project: str) -> str:
    """The address of a project of the embedded server, at that endpoint."""
    return f"bigquery://{project}?location=US&api_endpoint={endpoint}"
