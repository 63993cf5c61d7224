"""A run for a terminal: the verdict in one sentence, what is wrong first, and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from gx.judging.result import PartitionResult, RuleResult, RunResult, Verdict

_ORDER = (Verdict.ERROR, Verdict.FAIL, Verdict.WARN)
_MOST_DATES = 12
_ENDS = {
    0: "exit 0: nothing is broken",
    1: "exit 1: a contract is broken",
    2: "exit 2: there are warnings and --strict was given",
    3: "exit 3: at least one rule was not evaluated",
}


def run_lines(run: RunResult, index: str | None = None) -> Iterator[str]:
    """The report, line by line; plain text that reads the same in a pipe."""
    yield headline(run)
    yield from (f"  {note}" for note in run.notes)
    for verdict in _ORDER:
        for rule in run.rules:
            if rule.verdict is verdict:
                yield ""
                yield from _rule_lines(rule)
    yield ""
    yield from _closing(run)
    if index:
        yield f"Data Docs: {index}"


def headline(run: RunResult) -> str:
    """One sentence: the verdict, the window and the worst tables."""
    wrong = [table.table for table in run.tables if table.verdict in _ORDER]
    scope = f"{run.checkpoint}, {run.start} to {run.end}, as of {run.as_of:%Y-%m-%d %H:%M} Eastern"
    if not wrong:
        return f"{run.verdict.value.upper()}: {scope}: {len(run.tables)} tables are as their contracts say."
    need = f"{len(wrong)} of {len(run.tables)} tables {'needs' if len(wrong) == 1 else 'need'} a look"
    return f"{run.verdict.value.upper()}: {scope}: {need}: {', '.join(wrong)}."


def _rule_lines(rule: RuleResult) -> Iterator[str]:
    incident = f" ({rule.incident})" if rule.incident else ""
    yield f"{rule.verdict.value.upper():5} {rule.table}.{rule.rule}{incident}"
    yield f"      {rule.words}"
    if rule.error:
        yield from _indented("not evaluated: ", rule.error)
        return
    loud = [p for p in rule.partitions if p.verdict in _ORDER]
    yield from (_partition_line(partition) for partition in loud[:_MOST_DATES])
    if len(loud) > _MOST_DATES:
        yield f"        and {len(loud) - _MOST_DATES} more dates"
    if rule.failing_keys_total:
        yield f"      {rule.failing_keys_total:,} failing keys, for example {_example(rule)}"
    yield from _indented("why: ", rule.why)
    yield from _indented("do:  ", rule.remedy)


def _partition_line(result: PartitionResult) -> str:
    named = f"{result.classification}: " if result.classification else ""
    return f"        {result.partition or 'table'}  {named}{result.detail or result.verdict.value}"


def _example(rule: RuleResult) -> str:
    return "; ".join(
        " ".join(str(value) for value in key.values() if value is not None) for key in rule.failing_keys[:2]
    )


def _indented(label: str, text: str) -> Iterator[str]:
    if text:
        yield from wrap(f"{label}{text}", 110, initial_indent="      ", subsequent_indent=" " * (6 + len(label)))


def _closing(run: RunResult) -> Iterator[str]:
    counts = ", ".join(f"{number} {name}" for name, number in run.counts().items() if number)
    total = sum(run.counts().values())
    yield f"{total} {'rule' if total == 1 else 'rules'}: {counts}."
    read = [job.bytes_processed for job in run.jobs]
    known = f"{sum(size or 0 for size in read):,} bytes" if read and None not in read else "bytes unknown"
    yield f"{len(run.jobs)} jobs, {known}, {run.seconds:.1f} s on {run.warehouse}; {_ENDS[int(run.exit_code)]}."
