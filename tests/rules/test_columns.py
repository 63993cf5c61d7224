"""Column rules, row conditions and uniqueness: one load, and a rule for each thing that could go wrong."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.harness import JANUARY, Court, Results, bad, cell, contract, days, january, keys, only, problems

PLAYERS = contract(
    "nba_analytics.players",
    "game_date DATE, game_id STRING, player STRING, team STRING, points INT64, minutes FLOAT64, fg INT64, fga INT64, "
    "is_dnp BOOL, score NUMERIC(5,1)",
    """
  - {rule: team_is_there, expect_column_values_to_not_be_null: {column: team}}
  - {rule: points_nearly_there, expect_column_values_to_not_be_null: {column: points, mostly: 0.75}}
  - {rule: minutes_where_points, expect_column_values_to_not_be_null: {column: minutes, where: points IS NOT NULL}}
  - {rule: dnp_is_empty, expect_column_values_to_be_null: {column: points, where: is_dnp}}
  - {rule: points_in_range, expect_column_values_to_be_between: {column: points, min_value: 0, max_value: 83}}
  - rule: points_above_zero
    expect_column_values_to_be_between: {column: points, min_value: 0, strict_min: true, mostly: 0.5}
  - {rule: score_at_most, expect_column_values_to_be_between: {column: score, max_value: 99.5}}
  - {rule: team_is_known, expect_column_values_to_be_in_set: {column: team, value_set: [BOS, "O'N"]}}
  - {rule: dnp_is_false, expect_column_values_to_be_in_set: {column: is_dnp, value_set: [false]}}
  - {rule: id_is_custom, expect_column_values_to_match_regex: {column: game_id, regex: '^[0-9]{8}_[A-Z]{3}_[A-Z]{3}$'}}
  - {rule: makes_within_attempts, expect_rows_to_satisfy: {condition: fg <= fga}}
  - {rule: makes_where_played, expect_rows_to_satisfy: {condition: fg <= fga, where: minutes > 0}}
  - {rule: makes_mostly, expect_rows_to_satisfy: {condition: fg <= fga, mostly: 0.5}}
  - {rule: one_a_date, expect_compound_columns_to_be_unique: {column_list: [game_date, player]}}
  - rule: one_that_played_a_date
    expect_compound_columns_to_be_unique: {column_list: [game_date, player], where: minutes > 0}
  - {rule: one_a_game, expect_compound_columns_to_be_unique: {column_list: [game_id, player]}, scope: table}
  - {rule: game_has_one_date, expect_key_to_determine_column: {key: [game_id], column: game_date}, scope: table}
  - {rule: player_has_one_team, expect_key_to_determine_column: {key: [player], column: team}}
  - rule: player_has_one_team_when_played
    expect_key_to_determine_column: {key: [player], column: team, where: minutes > 0}
