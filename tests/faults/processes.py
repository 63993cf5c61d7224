"""``contracts run`` in processes of their own, which may be killed at any of their steps or run out of disk.

The processes are forked from one that has Great Expectations imported, so each begins at once.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from gx.cli.main import run_cli
from gx.expectations.importing import import_great_expectations
from gx.warehouse import client, retries  # noqa: F401  imported before the fork, which spares every process the time
from tests.faults.project import WINDOW

import_great_expectations()

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])

_STEPS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir")


class Steps:
    """Counts what the process does to the files below ``folder`` and how often it connects to the warehouse.

    At step number ``last`` it is killed, as ``kill -9`` would: no handler runs, nothing is cleaned up.
    """

    def __init__(self, folder: Path, last: int, count_in: Path) -> None:
        self._folder, self._last, self._count_in = str(folder), last, count_in
        self._count = 0

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook of the interpreter."""
        if not self._is_step(event, arguments):
            return
        self._count += 1
        if self._count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_step(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event == "socket.connect":
            return True
        if event not in _STEPS or not str(arguments[0]).startswith(self._folder):
            return False
        return event != "open" or bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))

    def write(self) -> None:
        """Keep the number of steps that there were."""
        self._count_in.write_text(str(self._count), encoding="utf-8")


def _run(root: Path, environment: Mapping[str, str], options: tuple[str, ...], last: int, file_limit: int) -> None:
    os.environ.update(environment)
    os.chdir(root)
    printed = (root / f"printed-{os.getpid()}.txt").open("w", encoding="utf-8")
    sys.stdout = sys.stderr = printed
    steps = Steps(root / "state", last, root / "steps.txt")
    sys.addaudithook(steps)
    if file_limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    status = run_cli(["run", "daily", *WINDOW, *options])
    steps.write()
    printed.flush()
    os._exit(status)


class Runs:
    """Processes that run ``contracts run daily`` in one project folder."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root, self.environment = root, dict(environment)

    def start(self, *options: str, last: int = 0, file_limit: int = 0) -> BaseProcess:
        """Start one: to be killed at its step ``last``, or with files of at most ``file_limit`` bytes."""
        process = _context.Process(target=_run, args=(self.root, self.environment, options, last, file_limit))
        process.start()
        return process

    def run(self, *options: str, last: int = 0, file_limit: int = 0) -> int:
        """Run one to its end, in bounded time: its exit status, or -9 when it was killed."""
        return ended(self.start(*options, last=last, file_limit=file_limit))

    def printed(self, process: BaseProcess) -> str:
        """What a process printed."""
        return (self.root / f"printed-{process.pid}.txt").read_text(encoding="utf-8")

    def steps(self) -> int:
        """How many steps the last run had that came to its end."""
        return int((self.root / "steps.txt").read_text(encoding="utf-8"))


def ended(process: BaseProcess, seconds: float = 60.0) -> int:
    """The exit status of a process that must end within that time."""
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        raise AssertionError(f"the run has not ended within {seconds:g} s")
    return process.exitcode


def until(done: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that must come to pass within that time."""
    import time

    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it has not come to pass in time"
        time.sleep(0.02)
