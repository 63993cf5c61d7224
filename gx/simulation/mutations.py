"""What each known incident did to the tables; figures are those of its investigation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import chain, zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import (
    append,
    dates_between,
    drop,
    keep_among,
    rows_of,
    set_values,
    utc,
    where,
)
from gx.simulation.tables import box_scores, contexts, runs, schedule, summaries

type Tables = Mapping[str, pa.Table]

FINISHED = ("success", "failed", "partial", "skipped")
TRACKING_DATES = tuple(date(2026, 1, day) for day in (8, 9, 10, 11))
FAILED_DATE = date(2026, 1, 12)
BLOCKED_DATE = date(2026, 1, 10)
PARTIAL_ONE, PARTIAL_SOME = date(2023, 2, 23), date(2023, 2, 24)
PARTIAL_KEPT, PARTIAL_GAMES = 68, 6
MERGE_DATES = tuple(date(2026, 1, day) for day in (4, 8, 9, 10, 11))
FATIGUE_DATES = tuple(date(2026, 1, 25) + timedelta(days=n) for n in range(6))
ZERO_FIRST, ZERO_LAST = date(2025, 11, 1), date(2026, 1, 26)
DUPLICATE_DATE, DUPLICATE_ROWS = date(2026, 1, 26), 93
EMPTY_DATE = date(2026, 1, 15)
EMPTY_GAMES = ("20260115_BOS_MIA", "20260115_MIL_SAS", "20260115_UTA_DAL")
POSTPONED = (("0022500529", date(2026, 1, 8)), ("0022500644", date(2026, 1, 24)))
_ONE_IN_MINUTES_KEPT = 200  # 423 of 83,534 rows kept their minutes


def tracking_bug(tables: Tables) -> dict[str, pa.Table]:
    """I-01: runs that wrote rows are logged with 0 records, those of the last date as failed with none."""
    log = tables[runs.TABLE]
    zero = where(log, processor_name=runs.BDL.name, data_date=TRACKING_DATES, status="success")
    log = set_values(log, zero, records_processed=0, records_created=0)
    failed = where(log, processor_name=runs.BDL.name, data_date=FAILED_DATE, status=FINISHED)
    return {runs.TABLE: _as_failed(log, failed)}


def _as_failed(log: pa.Table, mask: pa.Array) -> pa.Table:
    return set_values(
        log,
        mask,
        status="failed",
        records_processed=None,
        records_created=None,
        skipped=False,
        skip_reason=None,
        failure_category="processing_error",
        errors='["processing_error"]',
        summary=None,
    )


def blocked_retry(tables: Tables) -> dict[str, pa.Table]:
    """I-02: the morning's zero-record successes make the night's run skip its file, so the date has no rows."""
    log, rows = tables[runs.TABLE], tables[box_scores.PLAYERS]
    noon = pa.scalar(utc(f"{BLOCKED_DATE} 12:00:00"), log.schema.field("started_at").type)
    late = pc.greater(log.column("started_at"), noon)
    of_date = where(log, processor_name=runs.BDL.name, data_date=BLOCKED_DATE, status=FINISHED)
    log = set_values(
        log,
        pc.and_(of_date, late),
        status="skipped",
        records_processed=0,
        records_created=0,
        skipped=True,
        skip_reason="already_processed",
        failure_category=None,
        errors=None,
    )
    return {runs.TABLE: log, box_scores.PLAYERS: drop(rows, where(rows, game_date=BLOCKED_DATE))}


def partial_backfill(tables: Tables) -> dict[str, pa.Table]:
    """I-03: a backfill run left 1 of 187 and 68 of 175 players, and wrote those anew on 2026-01-06."""
    factors = tables[contexts.FACTORS]
    some = rows_of(factors, where(factors, game_date=PARTIAL_SOME), "game_id", "player_lookup")
    kept = {PARTIAL_ONE: {"reggiejackson"}, PARTIAL_SOME: _first_of_games(some)}
    written = {PARTIAL_ONE: "2026-01-06 19:37:09", PARTIAL_SOME: "2026-01-06 19:37:51"}
    changed = {}
    for name in (contexts.FACTORS, contexts.CONTEXTS):
        table = tables[name]
        for day, lookups in kept.items():
            of_date = where(table, game_date=day)
            table = keep_among(table, of_date, where(table, game_date=day, player_lookup=lookups))
            time = utc(written[day])
            table = set_values(table, where(table, game_date=day), created_at=time, processed_at=time)
        changed[name] = table
    return changed


def _first_of_games(rows: list[tuple[str, str]]) -> set[str]:
    """68 players of the date's first six games, in turn from each."""
    by_game: defaultdict[str, list[str]] = defaultdict(list)
    for game, lookup in rows:
        by_game[game].append(lookup)
    games = [by_game[game] for game in sorted(by_game)[:PARTIAL_GAMES]]
    in_turn = [lookup for lookup in chain.from_iterable(zip_longest(*games)) if lookup]
    return set(in_turn[:PARTIAL_KEPT])


