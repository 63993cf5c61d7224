"""Game ids: the format of the table and date, one scheduled game, away first, the row's team in it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.harness import (
    SCHEDULE,
    Court,
    Results,
    cell,
    contract,
    custom_id,
    days,
    game,
    january,
    keys,
    problems,
)

COLUMNS = "game_date DATE, game_id STRING, nba_game_id STRING, player STRING, team STRING, opponent STRING, home BOOL"
SIDES = "team_column: team, opponent_column: opponent, home_column: home"
LINES = contract(
    "nba_analytics.lines",
    COLUMNS,
    f"""
  - {{rule: custom_ids, expect_game_ids_to_resolve: {{{SIDES}}}}}
  - {{rule: ids_alone, expect_game_ids_to_resolve: {{}}}}
  - {{rule: either_id, expect_game_ids_to_resolve: {{formats: [{{format: either}}]}}}}
  - rule: official_until_the_tenth
    expect_game_ids_to_resolve: {{formats: [{{format: official, until: 2026-01-10}}, {{format: custom}}]}}
  - rule: official_column
    expect_game_ids_to_resolve: {{game_column: nba_game_id, team_column: team, formats: [{{format: official}}]}}
""",
    grain="game_date, game_id, player",
)
RIGHT, EXCHANGED, OTHER_DATE, NO_GAME, WRONG_TEAM, WRONG_OPPONENT, WRONG_SIDE, POSTPONED, NULL = range(1, 10)
LAST_OFFICIAL, FIRST_CUSTOM = 10, 11


def official(day: int) -> str:
    return str(game(january(day), "BOS", "NYK")["game_id"])


def line(day: int, **changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "game_date": january(day),
        "game_id": custom_id(january(day), "BOS", "NYK"),
        "nba_game_id": official(day),
        "player": "a",
        "team": "BOS",
        "opponent": "NYK",
        "home": False,
    }
    return row | changes


ROWS = [
    line(RIGHT),
    line(RIGHT, player="b", team="NYK", opponent="BOS", home=True),
    # trap T4: any pattern accepts it
    line(EXCHANGED, game_id=custom_id(january(EXCHANGED), "NYK", "BOS")),
    line(EXCHANGED, game_id=custom_id(january(EXCHANGED), "NYK", "BOS"), player="b"),
    line(EXCHANGED, player="c"),
    line(OTHER_DATE, game_id=custom_id(january(RIGHT), "BOS", "NYK"), nba_game_id=official(RIGHT)),
    line(NO_GAME, game_id=custom_id(january(NO_GAME), "LAL", "SAC"), nba_game_id="0022599999", team="LAL"),
    line(WRONG_TEAM, team="LAL"),
    line(WRONG_OPPONENT, opponent="LAL"),
    line(WRONG_SIDE, home=True),
    line(POSTPONED),
    line(NULL, game_id=None, nba_game_id=None),
    line(LAST_OFFICIAL, game_id=official(LAST_OFFICIAL)),
    line(FIRST_CUSTOM, game_id=official(FIRST_CUSTOM)),
    line(FIRST_CUSTOM, player="b"),
]
GAMES = [game(january(day), "BOS", "NYK") for day in range(1, 14) if day != POSTPONED] + [
    game(january(POSTPONED), "BOS", "NYK", game_status=1, game_status_text="Postponed", home_team_score=None)
]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    return court.judge([LINES], {SCHEDULE.table: GAMES, LINES.table: ROWS})


@pytest.mark.parametrize(
    ("rule", "fails"),
    [
        (
            "custom_ids",
            [EXCHANGED, OTHER_DATE, NO_GAME, WRONG_TEAM, WRONG_OPPONENT, WRONG_SIDE, NULL, LAST_OFFICIAL, FIRST_CUSTOM],
        ),
        ("ids_alone", [EXCHANGED, OTHER_DATE, NO_GAME, NULL, LAST_OFFICIAL, FIRST_CUSTOM]),
        ("either_id", [EXCHANGED, OTHER_DATE, NO_GAME, NULL]),
        ("official_until_the_tenth", [*range(1, 10), FIRST_CUSTOM]),
        ("official_column", [OTHER_DATE, NO_GAME, WRONG_TEAM, NULL]),
    ],
)
def test_a_wrong_id_fails_on_its_date(rule: str, fails: list[int], results: Results) -> None:
    assert days(results[rule]) == fails


def test_a_postponed_game_may_be_named(results: Results) -> None:
    judged = results["custom_ids"].partition_counts
    assert POSTPONED not in days(results["custom_ids"])
    assert judged == {"pass": 2, "fail": 9}


@pytest.mark.parametrize(
    ("day", "finding", "detail"),
    [
        (EXCHANGED, "exchanged", "1 of 2 ids have away and home exchanged"),
        (OTHER_DATE, "unknown_game", "1 of 1 ids name no game of that date"),
        (WRONG_TEAM, "wrong_team", "1 of 1 ids name a team that does not play in the game"),
        (WRONG_OPPONENT, "wrong_side", "1 of 1 ids have opponent or home side wrong"),
        (WRONG_SIDE, "wrong_side", "1 of 1 ids have opponent or home side wrong"),
        (LAST_OFFICIAL, "wrong_format", "1 of 1 ids have another id format than the table's on that date"),
    ],
)
def test_the_finding_is_told_and_named(day: int, finding: str, detail: str, results: Results) -> None:
    assert cell(results["custom_ids"], january(day)).detail == detail
    named = [row for row in results["custom_ids"].failing_keys if row["partition_date"] == january(day)]
    assert [row["finding"] for row in named] == [finding]


def test_keys_say_what_the_id_should_be(results: Results) -> None:
    found = next(row for row in results["custom_ids"].failing_keys if row["finding"] == "exchanged")
    assert found["game_id"] == "20260102_NYK_BOS"
    assert found["scheduled_as"] == "20260102_BOS_NYK"
    assert found["row_count"] == 2
    assert results["custom_ids"].failing_keys_total == 9


def test_the_official_format_ends_with_its_last_date(results: Results) -> None:
    found = keys(results["official_until_the_tenth"], "partition_date", "game_id")
    assert (january(LAST_OFFICIAL), official(LAST_OFFICIAL)) not in found
    assert (january(FIRST_CUSTOM), official(FIRST_CUSTOM)) in found
    assert (january(FIRST_CUSTOM), custom_id(january(FIRST_CUSTOM), "BOS", "NYK")) not in found


@pytest.mark.parametrize(
    "formats",
    [
        "[{format: official}, {format: custom}]",
        "[{format: official, until: 2026-01-10}]",
        "[{format: official, until: 2026-02-01}, {format: either, until: 2026-01-10}, {format: custom}]",
    ],
)
def test_format_windows_out_of_order_are_refused(formats: str) -> None:
    rule = f"  - {{rule: wrong, expect_game_ids_to_resolve: {{formats: {formats}}}}}"
    found = problems(contract(LINES.table, COLUMNS, rule), SCHEDULE)
    assert found == ["formats: each but the last needs an until, in order of date, and the last has none"]


def test_the_dates_of_the_cases_are_in_the_window() -> None:
    assert {row["game_date"] for row in ROWS} <= {date(2026, 1, day) for day in range(1, 14)}
