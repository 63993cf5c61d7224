"""``contracts demo``: the main job on a simulated league, start to finish."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import typer

from gx.cli.project import chosen_warehouse, refuse, sound_project
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gx.checkpoints.demo import DemoRun
    from gx.contracts.model import ContractSet
    from gx.judging.result import RuleResult

STORY = """\
A pipeline writes NBA player statistics, game date by game date. Twice its jobs said "success" and were wrong:
  I-03  a backfill wrote 1 of 187 players for 2023-02-23 and 68 of 175 for 2023-02-24, and exited 0;
  I-01  from 2026-01-08 to 01-11 the run log says 0 records, though the rows are in the table.
Both are planted in two simulated seasons. Everything else in them is right, odd as some of it looks."""


def demo() -> None:
    """Load two simulated seasons with two known incidents, run the checkpoints and show what they find.

    Replaces the rows of the embedded warehouse's tables. Exit codes: 0 the planted incidents were found and nothing
    else failed, 1 they were not, 3 a rule was not evaluated.
    """
    from gx.checkpoints.demo import make_files, run_demo
    from gx.warehouse.connection import open_warehouse
    from gx.warehouse.errors import WarehouseError

    if chosen_warehouse().kind != "embedded":
        refuse("the demo replaces tables and so runs on the embedded warehouse only; unset CONTRACTS_WAREHOUSE")
    paths, project = sound_project()
    print(f"{STORY}\n")
    try:
        with open_warehouse():
            _load(make_files(project.contracts, paths, print), project)
            runs = list(run_demo(project, paths, print))
    except WarehouseError as error:
        print(f"The embedded warehouse cannot be used: {error}")
        raise typer.Exit(ExitCode.NOT_EVALUATED) from None
    print()
    for line in _summary(runs):
        print(line)
    raise typer.Exit(_status(runs))


def _load(files: list[Path], project: ContractSet) -> None:
    from gx.cli.terminal import progress
    from gx.warehouse.connection import open_warehouse
    from gx.warehouse.loading import load_files

    with contextlib.ExitStack() as stack:
        advance = stack.enter_context(progress())
        report = load_files(
            lambda: stack.enter_context(open_warehouse()),
            files,
            project.contracts,
            replace=True,
            on_step=lambda step: advance(step.done, step.total, step.doing),
        )
    print(f"Loaded {sum(table.rows for table in report.tables):,} rows into {len(report.tables)} tables.")


def _summary(runs: list[DemoRun]) -> Iterator[str]:
    for item in runs:
        run = item.finished.run
        counts = ", ".join(f"{number} {name}" for name, number in run.counts().items() if number)
        title = f"{item.checkpoint}{f' of {item.season}' if item.season else ''}"
        yield f"{run.verdict.value.upper():5} {title}, game dates {run.start} to {run.end}"
        yield f"      {counts}; {len(run.jobs)} jobs"
        for rule in run.rules:
            yield from _rule_lines(rule)
        yield ""
    index = next((item.finished.index for item in reversed(runs) if item.finished.index), None)
    yield from _next_steps(index)


def _rule_lines(rule: RuleResult) -> Iterator[str]:
    """A rule that somebody must look at: each of its dates, and what to do; nothing for a quiet rule."""
    loud = [part for part in rule.partitions if part.verdict.value in ("fail", "error", "warn")]
    if not loud and not rule.error:
        return
    yield f"      {rule.table}.{rule.rule}"
    for part in loud:
        named = f"{part.classification}: " if part.classification else ""
        yield f"        {part.partition}  {named}{part.detail}"
    if rule.error:
        yield f"        not evaluated: {rule.error}"
    yield f"        do: {rule.remedy}"


def _next_steps(index: str | None) -> Iterator[str]:
    if index:
        yield f"Open the pages: {index}"
    rule = "nba_precompute.player_composite_factors.covers_players_who_played"
    yield f"See one rule:   .venv/bin/contracts explain {rule}"
    yield "Run it again:   .venv/bin/contracts run season_audit --season 2022-23 --as-of 2026-01-14"


def _status(runs: list[DemoRun]) -> ExitCode:
    """The demo has done its job when the planted incidents failed their tables and no other table failed."""
    if any(rule.error for item in runs for rule in item.finished.run.rules):
        return ExitCode.NOT_EVALUATED
    found = {(item.season, rule.table) for item in runs for rule in item.finished.run.rules if rule.verdict == "fail"}
    planted = {
        ("2022-23", "nba_precompute.player_composite_factors"),
        ("2022-23", "nba_analytics.upcoming_player_game_context"),
        ("2025-26", "nba_raw.bdl_player_boxscores"),
        (None, "nba_raw.bdl_player_boxscores"),
    }
    return ExitCode.PASS if found == planted else ExitCode.BROKEN
