"""Counts against the schedule: one league of two weeks, each date a case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gx.contracts.calendar_file import TableTiming
from tests.rules.harness import (
    SCHEDULE,
    Court,
    Results,
    calendar,
    cell,
    contract,
    custom_id,
    days,
    game,
    january,
    keys,
    only,
    problems,
)

COLUMNS = "game_date DATE, game_id STRING, player STRING, team STRING, minutes FLOAT64, is_dnp BOOL"
BOUNDS = "min_per_team: 5, max_per_team: 18, min_per_game: 13, max_per_game: 30"
RULE = "expect_player_counts_to_match_schedule"
PLAYERS = contract(
    "nba_analytics.players",
    COLUMNS,
    f"""
  - rule: players_of_every_game
    {RULE}: {{{BOUNDS}, team_column: team, where: minutes > 0 AND is_dnp IS NOT TRUE}}
  - rule: half_of_the_games
    {RULE}: {{{BOUNDS}, team_column: team, where: minutes > 0 AND is_dnp IS NOT TRUE, fail_below: 0.5}}
  - rule: empty_dates_are_fine
    {RULE}: {{{BOUNDS}, team_column: team, where: minutes > 0 AND is_dnp IS NOT TRUE, unless_empty: true}}
  - rule: players_without_teams
    {RULE}: {{team_column: null, min_per_game: 13, max_per_game: 30, max_per_team: 30, where: is_dnp IS NOT TRUE}}
""",
    grain="game_date, game_id, player",
)
TEAMS = contract(
    "nba_analytics.teams",
    "game_date DATE, game_id STRING, team_abbr STRING",
    "  - {rule: two_rows_a_game, expect_team_rows_to_match_schedule: {}}",
    grain="game_date, game_id, team_abbr",
)

(
    WHOLE,
    FEWEST,
    MOST,
    TOO_FEW,
    TOO_MANY,
    MISSING,
    TWO_IDS,
    SPLIT_IDS,
    UNKNOWN,
    STATUSES,
    POSTPONED,
    NOT_PLAYED,
    OFFICIAL,
) = range(1, 14)


def line(day: int, side: tuple[str, str], team: str, number: int, game_id: str | None = None) -> dict[str, object]:
    return {
        "game_date": january(day),
        "game_id": game_id or custom_id(january(day), *side),
        "player": f"{team}{number}",
        "team": team,
        "minutes": 20.0,
        "is_dnp": False,
    }


def lines(
    day: int, away: str, home: str, of_away: int, of_home: int, game_id: str | None = None
) -> Iterator[dict[str, object]]:
    """A game's players who played, so many a team."""
    for team, count in ((away, of_away), (home, of_home)):
        for number in range(count):
            yield line(day, (away, home), team, number, game_id)


def official(day: int, away: str, home: str) -> str:
    return str(game(january(day), away, home)["game_id"])


