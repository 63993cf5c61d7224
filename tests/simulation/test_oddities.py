"""The odd things that real seasons hold and that are right: a rule that speaks of them is wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

import pytest

from gx.simulation.league import League
from gx.simulation.schedule import make_schedule
from gx.simulation.season import SeasonLog, run_season
from gx.simulation.seasons import SEASONS
from tests.simulation.conftest import Ask, MakeLeague


@pytest.fixture(scope="module", params=SEASONS)
def log(request: pytest.FixtureRequest) -> SeasonLog:
    """A whole season before it becomes tables."""
    return run_season(SEASONS[request.param], None)


class TestEverySeason:
    def test_a_traded_player_has_more_games_than_a_team(self, log: SeasonLog) -> None:
        games, teams = _appearances(log)
        most = max(games, key=lambda lookup: games[lookup])
        assert games[most] in (83, 84)
        assert len(teams[most]) == 2

    def test_a_player_appears_for_four_teams_within_ten_days_of_the_deadline(self, log: SeasonLog) -> None:
        _, teams = _appearances(log)
        most = max(teams.values(), key=len)
        assert len(most) == 4
        joined = sorted(most.values())[1:]
        assert (joined[-1] - joined[0]).days <= 14

    def test_a_game_was_moved_to_an_earlier_date(self, log: SeasonLog) -> None:
        regular = [game for game in log.games if not game.playoffs]
        days = {game.number: game.day for game in regular}
        earlier = [
            game for game in regular if all(days.get(game.number - step, date.min) > game.day for step in range(1, 6))
        ]
        assert earlier

    def test_neutral_games_keep_the_home_team_of_the_schedule(self, log: SeasonLog) -> None:
        neutral = [game for game in log.games if game.neutral]
        assert len(neutral) == log.facts.neutral == (5 if log.facts.year >= 2024 else 2)
        assert {game.custom_id.split("_")[2] for game in neutral} == {game.home for game in neutral}

    def test_plus_minus_of_a_few_team_games_does_not_sum_up(self, log: SeasonLog) -> None:
        off = [
            side
            for played in log.played
            for side in played.sides
            if sum(line.plus_minus for line in side.lines.values()) != 5 * side.total.plus_minus
        ]
        assert 5 <= len(off) <= 46

    def test_the_playoffs_are_four_games_of_each_first_series(self, log: SeasonLog) -> None:
        games = [game for game in log.games if game.playoffs]
        series = Counter(game.official_id[:9] for game in games)
        assert set(series.values()) == {4} and len(series) == 8
        assert games[0].official_id.startswith(f"004{log.facts.year % 100}001")
        slates = Counter(game.day for game in games)
        assert min(slates) == log.facts.playoffs
        assert set(slates.values()) == {1, 2, 3, 4}
        assert {played.game for played in log.played if played.game.playoffs} == set(games)

    def test_postponed_games_have_contexts_only_of_the_date_they_were_played(self, log: SeasonLog) -> None:
        postponed = [game for game in log.games if game.postponed_from]
        assert len(postponed) == {2021: 9, 2025: 2}.get(log.facts.year, 0)
        days = defaultdict(set)
        for context in log.contexts:
            days[context.game.official_id].add(context.game.day)
        assert all(days[game.official_id] == {game.day} for game in postponed)


def _appearances(log: SeasonLog) -> tuple[Counter[str], dict[str, dict[str, date]]]:
    """Games of the regular season by player, and his first date with each team he appeared for."""
    games: Counter[str] = Counter()
    teams: defaultdict[str, dict[str, date]] = defaultdict(dict)
    for played in log.played:
        if not played.game.playoffs:
            for side in played.sides:
                for lookup in side.lines:
                    games[lookup] += 1
                    teams[lookup].setdefault(side.team, played.game.day)
    return games, teams


@pytest.fixture(scope="module")
def epidemic() -> SeasonLog:
    """2021-22 up to the end of the hardship weeks."""
    return run_season(SEASONS["2021-22"], date(2022, 1, 20))


class TestTheEpidemicOfDecember2021:
    def test_days_rest_is_unknown_for_many_new_players_on_some_dates(self, epidemic: SeasonLog) -> None:
        unknown: defaultdict[date, list[bool]] = defaultdict(list)
        for context in epidemic.contexts:
            unknown[context.game.day].append(context.form.days_rest is None)
        shares = {day: sum(rows) / len(rows) for day, rows in unknown.items() if day.month == 12}
        assert 0.05 < max(shares.values()) <= 0.076

    def test_short_handed_teams_sign_players_for_ten_days(self, epidemic: SeasonLog) -> None:
        before = {
            context.listed.player.lookup for context in epidemic.contexts if context.game.day < date(2021, 12, 12)
        }
        days: defaultdict[str, list[date]] = defaultdict(list)
        for context in epidemic.contexts:
            if context.listed.player.vendor_id >= 2400:
                days[context.listed.player.lookup].append(context.game.day)
        assert len(days) > 60 and not set(days) & before
        assert all((max(spent) - min(spent)).days < 10 for spent in days.values())

    def test_games_wait_for_weeks(self, epidemic: SeasonLog) -> None:
        waits = [(game.day - game.postponed_from).days for game in make_schedule(epidemic.facts) if game.postponed_from]
        assert min(waits) >= 7 and max(waits) > 50


class TestOddThingsThatAreRight:
    def test_games_of_13_to_30_players_and_teams_of_5_to_18(self, either: League, ask: Ask) -> None:
        query = """
            SELECT MIN(n), MAX(n) FROM (
              SELECT COUNT(*) AS n FROM player_game_summary WHERE minutes_played > 0 GROUP BY {})"""
        assert ask(either.tables, query.format("game_id")) == [(13, 30)]
        assert ask(either.tables, query.format("game_id, team_abbr")) == [(5, 18)]

    def test_lines_of_no_minutes_some_with_points(self, either: League, ask: Ask) -> None:
        query = "SELECT COUNT(*), COUNT(*) FILTER (points > 0) FROM player_game_summary WHERE minutes_played = 0"
        lines, scoring = ask(either.tables, query)[0]
        assert lines > scoring > 0

    def test_overtime_and_rounded_minutes(self, either: League, ask: Ask) -> None:
        query = """
            SELECT minutes, MIN(s), MAX(s) FROM (
              SELECT t.minutes, SUM(p.minutes_played)::INT AS s
              FROM nbac_team_boxscore t JOIN player_game_summary p USING (game_id, team_abbr)
              GROUP BY t.game_id, t.team_abbr, t.minutes)
            GROUP BY 1 ORDER BY 1"""
        found = ask(either.tables, query)
        assert [minutes for minutes, _, _ in found] == ["240:00", "265:00", "290:00"]
        assert all(-3 <= total - int(minutes[:3]) <= 4 for minutes, *totals in found for total in totals)

    def test_two_percent_of_games_keep_an_older_status(self, league: MakeLeague, ask: Ask) -> None:
        query = """
            SELECT COUNT(*), COUNT(DISTINCT game_status_text) FROM nbac_schedule
            WHERE game_status < 3 AND processed_at < '2023-04-10 09:00:00+00'"""
        rows, kinds = ask(league("2022-23").tables, query)[0]
        assert 15 <= rows <= 40 and kinds == 2
