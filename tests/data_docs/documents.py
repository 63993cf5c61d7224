"""Run documents as real runs make them: a red season audit, a green daily run and one whose values are hostile."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gx.contracts.model import Waiver
from gx.data_docs.catalogue import Catalogue, TableCard

FEB_23 = "2023-02-23"
FEB_24 = "2023-02-24"
HOSTILE = "<script>alert(1)</script>"
UNIT = "\"><img src=x onerror=alert(1)>'{{ 7*7 }}"
TURNED = "left \u202e thgir \u2066 to left"
NUL = "before\x00after\ud800"
HUGE = "x" * 1_000_000

Json = dict[str, Any]


@dataclass(frozen=True)
class T:
    """A table of the fixture."""

    name: str
    title: str
    phase: str
    owner: str
    description: str
    rules: int


TABLES = (
    T("nba_raw.nbac_schedule", "Schedule", "2", "ingest", "One row a game and date, with status and scores.", 46),
    T("nba_raw.bdl_player_boxscores", "BDL player box scores", "2", "ingest", "One row a player and game.", 58),
    T("nba_raw.nbac_team_boxscore", "Team box scores", "2", "ingest", "Two rows a game, home and away.", 44),
    T("nba_analytics.player_game_summary", "Player game summary", "3", "analytics", "One row a player and game.", 72),
    T("nba_analytics.team_defense_game_summary", "Team defense summary", "3", "analytics", "Two rows a game.", 50),
    T(
        *("nba_analytics.upcoming_player_game_context", "Upcoming player context", "3", "analytics"),
        *("One row a rostered player and upcoming game.", 51),
    ),
    T(
        *("nba_precompute.player_composite_factors", "Player composite factors", "4", "precompute"),
        *("One row a player and game date with the four active adjustment scores.", 45),
    ),
    T("nba_reference.processor_run_history", "Processor run history", "ops", "platform", "Two rows a run.", 30),
)


def season_dates(first: date = date(2022, 10, 18), last: date = date(2023, 4, 9)) -> list[date]:
    """164 game dates of a season: every day but the All-Star week and some without games."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    skipped = {date(2022, 11, 8), date(2022, 11, 24), date(2022, 12, 24), date(2023, 4, 3)}
    return [day for day in days if day not in skipped and not date(2023, 2, 17) <= day <= date(2023, 2, 22)]


def partition(day: str, verdict: str = "pass", expected: Any = None, actual: Any = None, **more: Any) -> Json:
    """A rule's answer for one date."""
    coverage = actual / expected if expected and actual is not None else None
    known = {"expected": expected, "actual": actual, "coverage": coverage}
    return {
        "partition": day,
        "verdict": verdict,
        **known,
        "classification": None,
        "detail": None,
        "waiver": None,
    } | more


def rule(table: str, name: str, partitions: Sequence[Mapping[str, Any]] = (), **more: Any) -> Json:
    """A rule's result; it passes on 164 dates unless told otherwise."""
    counts: dict[str, int] = {}
    for each in partitions:
        counts[each["verdict"]] = counts.get(each["verdict"], 0) + 1
    plain: Json = {
        "rule": name,
        "expectation": "expect_column_values_to_be_between",
        "severity": "critical",
        "scope": "historical",
        "verdict": "pass",
        "observed": "0 of 26,143 rows",
        "threshold": "between 0 and 100, every row",
        "words": f"{name.replace('_', ' ').capitalize()}.",
        "why": "",
        "remedy": "",
        "incident": "",
        "owner": "",
        "sql": grouped_sql(table),
        "location": f"expectations/{table.replace('.', '/')}.yaml:{40 + len(name)}:5",
        "error": None,
        "evaluated": 26_143,
        "unexpected": 0,
        "partition_counts": counts or {"pass": 164},
        "partitions": list(partitions),
        "failing_keys": [],
        "failing_keys_total": 0,
    }
    return plain | more


