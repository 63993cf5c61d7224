"""Incidents of sources and runs that brought nothing: games without box scores, odds gaps, an empty write."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import append, drop, rows_of, set_values, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.parts import as_failed, both, finished, season_dates
from gx.simulation.tables import (
    bettingpros,
    box_scores,
    features,
    odds,
    operations,
    predictions,
    processors,
    runs,
    summaries,
    team_games,
)

AS_OF = date(2026, 2, 1)
FAILED_FEATURES = season_dates("2022-23", date(2022, 11, 2), date(2022, 11, 26))
AFTER_FAILURE = date(2022, 11, 27)
LATE_GAMES = {date(2026, 1, day): games for day, games in ((7, 2), (10, 6), (11, 1), (15, 8), (20, 3))}
"""Games missing by date: 10 of 12 were there, 0 of 6, 9 of 10, 1 of 9 and 4 of 7."""
PACIFIC = ("GSW", "LAC", "LAL", "POR", "SAC")
PROPS_GAP = season_dates("2025-26", date(2025, 10, 22), date(2025, 11, 13))
NO_OFFERS = (date(2026, 1, 12),)
EMPTY_WRITE = date(2026, 1, 31)
_PROPS_PROCESSOR, _OFFERS_PROCESSOR = "OddsApiPropsProcessor", "BettingPropsProcessor"


def failed_features(tables: Tables) -> dict[str, pa.Table]:
    """I-04: the features of every player failed on all game dates of 2 to 26 November, and nobody was predicted."""
    gone = (features.TABLE, predictions.PREDICTIONS, predictions.ACCURACY)
    log = tables[runs.TABLE]
    return {
        **{name: drop(tables[name], where(tables[name], game_date=FAILED_FEATURES)) for name in gone},
        operations.FAILURES: append(tables[operations.FAILURES], _calculation_errors(tables)),
        runs.TABLE: as_failed(log, finished(log, processors.FEATURES.name, FAILED_FEATURES)),
    }


def _calculation_errors(tables: Tables) -> pa.Table:
    """A failure a player who played."""
    played = tables[summaries.PLAYERS]
    who = rows_of(played, where(played, game_date=FAILED_FEATURES), "game_date", "player_lookup")
    processor = processors.FEATURES.name
    same = {
        "processor_name": processor,
        "failure_category": "calculation_error",
        "failure_reason": "features not computed",
        "can_retry": False,
        "failure_type": "PROCESSING_ERROR",
        "resolution_status": "PERMANENT",
    }
    return pa.Table.from_pylist(
        [
            {**same, "run_id": f"{processor}_{day:%Y%m%d}_110000_00000004", "analysis_date": day, "entity_id": lookup}
            for day, lookup in who
        ],
        schema=tables[operations.FAILURES].schema,
    )


def late_box_scores(tables: Tables) -> dict[str, pa.Table]:
    """I-05: games that ended after the last scrape, most of them at Pacific arenas, have no box scores."""
    box, log = tables[box_scores.PLAYERS], tables[runs.TABLE]
    for day, count in LATE_GAMES.items():
        box = drop(box, where(box, game_date=day, game_id=_latest_games(box, day, count)))
        left = pc.sum(pc.equal(box.column("game_date"), pa.scalar(day))).as_py()
        wrote = both(finished(log, runs.BDL.name, (day,)), pc.greater(log.column("records_processed"), 0))
        log = set_values(log, wrote, records_processed=left, records_created=left)
    return {box_scores.PLAYERS: box, runs.TABLE: log}


def _latest_games(box: pa.Table, day: date, count: int) -> list[str]:
    """That many games of the date, those at Pacific arenas first."""
    games = {game for (game,) in rows_of(box, where(box, game_date=day), "game_id")}
    return sorted(games, key=lambda game: (game[-3:] not in PACIFIC, game))[:count]


def odds_gaps(tables: Tables) -> dict[str, pa.Table]:
    """I-08: three weeks without props of the Odds API, and a date on which BettingPros was not reached."""
    props, offers, log = tables[odds.PROPS], tables[bettingpros.TABLE], tables[runs.TABLE]
    log = as_failed(log, finished(log, _PROPS_PROCESSOR, PROPS_GAP), "no_data_available")
    return {
        odds.PROPS: drop(props, where(props, game_date=PROPS_GAP)),
        bettingpros.TABLE: drop(offers, where(offers, game_date=NO_OFFERS)),
        runs.TABLE: as_failed(log, finished(log, _OFFERS_PROCESSOR, NO_OFFERS), "upstream_failure"),
    }


def empty_write(tables: Tables) -> dict[str, pa.Table]:
    """I-13: the run says that it wrote the team contexts of a date; the table id had no dataset, and there are none."""
    table = tables[team_games.CONTEXTS]
    return {team_games.CONTEXTS: drop(table, where(table, game_date=EMPTY_WRITE))}


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-04",
        title="features failed for everybody",
        season="2022-23",
        as_of=None,
        changes="No features on the game dates of 2 to 26 November and a calculation error for each player who played: "
        "what happened in 2021, where the clean league has it under a waiver, a year later, where no waiver covers it.",
        tables=(features.TABLE, predictions.PREDICTIONS, predictions.ACCURACY, operations.FAILURES, runs.TABLE),
        expected=(
            Expected(features.TABLE, "covers_players_who_played", FAILED_FEATURES),
            Expected(features.TABLE, "every_slate_is_present", FAILED_FEATURES),
            Expected(features.TABLE, "records_processed_agree", FAILED_FEATURES, "REAL_LOSS"),
            Expected(operations.FAILURES, "no_failures_to_investigate", FAILED_FEATURES),
            Expected(predictions.PREDICTIONS, "every_slate_is_present", FAILED_FEATURES),
        ),
        change=failed_features,
        consequences=(
            Consequence(predictions.ACCURACY, FAILED_FEATURES, "what was not predicted is not graded"),
            Consequence(runs.TABLE, FAILED_FEATURES, "the runs failed"),
            Consequence(features.TABLE, (AFTER_FAILURE,), "its quality is compared with that of a month before"),
        ),
    ),
    Incident(
        id="I-05",
        title="box scores scraped before the games ended",
        season="2025-26",
        as_of=AS_OF,
        changes="Ball Don't Lie has 10 of 12, 0 of 6, 9 of 10, 1 of 9 and 4 of 7 games of five January dates. "
        "Those of the 7th, 15th and 20th are waived, as the source never had them.",
        tables=(box_scores.PLAYERS, runs.TABLE),
        expected=(
            Expected(box_scores.PLAYERS, "every_final_game_has_its_players", (date(2026, 1, 10),)),
            Expected(box_scores.PLAYERS, "every_final_game_has_its_players", (date(2026, 1, 11),), "warn"),
            Expected(
                box_scores.PLAYERS,
                "every_final_game_has_its_players",
                (date(2026, 1, 7), date(2026, 1, 15), date(2026, 1, 20)),
                "waived",
            ),
            Expected(box_scores.PLAYERS, "every_slate_is_present", (date(2026, 1, 10),)),
            Expected(box_scores.PLAYERS, "records_processed_agree", (date(2026, 1, 10),), "REAL_LOSS"),
        ),
        change=late_box_scores,
    ),
    Incident(
        id="I-08",
        title="gaps of the odds feeds",
        season="2025-26",
        as_of=AS_OF,
        changes="No props of the Odds API from 22 October to 13 November 2025, no offers of BettingPros of 12 January "
        "2026; the runs failed. What nobody collected before May 2023 is no gap: the props table is not due then.",
        tables=(odds.PROPS, bettingpros.TABLE, runs.TABLE),
        expected=(
            Expected(odds.PROPS, "every_slate_is_present", PROPS_GAP),
            Expected(odds.PROPS, "games_have_props", PROPS_GAP),
            Expected(odds.PROPS, "records_processed_agree", PROPS_GAP, "REAL_LOSS"),
            Expected(bettingpros.TABLE, "every_slate_is_present", NO_OFFERS),
            Expected(bettingpros.TABLE, "records_processed_agree", NO_OFFERS, "REAL_LOSS"),
        ),
        change=odds_gaps,
    ),
    Incident(
        id="I-13",
        title="a success that wrote nothing",
        season="2025-26",
        as_of=AS_OF,
        changes="The team contexts of 31 January 2026 are not there, though the run counts their rows.",
        tables=(team_games.CONTEXTS,),
        expected=(
            Expected(team_games.CONTEXTS, "records_processed_agree", (EMPTY_WRITE,), "PHANTOM_WRITE"),
            Expected(team_games.CONTEXTS, "two_rows_a_final_game", (EMPTY_WRITE,)),
            Expected(team_games.CONTEXTS, "every_slate_is_present", (EMPTY_WRITE,)),
        ),
        change=empty_write,
    ),
)
"""The entries of this group."""
