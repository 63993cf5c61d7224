"""The slates of the dates on which something is amiss: the games that a date's page shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from gx.contracts.model import Scope
from gx.judging.evidence import Unanswered
from gx.judging.overviews.findings import Findings
from gx.judging.result import is_quiet


def slates(findings: Findings) -> dict[str, list[dict[str, Any]]]:
    """The games of each date that a rule fails, warns or could not judge on, by ISO date; empty without a schedule.

    ``status`` is the schedule's own word, null when it has none; ``final`` says whether both scores are there. Dates
    on which all is well are left out, so that a season's document stays small.
    """
    try:
        found = {day.isoformat(): findings.room.games(day) for day in loud_dates(findings)}
    except Unanswered:
        return {}
    return {day: [dict(game) for game in games] for day, games in found.items() if games}


def loud_dates(findings: Findings) -> list[date]:
    """The game dates that some rule of the run says somebody must look at, in order."""
    return sorted(
        {
            part.partition
            for rule in findings.results.values()
            if rule.scope != Scope.SNAPSHOT  # dated as-of, which is no game date
            for part in rule.partitions
            if part.partition and not is_quiet(part.verdict)
        }
    )
