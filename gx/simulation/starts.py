"""When the precompute tables begin in a season: some need more games than the 14 days of bootstrap give."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from gx.simulation.seasons import SeasonFacts

# Game dates after bootstrap without rows, by first year of the season (domain.md 3.2).
_PLAYER_ZONES_SKIPPED = {2021: 3, 2022: 3, 2023: 2, 2024: 2, 2025: 0}
_TEAM_ZONES_SKIPPED = {2021: 0, 2022: 11, 2023: 12, 2024: 10, 2025: 12}

CACHE_RAMP: Mapping[date, int] = {date(2025, 11, 1): 9, date(2025, 11, 2): 13, date(2025, 11, 3): 16}
"""Players in the daily cache on the last dates of the bootstrap of 2025-26 (domain.md 3.2, I-52)."""

NO_FEATURES = (date(2021, 11, 2), date(2021, 11, 26))
"""First and last date on which every player's features failed to compute (I-04)."""


def player_zones_from(facts: SeasonFacts) -> date:
    """The season's first date in player_shot_zone_analysis."""
    return _after_bootstrap(facts, _PLAYER_ZONES_SKIPPED[facts.year])


def team_zones_from(facts: SeasonFacts) -> date:
    """The season's first date in team_defense_zone_analysis."""
    return _after_bootstrap(facts, _TEAM_ZONES_SKIPPED[facts.year])


def _after_bootstrap(facts: SeasonFacts, skipped: int) -> date:
    return [day for day in facts.game_dates() if day >= facts.factors_from][skipped]


def features_failed(day: date) -> bool:
    """Whether that is one of the dates on which nobody got features (I-04)."""
    return NO_FEATURES[0] <= day <= NO_FEATURES[1]


def in_bootstrap_mode(facts: SeasonFacts, day: date) -> bool:
    """The first 30 days, in which windows cannot be full (domain.md 1.18)."""
    return day < facts.first + timedelta(days=30)
