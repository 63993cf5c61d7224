"""Incidents of predictions and grades: rows twice, and a line that no book ever posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.edits import append, rows_of, set_values, where
from gx.simulation.incidents.model import Expected, Incident, Tables
from gx.simulation.incidents.parts import both, but, numbers, season_dates, some
from gx.simulation.tables import predictions

AS_OF = date(2026, 2, 1)
GRADED_TWICE = {
    date(2026, 1, 10): 452_220 / 263_274 - 1,
    date(2026, 1, 11): 0.0045 / (1 - 0.0045),
    date(2026, 1, 14): 0.186 / (1 - 0.186),
    date(2026, 1, 15): 0.223 / (1 - 0.223),
    date(2026, 1, 16): 0.13 / (1 - 0.13),
}
"""Copies by date, as a share of the right rows; their shares of all rows were 41.8, 0.45, 18.6, 22.3 and 13 %."""
MANY_DUPLICATES = tuple(day for day in GRADED_TWICE if day != date(2026, 1, 11))
REPEATED = season_dates("2025-26", date(2026, 1, 10), date(2026, 1, 19))
TEN_COPIES = date(2026, 1, 19)
PLACEHOLDER_LINE = 20
PLACEHOLDER = season_dates("2025-26", date(2025, 11, 19), date(2026, 1, 10))
_PERCENT_ON_IT = {date(2026, 1, 9): 63, date(2026, 1, 10): 100}
_PERCENT_EARLIER = 60
_CALLED_FROM = 1.0  # points from the line


def graded_twice(tables: Tables) -> dict[str, pa.Table]:
    """I-22: two gradings of a date ran at once; delete and insert of one came between those of the other."""
    table = tables[predictions.ACCURACY]
    sizes = Counter(table.column("game_date").to_pylist())
    extra = {day: max(1, round(share * sizes[day])) for day, share in GRADED_TWICE.items()}
    dates = where(table, game_date=tuple(GRADED_TWICE))
    again = some(dates, table.column("game_date"), lambda day, place: place < extra[day])
    return {predictions.ACCURACY: append(table, table.filter(again))}


def repeated_predictions(tables: Tables) -> dict[str, pa.Table]:
    """I-23: the MERGE compared lines, and a null line equals none; each run inserted the prediction once more."""
    table = tables[predictions.PREDICTIONS]
    lineless = table.filter(both(where(table, game_date=REPEATED), pc.is_null(table.column("current_points_line"))))
    copies = _copies(lineless.column("game_date").to_pylist())
    again = lineless.take([place for place, _ in copies])
    ids = zip(again.column("prediction_id").to_pylist(), copies, strict=True)
    fresh = pa.array([blake2b(f"{old} {number}".encode(), digest_size=16).hexdigest() for old, (_, number) in ids])
    again = set_values(again, pa.repeat(pa.scalar(True), again.num_rows), prediction_id=fresh)
    return {predictions.PREDICTIONS: append(table, again)}


def _copies(days: Sequence[date]) -> list[tuple[int, int]]:
    """Place and number of each copy: 6,473 for 1,692 predictions, and nine for the first of 19 January."""
    ten = days.index(TEN_COPIES)
    counts = (9 if place == ten else 3 if place % 6 == 5 else 4 for place in range(len(days)))
    return [(place, number) for place, count in enumerate(counts) for number in range(count)]


def placeholder_lines(tables: Tables) -> dict[str, pa.Table]:
    """I-24: a default of 20.0 stood for the line that was not found, and calls and grades were made on it."""
    table, grades = tables[predictions.PREDICTIONS], tables[predictions.ACCURACY]
    lined = both(where(table, game_date=PLACEHOLDER), pc.is_valid(table.column("current_points_line")))
    mask = some(lined, table.column("game_date"), _on_placeholder)
    keys = set(rows_of(table, mask, "game_date", "player_lookup", "system_id"))
    columns = (grades.column(name).to_pylist() for name in ("game_date", "player_lookup", "system_id"))
    graded = pa.array([key in keys for key in zip(*columns, strict=True)])
    return {
        predictions.PREDICTIONS: _called_on_placeholder(table, mask),
        predictions.ACCURACY: _graded_on_placeholder(grades, graded),
    }


def _on_placeholder(day: date, place: int) -> bool:
    return place * 37 % 100 < _PERCENT_ON_IT.get(day, _PERCENT_EARLIER)


def _called_on_placeholder(table: pa.Table, mask: pa.Array) -> pa.Table:
    margin = pc.round(pc.subtract(numbers(table, "predicted_points"), PLACEHOLDER_LINE), 1)
    return set_values(
        table, mask, current_points_line=PLACEHOLDER_LINE, line_margin=margin, recommendation=_calls(margin)
    )


def _graded_on_placeholder(grades: pa.Table, mask: pa.Array) -> pa.Table:
    margin = pc.round(pc.subtract(numbers(grades, "predicted_points"), PLACEHOLDER_LINE), 1)
    actual = pc.subtract(numbers(grades, "actual_points"), PLACEHOLDER_LINE)
    calls = _calls(margin)
    right = pc.equal(pc.greater(actual, 0), pc.equal(calls, "OVER"))
    return set_values(
        grades,
        mask,
        line_value=PLACEHOLDER_LINE,
        predicted_margin=margin,
        recommendation=calls,
        actual_margin=actual,
        prediction_correct=pc.if_else(pc.equal(calls, "PASS"), pa.scalar(None, pa.bool_()), right),
    )


def _calls(margin: pa.ChunkedArray) -> pa.ChunkedArray:
    under = pc.if_else(pc.less(margin, -_CALLED_FROM), "UNDER", "PASS")
    return pc.if_else(pc.greater(margin, _CALLED_FROM), "OVER", under)


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-22",
        title="graded by two runs at once",
        season="2025-26",
        as_of=AS_OF,
        changes="Grades of five January dates came twice: 41.8 % of the rows of the 10th are copies, 0.45 % of the "
        "11th, 18.6, 22.3 and 13 % of the 14th to 16th.",
        tables=(predictions.ACCURACY,),
        expected=(
            Expected(predictions.ACCURACY, "one_grade_a_prediction", tuple(GRADED_TWICE)),
            Expected(predictions.ACCURACY, "few_duplicate_grades", MANY_DUPLICATES),
        ),
        change=graded_twice,
    ),
    Incident(
        id="I-23",
        title="predictions without a line repeated",
        season="2025-26",
        as_of=AS_OF,
        changes="Every prediction without a line of ten days is there four to five times, one of the 19th ten times.",
        tables=(predictions.PREDICTIONS,),
        expected=(Expected(predictions.PREDICTIONS, "one_active_prediction_without_a_line", REPEATED),),
        change=repeated_predictions,
    ),
    Incident(
        id="I-24",
        title="placeholder line of 20 points",
        season="2025-26",
        as_of=AS_OF,
        changes="60 % of the lines of 19 November to 8 January, 63 % of the 9th and all of the 10th are 20.0, and "
        "calls and grades are made on them.",
        tables=(predictions.PREDICTIONS, predictions.ACCURACY),
        expected=(
            Expected(predictions.PREDICTIONS, "line_is_not_the_placeholder", PLACEHOLDER),
            Expected(predictions.ACCURACY, "line_is_not_the_placeholder", PLACEHOLDER),
            Expected(predictions.PREDICTIONS, "lines_differ", but(PLACEHOLDER, "2025-11-20", "2025-12-18")),
        ),
        change=placeholder_lines,
    ),
)
"""The entries of this group."""
