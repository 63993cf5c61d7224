"""What a date looks like: typical values, statistics of keys and counts, group sizes, rows that repeat."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gx.rules.groups import GroupArguments
from gx.rules.statistics import StatisticArguments
from gx.rules.typical import TypicalArguments
from tests.rules.harness import Court, Results, cell, contract, days, january, keys, only, problems

COLUMNS = "game_date DATE, player STRING, book STRING, line FLOAT64, points INT64, note STRING"
LINES = contract(
    "nba_raw.lines",
    COLUMNS,
    """
  - rule: line_is_typical
    expect_partition_to_be_typical: {column: line, mean: [10, 20], distinct: 2, filled: 0.75, minimum_rows: 4}
  - rule: lines_change
    expect_rows_to_change_between_partitions: {key: [player, book], columns: [line, points], minimum_rows: 2}
  - rule: books_change
    expect_rows_to_change_between_partitions:
      {key: [player, book], columns: [line], group: book, fail_above: 0.9, warn_above: 0.5, minimum_rows: 2}
  - rule: two_books_a_player
    expect_group_sizes_to_be_between: {group_by: [game_date, player], minimum: 2, maximum: 2, distinct: book}
  - rule: three_rows_a_player_at_most
    expect_group_sizes_to_be_between: {group_by: [game_date, player], maximum: 3}
  - rule: no_amplification
    expect_partition_statistic_to_be_between: {statistic: duplicate_ratio, columns: [player, book], fail_above: 1.05}
  - rule: no_line_is_everywhere
    expect_partition_statistic_to_be_between:
      {statistic: most_common_share, column: line, fail_above: 0.8, minimum_rows: 4}
  - rule: rows_stay_alike
    expect_partition_statistic_to_be_between: {statistic: row_count, change: relative, fail_above: 0.6}
  - rule: highest_line
    expect_partition_statistic_to_be_between: {statistic: maximum, column: line, fail_above: 100}
""",
    grain="game_date, player, book",
)
PLAYERS, BOOKS = ("ann", "bo", "cy"), ("fan", "king")


def date_rows(day: int, **changes: object) -> list[dict[str, object]]:
    """A good date: three players, two books, lines between 13 and 18 that move from day to day."""
    return [
        {
            "game_date": january(day),
            "player": player,
            "book": book,
            "line": 13.5 + place + day % 3 + number * 0.5,
            "points": 10 + day,
            "note": "x",
        }
        | changes
        for place, player in enumerate(PLAYERS)
        for number, book in enumerate(BOOKS)
    ]


def frozen_book(day: int, before: int) -> list[dict[str, object]]:
    """A date on which one book still shows the lines of a date before; its points move on."""
    old = {row["player"]: row["line"] for row in date_rows(before) if row["book"] == "fan"}
    return [row | {"line": old[row["player"]]} if row["book"] == "fan" else row for row in date_rows(day)]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    rows = [
        *date_rows(1),
        *date_rows(2),
        *date_rows(3, line=15.5),  # the same for everybody
        *[row | {"line": row["line"] * 10} for row in date_rows(4)],  # type: ignore[operator]
        *[row | ({"line": None} if row["player"] != "ann" else {}) for row in date_rows(5)],
        *date_rows(6),
        *[row | {"game_date": january(7)} for row in date_rows(6)],  # the whole date copied
        *frozen_book(8, 6),  # "fan" shows what it showed on the 7th, which was a copy of the 6th
        *[row for row in date_rows(9) if row["player"] == "ann"] * 2,
        *date_rows(11, line=None),
    ]
    return court.judge([LINES], {LINES.table: rows})


def test_constant_scaled_and_missing_values_are_not_typical(results: Results) -> None:
    found = results["line_is_typical"]
    assert days(found) == [3, 4, 5, 11]
    assert cell(found, january(3)).detail == "line has 1 different value in 6 rows"
    assert "the mean of line is" in str(cell(found, january(4)).detail)
    assert cell(found, january(5)).detail == "line is NULL in 4 of 6 rows"
    assert cell(found, january(11)).detail == "line is NULL in 6 of 6 rows"


def test_a_copied_date_is_frozen_and_a_moving_one_is_not(results: Results) -> None:
    found = results["lines_change"]
    assert days(found) == [7]
    assert cell(found, january(7)).classification == "FROZEN"


def test_one_frozen_book_is_named_though_most_rows_move(results: Results) -> None:
    found = results["books_change"]
    assert days(found) == [7, 8]
    assert "of fan repeat" in str(cell(found, january(8)).detail)
    assert "of fan, king repeat" in str(cell(found, january(7)).detail)


def test_group_sizes_count_rows_or_distinct_values(results: Results) -> None:
    assert days(results["two_books_a_player"]) == []
    found = results["three_rows_a_player_at_most"]
    assert days(found) == [9]
    assert {row[0] for row in keys(found, "player")} == {"ann"}


def test_key_copies_common_values_counts_and_highest(results: Results) -> None:
    assert days(results["no_amplification"]) == [9]
    assert days(results["no_line_is_everywhere"]) == [3]
    assert days(results["rows_stay_alike"]) == []
    assert days(results["highest_line"]) == [4, 11]  # a date without any value has no maximum


def test_a_date_that_shrinks_is_told_against_the_one_before(court: Court) -> None:
    rows = [*date_rows(1), *date_rows(2), *date_rows(3)[:1]]
    found = court.judge([only(LINES, "rows_stay_alike")], {LINES.table: rows})["rows_stay_alike"]
    assert days(found) == [3]
    assert cell(found, january(3)).detail == "change of the number of rows is 0.8333, above 0.6"


def test_what_does_not_fit_is_told() -> None:
    broken = contract(
        "nba_raw.lines",
        COLUMNS,
        """
  - {rule: mean_of_text, expect_partition_to_be_typical: {column: note, mean: [1, 2]}}
  - {rule: by_float, expect_group_sizes_to_be_between: {group_by: [line], maximum: 2}}
  - {rule: with_dates, expect_rows_to_change_between_partitions: {key: [player, game_date], columns: [lin]}}
""",
        grain="game_date, player",
    )
    told = "\n".join(problems(broken))
    assert "mean: note is STRING" in told
    assert "BigQuery cannot group by FLOAT64" in told
    assert "no column 'lin'; nearest: line" in told
    assert "the partition column 'game_date' always differs" in told


@pytest.mark.parametrize(
    ("model", "arguments"),
    [
        (TypicalArguments, {"column": "line"}),
        (TypicalArguments, {"column": "line", "mean": (2, 1)}),
        (GroupArguments, {"group_by": ("a",)}),
        (GroupArguments, {"group_by": ("a",), "minimum": 3, "maximum": 2}),
        (StatisticArguments, {"statistic": "duplicate_ratio", "column": "a", "fail_above": 1}),
        (StatisticArguments, {"statistic": "row_count", "column": "a", "fail_above": 1}),
    ],
)
def test_arguments_that_say_nothing_or_contradict_themselves_are_refused(
    model: type[TypicalArguments], arguments: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        model.model_validate(arguments)
