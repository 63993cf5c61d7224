"""Each game date has rows, past games are decided, and the live table is as declared."""

from __future__ import annotations

import pytest

from gx.contracts.calendar_file import TableTiming
from tests.rules.harness import SCHEDULE, Court, Results, calendar, cell, contract, days, game, january, only

BOX = contract(
    "nba_raw.box",
    "game_date DATE, player STRING",
    """
  - {rule: every_slate_is_present, expect_every_slate_to_be_present: {}}
  - {rule: recent_slates_are_present, expect_every_slate_to_be_present: {cleared_after_days: 7}}
  - {rule: past_games_are_decided, expect_past_games_to_be_decided: {}}
  - {rule: schema_as_declared, expect_schema_to_match_contract: {}}
""",
    grain="game_date, player",
)
OFF = {"game_status": 1, "home_team_score": None, "away_team_score": None}
GAMES = [
    game(january(1), "BOS", "NYK"),
    game(january(2), "BOS", "NYK"),
    # postponed and cancelled games need no rows; a date without games neither
    game(january(3), "BOS", "NYK", game_status_text="Postponed", **OFF),
    game(january(4), "BOS", "NYK", game_status_text="Canceled", **OFF),
    # Final without scores, and still scheduled: neither decided nor called off
    game(january(6), "MIA", "CHI", home_team_score=None, away_team_score=None),
    game(january(7), "BOS", "NYK"),
    game(january(7), "MIA", "CHI", game_status_text="Scheduled", **OFF),
    # a game on two dates: called off on one, played on the other
    game(january(8), "MIA", "CHI", game_id="0022500529", game_status_text="Postponed", **OFF),
    game(january(9), "MIA", "CHI", game_id="0022500529"),
    game(january(13), "BOS", "NYK"),
    game(january(14), "BOS", "NYK", game_status_text="7:00 pm ET", **OFF),
]
ROWS = [{"game_date": january(day), "player": "a"} for day in (1, 7, 9)]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    return court.judge([BOX], {SCHEDULE.table: GAMES, BOX.table: ROWS})


def test_a_date_with_final_games_needs_rows(results: Results) -> None:
    assert days(results["every_slate_is_present"]) == [2, 13]
    assert cell(results["every_slate_is_present"], january(2)).detail == "no rows, though 1 games are Final"


def test_dates_that_may_be_cleared_are_exempt(results: Results) -> None:
    found = results["recent_slates_are_present"]
    assert (days(found), days(found, "exempt")) == ([13], [2])


def test_past_games_are_decided_or_called_off(results: Results) -> None:
    found = results["past_games_are_decided"]
    assert days(found) == [6, 7]
    said = "1 of 2 games are neither Final with both scores nor called off"
    assert cell(found, january(7)).detail == said


def test_a_slate_that_is_not_due_is_exempt(court: Court) -> None:
    known = calendar(nba_raw__box=TableTiming(due_hours=48, source="tests"))
    subject = only(BOX, "every_slate_is_present")
    found = court.judge([subject], {SCHEDULE.table: GAMES, BOX.table: ROWS}, known=known)["every_slate_is_present"]
    assert (days(found), days(found, "exempt")) == ([2], [13])


def test_the_live_table_has_the_declared_columns(results: Results) -> None:
    assert results["schema_as_declared"].verdict == "pass"
    assert results["schema_as_declared"].observed == "as declared"


def test_a_missing_column_and_another_type_are_told(court: Court) -> None:
    declared = contract(
        "nba_raw.types",
        "game_date DATE, points INT64, score NUMERIC(5,1), renamed STRING",
        "  - {rule: schema_as_declared, expect_schema_to_match_contract: {}}",
    )
    live = contract("nba_raw.types", "game_date DATE, points STRING, score NUMERIC, old_name STRING")
    result = court.judge([declared], {}, live=[live])["schema_as_declared"]
    assert result.verdict == "fail"
    assert result.observed == "column points is STRING, the contract declares INT64; column renamed is missing"
