"""Incidents of the vendors' feeds: wrong teams, a game read while it was played, repeated files, a second id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pyarrow as pa
import pyarrow.compute as pc

from gx.simulation.box import share
from gx.simulation.edits import append, map_values, rows_of, set_values, where
from gx.simulation.incidents.model import Consequence, Expected, Incident, Tables
from gx.simulation.incidents.parts import season_dates
from gx.simulation.tables import bettingpros, box_scores, contexts, odds, predictions, schedule, summaries
from gx.simulation.teams import TEAMS

SEASON = "2025-26"
STALE_ROSTER = season_dates(SEASON, date(2025, 11, 1), date(2025, 12, 31))
UNGRADED = season_dates(SEASON, date(2025, 11, 4), date(2025, 12, 31))
WRONG_PLAYERS = 125
_NO_MINUTES = {11: 44, 12: 31}  # percent of the gradings of November and December
HALF_READ = date(2026, 1, 26)
_PLAYED_SO_FAR = (Fraction(10, 35), Fraction(36, 42))  # longest minutes read of those played, in two games
_COUNTS = (
    "minutes assists offensive_rebounds defensive_rebounds steals blocks turnovers personal_fouls field_goals_made "
    "field_goals_attempted three_pointers_made three_pointers_attempted free_throws_made free_throws_attempted"
).split()
_SHARES = {
    "field_goal_pct": ("field_goals_made", "field_goals_attempted"),
    "three_point_pct": ("three_pointers_made", "three_pointers_attempted"),
    "free_throw_pct": ("free_throws_made", "free_throws_attempted"),
}
REPEATED_DATE = date(2026, 2, 10)
_TIMES = {odds.PROPS: 115.0, bettingpros.TABLE: 92.6}
SECOND_ID = (date(2025, 12, 28), date(2025, 12, 29))


def wrong_teams(tables: Tables) -> dict[str, pa.Table]:
    """I-31: 125 players stand with a team they are not on; 44 and 31 % of two months' gradings have no minutes."""
    box, graded = tables[box_scores.PLAYERS], tables[predictions.ACCURACY]
    lookups = sorted({name for (name,) in rows_of(box, where(box, game_date=STALE_ROSTER), "player_lookup")})
    wrong = lookups[:: max(1, len(lookups) // WRONG_PLAYERS)][:WRONG_PLAYERS]
    codes = sorted(TEAMS)
    other = dict(zip(codes, codes[7:] + codes[:7], strict=True))
    places = pa.array([place * 37 % 100 for place in range(graded.num_rows)])
    for month, percent in _NO_MINUTES.items():
        of_month = where(graded, game_date=[day for day in UNGRADED if day.month == month], is_voided=False)
        graded = set_values(graded, pc.and_(of_month, pc.less(places, percent)), minutes_played=None)
    return {
        box_scores.PLAYERS: map_values(
            box, where(box, game_date=STALE_ROSTER, player_lookup=wrong), team_abbr=other.__getitem__
        ),
        predictions.ACCURACY: graded,
    }


def half_read_games(tables: Tables) -> dict[str, pa.Table]:
    """I-32: the vendor served two games as they stood during play: 10 of 35 minutes, and 36 of 42."""
    box = tables[box_scores.PLAYERS]
    games = sorted({game for (game,) in rows_of(box, where(box, game_date=HALF_READ), "game_id")})
    for game, part in zip(games, _PLAYED_SO_FAR, strict=False):
        box = _so_far(box, where(box, game_date=HALF_READ, game_id=game), part)
    return {box_scores.PLAYERS: box}


def _so_far(box: pa.Table, mask: pa.Array, part: Fraction) -> pa.Table:
    """That part of every count, with the sums and shares that follow."""
    counts = {name: lambda value: int(value * part) for name in _COUNTS if name != "minutes"}
    scores = dict.fromkeys(("home_team_score", "away_team_score"), counts["assists"])
    box = map_values(box, mask, **counts, **scores, minutes=lambda text: f"{int(int(text) * part):02d}")
    makes = pc.multiply(box.column("field_goals_made"), 2)
    points = pc.add(pc.add(makes, box.column("three_pointers_made")), box.column("free_throws_made"))
    rebounds = pc.add(box.column("offensive_rebounds"), box.column("defensive_rebounds"))
    shares = {
        name: pa.array([share(m, a) for m, a in zip(*(box.column(c).to_pylist() for c in pair), strict=True)])
        for name, pair in _SHARES.items()
    }
    return set_values(box, mask, points=points, rebounds=rebounds, **shares)


def repeated_files(tables: Tables) -> dict[str, pa.Table]:
    """I-39: files of unknown origin were published in a loop and appended: 115 and 92.6 times the rows of a date."""
    return {name: _repeated(tables[name], times) for name, times in _TIMES.items()}


def _repeated(table: pa.Table, times: float) -> pa.Table:
    rows = table.filter(where(table, game_date=REPEATED_DATE))
    more = round(rows.num_rows * (times - 1))
    copies = rows.take(pa.array([place % rows.num_rows for place in range(more)]))
    return append(table, set_values(copies, pa.repeat(pa.scalar(True), more), source_file_path="unknown"))


def second_id(tables: Tables) -> dict[str, pa.Table]:
    """I-50: after a change of the processor one game a day stands under its official id, too: for the home players."""
    official = official_ids(tables[schedule.TABLE])
    return {name: _two_ids(tables[name], official) for name in (box_scores.PLAYERS, summaries.PLAYERS)}


def _two_ids(table: pa.Table, official: Mapping[str, str]) -> pa.Table:
    for day in SECOND_ID:
        game = min(found for (found,) in rows_of(table, where(table, game_date=day), "game_id"))
        mask = where(table, game_date=day, game_id=game, team_abbr=game[-3:])
        table = set_values(table, mask, game_id=official[game])
    return table


def official_ids(games: pa.Table) -> dict[str, str]:
    """The official id by custom id, date_away_home."""
    columns = ("game_id", "game_date", "away_team_tricode", "home_team_tricode")
    rows = zip(*(games.column(name).to_pylist() for name in columns), strict=True)
    return {f"{day:%Y%m%d}_{away}_{home}": game for game, day, away, home in rows}


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        id="I-31",
        title="players with wrong teams",
        season=SEASON,
        as_of=date(2026, 1, 14),
        changes="125 players have another team for two months; 44 and 31 % of the gradings have no minutes.",
        tables=(box_scores.PLAYERS, predictions.ACCURACY),
        expected=(
            Expected(box_scores.PLAYERS, "team_is_that_of_the_gamebook", STALE_ROSTER),
            Expected(predictions.ACCURACY, "nobody_graded_without_minutes", UNGRADED),
        ),
        change=wrong_teams,
    ),
    Incident(
        id="I-32",
        title="games read while they were played",
        season=SEASON,
        as_of=date(2026, 2, 1),
        changes="Two games of one date hold 10 of 35 and 36 of 42 minutes, and points to match.",
        tables=(box_scores.PLAYERS,),
        expected=(
            Expected(box_scores.PLAYERS, "minutes_are_of_a_whole_game", (HALF_READ,)),
            Expected(box_scores.PLAYERS, "figures_are_near_the_gamebook", (HALF_READ,)),
            Expected(box_scores.PLAYERS, "home_score_is_the_schedule_score", (HALF_READ,)),
        ),
        change=half_read_games,
    ),
    Incident(
        id="I-39",
        title="files published in a loop",
        season=SEASON,
        as_of=date(2026, 2, 24),
        changes="The props of one date are there 115 times, those of the other vendor 92.6 times.",
        tables=tuple(_TIMES),
        expected=tuple(
            Expected(table, rule, (REPEATED_DATE,))
            for table in _TIMES
            for rule in ("few_rows_are_repeated", "source_file_is_known")
        ),
        change=repeated_files,
    ),
    Incident(
        id="I-50",
        title="a game under two ids",
        season=SEASON,
        as_of=date(2026, 1, 14),
        changes="One game of each of two dates stands under its custom and its official id.",
        tables=(box_scores.PLAYERS, summaries.PLAYERS),
        expected=(
            Expected(box_scores.PLAYERS, "game_ids_resolve", SECOND_ID, "waived"),
            Expected(summaries.PLAYERS, "game_ids_resolve", SECOND_ID),
        ),
        change=second_id,
        consequences=tuple(
            Consequence(table, SECOND_ID, "its game ids are compared with the summaries'")
            for table in (predictions.ACCURACY, contexts.FACTORS)
        ),
    ),
)
"""The entries of this group."""
