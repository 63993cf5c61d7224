"""Running counts: games so far, the date itself and the season before excluded (incident I-46)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.rules.harness import Court, Results, cell, contract, days, january, keys, problems

GAMES = contract(
    "nba_analytics.games", "game_date DATE, player_lookup STRING, minutes FLOAT64", grain="game_date, player_lookup"
)
ARGUMENTS = (
    "reference: nba_analytics.games, key: {player: player_lookup}, column: games_so_far, reference_where: minutes > 0"
)
CACHE = contract(
    "nba_precompute.cache",
    "cache_date DATE, player STRING, games_so_far INT64",
    f"""
  - {{rule: counts_games, expect_running_counts_to_agree_with_reference: {{{ARGUMENTS}}}}}
  - {{rule: give_or_take_one, expect_running_counts_to_agree_with_reference: {{{ARGUMENTS}, tolerance: 1}}}}
""",
    grain="cache_date, player",
)
RIGHT, LEAKED, NEW, UNTOLD = 3, 5, 6, 7


def games(player: str, *dates: date, minutes: float = 30.5) -> list[dict[str, object]]:
    return [{"game_date": day, "player_lookup": player, "minutes": minutes} for day in dates]


def cached(day: int, **counts: int | None) -> list[dict[str, object]]:
    return [{"cache_date": january(day), "player": player, "games_so_far": count} for player, count in counts.items()]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    autumn = [date(2025, 10, 21) + timedelta(days=3 * number) for number in range(20)]
    played = games("tatum", *autumn, january(1), january(RIGHT), january(LEAKED))
    # last season's games and games he sat out do not count
    played += games("tatum", date(2025, 4, 10), date(2025, 6, 20)) + games("tatum", january(2), minutes=0.0)
    played += games("brown", january(RIGHT), january(LEAKED))
    own = cached(RIGHT, tatum=21, brown=0) + cached(LEAKED, tatum=23, brown=2)
    own += cached(NEW, rookie=0, tatum=23) + cached(UNTOLD, tatum=None)
    return court.judge([CACHE, GAMES], {CACHE.table: own, GAMES.table: played})


def test_a_count_that_holds_the_date_itself_fails(results: Results) -> None:
    found = results["counts_games"]
    assert (days(found), days(found, "pass")) == ([LEAKED], [RIGHT, NEW])
    assert cell(found, january(LEAKED)).detail == "0 of 2 rows agree (0.0%), 2 differ"
    assert keys(found, "partition_date", "player", "value", "own_value", "reference_value") == [
        (january(LEAKED), "brown", "games_so_far", "2", "1"),
        (january(LEAKED), "tatum", "games_so_far", "23", "22"),
    ]


def test_a_tolerance_in_games_allows_it(results: Results) -> None:
    assert days(results["give_or_take_one"], "pass") == [RIGHT, LEAKED, NEW]


def test_a_window_late_in_the_season_still_counts_from_its_start(court: Court) -> None:
    played = games("tatum", date(2025, 10, 21), date(2025, 12, 25), january(1))
    rows = {CACHE.table: cached(RIGHT, tatum=3), GAMES.table: played}
    found = court.judge([CACHE, GAMES], rows, window=(january(RIGHT), january(RIGHT)))
    assert days(found["counts_games"], "pass") == [RIGHT]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nba_analytics.games", "nba_analytics.game", "reference: no contract for nba_analytics.game; nearest:"),
        ("player: player_lookup", "player: player", "key: nba_analytics.games has no column 'player'"),
        ("player: player_lookup", "cache_date: game_date", "key: 'cache_date' is a date; a running count"),
        ("games_so_far", "games", "column: nba_precompute.cache has no column 'games'; nearest: games_so_far"),
        ("minutes > 0", "minuts > 0", "reference_where: nba_analytics.games has no column 'minuts'"),
    ],
)
def test_wrong_arguments_are_named(old: str, new: str, says: str) -> None:
    assert old in ARGUMENTS
    changed = ARGUMENTS.replace(old, new)
    rule = f"  - {{rule: wrong, expect_running_counts_to_agree_with_reference: {{{changed}}}}}"
    columns = ", ".join(f"{column.name} {column.type}" for column in CACHE.columns)
    found = problems(contract(CACHE.table, columns, rule, grain="cache_date"), GAMES)
    assert any(says in text for text in found), found
