"""Reading a file of rows as it is: columns by name, and what is wrong with the file's form.

Values of csv and ndjson come as text, which :mod:`gx.warehouse.fitting` turns into the columns' types.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from gx.contracts.model import Column


@dataclass(frozen=True)
class FileProblem:
    """One thing wrong in a file; ``row`` counts the data rows from 1, ``hidden`` further rows with the same fault."""

    message: str
    column: str | None = None
    row: int | None = None
    hidden: int = 0

    @property
    def place(self) -> str:
        """The column and row, as far as they are known."""
        parts = [f"column {self.column}"] if self.column else []
        parts += [f"row {self.row}"] if self.row else []
        return ", ".join(parts)


@dataclass(frozen=True)
class RawRows:
    """A file's rows. ``row_numbers`` is given when rows were left out, ``wrong_kinds`` lists values (row, found)
    that no text could stand for."""

    columns: Mapping[str, pa.Array]
    count: int
    problems: tuple[FileProblem, ...] = ()
    row_numbers: Sequence[int] | None = None
    wrong_kinds: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def row_number(self, index: int) -> int:
        """The data row, from 1, of the index, from 0."""
        return self.row_numbers[index] if self.row_numbers is not None else index + 1


SHOWN = 5
"""How many rows of one column's fault are told, before the rest is counted."""


def read_rows(path: Path, columns: Sequence[Column]) -> RawRows:
    """The rows of a parquet, csv, ndjson or jsonl file; a file that cannot be read has problems and no rows."""
    try:
        if path.stat().st_size == 0:
            return _unreadable("the file is empty (0 bytes)")
        if path.suffix == ".parquet":
            return _read_parquet(path)
        text = _decode(path.read_bytes())
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return _unreadable(f"not UTF-8: byte 0x{error.object[error.start]:02x} at offset {error.start}, line {line}")
    except OSError as error:
        return _unreadable(f"cannot be read: {error.strerror or error}")
    if path.suffix == ".csv":
        return _read_csv(text)
    return _read_ndjson(text, {column.name: column.type for column in columns})


def _unreadable(message: str) -> RawRows:
    return RawRows({}, 0, (FileProblem(message),))


def _decode(data: bytes) -> bytes:
    """The bytes without a byte order mark. Raises UnicodeDecodeError when they are not UTF-8."""
    data.decode("utf-8")
    return data.removeprefix(b"\xef\xbb\xbf")


def _repeated(names: Iterable[str]) -> list[FileProblem]:
    counted = Counter(name.casefold() for name in names)
    return [FileProblem(f"stands {count} times in the file", name) for name, count in counted.items() if count > 1]


def _read_parquet(path: Path) -> RawRows:
    try:
        table = pyarrow.parquet.ParquetFile(path).read()
    except (pa.ArrowException, OSError, ValueError) as error:
        return _unreadable(f"no readable parquet file: {str(error).splitlines()[0][:200]}")
    if repeated := _repeated(table.column_names):
        return RawRows({}, table.num_rows, tuple(repeated))
    columns = {name: _joined(table.column(name)) for name in table.column_names}
    return RawRows(columns, table.num_rows)


