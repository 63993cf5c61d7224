"""The overviews of runs, each as the newest run that has it left it: by season where it has seasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from gx.data_docs.state.dates import new_season
from gx.data_docs.state.names import OPERATIONS, season_name
from gx.data_docs.state.shelf import Shelf, State
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import season

WHOLE_SITE = ("waivers", "recent_days", "registry", "run_history")
"""Overviews that the newest run has the last word on."""


def fold_overviews(shelf: Shelf, run: StoredRun) -> None:
    """Adds the overviews that the run's document holds."""
    found = run.document.get("overviews")
    if not isinstance(found, Mapping):
        return
    seen = {"run_id": run.run_id, "started_at": run.started_at, "as_of": run.as_of, "start": run.start, "end": run.end}
    for name in WHOLE_SITE:
        if found.get(name):
            shelf.change(OPERATIONS, schema="contracts.operations/1")[name] = {"run": seen, "value": found[name]}
    for item in found.get("seasons") or ():
        _season(shelf, item["season"])["phases"] = {"run": seen, "value": item}
    for name, lines in _processors(found).items():
        _season(shelf, name)["processors"] = {"run": seen, "value": lines}
    for item in found.get("odds_coverage") or ():
        _season(shelf, season(f"{item['period']}-15"))["odds"][item["period"]] = item


def _season(shelf: Shelf, name: str) -> State:
    return shelf.change(f"{season_name(name)}.json", **new_season(name))


def _processors(found: Mapping[str, Any]) -> Mapping[str, list[Any]]:
    """Processor health by season; dates between seasons belong to none."""
    by_season: dict[str, list[Any]] = defaultdict(list)
    for item in found.get("processors") or ():
        if item.get("season"):
            by_season[item["season"]].append(item)
    return by_season
