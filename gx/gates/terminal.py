"""A gate for a terminal: open or closed in one sentence, the dates that are not GREEN, what to do, and the lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from textwrap import wrap

from gx.gates.grouping import DateGroup, grouped
from gx.gates.model import Colour, Coverage, GateResult, Missing, Reason

MOST_GROUPS = 30
"""Groups of dates that are not GREEN that the text shows; the JSON document has every date."""
_MOST_DETAILS = 4
_MOST_NAMED_DATES = 3
_WIDTH = 118
_ENDS = {
    0: "exit 0: open",
    1: "exit 1: closed",
    2: "exit 2: closed, AMBER and --strict was given",
    3: "exit 3: closed, because not everything could be evaluated",
}


def gate_lines(gate: GateResult) -> Iterator[str]:
    """The report, line by line; plain text that reads the same in a pipe."""
    yield headline(gate)
    yield from (f"  {note}" for note in gate.notes)
    yield from _everywhere(gate.everywhere)
    yield from _dates(gate)
    yield from _remedies(gate)
    yield from _deletions(gate)
    yield from _coverage(gate)
    yield ""
    yield from _forced(gate)
    yield f"allowed: {dates_list(gate.allowed) or 'none'}"
    yield f"blocked: {dates_list(gate.blocked) or 'none'}"
    yield _closing(gate)


def dates_list(days: Iterable[date]) -> str:
    """The dates as a backfill's ``--dates`` takes them."""
    return ",".join(str(day) for day in days)


def headline(gate: GateResult) -> str:
    """One sentence: open or closed, the processor, the range and how many dates have which colour."""
    state = "OPEN" if int(gate.exit_code) == 0 else "CLOSED"
    word = "pre" if gate.moment == "before" else "post"
    scope = f"gate {word} {gate.processor}, {gate.start} to {gate.end}, as of {gate.as_of:%Y-%m-%d %H:%M} Eastern"
    found = ", ".join(f"{number:,} {colour}" for colour, number in gate.counts().items() if number)
    noun = "game date" if len(gate.days) == 1 else "game dates"
    known = f"{len(gate.days):,} {noun}: {found}" if gate.days else "no game date in this range"
    if not gate.days and gate.not_evaluated:
        known = "the game dates are not known"
    return f"{state}: {scope}: {known}."


def _everywhere(reasons: Sequence[Reason]) -> Iterator[str]:
    """What holds for every date; a table that nobody could ask is told once, not rule by rule."""
    if not reasons:
        return
    yield ""
    yield "On every date"
    together: dict[tuple[Colour, str, str], list[Reason]] = {}
    for reason in reasons:
        rule = "" if not reason.evaluated else reason.rule
        together.setdefault((reason.colour, reason.detail, rule), []).append(reason)
    for (colour, detail, _), found in together.items():
        more = f" and {len(found) - 1} more rules" if len(found) > 1 else ""
        yield f"{colour:6} {found[0].name}{more}{_incident(found[0])}"
        yield from _indented(detail, 9)


def _dates(gate: GateResult) -> Iterator[str]:
    groups = grouped(gate.days)
    loud = [group for group in groups if group.colour is not Colour.GREEN and _says(group)]
    for group in loud[:MOST_GROUPS]:
        yield ""
        yield from _group_lines(group)
    if len(loud) > MOST_GROUPS:
        rest = sum(len(group.days) for group in loud[MOST_GROUPS:])
        yield f"and {rest:,} more game dates in {len(loud) - MOST_GROUPS:,} groups; --format json has all of them"
    quiet = [group for group in groups if group.colour is Colour.GREEN]
    if quiet:
        yield ""
    for group in quiet[:MOST_GROUPS]:
        yield f"GREEN  {group.title}{f'  ({group.note})' if group.note else ''}"
    if len(quiet) > MOST_GROUPS:
        yield f"GREEN  and {sum(len(group.days) for group in quiet[MOST_GROUPS:]):,} more game dates"


def _says(group: DateGroup) -> bool:
    """Whether the dates have something of their own to tell, beside what holds everywhere."""
    return bool(group.causes or group.missing)


