"""The twelve shared checks as a contract project of three tables, and tables on which they hold."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.benchmarks.processes import ROOT

if TYPE_CHECKING:
    import pyarrow as pa

DATES, GAMES, PLAYERS = 600, 8, 12
"""600 game dates of 8 games, 12 players a team: 115,200 rows."""

SUMMARY = "nba_analytics.player_game_summary"
FACTORS = "nba_precompute.player_composite_factors"
SCHEDULE = "nba_raw.nbac_schedule"

_HEAD = """\
table: {table}
title: {table}
description: One of the tables of the twelve shared checks.
owner: benchmark
processor: Benchmark
phase: 3
partition: game_date
grain: [{grain}]
columns:
{columns}
"""
_CHECKS = """\
expectations:
  - rule: rows_a_date
    expect_partition_statistic_to_be_between: {statistic: row_count, fail_below: 192, fail_above: 192}
  - rule: one_row_a_player
    expect_compound_columns_to_be_unique: {column_list: [game_date, player_lookup]}
  - rule: team_is_known
    expect_column_values_to_be_in_set: {column: team_abbr, value_set: [TEAMS]}
  - rule: minutes_in_range
    expect_column_values_to_be_between: {column: minutes_played, min_value: 0, max_value: 65}
  - rule: points_in_range
    expect_column_values_to_be_between: {column: points, min_value: 0, max_value: 110}
  - rule: game_is_scheduled
    expect_game_ids_to_resolve: {team_column: team_abbr, opponent_column: opponent_team_abbr}
"""
_COVERAGE = f"""\
expectations:
  - rule: covers_players
    expect_reference_keys_to_be_covered: {{reference: {SUMMARY}, key: [game_date, player_lookup], fail_below: 0.9}}
"""
_CHECKPOINT = """\
checkpoint: checks
title: The twelve checks
description: The twelve shared checks over a window that the command line names.
window: {last: 3}
"""
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    SUMMARY: {
        "game_date": "DATE", "game_id": "STRING", "player_lookup": "STRING", "team_abbr": "STRING",
        "opponent_team_abbr": "STRING", "minutes_played": "INT64", "points": "INT64",
    },
    FACTORS: {"game_date": "DATE", "player_lookup": "STRING"},
    SCHEDULE: {
        "game_date": "DATE", "game_id": "STRING", "game_status": "INT64", "game_status_text": "STRING",
        "home_team_tricode": "STRING", "away_team_tricode": "STRING", "home_team_score": "INT64",
        "away_team_score": "INT64", "processed_at": "TIMESTAMP",
    },
}  # fmt: skip
_GRAINS = {SUMMARY: "game_date, player_lookup", FACTORS: "game_date, player_lookup", SCHEDULE: "game_date, game_id"}
NEVER_NULL = ("game_id", "player_lookup", "team_abbr", "minutes_played", "points")
"""The five columns of the check for nulls."""


def write_project(folder: Path) -> None:
    """Write the project's contracts and its checkpoint; the calendar is the house's own."""
    from gx.contracts.teams import TEAM_CODES

    checks = _CHECKS.replace("TEAMS", ", ".join(TEAM_CODES))
    for column in NEVER_NULL:
        checks += f"  - rule: {column}_is_there\n    expect_column_values_to_not_be_null: {{column: {column}}}\n"
    for table, rules in ((SUMMARY, checks), (FACTORS, _COVERAGE), (SCHEDULE, "")):
        path = folder.joinpath("expectations", *table.split(".")).with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = "\n".join(f"  - {{name: {name}, type: {kind}}}" for name, kind in _COLUMNS[table].items())
        path.write_text(_HEAD.format(table=table, grain=_GRAINS[table], columns=columns) + rules, encoding="utf-8")
    shutil.copy(ROOT / "expectations" / "_calendar.yaml", folder / "expectations")
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / "checks.yaml").write_text(_CHECKPOINT, encoding="utf-8")


def game_dates() -> list[date]:
    """600 dates between November and March, when every season plays."""
    days = (date(2021, 11, 1) + timedelta(days=number) for number in range(6 * 366))
    return [day for day in days if day.month in (11, 12, 1, 2, 3)][:DATES]


def tables() -> dict[str, pa.Table]:
    """The three tables."""
    import pyarrow as pa

    days = game_dates()
    games = [game for day in days for game in _games(day)]
    lines = [line for game in games for line in _lines(game)]
    keys = [{name: line[name] for name in _COLUMNS[FACTORS]} for line in lines]
    rows = {SUMMARY: lines, FACTORS: keys, SCHEDULE: games}
    return {name: pa.Table.from_pylist(found) for name, found in rows.items()}


def _games(day: date) -> Iterator[dict[str, Any]]:
    from gx.contracts.teams import TEAM_CODES

    turn = day.toordinal() % len(TEAM_CODES)
    teams = [*TEAM_CODES[turn:], *TEAM_CODES[:turn]][: 2 * GAMES]
    for number, (away, home) in enumerate(zip(teams[::2], teams[1::2], strict=True)):
        yield {
            "game_date": day,
            "game_id": f"002{day:%y}{10 * day.timetuple().tm_yday + number:05d}",
            "game_status": 3,
            "game_status_text": "Final",
            "home_team_tricode": home,
            "away_team_tricode": away,
            "home_team_score": 110,
            "away_team_score": 104,
            "processed_at": datetime(day.year, day.month, day.day, 23, tzinfo=UTC),
        }


def _lines(game: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    sides = game["away_team_tricode"], game["home_team_tricode"]
    for team, other in (sides, sides[::-1]):
        for number in range(PLAYERS):
            yield {
                "game_date": game["game_date"],
                "game_id": f"{game['game_date']:%Y%m%d}_{sides[0]}_{sides[1]}",
                "player_lookup": f"{team.lower()}player{number}",
                "team_abbr": team,
                "opponent_team_abbr": other,
                "minutes_played": 5 + 3 * number,
                "points": 2 * number,
            }
