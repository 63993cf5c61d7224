"""Replaying incidents: a clean league with one incident in place, audited; was it told, and only where it should be?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from gx.calendar.calendar import Calendar
from gx.checkpoints.request import RunOrder, select
from gx.checkpoints.run import run_checkpoint
from gx.contracts.model import Contract, ContractSet, Rule
from gx.judging.result import RunResult, is_quiet
from gx.paths import Paths
from gx.rules.family import Family
from gx.simulation.seasons import AFTER_SEASONS

if TYPE_CHECKING:
    import pyarrow as pa

    from gx.simulation.incidents import Expected, Incident

_SCHEDULE = "nba_raw.nbac_schedule"
_RUN_LOG = "nba_reference.processor_run_history"


@dataclass(frozen=True)
class Told:
    """One rule that must speak, and the declared dates on which it did."""

    expected: Expected
    dates: frozenset[date]

    @property
    def caught(self) -> int:
        """Declared dates on which the rule spoke as declared."""
        return len(self.dates & set(self.expected.dates))

    @property
    def complete(self) -> bool:
        """Whether it spoke on every declared date."""
        return self.caught == len(self.expected.dates)


@dataclass(frozen=True)
class Replay:
    """What an audit said of a league with an incident in it.

    ``elsewhere`` are loud cells, as (table, rule, date), that the incident does not declare; ``errors`` the rules that
    were not evaluated.
    """

    incident: Incident
    told: tuple[Told, ...]
    elsewhere: tuple[tuple[str, str, date | None], ...]
    errors: tuple[str, ...]
    run: RunResult

    @property
    def caught(self) -> bool:
        """Whether every declared rule spoke on every declared date, and nothing else did."""
        return all(told.complete for told in self.told) and not self.elsewhere and not self.errors


class Replayer:
    """Loads a league once into the embedded warehouse, then swaps only the tables that an incident changes."""

    def __init__(self, project: ContractSet, families: Mapping[str, Family], paths: Paths, scratch: Path) -> None:
        self.project = project
        self.families = families
        self.paths = paths
        self.scratch = scratch
        self._clean: Mapping[str, pa.Table] = {}
        self._league: tuple[str, date | None] | None = None
        self._changed: frozenset[str] = frozenset()

    def clean(self, season: str, as_of: date | None) -> RunResult:
        """The whole audit of the clean league."""
        self.load(season, as_of)
        return self._audit(season, as_of, select(self.project.checkpoints["season_audit"], self.project.contracts))

    def replay(self, incident: Incident) -> Replay:
        """The audit, with the incident in place, of every rule that reads a table it changes."""
        self._simulate(incident.season, incident.as_of)
        after = incident.apply(self._clean)
        changed = {name: table for name, table in after.items() if table is not self._clean.get(name)}
        return judge_replay(incident, self.audit_of(changed))

    def audit_of(self, changed: Mapping[str, pa.Table]) -> RunResult:
        """The audit of the loaded league with those tables in place of its own: every rule that reads one of them."""
        assert self._league is not None, "a league must be loaded first"
        self._swap(changed)
        return self._audit(*self._league, self._readers(frozenset(changed)))

    def load(self, season: str, as_of: date | None) -> None:
        """The clean league of that season in the warehouse, and no other."""
        self._simulate(season, as_of)
        self._swap({})

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The clean league that is loaded."""
        return self._clean

    def _simulate(self, season: str, as_of: date | None) -> None:
        from gx.simulation.league import simulate

        if self._league != (season, as_of):
            self._clean = simulate(season, self.project.contracts, as_of).tables
            self._load(self._clean)
            self._league, self._changed = (season, as_of), frozenset()

    def _swap(self, changed: Mapping[str, pa.Table]) -> None:
        wanted = {name: changed.get(name, self._clean[name]) for name in {*changed, *self._changed}}
        self._load(wanted)
        self._changed = frozenset(changed)

    def _load(self, tables: Mapping[str, pa.Table]) -> None:
        from gx.simulation.league import write_tables
        from gx.warehouse.connection import open_warehouse
        from gx.warehouse.loading import load_files

        if not tables:
            return
        files = write_tables(tables, self.scratch)
        with open_warehouse(folder=self.paths.warehouse) as warehouse:
            load_files(lambda: warehouse, files, self.project.contracts, replace=True)
        for file in files:
            file.unlink()

    def _audit(
        self, season: str, as_of: date | None, selection: Sequence[tuple[Contract, Sequence[Rule]]]
    ) -> RunResult:
        calendar = Calendar(self.project.calendar)
        moment = calendar.moment(as_of or AFTER_SEASONS)
        order = RunOrder("season_audit", selection, calendar.season_window(season, moment), moment, docs=False)
        return run_checkpoint(order, self.project, self.families, self.paths).run

    def _readers(self, changed: frozenset[str]) -> list[tuple[Contract, list[Rule]]]:
        found = []
        for contract in self.project.contracts.values():
            rules = [rule for rule in contract.rules if self._reads(contract, rule) & changed]
            if rules:
                found.append((contract, rules))
        return found

    def _reads(self, contract: Contract, rule: Rule) -> set[str]:
        """The tables whose rows decide a rule; all of them for a rule that GX core measures."""
        family = self.families.get(rule.expectation)
        if family is None:
            return set(self.project.contracts)
        read = {contract.table, *family.columns_used(rule, contract)}
        if family.needs_slate:
            read.add(_SCHEDULE)
        if family.needs_runs:
            read.add(_RUN_LOG)
        return read


def judge_replay(incident: Incident, run: RunResult) -> Replay:
    """What was told where it was declared, and what was told elsewhere."""
    loud = {
        (rule.table, rule.rule, part.partition)
        for rule in run.rules
        for part in rule.partitions
        if not is_quiet(part.verdict)
    }
    elsewhere = [cell for cell in loud if (cell[0], cell[2]) not in incident.allowed]
    return Replay(
        incident,
        tuple(Told(expected, _told(expected, run)) for expected in incident.expected),
        tuple(sorted(elsewhere, key=str)),
        tuple(f"{rule.name}: {rule.error}" for rule in run.rules if rule.error),
        run,
    )


def _told(expected: Expected, run: RunResult) -> frozenset[date]:
    return frozenset(
        part.partition
        for rule in run.rules
        if (rule.table, rule.rule) == (expected.table, expected.rule)
        for part in rule.partitions
        if part.partition and expected.outcome in (part.verdict.value, part.classification)
    )
