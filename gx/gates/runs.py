"""Runs under way: does somebody else write the table at this moment, or did a run of the date never end? Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gx.contracts.wording import plural
from gx.gates.model import Colour, Reason
from gx.rules.run_log import RunLogArguments

_WHY = "Two runs that write one date overwrite each other, and the last one wins, complete or not."


def run_reasons(rows: Sequence[Mapping[str, Any]], dates: Sequence[date], hours: int) -> Iterator[Reason]:
    """What the runs without an end hold against a backfill of those dates, from the statement's rows."""
    expected = set(dates)
    yield from _backfills(rows)
    for row in rows:
        day, name = row["partition_date"], row["processor_name"]
        if day in expected and row["under_way"]:
            detail = (
                f"under way: {plural(row['under_way'], 'run')} of {name}, the newest since {_time(row['newest_open'])}"
            )
            remedy = f"Wait until it has ended, at most {hours} hours; then ask again."
            yield _reason("no_run_under_way", detail, remedy, day)
        elif day in expected and row["stuck"] and _is_last(row):
            detail = f"never ended: {plural(row['stuck'], 'run')} of {name}, the newest of {_time(row['newest_open'])}"
            remedy = "Look whether that run still writes; if not, the backfill replaces what it left."
            yield _reason("no_run_is_stuck", detail, remedy, day, Colour.AMBER)


def _backfills(rows: Sequence[Mapping[str, Any]]) -> Iterator[Reason]:
    """Another backfill of the processor, wherever it is by now: it may reach the gate's dates at any time."""
    running = [row for row in rows if row["backfills"]]
    if running:
        days = sorted(row["partition_date"] for row in running)
        names = ", ".join(sorted({row["processor_name"] for row in running}))
        detail = f"a backfill of {names} is under way, now at the data dates {days[0]} to {days[-1]}"
        remedy = "Wait for the other backfill, or stop it; then ask again."
        yield _reason("no_other_backfill", detail, remedy, None)


def _is_last(row: Mapping[str, Any]) -> bool:
    """Whether no run that began later has ended."""
    return row["newest_ended"] is None or row["newest_ended"] < row["newest_open"]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _reason(rule: str, detail: str, remedy: str, day: date | None, colour: Colour = Colour.RED) -> Reason:
    log = RunLogArguments().run_log
    return Reason(day, colour, "operations", log, rule, detail, why=_WHY, remedy=remedy, incident="I-26")
