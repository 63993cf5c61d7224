"""FLOAT64 values that are no numbers. BigQuery finds NaN neither below nor above anything, so no bound catches it."""

from __future__ import annotations

from gx.contracts.model import Contract


def is_float(column: str | None, contract: Contract) -> bool:
    """Whether the column can hold NaN and infinity."""
    found = contract.column(column) if column else None
    return found is not None and found.type == "FLOAT64"


def no_number(column: str) -> str:
    """The SQL condition of a FLOAT64 value that is NaN or infinite: it has no place in a mean, a sum or a spread."""
    return f"(IS_NAN({column}) OR IS_INF({column}))"


def odd_words(column: str, odd: int, rows: int) -> str:
    """What is said of a date with such values."""
    return f"{column} is NaN or infinite in {odd:,} of {rows:,} rows"
