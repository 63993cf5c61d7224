"""The twelve shared checks: the jobs and the time of ours, and of stock Great Expectations as it would write them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scripts.benchmarks.counting import CountingProxy
from scripts.benchmarks.figures import COMMAND, Figure
from scripts.benchmarks.processes import contracts
from scripts.benchmarks.workshop import Workshop, workshop

AGAIN = f"{COMMAND} checks"
LIMIT = 2
"""Jobs of a green run."""


def checks(quick: bool) -> Iterator[Figure]:
    """Both on the same 115,200 rows; ``quick`` changes nothing."""
    from scripts.benchmarks.checks_project import game_dates, tables, write_project

    with workshop() as place:
        project = place.folder / "project"
        write_project(project)
        place.root = project
        rows = place.load(tables(), replace=True)
        days = game_dates()
        window = ["--start", f"{days[0]}", "--end", f"{days[-1]}"]
        with CountingProxy(place.url) as proxy:
            took = contracts(["run", "checks", *window, "--no-docs"], place.through(proxy), cwd=project)
            yield Figure(
                f"the twelve checks over {rows:,} rows of three tables, green", proxy.jobs, "jobs", AGAIN, LIMIT
            )
            yield Figure("process start to their verdict", took.clock, "s", AGAIN)
            yield from _stock(place, project, proxy)


def _stock(place: Workshop, root: Path, proxy: CountingProxy) -> Iterator[Figure]:
    from time import perf_counter

    from gx.calendar.calendar import Calendar
    from gx.planning.plan import plan
    from gx.rules.registry import families
    from scripts.benchmarks.checks_project import game_dates
    from scripts.benchmarks.stock import StockRunner, stock_suites

    project, days = place.project, game_dates()
    now = Calendar(project.calendar).moment(None)
    selection = [(contract, contract.rules) for contract in project.contracts.values()]
    planned = plan(selection, project.contracts, families(), days[0], days[-1], now)
    suites = list(stock_suites(planned, project.contracts, families(), now))
    runner, started = StockRunner(proxy, "SUMMARY"), perf_counter()
    sent = sum(map(runner.jobs, suites))
    yield Figure("the twelve checks by stock Great Expectations", sent, "jobs", AGAIN)
    yield Figure("time of these", perf_counter() - started, "s", AGAIN)