def _joined(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined


def _read_csv(data: bytes) -> RawRows:
    """A header line and rows; an empty field is NULL, and so is a quoted empty one."""
    if data.count(b'"') % 2:
        return _unreadable('a quoted value is never closed: the file has an odd number of "')
    header = next(csv.reader(io.StringIO(data[:1_000_000].decode("utf-8", "ignore"), newline="")), [])
    problems = [*_repeated(header)]
    problems += [
        FileProblem(f"column {place} of the header has no name") for place, name in enumerate(header, 1) if not name
    ]
    if problems or not header:
        return RawRows({}, 0, tuple(problems) or (FileProblem("has no header line"),))
    malformed: list[tuple[int, int]] = []

    def note(row: Any) -> str:
        malformed.append((row.number - 1, row.actual_columns))
        return "skip"

    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=max(1 << 20, min(len(data) + 1, 1 << 30))),
            pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=note),
            pyarrow.csv.ConvertOptions(
                column_types={name: pa.string() for name in header}, strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowException as error:
        return _unreadable(f"no readable csv file: {str(error).splitlines()[0][:200]}")
    columns = {name: _joined(table.column(name)) for name in table.column_names}
    return _without(columns, table.num_rows, malformed, f"values where the header has {len(header)}")


def _without(columns: Mapping[str, pa.Array], count: int, malformed: Sequence[tuple[int, int]], what: str) -> RawRows:
    """The rows that have the right form, with the numbers they have in the file."""
    if not malformed:
        return RawRows(columns, count)
    left_out = {number for number, _ in malformed}
    numbers = [number for number in range(1, count + len(malformed) + 1) if number not in left_out]
    problems = [FileProblem(f"{found} {what}", row=number) for number, found in malformed]
    return RawRows(columns, count, _capped(problems), numbers)


def _capped(problems: Sequence[FileProblem]) -> tuple[FileProblem, ...]:
    """The first few; the last of them says how many more there are."""
    if len(problems) <= SHOWN:
        return tuple(problems)
    last = problems[SHOWN - 1]
    rest = FileProblem(last.message, last.column, last.row, hidden=len(problems) - SHOWN)
    return (*problems[: SHOWN - 1], rest)


class _RepeatedKeyError(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedKeyError(_repeated(key for key, _ in pairs)[0].column or "")
    return found


def _read_ndjson(data: bytes, types: Mapping[str, str]) -> RawRows:
    """One object a line; blank lines do not count."""
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    problems: list[FileProblem] = []
    lines = (line for line in data.split(b"\n") if line.strip())
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line, object_pairs_hook=_object)
        except _RepeatedKeyError as error:
            problems.append(FileProblem(f"the key {error} stands twice in the object", row=number))
        except (ValueError, RecursionError) as error:
            problems.append(FileProblem(f"no JSON: {error}", row=number))
        else:
            if isinstance(row, dict):
                rows.append(row)
                numbers.append(number)
            else:
                problems.append(FileProblem(f"{_kind(row)}, not an object", row=number))
    if not rows and not problems:
        return _unreadable("the file has no rows")
    return _columns_of(rows, types, _capped(problems), numbers if problems else None)


def _columns_of(
    rows: Sequence[Mapping[str, Any]],
    types: Mapping[str, str],
    problems: tuple[FileProblem, ...],
    numbers: Sequence[int] | None,
) -> RawRows:
    names = dict.fromkeys(name for row in rows for name in row)
    columns: dict[str, pa.Array] = {}
    wrong: dict[str, dict[int, str]] = {}
    for name in names:
        values = [row.get(name) for row in rows]
        columns[name], faults = _as_text(values, types.get(name, "STRING"))
        if faults:
            wrong[name] = faults
    return RawRows(columns, len(rows), problems, numbers, wrong)


def _as_text(values: Sequence[Any], type_name: str) -> tuple[pa.Array, dict[int, str]]:
    """JSON values as text (lists of text for arrays), and those whose kind the type cannot take."""
    if type_name == "JSON":
        return pa.array([None if value is None else json.dumps(value) for value in values], pa.string()), {}
    allowed = _ALLOWED_KINDS.get(type_name, (int, float, str))
    faults = {
        index: f"{_kind(value)} {_short(value)}"
        for index, value in enumerate(values)
        if value is not None and (type(value) not in allowed or not _encodable(value))
    }
    kept = [None if index in faults else value for index, value in enumerate(values)] if faults else values
    if type_name == "ARRAY<STRING>":
        bad = {i: f"list {_short(v)}" for i, v in enumerate(kept) if v and any(type(item) is not str for item in v)}
        return pa.array([None if i in bad else v for i, v in enumerate(kept)], pa.list_(pa.string())), faults | bad
    return pa.array([_text(value) for value in kept], pa.string()), faults


_ALLOWED_KINDS: dict[str, tuple[type, ...]] = {
    "STRING": (str,),
    "BOOL": (bool, str),
    "DATE": (str,),
    "TIMESTAMP": (str,),
    "ARRAY<STRING>": (list,),
}


def _encodable(value: Any) -> bool:
    """Whether it can be written as UTF-8: JSON can name half a character."""
    return not isinstance(value, str) or value.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return names.get(type(value), "null")


def _short(value: Any) -> str:
    """A value, short enough for a line of text."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
