"""Sums over a key on both sides: a team's players, the team, and how far they may lie apart."""

from __future__ import annotations

import pytest

from tests.rules.harness import Court, Results, cell, contract, days, january, keys, problems

TEAMS = contract(
    "nba_analytics.teams",
    "game_date DATE, team_abbr STRING, points INT64, minutes FLOAT64, is_final BOOL",
    grain="game_date, team_abbr",
)
ARGUMENTS = (
    "reference: nba_analytics.teams, key: {game_date: game_date, team: team_abbr}, "
    "sums: {points: points, minutes_played: minutes}, where: is_active, reference_where: is_final, "
    "tolerance: 2, warn_tolerance: 0.5"
)
PLAYERS = contract(
    "nba_analytics.players",
    "game_date DATE, player STRING, team STRING, points INT64, minutes_played NUMERIC(5,1), is_active BOOL",
    f"""
  - {{rule: sums_of_both, expect_sums_to_reconcile: {{{ARGUMENTS}}}}}
  - rule: points_are_equal
    expect_sums_to_reconcile:
      {{reference: nba_analytics.teams, key: {{game_date: game_date, team: team_abbr}}, sums: {{points: points}}}}
""",
    grain="game_date, player",
)
EQUAL, ONE_OFF, FAR_OFF, NOTHING, ALONE = 1, 2, 3, 4, 5


def players(day: int, team: str, points: int | None = 20, **more: object) -> list[dict[str, object]]:
    """Five active players of a team, and one who did not play."""
    row = {"game_date": january(day), "team": team, "points": points, "minutes_played": "48.1", "is_active": True}
    out = row | {"player": f"{team}6", "points": 0, "minutes_played": "30", "is_active": False}
    return [row | {"player": f"{team}{number}"} | more for number in range(5)] + [out]


def teams(day: int, team: str, points: int, **more: object) -> dict[str, object]:
    """A team of a Final game whose players were on for 240.5 minutes."""
    row = {"game_date": january(day), "team_abbr": team, "points": points, "minutes": 240.5, "is_final": True}
    return row | more


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    own = players(EQUAL, "BOS") + players(EQUAL, "LAL") + players(ONE_OFF, "BOS") + players(FAR_OFF, "BOS")
    own += players(FAR_OFF, "LAL") + players(NOTHING, "BOS", None, minutes_played=None) + players(ALONE, "BOS")
    reference = [teams(EQUAL, "BOS", 100), teams(EQUAL, "LAL", 100), teams(ONE_OFF, "BOS", 101)]
    reference += [teams(FAR_OFF, "BOS", 134), teams(FAR_OFF, "LAL", 102, minutes=240.0)]
    # no sum, no partner, or no Final game: not judged
    reference += [teams(NOTHING, "BOS", 90), teams(ALONE, "LAL", 90), teams(ALONE, "BOS", 0, is_final=False)]
    return court.judge([PLAYERS, TEAMS], {PLAYERS.table: own, TEAMS.table: reference})


def test_a_difference_above_the_tolerance_fails_and_above_the_lower_one_warns(results: Results) -> None:
    found = results["sums_of_both"]
    assert (days(found), days(found, "warn"), days(found, "pass")) == ([FAR_OFF], [ONE_OFF], [EQUAL])
    assert cell(found, january(FAR_OFF)).detail == "0 of 2 sums reconcile, 2 do not; largest difference 34"
    assert (cell(found, january(EQUAL)).expected, cell(found, january(EQUAL)).actual) == (2, 2)


def test_without_a_tolerance_sums_must_be_equal(results: Results) -> None:
    found = results["points_are_equal"]
    assert days(found) == [ONE_OFF, FAR_OFF, NOTHING, ALONE]
    assert cell(found, january(ONE_OFF)).detail == "0 of 1 sums reconcile, 1 do not; largest difference 1"


def test_keys_of_one_side_and_rows_that_do_not_count_are_not_judged(results: Results) -> None:
    judged = {item.partition for item in results["sums_of_both"].partitions}
    assert judged == {january(EQUAL), january(ONE_OFF), january(FAR_OFF)}


def test_sums_that_differ_are_named_with_both_sides(results: Results) -> None:
    found = keys(results["sums_of_both"], "partition_date", "team", "value", "own_value", "reference_value")
    assert found == [
        (january(ONE_OFF), "BOS", "points", "100", "101"),
        (january(FAR_OFF), "BOS", "points", "100", "134"),
        (january(FAR_OFF), "LAL", "points", "100", "102"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nba_analytics.teams", "nba_analytics.team", "reference: no contract for nba_analytics.team; nearest:"),
        ("game_date: game_date, ", "", "key: must hold nba_analytics.players's partition column 'game_date'"),
        ("points: points", "point: points", "sums: nba_analytics.players has no column 'point'; nearest: points"),
        ("points: points", "points: score", "sums: nba_analytics.teams has no column 'score'"),
        ("points: points", "points: SUM(points)", "sums: no function 'SUM'"),
        ("is_final", "final", "reference_where: nba_analytics.teams has no column 'final'; nearest: is_final"),
        ("warn_tolerance: 0.5", "warn_tolerance: 2", "warn_tolerance: 2 is not below tolerance, 2"),
    ],
)
def test_wrong_arguments_are_named(old: str, new: str, says: str) -> None:
    assert old in ARGUMENTS
    rule = f"  - {{rule: wrong, expect_sums_to_reconcile: {{{ARGUMENTS.replace(old, new)}}}}}"
    columns = ", ".join(f"{column.name} {column.type}" for column in PLAYERS.columns)
    found = problems(contract(PLAYERS.table, columns, rule), TEAMS)
    assert any(says in text for text in found), found
