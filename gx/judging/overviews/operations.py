"""The operations pages: the health of each processor, odds coverage by month, and the registry of names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gx.judging.evidence import Unanswered
from gx.judging.overviews.coverage import TableDates, game_dates, tally
from gx.judging.overviews.findings import Findings
from gx.planning.plan import PlannedRule
from gx.rules.family import RunsOfDate
from gx.rules.value_counts import ValueCounts

ODDS_TABLES = {
    "props": "nba_raw.odds_api_player_points_props",
    "lines": "nba_raw.odds_api_game_lines",
    "bettingpros": "nba_raw.bettingpros_player_points_props",
}
UNRESOLVED = "nba_reference.unresolved_player_names"
REGISTRY = "nba_reference.nba_players_registry"
ALIASES = "nba_reference.player_aliases"


def processor_health(findings: Findings) -> list[dict[str, Any]]:
    """Runs a processor and season, over data dates; ``season`` is null for dates between seasons.

    ``zero_records`` counts successes that told 0; ``last_run`` is when the newest run began (UTC).
    """
    try:
        logged = findings.room.runs
    except Unanswered:
        return []
    calendar, first = findings.bench.calendar, findings.bench.first_date or findings.room.plan.start
    found: dict[tuple[str, str], list[RunsOfDate]] = {}
    for name, by_date in logged.items():
        for day, runs in by_date.items():
            if day >= first:
                season = calendar.season_of(day)
                found.setdefault((name, season.season if season else ""), []).append(runs)
    return [_health(name, season, runs) for (name, season), runs in sorted(found.items())]


def _health(name: str, season: str, runs: list[RunsOfDate]) -> dict[str, Any]:
    return {
        "processor": name,
        "season": season or None,
        "dates": len(runs),
        "runs": sum(each.runs for each in runs),
        "successes": sum(each.successes for each in runs),
        "failures": sum(each.failures for each in runs),
        "skips": sum(each.skips for each in runs),
        "zero_records": sum(each.zero_successes for each in runs),
        "stuck": sum(each.stuck for each in runs),
        "last_run": max((each.last_started for each in runs if each.last_started), default=None),
    }


def odds_coverage(findings: Findings) -> list[dict[str, Any]]:
    """Coverage of props and lines by month, over dates with Final games before as-of (I-08: exempt before May 2023)."""
    try:
        days = game_dates(findings)
    except Unanswered:
        return []
    tables = {short: TableDates(findings, name) for short, name in ODDS_TABLES.items()}
    periods: dict[str, list[date]] = {}
    for day in days:
        periods.setdefault(f"{day:%Y-%m}", []).append(day)
    return [
        {
            "period": period,
            "dates": len(own),
            "games": sum(findings.room.slate[day].final for day in own),
            **{short: _tally(table, own) for short, table in tables.items()},
        }
        for period, own in periods.items()
    ]


def _tally(table: TableDates, days: Iterable[date]) -> dict[str, Any] | None:
    return tally(table.on(day) for day in days) if table.rows is not None else None


def registry_status(findings: Findings) -> dict[str, Any]:
    """Unresolved names by status, rows of the registry and of the aliases; null for what was not measured."""
    return {
        "unresolved": _statuses(findings),
        "registry_rows": _standing_rows(findings, REGISTRY),
        "alias_rows": _standing_rows(findings, ALIASES),
    }


def _statuses(findings: Findings) -> dict[str, int] | None:
    """The counts of the rule that counts the names' statuses over the whole table."""
    for planned in findings.room.plan.rules:
        if planned.contract.table == UNRESOLVED and isinstance(planned.family, ValueCounts):
            return _counted(findings, planned, planned.family)
    return None


def _counted(findings: Findings, planned: PlannedRule, family: ValueCounts) -> dict[str, int] | None:
    try:
        counters = findings.room.evidence(planned).counters
    except Unanswered:
        return None
    return next((family.counts(planned.rule, planned.contract, found) for found in counters.values()), None)


def _standing_rows(findings: Findings, table: str) -> int | None:
    try:
        return sum(findings.room.row_counts(table).values())
    except Unanswered:
        return None
