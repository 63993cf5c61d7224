"""Processors whose tables have no contract: who they are, and when writing nothing is right (domain, Appendix A)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from gx.contracts.model import Contract, Model, Rule
from gx.judging.result import PartitionResult, Verdict
from gx.rules.family import Evidence, RunsOfDate, SlateDay
from gx.rules.run_log import Classification, RunLogFamily


class Zero(StrEnum):
    """When a run that wrote no record is right."""

    ALWAYS = "always"
    WITHOUT_GAMES = "on_days_without_games"
    NEVER = "never"


class KnownProcessor(Model):
    """A processor of the run log and the table it writes.

    ``zero``: ``on_days_without_games`` asks for records of each date with Final games, ``never`` of each date with
    scheduled ones. ``until`` is the last date that is asked for (a source that was switched off later); before
    ``due_hours`` after midnight Eastern of the data date nothing is. ``why`` tells why it may write nothing.
    """

    table: str
    zero: Zero
    why: str
    until: date | None = None
    due_hours: Annotated[int, Field(ge=0)] = 34


class KnownProcessorsArguments(Model):
    """The known processors by the name that they have in the run log. Those that a contract compares need no entry."""

    processors: Annotated[dict[str, KnownProcessor], Field(min_length=1)]


class KnownProcessors(RunLogFamily):
    """Each processor of the run log is known, and one that must write records on a game date has told some."""

    name = "expect_processor_runs_to_be_explained"
    Kwargs: ClassVar[type[Model]] = KnownProcessorsArguments
    completeness = False
    needs_rows = False
    every_processor = True

    def log_of(self, rule: Rule, contract: Contract) -> str:
        return contract.table

    def words(self, rule: Rule, contract: Contract) -> str:
        count = len(rule.arguments.processors)
        return (
            f"Each processor of the run log has a contract or is one of {count} known ones, "
            "and none of these told 0 records on a date on which it must write some."
        )

    def threshold(self, rule: Rule) -> str:
        return "warn: no unknown processor, no unexplained zero, no stuck run on a game date"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        days = sorted({day for runs in evidence.other_runs.values() for day in runs})
        return [_judge_date(rule.arguments.processors, day, evidence) for day in days]


def classify_known(
    known: KnownProcessor | None, day: date, runs: RunsOfDate, slate: SlateDay, as_of: datetime
) -> Classification:
    """The class of a processor without a contract and a data date; ``known`` is its entry in the list, if any."""
    if known is None:
        return Classification.UNKNOWN_PROCESSOR
    if runs.most_records or runs.untold:
        return Classification.AGREE
    if runs.stuck and slate.final and not (runs.successes or runs.failures or runs.skips):
        return Classification.STUCK
    told_zero = runs.most_records == 0 and (runs.zero_successes or runs.failures)
    if told_zero and _must_write(known, day, slate, as_of):
        return Classification.UNEXPLAINED_ZERO
    return Classification.LEGITIMATE_ZERO


def _must_write(known: KnownProcessor, day: date, slate: SlateDay, as_of: datetime) -> bool:
    games = {Zero.ALWAYS: 0, Zero.WITHOUT_GAMES: slate.final, Zero.NEVER: slate.scheduled}[known.zero]
    due = datetime.combine(day, time(0), as_of.tzinfo) + timedelta(hours=known.due_hours)
    return games > 0 and as_of >= due and (known.until is None or day <= known.until)


_WORDS: Mapping[Classification, str] = {
    Classification.UNKNOWN_PROCESSOR: "no contract and no list of the run log knows {names}",
    Classification.UNEXPLAINED_ZERO: "{names} told 0 records, though {games} games are scheduled and zero is not right",
    Classification.STUCK: "{names}: running for more than two hours, and no run has finished",
}


def _judge_date(listed: Mapping[str, KnownProcessor], day: date, evidence: Evidence) -> PartitionResult:
    slate, found = evidence.slate.get(day, SlateDay()), dict[Classification, list[str]]()
    for name, runs in sorted(evidence.other_runs.items()):
        if day in runs:
            kind = classify_known(listed.get(name), day, runs[day], slate, evidence.as_of)
            found.setdefault(kind, []).append(name)
    told = [kind for kind in _WORDS if kind in found]
    if not told:
        return PartitionResult(day, Verdict.PASS)
    details = [_WORDS[kind].format(names=", ".join(found[kind]), games=slate.scheduled) for kind in told]
    return PartitionResult(day, Verdict.WARN, None, None, None, told[0].value, "; ".join(details))
