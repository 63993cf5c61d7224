"""The run history: the class of every processor and data date, what data is lost, and which runs told a wrong number.

The data-loss inventory holds REAL_LOSS only. Of 2,344 zero-record runs of 2025-26 (I-01) none was a loss: a list that
mixes tracking bugs with losses sends people to reprocess what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from gx.contracts.model import Contract
from gx.judging.judge import in_scope
from gx.judging.overviews.findings import Findings
from gx.judging.result import PartitionResult
from gx.planning.plan import PlannedRule
from gx.rules.family import RunsOfDate, SlateDay
from gx.rules.known_processors import KnownProcessor, KnownProcessors, classify_known
from gx.rules.run_log import HARMLESS, Classification, RecordsProcessedAgree, classify, processors_of

STATUS: Mapping[Classification, str] = {
    Classification.TRACKING_BUG: "success",
    Classification.FAILED_WITH_DATA: "failed",
}
"""The classes of runs that told less than they wrote, with the status that the log holds."""


@dataclass(frozen=True)
class Cell:
    """One processor and data date; ``rows`` is None for a table without contract, whose rows nobody counts."""

    processor: str
    table: str
    day: date
    found: Classification
    runs: RunsOfDate
    final: int
    rows: int | None = None
    waiver: str | None = None


def run_history(findings: Findings) -> dict[str, Any]:
    """Counts a class, the data-loss inventory, the tracking bugs, and every cell that is not AGREE as date ranges."""
    cells: list[Cell] = []
    silent: list[str] = []
    for planned in findings.room.plan.rules:
        if isinstance(planned.family, (RecordsProcessedAgree, KnownProcessors)):
            result = findings.results[planned.contract.table, planned.rule.name]
            if result.error:
                silent.append(f"{result.name}: {result.error}")
            elif isinstance(planned.family, KnownProcessors):
                cells += _listed(planned, findings)
            else:
                cells += _compared(planned, result.partitions, findings)
    cells.sort(key=lambda cell: (cell.day, cell.processor, cell.table))
    losses = [cell for cell in cells if cell.found is Classification.REAL_LOSS]
    return {
        "classes": {kind.value: sum(cell.found is kind for cell in cells) for kind in Classification},
        "data_loss": [_loss(cell, findings.contracts) for cell in losses],
        "tracking_bugs": [_tracking_bug(cell) for cell in cells if cell.found in STATUS],
        "cells": _ranges(cell for cell in cells if cell.found is not Classification.AGREE),
        "not_evaluated": silent,
    }


def _compared(planned: PlannedRule, judged: Iterable[PartitionResult], findings: Findings) -> Iterator[Cell]:
    """The processors of a table with a contract, on each date that the rule has judged."""
    room, table = findings.room, planned.contract.table
    names = processors_of(planned.rule, planned.contract)
    for result in judged:
        if result.partition is None or result.classification is None:
            continue
        day, merged = result.partition, Classification(result.classification)
        slate, rows = room.slate.get(day, SlateDay()), room.row_counts(table).get(day, 0)
        ran = [name for name in names if day in room.runs.get(name, {})] or names[:1]
        for number, name in enumerate(ran):
            runs = room.runs.get(name, {}).get(day, RunsOfDate())
            found = _own_class(merged, runs, rows, slate)
            if found is Classification.REAL_LOSS and number:
                found = Classification.LEGITIMATE_ZERO  # the loss of a table's date is told once
            yield Cell(name, table, day, found, runs, slate.final, rows, result.waiver)


def _own_class(merged: Classification, runs: RunsOfDate, rows: int, slate: SlateDay) -> Classification:
    """One processor's class; its zero is right where another one wrote the date's rows, or the calendar excuses it."""
    found = classify(runs, rows, slate)
    if merged not in HARMLESS or found is Classification.AGREE:
        return found
    return Classification.AGREE if runs.most_records else Classification.LEGITIMATE_ZERO


def _listed(planned: PlannedRule, findings: Findings) -> Iterator[Cell]:
    """The processors whose tables have no contract."""
    room, bench = findings.room, findings.bench
    listed: Mapping[str, KnownProcessor] = planned.rule.arguments.processors
    for name, by_date in room.evidence(planned).other_runs.items():
        known = listed.get(name)
        for day, runs in by_date.items():
            if in_scope(planned.rule, day, bench):
                slate = room.slate.get(day, SlateDay())
                found = classify_known(known, day, runs, slate, bench.as_of)
                yield Cell(name, known.table if known else "", day, found, runs, slate.final)


def _loss(cell: Cell, contracts: Mapping[str, Contract]) -> dict[str, Any]:
    return {
        "processor": cell.processor,
        "table": cell.table,
        "data_date": cell.day,
        "games_final": cell.final,
        "runs": cell.runs.runs,
        "most_records": cell.runs.most_records,
        "reprocess": reprocess(cell, contracts),
        "waiver": cell.waiver,
    }


def reprocess(cell: Cell, contracts: Mapping[str, Contract]) -> str:
    """What to run again for a lost date: its processor, then those of the tables that read it."""
    if cell.waiver:
        return f"Nothing, this loss is waived: {cell.waiver}"
    readers = [contract.header.processor for contract in contracts.values() if cell.table in contract.header.upstream]
    then = f"; then {', '.join(sorted(set(readers)))}, which read its table" if readers else ""
    return f"Run {cell.processor} again for {cell.day}{then}."


def _tracking_bug(cell: Cell) -> dict[str, Any]:
    return {
        "processor": cell.processor,
        "table": cell.table,
        "data_date": cell.day,
        "rows": cell.rows,
        "runs": cell.runs.runs,
        "status": STATUS[cell.found],
        "most_records": cell.runs.most_records,
        "classification": cell.found.value,
        "waiver": cell.waiver,
    }


def _ranges(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """The cells a processor, table and class, with their dates as ranges of successive days, both ends included."""
    by_kind: dict[tuple[str, str, Classification], set[date]] = {}
    for cell in cells:
        by_kind.setdefault((cell.processor, cell.table, cell.found), set()).add(cell.day)
    return [
        {
            "processor": processor,
            "table": table,
            "classification": found.value,
            "dates": len(days),
            "ranges": _runs_of_days(sorted(days)),
        }
        for (processor, table, found), days in sorted(by_kind.items())
    ]


def _runs_of_days(days: Sequence[date]) -> list[list[date]]:
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1][1] = day
        else:
            found.append([day, day])
    return found
