"""Rows by value: all are counted, few are allowed of some."""

from __future__ import annotations

import dataclasses

import pytest

from gx.contracts.model import Contract
from tests.rules.harness import Court, contract, problems

NAMES = contract(
    "nba_reference.names",
    "first_seen DATE, status STRING",
    """
  - rule: few_are_pending
    expect_value_counts_to_be_few: {column: status, warn_above: {pending: 0}, fail_above: {pending: 2}}
    scope: snapshot
""",
    grain="first_seen, status",
)


def counted(subject: Contract) -> Contract:
    """The contract with the statuses that its column allows."""
    columns = [
        column.model_copy(update={"allowed": ("pending", "resolved")}) if column.name == "status" else column
        for column in subject.columns
    ]
    return dataclasses.replace(subject, header=subject.header.model_copy(update={"columns": tuple(columns)}))


@pytest.mark.parametrize(("pending", "verdict"), [(0, "pass"), (2, "warn"), (3, "fail")])
def test_the_bounds_are_those_of_the_value(court: Court, pending: int, verdict: str) -> None:
    rows = [{"first_seen": "2020-05-01", "status": "pending"}] * pending + [
        {"first_seen": "2026-01-02", "status": "resolved"}
    ] * 9
    found = court.judge([counted(NAMES)], {NAMES.table: rows})["few_are_pending"]
    assert found.verdict == verdict
    if pending:
        assert found.partitions[0].detail == f"{pending} pending rows"


def test_a_bound_of_a_value_that_is_not_allowed_is_refused() -> None:
    assert problems(NAMES) == ["column: status has no allowed values to count"]
    assert problems(counted(NAMES)) == []
    (rule,) = NAMES.rules
    wrong = rule.arguments.model_copy(update={"fail_above": {"pendign": 1}})
    subject = dataclasses.replace(counted(NAMES), rules=(dataclasses.replace(rule, arguments=wrong),))
    assert problems(subject) == ["fail_above: 'pendign' is no allowed value of status; nearest: pending"]