def grouped_sql(table: str) -> str:
    """The grouped statement of a table, as long as real ones are."""
    counters = ",\n".join(
        f"  COUNTIF(NOT (`column_{number}` BETWEEN 0 AND 100)) AS r{number}_unexpected" for number in range(40)
    )
    return (
        f"SELECT `game_date` AS partition_date,\n{counters}\nFROM `{table}`\n"
        "WHERE `game_date` BETWEEN DATE '2022-10-18' AND DATE '2023-04-09'\nGROUP BY partition_date"
    )


def keys(day: str, count: int) -> list[Json]:
    """Failing keys of one date."""
    return [{"game_date": day, "player_lookup": f"player{number:03d}"} for number in range(count)]


def red_audit(
    run_id: str = "season_audit-2023-04-11T12-00-00Z",
    started: str = "2023-04-11T12:00:00+00:00",
    passing: int | None = None,
) -> Json:
    """A season audit with the partial backfill of February 2023, waivers, bootstrap days, warnings and an error.

    ``passing`` limits the passing rules of each table.
    """
    dates = [day.isoformat() for day in season_dates()]
    tables = [_table(each, [*_special(each.name, dates), *_passing(each, dates)[:passing]]) for each in TABLES]
    return document(run_id, "season_audit", tables, started, ("2022-10-18", "2023-04-10"), "fail")


def green_daily(
    run_id: str = "daily-2023-04-10T11-00-00Z",
    started: str = "2023-04-10T11:00:00+00:00",
    passing: int | None = None,
) -> Json:
    """A daily run in which all is well; ``passing`` limits the rules of each table."""
    dates = [day.isoformat() for day in season_dates()[-3:]]
    tables = [_table(each, _passing(each, dates)[:passing]) for each in TABLES]
    return document(run_id, "daily", tables, started, (dates[0], dates[-1]), "pass")


UPSTREAM = {
    "nba_analytics.player_game_summary": ["nba_raw.bdl_player_boxscores"],
    "nba_analytics.upcoming_player_game_context": ["nba_raw.nbac_schedule"],
    "nba_precompute.player_composite_factors": [
        *("nba_analytics.player_game_summary", "nba_analytics.upcoming_player_game_context", "nba_raw.without_a_page"),
    ],
}


def catalogue(waivers: Sequence[Waiver] = ()) -> Catalogue:
    """The contracts of the fixture's tables."""
    return Catalogue({each.name: _card(each) for each in TABLES}, waivers)


def _card(table: T) -> TableCard:
    columns = [{"name": "game_date", "type": "DATE", "mode": "REQUIRED", "description": "Eastern <date> of tip-off"}]
    if "composite" in table.name:
        columns.append({"name": "fatigue_score", "type": "INT64", "mode": "NULLABLE", "description": "100 is rested"})
    return TableCard(
        table=table.name,
        title=table.title,
        description=table.description,
        owner=table.owner,
        phase=table.phase,
        processor="".join(part.capitalize() for part in table.name.split(".")[1].split("_")) + "Processor",
        partition="game_date",
        grain=["game_date", "player_lookup"],
        upstream=UPSTREAM.get(table.name, []),
        columns=columns,
        location=f"expectations/{table.name.replace('.', '/')}.yaml:2",
    )


