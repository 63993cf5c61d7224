"""What a run is asked to do: which checkpoint, which window, which tables and rules, as of when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from uuid import uuid4

from gx.calendar.calendar import Calendar, DateWindow, WindowError
from gx.contracts.model import CheckpointDefinition, Contract, OverviewName, Rule


class RequestError(ValueError):
    """The request names something that is not there, or contradicts itself; the message says what is allowed."""


@dataclass(frozen=True)
class RunOrder:
    """Everything a run needs to be told; ``selection`` pairs contracts with the rules to judge.

    ``max_bytes`` is what its statements may read together (:mod:`gx.checkpoints.budget`); None is no limit.
    """

    checkpoint: str
    selection: Sequence[tuple[Contract, Sequence[Rule]]]
    window: DateWindow
    as_of: datetime
    strict: bool = False
    docs: bool = True
    overviews: Sequence[OverviewName] = ()
    max_bytes: int | None = None


@dataclass(frozen=True)
class WindowChoice:
    """The window as asked for on the command line; at most one of its forms may be used."""

    on: date | None = None
    start: date | None = None
    end: date | None = None
    season: str | None = None
    last: int | None = None


def resolve_window(
    choice: WindowChoice, definition: CheckpointDefinition, calendar: Calendar, as_of: datetime
) -> DateWindow:
    """The partitions to measure: what was asked for, else the checkpoint's own window."""
    forms = [choice.on is not None, bool(choice.start or choice.end), bool(choice.season), choice.last is not None]
    if sum(forms) > 1:
        raise RequestError("choose one window: --date D, --start D --end D, --season 2022-23 or --last N")
    try:
        if choice.on:
            return DateWindow(choice.on, choice.on)
        if choice.start or choice.end:
            return _range(choice.start, choice.end)
        if choice.season:
            return calendar.season_window(choice.season, as_of)
        if choice.last is not None:
            return calendar.last_window(choice.last, as_of)
        if definition.window.last:
            return calendar.last_window(definition.window.last, as_of)
        if definition.window.season == "all":
            return calendar.all_seasons_window(as_of)
        return calendar.season_window(None, as_of)
    except WindowError as error:
        raise RequestError(str(error)) from error


def _range(start: date | None, end: date | None) -> DateWindow:
    if start is None or end is None:
        raise RequestError("--start and --end go together")
    if end < start:
        raise RequestError(f"--end {end} is before --start {start}")
    return DateWindow(start, end)


def select(
    definition: CheckpointDefinition,
    contracts: Mapping[str, Contract],
    tables: Sequence[str] = (),
    rules: Sequence[str] = (),
) -> list[tuple[Contract, tuple[Rule, ...]]]:
    """The contracts and rules of a checkpoint, narrowed to the tables and rules that were asked for."""
    if definition.gate:
        raise RequestError(f"{definition.checkpoint} is a gate; ask it by `contracts gate pre|post PROCESSOR`")
    for name in tables:
        if name not in contracts:
            raise RequestError(f"no contract for table {name!r}{nearest(name, contracts)}")
    allowed = set(contracts) if definition.tables == "all" else set(definition.tables)
    chosen = [contract for name, contract in contracts.items() if name in allowed and (not tables or name in tables)]
    found = [(contract, _rules(contract, definition, rules)) for contract in chosen]
    known = {rule.name: None for contract in chosen for rule in contract.rules}
    for name in rules:
        if not any(rule.name == name or rule.expectation == name for _, kept in found for rule in kept):
            raise RequestError(f"no rule {name!r} in this selection{nearest(name, known)}")
    return [(contract, kept) for contract, kept in found if kept]


def _rules(contract: Contract, definition: CheckpointDefinition, wanted: Sequence[str]) -> tuple[Rule, ...]:
    def kept(rule: Rule, names: Sequence[str]) -> bool:
        return rule.name in names or rule.expectation in names

    rules = contract.rules if definition.rules == "all" else [r for r in contract.rules if kept(r, definition.rules)]
    return tuple(rule for rule in rules if not wanted or kept(rule, wanted))


def new_run_id(checkpoint: str) -> str:
    """A name for a run that begins now, in the order of time among runs of the checkpoint."""
    return f"{checkpoint}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}"


def nearest(name: str, known: Iterable[str]) -> str:
    """``; nearest: NAME``, or nothing where no known name is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f"; nearest: {found[0]}" if found else ""
