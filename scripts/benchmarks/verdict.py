"""How long a person waits from the start of the command to its verdict, over the floor of the same statements."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from scripts.benchmarks.figures import COMMAND, Figure
from scripts.benchmarks.jobs import GREEN, QUICK_GREEN, Season, plan_of
from scripts.benchmarks.processes import Took, contracts, run
from scripts.benchmarks.workshop import Workshop, workshop

AGAIN = f"{COMMAND} verdict"
SHARE, EXTRA = 1.5, 0.5
"""A verdict may take 1.5 times the floor and half a second."""


def verdict(quick: bool) -> Iterator[Figure]:
    """The floor and a daily run, one after the other several times; the quickest of each counts."""
    season = QUICK_GREEN if quick else GREEN
    with workshop() as place:
        place.load_season(season.label, season.as_of)
        words = ["run", "daily", "--as-of", f"{season.as_of}", "--no-docs"]
        contracts(words, place.environment)  # the warehouse translates each statement once
        pairs = [(_floor(place, season), contracts(words, place.environment)) for _ in range(2 if quick else 5)]
        yield from _compared(min(a.clock for a, _ in pairs), min(b.clock for _, b in pairs))
        yield from _imported(pairs[-1][1])
        cold = place.environment | {"PYTHONPYCACHEPREFIX": str(place.folder / "bytecode")}
        took = contracts(words, cold)
        yield Figure("process start to verdict, `daily`, cold bytecode", took.clock, "s", AGAIN)
        pages = contracts(words[:-1], place.environment)
        yield Figure("the same, warm, with Data Docs from nothing", pages.clock, "s", AGAIN)


def _compared(floor: float, took: float) -> Iterator[Figure]:
    yield Figure("floor: the jobs of `daily` by the bare client", floor, "s", AGAIN)
    limit = SHARE * floor + EXTRA
    yield Figure("process start to verdict, `daily`, warm bytecode", took, "s", AGAIN, limit)


def _floor(place: Workshop, season: Season) -> Took:
    """The jobs that a run sends, statements of one table together, without the run around them."""
    from gx.planning.packing import pack

    file = place.folder / "statements.json"
    statements = [each.statement.literal_sql() for each in pack(plan_of(place, "daily", season).statements)]
    file.write_text(json.dumps(statements), encoding="utf-8")
    return run([sys.executable, "-m", "scripts.benchmarks.floor", file, place.url], place.environment)


def _imported(took: Took) -> Iterator[Figure]:
    yield Figure("work of that process", took.work, "s of work", AGAIN)
    yield Figure("peak memory of that process", took.memory, "MB", AGAIN)
