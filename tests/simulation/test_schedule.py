"""The simulated calendar is the real one in everything that contracts count."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from gx.contracts.model import ContractSet
from gx.simulation.schedule import Game, make_schedule
from gx.simulation.seasons import SEASONS, season_facts
from gx.simulation.teams import TEAMS

DATES = {"2021-22": 165, "2022-23": 164, "2023-24": 160, "2024-25": 163, "2025-26": 164}
THANKSGIVING = ("2021-11-25", "2022-11-24", "2023-11-23", "2024-11-28", "2025-11-27")

pytestmark = pytest.mark.parametrize("label", DATES)


@pytest.fixture
def games(label: str) -> list[Game]:
    return make_schedule(SEASONS[label])


def test_every_team_plays_41_games_at_home_and_41_away(games: list[Game], label: str) -> None:
    assert len(games) == 1230
    assert Counter(game.home for game in games) == dict.fromkeys(TEAMS, 41)
    assert Counter(game.away for game in games) == dict.fromkeys(TEAMS, 41)


def test_game_dates_are_those_of_the_season(games: list[Game], label: str) -> None:
    slates = Counter(game.day for game in games)
    assert len(slates) == DATES[label]
    assert (min(slates), max(slates)) == (SEASONS[label].first, SEASONS[label].last)
    assert all(1 <= count <= 15 for count in slates.values())


def test_no_team_plays_twice_on_a_date_its_postponed_games_included(games: list[Game], label: str) -> None:
    appearances = Counter((game.day, team) for game in games for team in (game.home, game.away))
    appearances += Counter(
        (game.postponed_from, team) for game in games if game.postponed_from for team in (game.home, game.away)
    )
    assert set(appearances.values()) == {1}


def test_nobody_plays_in_the_breaks_of_the_calendar_file(games: list[Game], label: str, project: ContractSet) -> None:
    days = {game.day for game in games}
    season = next(season for season in project.calendar.seasons if season.season == label)
    assert (season.first_game, season.last_game) == (min(days), max(days))
    breaks = {b.start + timedelta(days=n) for b in project.calendar.breaks for n in range((b.end - b.start).days + 1)}
    assert not days & breaks


def test_nobody_plays_on_thanksgiving_and_christmas_eve(games: list[Game], label: str) -> None:
    days = {game.day for game in games}
    assert not days & {date.fromisoformat(day) for day in THANKSGIVING}
    assert not any((day.month, day.day) == (12, 24) for day in days)


def test_slates_that_incidents_speak_of_have_their_games(games: list[Game], label: str) -> None:
    slates = Counter(game.day for game in games)
    assert {day: slates[day] for day in SEASONS[label].slates} == SEASONS[label].slates
    ids = {(game.day, game.away, game.home, game.number) for game in games}
    for fixed in SEASONS[label].fixed_games:
        numbers = {
            number for day, away, home, number in ids if (day, away, home) == (fixed.day, fixed.away, fixed.home)
        }
        assert numbers and (fixed.number is None or numbers == {fixed.number})


def test_ids_are_official_unique_and_not_in_date_order(games: list[Game], label: str) -> None:
    ids = [game.official_id for game in sorted(games, key=lambda game: game.tip_off)]
    assert len(set(ids)) == 1230
    assert all(len(number) == 10 and number.startswith(f"002{label[2:4]}") for number in ids)
    assert ids != sorted(ids)


def test_an_unknown_season_names_the_known_ones(label: str) -> None:
    with pytest.raises(ValueError, match=rf"'{label}x'.*2021-22.*nearest is {label}"):
        season_facts(f"{label}x")