def overviews() -> Json:
    """Every overview that a run can have, as ``docs/result.schema.json`` describes them."""
    counts = {"expected": 160, "covered": 158, "exempt": 14, "share": 0.9875}
    coverage = {"dates": counts, "games": counts}
    table = {"table": "nba_precompute.player_composite_factors", **coverage}
    phase = {"phase": "L4", "title": "Precompute", **coverage, "tables": [table], "not_measured": ["nba_raw.other"]}
    unknown: Json = {
        "phase": "L5",
        "title": "Predictions",
        "dates": None,
        "games": None,
        "tables": [],
        "not_measured": [],
    }
    loss = {"processor": "BoxProcessor", "table": "nba_raw.box", "data_date": "2022-11-01", "games_final": 9, "runs": 2}
    processor = dict.fromkeys(("dates", "runs", "successes", "failures", "skips", "zero_records", "stuck"), 3)
    waiver = {
        **{"table": "nba_raw.bdl_player_boxscores", "rule": "*", "dates": "2022-12-28", "owner": "ingest"},
        **{"reason": "The source never had these games.", "since": "2023-01-01", "expires": "never"},
        **{"incident": "I-05", "state": "in force", "too_broad": False, "cells": 1, "covered_dates": ["2022-12-28"]},
    }
    return {
        "waivers": [waiver, waiver | {"state": "expired", "covered_dates": [], "cells": 0}],
        "slates": {
            FEB_23: [
                {"game_id": "0022200893", "away": "BOS", "home": "IND", "status": "Final", "final": True},
                {"game_id": "0022200894", "away": "DEN", "home": "CLE", "status": "Final", "final": True},
                {"game_id": "0022200895", "away": "MEM", "home": "PHI", "status": "Final", "final": False},
            ]
        },
        "seasons": [{"season": "2022-23", "dates": 164, "games": 1_200, "phases": [phase, unknown]}],
        "recent_days": [
            {
                **{"date": FEB_23, "scheduled": 9, "final": 9},
                "tables": {"pcf": {"table": table["table"], "rows": 1, "verdict": "fail"}},
            }
        ],
        "processors": [
            {"processor": "BoxProcessor", "season": "2022-23", **processor, "last_run": "2023-04-09T09:00:00+00:00"},
            {"processor": "BoxProcessor", "season": None, **processor, "last_run": None},
        ],
        "odds_coverage": [
            {"period": "2022-11", "dates": 28, "games": 200, "props": None, "lines": coverage, "bettingpros": coverage}
        ],
        "registry": {"unresolved": {"pending": 5}, "registry_rows": 500, "alias_rows": None},
        "run_history": {
            "classes": {"REAL_LOSS": 1, "AGREE": 160},
            "data_loss": [loss | {"most_records": None, "reprocess": "Run BoxProcessor again.", "waiver": None}],
            "tracking_bugs": [],
            "cells": [],
            "not_evaluated": [],
        },
    }


def hostile(run_id: str = "hostile/../../<b>run</b>") -> Json:
    """A run whose every value tries to be markup, to turn the page around or to fill it."""
    table = "nba_raw.nbac_schedule"
    broken = [
        partition(FEB_23, "fail", 10, 1, classification=HOSTILE, detail=UNIT),
        partition(FEB_24, "waived", 10, 9, waiver=f"{HOSTILE} {TURNED}"),
    ]
    texts = ("observed", "threshold", "words", "why", "remedy", "incident", "owner", "location", "severity", "scope")
    told: Json = {name: f"{name} {HOSTILE} {UNIT} {TURNED} {NUL}" for name in texts}
    bad = rule(
        *(table, HOSTILE, broken),
        **told,
        verdict="fail",
        sql=f"SELECT '</pre></code></details>{HOSTILE}', '{HUGE}'",
        failing_keys=[
            {"player_name": HOSTILE, UNIT: TURNED, "note": NUL},
            {"player_name": HUGE, UNIT: None, "note": {"nested": ["</td>", 1.5]}},
        ],
        failing_keys_total=2,
    )
    lost = rule(table, "lost_rule", verdict="error", error=f"{HOSTILE}{HUGE}", partition_counts={})
    named = {"table": table, "title": HOSTILE, "owner": UNIT, "phase": HOSTILE, "description": TURNED + NUL}
    tables = [{**named, "verdict": "fail", "rules": [bad, lost], "rows": 1}]
    made = document(run_id, HOSTILE, tables, "2023-04-12T12:00:00+00:00", ("2023-02-23", "2023-02-24"), "fail")
    return made | {"notes": [HOSTILE, TURNED], "warehouse": UNIT}


