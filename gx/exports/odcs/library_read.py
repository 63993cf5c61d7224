"""The standard's library rules as expectations, where one says the same."""

from __future__ import annotations

from typing import Any

from gx.contracts.nodes import Node
from gx.contracts.wording import shown
from gx.exports.odcs import quality
from gx.exports.reading import Reading

_OLD_NAMES = {
    "duplicateCount": "duplicateValues",
    "uniqueCheck": "duplicateValues",
    "nullCheck": "nullValues",
    "nullCount": "nullValues",
    "validValues": "invalidValues",
    "countCheck": "rowCount",
}
"""Metrics as documents before 3.1 call them."""
_OPERATORS = (
    "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo",
    "mustBeBetween", "mustNotBeBetween",
)  # fmt: skip
Expectation = tuple[str, dict[str, Any]]


class NotCarried(Exception):
    """A quality rule that a contract cannot say; the message says why."""


def library_expectation(reading: Reading, item: Node, column: str | None, partition: str | None) -> Expectation:
    """The expectation that says what a library rule says.

    Raises:
        NotCarried: no expectation says it.
    """
    metric = reading.text(item, "metric") or reading.text(item, "rule")
    metric = _OLD_NAMES.get(metric, metric)
    arguments = reading.take(item, "arguments") or {}
    if metric == "rowCount" and not column:
        return _row_count(reading, item, partition)
    share = _allowed_share(reading, item)
    if metric == "duplicateValues":
        return _unique(column, arguments, share)
    if column and metric == "nullValues":
        return quality.NOT_NULL, {"column": column, **share}
    if column and metric == "missingValues":
        return _missing(column, arguments, share)
    if column and metric == "invalidValues":
        return _valid(reading, item, column, arguments, share)
    raise NotCarried(f"no expectation counts {metric!r} of {'a column' if column else 'a table'}")


def _operator(reading: Reading, item: Node) -> tuple[str, Any]:
    found = [(name, reading.take(item, name)) for name in _OPERATORS if item.get(name)]
    if len(found) > 1:
        raise NotCarried(f"it has {len(found)} operators; allowed: one")
    return found[0] if found else ("", None)


def _allowed_share(reading: Reading, item: Node) -> dict[str, float]:
    """``mostly`` of a limit in percent; nothing for a limit of 0."""
    operator, limit = _operator(reading, item)
    unit = reading.text(item, "unit")
    if not operator or (operator in ("mustBe", "mustBeLessOrEqualTo") and limit == 0):
        return {}
    if operator == "mustBeLessThan" and limit == 1 and unit in ("", "rows"):
        return {}
    if (
        unit == "percent"
        and isinstance(limit, int | float)
        and operator in ("mustBeLessThan", "mustBeLessOrEqualTo")
        and 0 < limit < 100
    ):
        if operator == "mustBeLessThan":
            reading.note(item, f"mustBeLessThan {limit} percent: the draft's rule also passes at exactly {limit}")
        return {"mostly": round(1 - limit / 100, 10)}
    raise NotCarried(f"{operator} {shown(limit)} {unit or 'rows'}: an expectation allows none, or a share of the rows")


def _unique(column: str | None, arguments: dict[str, Any], share: dict[str, float]) -> Expectation:
    named = arguments.get("properties")
    columns = named if isinstance(named, list) else [column] if column else []
    if len(columns) > 1:
        return quality.UNIQUE, {"column_list": columns, **share}
    if columns:
        return "expect_column_values_to_be_unique", {"column": columns[0], **share}
    raise NotCarried("it names no properties that have to be unique")


def _missing(column: str, arguments: dict[str, Any], share: dict[str, float]) -> Expectation:
    values = arguments.get("missingValues") or [None]
    if values != [None]:
        raise NotCarried("values that count as missing are several rules: one against null, one against each text")
    return quality.NOT_NULL, {"column": column, **share}


def _valid(
    reading: Reading, item: Node, column: str, arguments: dict[str, Any], share: dict[str, float]
) -> Expectation:
    values = arguments.get("validValues") or reading.take(item, "validValues")
    pattern = arguments.get("pattern")
    if values and not pattern:
        return quality.IN_SET, {"column": column, "value_set": values, **share}
    if pattern and not values:
        return "expect_column_values_to_match_regex", {"column": column, "regex": pattern, **share}
    raise NotCarried("allowed: either validValues or a pattern")


def _row_count(reading: Reading, item: Node, partition: str | None) -> Expectation:
    if partition:
        raise NotCarried(
            "it counts the whole table, and a contract looks at game dates; "
            "allowed: expect_partition_statistic_to_be_between with statistic: row_count"
        )
    operator, limit = _operator(reading, item)
    bounds = {
        "mustBe": lambda: {"min_value": limit, "max_value": limit},
        "mustBeGreaterThan": lambda: {"min_value": limit + 1},
        "mustBeGreaterOrEqualTo": lambda: {"min_value": limit},
        "mustBeLessThan": lambda: {"max_value": limit - 1},
        "mustBeLessOrEqualTo": lambda: {"max_value": limit},
        "mustBeBetween": lambda: {"min_value": limit[0], "max_value": limit[1]},
    }
    numbers = limit if isinstance(limit, list) else [limit]
    if not all(isinstance(number, int) for number in numbers):
        raise NotCarried(f"a number of rows is whole; found {shown(limit)}")
    if operator not in bounds or reading.text(item, "unit") not in ("", "rows"):
        raise NotCarried(f"no expectation says {operator or 'nothing'} of a number of rows")
    return "expect_table_row_count_to_be_between", bounds[operator]()
