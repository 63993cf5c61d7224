"""Starts a command, waits for it, and writes what it took as JSON: ``launcher.py REPORT COMMAND...``.

The kernel counts a process's peak memory from the size of the one that started it, so a small one starts it.
"""

from __future__ import annotations

import json
import os
import sys
import time


def main(report: str, *command: str) -> None:
    """Run the command with this process's streams; its exit status stands in the report."""
    started = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ)
    _, waited, usage = os.wait4(pid, 0)
    clock = time.perf_counter() - started
    took = {
        "clock": clock,
        "work": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss,
        "status": os.waitstatus_to_exitcode(waited),
    }
    with open(report, "w", encoding="utf-8") as file:  # noqa: PTH123  every import here would be measured along
        json.dump(took, file)


if __name__ == "__main__":
    main(*sys.argv[1:])