def document(
    run_id: str, checkpoint: str, tables: Sequence[Json], started: str, window: tuple[str, str], verdict: str
) -> Json:
    """A run document around tables."""
    rules = [each for table in tables for each in table["rules"]]
    verdicts = ("pass", "warn", "fail", "waived", "exempt", "error")
    return {
        "schema": "contracts.result/1",
        "run_id": run_id,
        "checkpoint": checkpoint,
        "started_at": started,
        "window": {"start": window[0], "end": window[1]},
        "as_of": started,
        "verdict": verdict,
        "exit_code": 1 if verdict == "fail" else 0,
        "counts": {name: sum(each["verdict"] == name for each in rules) for name in verdicts},
        "jobs": {"count": 14, "bytes_processed": None, "bytes_billed": None, "seconds": 9.8},
        "seconds": 7.4,
        "warehouse": "embedded",
        "notes": [],
        "tables": list(tables),
    }


def _table(table: T, rules: Sequence[Json]) -> Json:
    order = ("exempt", "pass", "waived", "warn", "fail", "error")
    return {
        "table": table.name,
        "title": table.title,
        "owner": table.owner,
        "phase": table.phase,
        "description": table.description,
        "verdict": max((each["verdict"] for each in rules), key=order.index),
        "rows": 26_143,
        "rules": list(rules),
    }


def _passing(table: T, dates: Sequence[str]) -> list[Json]:
    chance = random.Random(table.name)
    games = [chance.randint(4, 14) for _ in dates]
    young = 14 if "composite" in table.name and len(dates) > 100 else 0
    slates = [partition(day, "pass", count, count) for day, count in zip(dates, games, strict=True)]
    slates[:young] = [partition(day, "exempt", 0, 0, detail="bootstrap") for day in dates[:young]]
    grid = rule(
        *(table.name, "every_slate_is_present", slates),
        expectation="expect_every_slate_to_be_present",
        observed=f"{len(dates)} of {len(dates)} dates",
        words="Every game date of the schedule has rows.",
        threshold="every date",
    )
    return [grid, *(rule(table.name, f"column_{number}_in_range") for number in range(table.rules))]


def _special(table: str, dates: Sequence[str]) -> list[Json]:
    made = {
        "nba_precompute.player_composite_factors": _factors,
        "nba_analytics.upcoming_player_game_context": _context,
        "nba_raw.bdl_player_boxscores": _box_scores,
        "nba_analytics.player_game_summary": _summary,
        "nba_reference.processor_run_history": _run_history,
    }
    return made[table](table, dates) if table in made else []


def _covered(dates: Sequence[str], holes: Mapping[str, Json], exempt: int = 0) -> list[Json]:
    chance = random.Random(23)
    answers = []
    for position, day in enumerate(dates):
        players = chance.randint(80, 290)
        if position < exempt:
            answers.append(partition(day, "exempt", players, 0, detail="bootstrap: the first 14 days of a season"))
        else:
            answers.append(holes.get(day) or partition(day, "pass", players, players))
    return answers