""",
    grain="game_date, game_id, player",
)
GOOD, WRONG, NULLS, AGAIN = 2, 3, 4, 5
LAST_YEAR = date(2025, 12, 1)


def row(day: date, player: str | None, **changes: object) -> dict[str, object]:
    good: dict[str, object] = {
        "game_date": day,
        "game_id": f"{day:%Y%m%d}_BOS_NYK",
        "player": player,
        "team": "BOS",
        "points": 10,
        "minutes": 30.5,
        "fg": 4,
        "fga": 9,
        "is_dnp": False,
        "score": 99.5,
    }
    return good | changes


ROWS = [
    *(row(january(GOOD), player) for player in "abcd"),
    row(january(GOOD), "e", points=0),
    row(january(GOOD), "f", points=83, team="O'N"),
    # one row with every fault, among three good ones
    row(january(WRONG), "a", team=None, points=84, minutes=None, fg=10, is_dnp=True, score=99.6, game_id="0022500001"),
    *(row(january(WRONG), player) for player in "bcd"),
    # without a name nobody has two teams
    row(january(WRONG), None, team="BOS"),
    row(january(WRONG), None, team="O'N"),
    # nulls are not evaluated, except where null is the question
    row(january(NULLS), "a", points=None, minutes=None, fg=None, is_dnp=None, score=None, game_id=None),
    row(january(NULLS), "b", points=None, minutes=None, fg=None, is_dnp=True, score=None, team=None),
    # a player twice on a date, one line of them not played; and for another team
    row(january(AGAIN), "a", team="O'N"),
    row(january(AGAIN), "a", minutes=0.0, game_id="20260105_LAL_SAC"),
    row(january(AGAIN), "b"),
    # a game and its players again, a month before the window
    row(LAST_YEAR, "a", game_id="20260102_BOS_NYK"),
]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    return court.judge([PLAYERS], {PLAYERS.table: ROWS})


EXPECTED = {
    "team_is_there": [WRONG, NULLS],
    "points_nearly_there": [NULLS],
    "minutes_where_points": [WRONG],
    "dnp_is_empty": [WRONG],
    "points_in_range": [WRONG],
    "points_above_zero": [],
    "score_at_most": [WRONG],
    "team_is_known": [],
    "dnp_is_false": [WRONG, NULLS],
    "id_is_custom": [WRONG],
    "makes_within_attempts": [WRONG],
    "makes_where_played": [],
    "makes_mostly": [],
    "one_a_date": [AGAIN],
    "one_that_played_a_date": [],
    "player_has_one_team": [GOOD, NULLS, AGAIN],
    "player_has_one_team_when_played": [GOOD, AGAIN],
}


@pytest.mark.parametrize("rule", EXPECTED)
def test_a_rule_fails_on_its_dates_and_on_no_other(rule: str, results: Results) -> None:
    # "a" plays for another team on the last date: over the window its team is not one, on any date that names it
    assert days(results[rule]) == EXPECTED[rule]
    assert results[rule].verdict == ("fail" if EXPECTED[rule] else "pass")


def test_every_rule_is_expected_something_of() -> None:
    whole_table = {"one_a_game", "game_has_one_date"}
    assert {rule.name for rule in PLAYERS.rules} == set(EXPECTED) | whole_table


def test_a_whole_table_rule_sees_what_the_window_hides(results: Results) -> None:
    for rule in ("one_a_game", "game_has_one_date"):
        assert [item.partition for item in bad(results[rule])] == [LAST_YEAR, january(GOOD)], rule


def test_the_cell_says_how_many_rows_of_how_many(results: Results) -> None:
    found = cell(results["points_nearly_there"], january(NULLS))
    assert (found.actual, found.coverage) == (2, 0.0)
    assert found.detail == "2 of 2 rows are not as expected"
    assert cell(results["points_in_range"], january(WRONG)).detail == "1 of 6 rows are not as expected"
    assert (results["points_in_range"].unexpected, results["points_in_range"].evaluated) == (1, 17)


def test_failing_keys_name_the_rows_and_show_the_value(results: Results) -> None:
    assert keys(results["points_in_range"], "partition_date", "player", "points") == [(january(WRONG), "a", 84)]
    twice = results["one_a_date"]
    assert keys(twice, "player", "game_id") == [("a", "20260105_BOS_NYK"), ("a", "20260105_LAL_SAC")]
    assert twice.failing_keys_total == 2
    everywhere = keys(results["one_a_game"], "partition_date", "player")
    assert everywhere == [(LAST_YEAR, "a"), (january(GOOD), "a")]


def test_a_rule_that_passes_has_no_keys(results: Results) -> None:
    assert not results["team_is_known"].failing_keys
    assert results["team_is_known"].failing_keys_total == 0


def test_capped_keys_are_shared_between_the_dates_and_the_total_is_true(court: Court) -> None:
    wrong = [row(january(2), f"p{number:02d}", points=-1) for number in range(20)]
    wrong += [row(january(3), "z", points=-1)]
    result = court.judge([only(PLAYERS, "points_in_range")], {PLAYERS.table: wrong}, cap=4)["points_in_range"]
    assert result.failing_keys_total == 21
    assert keys(result, "partition_date", "player") == [
        (january(2), "p00"),
        (january(2), "p01"),
        (january(2), "p02"),
        (january(3), "z"),
    ]


def test_rows_outside_the_window_and_from_as_of_on_are_not_judged(court: Court) -> None:
    wrong = [row(day, "a", points=-1) for day in (date(2025, 12, 31), january(13), january(14), january(15))]
    found = court.judge([only(PLAYERS, "points_in_range")], {PLAYERS.table: wrong}, window=JANUARY)
    assert days(found["points_in_range"]) == [13]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("expect_column_values_to_not_be_null: {column: pionts}", "has no column 'pionts'; nearest: points"),
        ("expect_column_values_to_be_between: {column: team, min_value: 1}", "a range needs a number; team is STRING"),
        ("expect_rows_to_satisfy: {condition: poins > 0}", "condition: nba_analytics.players has no column 'poins'"),
        ("expect_rows_to_satisfy: {condition: points > 0, where: tem = 'BOS'}", "where: nba_analytics.players has no"),
        ("expect_compound_columns_to_be_unique: {column_list: [player, minutes]}", "cannot group by FLOAT64 columns"),
        ("expect_key_to_determine_column: {key: [minutes], column: team}", "cannot group by FLOAT64 columns"),
    ],
)
def test_wrong_arguments_are_named(rule: str, says: str) -> None:
    columns = ", ".join(f"{column.name} {column.type.split('(')[0]}" for column in PLAYERS.columns)
    found = problems(contract(PLAYERS.table, columns, f"  - {{rule: wrong, {rule}}}"))
    assert len(found) == 1
    assert says in found[0]
