"""Key coverage and the fallback's EMPTY, COMPLETE or PARTIAL: keys are intersected, never counted apart."""

from __future__ import annotations

import pytest

from gx.rules.registry import families
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
        ("shown: [team]", "shown: [game_id]", "shown: nba_analytics.played has no column 'game_id'"),
        ("shown: [team]", "shown: [player]", "shown: 'player' is already part of the key"),
    ],
)
def test_wrong_arguments_are_named(old: str, new: str, says: str) -> None:
    rule = f"  - {{rule: wrong, expect_reference_keys_to_be_covered: {ARGUMENTS.replace(old, new)}}}"
    columns = ", ".join(f"{column.name} {column.type}" for column in CONTEXT.columns)
    assert any(says in text for text in problems(contract(CONTEXT.table, columns, rule), PLAYED))


HISTORY = contract(
    "nba_processing.failures",
    "analysis_date DATE, entity STRING, category STRING",
    grain="analysis_date, entity",
)
PAIRED = (
    "{reference: nba_analytics.played, key: {analysis_date: game_date, player_lookup: player}, shown: [team], "
    "excused_by: {table: nba_processing.failures, key: {game_date: analysis_date, player: entity}, "
    "where: category = 'EXPECTED'}, surplus_above: 0.02, minimum_keys: 20}"
)
ZONES = contract(
    "nba_precompute.zones",
    "analysis_date DATE, player_lookup STRING",
    f"  - {{rule: zones_of_players, expect_reference_keys_to_be_covered: {PAIRED}}}",
    grain="analysis_date, player_lookup",
)
EXCUSED, UNEXCUSED, FEW, SURPLUS, BOTH = 1, 2, 3, 4, 5


def zones(day: int, numbers: range) -> list[dict[str, object]]:
    return [{"analysis_date": january(day), "player_lookup": f"p{number:03d}"} for number in numbers]


def failures(day: int, numbers: range, category: str = "EXPECTED") -> list[dict[str, object]]:
    return [{"analysis_date": january(day), "entity": f"p{number:03d}", "category": category} for number in numbers]


@pytest.fixture(scope="module")
def paired(court: Court) -> Results:
    played = players(FEW, range(19), team="BOS")
    for day in (EXCUSED, UNEXCUSED, SURPLUS, BOTH):
        played += players(day, range(100), team="BOS")
    own = zones(EXCUSED, range(80)) + zones(UNEXCUSED, range(80)) + zones(FEW, range(1))
    own += zones(SURPLUS, range(103)) + zones(BOTH, range(85, 115))
    failed = failures(EXCUSED, range(75, 99)) + failures(UNEXCUSED, range(80, 100), "CALCULATION_ERROR")
    failed += failures(UNEXCUSED, range(95, 100)) + failures(UNEXCUSED + 1, range(80, 100))
    rows = {PLAYED.table: played, ZONES.table: own, HISTORY.table: failed}
    return court.judge([ZONES, PLAYED, HISTORY], rows)


def test_a_missing_key_that_is_excused_counts_as_covered(paired: Results) -> None:
    found = paired["zones_of_players"]
    assert cell(found, january(EXCUSED)).verdict == "pass"
    assert (cell(found, january(EXCUSED)).expected, cell(found, january(EXCUSED)).actual) == (100, 99)
    detail = "85 of 100 keys are there (85.0%), 15 are missing; 5 of those there are excused"
    assert cell(found, january(UNEXCUSED)).detail == detail


def test_dates_with_few_reference_keys_are_left_alone(paired: Results) -> None:
    assert january(FEW) not in [item.partition for item in paired["zones_of_players"].partitions]


def test_keys_that_the_reference_lacks_fail_beyond_a_share_and_are_never_excused(paired: Results) -> None:
    found = paired["zones_of_players"]
    assert days(found) == [UNEXCUSED, SURPLUS, BOTH]
    assert classes(found)[SURPLUS] == classes(found)[BOTH] == "SURPLUS"
    assert cell(found, january(SURPLUS)).detail == "3 of 103 own keys (2.9%) are not in nba_analytics.played"
    family = families()["expect_reference_keys_to_be_covered"]
    assert not family.excusable(cell(found, january(SURPLUS)))
    assert family.excusable(cell(found, january(UNEXCUSED)))


def test_missing_and_surplus_keys_are_told_apart_under_own_names(paired: Results) -> None:
    found = keys(paired["zones_of_players"], "partition_date", "player_lookup", "finding")
    assert [key for key in found if key[0] == january(SURPLUS)] == [
        (january(SURPLUS), f"p{number}", "surplus") for number in (100, 101, 102)
    ]
    unexcused = [key for key in found if key[0] == january(UNEXCUSED)]
    assert unexcused == [(january(UNEXCUSED), f"p{number:03d}", "missing") for number in range(80, 95)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nba_processing.failures", "nba_processing.failure", "excused_by: no contract for nba_processing.failure;"),
        ("player: entity", "player: player", "excused_by: key: nba_processing.failures has no column 'player'"),
        ("player: entity", "team: entity", "excused_by: key: 'team' is not part of the reference's key"),
        ("{game_date: analysis_date, ", "{", "excused_by: key: must hold nba_analytics.played's partition column"),
        ("category =", "categry =", "excused_by: where: nba_processing.failures has no column 'categry'; nearest:"),
        ("analysis_date: game_date", "analysis_date: team", "paired with nba_analytics.played's 'game_date'"),
    ],
)
def test_wrong_pairs_and_excuses_are_named(old: str, new: str, says: str) -> None:
    assert old in PAIRED
    rule = f"  - {{rule: wrong, expect_reference_keys_to_be_covered: {PAIRED.replace(old, new)}}}"
    columns = ", ".join(f"{column.name} {column.type}" for column in ZONES.columns)
    found = problems(contract(ZONES.table, columns, rule, grain="analysis_date"), PLAYED, HISTORY)
    assert any(says in text for text in found), found
