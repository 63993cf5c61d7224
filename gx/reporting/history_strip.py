"""The strip: a character a run of one rule, oldest first, and since when it has been bad."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gx.judging.result import Verdict, is_quiet

MARKS = {
    Verdict.PASS: ".",
    Verdict.EXEMPT: "-",
    Verdict.WAIVED: "w",
    Verdict.WARN: "!",
    Verdict.FAIL: "F",
    Verdict.ERROR: "E",
}
"""A character a run in a strip; the pages keep a space for a run that did not judge the rule."""
_WIDTH = 100


@dataclass(frozen=True)
class Look:
    """What one run found of the rule; times in ISO form, UTC."""

    run_id: str
    checkpoint: str
    started_at: str
    start: str
    end: str
    verdict: Verdict
    observed: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "run_id": self.run_id,
            "checkpoint": self.checkpoint,
            "started_at": self.started_at,
            "window": {"start": self.start, "end": self.end},
            "verdict": self.verdict.value,
            "observed": self.observed,
        }


def strip(looks: Sequence[Look]) -> str:
    """A character a run."""
    return "".join(MARKS[look.verdict] for look in looks)


def bad_since(looks: Sequence[Look]) -> Look | None:
    """The first of the runs at the end of the strip that all need a look; None when the last one is quiet."""
    first = None
    for look in reversed(looks):
        if is_quiet(look.verdict):
            break
        first = look
    return first


def history_document(table: str, rule: str, source: str, looks: Sequence[Look], waiting: Sequence[str]) -> Any:
    """The history as JSON, of schema ``contracts.history/1``; ``runs`` come oldest first."""
    since = bad_since(looks)
    return {
        "schema": "contracts.history/1",
        "table": table,
        "rule": rule,
        "source": source,
        "strip": strip(looks),
        "bad_since": since.document() if since else None,
        "runs": [look.document() for look in looks],
        "waiting": list(waiting),
    }


def history_lines(name: str, source: str, looks: Sequence[Look], waiting: Sequence[str]) -> Iterator[str]:
    """The strip with its dates and legend, since when the rule is bad, and each change."""
    if not looks:
        yield f"{name}: no run in {source} has judged it."
    else:
        runs = "the last run" if len(looks) == 1 else f"the last {len(looks):,} runs, oldest first"
        yield f"{name}: {runs}, from {source}"
        yield f"  {_minute(looks[0])} to {_minute(looks[-1])} UTC"
        marks = strip(looks)
        yield from (f"  {marks[at : at + _WIDTH]}" for at in range(0, len(marks), _WIDTH))
        yield "  " + "  ".join(f"{mark} {verdict}" for verdict, mark in MARKS.items())
        yield _standing(looks)
        yield from _changes(looks)
    if waiting:
        yield f"Not counted, because their results wait in the outbox: {', '.join(waiting)}."


def _standing(looks: Sequence[Look]) -> str:
    since, last = bad_since(looks), looks[-1]
    if since is None:
        return f"Now {last.verdict}: {last.observed or 'nothing to tell'}"
    count = len(looks) - looks.index(since)
    earlier = " or earlier" if since is looks[0] else ""
    runs = "1 run" if count == 1 else f"{count:,} runs in a row"
    return f"Bad since {_minute(since)}{earlier} ({since.run_id}), {runs}. Now {last.verdict}: {last.observed}"


def _changes(looks: Sequence[Look]) -> Iterator[str]:
    for before, after in pairwise(looks):
        if before.verdict is not after.verdict:
            change = f"{before.verdict} -> {after.verdict}"
            yield f"  {_minute(after)}  {change}  {after.checkpoint}  {after.observed}".rstrip()


def _minute(look: Look) -> str:
    return look.started_at[:16].replace("T", " ")
