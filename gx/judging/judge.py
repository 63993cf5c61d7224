"""The judge: measurements, calendar and waivers become results. Pure: no I/O, no GX, the same answer every time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from gx.calendar.calendar import Calendar
from gx.contracts.model import Contract, Rule, Scope, Severity, Waiver
from gx.judging.evidence import EvidenceRoom, Unanswered
from gx.judging.result import PartitionResult, RuleResult, TableResult, Verdict, is_quiet, worst
from gx.judging.words import observed
from gx.planning.plan import PlannedRule
from gx.planning.statement import MeasurementFailure
from gx.rules.family import Evidence


@dataclass(frozen=True)
class Bench:
    """What the judge knows besides the measurements: now, the calendar, the waivers, and from which date on to judge.

    ``first_date`` trims a window to its last N game dates; None keeps all of it.
    """

    as_of: datetime
    calendar: Calendar
    waivers: Sequence[Waiver]
    first_date: date | None = None


def judge_rule(planned: PlannedRule, room: EvidenceRoom, bench: Bench) -> RuleResult:
    """One rule's result; an unanswered statement is an error, never a pass."""
    rule, contract, family = planned.rule, planned.contract, planned.family
    blank = rule_result(contract, rule, family.words(rule, contract), family.threshold(rule))
    try:
        evidence = room.evidence(planned)
    except Unanswered as failure:
        reason = _not_there_yet(contract.table, room, bench)
        if reason:
            return with_partitions(blank, [PartitionResult(None, Verdict.EXEMPT, detail=reason)])
        return error_result(blank, str(failure))
    if family.needs_calendar:
        evidence = _with_calendar(evidence, contract.table, bench)
    judged = family.judge(rule, contract, evidence)
    kept = [result for result in judged if in_scope(rule, result.partition, bench)]
    finished = [_finish(planned, result, bench) for result in kept]
    days = [result.partition for result in kept if result.partition]
    counters = [evidence.counters[day] for day in days if day in evidence.counters]
    evaluated = [int(c.get("evaluated") or 0) for c in counters if "evaluated" in c]
    row_counts = [evidence.row_counts.get(day, 0) for day in days] if not evaluated else []
    is_row_rule = bool(counters) and "unexpected" in counters[0]
    return with_partitions(
        replace(
            blank,
            sql=room.sql(planned),
            evaluated=(sum(evaluated) if evaluated else sum(row_counts)) if is_row_rule else None,
            unexpected=sum(int(c["unexpected"] or 0) for c in counters) if is_row_rule else None,
        ),
        finished,
    )


def _not_there_yet(table: str, room: EvidenceRoom, bench: Bench) -> str | None:
    """Why a live table that does not exist is no error: the whole window lies before its first day."""
    live = room.live_tables.get(table)
    if not isinstance(live, MeasurementFailure) or live.kind != "not_found":
        return None
    return bench.calendar.before_its_first_day(table, room.plan.end)


def _with_calendar(evidence: Evidence, table: str, bench: Bench) -> Evidence:
    """The evidence with what the calendar says of its window."""
    calendar = bench.calendar
    first = max(evidence.start, bench.first_date or evidence.start)
    days = [first + timedelta(days=number) for number in range((evidence.end - first).days + 1)]
    today = bench.as_of.date()
    regular = {day for day in days if calendar.is_regular_season(day) and day < today}
    return replace(
        evidence,
        start=first,
        seasons=tuple(s for s in calendar.file.seasons if s.first_game <= evidence.end and first <= s.playoffs_end),
        season_days=frozenset(regular),
        due=frozenset(day for day in days if calendar.exemption(table, day, bench.as_of) is None),
    )


def in_scope(rule: Rule, day: date | None, bench: Bench) -> bool:
    """Whether a rule speaks of that partition: its scope, its since and until, and the window's first date."""
    if day is None or rule.scope is Scope.SNAPSHOT:
        return True
    if (rule.since and day < rule.since) or (rule.until and day > rule.until):
        return False
    if rule.scope is Scope.TABLE:
        return True
    if bench.first_date and day < bench.first_date:
        return False
    today = bench.as_of.date()
    return day >= today if rule.scope is Scope.UPCOMING else day < today


