"""The season pages: how much of each season every phase holds, and how the newest game dates stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gx.judging.evidence import Unanswered
from gx.judging.overviews.coverage import Held, TableDates, all_of, any_of, game_dates, tally
from gx.judging.overviews.findings import Findings

RECENT = 14
"""Game dates that the recent-days table shows: two weeks of slates, as the status page does."""

RECENT_TABLES = {
    "bdl": "nba_raw.bdl_player_boxscores",
    "tdgs": "nba_analytics.team_defense_game_summary",
    "psza": "nba_precompute.player_shot_zone_analysis",
    "pcf": "nba_precompute.player_composite_factors",
    "ppp": "nba_predictions.player_prop_predictions",
}


@dataclass(frozen=True)
class Phase:
    """A row of the season matrix: its tables, and how they count together."""

    level: str
    title: str
    tables: tuple[str, ...]
    together: Callable[[Sequence[Held]], Held]


PHASES = (
    Phase(
        "L1",
        "Box scores, BDL or gamebook",
        ("nba_raw.bdl_player_boxscores", "nba_raw.nbac_gamebook_player_stats"),
        any_of,
    ),
    Phase("L3", "Analytics", ("nba_analytics.player_game_summary",), all_of),
    Phase(
        "L4",
        "Precompute",
        (
            "nba_precompute.player_composite_factors",
            "nba_precompute.player_daily_cache",
            "nba_precompute.player_shot_zone_analysis",
            "nba_precompute.team_defense_zone_analysis",
            "nba_predictions.ml_feature_store_v2",
        ),
        all_of,
    ),
    Phase("L5", "Predictions", ("nba_predictions.player_prop_predictions",), all_of),
)
"""The levels of the status page's backfill validation (domain, section 0.3)."""


def season_matrix(findings: Findings) -> list[dict[str, Any]]:
    """Coverage a season and phase; dates and games are those with Final games before as-of."""
    try:
        days = game_dates(findings)
    except Unanswered:
        return []
    by_season: dict[str, list[date]] = {}
    for day in days:
        if season := findings.bench.calendar.season_of(day):
            by_season.setdefault(season.season, []).append(day)
    tables = {name: TableDates(findings, name) for phase in PHASES for name in phase.tables}
    slate = findings.room.slate
    return [
        {
            "season": season,
            "dates": len(own),
            "games": sum(slate[day].final for day in own),
            "phases": [_phase(phase, tables, own) for phase in PHASES],
        }
        for season, own in by_season.items()
    ]


def _phase(phase: Phase, tables: dict[str, TableDates], days: Sequence[date]) -> dict[str, Any]:
    measured = [tables[name] for name in phase.tables if tables[name].rows is not None]
    return {
        "phase": phase.level,
        "title": phase.title,
        **(tally(phase.together([table.on(day) for table in measured]) for day in days) if measured else _UNKNOWN),
        "tables": [{"table": table.table, **tally(table.on(day) for day in days)} for table in measured],
        "not_measured": [name for name in phase.tables if tables[name].rows is None],
    }


_UNKNOWN = {"dates": None, "games": None}


def recent_days(findings: Findings) -> list[dict[str, Any]]:
    """The window's newest game dates, newest first, with the rows and verdict of one table a phase."""
    try:
        days = game_dates(findings, decided=False)[-RECENT:]
    except Unanswered:
        return []
    tables = {short: TableDates(findings, name) for short, name in RECENT_TABLES.items()}
    return [_day(findings, day, tables) for day in reversed(days)]


def _day(findings: Findings, day: date, tables: dict[str, TableDates]) -> dict[str, Any]:
    slate = findings.room.slate[day]
    known = {short: table for short, table in tables.items() if table.rows is not None}
    return {
        "date": day,
        "scheduled": slate.scheduled,
        "final": slate.final,
        "tables": {
            short: {
                "table": table.table,
                "rows": (table.rows or {}).get(day, 0) if short in known else None,
                "verdict": table.verdict_on(day).value,
            }
            for short, table in tables.items()
        },
    }
