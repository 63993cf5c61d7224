"""Incidents without a trace in the tables under contract; listed with the reason, not counted as caught."""

from __future__ import annotations

from gx.simulation.incidents.model import Invisible

INVISIBLE: tuple[Invisible, ...] = (
    Invisible(
        "I-38",
        "play-by-play of one day",
        "nba_raw.nbac_play_by_play and the bucket it is loaded from are not under contract; only its runs are, and "
        "a run without play-by-play is legitimate before publication",
    ),
    Invisible(
        "I-43",
        "rosters of 2 of 30 teams",
        "nba_raw.espn_team_rosters is not under contract, and roster processors log 0 records on most good days",
    ),
    Invisible(
        "I-45",
        "columns that nobody writes",
        "model_bb_candidates is not under contract; the same fault in a table that is shows as a column that is NULL "
        "throughout (expect_partition_to_be_typical)",
    ),
)
"""The entries, by number."""
