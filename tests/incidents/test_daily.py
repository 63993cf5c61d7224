"""The daily checkpoint on 200 mornings of five clean seasons: opening nights, bootstrap, breaks, postponements."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from gx.checkpoints.replay import Replayer
from gx.simulation.seasons import SEASONS
from tests.incidents.conftest import MeasureSeason, Told
from tests.incidents.measured import loud_cells

MORNINGS = 40
"""As-of dates a season."""


def mornings(season: str) -> list[date]:
    """As-of dates of a season: its special days, and others by chance."""
    facts = SEASONS[season]
    days_off = sorted(facts.days_off)
    breaks = [day for day in days_off if day - timedelta(days=1) not in facts.days_off]
    special = {
        facts.first + timedelta(days=number) for number in (0, 1, 2, 7, 13, 14, 15, 17, 18, 25)
    }  # opening night and the day after, bootstrap and its end, the late starters
    special |= {day + timedelta(days=step) for day in breaks for step in (-1, 0, 1)}  # before and on days off
    special |= {day + timedelta(days=1) for day in days_off if day + timedelta(days=1) not in facts.days_off}
    special |= {game.postponed_from + timedelta(days=1) for game in facts.fixed_games if game.postponed_from}
    special |= {facts.last, facts.last + timedelta(days=1), facts.last + timedelta(days=20)}
    special |= {facts.last + timedelta(days=step) for step in (7, 8, 60, 120)}  # play-offs and summer
    special.add(date(facts.year + 1, 2, 10))  # trade deadline
    kept = Random(season).sample(sorted(special), min(len(special), MORNINGS - 8))
    others = [day for day in facts.days() if day not in special]
    return sorted({*kept, *Random(f"{season} others").sample(others, MORNINGS - len(kept))})


@pytest.mark.parametrize("season", SEASONS, ids=lambda season: f"{season}-None")
def test_the_audit_of_a_clean_season_is_silent(told: Told, season: str) -> None:
    assert told(season) == []


@pytest.mark.parametrize("season", SEASONS, ids=lambda season: f"{season}-None")
def test_no_morning_of_a_clean_season_is_loud(replayer: Replayer, measure: MeasureSeason, season: str) -> None:
    days = mornings(season)
    assert len(days) == MORNINGS
    assert list(loud_cells(replayer, measure(season), days)) == []
