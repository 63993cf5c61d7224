"""Measures what this project promises about its speed, on this machine, and prints it.

.venv/bin/python scripts/benchmark.py all               # every topic but the pages, one table; a quarter of an hour
.venv/bin/python scripts/benchmark.py all --quick       # the same on shorter seasons, about two minutes
.venv/bin/python scripts/benchmark.py jobs              # one topic: jobs, verdict, startup, scale, wire or checks
.venv/bin/python scripts/benchmark.py docs              # Data Docs beside Great Expectations' own, 40 stored runs
.venv/bin/python scripts/benchmark.py docs --runs 1600  # years of runs; some minutes

docs/benchmarks.md says what each topic measures and how it counts.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module


def parser() -> argparse.ArgumentParser:
    """The command line; each subcommand sets the function that runs it."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = made.add_subparsers(required=True)
    pages = commands.add_parser("docs", help="Data Docs beside Great Expectations' own")
    pages.add_argument("--runs", type=int, default=40, help="stored runs (default 40)")
    pages.add_argument("--tables", type=int, default=24, help="tables a run (default 24)")
    pages.add_argument("--rules", type=int, default=12, help="rules a table (default 12)")
    pages.add_argument("--folder", help="where to put the store and the sites (default: the temporary folder)")
    pages.set_defaults(run=_docs)
    for name, summary in TOPICS.items():
        topic = commands.add_parser(name, help=summary)
        topic.add_argument("--quick", action="store_true", help="shorter seasons, fewer repetitions")
        topic.set_defaults(run=lambda arguments, name=name: measured(name, arguments.quick))
    return made


TOPICS = {
    "startup": "commands that send nothing",
    "checks": "the twelve shared checks",
    "jobs": "jobs of green and red runs, beside stock Great Expectations",
    "verdict": "process start to printed verdict, over the floor of the bare client",
    "wire": "bytes of results fetched",
    "scale": "one date, a season, five seasons; 100 times the rows; 10,000 runs",
    "all": "all of these, in one table",
}


def _docs(arguments: argparse.Namespace) -> None:
    from scripts.benchmarks.docs import docs

    docs(arguments)


def measured(topic: str, quick: bool) -> None:
    """Measure a topic, telling each figure as it comes, and print the table at the end."""
    from scripts.benchmarks.figures import markdown, told

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the warehouse goes down with us
    figures = []
    for name in [name for name in TOPICS if name != "all"] if topic == "all" else [topic]:
        measure = getattr(import_module(f"scripts.benchmarks.{name}"), name)
        for figure in measure(quick):
            print(f"{figure.what}: {told(figure.value)} {figure.unit}", file=sys.stderr, flush=True)
            figures.append(figure)
    print(markdown(figures))


def main(words: Sequence[str] | None = None) -> None:
    """Run the benchmark that the command line names."""
    arguments = parser().parse_args(words)
    arguments.run(arguments)


if __name__ == "__main__":
    main()
