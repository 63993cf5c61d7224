"""Making a column of a file fit the type of its table column, or saying which rows do not fit.

Vectorised: a cast is tried on the whole column; only where it fails are halves tried, down to the rows at fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gx.contracts.model import Column
from gx.warehouse.schema import numeric_parameters

TIMESTAMP = pa.timestamp("us", "UTC")
_WIDE = pa.decimal256(76, 38)
_FROM_FLOAT = pa.decimal256(76, 20)
_TRUE = pa.array(["true", "t", "yes", "y", "1"])
_FALSE = pa.array(["false", "f", "no", "n", "0"])
_FIRST_DAY, _LAST_DAY = pa.scalar("0001-01-01").cast(pa.date32()), pa.scalar("9999-12-31").cast(pa.date32())
_TIME = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"

WANTED = {
    "STRING": "text",
    "INT64": "a whole number of 64 bits",
    "FLOAT64": "a number",
    "BOOL": "true or false",
    "DATE": "a date as 2023-02-24, years 0001 to 9999",
    "TIMESTAMP": "a time as 2023-02-24T19:30:00Z (UTC where no offset is given), years 0001 to 9999",
    "JSON": "JSON",
    "ARRAY<STRING>": "a list of texts without nulls",
}


@dataclass(frozen=True)
class Fitted:
    """A column's values in the table's type (None when some do not fit) and the rows at fault, counted from 0."""

    values: pa.Array | None
    misfits: tuple[int, ...] = ()


Cast = Callable[[pa.Array], pa.Array]


def arrow_type(type_name: str) -> pa.DataType:
    """The Arrow type in which a BigQuery column is loaded."""
    if type_name.startswith("NUMERIC"):
        return pa.decimal128(*numeric_parameters(type_name))
    plain = {
        "STRING": pa.string(),
        "INT64": pa.int64(),
        "FLOAT64": pa.float64(),
        "BOOL": pa.bool_(),
        "DATE": pa.date32(),
        "TIMESTAMP": TIMESTAMP,
        "JSON": pa.string(),
        "ARRAY<STRING>": pa.list_(pa.string()),
    }
    return plain[type_name]


def wanted(type_name: str) -> str:
    """What a value of that type looks like, in words."""
    if not type_name.startswith("NUMERIC"):
        return WANTED[type_name]
    precision, scale = numeric_parameters(type_name)
    return f"a decimal number below {10 ** (precision - scale):,} in size (rounded to {scale} decimals)"


def fit(values: pa.Array, column: Column) -> Fitted:
    """The values in the column's type, or the rows that do not fit. Nulls fit here; REQUIRED is another question."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if isinstance(values.type, pa.BaseExtensionType):
        values = values.storage
    target = arrow_type(column.type)
    if values.null_count == len(values):
        return Fitted(pa.nulls(len(values), target))
    cast = _cast_for(values.type, column.type)
    if cast is None:
        return Fitted(None, tuple(_indices(pc.is_valid(values))))
    return _try(values, cast)


def _try(values: pa.Array, cast: Cast) -> Fitted:
    try:
        return Fitted(cast(values))
    except (pa.ArrowInvalid, ValueError, OverflowError):
        return Fitted(None, tuple(_misfits(values, cast, 0)))


def _misfits(values: pa.Array, cast: Cast, offset: int) -> list[int]:
    """The rows at fault among ``values``, which as a whole do not cast."""
    if len(values) == 1:
        return [offset]
    found: list[int] = []
    middle = len(values) // 2
    for start, part in ((0, values.slice(0, middle)), (middle, values.slice(middle))):
        try:
            cast(part)
        except (pa.ArrowInvalid, ValueError, OverflowError):
            found += _misfits(part, cast, offset + start)
    return found


def _indices(mask: pa.Array) -> list[int]:
    return [int(index) for index in pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()]


def _cast_for(source: pa.DataType, type_name: str) -> Cast | None:
    """How values of that Arrow type become the BigQuery type; None when they cannot."""
    if _is_text(source):
        return _FROM_TEXT.get(type_name) or _numeric(type_name, _text_to_wide)
    if type_name == "INT64" and (_is_number(source) or pa.types.is_decimal(source)):
        return lambda values: values.cast(pa.int64())
    if type_name == "FLOAT64" and (_is_number(source) or pa.types.is_decimal(source)):
        return lambda values: values.cast(pa.float64())
    if type_name.startswith("NUMERIC"):
        return _numeric_from(source, type_name)
    if type_name == "BOOL" and pa.types.is_boolean(source):
        return lambda values: values
    if type_name == "DATE" and (pa.types.is_date(source) or pa.types.is_timestamp(source)):
        return _date
    if type_name == "TIMESTAMP" and pa.types.is_timestamp(source):
        return _timestamp
    if type_name == "ARRAY<STRING>" and (pa.types.is_list(source) or pa.types.is_large_list(source)):
        return _text_list if _is_text(source.value_type) or pa.types.is_null(source.value_type) else None
    return None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _demand(mask: pa.Array) -> None:
    """Raise unless all that is not null is true."""
    if pc.all(mask, min_count=0).as_py() is False:
        raise ValueError


