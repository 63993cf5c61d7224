"""The schedule against the season: all its games, all its teams' games, no hole (rules 4 and 10; trap T12).

Everything else is anchored on the schedule, so an empty or partly loaded one would make every other rule silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from gx.contracts.calendar_file import Season
from gx.contracts.model import Contract, Model, Rule
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import unknown_columns
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.schedule import SCHEDULE_COLUMNS
from gx.rules.templates import render

_COLUMNS = SCHEDULE_COLUMNS | {"season_year", "is_regular_season"}


class SeasonArguments(Model):
    """A season's regular games, a team's, and the most days in a row without a game outside the listed breaks."""

    games: Annotated[int, Field(ge=1)] = 1230
    games_per_team: Annotated[int, Field(ge=1)] = 82
    longest_gap_days: Annotated[int, Field(ge=1)] = 3


class SeasonScheduled(Family):
    """The schedule holds every regular game of each season that the window touches, no more and no fewer."""

    name = "expect_season_to_be_scheduled"
    Kwargs = SeasonArguments
    needs_slate = True
    needs_calendar = True

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        return unknown_columns(set(_COLUMNS), contract)

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        names = self._names(rule, contract, prefix)
        counters = tuple(f"{prefix}{name}" for name in ("year", "games", "surplus_teams", "short_teams", "teams"))
        expressions = {
            f"{prefix}team_games": render("season_team_games.sql.j2", **names),
            f"{prefix}by_date": render("season_by_date.sql.j2", **names),
        }
        return PairPart(contract.table, expressions, f"{prefix}by_date", counters)

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        names = self._names(rule, contract, "")
        sql = render("season_keys.sql.j2", team_games=render("season_team_games.sql.j2", **names), **names)
        return KeysQuery(sql, (contract.table,), (), ("season_year", "team", "games"))

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        return {contract.table: _COLUMNS}

    def words(self, rule: Rule, contract: Contract) -> str:
        arguments = rule.arguments
        return (
            f"Each season has {arguments.games:,} regular games, {arguments.games_per_team} a team, and never "
            f"{arguments.longest_gap_days} days in a row without one outside breaks."
        )

    def threshold(self, rule: Rule) -> str:
        return (
            f"exactly {rule.arguments.games:,} games and {rule.arguments.games_per_team} a team; fewer warn mid-season"
        )

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        by_year = {int(counters["year"]): counters for counters in evidence.counters.values()}
        begun = [season for season in evidence.seasons if season.first_game <= evidence.as_of.date()]
        totals = [_total(rule.arguments, season, by_year.get(season.first_game.year, {}), evidence) for season in begun]
        gaps = {result.partition: result for result in _gaps(rule.arguments, evidence)}
        told = {result.partition for result in totals if result.verdict is Verdict.FAIL}
        return [r for r in totals if r.verdict is Verdict.FAIL or r.partition not in gaps] + [
            result for day, result in gaps.items() if day not in told
        ]

    def _names(self, rule: Rule, contract: Contract, prefix: str) -> dict[str, Any]:
        return {
            "prefix": prefix,
            "table": contract.table,
            "games": rule.arguments.games,
            "games_per_team": rule.arguments.games_per_team,
        }


def _total(
    arguments: SeasonArguments, season: Season, counters: Mapping[str, Any], evidence: Evidence
) -> PartitionResult:
    """The season's games, told on the first of the window's dates in it."""
    games = int(counters.get("games") or 0)
    surplus, short = int(counters.get("surplus_teams") or 0), int(counters.get("short_teams") or 0)
    day = min(max(season.first_game, evidence.start), evidence.as_of.date())
    over = season.last_game < evidence.as_of.date()
    share = round(games / arguments.games, 4)
    if games == arguments.games and not surplus and not (short and over):
        return PartitionResult(day, Verdict.PASS, arguments.games, games, share)
    surplus_games = games > arguments.games or surplus > 0
    verdict = Verdict.FAIL if surplus_games or over or games == 0 else Verdict.WARN
    teams = f"; not {arguments.games_per_team} a team: {counters['teams']}" if counters.get("teams") else ""
    detail = f"the season {season.season} has {games:,} regular games instead of {arguments.games:,}{teams}"
    return PartitionResult(
        day, verdict, arguments.games, games, share, "SURPLUS" if surplus_games else "MISSING", detail
    )


def _gaps(arguments: SeasonArguments, evidence: Evidence) -> Iterator[PartitionResult]:
    """Days of a regular season that lie in a row of days without a game."""
    empty = sorted(day for day in evidence.season_days if not _has_games(evidence, day))
    for run in _in_a_row(empty):
        if len(run) >= arguments.longest_gap_days:
            detail = f"no game is scheduled on {len(run)} days in a row, {run[0]} to {run[-1]}, in no known break"
            for day in run:
                yield PartitionResult(day, Verdict.FAIL, None, 0, None, "MISSING", detail)


def _has_games(evidence: Evidence, day: date) -> bool:
    slate = evidence.slate.get(day)
    return slate is not None and slate.scheduled + slate.final + slate.undecided + slate.called_off > 0


def _in_a_row(days: Sequence[date]) -> list[list[date]]:
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
