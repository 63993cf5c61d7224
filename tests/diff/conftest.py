"""A small project in two states: as it was, and as a test changed it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from gx.contracts.comparing.change import Change
from gx.contracts.comparing.project import Comparison, compare_projects
from gx.rules.registry import families

TABLE = "nba_raw.games"
CONTRACT = "expectations/nba_raw/games.yaml"
CALENDAR = "expectations/_calendar.yaml"
WAIVERS = "expectations/_waivers.yaml"
CHECKPOINT = "checkpoints/daily.yaml"
FILES = {
    CONTRACT: """\
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
  - {name: game_date, type: DATE, mode: REQUIRED}
  - {name: game_id, type: STRING, pattern: '^00[0-9]{8}$', description: NBA id}
  - {name: status, type: STRING, allowed: [Final, Scheduled]}
  - {name: points, type: INT64, minimum: 0, maximum: 200}
expectations:
  - rule: one_row_a_game
    expect_compound_columns_to_be_unique: {column_list: [game_date, game_id]}
    why: Two rows of one game count it twice.
  - rule: games_are_covered
    expect_reference_keys_to_be_covered:
      reference: nba_raw.games
      where: points > 0
      key: [game_date, game_id]
      fail_below: 0.9
      warn_below: 0.95
    since: 2022-10-18
  - rule: points_are_sane
    expect_partition_statistic_to_be_between: {statistic: mean, column: points, warn_below: 80, fail_above: 150}
    severity: warning
  - rule: points_mostly_there
    expect_column_values_to_not_be_null: {column: points, mostly: 0.9}
  - rule: points_have_a_median
    expect_column_median_to_be_between: {column: points, min_value: 90}
""",
    CALENDAR: """\
# yaml-language-server: $schema=./_calendar.schema.json
time_zone: America/New_York
bootstrap_days: 14
seasons:
  - {season: 2022-23, first_game: 2022-10-18, last_game: 2023-04-09, playoffs_end: 2023-06-20, source: schedule}
breaks:
  - {name: All-Star, start: 2023-02-17, end: 2023-02-22, source: schedule}
tables:
  nba_raw.games: {due_hours: 36, source: measured}
""",
    WAIVERS: """\
# yaml-language-server: $schema=./_waivers.schema.json
waivers:
  - table: nba_raw.games
    rule: points_in_range
    start: 2022-11-01
    end: 2022-11-03
    reason: The source lost these days for good.
    owner: raw
    since: 2023-01-01
    expires: 2024-06-30
""",
    CHECKPOINT: """\
# yaml-language-server: $schema=./checkpoint.schema.json
checkpoint: daily
title: Daily
description: The last game dates.
window: {last: 3}
tables: [nba_raw.games]
""",
}


@dataclass
class TwoStates:
    """The project as it was in ``old``, and what ``change`` made of it in ``new``."""

    old: Path
    new: Path

    def change(self, before: str, after: str, path: str = CONTRACT) -> TwoStates:
        """Replace a text of the newer state, which must be there."""
        file = self.new / path
        text = file.read_text(encoding="utf-8")
        assert before in text
        file.write_text(text.replace(before, after), encoding="utf-8")
        return self

    def compare(self) -> Comparison:
        """Everything that changed."""
        return compare_projects(self.old, self.new, families())

    def told(self) -> list[str]:
        """Each change as ``kind subject: what``."""
        return [f"{change.kind} {change.subject}: {change.what}" for change in self.compare().changes]

    def only(self) -> Change:
        """The one change that there is."""
        (found,) = self.compare().changes
        return found


def write(root: Path) -> Path:
    """The project's files under a folder."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def states(tmp_path: Path) -> TwoStates:
    return TwoStates(write(tmp_path / "old"), write(tmp_path / "new"))


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=tests", "-c", "user.email=tests@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *who, *words], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder of a git repository, all of it committed, and the working directory in it."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    project = write(tmp_path / "inner")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "as it was")
    monkeypatch.chdir(project)
    return project
