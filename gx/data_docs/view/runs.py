"""Runs as pages head and list them, and which of them say how things stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gx.data_docs.stored import StoredRun
from gx.data_docs.text import moment, plural, season, size, slug
from gx.data_docs.view.marks import Chip, chip, chips, urgency
from gx.data_docs.view.sentence import Verdicts, verdict_of
from gx.judging.result import Verdict


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
        counts=chips(_counts(run)),
        jobs=_jobs(run),
        page=f"{slug(run.run_id)}.html",
        notes=run.notes,
        warehouse=run.warehouse,
    )


def _counts(run: StoredRun) -> dict[str, int]:
    counted = dict.fromkeys((verdict.value for verdict in Verdict), 0)
    for rule in run.rules:
        counted[rule.verdict.value] += 1
    return counted


def _jobs(run: StoredRun) -> str:
    count = run.jobs.get("count")
    if count is None:
        return ""
    told = [plural(int(count), "BigQuery job"), f"{size(run.jobs.get('bytes_processed'))} processed"]
    if run.seconds:
        told.append(f"{run.seconds:.1f} s")
    return ", ".join(told).replace("unknown processed", "bytes unknown")


def group_key(run: StoredRun) -> str:
    """Runs with the same key answer the same question, so the newest of them replaces the others."""
    return ".".join(filter(None, [run.checkpoint, season(run.end)]))


def standing(runs: Sequence[StoredRun]) -> list[StoredRun]:
    """How things stand: the newest run of each checkpoint and season, those that need a look first, then newest.

    ``runs`` come newest first.
    """
    newest: dict[str, StoredRun] = {}
    for run in runs:
        newest.setdefault(group_key(run), run)
    return sorted(newest.values(), key=lambda run: urgency(run.verdict))  # stable: newest first among equals


def history(runs: Sequence[StoredRun], table: str, limit: int = 30) -> list[tuple[RunHead, Chip]]:
    """The last runs that looked at a table, oldest first, with its verdict in each."""
    found = [(run, result) for run in runs if (result := run.table(table))]
    return [(head(run), chip(result.verdict)) for run, result in reversed(found[:limit])]
