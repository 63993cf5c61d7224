"""A project of three small tables, whole on disk and in the warehouse: enough for what a fault does to a run."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

SCHEDULE = "nba_raw.nbac_schedule"
PLAYERS = "nba_analytics.player_game_summary"
FACTORS = "nba_precompute.player_composite_factors"
WINDOW = ("--start", "2026-01-12", "--end", "2026-01-13", "--as-of", "2026-01-16")
"""Two game dates that are long over."""

FILES = {
    "expectations/nba_raw/nbac_schedule.yaml": """\
table: nba_raw.nbac_schedule
title: Schedule
description: One row a game.
owner: raw
processor: NbacScheduleProcessor
phase: 2
partition: game_date
require_partition_filter: true
grain: [game_date, game_id]
columns:
  - {name: game_date, type: DATE, mode: REQUIRED}
  - {name: game_id, type: STRING, mode: REQUIRED}
  - {name: game_status, type: INT64}
  - {name: game_status_text, type: STRING}
  - {name: away_team_tricode, type: STRING}
  - {name: home_team_tricode, type: STRING}
  - {name: home_team_score, type: INT64}
  - {name: away_team_score, type: INT64}
  - {name: processed_at, type: TIMESTAMP}
expectations:
  - rule: scores_are_sane
    expect_column_values_to_be_between: {column: home_team_score, min_value: 50, max_value: 200}
""",
    "expectations/nba_analytics/player_game_summary.yaml": """\
table: nba_analytics.player_game_summary
title: Player game summary
description: One row a player and game.
owner: analytics
processor: PlayerGameSummaryProcessor
phase: 3
partition: game_date
require_partition_filter: true
grain: [game_date, player_lookup]
columns:
  - {name: game_date, type: DATE, mode: REQUIRED}
  - {name: player_lookup, type: STRING, mode: REQUIRED}
  - {name: points, type: INT64}
  - {name: minutes, type: INT64}
expectations:
  - rule: points_are_sane
    expect_column_values_to_be_between: {column: points, min_value: 0, max_value: 100}
  - rule: minutes_are_sane
    expect_column_values_to_be_between: {column: minutes, min_value: 0, max_value: 60}
  - rule: schema_as_declared
    expect_schema_to_match_contract: {}
""",
    "expectations/nba_precompute/player_composite_factors.yaml": """\
table: nba_precompute.player_composite_factors
title: Player composite factors
description: One row a player and game date.
owner: precompute
processor: PlayerCompositeFactorsProcessor
phase: 4
upstream: [nba_analytics.player_game_summary]
partition: game_date
require_partition_filter: true
grain: [game_date, player_lookup]
columns:
  - {name: game_date, type: DATE, mode: REQUIRED}
  - {name: player_lookup, type: STRING, mode: REQUIRED}
  - {name: fatigue_score, type: INT64}
expectations:
  - rule: fatigue_is_sane
    expect_column_values_to_be_between: {column: fatigue_score, min_value: 0, max_value: 100}
  - rule: covers_players_who_played
    expect_reference_keys_to_be_covered:
      reference: nba_analytics.player_game_summary
      key: [game_date, player_lookup]
""",
    "expectations/_calendar.yaml": """\
time_zone: America/New_York
bootstrap_days: 14
seasons:
  - {season: 2025-26, first_game: 2025-10-21, last_game: 2026-04-12, playoffs_end: 2026-06-30, source: tests}
breaks: []
tables: {}
""",
    "expectations/_waivers.yaml": "waivers: []\n",
    "checkpoints/daily.yaml": """\
checkpoint: daily
title: Daily
description: The last game dates.
window: {last: 2}
""",
    "checkpoints/pre_backfill.yaml": """\
checkpoint: pre_backfill
title: Before a backfill
description: May a backfill start?
window: {last: 2}
gate:
  moment: before
  target: [fatigue_is_sane]
  upstream: [points_are_sane]
  reference: [scores_are_sane]
""",
    "checkpoints/post_backfill.yaml": """\
checkpoint: post_backfill
title: After a backfill
description: Did a backfill work?
window: {last: 2}
gate:
  moment: after
  target: critical
""",
}
"""What lies on disk, by path."""

RULES = {
    SCHEDULE: ["scores_are_sane"],
    PLAYERS: ["points_are_sane", "minutes_are_sane", "schema_as_declared"],
    FACTORS: ["fatigue_is_sane", "covers_players_who_played"],
}
"""The rules of each table."""


def write_project(root: Path) -> Path:
    """Write the project below ``root`` and return it."""
    for path, text in FILES.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def rows(tired: int = 40) -> dict[str, list[dict[str, Any]]]:
    """Two dates with a game and three players each; ``tired`` is the fatigue score of one player on the second."""
    found: dict[str, list[dict[str, Any]]] = {SCHEDULE: [], PLAYERS: [], FACTORS: []}
    for number, day in enumerate(("2026-01-12", "2026-01-13")):
        game = {"game_date": day, "game_id": f"002250000{number}", "game_status": 3, "game_status_text": "Final"}
        teams = {"away_team_tricode": "BOS", "home_team_tricode": "LAL", "home_team_score": 110, "away_team_score": 99}
        found[SCHEDULE].append(game | teams | {"processed_at": "2026-01-15T09:00:00Z"})
        for player in ("lukadoncic", "jaysontatum", "austinreaves"):
            key = {"game_date": day, "player_lookup": player}
            found[PLAYERS].append(key | {"points": 20, "minutes": 30})
            high = number == 1 and player == "lukadoncic"
            found[FACTORS].append(key | {"fatigue_score": tired if high else 40})
    return found


def fill(server: Warehouse, project: str, given: Mapping[str, Sequence[Mapping[str, Any]]], root: Path) -> Warehouse:
    """The tables of the project in ``root``, with these rows, as the project ``project`` of an embedded server.

    A table without an entry is not made.
    """
    from gx.contracts.store import load_contracts
    from gx.rules.registry import families
    from gx.warehouse.client import Warehouse
    from gx.warehouse.tables import create_tables

    contracts = load_contracts(root, families())
    assert not contracts.errors, contracts.errors
    filled = Warehouse(dataclasses.replace(server.address, project=project))
    create_tables(filled, [contracts.contracts[name] for name in given])
    for table, items in given.items():
        values = ", ".join(f"({', '.join(json.dumps(value) for value in item.values())})" for item in items)
        filled.client.query(f"INSERT INTO `{table}` ({', '.join(items[0])}) VALUES {values}").result()
    return filled
