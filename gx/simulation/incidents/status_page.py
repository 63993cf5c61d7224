"""Incidents of the status page of 14 January 2026: run log, partial backfill, MERGE key."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import chain, zip_longest

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import drop, keep_among, rows_of, set_values, utc, where
from gx.simulation.incidents.model import Expected, Incident, Tables
from gx.simulation.incidents.parts import FINISHED, as_failed
from gx.simulation.tables import box_scores, contexts, runs, summaries

TRACKING_DATES = tuple(date(2026, 1, day) for day in (8, 9, 10, 11))
FAILED_DATE = date(2026, 1, 12)
BLOCKED_DATE = date(2026, 1, 10)
PARTIAL_ONE, PARTIAL_SOME = date(2023, 2, 23), date(2023, 2, 24)
PARTIAL_KEPT, PARTIAL_GAMES = 68, 6
MERGE_DATES = tuple(date(2026, 1, day) for day in (4, 8, 9, 10, 11))


def tracking_bug(tables: Tables) -> dict[str, pa.Table]:
    """I-01: runs that wrote rows are logged with 0 records, those of the last date as failed with none."""
    log = tables[runs.TABLE]
    zero = where(log, processor_name=runs.BDL.name, data_date=TRACKING_DATES, status="success")
    log = set_values(log, zero, records_processed=0, records_created=0)
    failed = where(log, processor_name=runs.BDL.name, data_date=FAILED_DATE, status=FINISHED)
    return {runs.TABLE: as_failed(log, failed)}


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
        runs.TABLE: as_failed(log, failed),
    }


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-01",
        title="records_processed tracking bug",
        season="2025-26",
        as_of=date(2026, 1, 14),
        changes="Box score runs of four dates log 0 records, those of a fifth failed with none; the rows are there.",
        tables=(runs.TABLE,),
        expected=(
            Expected(box_scores.PLAYERS, "records_processed_agree", TRACKING_DATES, "TRACKING_BUG"),
            Expected(box_scores.PLAYERS, "records_processed_agree", (FAILED_DATE,), "FAILED_WITH_DATA"),
            Expected(box_scores.PLAYERS, "records_processed_agree", (date(2026, 1, 13),), "LEGITIMATE_ZERO"),
        ),
        change=tracking_bug,
    ),
    Incident(
        id="I-02",
        title="idempotency trap",
        season="2025-26",
        as_of=date(2026, 1, 14),
        changes="Zero-record successes of the morning make the night's run skip its file; the date has no box scores.",
        tables=(runs.TABLE, box_scores.PLAYERS),
        expected=(
            Expected(box_scores.PLAYERS, "zero_runs_do_not_block", (BLOCKED_DATE,)),
            Expected(box_scores.PLAYERS, "records_processed_agree", (BLOCKED_DATE,), "REAL_LOSS"),
        ),
        change=blocked_retry,
    ),
    Incident(
        id="I-03",
        title="partial backfill of composite factors",
        season="2022-23",
        as_of=None,
        changes="Contexts and factors hold 1 of 187 and 68 of 175 players of two dates, written in January 2026.",
        tables=(contexts.FACTORS, contexts.CONTEXTS),
        expected=(
            Expected(contexts.FACTORS, "covers_players_who_played", (PARTIAL_ONE, PARTIAL_SOME)),
            Expected(contexts.CONTEXTS, "fallback_is_complete", (PARTIAL_ONE, PARTIAL_SOME)),
        ),
        change=partial_backfill,
    ),
    Incident(
        id="I-06",
        title="MERGE on a column that is not there",
        season="2025-26",
        as_of=date(2026, 1, 14),
        changes="Team defence has none of its 74 rows of five dates; the runs failed.",
        tables=(summaries.DEFENSE, runs.TABLE),
        expected=(
            Expected(summaries.DEFENSE, "two_rows_a_final_game", MERGE_DATES),
            Expected(summaries.DEFENSE, "every_slate_is_present", MERGE_DATES),
            Expected(summaries.DEFENSE, "records_processed_agree", MERGE_DATES, "REAL_LOSS"),
        ),
        change=merge_key,
    ),
)
"""The entries of this group."""
