"""Rows of the tables operators look at: failed entities, the grid of expected outputs, what runs in each service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.rolling import WINDOW, Histories, histories
from gx.simulation.season import Context, SeasonLog
from gx.simulation.starts import features_failed
from gx.simulation.tables.features import composite_factors
from gx.simulation.tables.precompute import LEAST_GAMES, cached_players, zone_players

FAILURES = "nba_processing.precompute_failures"
OUTPUTS = "nba_orchestration.expected_outputs"
SERVICES = "nba_orchestration.service_deployments"
GRID_FROM = date(2026, 5, 1)
"""First date of the grid of expected outputs (domain.md 1.0)."""
_FAILURE_COLUMNS = (
    *("processor_name", "run_id", "analysis_date", "entity_id", "failure_category", "failure_reason", "can_retry"),
    *("failure_type", "expected_game_count", "actual_game_count", "resolution_status", "created_at"),
)
_OUTPUT_COLUMNS = ("game_date", "phase", "output_type", "expected_by", "last_run_at", "created_at", "updated_at")
_SERVICE_COLUMNS = ("service", "revision", "commit_sha", "observed_at")
_SERVICES = (
    *("nba-scrapers", "nba-phase2-raw-processors", "nba-phase3-analytics-processors"),
    *("nba-phase4-precompute-processors", "prediction-coordinator", "prediction-worker", "nba-grading-service"),
)
_OUTPUT_TYPES = (
    ("phase1_scrape", ("schedule", "gamebook", "team_boxscore", "injury_report", "player_props", "game_lines")),
    ("phase2_raw", ("schedule", "gamebook", "team_boxscore", "injury_report", "player_props", "game_lines")),
    ("phase3_analytics", ("player_game_summary", "team_game_summary", "player_context")),
    ("phase4_precompute", ("composite_factors", "daily_cache", "feature_store")),
    ("phase5_predictions", ("predictions", "grading")),
    ("phase6_publish", ("daily_json",)),
)
_OBSERVED_LATER = 60  # days after the season on which services are still looked at, as in the real table


def failure_rows(log: SeasonLog) -> Rows:
    """Players whom the cache or the shot zones had to leave out on a date they played, and I-04's failed features."""
    rows = [row for player in _computed(log) for row in _failures(log, player, histories(log))]
    return Rows(FAILURES, _FAILURE_COLUMNS, rows, {"is_correctable": False, "raw_data_checked": True})


def _computed(log: SeasonLog) -> list[tuple[date, str, bool]]:
    """Date, player and whether he appeared: everybody with composite factors on a date before as_of."""
    appeared = {_key(context): context.listed.appears for context in log.contexts}
    rows = composite_factors(log)
    who, when = rows.columns.index("player_lookup"), rows.columns.index("game_date")
    return [(row[when], row[who], appeared[row[when], row[who]]) for row in rows.rows if log.happened(row[when])]


def _key(context: Context) -> tuple[date, str]:
    return context.game.day, context.listed.player.lookup


def _failures(log: SeasonLog, player: tuple[date, str, bool], known: Histories) -> Iterator[tuple[Any, ...]]:
    day, lookup, appeared = player
    state = known.before(lookup, day)
    games = state.games if state else 0
    tables = (
        ("PlayerDailyCache", 20, LEAST_GAMES, cached_players),
        ("PlayerShotZoneAnalysis", 5, WINDOW, zone_players),
    )
    for name, minute, least, players in tables:
        if day in players(log) and lookup not in players(log)[day]:
            short = games < least
            category = "INSUFFICIENT_DATA" if short else "EXPECTED_INCOMPLETE"
            reason = f"fewer than {least} games" if short else "no recent game"
            yield (
                *_run(f"{name}Processor", day, 10, minute, lookup),
                *(category, reason, True, "DATA_GAP", least, games, "UNRESOLVED", clock(day, 10, 25)),
            )
    if features_failed(day) and appeared:
        yield (
            *(*_run("MLFeatureStoreProcessor", day, 11, 0, lookup), "calculation_error", "features not computed"),
            *(False, "PROCESSING_ERROR", WINDOW, min(WINDOW, games), "PERMANENT", clock(day, 11, 5)),
        )


def _run(processor: str, day: date, hour: int, minute: int, lookup: str) -> tuple[Any, ...]:
    """From processor_name to entity_id."""
    digest = _digest(f"{processor} {day}")
    return processor, f"{processor}_{day:%Y%m%d}_{hour:02d}{minute:02d}00_{digest}", day, lookup


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=4).hexdigest()


def output_rows(log: SeasonLog) -> Rows:
    """Twenty-one outputs a date from May 2026 up to the day before as_of: nothing is due then, and none is missing."""
    days: list[date] = []
    if log.as_of and not log.facts.backfilled:
        days = [GRID_FROM + timedelta(days=n) for n in range(max(0, (log.as_of - GRID_FROM).days))]
    rows = [_output(day, phase, output) for day in days for phase, outputs in _OUTPUT_TYPES for output in outputs]
    constants = {
        "season": log.facts.label,
        "sport": "nba",
        "status": "EMPTY_OK",
        "attempts": 1,
        "row_count": 0,
        "last_error": None,
        "source": "planner",
    }
    return Rows(OUTPUTS, _OUTPUT_COLUMNS, rows, constants)


def _output(day: date, phase: str, output: str) -> tuple[Any, ...]:
    planned, ran = clock(day, 8), clock(day, 9, later=1)
    return day, phase, output, clock(day, 16, later=1), ran, planned, ran


def deployment_rows(log: SeasonLog) -> Rows:
    """The seven services at noon UTC of every day of the season and of two months after it, none of them behind."""
    last = log.facts.days()[-1] + timedelta(days=_OBSERVED_LATER)
    if log.as_of:
        last = min(log.as_of - timedelta(days=1), log.facts.first + timedelta(days=330))
    days = [log.facts.first + timedelta(days=n) for n in range((last - log.facts.first).days + 1)]
    rows = [_deployed(service, day) for day in days for service in _SERVICES]
    return Rows(SERVICES, _SERVICE_COLUMNS, rows, {"commits_behind": 0, "has_fix": True})


def _deployed(service: str, day: date) -> tuple[Any, ...]:
    """All services follow the same commit, which changes once a week."""
    week = (day - date(2021, 10, 4)).days // 7
    digest = _digest(f"{service} {week}")
    return service, f"{40 + week:05d}-{digest[:3]}", _digest(f"commit {week}")[:7], clock(day, 12)