def _factors(table: str, dates: Sequence[str]) -> list[Json]:
    holes = {
        FEB_23: partition(FEB_23, "fail", 187, 1, detail="186 players who played have no factors"),
        FEB_24: partition(FEB_24, "fail", 175, 68, detail="107 players who played have no factors"),
    }
    found = rule(
        *(table, "covers_players_who_played", _covered(dates, holes, exempt=14)),
        verdict="fail",
        expectation="expect_reference_keys_to_be_covered",
        words="Every player who played, by player_game_summary, has factors on that date.",
        observed="0.5% on 2023-02-23, the lowest of 150 dates",
        threshold="at least 90% a date, warning below 95%",
        why="A backfill wrote 1 of 187 players for 2023-02-23 and exited 0; nobody noticed for six days.",
        remedy="Clear the stale context rows of the date, then run the backfill again.",
        incident="I-03",
        owner="precompute",
        evaluated=26_143,
        unexpected=293,
        failing_keys=[*keys(FEB_23, 186), *keys(FEB_24, 14)],
        failing_keys_total=293,
        sql="SELECT r.`game_date`, r.`player_lookup`\nFROM `nba_analytics.player_game_summary` AS r\n"
        "WHERE r.`game_date` IN (DATE '2023-02-23', DATE '2023-02-24') AND r.`minutes_played` > 0",
    )
    fatigue = [partition("2023-01-11", "warn", None, 48.2, detail="the daily mean is 48.2, usually 60 to 90")]
    mean = rule(
        *(table, "fatigue_mean_is_plausible", fatigue),
        verdict="warn",
        severity="warning",
        expectation="expect_partition_statistic_to_be_between",
        observed="48.2 on 2023-01-11",
        threshold="mean at least 50, broken below 30",
        why="A job once wrote fatigue 0 for whole dates.",
        incident="I-17",
        partition_counts={"pass": 149, "warn": 1, "exempt": 14},
    )
    return [found, mean]


def _context(table: str, dates: Sequence[str]) -> list[Json]:
    partial = {"classification": "PARTIAL", "detail": "neither empty nor complete: the fallback will not run"}
    holes = {
        FEB_23: partition(FEB_23, "fail", 187, 1, **partial),
        FEB_24: partition(FEB_24, "fail", 175, 68, **partial),
    }
    return [
        rule(
            *(table, "fallback_is_empty_or_complete", _covered(dates, holes)),
            verdict="fail",
            expectation="expect_fallback_to_be_complete",
            words="On each past date the context is empty, so that the fallback runs, or covers everyone who played.",
            observed="PARTIAL on 2 dates",
            threshold="empty, or at least 90% by key",
            why="Stale partial rows stopped the fallback: the backfill used 1 of 187 players.",
            remedy="Delete the date's rows, then run the backfill again.",
            incident="I-03",
            failing_keys=[*keys(FEB_23, 186), *keys(FEB_24, 14)],
            failing_keys_total=293,
        )
    ]


def _box_scores(table: str, dates: Sequence[str]) -> list[Json]:
    waiver = "The source never had these games (owner: ingest, expires never)."
    holes = {day: partition(day, "waived", 9, 7, waiver=waiver) for day in ("2022-12-28", "2022-12-29", "2023-01-14")}
    return [
        rule(
            *(table, "player_counts_match_schedule", _covered(dates, holes)),
            verdict="waived",
            expectation="expect_player_counts_to_match_schedule",
            words="Every final game of the schedule has players of both teams.",
            observed="6 games missing on 3 dates",
            threshold="every final game",
            incident="I-05",
        )
    ]


def _summary(table: str, dates: Sequence[str]) -> list[Json]:
    return [
        rule(
            *(table, "grain_is_unique_over_all_dates", []),
            verdict="warn",
            severity="warning",
            scope="table",
            expectation="expect_compound_columns_to_be_unique",
            words="No player has two rows in a game, over the whole table.",
            observed="2 rows of 26,143 share a key",
            threshold="no duplicate",
            unexpected=2,
            partition_counts={},
            failing_keys=[{"game_id": "20230114_BOS_CHA", "player_lookup": "samhauser", "rows": 2}],
            failing_keys_total=1,
        )
    ]


def _run_history(table: str, dates: Sequence[str]) -> list[Json]:
    return [
        rule(
            *(table, "records_processed_agree", []),
            verdict="error",
            expectation="expect_records_processed_to_agree",
            words="What the run log says was written is in the tables.",
            observed="",
            threshold="no unexplained mismatch",
            error="not_found: Table nba_reference.processor_run_history has no column records_processed",
            partition_counts={},
            evaluated=None,
            unexpected=None,
        )
    ]
