"""Values of paired rows: equal, within a tolerance, absent on one side, and which of them differ."""

from __future__ import annotations

import pytest

from tests.rules.harness import Court, Results, cell, contract, days, january, keys, problems

CACHE = contract(
    "nba_precompute.cache",
    "cache_date DATE, player_lookup STRING, last_5 FLOAT64, team STRING, is_ready BOOL",
    grain="cache_date, player_lookup",
)
PAIRED = "reference: nba_precompute.cache, key: {game_date: cache_date, player: player_lookup}"
FEATURES = contract(
    "nba_predictions.features",
    "game_date DATE, player STRING, f0 FLOAT64, team STRING",
    f"""
  - rule: within_a_tenth
    expect_values_to_agree_with_reference:
      {{{PAIRED}, values: {{f0: last_5}}, tolerance: 0.1, where: f0 < 90, reference_where: is_ready}}
  - rule: teams_are_equal
    expect_values_to_agree_with_reference: {{{PAIRED}, values: {{team: team}}, fail_below: 0.9, warn_below: 0.95}}
  - rule: twenty_rows_and_more
    expect_values_to_agree_with_reference: {{{PAIRED}, values: {{f0: last_5}}, minimum_rows: 20}}
  - rule: both_or_neither
    expect_values_to_agree_with_reference:
      {{{PAIRED}, values: {{f0 * 2: 2 * last_5, "CONCAT(team, 'x')": "CONCAT(team, 'x')"}}, null_differs: true}}
""",
    grain="game_date, player",
)
EXACT, WIDE, NULLS, TEAMS, ALONE, LEFT_OUT = 1, 2, 3, 4, 5, 6


def rows(day: int, count: int, **values: object) -> list[dict[str, object]]:
    """Features of a date: ``f0`` is 10.3 unless given."""
    return [
        {"game_date": january(day), "player": f"p{number:03d}", "f0": 10.3, "team": "BOS"} | values
        for number in range(count)
    ]


def cached(day: int, count: int, **values: object) -> list[dict[str, object]]:
    """The cache of a date: a tenth below the features, in binary fractions a little more."""
    return [
        {"cache_date": january(day), "player_lookup": f"p{number:03d}", "last_5": 10.2, "team": "BOS"}
        | {"is_ready": True}
        | values
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    features = rows(EXACT, 187) + rows(WIDE, 187) + rows(NULLS, 9, f0=None) + rows(TEAMS, 30)
    cache = cached(EXACT, 187) + cached(WIDE, 187) + cached(NULLS, 9) + cached(TEAMS, 30, last_5=10.3)
    cache[0]["last_5"] = 12.2
    for row in cache[187:189]:
        row["last_5"] = 12.2
    features[-1]["team"] = features[-2]["team"] = "LAL"
    # no partner, or rows that do not count: nothing to compare
    features += rows(ALONE, 5, f0=50.0) + rows(LEFT_OUT, 1, f0=99.0)
    cache += cached(ALONE + 2, 5) + cached(LEFT_OUT, 1) + cached(LEFT_OUT, 1, is_ready=False)
    return court.judge([FEATURES, CACHE], {FEATURES.table: features, CACHE.table: cache})


def test_a_difference_within_the_tolerance_agrees_and_the_share_decides(results: Results) -> None:
    found = results["within_a_tenth"]
    assert (days(found), days(found, "pass")) == ([WIDE], [EXACT, TEAMS])
    assert cell(found, january(WIDE)).detail == "185 of 187 rows agree (98.9%), 2 differ"
    assert (cell(found, january(EXACT)).expected, cell(found, january(EXACT)).actual) == (187, 186)


def test_differing_rows_are_named_with_both_values(results: Results) -> None:
    found = keys(results["within_a_tenth"], "partition_date", "player", "value", "own_value", "reference_value")
    assert found == [(january(WIDE), player, "f0", "10.3", "12.2") for player in ("p000", "p001")]


def test_text_is_compared_for_equality_and_may_warn(results: Results) -> None:
    found = results["teams_are_equal"]
    assert (days(found), days(found, "warn")) == ([], [TEAMS])
    assert cell(found, january(TEAMS)).coverage == round(28 / 30, 4)
    assert cell(found, january(NULLS)).verdict == "pass"


def test_rows_without_a_partner_and_rows_that_do_not_count_are_not_compared(results: Results) -> None:
    for rule, asked in (("within_a_tenth", {EXACT, WIDE, TEAMS}), ("teams_are_equal", {*range(1, 5), LEFT_OUT})):
        assert {item.partition.day for item in results[rule].partitions if item.partition} == asked


def test_dates_with_few_compared_rows_are_left_alone(results: Results) -> None:
    found = results["twenty_rows_and_more"]
    assert (days(found), days(found, "pass")) == ([EXACT, WIDE], [TEAMS])


def test_a_value_on_one_side_only_differs_where_the_rule_says_so(results: Results) -> None:
    found = results["both_or_neither"]
    assert cell(found, january(NULLS)).detail == "0 of 9 rows agree (0.0%), 9 differ"
    named = keys(results["both_or_neither"], "partition_date", "player", "value", "own_value", "reference_value")
    assert (january(NULLS), "p000", "f0 * 2", None, "20.4") in named
    assert (january(TEAMS), "p029", "CONCAT(team, 'x')", "LALx", "BOSx") in named


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nba_precompute.cache,", "nba_precompute.cash,", "reference: no contract for nba_precompute.cash; nearest:"),
        ("cache_date", "player_lookup", "key: must hold nba_predictions.features's partition column 'game_date'"),
        ("game_date: cache_date, ", "", "paired with nba_precompute.cache's 'cache_date'; found player: player_lookup"),
        ("player_lookup}", "player}", "key: nba_precompute.cache has no column 'player'; nearest: player_lookup"),
        ("player: player_l", "f0: player_l", "key: nba_predictions.features.f0 is FLOAT64"),
        ("f0: last_5", "f1: last_5", "values: nba_predictions.features has no column 'f1'; nearest: f0"),
        ("f0: last_5", "f0: lst_5", "values: nba_precompute.cache has no column 'lst_5'; nearest: last_5"),
        ("where: f0 <", "where: f9 <", "where: nba_predictions.features has no column 'f9'"),
        ("is_ready", "ready", "reference_where: nba_precompute.cache has no column 'ready'; nearest: is_ready"),
        ("tolerance: 0.1", "fail_below: 0.9, warn_below: 0.8", "warn_below: 0.8 is not above fail_below, 0.9"),
    ],
)
def test_wrong_arguments_are_named(old: str, new: str, says: str) -> None:
    arguments = f"{PAIRED}, values: {{f0: last_5}}, tolerance: 0.1, where: f0 < 90, reference_where: is_ready"
    assert old in arguments
    rule = f"  - {{rule: wrong, expect_values_to_agree_with_reference: {{{arguments.replace(old, new)}}}}}"
    columns = ", ".join(f"{column.name} {column.type}" for column in FEATURES.columns)
    found = problems(contract(FEATURES.table, columns, rule), CACHE)
    assert any(says in text for text in found), found
