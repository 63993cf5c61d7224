"""Running a command as its user does, and what it took: clock, work of the processor, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = Path(__file__).with_name("launcher.py")
CONTRACTS = Path(sys.executable).with_name("contracts")


@dataclass(frozen=True)
class Took:
    """What a process took: seconds on the clock, seconds of work (user and system), its peak memory in MB."""

    clock: float
    work: float
    memory: float
    status: int
    output: str


class CommandFailed(RuntimeError):
    """A command that is measured did not do its work; the message has its words."""


def run(
    words: Sequence[str | Path], environment: Mapping[str, str], allowed: Sequence[int] = (0,), cwd: Path = ROOT
) -> Took:
    """Run a command to its end in that folder. Raises CommandFailed for any other exit status."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "took.json"
        launched = [sys.executable, "-I", "-S", LAUNCHER, report, *words]
        process = subprocess.run(launched, cwd=cwd, env=dict(environment), capture_output=True, text=True, check=False)
        if not report.exists():
            raise CommandFailed(f"{' '.join(map(str, words))} was not started: {process.stderr}")
        took = json.loads(report.read_text(encoding="utf-8"))
    if took["status"] not in allowed:
        said = f"{process.stdout[-800:]}{process.stderr}"
        raise CommandFailed(f"{' '.join(map(str, words))} ended with {took['status']}:\n{said}")
    memory = took["memory"] / (1024 if sys.platform == "linux" else 1024**2)
    return Took(took["clock"], took["work"], memory, took["status"], process.stdout)


def contracts(
    arguments: Sequence[str], environment: Mapping[str, str], allowed: Sequence[int] = (0,), cwd: Path = ROOT
) -> Took:
    """Run the command ``contracts``."""
    return run([CONTRACTS, *arguments], environment, allowed, cwd)


def quickest(call: Callable[[], Took], times: int) -> Took:
    """The quickest of so many calls: what others do on the machine only ever adds."""
    return min((call() for _ in range(times)), key=lambda took: took.clock)


def plain_environment(**changes: str) -> dict[str, str]:
    """The environment without this project's own settings, and with bytecode written; then the changes."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CONTRACTS_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return kept | changes
