"""A small project on disk, and two rule families of its own, for the tests of the contracts room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from gx.contracts.families import Families
from gx.contracts.model import Contract, ContractSet, Identifier, Model, Rule, Scope, TableName
from gx.contracts.store import load_contracts

TODAY = date(2026, 1, 14)
GAMES = """\
# yaml-language-server: $schema=../contract.schema.json
table: nba_raw.games
title: Games
description: One row a game.
owner: raw
processor: GamesProcessor
phase: 2
partition: game_date
grain: [game_date, game_id]
columns:
  - {name: game_date, type: DATE, mode: REQUIRED, description: Eastern date of tip-off}
  - {name: game_id, type: STRING, mode: REQUIRED, pattern: "^00[0-9]{8}$", description: NBA id}
  - {name: team, type: STRING, allowed: team_codes, severity: warning}
  - {name: points, type: INT64, minimum: 0, maximum: 200}
expectations:
  - rule: points_are_covered
    expect_reference_to_be_covered:
      reference: nba_raw.games
      column: points
    why: A backfill wrote one row of 187.
    remedy: Run it again.
    incident: I-03
  - rule: points_are_sane
    expect_column_mean_to_be_between: {column: points, min_value: 1}
    severity: info
"""
CALENDAR = """\
# yaml-language-server: $schema=./_calendar.schema.json
time_zone: America/New_York
bootstrap_days: 14
seasons:
  - {season: 2021-22, first_game: 2021-10-19, last_game: 2022-04-10, playoffs_end: 2022-06-20, source: schedule}
  - {season: 2022-23, first_game: 2022-10-18, last_game: 2023-04-09, playoffs_end: 2023-06-20, source: schedule}
breaks:
  - {name: All-Star, start: 2023-02-17, end: 2023-02-22, source: schedule}
tables:
  nba_raw.games: {due_hours: 36, source: measured}
"""
WAIVERS = """\
# yaml-language-server: $schema=./_waivers.schema.json
waivers:
  - table: nba_raw.games
    rule: points_in_range
    start: 2022-11-01
    end: 2022-11-03
    reason: The source lost these days for good.
    owner: raw
    since: 2023-01-01
    expires: never
"""
CHECKPOINT = """\
# yaml-language-server: $schema=./checkpoint.schema.json
checkpoint: daily
title: Daily
description: The last game dates.
window: {last: 3}
tables: [nba_raw.games]
rules: [points_in_range]
"""


class ReferenceArguments(Model):
    """Arguments of the example family."""

    reference: TableName
    column: Identifier
    share: float = 1.0


class ReferenceCovered:
    """An example family that refers to another contract and to a column."""

    name = "expect_reference_to_be_covered"
    Kwargs = ReferenceArguments
    scopes = frozenset({Scope.HISTORICAL, Scope.TABLE})

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        problems = []
        if rule.arguments.reference not in contracts:
            problems.append(f"reference: no contract for {rule.arguments.reference!r}")
        if contract.column(rule.arguments.column) is None:
            problems.append(f"{contract.table} has no column {rule.arguments.column!r}")
        return problems

    def words(self, rule: Rule, contract: Contract) -> str:
        return f"{contract.table} holds every {rule.arguments.column} of {rule.arguments.reference}."

    def threshold(self, rule: Rule) -> str:
        return f"at least {rule.arguments.share:.0%}"


FAMILIES: Families = {ReferenceCovered.name: ReferenceCovered()}


@dataclass
class Project:
    """Files by their path; ``lint`` writes them and reads the project."""

    root: Path
    files: dict[str, str | bytes] = field(
        default_factory=lambda: {
            "expectations/nba_raw/games.yaml": GAMES,
            "expectations/_calendar.yaml": CALENDAR,
            "expectations/_waivers.yaml": WAIVERS,
            "checkpoints/daily.yaml": CHECKPOINT,
        }
    )

    def change(self, old: str, new: str, path: str = "expectations/nba_raw/games.yaml") -> Project:
        """Replace a text that must be there."""
        text = self.files[path]
        assert isinstance(text, str)
        assert old in text
        self.files[path] = text.replace(old, new)
        return self

    def write(self) -> None:
        for path, content in self.files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def load(self) -> ContractSet:
        self.write()
        return load_contracts(self.root, FAMILIES, TODAY)

    def lint(self) -> list[str]:
        """Every problem, as people see it."""
        return [str(problem) for problem in self.load().problems]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
