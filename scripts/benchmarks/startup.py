"""How long commands that send nothing take, from the start of the process to its end; the quickest of several."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from scripts.benchmarks.figures import COMMAND, Figure
from scripts.benchmarks.processes import Took, contracts, plain_environment, quickest

AGAIN = f"{COMMAND} startup"
RULE = "nba_precompute.player_composite_factors.covers_players_who_played"
COMMANDS = (
    ["--help"],
    ["lint"],
    ["list"],
    ["explain", RULE],
    ["plan", "daily", "--no-bytes"],
    ["plan", "season_audit", "--season", "2022-23", "--no-bytes"],
)
TARGET = 0.4
"""Seconds that a person does not notice."""


def startup(quick: bool) -> Iterator[Figure]:
    """Each command several times; ``lint`` and ``plan`` also as they are just after an edit.

    The loop before them tells how fast the machine is just then: on shared ones that varies by half.
    """
    yield Figure("for comparison, this machine's loop over ten million squares", min(map(_loop, range(3))), "s", AGAIN)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        state.mkdir()
        environment = plain_environment(CONTRACTS_STATE_DIR=str(state), CONTRACTS_WAREHOUSE_DIR=folder)
        contracts(["plan", "daily", "--no-bytes"], environment)
        for words in COMMANDS:
            took = quickest(lambda words=words: contracts(words, environment), 5 if quick else 15)  # type: ignore[misc]
            yield _figure(f"`contracts {' '.join(words)}`", took, TARGET)
        edited = environment | {"CONTRACTS_STATE_DIR": str(Path(folder) / "nowhere")}
        for words in (["lint"], ["plan", "daily", "--no-bytes"]):
            took = quickest(lambda words=words: contracts(words, edited), 3 if quick else 9)  # type: ignore[misc]
            yield _figure(f"with nothing remembered: `contracts {' '.join(words)}`", took, None)


def _figure(what: str, took: Took, limit: float | None) -> Figure:
    return Figure(what, took.clock, "s", AGAIN, limit)


def _loop(_: int) -> float:
    started = perf_counter()
    sum(number * number for number in range(10_000_000))
    return perf_counter() - started
