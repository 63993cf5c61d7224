"""Known incidents as named mutations of the simulated league, each with what must catch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import pyarrow as pa

from gx.simulation import mutations as did
from gx.simulation.seasons import SEASONS
from gx.simulation.tables import box_scores, contexts, runs, schedule, summaries

_NOT_NULL = "expect_column_values_to_not_be_null"
_RECORDS = "expect_records_processed_to_agree"
_STATISTIC = "expect_partition_statistic_to_be_between"
_SLATES = "expect_every_slate_to_be_present"
_POSTPONED_DATES = tuple(day for _, day in did.POSTPONED)
_COVERED = "expect_reference_keys_to_be_covered"
_RETRIES = "expect_zero_record_runs_not_to_block_retries"
_FALLBACK = "expect_fallback_to_be_complete"


@dataclass(frozen=True)
class Expected:
    """A rule that must speak: the contract's table, the expectation, its dates and its answer on them.

    ``outcome`` is the verdict ``fail``, or the classification where the expectation gives one.
    """

    table: str
    expectation: str
    dates: tuple[date, ...]
    outcome: str = "fail"


@dataclass(frozen=True)
class Incident:
    """One known incident, to be applied to the league of ``season`` as of ``as_of``.

    ``changes`` says in a sentence what it does to the tables, ``tables`` names every table it touches.
    """

    id: str
    title: str
    season: str
    as_of: date | None
    changes: str
    tables: tuple[str, ...]
    expected: tuple[Expected, ...]
    change: Callable[[Mapping[str, pa.Table]], dict[str, pa.Table]]

    def apply(self, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        """Those tables with the incident in place; the input stays as it was.

        Raises NothingToChange if they lack the rows it is about, as those of another season do.
        """
        return {**tables, **self.change(tables)}


_CATALOGUE = (
    Incident(
        id="I-01",
        title="records_processed tracking bug",
        season="2025-26",
        as_of=date(2026, 1, 14),
        changes="Box score runs of four dates log 0 records, those of a fifth failed with none; the rows are there.",
        tables=(runs.TABLE,),
        expected=(
            Expected(box_scores.PLAYERS, _RECORDS, did.TRACKING_DATES, "TRACKING_BUG"),
            Expected(box_scores.PLAYERS, _RECORDS, (did.FAILED_DATE,), "FAILED_WITH_DATA"),
            Expected(box_scores.PLAYERS, _RECORDS, (date(2026, 1, 13),), "LEGITIMATE_ZERO"),
        ),
        change=did.tracking_bug,
    ),
    Incident(
        id="I-02",
        title="idempotency trap",
        season="2025-26",
        as_of=date(2026, 1, 14),
        changes="Zero-record successes of the morning make the night's run skip its file; the date has no box scores.",
        tables=(runs.TABLE, box_scores.PLAYERS),
        expected=(
            Expected(box_scores.PLAYERS, _RETRIES, (did.BLOCKED_DATE,)),
            Expected(box_scores.PLAYERS, _RECORDS, (did.BLOCKED_DATE,), "REAL_LOSS"),
        ),
        change=did.blocked_retry,
    ),
    Incident(
        id="I-03",
        title="partial backfill of composite factors",
        season="2022-23",
        as_of=None,
        changes="Contexts and factors hold 1 of 187 and 68 of 175 players of two dates, written in January 2026.",
        tables=(contexts.FACTORS, contexts.CONTEXTS),
        expected=(
            Expected(contexts.FACTORS, _COVERED, (did.PARTIAL_ONE, did.PARTIAL_SOME)),
            Expected(contexts.CONTEXTS, _FALLBACK, (did.PARTIAL_ONE, did.PARTIAL_SOME)),
        ),
        change=did.partial_backfill,
    ),
    Incident(
        id="I-06",
        title="MERGE on a column that is not there",
        season="2025-26",
        as_of=date(2026, 1, 14),
        changes="Team defence has none of its 74 rows of five dates; the runs failed.",
        tables=(summaries.DEFENSE, runs.TABLE),
        expected=(
            Expected(summaries.DEFENSE, "expect_team_rows_to_match_schedule", did.MERGE_DATES),
            Expected(summaries.DEFENSE, _SLATES, did.MERGE_DATES),
            Expected(summaries.DEFENSE, _RECORDS, did.MERGE_DATES, "REAL_LOSS"),
        ),
        change=did.merge_key,
    ),
    Incident(
        id="I-10",
        title="minutes lost in conversion",
        season="2021-22",
        as_of=None,
        changes="minutes_played is null in 99.5 % of a season's player summaries.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, _NOT_NULL, tuple(SEASONS["2021-22"].game_dates())),),
        change=did.lost_minutes,
    ),
    Incident(
        id="I-17",
        title="adjustment stored as fatigue score",
        season="2025-26",
        as_of=date(2026, 2, 1),
        changes="fatigue_score of six dates is -5 to 0, its mean about 0 instead of 95.",
        tables=(contexts.FACTORS,),
        expected=(Expected(contexts.FACTORS, _STATISTIC, did.FATIGUE_DATES),),
        change=did.fatigue_adjustment,
    ),
    Incident(
        id="I-18",
        title="zeros for players who did not play",
        season="2025-26",
        as_of=date(2026, 1, 27),
        changes="Everybody listed who did not play has a player summary with 0 points and 0 minutes.",
        tables=(summaries.PLAYERS,),
        expected=(
            Expected(
                summaries.PLAYERS,
                _STATISTIC,
                tuple(day for day in SEASONS["2025-26"].game_dates() if did.ZERO_FIRST <= day <= did.ZERO_LAST),
            ),
        ),
        change=did.zeros_for_dnp,
    ),
    Incident(
        id="I-21",
        title="rows written twice",
        season="2025-26",
        as_of=date(2026, 1, 28),
        changes="93 player summaries of one date came twice.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, "expect_compound_columns_to_be_unique", (did.DUPLICATE_DATE,)),),
        change=did.duplicate_rows,
    ),
    Incident(
        id="I-25",
        title="games without active players",
        season="2025-26",
        as_of=date(2026, 1, 17),
        changes="Three of nine games have no player summaries, as their gamebooks held rosters only.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, "expect_player_counts_to_match_schedule", (did.EMPTY_DATE,)),),
        change=did.empty_gamebooks,
    ),
    Incident(
        id="I-29",
        title="postponed games stand as Final",
        season="2025-26",
        as_of=date(2026, 1, 31),
        changes="Two postponed games are Final without a score on the date they were not played.",
        tables=(schedule.TABLE,),
        expected=(
            Expected(schedule.TABLE, "expect_past_games_to_be_decided", _POSTPONED_DATES),
            Expected(schedule.TABLE, "expect_rows_to_satisfy", _POSTPONED_DATES),
        ),
        change=did.final_without_score,
    ),
)
INCIDENTS: Mapping[str, Incident] = {incident.id: incident for incident in _CATALOGUE}
"""The catalogue, by number."""


def incident(number: str) -> Incident:
    """The incident of that number; raises ValueError with the numbers there are."""
    if number in INCIDENTS:
        return INCIDENTS[number]
    near = get_close_matches(number, INCIDENTS, n=1)
    hint = f"; nearest is {near[0]}" if near else ""
    raise ValueError(f"no incident {number!r}: the catalogue has {', '.join(INCIDENTS)}{hint}")
