"""Opening a closed gate by hand: said aloud, and written down before it opens."""

from __future__ import annotations

import getpass
import json
import os
import socket
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gx.exit_codes import ExitCode
from gx.gates.model import Forced, GateResult
from gx.paths import Paths

OPERATOR = "CONTRACTS_OPERATOR"
"""Variable that names the person on whose behalf a gate is forced; without it, the user and the host."""


def forced_log(paths: Paths) -> Path:
    """The file to which every forced opening is appended, a JSON line each."""
    return paths.state / "gates" / "forced.ndjson"


def force(result: GateResult, why: str, paths: Paths) -> GateResult:
    """The gate, opened; one that is open stays as it is, and nothing is recorded.

    The record is on disk before the gate is open. Raises OSError when it cannot be written: the gate stays closed.
    """
    if result.exit_code is ExitCode.PASS:
        return result
    forced = Forced(operator(), why, datetime.now(UTC), int(result.exit_code), result.counts(), result.blocked)
    _append(forced_log(paths), _line(result, forced))
    return replace(result, forced=forced)


def operator() -> str:
    """Who acts here."""
    named = os.environ.get(OPERATOR, "").strip()
    return named or f"{getpass.getuser()}@{socket.gethostname()}"


def _line(result: GateResult, forced: Forced) -> str:
    record = {
        "who": forced.who,
        "why": forced.why,
        "when": forced.when.isoformat(),
        "processor": result.processor,
        "start": str(result.start),
        "end": str(result.end),
        "as_of": result.as_of.isoformat(),
        "warehouse": result.warehouse,
        "exit_code": forced.exit_code,
        "colours": dict(forced.counts),
        "blocked": [str(day) for day in forced.blocked],
        "reasons": sorted({reason.name for reason in result.reasons}),
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _append(path: Path, text: str) -> None:
    """One write to a file opened for appending: lines of two operators never mix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, text.encode("utf-8", "backslashreplace"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