GAMES = [
    *(game(january(day), "BOS", "NYK") for day in range(1, 14) if day not in (STATUSES, POSTPONED)),
    *(game(january(day), "LAL", "SAC") for day in (WHOLE, MISSING, UNKNOWN)),
    # trap T10: the same game as scheduled, live and Final, and the Final row loaded twice
    game(january(STATUSES), "BOS", "NYK", game_status=1, home_team_score=None, away_team_score=None),
    game(january(STATUSES), "BOS", "NYK", game_status=2, processed_at="2026-01-20T00:00:00Z"),
    game(january(STATUSES), "BOS", "NYK"),
    game(january(STATUSES), "BOS", "NYK", processed_at="2026-01-14T10:00:00Z"),
    # a postponed game keeps its id on both dates and is played on the later one
    game(january(POSTPONED), "MIA", "CHI", game_id="0022500529", home_team_score=None, away_team_score=None),
    game(january(NOT_PLAYED), "MIA", "CHI", game_id="0022500529"),
]
LINES = [
    *lines(WHOLE, "BOS", "NYK", 9, 10),
    *lines(WHOLE, "LAL", "SAC", 8, 8),
    # five players of one team, and thirteen and thirty of a game, have happened
    *lines(FEWEST, "BOS", "NYK", 5, 8),
    *lines(MOST, "BOS", "NYK", 12, 18),
    *lines(TOO_FEW, "BOS", "NYK", 4, 12),
    *lines(TOO_MANY, "BOS", "NYK", 19, 10),
    *lines(MISSING, "BOS", "NYK", 10, 10),
    *lines(TWO_IDS, "BOS", "NYK", 9, 9),
    line(TWO_IDS, ("BOS", "NYK"), "BOS", 0, official(TWO_IDS, "BOS", "NYK")),
    *lines(SPLIT_IDS, "BOS", "NYK", 9, 0),
    *lines(SPLIT_IDS, "BOS", "NYK", 0, 9, official(SPLIT_IDS, "BOS", "NYK")),
    *lines(UNKNOWN, "BOS", "NYK", 10, 10),
    *lines(UNKNOWN, "LAL", "SAC", 10, 10),
    *lines(UNKNOWN, "DEN", "UTA", 10, 10),
    *lines(STATUSES, "BOS", "NYK", 10, 10),
    *lines(NOT_PLAYED, "BOS", "NYK", 10, 10),
    *lines(NOT_PLAYED, "MIA", "CHI", 10, 10),
    *lines(OFFICIAL, "BOS", "NYK", 10, 10, official(OFFICIAL, "BOS", "NYK")),
]
# trap T5: whoever did not play is not counted, so too few remain too few and enough do not become too many
BENCH = [
    row | {"minutes": None, "is_dnp": True, "player": f"{row['player']}-bench"}
    for row in (*lines(TOO_FEW, "BOS", "NYK", 9, 0), *lines(MOST, "BOS", "NYK", 9, 9))
]
TEAM_LINES = [
    {"game_date": january(day), "game_id": custom_id(january(day), "BOS", "NYK"), "team_abbr": team}
    for day, teams in {
        WHOLE: ("BOS", "NYK"),
        FEWEST: ("BOS",),
        MOST: ("BOS", "BOS"),
        TOO_FEW: ("BOS", "NYK", "NYK"),
        TOO_MANY: ("BOS", "NYK", "LAL"),
        STATUSES: ("BOS", "NYK"),
    }.items()
    for team in teams
] + [
    {"game_date": january(WHOLE), "game_id": custom_id(january(WHOLE), "LAL", "SAC"), "team_abbr": team}
    for team in ("LAL", "SAC")
]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    rows = {SCHEDULE.table: GAMES, PLAYERS.table: [*LINES, *BENCH], TEAMS.table: TEAM_LINES}
    return court.judge([PLAYERS, TEAMS], rows)


FAILS = [TOO_FEW, TOO_MANY, MISSING, TWO_IDS, SPLIT_IDS, UNKNOWN]


def test_every_final_game_has_its_players_and_no_other_game_is_there(results: Results) -> None:
    assert days(results["players_of_every_game"]) == FAILS


@pytest.mark.parametrize("day", [WHOLE, FEWEST, MOST, STATUSES, NOT_PLAYED, OFFICIAL])
def test_whole_games_pass_whatever_their_id_status_history_or_size(day: int, results: Results) -> None:
    found = cell(results["players_of_every_game"], january(day))
    assert (found.verdict, found.coverage) == ("pass", 1.0)


def test_a_final_row_without_scores_expects_no_players(results: Results) -> None:
    assert january(POSTPONED) not in [item.partition for item in results["players_of_every_game"].partitions]


