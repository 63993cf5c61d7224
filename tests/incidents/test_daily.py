"""The daily checkpoint on 200 mornings of five clean seasons: opening nights, bootstrap, breaks, postponements, none.

A season is measured once; each morning is then judged from the rows of its window, as a run on that morning would be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import pytest

from gx.calendar.calendar import Calendar
from gx.checkpoints.replay import AFTER_SEASONS, Replayer
from gx.checkpoints.request import select
from gx.checkpoints.run import first_date
from gx.contracts.model import Scope
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.judging.result import Verdict
from gx.planning.plan import Plan, PlannedRule, plan
from gx.planning.statement import Answer, Measurement
from gx.simulation.seasons import SEASONS
from gx.warehouse.connection import open_warehouse

MORNINGS = 40
"""As-of dates a season."""
LOUD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)


@dataclass(frozen=True)
class Measured:
    """A season's answers, and what was asked."""

    plan: Plan
    answers: Mapping[str, Answer]
    live_tables: Mapping[str, object]


def mornings(season: str) -> list[date]:
    """As-of dates of a season: its special days, and others by chance."""
    facts = SEASONS[season]
    days_off = sorted(facts.days_off)
    breaks = [day for day in days_off if day - timedelta(days=1) not in facts.days_off]
    special = {
        facts.first + timedelta(days=number) for number in (0, 1, 2, 7, 13, 14, 15, 17, 18, 25)
    }  # opening night and the day after, bootstrap and its end, the late starters
    special |= {day + timedelta(days=step) for day in breaks for step in (-1, 0, 1)}  # before and on days off
    special |= {day + timedelta(days=1) for day in days_off if day + timedelta(days=1) not in facts.days_off}
    special |= {game.postponed_from + timedelta(days=1) for game in facts.fixed_games if game.postponed_from}
    special |= {facts.last, facts.last + timedelta(days=1), facts.last + timedelta(days=20)}
    special |= {facts.last + timedelta(days=step) for step in (7, 8, 60, 120)}  # play-offs and summer
    special.add(date(facts.year + 1, 2, 10))  # trade deadline
    kept = Random(season).sample(sorted(special), min(len(special), MORNINGS - 8))
    others = [day for day in facts.days() if day not in special]
    return sorted({*kept, *Random(f"{season} others").sample(others, MORNINGS - len(kept))})


@pytest.mark.parametrize("season", SEASONS)
def test_no_morning_of_a_clean_season_is_loud(replayer: Replayer, season: str) -> None:
    measured = measure_season(replayer, season)
    days = mornings(season)
    assert len(days) == MORNINGS
    assert list(loud_cells(replayer, measured, days)) == []


def measure_season(replayer: Replayer, season: str) -> Measured:
    """The answers to the plan of a whole season."""
    project, calendar = replayer.project, Calendar(replayer.project.calendar)
    replayer.load(season, None)
    selection = select(project.checkpoints["daily"], project.contracts)
    window = calendar.season_window(season, calendar.moment(AFTER_SEASONS))
    planned = plan(
        selection,
        project.contracts,
        replayer.families,
        window.start,
        window.end,
        calendar.moment(AFTER_SEASONS),
    )
    with open_warehouse(folder=replayer.paths.warehouse) as warehouse:
        answers = {answer.statement: answer for answer in warehouse.run_statements(planned.statements)}
        live = warehouse.table_schemas(sorted(project.contracts))
    assert [answer for answer in answers.values() if not isinstance(answer, Measurement)] == []
    return Measured(planned, answers, live)


def loud_cells(replayer: Replayer, measured: Measured, days: Sequence[date]) -> Iterator[tuple[date, str, str]]:
    """Every cell that a daily run on one of those mornings would tell."""
    calendar = Calendar(replayer.project.calendar)
    for day in days:
        moment = calendar.moment(day)
        window = calendar.last_window(3, moment)
        part = replace(measured.plan, start=window.start, end=window.end)
        answers = {name: within(answer, window.start, window.end) for name, answer in measured.answers.items()}
        room = EvidenceRoom(part, answers, measured.live_tables, moment, replayer.project.contracts)  # type: ignore[arg-type]
        bench = Bench(moment, calendar, replayer.project.waivers, first_date(room, window, day))
        for planned in dated(part.rules):
            result = judge_rule(planned, room, bench)
            if result.verdict in LOUD:
                yield day, result.name, result.observed


def within(answer: Answer, start: date, end: date) -> Answer:
    """The answer's rows of a window; the seasons' totals are kept."""
    if not isinstance(answer, Measurement):
        return answer
    rows = [row for row in answer.rows if start <= row["partition_date"] <= end]
    return replace(answer, rows=rows)


def dated(rules: Sequence[PlannedRule]) -> list[PlannedRule]:
    """The rules of game dates: snapshots and whole tables are the season audit's, which looks at the same rows."""
    return [
        item
        for item in rules
        if item.rule.scope in (Scope.HISTORICAL, Scope.UPCOMING) and item.rule.expectation not in _SEASONAL
    ]


_SEASONAL = ("expect_season_to_be_scheduled",)
