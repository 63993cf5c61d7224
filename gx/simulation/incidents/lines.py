"""Incidents of the lines: flags out of step, late odds, in-game odds, other markets, results without lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import append, drop, keep_among, rows_of, set_values, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.operations import without_lines
from gx.simulation.incidents.parts import season_dates
from gx.simulation.tables import contexts, features, odds, predictions, summaries

SEASON = "2025-26"
FLAG_DATE, FLAGS_KEPT, GRADED = date(2026, 1, 23), 55, 21  # 4 of 222 rows kept the flag: one in 55
LATE_DATE, LATE_PLAYERS = date(2026, 2, 12), 11
IN_GAME = season_dates(SEASON, date(2026, 3, 30), date(2026, 4, 12))
_INTO_THE_GAME = 70  # minutes after tip-off
_MOVES = (-9.0, -7.5, 7.0, 8.5, 10.0)
MIXED_DATE = date(2026, 1, 12)
_SMALL_LINES = (3.5, 4.5, 5.5, 6.5, 8.5)  # of assists and rebounds
_CALL_FROM = 1.0  # points from the line
LINELESS = season_dates(SEASON, date(2026, 2, 1), date(2026, 2, 11))


def flags_out_of_step(tables: Tables) -> dict[str, pa.Table]:
    """I-30: has_prop_line was not set in 218 of 222 rows on real lines, and 21 predictions were graded, not 1,294."""
    made, graded = tables[predictions.PREDICTIONS], tables[predictions.ACCURACY]
    real = where(made, game_date=FLAG_DATE, line_source="ACTUAL_PROP")
    kept = pa.array([place % FLAGS_KEPT == 0 for place in range(made.num_rows)])
    of_date = where(graded, game_date=FLAG_DATE)
    few = pc.less_equal(pc.cumulative_sum(of_date.cast(pa.int64())), GRADED)
    return {
        predictions.PREDICTIONS: set_values(made, pc.and_not(real, kept), has_prop_line=False),
        predictions.ACCURACY: keep_among(graded, of_date, few),
    }


def late_odds(tables: Tables) -> dict[str, pa.Table]:
    """I-34: the odds arrived minutes after the run, so 11 players of one game had a line and 93 had none."""
    players, made = tables[contexts.CONTEXTS], tables[predictions.PREDICTIONS]
    listed = rows_of(players, where(players, game_date=LATE_DATE, has_prop_line=True), "game_id", "player_lookup")
    first = min(game for game, _ in listed)
    kept = [lookup for game, lookup in listed if game == first][:LATE_PLAYERS]
    late = sorted({lookup for _, lookup in listed} - set(kept))
    graded = tables[predictions.ACCURACY]
    return {
        contexts.CONTEXTS: without_lines(players, where(players, game_date=LATE_DATE, player_lookup=late)),
        predictions.PREDICTIONS: _lineless(made, where(made, game_date=LATE_DATE, player_lookup=late)),
        predictions.ACCURACY: drop(graded, where(graded, game_date=LATE_DATE, player_lookup=late)),
    }


def _lineless(made: pa.Table, mask: pa.Array) -> pa.Table:
    """Predictions with no line to compare with."""
    empty = dict.fromkeys(("current_points_line", "line_margin", "line_source_api", "sportsbook"))
    return set_values(made, mask, **empty, has_prop_line=False, line_source="NO_PROP_LINE", recommendation="NO_LINE")


def in_game_odds(tables: Tables) -> dict[str, pa.Table]:
    """I-40: the latest snapshot was taken during the game, and its line went into the features."""
    props, vectors = tables[odds.PROPS], tables[features.TABLE]
    starts = props.column("game_start_time")
    last = where(props, game_date=IN_GAME)
    closing = props.filter(pc.and_(last, pc.less(props.column("minutes_before_tipoff"), 100)))
    everywhere = pa.repeat(pa.scalar(True), closing.num_rows)
    taken = pc.add(closing.column("game_start_time"), pa.scalar(timedelta(minutes=_INTO_THE_GAME), pa.duration("us")))
    during = set_values(
        closing,
        everywhere,
        snapshot_timestamp=taken.cast(starts.type),
        bookmaker_last_update=taken.cast(starts.type),
        processed_at=taken.cast(starts.type),
        minutes_before_tipoff=-_INTO_THE_GAME,
        snapshot_tag=f"t+{_INTO_THE_GAME}",
        points_line=_moved(closing.column("points_line")),
    )
    mask = where(vectors, game_date=IN_GAME, has_vegas_line=True)
    lines = _moved(vectors.column("feature_25_value"))
    moves = pc.subtract(lines, vectors.column("feature_26_value"))
    return {
        odds.PROPS: append(props, during),
        features.TABLE: set_values(vectors, mask, feature_25_value=lines, feature_27_value=moves),
    }


def _moved(lines: pa.ChunkedArray) -> pa.Array:
    """Lines as they stand in the middle of a game: 7 to 10 points away, never below the lowest."""
    moved = [
        None if line is None else max(3.5, float(line) + _MOVES[place % len(_MOVES)])
        for place, line in enumerate(lines.to_pylist())
    ]
    return pa.array(moved, pa.float64())


def mixed_markets(tables: Tables) -> dict[str, pa.Table]:
    """I-42: without a market filter half of the players stand with a line on rebounds or assists."""
    made, graded = tables[predictions.PREDICTIONS], tables[predictions.ACCURACY]
    lined = rows_of(graded, where(graded, game_date=MIXED_DATE), "player_lookup")
    lookups = sorted({lookup for (lookup,) in lined})[::2]
    lines = {lookup: _SMALL_LINES[place % len(_SMALL_LINES)] for place, lookup in enumerate(lookups)}
    return {
        predictions.PREDICTIONS: _with_lines(made, lines, "current_points_line", "line_margin"),
        predictions.ACCURACY: _with_lines(graded, lines, "line_value", "predicted_margin"),
    }


def _with_lines(table: pa.Table, lines: Mapping[str, float], line: str, margin: str) -> pa.Table:
    """The table with those players' lines on that date, and with the margins, calls and results that follow."""
    mask = where(table, game_date=MIXED_DATE, player_lookup=list(lines))
    names = [name for name in ("player_lookup", "predicted_points", "actual_points") if name in table.column_names]
    rows = zip(*(table.column(name).to_pylist() for name in names), strict=True)
    values = [_compared(lines.get(lookup), *points) for lookup, *points in rows]
    columns = (line, margin, "recommendation", "actual_margin", "prediction_correct")
    new = {
        name: pa.array(list(column))
        for name, column in zip(columns, zip(*values, strict=True), strict=True)
        if name in table.column_names
    }
    return set_values(table, mask, **new)