def _group_lines(group: DateGroup) -> Iterator[str]:
    yield f"{group.colour:6} {group.title}"
    for reasons in group.causes:
        milder = "" if reasons[0].colour is group.colour else f", only {reasons[0].colour}"
        yield f"       {reasons[0].name}{_incident(reasons[0])}{milder}"
        details = {(reason.classification, reason.detail) for reason in reasons}
        if len(details) == 1 and len(reasons) > 1:
            yield from _indented(_detail(reasons[0]), 9)
            continue
        for reason in reasons[:_MOST_DETAILS]:
            yield from _indented(f"{reason.day}  {_detail(reason)}", 9)
        if len(reasons) > _MOST_DETAILS:
            yield f"         and {len(reasons) - _MOST_DETAILS:,} more dates"
    for day, missing in group.missing[:_MOST_NAMED_DATES]:
        yield from _missing_lines(day, missing)
    if len(group.missing) > _MOST_NAMED_DATES:
        yield "       the missing keys of further dates are in --format json and in the evidence"


def _detail(reason: Reason) -> str:
    return f"{reason.classification}: {reason.detail}" if reason.classification else reason.detail


def _missing_lines(day: date, missing: Missing) -> Iterator[str]:
    yield f"       missing in {missing.table} on {day}, {missing.total:,}:"
    names = ", ".join(key_text(key) for key in missing.keys)
    unnamed = missing.total - len(missing.keys)
    yield from _indented(f"{names}{f', and {unnamed:,} more' if unnamed > 0 else ''}", 9)


def key_text(key: object) -> str:
    """A missing key in a word: its first column's value."""
    return str(next(iter(key.values()))) if isinstance(key, dict) and key else str(key)


def _remedies(gate: GateResult) -> Iterator[str]:
    remedies: dict[str, list[str]] = {}
    for reason in gate.reasons:
        if reason.remedy:
            names = remedies.setdefault(reason.remedy, [])
            if reason.name not in names:
                names.append(reason.name)
    if remedies:
        yield ""
        yield "What to do"
    for remedy, names in remedies.items():
        shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more rules" if len(names) > 2 else "")
        yield f"  {shown}"
        yield from _indented(remedy, 4)


def _deletions(gate: GateResult) -> Iterator[str]:
    for item in gate.deletions:
        yield ""
        yield f"To clear the stale partial rows of {item.table} (printed, never run):"
        yield f"{item.sql};"


def _coverage(gate: GateResult) -> Iterator[str]:
    """The lowest coverage of each rule, so that GREEN can be looked at, too."""
    lowest: dict[tuple[str, str], tuple[date, Coverage]] = {}
    for day in gate.days:
        for cell in day.coverage:
            name = (cell.table, cell.rule)
            if name not in lowest or cell.share < lowest[name][1].share:
                lowest[name] = (day.day, cell)
    if lowest:
        yield ""
        yield "Lowest coverage"
    for (table, rule), (found_on, cell) in lowest.items():
        yield f"  {cell.share:7.1%}  {found_on}  {table}.{rule}"


def _forced(gate: GateResult) -> Iterator[str]:
    if gate.forced:
        forced = gate.forced
        overrode = ", ".join(f"{number:,} {colour}" for colour, number in forced.counts.items() if number)
        yield f"FORCED OPEN by {forced.who}: {forced.why}"
        yield f"  It overrides exit {forced.exit_code} ({overrode or 'no date was judged'}); this is on record."
        yield f"  overridden: {dates_list(forced.blocked) or 'what holds on every date'}"


def _closing(gate: GateResult) -> str:
    jobs = gate.jobs
    size = "bytes unknown" if jobs.bytes_processed is None else f"{jobs.bytes_processed:,} bytes"
    expected = "" if jobs.bytes_estimated is None else f" ({jobs.bytes_estimated:,} estimated)"
    cost = f"{jobs.count} jobs, {size}{expected}, {jobs.seconds:.1f} s on {gate.warehouse}"
    return f"{cost}; {'exit 0: forced open' if gate.forced else _ENDS[int(gate.exit_code)]}."


def _incident(reason: Reason) -> str:
    return f" ({reason.incident})" if reason.incident else ""


def _indented(text: str, by: int) -> Iterator[str]:
    yield from wrap(text, _WIDTH, initial_indent=" " * by, subsequent_indent=" " * by, break_on_hyphens=False)
