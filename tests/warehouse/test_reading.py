"""Hostile files get problems that name the place, never an exception."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gx.contracts.model import Contract
from gx.warehouse.validating import Validated, validate_file

Write = Callable[[str, bytes | str], Path]


def told(checked: Validated) -> list[str]:
    return [f"{problem.place}: {problem.message}" for problem in checked.problems]


@pytest.mark.parametrize("suffix", ["parquet", "csv", "ndjson", "jsonl"])
def test_an_empty_file_is_refused(write: Write, contract: Contract, suffix: str) -> None:
    assert told(validate_file(write(suffix, b""), contract)) == [": the file is empty (0 bytes)"]


def test_a_truncated_parquet_file_is_refused(write: Write, contract: Contract, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    pyarrow.parquet.write_table(pa.table({"player": ["a"] * 1000}), whole)
    for content in (whole.read_bytes()[:-20], b"PAR1", b"PK\x03\x04 something else"):
        (problem,) = told(validate_file(write("parquet", content), contract))
        assert "no readable parquet file" in problem


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("game_date,player,point", "column point: is no column of"),
        ("game_date,points", "column player: is missing from the file; it is REQUIRED"),
        ("game_date,player,player", "column player: stands 2 times in the file"),
        ("game_date,player,PLAYER", "column player: stands 2 times in the file"),
        ("game_date,player,", ": column 3 of the header has no name"),
    ],
)
def test_a_wrong_header_is_refused(write: Write, contract: Contract, header: str, problem: str) -> None:
    row = ",".join(["2023-02-23", "a", "1"][: header.count(",") + 1])
    assert any(line.startswith(problem) for line in told(validate_file(write("csv", f"{header}\n{row}\n"), contract)))


def test_an_unknown_column_is_told_with_the_nearest_name_or_left_out(write: Write, contract: Contract) -> None:
    path = write("csv", "game_date,player,point\n2023-02-23,a,1\n")
    assert "did you mean points?" in told(validate_file(path, contract))[0]
    checked = validate_file(path, contract, ignore_unknown=True)
    assert checked.ignored == ("point",)
    assert checked.rows is not None
    assert checked.rows.column("points").to_pylist() == [None]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_byte_order_marks_and_line_ends_do_not_matter(write: Write, contract: Contract, end: str, mark: str) -> None:
    text = mark + end.join(["game_date,player,points", '2023-02-23,"Smith, Jr.",7', "2023-02-24,b,", ""])
    checked = validate_file(write("csv", text), contract)
    assert checked.rows is not None, told(checked)
    assert checked.rows.column("player").to_pylist() == ["Smith, Jr.", "b"]
    assert checked.rows.column("points").to_pylist() == [7, None]


@pytest.mark.parametrize("suffix", ["csv", "ndjson"])
def test_other_encodings_are_refused_by_offset_and_line(write: Write, contract: Contract, suffix: str) -> None:
    (problem,) = told(validate_file(write(suffix, b"game_date,player\n2023-02-23,Joki\xe6\n"), contract))
    assert problem == ": not UTF-8: byte 0xe6 at offset 32, line 2"
    (problem,) = told(validate_file(write(suffix, "game_date,player\n".encode("utf-16")), contract))
    assert "not UTF-8: byte 0xff at offset 0, line 1" in problem


def test_rows_of_the_wrong_length_are_named_and_do_not_shift_the_others(write: Write, contract: Contract) -> None:
    text = 'game_date,player,points\n2023-02-23,"a\nb",1\n2023-02-23,a\n2023-02-23,b,x\n2023-02-23,c,1,2\n'
    assert told(validate_file(write("csv", text), contract)) == [
        "row 2: 2 values where the header has 3",
        "row 4: 4 values where the header has 3",
        "column points, row 3: found 'x'; INT64 is a whole number of 64 bits",
    ]


def test_a_quote_that_is_never_closed_is_refused(write: Write, contract: Contract) -> None:
    (problem,) = told(validate_file(write("csv", 'game_date,player\n2023-02-23,"a\n2023-02-24,b\n'), contract))
    assert "a quoted value is never closed" in problem


def test_missing_required_values_are_named(write: Write, contract: Contract) -> None:
    assert told(validate_file(write("csv", 'game_date,player\n2023-02-23,\n,a\n2023-02-24,""\n'), contract)) == [
        "column game_date, row 2: found NULL; the column is REQUIRED",
        "column player, row 1: found NULL; the column is REQUIRED",
        "column player, row 3: found NULL; the column is REQUIRED",
    ]


def test_the_first_rows_of_a_fault_are_told_and_all_are_counted(write: Write, contract: Contract) -> None:
    path = write("csv", "game_date,player,points\n" + "2023-02-23,a,x\n" * 1000)
    checked = validate_file(path, contract)
    assert len(checked.problems) == 5
    assert checked.faults == 1000


def test_json_lines_keep_their_types(write: Write, contract: Contract) -> None:
    text = (
        '{"game_date": "2023-02-23", "player": "a", "points": 7, "rate": 0.5, "score": 33.3, "started": true, '
        '"loaded_at": "2023-02-23T19:30:00Z", "flags": ["x", "y"], "extra": {"b": [1, null]}}\n'
        "\n"
        '{"game_date": "2023-02-24", "player": "b", "points": "8", "extra": null}\r\n'
    )
    checked = validate_file(write("ndjson", text), contract)
    assert checked.rows is not None, told(checked)
    first, second = checked.rows.to_pylist()
    assert (first["points"], first["flags"], first["extra"]) == (7, ["x", "y"], '{"b": [1, null]}')
    assert str(first["score"]) == "33.3"
    assert (second["points"], second["started"], second["extra"]) == (8, None, None)


def test_json_lines_that_do_not_fit_are_named_by_row(write: Write, contract: Contract) -> None:
    lines = [
        '{"game_date": "2023-02-23", "player": 5}',
        "nonsense",
        '{"game_date": "2023-02-23", "player": "a", "points": 1.5}',
        '{"game_date": "2023-02-23", "player": "a", "points": true}',
        "[1, 2]",
        '{"game_date": "2023-02-23", "player": "a", "player": "b"}',
        '{"game_date": "2023-02-23", "player": "a", "flags": ["x", 1], "started": 1}',
        '{"game_date": 20230223, "player": "half \\ud800"}',
        "[" * 100_000,
    ]
    found = told(validate_file(write("ndjson", "\n".join(lines)), contract))
    assert [line.split(":")[0] for line in found] == [
        *("row 2", "row 5", "row 6", "row 9", "column game_date, row 8", "column player, row 1"),
        *("column player, row 8", "column points, row 3", "column points, row 4", "column started, row 7"),
        "column flags, row 7",
    ]
    assert "the key player stands twice" in found[2]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(content=st.binary(min_size=1, max_size=300), suffix=st.sampled_from(["parquet", "csv", "ndjson"]))
def test_any_bytes_are_read_or_refused(write: Write, contract: Contract, content: bytes, suffix: str) -> None:
    checked = validate_file(write(suffix, content), contract)
    assert (checked.rows is None) == bool(checked.problems)
