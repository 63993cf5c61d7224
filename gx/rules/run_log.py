"""The run log against the tables: does a run's records_processed tell the truth? (rule 1; incidents I-01, I-02, I-13)

The maximum over a date's final runs, the table's rows and the schedule decide; NULL is not 0 (a run that told no
number), and one zero among several runs is normal (the 06:05 and 09:05 files come before the games). Processors whose
tables have no contract are judged by ``known_processors``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from gx.contracts.model import Contract, Model, Rule, TableName
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import nearest
from gx.rules.family import Evidence, Family, RunsOfDate, SlateDay
from gx.rules.reference import long_ago


class Classification(StrEnum):
    """What the run log, the table and the schedule together say of one processor and data date."""

    AGREE = "AGREE"
    TRACKING_BUG = "TRACKING_BUG"
    REAL_LOSS = "REAL_LOSS"
    LEGITIMATE_ZERO = "LEGITIMATE_ZERO"
    FAILED_WITH_DATA = "FAILED_WITH_DATA"
    PHANTOM_WRITE = "PHANTOM_WRITE"
    STUCK = "STUCK"
    UNEXPLAINED_ZERO = "UNEXPLAINED_ZERO"
    UNKNOWN_PROCESSOR = "UNKNOWN_PROCESSOR"


class RunLogArguments(Model):
    """The run log's table and the processors that write the contract's table (default: the contract's processor).

    ``cleared_after_days``: rows of dates longer ago may have been cleared on purpose, so a write without rows is no
    phantom.
    """

    run_log: TableName = "nba_reference.processor_run_history"
    processors: tuple[str, ...] = ()
    cleared_after_days: Annotated[int, Field(ge=1)] | None = None


class RunLogFamily(Family):
    """Shared by the rules that read the run log; ``every_processor`` asks for all of it, whoever wrote."""

    Kwargs: ClassVar[type[Model]] = RunLogArguments
    every_processor: ClassVar[bool] = False
    completeness = True
    needs_slate = True
    needs_rows = True
    needs_runs = True

    def log_of(self, rule: Rule, contract: Contract) -> str:
        """The run log that the rule reads."""
        return str(rule.arguments.run_log)

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        log = self.log_of(rule, contract)
        return [] if log in contracts else [f"run_log: no contract for {log}{nearest(log, list(contracts))}"]


class RecordsProcessedAgree(RunLogFamily):
    """Per data date, what the processor logged agrees with what its table holds."""

    name = "expect_records_processed_to_agree"

    def words(self, rule: Rule, contract: Contract) -> str:
        names = " or ".join(processors_of(rule, contract))
        return f"What {names} logged as records_processed agrees with the rows of {contract.table} and the schedule."

    def threshold(self, rule: Rule) -> str:
        return "no TRACKING_BUG, REAL_LOSS, FAILED_WITH_DATA, PHANTOM_WRITE or STUCK date"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        results = []
        for day in sorted(set(evidence.slate) | set(evidence.runs)):
            slate, runs = evidence.slate.get(day, SlateDay()), evidence.runs.get(day, RunsOfDate())
            rows = evidence.row_counts.get(day, 0)
            if runs.runs == 0 and (rows > 0 or slate.final == 0):
                continue  # the log is silent: nothing to compare, and other rules count the rows
            found = classify(runs, rows, slate)
            if found is Classification.PHANTOM_WRITE and long_ago(
                day, evidence.as_of.date(), rule.arguments.cleared_after_days
            ):
                found = Classification.AGREE
            results.append(_result(day, found, runs, rows, slate))
        return results

    def excusable(self, result: PartitionResult) -> bool:
        return result.classification == Classification.REAL_LOSS


def classify(runs: RunsOfDate, rows: int, slate: SlateDay) -> Classification:
    """The class of one processor and data date; ``rows`` are the table's rows of that date.

    A success that told no number stands beside rows without contradicting them, so that date agrees (I-01 is a
    success that told 0); without rows it is a loss like any other.
    """
    if runs.most_records:
        return Classification.AGREE if rows else Classification.PHANTOM_WRITE
    if rows and runs.untold:
        return Classification.AGREE
    finished = runs.successes + runs.failures + runs.skips
    if runs.stuck and not finished and (slate.final or rows):
        return Classification.STUCK
    if rows == 0:
        return Classification.REAL_LOSS if slate.final else Classification.LEGITIMATE_ZERO
    if slate.scheduled == 0 or (runs.running and not finished):
        return Classification.LEGITIMATE_ZERO
    if runs.successes:
        return Classification.TRACKING_BUG
    return Classification.FAILED_WITH_DATA if runs.failures else Classification.AGREE


_Sentence = Callable[[RunsOfDate, int, SlateDay], str | None]
_WORDS: Mapping[Classification, _Sentence] = {
    Classification.TRACKING_BUG: lambda runs, rows, slate: (
        f"{runs.successes} runs logged success with {_told(runs)} records, but the table holds {rows:,} rows"
    ),
    Classification.FAILED_WITH_DATA: lambda runs, rows, slate: (
        f"the run is logged as failed with {_told(runs)} records, but the table holds {rows:,} rows"
    ),
    Classification.REAL_LOSS: lambda runs, rows, slate: (
        f"{slate.final} games are Final, {runs.runs} runs logged {_told(runs)} records, and the table holds no row"
    ),
    Classification.PHANTOM_WRITE: lambda runs, rows, slate: (
        f"{runs.most_records:,} records are logged, but the table holds no row"
    ),
    Classification.STUCK: lambda runs, rows, slate: (
        f"{runs.stuck} runs have been running for more than two hours and none has finished"
    ),
    Classification.LEGITIMATE_ZERO: lambda runs, rows, slate: (
        f"{_told(runs)} records and {rows:,} rows are right: {slate.final} games are Final"
    ),
}
HARMLESS = {Classification.AGREE: Verdict.PASS, Classification.LEGITIMATE_ZERO: Verdict.EXEMPT}


def _result(day: date, found: Classification, runs: RunsOfDate, rows: int, slate: SlateDay) -> PartitionResult:
    words = _WORDS.get(found, _agreeing)
    verdict = HARMLESS.get(found, Verdict.FAIL)
    detail = words(runs, rows, slate)
    return PartitionResult(day, verdict, rows, runs.most_records, None, found.value, detail)


def _agreeing(runs: RunsOfDate, rows: int, slate: SlateDay) -> str | None:
    if not (rows and runs.untold):
        return None
    return f"{runs.untold} of {runs.runs} runs ended in success and told no number; the table holds {rows:,} rows"


def _told(runs: RunsOfDate) -> str:
    return "no" if runs.most_records is None else f"{runs.most_records:,}"


class ZeroRecordRuns(RunLogFamily):
    """A success with 0 records and no run with records after it, though games were Final: retries are blocked."""

    name = "expect_zero_record_runs_not_to_block_retries"

    def words(self, rule: Rule, contract: Contract) -> str:
        names = " or ".join(processors_of(rule, contract))
        return (
            f"On dates with Final games, no success of {names} with 0 records stands without a later run with records."
        )

    def threshold(self, rule: Rule) -> str:
        return "no blocked date"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        results = []
        for day, runs in sorted(evidence.runs.items()):
            final = evidence.slate.get(day, SlateDay()).final
            if final == 0 or runs.zero_successes == 0:
                continue
            rows = evidence.row_counts.get(day, 0)
            if runs.most_records or (rows and runs.untold):
                results.append(PartitionResult(day, Verdict.PASS))
                continue
            detail = (
                f"{runs.zero_successes} successes with 0 records and no run with records after them, "
                f"though {final} games are Final; the table holds {rows:,} rows"
            )
            results.append(PartitionResult(day, Verdict.FAIL, None, 0, None, None, detail))
        return results


def processors_of(rule: Rule, contract: Contract) -> tuple[str, ...]:
    """The processors whose runs a rule reads."""
    return tuple(rule.arguments.processors) or (contract.header.processor,)


def compared_processors(contracts: Mapping[str, Contract]) -> frozenset[str]:
    """The processors whose records some contract compares with its table's rows."""
    return frozenset(
        name
        for contract in contracts.values()
        for rule in contract.rules
        if rule.expectation == RecordsProcessedAgree.name
        for name in processors_of(rule, contract)
    )
