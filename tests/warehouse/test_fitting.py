"""Which values fit which type, and which rows are named when they do not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gx.contracts.model import Column
from gx.warehouse.fitting import arrow_type, fit


def fitted(type_name: str, values: list[Any], arrow: Any = None) -> list[Any]:
    result = fit(pa.array(values, arrow or pa.string()), Column(name="c", type=type_name))
    assert result.values is not None, result.misfits
    assert result.values.type == arrow_type(type_name)
    return list(result.values.to_pylist())


def misfits(type_name: str, values: list[Any], arrow: Any = None) -> tuple[int, ...]:
    result = fit(pa.array(values, arrow or pa.string()), Column(name="c", type=type_name))
    assert result.values is None
    return result.misfits


@pytest.mark.parametrize(
    ("type_name", "texts", "values"),
    [
        ("STRING", ["", "Jokić", None], ["", "Jokić", None]),
        ("INT64", ["0", "-7", "+7", "12.0", "9223372036854775807", None], [0, -7, 7, 12, 2**63 - 1, None]),
        ("FLOAT64", ["1.5", "-1e5", "3", None], [1.5, -1e5, 3.0, None]),
        ("BOOL", ["true", "FALSE", "t", "no", "1", None], [True, False, True, False, True, None]),
        ("DATE", ["2024-02-29", "0001-01-01", None], [date(2024, 2, 29), date(1, 1, 1), None]),
        ("NUMERIC(5,1)", ["1.25", "-1.25", "9999.9", "1e3"], [Decimal(x) for x in ("1.3", "-1.3", "9999.9", "1000.0")]),
        ("NUMERIC", ["0.123456789"], [Decimal("0.123456789")]),
        ("JSON", ['{"a": [1]}', None], ['{"a": [1]}', None]),
    ],
)
def test_text_becomes_the_columns_type(type_name: str, texts: list[str], values: list[Any]) -> None:
    assert fitted(type_name, texts) == values


@pytest.mark.parametrize(
    "text",
    [
        *("2023-02-23T19:30:00Z", "2023-02-23 19:30:00 UTC", "2023-02-23 19:30", "2023-02-23T14:30:00-05:00"),
        *("2023-02-23 19:30:00.000000+00", "2023-02-23 14:30:00 -0500", "2023-02-23T19:30:00z"),
    ],
)
def test_a_time_may_be_written_in_the_usual_ways(text: str) -> None:
    assert fitted("TIMESTAMP", [text]) == [datetime(2023, 2, 23, 19, 30, tzinfo=UTC)]


def test_a_date_alone_is_midnight_of_utc() -> None:
    assert fitted("TIMESTAMP", ["2023-02-23"]) == [datetime(2023, 2, 23, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("type_name", "texts", "rows"),
    [
        ("INT64", ["1", "1.5", None, "x", "", " 1", "1e3", "9223372036854775808"], (1, 3, 4, 5, 6, 7)),
        ("FLOAT64", ["1", "1,5", "x"], (1, 2)),
        ("BOOL", ["true", "maybe", "2"], (1, 2)),
        ("DATE", ["2023-02-23", "2023-02-30", "23.02.2023", "2023-02-23T00:00:00", "0000-01-01"], (1, 2, 3, 4)),
        ("TIMESTAMP", ["2023-02-23 25:00:00", "noon", "2023-02-23T19:30:00Q"], (0, 1, 2)),
        ("NUMERIC(5,1)", ["9999.9", "9999.95", "10000", "x", "NaN"], (1, 2, 3, 4)),
        ("JSON", ["{}", "{", "NaN"], (1, 2)),
        ("ARRAY<STRING>", [None, "[]"], (1,)),
    ],
)
def test_rows_that_do_not_fit_are_named(type_name: str, texts: list[str], rows: tuple[int, ...]) -> None:
    assert misfits(type_name, texts) == rows


def test_typed_values_that_mean_the_same_are_taken() -> None:
    assert fitted("INT64", [1.0, None], pa.float64()) == [1, None]
    assert fitted("INT64", [7], pa.uint8()) == [7]
    assert fitted("NUMERIC(5,1)", [33.3333, 7.0], pa.float64()) == [Decimal("33.3"), Decimal("7.0")]
    assert fitted("DATE", [datetime(2023, 2, 23)], pa.timestamp("ns")) == [date(2023, 2, 23)]
    assert fitted("TIMESTAMP", [datetime(2023, 2, 23)], pa.timestamp("ns")) == [datetime(2023, 2, 23, tzinfo=UTC)]
    assert fitted("STRING", ["a", "a"], pa.dictionary(pa.int8(), pa.string())) == ["a", "a"]
    assert fitted("ARRAY<STRING>", [["a"], None, []], pa.list_(pa.string())) == [["a"], None, []]


def test_a_column_of_nulls_fits_whatever_its_type_was() -> None:
    assert fitted("TIMESTAMP", [None, None], pa.bool_()) == [None, None]


@pytest.mark.parametrize(
    ("type_name", "values", "arrow", "rows"),
    [
        ("INT64", [1.0, 1.5, float("nan"), float("inf")], pa.float64(), (1, 2, 3)),
        ("INT64", [2**63], pa.uint64(), (0,)),
        ("INT64", [True, None], pa.bool_(), (0,)),
        ("STRING", [1, None, 2], pa.int64(), (0, 2)),
        ("BOOL", [1], pa.int64(), (0,)),
        ("NUMERIC(5,1)", [float("nan"), 1e9, 1.0], pa.float64(), (0, 1)),
        ("DATE", [datetime(2023, 2, 23, 1), datetime(2023, 2, 23)], pa.timestamp("us"), (0,)),
        ("ARRAY<STRING>", [["a"], ["a", None]], pa.list_(pa.string()), (1,)),
        ("DATE", [3_000_000], pa.date32(), (0,)),
    ],
)
def test_typed_values_that_would_change_are_not(
    type_name: str, values: list[Any], arrow: Any, rows: tuple[int, ...]
) -> None:
    if arrow == pa.date32():
        result = fit(pa.array(values, pa.int32()).cast(arrow), Column(name="c", type=type_name))
        assert result.misfits == rows
    else:
        assert misfits(type_name, values, arrow) == rows


def test_not_a_number_is_a_number_to_bigquery() -> None:
    (value,) = fitted("FLOAT64", ["NaN"])
    assert value != value


@given(st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=1), st.sampled_from(["INT64", "DATE", "JSON"]))
def test_any_text_is_taken_or_named_never_lost(texts: list[str | None], type_name: str) -> None:
    try:
        array = pa.array(texts, pa.string())
    except UnicodeEncodeError:
        return
    result = fit(array, Column(name="c", type=type_name))
    if result.values is not None:
        assert [value is None for value in result.values.to_pylist()] == [text is None for text in texts]
    else:
        assert result.misfits
        assert all(texts[row] is not None for row in result.misfits)
        if type_name == "JSON":
            assert all(not _is_json(texts[row] or "") for row in result.misfits)


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=lambda name: 1 / 0)
    except (ValueError, ZeroDivisionError):
        return False
    return True
