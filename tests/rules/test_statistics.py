"""Statistics of a game date: where they warn and fail, and which dates are not judged."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from gx.rules.statistics import StatisticArguments
from tests.rules.harness import Court, Results, cell, contract, days, january, only, problems

RULE = "expect_partition_statistic_to_be_between"
COLUMNS = "game_date DATE, player STRING, game_id STRING, score INT64, minutes FLOAT64"
FACTORS = contract(
    "nba_precompute.factors",
    COLUMNS,
    f"""
  - rule: mean_is_a_score
    {RULE}: {{statistic: mean, column: score, warn_below: 50, fail_below: 30, warn_above: 100}}
  - {{rule: few_zeros, {RULE}: {{statistic: zero_share, column: score, warn_above: 0.25, fail_above: 0.5}}}}
  - rule: few_zeros_of_enough
    {RULE}: {{statistic: zero_share, column: score, fail_above: 0.5, minimum_rows: 3}}
  - {{rule: few_nulls, {RULE}: {{statistic: null_share, column: score, fail_above: 0.25}}}}
  - {{rule: scores_differ, {RULE}: {{statistic: standard_deviation, column: score, fail_below: 1}}}}
  - {{rule: at_most_two_games, {RULE}: {{statistic: distinct, column: game_id, fail_above: 2}}}}
  - rule: few_empty_lines
    {RULE}:
      statistic: share
      condition: score = 0 AND COALESCE(minutes, 0) = 0
      where: score IS NOT NULL
      fail_above: 0.25
  - {{rule: mean_of_played, {RULE}: {{statistic: mean, column: score, where: minutes > 0, fail_below: 50}}}}
""",
    grain="game_date, player",
)
# the scores of a date, one player each; every second date is a fault that one rule sees and the others may
SCORES: dict[int, list[int | None]] = {
    2: [80, 90, 100, 90],
    3: [40, 45, 40, 45],  # below the warning
    4: [20, 25, 20, 25],  # below the failure
    5: [0, 90, 100, 90],  # a quarter of zeros is allowed
    6: [0, 0, 100, 90],  # half of them warns
    7: [0, 0, 0, 90],  # more fails
    8: [None, None, 90, 100],  # null is not zero
    9: [95, 95, 95, 95],  # a constant
    10: [0, 0],  # too few to judge by one rule
    11: [101, 102, 103, 104],  # above
    12: [None, None],  # nothing to take a mean of
}


def rows() -> list[dict[str, object]]:
    return [
        {
            "game_date": january(day),
            "player": f"p{number}",
            "game_id": f"g{number % 2}",
            "score": score,
            "minutes": 20.0,
        }
        for day, scores in SCORES.items()
        for number, score in enumerate(scores)
    ]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    more: list[dict[str, object]] = [
        {"game_date": january(13), "player": f"p{number}", "game_id": f"g{number}", "score": 0, "minutes": minutes}
        for number, minutes in enumerate([None, 0.0, 31.0])
    ]
    return court.judge([FACTORS], {FACTORS.table: rows() + more})


@pytest.mark.parametrize(
    ("rule", "fails", "warns"),
    [
        ("mean_is_a_score", [4, 7, 10, 12, 13], [3, 6, 11]),
        ("few_zeros", [7, 10, 13], [6]),
        ("few_zeros_of_enough", [7, 13], []),
        ("few_nulls", [8, 12], []),
        ("scores_differ", [9, 10, 12, 13], []),
        ("at_most_two_games", [13], []),
        ("few_empty_lines", [13], []),
        ("mean_of_played", [3, 4, 6, 7, 10, 12, 13], []),
    ],
)
def test_a_statistic_fails_and_warns_where_it_leaves_its_bounds(
    rule: str, fails: list[int], warns: list[int], results: Results
) -> None:
    assert (days(results[rule]), days(results[rule], "warn")) == (fails, warns)


def test_the_cell_says_the_value_and_the_bound(results: Results) -> None:
    found = cell(results["mean_is_a_score"], january(4))
    assert (found.expected, found.actual) == (30, 22.5)
    assert found.detail == "mean of score is 22.5, below 30"
    found = cell(results["few_zeros"], january(6))
    assert (found.expected, found.actual) == (0.25, 0.5)


def test_a_column_that_is_null_throughout_a_date_is_a_fault_of_that_date(results: Results) -> None:
    found = cell(results["mean_is_a_score"], january(12))
    assert (found.verdict, found.detail) == ("fail", "score is NULL in all 2 rows")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"statistic": "share", "column": "score", "fail_above": 1}, "share takes no column"),
        ({"statistic": "mean", "condition": "score > 0", "fail_above": 1}, "mean needs column"),
        ({"statistic": "mean", "column": "score"}, "at least one of fail_below"),
        ({"statistic": "mean", "column": "score", "fail_below": 1, "minimum_rows": 0}, "greater than or equal to 1"),
    ],
)
def test_arguments_that_say_nothing_are_refused(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        StatisticArguments.model_validate(arguments)


def test_a_mean_of_words_is_refused() -> None:
    subject = contract(
        FACTORS.table, COLUMNS, f"  - {{rule: wrong, {RULE}: {{statistic: mean, column: player, fail_below: 1}}}}"
    )
    assert problems(subject) == ["column: mean needs a number; player is STRING"]


def test_an_empty_window_has_nothing_to_evaluate(court: Court) -> None:
    outside = [{"game_date": date(2025, 12, 1), "player": "a", "score": 0}]
    result = court.judge([only(FACTORS, "few_zeros")], {FACTORS.table: outside})["few_zeros"]
    assert (result.verdict, result.observed) == ("exempt", "nothing to evaluate in this window")
