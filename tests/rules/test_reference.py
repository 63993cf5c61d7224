"""Key coverage and the fallback's EMPTY, COMPLETE or PARTIAL: keys are intersected, never counted apart."""

from __future__ import annotations

import pytest

from tests.rules.harness import Court, Results, cell, classes, contract, days, january, keys, problems

PLAYED = contract(
    "nba_analytics.played",
    "game_date DATE, player STRING, team STRING, minutes FLOAT64",
    grain="game_date, player",
)
ARGUMENTS = "{reference: nba_analytics.played, where: minutes > 0, key: [game_date, player], shown: [team]}"
CONTEXT = contract(
    "nba_analytics.context",
    "game_date DATE, player STRING, game_id STRING",
    f"""
  - {{rule: covers_players, expect_reference_keys_to_be_covered: {ARGUMENTS}}}
  - {{rule: fallback_is_complete, expect_fallback_to_be_complete: {ARGUMENTS}}}
""",
    grain="game_date, player",
)
# by day: players who played, and how many of them the context holds
COVERED = {1: (100, 100), 2: (100, 89), 3: (100, 90), 4: (100, 95), 5: (187, 1), 6: (20, 0)}
ROSTERED, WITHOUT_GAMES = 7, 8


def players(day: int, numbers: range, **more: object) -> list[dict[str, object]]:
    return [{"game_date": january(day), "player": f"p{number:03d}", **more} for number in numbers]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    played = [row for day, (all_, _) in COVERED.items() for row in players(day, range(all_), team="BOS", minutes=9.5)]
    held = [row for day, (_, covered) in COVERED.items() for row in players(day, range(covered), game_id="g")]
    # trap T6: 35 rows for 20 players who played, and half of these are not among them
    played += players(ROSTERED, range(20), team="BOS", minutes=9.5)
    held += players(ROSTERED, range(10, 45), game_id="g")
    # who did not play is not asked for, nor is a date on which nobody played
    played += players(1, range(500, 510), team="BOS", minutes=0.0) + players(1, range(600, 605), team="BOS")
    held += players(WITHOUT_GAMES, range(30), game_id="g")
    # a player twice is one key
    held += players(4, range(95), game_id="other")
    return court.judge([CONTEXT, PLAYED], {PLAYED.table: played, CONTEXT.table: held})


def test_coverage_fails_below_nine_tenths_and_warns_below_nineteen_twentieths(results: Results) -> None:
    found = results["covers_players"]
    assert days(found) == [2, 5, 6, ROSTERED]
    assert days(found, "warn") == [3]
    assert days(found, "pass") == [1, 4]
    assert cell(found, january(5)).detail == "1 of 187 keys are there (0.5%), 186 are missing"
    assert [cell(found, january(day)).coverage for day in (2, 3, 4)] == [0.89, 0.9, 0.95]


def test_rostered_rows_do_not_stand_in_for_players_who_played(results: Results) -> None:
    found = cell(results["covers_players"], january(ROSTERED))
    assert (found.expected, found.actual, found.coverage) == (20, 10, 0.5)


def test_a_fallback_is_empty_or_complete_and_partial_fails(results: Results) -> None:
    found = results["fallback_is_complete"]
    assert classes(found) == {
        1: "COMPLETE",
        2: "PARTIAL",
        3: "COMPLETE",
        4: "COMPLETE",
        5: "PARTIAL",
        6: "EMPTY",
        ROSTERED: "PARTIAL",
    }
    assert (days(found), days(found, "warn")) == ([2, 5, ROSTERED], [3])
    assert cell(found, january(6)).detail == "no rows: the fallback will run"


def test_a_date_on_which_nobody_played_is_not_judged(results: Results) -> None:
    for rule in ("covers_players", "fallback_is_complete"):
        assert january(WITHOUT_GAMES) not in [item.partition for item in results[rule].partitions]


def test_missing_keys_are_named_with_the_shown_columns_up_to_the_cap(results: Results) -> None:
    found = results["fallback_is_complete"]
    assert found.failing_keys_total == 11 + 10 + 186 + 10
    assert len(found.failing_keys) == 200
    assert (january(2), "p089", "BOS") in keys(found, "partition_date", "player", "team")
    missing = [row["player"] for row in found.failing_keys if row["partition_date"] == january(ROSTERED)]
    assert missing == [f"p{number:03d}" for number in range(10)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nba_analytics.played", "nba_analytics.playd", "reference: no contract for nba_analytics.playd; nearest:"),
        ("key: [game_date, player]", "key: [player, team]", "key: must hold nba_analytics.context's partition column"),
        ("minutes > 0", "minuts > 0", "where: nba_analytics.played has no column 'minuts'; nearest: minutes"),
        ("shown: [team]", "shown: [game_id]", "nba_analytics.played has no column 'game_id'"),
    ],
)
def test_wrong_arguments_are_named(old: str, new: str, says: str) -> None:
    rule = f"  - {{rule: wrong, expect_reference_keys_to_be_covered: {ARGUMENTS.replace(old, new)}}}"
    columns = ", ".join(f"{column.name} {column.type}" for column in CONTEXT.columns)
    assert any(says in text for text in problems(contract(CONTEXT.table, columns, rule), PLAYED))
