"""Waivers, checkpoints and the calendar name what exists, and their dates are in order."""

from __future__ import annotations

import pytest

from tests.contracts.conftest import Project

WAIVERS = "expectations/_waivers.yaml"
CHECKPOINT = "checkpoints/daily.yaml"
CALENDAR = "expectations/_calendar.yaml"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (
            WAIVERS, "table: nba_raw.games", "table: nba_raw.game",
            f"{WAIVERS}:3:12: unknown table 'nba_raw.game'; allowed: nba_raw.games; did you mean 'nba_raw.games'?",
        ),
        (
            WAIVERS, "rule: points_in_range", "rule: points_range",
            f"{WAIVERS}:4:11: unknown rule of nba_raw.games 'points_range'; allowed: *, "
            "game_id_is_present, game_id_matches_format, points_are_covered, points_are_sane, points_in_range, "
            "team_is_known; did you mean 'points_in_range'?",
        ),
        (
            WAIVERS, "start: 2022-11-01", "start: 2022-11-09",
            f"{WAIVERS}:5:12: start: 2022-11-09 is after end, 2022-11-03",
        ),
        (
            WAIVERS, "start: 2022-11-01", "dates: [2022-11-01]",
            f"{WAIVERS}:5:12: dates and start/end together; allowed: one of them",
        ),
        (
            WAIVERS, "expires: never", "expires: 2022-12-31",
            f"{WAIVERS}:10:14: expires: 2022-12-31 is before since, 2023-01-01",
        ),
        (
            WAIVERS, "expires: never", "expires: later",
            f"{WAIVERS}:10:14: expires: found 'later'; allowed: a date, 2023-02-23 or never",
        ),
        (
            WAIVERS, "reason: The source lost these days for good.", "reason: lost",
            f"{WAIVERS}:7:13: reason: found 'lost'; allowed: text of at least 10 characters",
        ),
        (
            WAIVERS, "expires: never", "expires: 2024-01-01",
            f"{WAIVERS}:10:14: warning: the waiver of nba_raw.games.points_in_range expired on 2024-01-01 "
            "and covers nothing",
        ),
        (
            WAIVERS, "end: 2022-11-03", "end: 2024-11-03",
            f"{WAIVERS}:3:5: warning: the waiver of nba_raw.games.points_in_range covers more than 400 days; "
            "name dates or an end",
        ),
        (
            CHECKPOINT, "checkpoint: daily", "checkpoint: dayly",
            f"{CHECKPOINT}:2:13: checkpoint: found 'dayly'; allowed here: 'daily', as the file's name says",
        ),
        (
            CHECKPOINT, "[nba_raw.games]", "[nba_raw.gmaes]",
            f"{CHECKPOINT}:6:10: unknown table 'nba_raw.gmaes'; allowed: nba_raw.games; did you mean 'nba_raw.games'?",
        ),
        (
            CHECKPOINT, "[points_in_range]", "[points_in_ragne]",
            f"{CHECKPOINT}:7:9: unknown rule of these tables 'points_in_ragne'; allowed: "
            "game_id_is_present, game_id_matches_format, points_are_covered, points_are_sane, points_in_range, "
            "team_is_known; did you mean 'points_in_range'?",
        ),
        (
            CHECKPOINT, "{last: 3}", "{last: 3, season: current}",
            f"{CHECKPOINT}:5:9: window: last and season together; allowed: one of them",
        ),
        (
            CALENDAR, "last_game: 2023-04-09", "last_game: 2022-04-09",
            f"{CALENDAR}:6:35: season 2022-23: first_game, last_game and playoffs_end are not in order: "
            "2022-10-18, 2022-04-09, 2023-06-20",
        ),
        (
            CALENDAR, "season: 2022-23", "season: 2023-24",
            f"{CALENDAR}:6:14: season: found '2023-24'; its first game makes it '2022-23'",
        ),
        (
            CALENDAR, "playoffs_end: 2022-06-20", "playoffs_end: 2022-12-20",
            f"{CALENDAR}:6:35: season 2022-23 starts before 2021-22 ends; allowed: seasons in order, apart",
        ),
        (
            CALENDAR, "start: 2023-02-17, end: 2023-02-22", "start: 2023-07-17, end: 2023-07-22",
            f"{CALENDAR}:8:12: break 'All-Star', 2023-07-17 to 2023-07-22, lies in no season",
        ),
        (
            CALENDAR, "end: 2023-02-22", "end: 2023-02-02",
            f"{CALENDAR}:8:29: start: 2023-02-17 is after end, 2023-02-02",
        ),
        (
            CALENDAR, "America/New_York", "America/NewYork",
            f"{CALENDAR}:2:12: time_zone: found 'America/NewYork'; allowed: a time zone's name, America/New_York",
        ),
        (
            CALENDAR, "due_hours: 36,", "due_hours: 36, first_dates: {2019-20: 2019-10-22},",
            f"{CALENDAR}:10:48: unknown season '2019-20'; allowed: 2021-22, 2022-23; did you mean '2021-22'?",
        ),
        (
            CALENDAR, "nba_raw.games:", "games:",
            f"{CALENDAR}:10:3: tables: found 'games'; allowed: a table name as dataset.table",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(path: str, old: str, new: str, expected: str, project: Project) -> None:
    assert expected in project.change(old, new, path).lint()


def test_only_mistakes_are_errors_and_age_is_a_warning(project: Project) -> None:
    found = project.change("expires: never", "expires: 2024-01-01", WAIVERS).load()
    assert len(found.problems) == 1
    assert found.errors == ()


def test_a_waiver_of_a_rule_in_a_broken_contract_is_not_blamed(project: Project) -> None:
    project.change("minimum: 0, ", "minimum: low, ")
    assert [text for text in project.lint() if WAIVERS in text or CHECKPOINT in text] == []


def test_a_project_without_calendar_is_not_sound(project: Project) -> None:
    project.files.pop(CALENDAR)
    assert project.lint() == [f"{CALENDAR}:1:1: no such file; seasons, breaks and normal lags are judged by it"]


def test_a_project_without_waivers_is_sound(project: Project) -> None:
    project.files.pop(WAIVERS)
    assert project.lint() == []
