"""The leagues that incidents are replayed on, each loaded once: the tests of this folder are put in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from gx.checkpoints.replay import Replayer
from gx.judging.result import RunResult
from tests.incidents.measured import Measured, loud_rules, measure_season

type Clean = Callable[[str, date | None], RunResult]
type MeasureSeason = Callable[[str], Measured]
type Told = Callable[[str], list[tuple[str, str]]]
FOLDER = Path(__file__).parent
SHORT = ("2025-26 2026-01-14", " None")
"""Leagues of ``make test``; ``make test-all`` loads the others, too, each of which costs minutes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """This folder's tests league by league; those of long leagues are marked."""
    own = sorted((item for item in items if FOLDER in item.path.parents), key=_league)
    for item in own:
        if _league(item) not in SHORT:
            item.add_marker(pytest.mark.long)
    items[:] = [*own, *(item for item in items if FOLDER not in item.path.parents)]


def _league(item: pytest.Item) -> str:
    params = getattr(getattr(item, "callspec", None), "params", {})
    about = params.get("incident") or params.get("oddity")
    season = getattr(about, "season", params.get("season", ""))
    as_of = getattr(about, "as_of", params.get("as_of"))
    return f"{season} {as_of}"


@pytest.fixture(scope="session")
def clean(replayer: Replayer) -> Clean:
    """The audit of a clean league; the league stays loaded."""
    audits: dict[tuple[str, date | None], RunResult] = {}

    def audit(season: str, as_of: date | None) -> RunResult:
        if (season, as_of) not in audits:
            audits[season, as_of] = replayer.clean(season, as_of)
        return audits[season, as_of]

    return audit


@pytest.fixture(scope="session")
def measure(replayer: Replayer) -> MeasureSeason:
    """A clean season's measurements, taken once."""
    seasons: dict[str, Measured] = {}

    def measured(season: str) -> Measured:
        if season not in seasons:
            seasons[season] = measure_season(replayer, season)
        return seasons[season]

    return measured


@pytest.fixture(scope="session")
def told(replayer: Replayer, measure: MeasureSeason) -> Told:
    """What the audit of a clean season tells, judged once."""
    return cache(lambda season: loud_rules(replayer, measure(season)))
