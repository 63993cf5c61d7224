"""A run as its page heads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gx.contracts.wording import plural
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import moment, season, size, slug
from gx.data_docs.view.marks import Chip, chip, chips
from gx.data_docs.view.sentence import Verdicts, verdict_of


@dataclass(frozen=True)
class RunHead:
    """A run in a list or over a page."""

    run_id: str
    checkpoint: str
    season: str
    window: str
    as_of: str
    started: str
    mark: Chip
    sentence: Verdicts
    counts: Sequence[Chip]
    jobs: str
    page: str
    notes: Sequence[str]
    warehouse: str


def head(run: StoredRun) -> RunHead:
    """The run's head; ``page`` is the file name below ``runs/``."""
    return RunHead(
        run_id=run.run_id,
        checkpoint=run.checkpoint,
        season=season(run.end),
        window=run.start if run.start == run.end else f"{run.start} to {run.end}",
        as_of=moment(run.as_of),
        started=moment(run.started_at or run.as_of),
        mark=chip(run.verdict),
        sentence=verdict_of(run),
        counts=chips(run.counts),
        jobs=_jobs(run),
        page=f"{slug(run.run_id)}.html",
        notes=run.notes,
        warehouse=run.warehouse,
    )


def _jobs(run: StoredRun) -> str:
    count = run.jobs.get("count")
    if count is None:
        return ""
    told = [plural(int(count), "BigQuery job"), f"{size(run.jobs.get('bytes_processed'))} processed"]
    if run.seconds:
        told.append(f"{run.seconds:.1f} s")
    return ", ".join(told).replace("unknown processed", "bytes unknown")