@pytest.mark.parametrize(
    ("day", "detail"),
    [
        (TOO_FEW, "1 of 1 games with too few rows"),
        (TOO_MANY, "1 of 1 games with too many rows"),
        (MISSING, "1 of 2 games without a row"),
        (TWO_IDS, "1 of 1 games under two ids"),
        (SPLIT_IDS, "1 of 1 games under two ids"),
        (UNKNOWN, "1 of 2 games that the schedule does not know"),
    ],
)
def test_the_cell_says_what_is_wrong(day: int, detail: str, results: Results) -> None:
    assert cell(results["players_of_every_game"], january(day)).detail == detail


def test_failing_keys_name_the_games(results: Results) -> None:
    assert keys(results["players_of_every_game"], "partition_date", "game_id", "finding", "fewest_of_a_team") == [
        (january(TOO_FEW), "20260104_BOS_NYK", "too_few", 4),
        (january(TOO_MANY), "20260105_BOS_NYK", "too_many", 10),
        (january(MISSING), "20260106_LAL_SAC", "missing", 0),
        (january(TWO_IDS), "20260107_BOS_NYK", "two_ids", 9),
        (january(SPLIT_IDS), "20260108_BOS_NYK", "two_ids", 9),
        (january(UNKNOWN), "20260109_DEN_UTA", "unknown", 10),
    ]
    assert results["players_of_every_game"].failing_keys_total == 6


def test_missing_games_above_the_share_only_warn_and_a_surplus_always_fails(results: Results) -> None:
    found = results["half_of_the_games"]
    assert days(found, "warn") == [MISSING]
    assert days(found) == [TOO_FEW, TOO_MANY, TWO_IDS, SPLIT_IDS, UNKNOWN]


def test_an_empty_date_fails_unless_it_is_allowed(court: Court) -> None:
    rows = {
        SCHEDULE.table: [game(january(day), "BOS", "NYK") for day in (1, 2)],
        PLAYERS.table: [*lines(1, "BOS", "NYK", 4, 0)],
    }
    found = court.judge([only(PLAYERS, "players_of_every_game", "empty_dates_are_fine")], rows)
    assert days(found["players_of_every_game"]) == [1, 2]
    assert days(found["empty_dates_are_fine"]) == [1]


def test_without_a_team_column_only_the_game_is_counted(results: Results) -> None:
    assert days(results["players_without_teams"]) == [MISSING, TWO_IDS, SPLIT_IDS, UNKNOWN]


def test_each_team_of_a_final_game_has_one_row(results: Results) -> None:
    found = results["two_rows_a_game"]
    assert days(found) == [day for day in range(1, 14) if day not in (WHOLE, STATUSES, POSTPONED)]
    by_day = {item.partition.day: item.classification for item in found.partitions if item.partition}
    assert [by_day[day] for day in (FEWEST, MOST, TOO_FEW, TOO_MANY)] == [None, None, "SURPLUS", "SURPLUS"]


def test_a_miss_is_excused_by_the_calendar_and_a_surplus_is_not(court: Court) -> None:
    yesterday = january(13)
    known = calendar(nba_analytics__players=TableTiming(due_hours=48, source="tests"))
    games = {SCHEDULE.table: [game(yesterday, "BOS", "NYK")]}
    subject = only(PLAYERS, "players_of_every_game")
    missed = court.judge([subject], games, known=known)["players_of_every_game"]
    assert (missed.verdict, cell(missed, yesterday).detail) == ("exempt", "normal lag: due 2026-01-15 00:00 Eastern")
    surplus = games | {PLAYERS.table: [*lines(13, "DEN", "UTA", 9, 9)]}
    assert days(court.judge([subject], surplus, known=known)["players_of_every_game"]) == [13]


def test_a_schedule_without_the_columns_that_count_is_refused() -> None:
    schedule = contract(SCHEDULE.table, "game_date DATE, game_id STRING", grain="game_id")
    found = problems(TEAMS, schedule)
    assert "nba_raw.nbac_schedule has no column 'game_status'; nearest: game_date" in found
    assert problems(TEAMS) == ["schedule: no contract for nba_raw.nbac_schedule"]
    assert problems(TEAMS, SCHEDULE) == []
