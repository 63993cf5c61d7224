"""Each known incident, replayed on the clean league, is told by its rule on its dates and by no other table or date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from gx.calendar.calendar import Calendar
from gx.checkpoints.request import RunOrder, select
from gx.checkpoints.run import run_checkpoint
from gx.contracts.model import ContractSet
from gx.contracts.store import load_contracts
from gx.judging.result import RunResult, Verdict
from gx.paths import Paths, project_paths
from gx.rules.registry import families
from gx.simulation.incidents import INCIDENTS, Incident
from gx.simulation.league import simulate, write_tables
from gx.warehouse.connection import open_warehouse
from gx.warehouse.loading import load_files
from tests.conftest import fast_folder

LOUD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)
AFTER = date(2026, 7, 1)
"""As-of for incidents of finished seasons."""
IN_ORDER = sorted(INCIDENTS.values(), key=lambda each: (each.season, str(each.as_of), each.id))
CUT = {(incident.season, incident.as_of) for incident in INCIDENTS.values()}


class Replayer:
    """Loads a league once, then swaps only the tables that an incident changes."""

    def __init__(self, project: ContractSet, paths: Paths) -> None:
        self.project = project
        self.paths = paths
        self._clean: Mapping[str, pa.Table] = {}
        self._league: tuple[str, date | None] | None = None
        self._changed: tuple[str, ...] = ()

    def clean(self, season: str, as_of: date | None) -> RunResult:
        """The audit of the clean league."""
        self._load(season, as_of, {})
        return self._audit(season, as_of)

    def replay(self, incident: Incident) -> RunResult:
        """The audit of the league with the incident in place."""
        if self._league != (incident.season, incident.as_of):
            self._load(incident.season, incident.as_of, {})
        self._load(incident.season, incident.as_of, incident.apply(self._clean))
        return self._audit(incident.season, incident.as_of)

    def _load(self, season: str, as_of: date | None, changed: Mapping[str, pa.Table]) -> None:
        if self._league != (season, as_of):
            self._clean = simulate(season, self.project.contracts, as_of).tables
            names: set[str] = set(self._clean)
        else:
            names = {name for name, table in changed.items() if table is not self._clean[name]} | set(self._changed)
        wanted = {name: changed.get(name, self._clean[name]) for name in names}
        if wanted:
            files = write_tables(wanted, fast_folder())
            with open_warehouse(folder=self.paths.warehouse) as warehouse:
                load_files(lambda: warehouse, files, self.project.contracts, replace=True)
        self._league = (season, as_of)
        self._changed = tuple(name for name in changed if changed[name] is not self._clean[name])

    def _audit(self, season: str, as_of: date | None) -> RunResult:
        calendar = Calendar(self.project.calendar)
        moment = calendar.moment(as_of or AFTER)
        selection = select(self.project.checkpoints["season_audit"], self.project.contracts)
        order = RunOrder("season_audit", selection, calendar.season_window(season, moment), moment, docs=False)
        return run_checkpoint(order, self.project, families(), self.paths).run


@pytest.fixture(scope="module")
def replayer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayer]:
    """A warehouse of its own for the leagues, kept open so that every audit finds it running."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONTRACTS_WAREHOUSE", "embedded")
        patch.setenv("CONTRACTS_WAREHOUSE_DIR", str(fast_folder()))
        patch.setenv("CONTRACTS_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        paths = project_paths(Path(__file__).resolve().parents[2])
        with open_warehouse(folder=paths.warehouse):
            yield Replayer(load_contracts(paths.root, families()), paths)


@pytest.mark.parametrize("incident", IN_ORDER, ids=lambda each: each.id)
def test_the_incident_is_told_by_its_rule_on_its_dates_and_nowhere_else(replayer: Replayer, incident: Incident) -> None:
    run = replayer.replay(incident)
    for expected in incident.expected:
        told = {
            part.partition
            for rule in run.rules
            if (rule.table, rule.expectation) == (expected.table, expected.expectation)
            for part in rule.partitions
            if expected.outcome in (part.verdict, part.classification)
        }
        assert set(expected.dates) <= told, f"{expected.table} {expected.expectation} {expected.outcome}"
    dates = {(expected.table, day) for expected in incident.expected for day in expected.dates}
    loud = {(rule.table, part.partition) for rule in run.rules for part in rule.partitions if part.verdict in LOUD}
    assert loud - dates == set()
    assert not [rule.name for rule in run.rules if rule.error]


@pytest.mark.parametrize(("season", "as_of"), sorted(CUT, key=str), ids=str)
def test_the_clean_league_is_silent(replayer: Replayer, season: str, as_of: date | None) -> None:
    run = replayer.clean(season, as_of)
    assert [(rule.name, rule.observed) for rule in run.rules if rule.verdict in LOUD] == []
    assert run.exit_code == 0
