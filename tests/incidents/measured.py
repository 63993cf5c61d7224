"""A clean season measured once, to be judged as of any morning: what a run on that morning would say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from gx.calendar.calendar import Calendar
from gx.checkpoints.replay import Replayer
from gx.checkpoints.request import select
from gx.checkpoints.run import first_date
from gx.contracts.model import Scope
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.judging.result import is_quiet
from gx.planning.plan import Plan, PlannedRule, plan
from gx.planning.statement import Answer, Measurement
from gx.simulation.seasons import AFTER_SEASONS
from gx.warehouse.connection import open_warehouse


@dataclass(frozen=True)
class Measured:
    """A season's answers, and what was asked."""

    plan: Plan
    answers: Mapping[str, Answer]
    live_tables: Mapping[str, object]


class UnwrittenRoom(EvidenceRoom):
    """Evidence without the statements written out: 75,000 of them are what a morning's judging would mostly do."""

    def sql(self, planned: PlannedRule) -> str:
        return ""


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


def loud_rules(replayer: Replayer, measured: Measured) -> list[tuple[str, str]]:
    """Every rule that an audit of the whole season would tell, with what it says."""
    calendar = Calendar(replayer.project.calendar)
    moment = calendar.moment(AFTER_SEASONS)
    room = EvidenceRoom(measured.plan, measured.answers, measured.live_tables, moment, replayer.project.contracts)  # type: ignore[arg-type]
    bench = Bench(moment, calendar, replayer.project.waivers)
    results = [judge_rule(planned, room, bench) for planned in measured.plan.rules]
    return [(result.name, result.observed) for result in results if not is_quiet(result.verdict)]


def loud_cells(replayer: Replayer, measured: Measured, days: Sequence[date]) -> Iterator[tuple[date, str, str]]:
    """Every cell that a daily run on one of those mornings would tell."""
    calendar = Calendar(replayer.project.calendar)
    for day in days:
        moment = calendar.moment(day)
        window = calendar.last_window(3, moment)
        part = replace(measured.plan, start=window.start, end=window.end)
        answers = {name: within(answer, window.start, window.end) for name, answer in measured.answers.items()}
        room = UnwrittenRoom(part, answers, measured.live_tables, moment, replayer.project.contracts)  # type: ignore[arg-type]
        bench = Bench(moment, calendar, replayer.project.waivers, first_date(room, window, day))
        for planned in dated(part.rules):
            result = judge_rule(planned, room, bench)
            if not is_quiet(result.verdict):
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
