"""Packing: the statements about one table travel as one job, each answer in a column of its own.

A job costs a submission and a place in the queue, whatever it reads, and BigQuery bills at least 10 MB for each table
that a job names. The parts keep their texts, and so their answers. They are sent apart again when the job as a whole
fails: no rule may fail for its neighbour's fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gx.planning.statement import Answer, Measurement, MeasurementFailure, Parameter, Statement

LONGEST = 400_000
"""Characters of a job's text; BigQuery takes a megabyte."""
_FOR_GOOD = "timeout"
"""The kind of failure that sending the parts apart would only repeat: the run's time is over."""


@dataclass(frozen=True)
class Pack:
    """A job and the statements that are its parts; a single part is sent as it is."""

    statement: Statement
    parts: tuple[Statement, ...]


def pack(statements: Sequence[Statement]) -> list[Pack]:
    """The statements in as few jobs as there are tables that they are about.

    One that would be alone joins the first job that reads its tables anyway, as the slate does.
    """
    by_table: dict[str, list[Statement]] = {}
    for statement in statements:
        by_table.setdefault(statement.table, []).append(statement)
    groups = list(by_table.values())
    for group in [group for group in groups if len(group) == 1]:
        host = next((other for other in groups if other is not group and _reads(other) >= set(group[0].reads)), None)
        if host is not None and _fits([*host, *group]):
            host += group
            groups.remove(group)
    return [made for group in groups for made in _packs(group)]


def _reads(group: Sequence[Statement]) -> set[str]:
    return {table for statement in group for table in statement.reads}


def _packs(group: Sequence[Statement]) -> list[Pack]:
    """One job for the group, or one for each where they do not fit together."""
    if len(group) == 1 or not _fits(group):
        return [Pack(statement, (statement,)) for statement in group]
    return [Pack(_together(group), tuple(group))]


def _fits(group: Sequence[Statement]) -> bool:
    """Whether no two parts mean different values by one parameter, and the text is not too long."""
    return _parameters(group) is not None and sum(len(statement.sql) for statement in group) < LONGEST


def _parameters(group: Sequence[Statement]) -> tuple[Parameter, ...] | None:
    found: dict[str, Parameter] = {}
    for parameter in (parameter for statement in group for parameter in statement.parameters):
        if found.setdefault(parameter.name, parameter) != parameter:
            return None
    return tuple(found.values())


def _together(group: Sequence[Statement]) -> Statement:
    parts = [_part(statement, number, len(group)) for number, statement in enumerate(group)]
    reads = tuple(dict.fromkeys(table for statement in group for table in statement.reads))
    rules = tuple(rule for statement in group for rule in statement.rules)
    name = " + ".join(statement.name for statement in group)
    return Statement(name, group[0].table, reads, "\nUNION ALL\n".join(parts), _parameters(group) or (), rules)


def _part(statement: Statement, number: int, count: int) -> str:
    columns = ["answer" if place == number else "NULL" for place in range(count)]
    named = ", ".join(f"{column} AS answer_{place}" for place, column in enumerate(columns))
    return f"SELECT {number} AS part, {named}\nFROM (\n{statement.sql}\n) AS answer"


def unpack(sent: Pack, answer: Answer) -> list[Answer]:
    """Each part's answer; all have the job's statistics. A failure is every part's."""
    if len(sent.parts) == 1:
        return [answer]
    if isinstance(answer, MeasurementFailure):
        return [MeasurementFailure(part.name, answer.kind, answer.message, answer.job) for part in sent.parts]
    rows = [(row["part"], row) for row in answer.rows]
    return [
        Measurement(part.name, [row[f"answer_{number}"] for own, row in rows if own == number], answer.job)
        for number, part in enumerate(sent.parts)
    ]


def to_send_apart(sent: Sequence[tuple[Pack, Answer]]) -> list[Statement]:
    """The parts that are worth sending one by one after their job failed; none when no job was reached at all."""
    if _unreachable(sent):
        return []
    failed = [each for each, answer in sent if isinstance(answer, MeasurementFailure) and answer.kind != _FOR_GOOD]
    return [part for each in failed if len(each.parts) > 1 for part in each.parts]


def _unreachable(sent: Sequence[tuple[Pack, Answer]]) -> bool:
    return all(isinstance(answer, MeasurementFailure) and answer.kind == "unreachable" for _, answer in sent)
