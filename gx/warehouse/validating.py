"""Whether a file's rows fit its contract's columns: what does not, by column and row, or the rows when all do."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from gx.contracts.model import Column, Contract
from gx.warehouse.fitting import arrow_type, fit, wanted
from gx.warehouse.reading import SHOWN, FileProblem, RawRows, read_rows


@dataclass(frozen=True)
class Validated:
    """A file's rows in the contract's types (None when it is refused), its faults, and the columns left out."""

    path: Path
    rows: pa.Table | None
    count: int
    problems: tuple[FileProblem, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def faults(self) -> int:
        """How many faults there are, shown or not."""
        return sum(1 + problem.hidden for problem in self.problems)


def table_schema(columns: Iterable[Column]) -> pa.Schema:
    """The Arrow schema in which rows for these columns are loaded."""
    return pa.schema([pa.field(column.name, arrow_type(column.type)) for column in columns])


def validate_file(path: Path, contract: Contract, *, ignore_unknown: bool = False) -> Validated:
    """Read the file and compare it with the contract; never raises for what is wrong with the file."""
    raw = read_rows(path, contract.columns)
    if raw.problems and not raw.columns:
        return Validated(path, None, raw.count, raw.problems)
    problems = list(raw.problems)
    known = {column.name for column in contract.columns}
    unknown = [name for name in raw.columns if name not in known]
    if not ignore_unknown:
        problems += [_unknown_column(name, contract) for name in unknown]
    arrays = []
    for column in contract.columns:
        array, faults = _column(raw, column)
        arrays.append(array)
        problems += faults
    ignored = tuple(unknown) if ignore_unknown else ()
    if problems:
        return Validated(path, None, raw.count, tuple(problems), ignored)
    return Validated(path, pa.Table.from_arrays(arrays, schema=table_schema(contract.columns)), raw.count, (), ignored)


def _unknown_column(name: str, contract: Contract) -> FileProblem:
    near = difflib.get_close_matches(name, [column.name for column in contract.columns], 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return FileProblem(f"is no column of {contract.table}{hint} (--ignore-unknown leaves it out)", name)


def _column(raw: RawRows, column: Column) -> tuple[pa.Array | None, list[FileProblem]]:
    """One column in its type, or None with the rows that do not fit."""
    values = raw.columns.get(column.name)
    if values is None:
        if column.mode == "REQUIRED" and (raw.count or raw.columns):
            return None, [FileProblem("is missing from the file; it is REQUIRED", column.name)]
        return pa.nulls(raw.count, arrow_type(column.type)), []
    wrong = raw.wrong_kinds.get(column.name, {})
    fitted = fit(values, column)
    found = {index: _shown(values[index]) for index in fitted.misfits} | dict(wrong)
    message = f"found {{}}; {column.type} is {wanted(column.type)}"
    problems = _by_row(raw, column.name, sorted(found), lambda index: message.format(found[index]))
    if column.mode == "REQUIRED" and values.null_count > len(wrong):
        nulls = [int(index) for index in pc.indices_nonzero(pc.is_null(values)).to_pylist() if index not in wrong]
        problems += _by_row(raw, column.name, nulls, lambda index: "found NULL; the column is REQUIRED")
    return fitted.values, problems


def _by_row(raw: RawRows, column: str, indices: Sequence[int], say: Callable[[int], str]) -> list[FileProblem]:
    """A problem a row for the first few rows, the last of which counts the others."""
    shown = indices[:SHOWN]
    hidden = len(indices) - len(shown)
    return [
        FileProblem(say(index), column, raw.row_number(index), hidden if place == len(shown) else 0)
        for place, index in enumerate(shown, 1)
    ]


def _shown(value: pa.Scalar) -> str:
    try:
        text = repr(value.as_py())
    except (ValueError, OverflowError):  # a date or time beyond what Python can write
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
