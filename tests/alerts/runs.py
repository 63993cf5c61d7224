"""Runs made by hand: rules with what they said of each game date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from gx.judging.result import PartitionResult, RuleResult, RunResult, TableResult, Verdict, worst

CONTEXT = "nba_analytics.upcoming_player_game_context"
FACTORS = "nba_precompute.player_composite_factors"
FEATURES = "nba_predictions.ml_feature_store_v2"
PREDICTIONS = "nba_predictions.player_prop_predictions"
PLAYERS = "nba_analytics.player_game_summary"
SCHEDULE = "nba_raw.nbac_schedule"
HOLE = (date(2023, 2, 23), date(2023, 2, 24))
PASS, WARN, FAIL, ERROR = Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.ERROR
WAIVED, EXEMPT = Verdict.WAIVED, Verdict.EXEMPT


class Window(NamedTuple):
    """The game dates that a run looks at, and the day that counts as now."""

    start: date = date(2023, 2, 20)
    end: date = date(2023, 2, 26)
    as_of: date = date(2023, 2, 27)


WEEK = Window()


def rule(
    table: str,
    name: str,
    said: Mapping[date | None, Verdict] | None = None,
    *,
    passes: int = 5,
    error: str | None = None,
    scope: str = "historical",
    detail: str = "1 of 187 keys are there (0.5%), 186 are missing",
    incident: str = "",
    remedy: str = "Run the backfill again.",
) -> RuleResult:
    """A rule's result; beside what it ``said`` of dates, that many others were plain passes."""
    said = said or {}
    counts = {verdict.value: list(said.values()).count(verdict) for verdict in said.values()}
    if passes:
        counts["pass"] = counts.get("pass", 0) + passes
    return RuleResult(
        table=table,
        rule=name,
        expectation="expect_reference_keys_to_be_covered",
        severity="critical",
        scope=scope,
        verdict=ERROR if error else worst([*said.values(), *[PASS] * bool(passes)]),
        words="Everybody who played is in the table.",
        why="A backfill wrote 1 of 187 players.",
        remedy=remedy,
        incident=incident,
        owner="precompute",
        error=error,
        partitions=tuple(PartitionResult(day, verdict, 187, 1, 0.005, None, detail) for day, verdict in said.items()),
        partition_counts=counts,
    )


def run(*rules: RuleResult, number: int = 1, window: Window = WEEK, checkpoint: str = "daily") -> RunResult:
    """The run of that number: each starts a day after the one before."""
    tables = tuple(
        TableResult(name, name, "owner", "4", worst(each.verdict for each in mine), mine)
        for name in dict.fromkeys(each.table for each in rules)
        if (mine := tuple(each for each in rules if each.table == name))
    )
    verdict = worst(table.verdict for table in tables)
    return RunResult(
        run_id=f"{checkpoint}-{number}",
        checkpoint=checkpoint,
        started_at=datetime(2023, 2, 26, 12, tzinfo=UTC) + timedelta(days=number),
        start=window.start,
        end=window.end,
        as_of=datetime.combine(window.as_of, time(12), UTC),
        verdict=verdict,
        exit_code=1 if verdict is FAIL else 0,
        tables=tables,
    )


def broken(verdict: Verdict = FAIL, days: tuple[date, ...] = HOLE) -> dict[date | None, Verdict]:
    """The same verdict on each of the days."""
    return dict.fromkeys(days, verdict)


def context_hole() -> list[RuleResult]:
    """I-03 as its rules tell it: stale context rows, and what was made from them."""
    return [
        rule(CONTEXT, "fallback_is_complete", broken(), incident="I-03", remedy="Delete the table's rows of the date."),
        rule(CONTEXT, "every_game_has_its_rosters", broken(), incident="I-34"),
        rule(FACTORS, "covers_players_who_played", broken(), incident="I-03"),
        rule(FACTORS, "every_slate_is_present", broken(days=HOLE[:1])),
        rule(FEATURES, "covers_players_who_played", broken(WARN)),
        rule(PREDICTIONS, "every_game_is_predicted", broken(days=HOLE[1:])),
        rule(PLAYERS, "every_game_is_there"),
    ]
