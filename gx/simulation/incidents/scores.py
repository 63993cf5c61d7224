"""Incidents of computed scores and of the schedule: adjustments stored as scores, postponed games."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import set_values, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.tables import contexts, features, schedule

FATIGUE_DATES = tuple(date(2026, 1, 25) + timedelta(days=n) for n in range(6))
POSTPONED = (("0022500529", date(2026, 1, 8)), ("0022500644", date(2026, 1, 24)))


def fatigue_adjustment(tables: Tables) -> dict[str, pa.Table]:
    """I-17: the adjustment (-5 to 0) was stored in place of the fatigue score; 42 % stayed production-ready."""
    table = tables[contexts.FACTORS]
    mask = where(table, game_date=FATIGUE_DATES)
    adjustment = pa.array([-((100 - score) // 16) for score in table.column("fatigue_score").to_pylist()])
    not_ready = pa.array([place % 100 >= 42 for place in range(table.num_rows)])
    table = set_values(table, mask, fatigue_score=adjustment)
    return {contexts.FACTORS: set_values(table, pc.and_(mask, not_ready), is_production_ready=False)}


def final_without_score(tables: Tables) -> dict[str, pa.Table]:
    """I-29: two postponed games stand as Final without a score on the date they were not played."""
    table = tables[schedule.TABLE]
    for game, day in POSTPONED:
        mask = where(table, game_id=game, game_date=day)
        table = set_values(table, mask, game_status=3, game_status_text="Final")
    return {schedule.TABLE: table}


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-17",
        title="adjustment stored as fatigue score",
        season="2025-26",
        as_of=date(2026, 2, 1),
        changes="fatigue_score of six dates is -5 to 0, its mean about 0 instead of 95.",
        tables=(contexts.FACTORS,),
        expected=(Expected(contexts.FACTORS, "fatigue_mean_is_a_score", FATIGUE_DATES),),
        change=fatigue_adjustment,
        consequences=(Consequence(features.TABLE, FATIGUE_DATES, "its fatigue is compared with the factors'"),),
    ),
    Incident(
        id="I-29",
        title="postponed games stand as Final",
        season="2025-26",
        as_of=date(2026, 2, 1),
        changes="Two postponed games are Final without a score on the date they were not played.",
        tables=(schedule.TABLE,),
        expected=(
            Expected(schedule.TABLE, "past_games_are_decided", tuple(day for _, day in POSTPONED)),
            Expected(schedule.TABLE, "final_games_have_scores", tuple(day for _, day in POSTPONED)),
        ),
        change=final_without_score,
    ),
)
"""The entries of this group."""
