"""What a rule observed, in a few words for a table cell."""

from __future__ import annotations

from gx.judging.result import PartitionResult, RuleResult, Verdict

_ORDER = (Verdict.FAIL, Verdict.WARN, Verdict.WAIVED)
_SAYS = {Verdict.FAIL: "fail", Verdict.WARN: "warn", Verdict.WAIVED: "are waived"}


def observed(result: RuleResult) -> str:
    """The rows or dates that are not as expected, the worst first, and how many were looked at."""
    dates = sum(result.partition_counts.values())
    if not dates:
        return "nothing to evaluate in this window"
    if dates == 1 and result.partitions and result.partitions[0].partition is None:
        return result.partitions[0].detail or "as declared"
    parts = [f"{result.unexpected:,} of {result.evaluated:,} rows unexpected"] if result.unexpected else []
    for verdict in _ORDER:
        found = [p for p in result.partitions if p.verdict is verdict]
        if found:
            parts.append(f"{len(found)} of {dates} dates {_SAYS[verdict]}: {_dates(found)}")
    exempt = result.partition_counts.get(Verdict.EXEMPT, 0)
    if exempt == dates:
        return f"{exempt} dates exempt"
    return "; ".join(parts) or f"{dates - exempt} dates as expected" + (f", {exempt} exempt" if exempt else "")


def _dates(results: list[PartitionResult], most: int = 3) -> str:
    shown = ", ".join(_cell(result) for result in results[:most])
    return shown + (f" and {len(results) - most} more" if len(results) > most else "")


def _cell(result: PartitionResult) -> str:
    if result.classification:
        return f"{result.partition} {result.classification}"
    if result.coverage is not None and result.expected:
        return f"{result.partition} ({result.actual:,} of {result.expected:,})"
    return str(result.partition)
