"""Overviews: what a run knows beyond single rules, as plain JSON values for the status pages.

A checkpoint names the overviews it wants; each is computed from the run's measurements and results, and costs no job
of its own beyond the statements that the checkpoint's rules send.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gx.contracts.model import OverviewName
from gx.judging.overviews.findings import Findings
from gx.judging.overviews.slates import slates
from gx.judging.overviews.waivers import waiver_states


def overviews(wanted: Sequence[OverviewName], findings: Findings) -> dict[str, Any]:
    """The wanted overviews by name, and those that every run shows: waivers, and the slates of dates in trouble."""
    from gx.judging.overviews.operations import odds_coverage, processor_health, registry_status
    from gx.judging.overviews.run_history import run_history
    from gx.judging.overviews.seasons import recent_days, season_matrix

    makers: Mapping[OverviewName, Callable[[Findings], Any]] = {
        "run_history": run_history,
        "seasons": season_matrix,
        "processors": processor_health,
        "recent_days": recent_days,
        "odds_coverage": odds_coverage,
        "registry": registry_status,
    }
    found: dict[str, Any] = {name: makers[name](findings) for name in wanted}
    return {"waivers": waiver_states(findings), "slates": slates(findings), **found}


__all__ = ["Findings", "overviews"]