def _finish(planned: PlannedRule, result: PartitionResult, bench: Bench) -> PartitionResult:
    """Apply what excuses a result: the calendar first, then severity, then a person's waiver."""
    if is_quiet(result.verdict) or result.partition is None:
        return _severe(result, planned.rule)
    if planned.family.excusable(result):
        reason = bench.calendar.exemption(planned.contract.table, result.partition, bench.as_of)
        if reason:
            return replace(result, verdict=Verdict.EXEMPT, detail=reason, classification=_excused(result))
    return _waived(planned, _severe(result, planned.rule), bench)


def _excused(result: PartitionResult) -> str | None:
    return "LEGITIMATE_ZERO" if result.classification == "REAL_LOSS" else result.classification


def _severe(result: PartitionResult, rule: Rule) -> PartitionResult:
    if rule.severity is Severity.WARNING and result.verdict is Verdict.FAIL:
        return replace(result, verdict=Verdict.WARN)
    if rule.severity is Severity.INFO and result.verdict in (Verdict.FAIL, Verdict.WARN):
        return replace(result, verdict=Verdict.PASS)
    return result


def _waived(planned: PlannedRule, result: PartitionResult, bench: Bench) -> PartitionResult:
    if is_quiet(result.verdict) or result.partition is None:
        return result
    covering = [w for w in bench.waivers if w.covers(planned.contract.table, planned.rule.name, result.partition)]
    for waiver in covering:
        if not waiver.expired(bench.as_of.date()):
            until = "" if waiver.expires == "never" else f", until {waiver.expires}"
            return replace(result, verdict=Verdict.WAIVED, waiver=f"{waiver.reason} ({waiver.owner}{until})")
    if covering:
        detail = f"{result.detail or ''} (a waiver for this expired on {covering[0].expires})".strip()
        return replace(result, detail=detail)
    return result


def rule_result(contract: Contract, rule: Rule, words: str, threshold: str) -> RuleResult:
    """A result with all that is known before measuring; its verdict says that nothing was evaluated yet."""
    return RuleResult(
        table=contract.table,
        rule=rule.name,
        expectation=rule.expectation,
        severity=rule.severity.value,
        scope=rule.scope.value,
        verdict=Verdict.ERROR,
        threshold=threshold,
        words=words,
        why=rule.why,
        remedy=rule.remedy,
        incident=rule.incident,
        owner=rule.owner or contract.header.owner,
        location=str(rule.location),
        error="not evaluated",
    )


def error_result(blank: RuleResult, message: str) -> RuleResult:
    """A rule without an answer."""
    return replace(blank, verdict=Verdict.ERROR, error=message, observed=f"not evaluated: {message}")


def with_partitions(blank: RuleResult, partitions: Sequence[PartitionResult]) -> RuleResult:
    """A result with its partitions, their verdict and what was observed in words."""
    counts: dict[str, int] = {}
    for result in partitions:
        counts[result.verdict.value] = counts.get(result.verdict.value, 0) + 1
    judged = replace(
        blank,
        verdict=worst(result.verdict for result in partitions),
        error=None,
        partitions=tuple(result for result in partitions if result.tells),
        partition_counts=counts,
    )
    return replace(judged, observed=observed(judged))


def table_result(contract: Contract, rules: Iterable[RuleResult], rows: int | None) -> TableResult:
    """A table's result from those of its rules, in the contract's order."""
    order: Mapping[str, Any] = {rule.name: number for number, rule in enumerate(contract.rules)}
    ordered = sorted(rules, key=lambda result: order.get(result.rule, len(order)))
    header = contract.header
    verdict = worst(result.verdict for result in ordered)
    return TableResult(
        header.table, header.title, header.owner, str(header.phase), verdict, tuple(ordered), header.description, rows
    )
