"""Incidents of the shot zones, from the play-by-play to the features."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import append, drop, rows_of, set_values, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.parts import BUSY_2024, but, numbers, season_dates, some
from gx.simulation.seasons import SEASONS
from gx.simulation.tables import features, operations, precompute, summaries

AS_OF = date(2026, 2, 1)
FAILED_DATES = tuple(date(2026, 1, day) for day in (8, 9, 11))
FAILED_PLAYERS = 214
NO_PLAY_BY_PLAY = season_dates("2021-22", date(2021, 11, 1), date(2021, 12, 31))
NO_TEAM_ZONES = season_dates("2021-22", date(2021, 11, 2), date(2021, 12, 31))
UNMATCHED = season_dates("2024-25")
MIXED = season_dates("2025-26", date(2025, 12, 22), date(2026, 1, 30))
ALL_ZERO = date(2026, 1, 23)
DIVIDED_TWICE = season_dates("2024-25", SEASONS["2024-25"].factors_from)
_ONE_IN_DIVIDED = 100  # and the date's first: near 2,223 of 147,340 rows
_PAINT_LEFT, _MID_LEFT = 0.5, 0.4  # of the shares: paint 0.41 became 0.21 and threes 0.34 became 0.70
_PAINT, _MID, _THREE = (f"feature_{number}_value" for number in (18, 19, 20))
_PLAYER_ZONES = ("paint_attempts", "paint_makes", "mid_range_attempts", "mid_range_makes")
_THREES = ("three_attempts_pbp", "three_makes_pbp")
_DEFENSE_ZONES = (
    *("opp_paint_attempts", "opp_paint_makes", "opp_mid_range_attempts", "opp_mid_range_makes"),
    *("points_in_paint_allowed", "mid_range_points_allowed"),
)
_TEAM_ZONES = (
    *("paint_pct_allowed_last_15", "paint_attempts_allowed_per_game", "paint_points_allowed_per_game"),
    *("paint_defense_vs_league_avg", "mid_range_pct_allowed_last_15", "mid_range_attempts_allowed_per_game"),
    "mid_range_defense_vs_league_avg",
)


def failed_zones(tables: Tables) -> dict[str, pa.Table]:
    """I-07: an error upstream left 214 players of three dates without shot zones."""
    zones = tables[precompute.PLAYER_ZONES]
    lost = some(
        where(zones, analysis_date=FAILED_DATES), zones.column("analysis_date"), lambda _, place: place < FAILED_PLAYERS
    )
    failures = tables[operations.FAILURES]
    rows = _zone_failures(rows_of(zones, lost, "analysis_date", "player_lookup"), failures.schema)
    return {precompute.PLAYER_ZONES: drop(zones, lost), operations.FAILURES: append(failures, rows)}


def _zone_failures(lost: Collection[tuple[date, str]], schema: pa.Schema) -> pa.Table:
    processor = "PlayerShotZoneAnalysisProcessor"
    same = {
        "processor_name": processor,
        "failure_category": "INCOMPLETE_UPSTREAM",
        "failure_reason": "player_game_summary incomplete",
        "can_retry": True,
        "failure_type": "DATA_GAP",
        "is_correctable": True,
        "resolution_status": "UNRESOLVED",
    }
    rows = [
        {**same, "run_id": f"{processor}_{day:%Y%m%d}_100500_00000007", "analysis_date": day, "entity_id": lookup}
        for day, lookup in lost
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def no_play_by_play(tables: Tables) -> dict[str, pa.Table]:
    """I-09: team defence was summed up without play-by-play; its zones, and the analysis made of them, are null."""
    defense, zones = tables[summaries.DEFENSE], tables[precompute.TEAM_ZONES]
    early = where(defense, game_date=NO_PLAY_BY_PLAY)
    after = where(zones, analysis_date=NO_TEAM_ZONES)
    return {
        summaries.DEFENSE: set_values(defense, early, **dict.fromkeys(_DEFENSE_ZONES)),
        precompute.TEAM_ZONES: set_values(zones, after, **dict.fromkeys(_TEAM_ZONES)),
    }


def unmatched_zones(tables: Tables) -> dict[str, pa.Table]:
    """I-14: the play-by-play had the numeric id in front of every player key, so no summary found its zones."""
    table = tables[summaries.PLAYERS]
    rows = where(table, game_date=UNMATCHED)
    columns = dict.fromkeys((*_PLAYER_ZONES, *_THREES))
    return {summaries.PLAYERS: set_values(table, rows, has_complete_shot_zones=False, **columns)}


def mixed_zones(tables: Tables) -> dict[str, pa.Table]:
    """I-15: threes of one source stood beside no other zone, so paint shares halved and three shares doubled."""
    players, zones, cache = (tables[name] for name in (summaries.PLAYERS, precompute.PLAYER_ZONES, precompute.CACHE))
    paint, mid, three = _shifted(zones, "paint_rate_last_10", "mid_range_rate_last_10", "three_pt_rate_last_10", 2)
    cache_paint, _, cache_three = _shifted(cache, "paint_rate_last_10", None, "three_pt_rate_last_10", 2)
    return {
        summaries.PLAYERS: set_values(players, where(players, game_date=MIXED), **dict.fromkeys(_PLAYER_ZONES)),
        precompute.PLAYER_ZONES: set_values(
            zones,
            where(zones, analysis_date=MIXED),
            paint_rate_last_10=paint,
            mid_range_rate_last_10=mid,
            three_pt_rate_last_10=three,
        ),
        precompute.CACHE: set_values(
            cache, where(cache, cache_date=MIXED), paint_rate_last_10=cache_paint, three_pt_rate_last_10=cache_three
        ),
        features.TABLE: _mixed_features(tables[features.TABLE]),
    }


def _mixed_features(table: pa.Table) -> pa.Table:
    paint, mid, three = _shifted(table, _PAINT, _MID, _THREE, 4)
    table = set_values(table, where(table, game_date=MIXED), **{_PAINT: paint, _MID: mid, _THREE: three})
    return set_values(table, where(table, game_date=ALL_ZERO), **dict.fromkeys((_PAINT, _MID, _THREE), 0.0))


def _shifted(table: pa.Table, paint: str, mid: str | None, three: str, places: int) -> tuple[pa.ChunkedArray, ...]:
    """The three shares with shots moved from paint and mid range to threes; their sum stays."""
    near, far = numbers(table, paint), numbers(table, three)
    whole = 100.0 if places == 2 else 1.0
    between = numbers(table, mid) if mid else pc.subtract(pc.subtract(whole, near), far)
    new_near, new_between = pc.multiply(near, _PAINT_LEFT), pc.multiply(between, _MID_LEFT)
    moved = pc.subtract(pc.add(near, between), pc.add(new_near, new_between))
    return tuple(pc.round(values, places) for values in (new_near, new_between, pc.add(far, moved)))


def divided_twice(tables: Tables) -> dict[str, pa.Table]:
    """I-16: a fallback that held fractions was divided by 100 once more, in 1.5 % of the rows."""
    table = tables[features.TABLE]
    rows = where(table, game_date=DIVIDED_TWICE)
    mask = some(rows, table.column("game_date"), lambda _, place: place % _ONE_IN_DIVIDED == 0)
    columns = {name: pc.divide(numbers(table, name), 100) for name in (_PAINT, _MID, _THREE)}
    return {features.TABLE: set_values(table, mask, **columns)}


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-07",
        title="shot zones failed upstream",
        season="2025-26",
        as_of=AS_OF,
        changes="214 players of three January dates have no shot zones, and a failure each that names the upstream.",
        tables=(precompute.PLAYER_ZONES, operations.FAILURES),
        expected=(
            Expected(precompute.PLAYER_ZONES, "usual_number_of_players", FAILED_DATES),
            Expected(precompute.PLAYER_ZONES, "covers_players_who_played", FAILED_DATES),
            Expected(precompute.PLAYER_ZONES, "number_of_players_is_steady", FAILED_DATES[::2]),
            Expected(operations.FAILURES, "no_failures_to_investigate", FAILED_DATES),
            Expected(operations.FAILURES, "few_failures_of_a_processor_later", FAILED_DATES),
        ),
        change=failed_zones,
        consequences=(
            Consequence(
                precompute.PLAYER_ZONES, (date(2026, 1, 10), date(2026, 1, 12)), "everybody is back: a jump once more"
            ),
        ),
    ),
    Incident(
        id="I-09",
        title="team defence without play-by-play",
        season="2021-22",
        as_of=None,
        changes="The zone columns of team defence are null in November and December 2021, and those of the zone "
        "analysis after them; opponent_strength_score was 0 then as it is by design now, and no rule can tell the two.",
        tables=(summaries.DEFENSE, precompute.TEAM_ZONES),
        expected=(
            Expected(summaries.DEFENSE, "paint_attempts_are_there", NO_PLAY_BY_PLAY),
            Expected(summaries.DEFENSE, "mid_range_attempts_are_there", NO_PLAY_BY_PLAY),
            Expected(precompute.TEAM_ZONES, "zone_measures_are_filled", NO_TEAM_ZONES),
        ),
        change=no_play_by_play,
    ),
    Incident(
        id="I-14",
        title="shot zones joined by a prefixed key",
        season="2024-25",
        as_of=None,
        changes="No player summary of 2024-25 has shot zones.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, "paint_attempts_is_typical", BUSY_2024),),
        change=unmatched_zones,
        consequences=(Consequence(summaries.PLAYERS, UNMATCHED, "small slates lost as much, too few rows to say so"),),
    ),
    Incident(
        id="I-15",
        title="zones of different sources mixed",
        season="2025-26",
        as_of=AS_OF,
        changes="Threes are filled and the other zones null in the summaries of forty days; paint shares halve and "
        "three shares double in shot zones, cache and features, and are all 0 in the features of 23 January.",
        tables=(summaries.PLAYERS, precompute.PLAYER_ZONES, precompute.CACHE, features.TABLE),
        expected=(
            Expected(summaries.PLAYERS, "zones_all_or_none", MIXED),
            Expected(precompute.PLAYER_ZONES, "paint_share_is_usual", MIXED),
            Expected(precompute.PLAYER_ZONES, "three_share_is_usual", MIXED),
            Expected(features.TABLE, "paint_share_is_usual", but(MIXED, "2026-01-22")),
            Expected(features.TABLE, "few_players_without_zones", (ALL_ZERO,)),
        ),
        change=mixed_zones,
        consequences=(
            Consequence(precompute.CACHE, MIXED, "its main zones are no longer those of its rates"),
            Consequence(features.TABLE, MIXED, "the slate of two games on 22 January is too small for a mean"),
        ),
    ),
    Incident(
        id="I-16",
        title="shares divided by 100 twice",
        season="2024-25",
        as_of=None,
        changes="1.5 % of a season's features hold zone shares of a hundredth of their size, some on every date.",
        tables=(features.TABLE,),
        expected=(Expected(features.TABLE, "zone_shares_have_one_scale", DIVIDED_TWICE),),
        change=divided_twice,
    ),
)
"""The entries of this group."""
