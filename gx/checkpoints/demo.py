"""The demo: two simulated seasons with two planted incidents, through the real checkpoints."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from gx.calendar.calendar import Calendar
from gx.checkpoints.request import RunOrder, WindowChoice, resolve_window, select
from gx.checkpoints.run import Finished, run_checkpoint
from gx.contracts.model import Contract, ContractSet
from gx.paths import Paths
from gx.rules.registry import families

AS_OF = date(2026, 1, 14)
"""The day of the status page that the demo retells."""

SEASONS: tuple[tuple[str, date | None, str], ...] = (("2022-23", None, "I-03"), ("2025-26", AS_OF, "I-01"))
"""Each simulated season, where it is cut, and the incident planted in it."""

RUNS: tuple[tuple[str, str | None], ...] = (("season_audit", "2022-23"), ("season_audit", "2025-26"), ("daily", None))
"""The checkpoints that the demo runs, with the season of an audit."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class DemoRun:
    """One of the demo's runs, and the season it audited, if any."""

    checkpoint: str
    season: str | None
    finished: Finished


def make_files(contracts: Mapping[str, Contract], paths: Paths, tell: Tell) -> list[Path]:
    """The seasons' parquet files with the incidents in place; made once for the same league and contracts."""
    folder = paths.state / "demo" / _fingerprint(paths)
    if not folder.exists():
        aside = folder.with_suffix(".making")
        shutil.rmtree(aside, ignore_errors=True)
        for season, as_of, incident in SEASONS:
            _make_season(season, as_of, incident, contracts, aside / season, tell)
        aside.rename(folder)
    return sorted(folder.glob("*/*.parquet"))


def _make_season(
    season: str, as_of: date | None, incident: str, contracts: Mapping[str, Contract], folder: Path, tell: Tell
) -> None:
    from gx.simulation.incidents import incident as find_incident
    from gx.simulation.league import simulate, write_tables

    planted = find_incident(incident)
    tell(f"Simulating season {season}{f' up to {as_of}' if as_of else ''}, with {planted.id}: {planted.title}.")
    write_tables(planted.apply(simulate(season, contracts, as_of).tables), folder)


def _fingerprint(paths: Paths) -> str:
    """Changes with the simulated league's code and the contracts whose columns it fills."""
    digest = hashlib.sha256()
    simulation = Path(__file__).parent.parent / "simulation"
    for file in sorted([*simulation.rglob("*.py"), *paths.expectations.rglob("*.yaml")]):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def run_demo(project: ContractSet, paths: Paths, tell: Tell) -> Iterator[DemoRun]:
    """Run the demo's checkpoints over the loaded tables, one after the other."""
    calendar = Calendar(project.calendar)
    for checkpoint, season in RUNS:
        tell(f"Running {checkpoint}{f' for {season}' if season else ''}.")
        order = _order(project, calendar, checkpoint, season, calendar.moment(AS_OF))
        yield DemoRun(checkpoint, season, run_checkpoint(order, project, families(), paths))


def _order(project: ContractSet, calendar: Calendar, checkpoint: str, season: str | None, as_of: datetime) -> RunOrder:
    definition = project.checkpoints[checkpoint]
    window = resolve_window(WindowChoice(season=season), definition, calendar, as_of)
    selection = select(definition, project.contracts)
    return RunOrder(checkpoint, selection, window, as_of, overviews=definition.overviews)
