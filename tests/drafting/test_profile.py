"""The job that profiles a table: one, bounded by the window, valid BigQuery; and numbers rounded outward."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from gx.contracts.scalars import resolve
from gx.contracts.source import parse_text
from gx.drafting.profile import profile_statement
from gx.drafting.rounding import outward, sensible, share_below
from gx.drafting.subject import MOST_KEY_COLUMNS, subject_of
from gx.drafting.yaml_text import flow, number
from gx.planning.statement import LiveColumn, LiveTable, Statement
from tests.drafting.conftest import TABLE, TODAY
from tests.rules.harness import JANUARY

KINDS = ("DATE", "STRING", "INT64", "FLOAT64", "NUMERIC", "TIMESTAMP", "BOOL", "JSON")
LIVE = LiveTable(TABLE, tuple(LiveColumn(f"{kind.lower()}_id", kind) for kind in KINDS), "date_id")


def statement(live: LiveTable = LIVE, partition: str | None = None) -> Statement:
    return profile_statement(subject_of(live, partition), *JANUARY, TODAY)


def test_it_reads_the_table_once_and_only_the_window() -> None:
    tree = sqlglot.parse_one(statement().sql, dialect="bigquery")
    assert len(list(tree.find_all(exp.Table))) == 1
    assert isinstance(tree.args["where"].this, exp.Between)
    assert [item.name for item in statement().parameters] == ["start", "end"]
    assert len(list(tree.find_all(exp.Select))) == 1


def test_a_wide_table_tries_few_keys() -> None:
    wide = LiveTable(TABLE, (LiveColumn("d", "DATE"), *(LiveColumn(f"c{n}_id", "STRING") for n in range(200))), "d")
    keys = subject_of(wide).keys
    assert len({name for key in keys for name in key}) == MOST_KEY_COLUMNS
    assert len(keys) == 25


@pytest.mark.parametrize(
    ("low", "high", "bounds"),
    [
        (0, 57, (0, 60)),
        (3.5, 55.5, (0, 60)),
        (-4.2, 5, (-5, 5)),
        (0, 0, (0, 0)),
        (1230, 1230, (1000, 2000)),
        (Decimal("0.031"), Decimal("0.034"), (0.031, 0.034)),
        (float("nan"), 1, None),
        (0, float("inf"), None),
        (0, 1e300, None),
    ],
)
def test_bounds_are_rounded_outward(low: float, high: float, bounds: tuple[float, float] | None) -> None:
    assert outward(low, high) == bounds


@pytest.mark.parametrize(
    ("low", "high", "bounds"), [(0.2, 0.9, (0, 1)), (12, 98.5, (0, 100)), (0, 1, (0, 1)), (0, 7, (0, 7))]
)
def test_shares_and_percentages_get_their_own_bounds(low: float, high: float, bounds: tuple[float, float]) -> None:
    assert sensible(low, high, percentage=high > 50) == bounds


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_what_was_observed_lies_within(low: float, width: float) -> None:
    bounds = outward(low, low + width)
    assert bounds is not None
    assert bounds[0] <= low <= low + width <= bounds[1]


@given(st.floats(0.06, 1))
def test_a_share_gets_room_below(share: float) -> None:
    assert (share_below(share) or 0) < share


@given(st.text(max_size=70))
def test_any_text_survives_yaml(value: str) -> None:
    parsed = parse_text(f"a: {flow([value])}\n", "a.yaml")
    if not value.isprintable():
        return  # a contract file holds no such text, and a draft lists none
    assert [str(problem) for problem in parsed.problems] == []
    assert parsed.root is not None
    assert parsed.root.plain() == {"a": [value]}


@given(st.one_of(st.integers(-(10**15), 10**15), st.floats(-1e15, 1e15)))
def test_any_number_survives_yaml(value: float) -> None:
    if len(number(value)) <= 40:
        assert resolve(number(value)) == value
