"""The draft itself: the guesses as the text of a contract file, read back before anybody sees it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gx.contracts.families import Families
from gx.contracts.model import Contract, Scope
from gx.contracts.parse import parse_contract
from gx.contracts.source import parse_text
from gx.drafting.columns import ColumnGuess, guess_column
from gx.drafting.profile import KeyDays, Profile
from gx.drafting.subject import DraftError, Subject, stem
from gx.drafting.yaml_text import comment, flow, quoted, text

_PHASES = {"nba_raw": 2, "nba_analytics": 3, "nba_precompute": 4, "nba_predictions": 5}
"""The phase whose processors write a dataset (domain 0.1); any other dataset is the operations'."""
_FIRST_LINE = "# yaml-language-server: $schema=../contract.schema.json"


@dataclass(frozen=True)
class DraftOrder:
    """What a person says of the table: who owns it, what writes it, and the window that was profiled."""

    owner: str
    processor: str
    start: date
    end: date
    known: Contract | None = None


def draft(subject: Subject, profile: Profile, order: DraftOrder, families: Families) -> str:
    """The text of a contract file that lint takes and that the profiled rows keep. Raises DraftError without rows."""
    window = f"{order.start} to {order.end}" if subject.partition else "the table as it stands"
    if not profile.total:
        raise DraftError(f"{subject.table} has no rows in {window}; choose a window with rows")
    guesses = [guess_column(column, profile, window) for column in subject.columns]
    grain = _grain(subject, profile)
    lines = [
        *_preface(subject, profile, grain, window),
        *_header(subject, grain, order, profile, window),
        "columns:",
        *(f"  - {_column(guess)}" for guess in guesses),
        "expectations:",
        *_expectations(subject, profile, guesses, grain, window),
    ]
    written = "\n".join(lines) + "\n"
    _read_back(written, subject.table, families)
    return written


def _grain(subject: Subject, profile: Profile) -> KeyDays | None:
    """The first key that is unique, the table's own grain and few columns first; else the one that is nearest to it."""
    found = next((key for key in profile.keys if key.unique), None)
    return found or max(profile.keys, key=lambda key: (key.different, key.complete), default=None)


def _preface(subject: Subject, profile: Profile, grain: KeyDays | None, window: str) -> Iterator[str]:
    yield _FIRST_LINE
    yield comment(f"A draft from {_rows(profile)} of {window}: every bound is a guess, and its words say from what.")
    if grain is None:
        yield comment("The grain is a guess without evidence: no column of this table looks like a key.")
    else:
        yield comment(f"The grain is a guess: {_evidence(subject, grain)}.")
    for name, why in subject.left_out:
        yield comment(f"Left out: column {quoted(name)}, {why}.")


def _rows(profile: Profile) -> str:
    return f"{profile.total:,} {'row' if profile.total == 1 else 'rows'}"


def _evidence(subject: Subject, key: KeyDays) -> str:
    columns = ", ".join(key.columns)
    per = f"within a {subject.partition.name}" if subject.partition else "in the table"
    if key.unique:
        return f"{key.rows:,} rows have {key.different:,} different values of ({columns}) {per}, none of them NULL"
    nearest = f"({columns}) with {key.different:,} different values in {key.rows:,} rows {per}"
    return f"no key that was tried is unique; nearest is {nearest}"


def _header(subject: Subject, grain: KeyDays | None, order: DraftOrder, profile: Profile, window: str) -> Iterator[str]:
    live, known = subject.live, order.known
    name = subject.table.partition(".")[2].replace("_", " ")
    parts = [*([subject.partition.name] if subject.partition else []), *(grain.columns if grain else ())]
    phase = known.header.phase if known else _PHASES.get(subject.table.partition(".")[0], "ops")
    yield f"table: {subject.table}"
    yield f"title: {quoted(name[:1].upper() + name[1:])}"
    yield f"description: {quoted(f'Drafted from {_rows(profile)} of {window}; say here what one row is.')}"
    yield f"owner: {text(order.owner)}"
    yield f"processor: {text(order.processor)}"
    yield f"phase: {phase}"
    yield f"partition: {flow(subject.partition.name if subject.partition else None)}"
    if subject.partition and live.partition is None:
        yield "partitioned: false"
    if subject.partition and live.require_partition_filter:
        yield "require_partition_filter: true"
    kept = [name for name in live.clustering if name in {column.name for column in subject.columns}]
    if kept and len(kept) == len(live.clustering):
        yield f"clustering: {flow(kept)}"
    yield f"grain: {flow(parts or [subject.columns[0].name])}"