def _compared(line: float | None, predicted: Any, actual: Any = None) -> tuple[Any, ...]:
    """Line, margin, call, margin of the result and whether the call was right."""
    if line is None:
        return (None,) * 5
    margin = round(float(predicted) - line, 1)
    call = "OVER" if margin > _CALL_FROM else "UNDER" if margin < -_CALL_FROM else "PASS"
    result = None if actual is None else float(actual) - line
    correct = None if call == "PASS" or result is None else (result > 0) == (call == "OVER")
    return (line, margin, call, result, correct)


def results_without_lines(tables: Tables) -> dict[str, pa.Table]:
    """I-48: official and custom ids did not join, so no player summary of eleven days knows its line."""
    table = tables[summaries.PLAYERS]
    names = ("points_line", "opening_line", "over_under_result", "margin", "points_line_source")
    return {summaries.PLAYERS: set_values(table, where(table, game_date=LINELESS), **dict.fromkeys(names))}


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-30",
        title="line flag out of step",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="has_prop_line is false in 98 % of one date's predictions on real lines; 21 of them are graded.",
        tables=(predictions.PREDICTIONS, predictions.ACCURACY),
        expected=(
            Expected(predictions.PREDICTIONS, "actual_props_have_lines", (FLAG_DATE,)),
            Expected(predictions.ACCURACY, "gradable_predictions_are_graded", (FLAG_DATE,)),
        ),
        change=flags_out_of_step,
    ),
    Incident(
        id="I-34",
        title="odds after the run",
        season=SEASON,
        as_of=date(2026, 2, 24),
        changes="On one date 11 players of one game have a line; nobody else has, and hardly a call is made.",
        tables=(contexts.CONTEXTS, predictions.PREDICTIONS, predictions.ACCURACY),
        expected=(
            Expected(contexts.CONTEXTS, "line_is_one_of_the_books", (LATE_DATE,)),
            Expected(predictions.PREDICTIONS, "calls_are_mixed", (LATE_DATE,), "warn"),
            Expected(predictions.ACCURACY, "every_game_is_graded", (LATE_DATE,), "warn"),
        ),
        change=late_odds,
    ),
    Incident(
        id="I-40",
        title="odds of the running game",
        season=SEASON,
        as_of=None,
        changes="Props of two weeks have snapshots after tip-off, and the features take their lines.",
        tables=(odds.PROPS, features.TABLE),
        expected=(
            Expected(odds.PROPS, "snapshot_before_tip_off", IN_GAME),
            Expected(features.TABLE, "lines_move_little", IN_GAME),
        ),
        change=in_game_odds,
        consequences=tuple(
            Consequence(table, IN_GAME, "its lines are compared with every snapshot of the props")
            for table in (summaries.PLAYERS, contexts.CONTEXTS)
        ),
    ),
    Incident(
        id="I-42",
        title="lines of other markets",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="Half of one date's players are predicted and graded on a line of rebounds or assists.",
        tables=(predictions.PREDICTIONS, predictions.ACCURACY),
        expected=(Expected(predictions.PREDICTIONS, "lines_stay_near_the_form", (MIXED_DATE,)),),
        change=mixed_markets,
    ),
    Incident(
        id="I-48",
        title="results without lines",
        season=SEASON,
        as_of=date(2026, 2, 24),
        changes="No player summary from 1 to 11 February has a line or a result over or under it.",
        tables=(summaries.PLAYERS,),
        expected=(Expected(summaries.PLAYERS, "line_is_one_of_the_books", LINELESS),),
        change=results_without_lines,
    ),
)
"""The entries of this group."""
