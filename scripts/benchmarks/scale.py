"""What grows with the window, with the rows and with the history, and what does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scripts.benchmarks.figures import COMMAND, Figure
from scripts.benchmarks.history import history
from scripts.benchmarks.jobs import Season
from scripts.benchmarks.processes import Took, contracts
from scripts.benchmarks.workshop import Workshop, workshop

if TYPE_CHECKING:
    import pyarrow as pa

AGAIN = f"{COMMAND} scale"
SEASONS = tuple(Season(label, None) for label in ("2021-22", "2022-23", "2023-24", "2024-25", "2025-26"))
QUICK_SEASONS = (Season("2021-22", date(2021, 11, 20)), Season("2022-23", date(2022, 11, 20)))
AS_OF = date(2026, 7, 1)
"""After the last season."""
MORE_JOBS, MEMORY_LIMIT, FLAT = 1.3, 400, 1.25
"""Five seasons against one date, in jobs; MB of one season's run; memory of 100 times the rows against once."""
PLAYERS = "nba_analytics.player_game_summary"
OWN_RULES = (
    "expect_column_values_to_be_between",
    "expect_column_values_to_not_be_null",
    "expect_compound_columns_to_be_unique",
)
"""Rules that look at the table's own rows and hold when every player has doubles under other names."""
RUNS, QUICK_RUNS = 10_000, 2_000


def scale(quick: bool) -> Iterator[Figure]:
    """Windows, rows, history."""
    yield from _windows(QUICK_SEASONS if quick else SEASONS)
    yield from _rows(10 if quick else 40)
    yield from history(QUICK_RUNS if quick else RUNS)


@dataclass(frozen=True)
class Ran:
    """A run: its process, its jobs, and the peak memory of the warehouse's server in MB."""

    took: Took
    jobs: int
    server: float

    def figures(self, what: str, jobs: float | None = None, memory: float | None = None) -> Iterator[Figure]:
        """Jobs, time, memory of both sides."""
        yield Figure(f"{what}: jobs", self.jobs, "jobs", AGAIN, jobs)
        yield Figure(f"{what}: process start to verdict", self.took.clock, "s", AGAIN)
        yield Figure(f"{what}: peak memory of the command", self.took.memory, "MB", AGAIN, memory)
        yield Figure(f"{what}: peak memory of the embedded server", self.server, "MB", AGAIN)


def _ran(place: Workshop, words: list[str]) -> Ran:
    file = place.folder / "result.json"
    place.forget_peak()
    words = ["run", *words, "--no-docs", "--output", str(file)]
    took = contracts(words, place.environment, allowed=(0, 1, 2))
    jobs = json.loads(file.read_text(encoding="utf-8"))["jobs"]["count"]
    return Ran(took, jobs, place.server_memory())


def _windows(seasons: tuple[Season, ...]) -> Iterator[Figure]:
    """One date, one season, all seasons, over the same tables."""
    first, end = seasons[0], seasons[0].as_of or date(2022, 6, 20)
    with workshop() as place:
        rows = sum(place.load_season(season.label, season.as_of) for season in seasons)
        day = ["season_audit", "--date", f"{end - timedelta(days=2 if first.as_of else 90)}", "--as-of", f"{AS_OF}"]
        one = _ran(place, day)
        yield from one.figures(f"one date of {rows:,} rows")
        season = ["season_audit", "--season", first.label, "--as-of", f"{first.as_of or AS_OF}"]
        yield from _ran(place, season).figures(f"{_cut(first)}", memory=MEMORY_LIMIT)
        start = [
            "season_audit",
            "--start",
            "2021-10-19",
            "--end",
            f"{seasons[-1].as_of or AS_OF}",
            "--as-of",
            f"{AS_OF}",
        ]
        whole = _ran(place, start)
        yield from whole.figures(f"{len(seasons)} seasons", jobs=MORE_JOBS * one.jobs)


def _cut(season: Season) -> str:
    return f"season {season.label}" + (f" up to {season.as_of}" if season.as_of else "")


def _rows(days: int) -> Iterator[Figure]:
    """The player summaries of so many days, once and a hundred times."""
    from gx.simulation.league import simulate

    end = date(2025, 10, 21) + timedelta(days=days)
    with workshop() as place:
        plain = simulate("2025-26", place.project.contracts, end).tables
        place.load(dict(plain))
        words = ["season_audit", "--as-of", f"{end}", "--table", PLAYERS]
        words += [word for rule in OWN_RULES for word in ("--rule", rule)]
        once = _ran(place, words)
        yield from once.figures(f"{PLAYERS} of {days} days, {plain[PLAYERS].num_rows:,} rows")
        rows = place.load({PLAYERS: multiplied(plain[PLAYERS], 100)}, replace=True)
        limit = FLAT * once.took.memory
        yield from _ran(place, words).figures(f"the same with {rows:,} rows", jobs=once.jobs, memory=limit)


def multiplied(table: pa.Table, times: int) -> pa.Table:
    """The rows so many times, each time with the players under other names."""
    import pyarrow as pa
    import pyarrow.compute

    copies = []
    for number in range(times):
        names = pa.compute.binary_join_element_wise(table["player_lookup"], pa.scalar(f"x{number}"), "")
        place = table.column_names.index("player_lookup")
        copies.append(table.set_column(place, "player_lookup", names))
    return pa.concat_tables(copies)
