"""Incidents of operations: a storm of runs, the load quota, names nobody resolved, services with old code."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import blake2b
from random import Random

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import append, drop, rows_of, set_values, utc, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.parts import FINISHED, as_failed
from gx.simulation.tables import contexts, operations, precompute, registry, runs, summaries, team_games

SEASON = "2025-26"
STORM_DATE = date(2026, 1, 16)
STORM_RUNS = {"success": 14, "failed": 5061, "running": 2064}
_STORM_PROCESSOR, _STORM_FROM, _STORM_HOURS = "PlayerGameSummaryProcessor", utc("2026-01-16 01:00:00"), 20
QUOTA_DATE = date(2026, 1, 26)
_QUOTA_TABLES = {
    summaries.PLAYERS: "PlayerGameSummaryProcessor",
    summaries.DEFENSE: "TeamDefenseGameSummaryProcessor",
    team_games.OFFENSE: "TeamOffenseGameSummaryProcessor",
}
PENDING_NAMES = 2099
LINELESS_DATE, LINELESS_PERCENT = date(2026, 1, 11), 78
DRIFT_AS_OF = date(2026, 1, 14)
_DRIFT_FROM = utc("2026-01-12 00:00:00")
BEHIND = {"nba-phase3-analytics-processors": 51, "nba-phase4-precompute-processors": 27}


def run_storm(tables: Tables) -> dict[str, pa.Table]:
    """I-26: the scheduler asked for games that were not played; each failure was delivered again, for 20 hours."""
    log = tables[runs.TABLE]
    of_date = where(log, processor_name=_STORM_PROCESSOR, data_date=STORM_DATE, status=("running", "success"))
    begun = log.filter(of_date).slice(0, 1)
    statuses = [status for status, count in STORM_RUNS.items() for _ in range(count)]
    Random("I-26").shuffle(statuses)
    step = timedelta(hours=_STORM_HOURS) / len(statuses)
    starts = [(_STORM_FROM + place * step).replace(microsecond=0) for place in range(len(statuses))]
    storm = pa.concat_tables(
        [
            _storm_rows(begun, starts, statuses, "running"),
            *(_storm_rows(begun, starts, statuses, status) for status in ("success", "failed")),
        ]
    )
    return {runs.TABLE: append(log, storm)}


def _storm_rows(like: pa.Table, starts: list[datetime], statuses: list[str], status: str) -> pa.Table:
    """The rows with that status: every run's first one, or the last one of those that ended so."""
    chosen = [place for place, found in enumerate(statuses) if status in ("running", found)]
    times = pa.array([starts[place] for place in chosen])
    rows = like.take(pa.array([0] * len(chosen)))
    everywhere = pa.repeat(pa.scalar(True), len(chosen))
    rows = set_values(
        rows, everywhere, run_id=pa.array([_run_id(starts[place], place) for place in chosen]), started_at=times
    )
    if status == "running":
        return set_values(rows, everywhere, status="running")
    ended = pc.add(times, pa.scalar(timedelta(seconds=5)))
    rows = set_values(rows, everywhere, status=status, processed_at=ended, duration_seconds=5.0, skipped=False)
    rows = set_values(rows, everywhere, records_processed=0, records_created=0)
    return rows if status == "success" else as_failed(rows, everywhere)


def _run_id(started: datetime, place: int) -> str:
    digest = blake2b(f"{_STORM_PROCESSOR} {place}".encode(), digest_size=4).hexdigest()
    return f"{_STORM_PROCESSOR}_{started:%Y%m%d_%H%M%S}_{digest}"


def load_quota(tables: Tables) -> dict[str, pa.Table]:
    """I-27: one load job a row used up the day's quota of 1,500 a table, so the summaries of the date failed."""
    log = tables[runs.TABLE]
    failed = where(log, processor_name=list(_QUOTA_TABLES.values()), data_date=QUOTA_DATE, status=FINISHED)
    emptied = {name: drop(tables[name], where(tables[name], game_date=QUOTA_DATE)) for name in _QUOTA_TABLES}
    return {**emptied, runs.TABLE: as_failed(log, failed)}