def _column(guess: ColumnGuess) -> str:
    mode = {"mode": "REQUIRED"} if guess.column.mode == "REQUIRED" else {}
    told = {"description": guess.observed}
    return flow({"name": guess.column.name, "type": guess.column.type, **mode, **guess.shorthand, **told})


def _expectations(
    subject: Subject, profile: Profile, guesses: Sequence[ColumnGuess], grain: KeyDays | None, window: str
) -> Iterator[str]:
    snapshot = {} if subject.partition else {"scope": Scope.SNAPSHOT.value}
    why = f"The live table has these {len(subject.columns)} columns; one that goes or changes its type breaks readers."
    yield from _entry("schema_as_declared", "expect_schema_to_match_contract", {}, why, snapshot)
    if grain and grain.unique:
        yield from _unique(subject, grain, window, snapshot)
    yield from _row_count(subject, profile, window, snapshot)
    for guess in guesses:
        partition = subject.partition and guess.column.name == subject.partition.name
        if guess.never_null and guess.column.mode != "REQUIRED" and not partition:
            arguments = {"column": guess.column.name}
            name = f"{stem(guess.column.name)}_never_null"
            why = f"None of the {profile.total:,} rows of {window} is without a value."
            yield from _entry(name, "expect_column_values_to_not_be_null", arguments, why, snapshot)


def _unique(subject: Subject, grain: KeyDays, window: str, snapshot: Mapping[str, str]) -> Iterator[str]:
    why = f"In {window} {_evidence(subject, grain)}."
    columns = [*([subject.partition.name] if subject.partition else []), *grain.columns]
    if len(columns) > 1:
        arguments: dict[str, Any] = {"column_list": columns}
        yield from _entry("grain_is_unique", "expect_compound_columns_to_be_unique", arguments, why, snapshot)
    else:
        arguments = {"group_by": columns, "maximum": 1}
        yield from _entry("grain_is_unique", "expect_group_sizes_to_be_between", arguments, why, snapshot)


def _row_count(subject: Subject, profile: Profile, window: str, snapshot: Mapping[str, str]) -> Iterator[str]:
    """Half of the fewest and twice the most rows of a date."""
    fewest, most = min(profile.rows.values()), max(profile.rows.values())
    arguments = {"statistic": "row_count", "fail_below": max(1, fewest // 2), "fail_above": math.ceil(most * 2)}
    dates = f"The {len(profile.rows):,} dates of {window} have {fewest:,} to {most:,} rows each"
    why = f"{dates}; half and twice as many leave room." if subject.partition else f"The table has {most:,} rows."
    yield from _entry("rows_as_usual", "expect_partition_statistic_to_be_between", arguments, why, snapshot)


def _entry(
    name: str, expectation: str, arguments: Mapping[str, Any], why: str, snapshot: Mapping[str, str]
) -> Iterator[str]:
    yield f"  - rule: {name}"
    yield f"    {expectation}: {flow(arguments)}"
    yield from (f"    {key}: {value}" for key, value in snapshot.items())
    yield f"    why: {quoted(why)}"


def _read_back(written: str, table: str, families: Families) -> None:
    """The draft as the contracts' own reader takes it; a draft that lint would refuse is never given out."""
    parsed = parse_contract(parse_text(written, f"{table}.yaml"), table, families)
    problems = [problem.message for problem in parsed.problems]
    if parsed.contract:
        known = {table: parsed.contract}
        problems += [
            message
            for rule in parsed.contract.rules
            for message in families[rule.expectation].check(rule, parsed.contract, known)
        ]
    if problems:
        raise DraftError(f"the draft of {table} would not pass lint: {'; '.join(problems[:3])}")
