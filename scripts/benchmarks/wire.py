"""How many bytes of results a run fetches: it asks for counters, not for rows."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.counting import CountingProxy
from scripts.benchmarks.figures import COMMAND, Figure
from scripts.benchmarks.jobs import GREEN, QUICK_GREEN
from scripts.benchmarks.processes import contracts
from scripts.benchmarks.workshop import workshop


def wire(quick: bool) -> Iterator[Figure]:
    """Green runs through a proxy that counts the answers that carry rows."""
    season = QUICK_GREEN if quick else GREEN
    with workshop() as place:
        rows = place.load_season(season.label, season.as_of)
        with CountingProxy(place.url) as proxy:
            for checkpoint in ("daily", "season_audit"):
                before = proxy.result_bytes
                contracts(["run", checkpoint, "--as-of", f"{season.as_of}", "--no-docs"], place.through(proxy))
                fetched = (proxy.result_bytes - before) / 1e6
                what = f"results fetched by a green `{checkpoint}` of {rows:,} rows, as uncompressed JSON"
                yield Figure(what, fetched, "MB", f"{COMMAND} wire")