def pending_names(tables: Tables) -> dict[str, pa.Table]:
    """I-44: 2,099 names waited for a decision, and 78 % of the players of a date were without their line."""
    names, players = tables[registry.UNRESOLVED], tables[contexts.CONTEXTS]
    resolved = where(names, status="resolved").to_pylist()
    places = [place for place, chosen in enumerate(resolved) if chosen][:PENDING_NAMES]
    mask = pc.is_in(pa.array(range(names.num_rows)), value_set=pa.array(places))
    empty = dict.fromkeys(("resolution_type", "resolved_to_name", "reviewed_by", "reviewed_at"))
    return {
        registry.UNRESOLVED: set_values(names, mask, status="pending", **empty),
        contexts.CONTEXTS: without_lines(players, _most(players)),
    }


def _most(players: pa.Table) -> pa.Array:
    """78 of 100 rows of that date that have a line."""
    of_date = where(players, game_date=LINELESS_DATE, has_prop_line=True)
    lookups = [lookup for (lookup,) in rows_of(players, of_date, "player_lookup")]
    lost = {name for place, name in enumerate(lookups) if place * LINELESS_PERCENT % 100 < LINELESS_PERCENT}
    return where(players, game_date=LINELESS_DATE, player_lookup=lost)


def without_lines(players: pa.Table, mask: pa.Array) -> pa.Table:
    """Player contexts that know no line in the rows of the mask."""
    return set_values(players, mask, has_prop_line=False, current_points_line=None, opening_points_line=None)


def old_services(tables: Tables) -> dict[str, pa.Table]:
    """I-47: the fix was deployed to phase 2 only; phases 3 and 4 were 51 and 27 commits behind."""
    observed = tables[operations.SERVICES]
    since = [moment for moment in observed.column("observed_at").to_pylist() if moment >= _DRIFT_FROM]
    for service, behind in BEHIND.items():
        mask = where(observed, service=service, observed_at=since)
        observed = set_values(observed, mask, commits_behind=behind, has_fix=False)
    return {operations.SERVICES: observed}


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-26",
        title="storm of runs",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="One processor runs 7,139 times for one date: 14 succeed, 5,061 fail, 2,064 never end.",
        tables=(runs.TABLE,),
        expected=(
            Expected(runs.TABLE, "few_runs_a_processor_and_date", (STORM_DATE,), "warn"),
            Expected(runs.TABLE, "runs_of_the_day_have_ended", (STORM_DATE,), "warn"),
            Expected(runs.TABLE, "some_runs_succeed", (STORM_DATE,)),
        ),
        change=run_storm,
    ),
    Incident(
        id="I-27",
        title="load quota used up",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="The summaries of players and teams have no rows of one date; their runs failed.",
        tables=(*_QUOTA_TABLES, runs.TABLE),
        expected=tuple(
            expected
            for table in _QUOTA_TABLES
            for expected in (
                Expected(table, "every_slate_is_present", (QUOTA_DATE,)),
                Expected(table, "records_processed_agree", (QUOTA_DATE,), "REAL_LOSS"),
            )
        ),
        change=load_quota,
        consequences=(
            Consequence(
                precompute.CACHE,
                tuple(date(2026, 1, day) for day in range(27, 32)),
                "it counts the games of that date, which the summaries do not have",
            ),
        ),
    ),
    Incident(
        id="I-44",
        title="names that nobody resolved",
        season=SEASON,
        as_of=DRIFT_AS_OF,
        changes="2,099 names are pending; 78 % of the players of one date who have a line are without it.",
        tables=(registry.UNRESOLVED, contexts.CONTEXTS),
        expected=(
            Expected(registry.UNRESOLVED, "few_names_are_pending", (DRIFT_AS_OF,)),
            Expected(contexts.CONTEXTS, "line_is_one_of_the_books", (LINELESS_DATE,)),
        ),
        change=pending_names,
    ),
    Incident(
        id="I-47",
        title="services with old code",
        season=SEASON,
        as_of=DRIFT_AS_OF,
        changes="Phases 3 and 4 run without the fix, 51 and 27 commits behind.",
        tables=(operations.SERVICES,),
        expected=(Expected(operations.SERVICES, "services_are_current", (DRIFT_AS_OF,)),),
        change=old_services,
    ),
)
"""The entries of this group."""