def merge_key(tables: Tables) -> dict[str, pa.Table]:
    """I-06: the MERGE named a column that is not there; the runs failed and the dates have no team defence."""
    defense, log = tables[summaries.DEFENSE], tables[runs.TABLE]
    failed = where(log, processor_name=runs.DEFENSE.name, data_date=MERGE_DATES, status=FINISHED)
    return {
        summaries.DEFENSE: drop(defense, where(defense, game_date=MERGE_DATES)),
        runs.TABLE: _as_failed(log, failed),
    }


def lost_minutes(tables: Tables) -> dict[str, pa.Table]:
    """I-10: minutes as text were read as a number, and 99.5 % of the season's became null."""
    table = tables[summaries.PLAYERS]
    lost = pa.array([place % _ONE_IN_MINUTES_KEPT != 0 for place in range(table.num_rows)])
    return {summaries.PLAYERS: set_values(table, lost, minutes_played=None)}


def fatigue_adjustment(tables: Tables) -> dict[str, pa.Table]:
    """I-17: the adjustment (-5 to 0) was stored in place of the fatigue score; 42 % stayed production-ready."""
    table = tables[contexts.FACTORS]
    mask = where(table, game_date=FATIGUE_DATES)
    adjustment = pa.array([-((100 - score) // 16) for score in table.column("fatigue_score").to_pylist()])
    not_ready = pa.array([place % 100 >= 42 for place in range(table.num_rows)])
    table = set_values(table, mask, fatigue_score=adjustment)
    return {contexts.FACTORS: set_values(table, pc.and_(mask, not_ready), is_production_ready=False)}


def zeros_for_dnp(tables: Tables) -> dict[str, pa.Table]:
    """I-18: players who did not play got rows with 0 points and 0 minutes; they are 30 to 50 % of the rows."""
    table, box = tables[summaries.PLAYERS], tables[box_scores.PLAYERS]
    dates = dates_between(table, ZERO_FIRST, ZERO_LAST)
    idle = box.filter(where(box, game_date=dates, minutes="00"))
    have = set(rows_of(table, where(table, game_date=dates), "game_date", "player_lookup"))
    keys = zip(idle.column("game_date").to_pylist(), idle.column("player_lookup").to_pylist(), strict=True)
    idle = idle.filter(pa.array([key not in have for key in keys]))
    return {summaries.PLAYERS: append(table, _zero_rows(table.schema, idle))}


_ZEROS = (
    "points minutes_played assists offensive_rebounds defensive_rebounds steals blocks turnovers fg_attempts fg_makes "
    "three_pt_attempts three_pt_makes ft_attempts ft_makes plus_minus personal_fouls"
).split()
_FALSE = ("starter_flag", "win_flag", "has_complete_shot_zones")


def _zero_rows(schema: pa.Schema, idle: pa.Table) -> pa.Table:
    """Player summaries of those box score rows, with zeros where nulls belong."""
    count = idle.num_rows
    at_home = pc.equal(idle.column("team_abbr"), idle.column("home_team_abbr"))
    given = {
        **{name: idle.column(name) for name in schema.names if name in idle.column_names},
        **{name: pa.repeat(0.0, count) for name in _ZEROS},
        **{name: pa.repeat(False, count) for name in _FALSE},
        "opponent_team_abbr": pc.if_else(at_home, idle.column("away_team_abbr"), idle.column("home_team_abbr")),
        "universal_player_id": pc.binary_join_element_wise(idle.column("player_lookup"), "001", "_"),
        "is_active": pa.repeat(True, count),
    }
    columns = [given.get(field.name, pa.nulls(count, field.type)).cast(field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def duplicate_rows(tables: Tables) -> dict[str, pa.Table]:
    """I-21: a MERGE fell back to delete and insert, and 93 rows came twice."""
    table = tables[summaries.PLAYERS]
    again = table.filter(where(table, game_date=DUPLICATE_DATE)).slice(0, DUPLICATE_ROWS)
    everywhere = pa.repeat(pa.scalar(True), again.num_rows)
    return {summaries.PLAYERS: append(table, set_values(again, everywhere, processed_at=utc("2026-01-27 20:16:00")))}


def empty_gamebooks(tables: Tables) -> dict[str, pa.Table]:
    """I-25: three gamebooks were read before their box scores; the games have no player summaries."""
    table = tables[summaries.PLAYERS]
    return {summaries.PLAYERS: drop(table, where(table, game_date=EMPTY_DATE, game_id=EMPTY_GAMES))}


def final_without_score(tables: Tables) -> dict[str, pa.Table]:
    """I-29: two postponed games stand as Final without a score on the date they were not played."""
    table = tables[schedule.TABLE]
    for game, day in POSTPONED:
        mask = where(table, game_id=game, game_date=day)
        table = set_values(table, mask, game_status=3, game_status_text="Final")
    return {schedule.TABLE: table}