def _numeric(type_name: str, widen: Cast) -> Cast | None:
    """Through a wide decimal, rounded half away from zero as BigQuery does, into the column's precision."""
    if not type_name.startswith("NUMERIC"):
        return None
    precision, scale = numeric_parameters(type_name)

    def cast(values: pa.Array) -> pa.Array:
        rounded = pc.round(widen(values), ndigits=scale, round_mode="half_towards_infinity")
        return rounded.cast(pa.decimal128(precision, scale))

    return cast


def _numeric_from(source: pa.DataType, type_name: str) -> Cast | None:
    if pa.types.is_floating(source):
        return _numeric(type_name, lambda values: values.cast(pa.float64()).cast(_FROM_FLOAT))
    if pa.types.is_integer(source) or pa.types.is_decimal(source):
        return _numeric(type_name, lambda values: values.cast(_WIDE))
    return None


def _text_to_wide(values: pa.Array) -> pa.Array:
    return values.cast(_WIDE)


def _text_to_integer(values: pa.Array) -> pa.Array:
    """Digits with a sign; ``12.0``, as a spreadsheet writes a whole number, is 12."""
    _demand(pc.match_substring_regex(values, r"^[+-]?[0-9]+(\.0*)?$"))
    plain = pc.replace_substring_regex(pc.replace_substring_regex(values, r"\..*$", ""), r"^\+", "")
    return plain.cast(pa.int64())


def _text_to_bool(values: pa.Array) -> pa.Array:
    lower = pc.utf8_lower(values)
    true, false = pc.is_in(lower, _TRUE), pc.is_in(lower, _FALSE)
    _demand(pc.or_(pc.or_(true, false), pc.is_null(values)))
    return pc.if_else(pc.is_null(values), pa.scalar(None, pa.bool_()), true)


def _text_to_date(values: pa.Array) -> pa.Array:
    _demand(pc.match_substring_regex(values, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))
    return _date(values.cast(pa.date32()))


def _text_to_timestamp(values: pa.Array) -> pa.Array:
    _demand(
        pc.match_substring_regex(
            values, rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}([ T]{_TIME} ?(Z|z|UTC|[+-][0-9]{{2}}(:?[0-9]{{2}})?)?)?$"
        )
    )
    full = pc.replace_substring_regex(values, r"^(.{10})$", r"\1T00:00Z")
    full = pc.replace_substring_regex(full, r" ?(Z|z|UTC)$", "Z")
    full = pc.replace_substring_regex(full, r"(:[0-9.]+) ?([+-][0-9]{2})$", r"\1\2:00")
    full = pc.replace_substring_regex(full, r"(:[0-9.]+) ([+-][0-9:]+)$", r"\1\2")
    bare = pc.match_substring_regex(full, rf"[ T]{_TIME}$")
    full = pc.if_else(bare, pc.binary_join_element_wise(full, "Z", ""), full)
    return _timestamp(full.cast(TIMESTAMP))


def _date(values: pa.Array) -> pa.Array:
    days = values
    if pa.types.is_timestamp(values.type):
        naive = values.cast(pa.timestamp("us"), safe=values.type.unit != "ns")
        _demand(pc.equal(naive, pc.floor_temporal(naive, unit="day")))
        days = naive
    days = days.cast(pa.date32())
    _demand(pc.and_(pc.greater_equal(days, _FIRST_DAY), pc.less_equal(days, _LAST_DAY)))
    return days


def _timestamp(values: pa.Array) -> pa.Array:
    """In microseconds of UTC; a time without zone is taken for UTC, nanoseconds are cut off, as BigQuery does."""
    micros = values.cast(pa.timestamp("us", values.type.tz), safe=values.type.unit != "ns").cast(TIMESTAMP)
    first, last = _FIRST_DAY.cast(pa.timestamp("us")), _LAST_DAY.cast(pa.timestamp("us"))
    naive = micros.cast(pa.timestamp("us"))
    past = pa.scalar(last.value + 86_400_000_000, pa.timestamp("us"))
    _demand(pc.and_(pc.greater_equal(naive, first), pc.less(naive, past)))
    return micros


def _text_list(values: pa.Array) -> pa.Array:
    if pc.list_flatten(values).null_count:
        raise ValueError
    return values.cast(pa.list_(pa.string()))


def _text_to_json(values: pa.Array) -> pa.Array:
    for value in values.to_pylist():
        if value is not None:
            json.loads(value, parse_constant=_no_constant)
    return values.cast(pa.string())


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _text_to_float(values: pa.Array) -> pa.Array:
    return values.cast(pa.float64())


def _text(values: pa.Array) -> pa.Array:
    return values.cast(pa.string())


_FROM_TEXT: dict[str, Cast] = {
    "STRING": _text,
    "INT64": _text_to_integer,
    "FLOAT64": _text_to_float,
    "BOOL": _text_to_bool,
    "DATE": _text_to_date,
    "TIMESTAMP": _text_to_timestamp,
    "JSON": _text_to_json,
}
