"""How many jobs runs of ours send, green and red, and how many stock Great Expectations sends for the same rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from scripts.benchmarks.counting import CountingProxy
from scripts.benchmarks.figures import COMMAND, Figure
from scripts.benchmarks.processes import contracts
from scripts.benchmarks.workshop import Workshop, workshop

if TYPE_CHECKING:
    from gx.planning.plan import Plan
    from scripts.benchmarks.stock import Costs, StockSuite

AGAIN = f"{COMMAND} jobs"
DAILY_TABLES = 1
"""Jobs a table that a green daily run may send, beside one a compared pair."""
FEWER = 8
"""How many times fewer jobs than stock Great Expectations."""


@dataclass(frozen=True)
class Season:
    """A simulated season cut at a day; ``broken`` is where I-03 is planted, and ``incident`` its number."""

    label: str
    as_of: date | None
    incident: str = ""
    broken: date | None = None


GREEN = Season("2025-26", date(2025, 12, 15))
QUICK_GREEN = Season("2025-26", date(2025, 11, 6))
RED = Season("2022-23", None, "I-03", date(2023, 2, 25))


def jobs(quick: bool) -> Iterator[Figure]:
    """Green runs and the baseline on one league; red runs on another, the season of the partial backfill."""
    season = QUICK_GREEN if quick else GREEN
    with workshop() as place:
        place.load_season(season.label, season.as_of)
        yield from _green(place, season)
        yield from _baseline(place, season, quick)
    if not quick:
        with workshop() as place:
            place.load_season(RED.label, RED.as_of, RED.incident)
            yield from _red(place)


def _green(place: Workshop, season: Season) -> Iterator[Figure]:
    planned = plan_of(place, "daily", season)
    tables = {statement.table for statement in planned.statements}
    pairs = sum(" vs " in each.name or each.name.endswith(" in itself") for each in planned.statements)
    limit = DAILY_TABLES * len(tables) + pairs
    with CountingProxy(place.url) as proxy:
        for checkpoint in ("daily", "season_audit"):
            before = proxy.jobs
            contracts(_words(checkpoint, season), place.through(proxy))
            sent = proxy.jobs - before
            yield Figure(f"green `{checkpoint}`, all contracts", sent, "jobs", AGAIN, limit)


def _baseline(place: Workshop, season: Season, quick: bool) -> Iterator[Figure]:
    from gx.calendar.calendar import Calendar
    from gx.planning.packing import pack
    from gx.rules.registry import families
    from scripts.benchmarks.stock import StockRunner, stock_suites

    planned = plan_of(place, "daily", season)
    now = Calendar(place.project.calendar).moment(season.as_of)
    suites = list(stock_suites(planned, place.project.contracts, families(), now))
    with CountingProxy(place.url) as proxy:
        runner = StockRunner(proxy, "SUMMARY")
        costs = runner.costs(suites)
        yield from _checked(runner, costs, suites, quick)
    total, ours = sum(costs.of(suite) for suite in suites), len(pack(planned.statements))
    yield Figure("the same rules, stock Great Expectations", total, "jobs", AGAIN)
    yield Figure("stock jobs for one of ours", total / ours, "times", AGAIN, FEWER, at_least=True)


def _checked(runner: Any, costs: Costs, suites: Sequence[StockSuite], quick: bool) -> Iterator[Figure]:
    """The counting rule against the truth: suites that are really run."""
    chosen = suites[:2] if quick else suites[:12]
    counted, sent = sum(map(costs.of, chosen)), sum(map(runner.jobs, chosen))
    rules = sum(len(suite.expectations) for suite in chosen)
    what = f"of them really sent for {rules} rules (the counting rule says {counted:,})"
    yield Figure(what, sent, "jobs", AGAIN)


def _red(place: Workshop) -> Iterator[Figure]:
    with CountingProxy(place.url) as proxy:
        for words in (
            ["daily", "--end", f"{RED.broken}", "--start", "2023-02-22"],
            ["season_audit", "--season", RED.label],
        ):
            before = proxy.jobs
            contracts(["run", *words, "--no-docs"], place.through(proxy), allowed=(1,))
            told = f"red `{words[0]}` (I-03 of {RED.label})"
            yield Figure(told, proxy.jobs - before, "jobs", AGAIN)


def _words(checkpoint: str, season: Season) -> list[str]:
    return ["run", checkpoint, "--as-of", f"{season.as_of}", "--no-docs"]


def plan_of(place: Workshop, checkpoint: str, season: Season) -> Plan:
    """The plan of a checkpoint as of the day where the season is cut."""
    from gx.calendar.calendar import Calendar
    from gx.checkpoints.request import WindowChoice, resolve_window, select
    from gx.planning.plan import plan
    from gx.rules.registry import families

    project = place.project
    calendar = Calendar(project.calendar)
    definition, now = project.checkpoints[checkpoint], calendar.moment(season.as_of)
    window = resolve_window(WindowChoice(), definition, calendar, now)
    selection = select(definition, project.contracts)
    return plan(selection, project.contracts, families(), window.start, window.end, now)
