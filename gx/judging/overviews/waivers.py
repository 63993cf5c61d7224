"""The waivers of a run: which are in force and cover what, which have expired, cover nothing or cover too much."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gx.contracts.checks import is_broad
from gx.contracts.model import Waiver
from gx.judging.evidence import Unanswered
from gx.judging.overviews.findings import Findings
from gx.judging.result import RuleResult, Verdict


def waiver_states(findings: Findings) -> list[dict[str, Any]]:
    """Every waiver with its state: in force, expired, covers nothing, or outside the window; and the cells it covers.

    A waiver covers nothing when its rules were judged on its dates and none of them needed it: it may be deleted.
    """
    return [_waiver(waiver, findings) for waiver in findings.bench.waivers]


def _waiver(waiver: Waiver, findings: Findings) -> dict[str, Any]:
    rules = [rule for rule in findings.results.values() if _names(waiver, rule) and not rule.error]
    cells = sorted(_cells(waiver, rules))
    return {
        "table": waiver.table,
        "rule": waiver.rule,
        "dates": _dates(waiver),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "since": waiver.since.isoformat(),
        "expires": str(waiver.expires),
        "incident": waiver.incident,
        "state": _state(waiver, bool(rules), bool(cells), findings),
        "too_broad": is_broad(waiver),
        "cells": len(cells),
        "covered_dates": sorted({day.isoformat() for _, day in cells}),
    }


def _names(waiver: Waiver, rule: RuleResult) -> bool:
    return rule.table == waiver.table and waiver.rule in ("*", rule.rule)


def _cells(waiver: Waiver, rules: Iterable[RuleResult]) -> set[tuple[str, date]]:
    return {
        (rule.rule, part.partition)
        for rule in rules
        for part in rule.partitions
        if part.verdict is Verdict.WAIVED and part.partition and waiver.covers(rule.table, rule.rule, part.partition)
    }


def _state(waiver: Waiver, judged: bool, covers: bool, findings: Findings) -> str:
    if waiver.expired(findings.bench.as_of.date()):
        return "expired"
    if covers:
        return "in force"
    days = _days(findings)
    overlaps = any(waiver.covers(waiver.table, waiver.rule, day) for day in days)
    return "covers nothing" if judged and overlaps else "outside the window"


def _days(findings: Findings) -> Iterable[date]:
    """The game dates of the window that were judged; none when the schedule was not read."""
    first, today = findings.bench.first_date or findings.room.plan.start, findings.bench.as_of.date()
    try:
        return [day for day, slate in findings.room.slate.items() if first <= day < today and slate.final]
    except Unanswered:
        return []


def _dates(waiver: Waiver) -> str:
    if waiver.dates:
        return ", ".join(day.isoformat() for day in waiver.dates)
    if waiver.start is None and waiver.end is None:
        return "all dates"
    return f"{waiver.start or '...'} to {waiver.end or '...'}"
