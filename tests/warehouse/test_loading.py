"""Loading: what goes in comes out, and what is refused leaves every table as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet
import pytest

from gx.contracts.model import Column, Contract
from gx.planning.statement import LiveTable
from gx.warehouse import retries
from gx.warehouse.address import WarehouseAddress
from gx.warehouse.client import Warehouse
from gx.warehouse.errors import RefusedError, WarehouseError
from gx.warehouse.loading import LoadReport, Step, load_files
from gx.warehouse.tables import create_tables, list_tables
from tests.warehouse.conftest import make_contract

if TYPE_CHECKING:
    from tests.warehouse.proxy import FaultyProxy

Write = Callable[[str, bytes | str], Path]
CSV = "game_date,player,points\n2023-02-23,a,1\n2023-02-24,b,\n"


def load(warehouse: Warehouse, contract: Contract, *paths: Path, **options: Any) -> LoadReport:
    return load_files(lambda: warehouse, paths, {contract.table: contract}, **options)


def rows(warehouse: Warehouse, contract: Contract, columns: str = "player, points") -> list[tuple[Any, ...]]:
    sql = f"SELECT {columns} FROM `{contract.table}` WHERE game_date >= '2000-01-01' ORDER BY player"
    return [tuple(row.values()) for row in warehouse.query(sql)[1]]


def test_every_type_survives_the_way_in(warehouse: Warehouse, contract: Contract, tmp_path: Path) -> None:
    values = {
        "game_date": date(2023, 2, 23),
        "player": "Jokić <script>",
        "points": 2**62,
        "rate": 0.1,
        "score": Decimal("33.3"),
        "started": False,
        "loaded_at": datetime(2023, 2, 23, 19, 30, 0, 123456, tzinfo=UTC),
        "flags": ["x", ""],
        "extra": '{"a": [1, null]}',
    }
    path = tmp_path / f"{contract.table}.parquet"
    pyarrow.parquet.write_table(pa.table({name: [value] for name, value in values.items()}), path)
    load(warehouse, contract, path)
    (row,) = rows(warehouse, contract, ", ".join(values))
    assert dict(zip(values, row, strict=True)) == {**values, "extra": {"a": [1, None]}}


def test_a_missing_table_is_created_and_rows_are_added_or_replaced(
    warehouse: Warehouse, contract: Contract, write: Write
) -> None:
    path = write("csv", CSV)
    (table,) = load(warehouse, contract, path).tables
    assert (table.created, table.rows) == (True, 2)
    load(warehouse, contract, write("ndjson", '{"game_date": "2023-02-25", "player": "c", "points": 3}'))
    assert rows(warehouse, contract) == [("a", 1), ("b", None), ("c", 3)]
    load(warehouse, contract, path, replace=True)
    assert rows(warehouse, contract) == [("a", 1), ("b", None)]


def test_replacing_rows_keeps_the_tables_own_shape(warehouse: Warehouse, contract: Contract, write: Write) -> None:
    path = write("csv", CSV)
    for _ in range(2):
        load(warehouse, contract, path, replace=True)
    (outcome,) = create_tables(warehouse, [contract])
    assert (outcome.state, outcome.differences) == ("present", ())


def test_several_files_of_a_table_are_one_load(warehouse: Warehouse, contract: Contract, tmp_path: Path) -> None:
    for name, player in (("one", "a"), ("two", "b")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"{contract.table}.csv").write_text(f"game_date,player\n2023-02-23,{player}\n")
    load(warehouse, contract, tmp_path / "one", tmp_path / "two", replace=True)
    assert rows(warehouse, contract) == [("a", None), ("b", None)]


def test_a_refusal_names_every_fault_of_every_file_and_changes_nothing(
    warehouse: Warehouse, contract: Contract, write: Write, tmp_path: Path
) -> None:
    load(warehouse, contract, write("csv", CSV))
    good, bad = write("csv", CSV), write("ndjson", '{"game_date": "2023-02-23", "player": "c", "points": 1.5}')
    worse = write("jsonl", '{"player": "c", "started": "maybe"}')
    with pytest.raises(RefusedError) as caught:
        load(warehouse, contract, good, bad, worse, replace=True)
    assert caught.value.total == 3
    assert f"{bad}: column points, row 1: found '1.5'; INT64 is a whole number of 64 bits" in caught.value.problems
    assert f"{worse}: column game_date: is missing from the file; it is REQUIRED" in caught.value.problems
    assert any(line.startswith(f"{worse}: column started, row 1: found 'maybe'") for line in caught.value.problems)
    assert rows(warehouse, contract) == [("a", 1), ("b", None)]


def test_a_folders_other_files_are_skipped_and_named(
    warehouse: Warehouse, contract: Contract, write: Write, tmp_path: Path
) -> None:
    write("csv", CSV)
    for name in ("README.md", "a.parquet", "nba_raw.unknown.csv", f"{contract.table}s.csv"):
        (tmp_path / name).write_text("x")
    (tmp_path / "folder.csv").mkdir()
    report = load(warehouse, contract, tmp_path)
    assert [table.rows for table in report.tables] == [2]
    skipped = {path.name: reason for path, reason in report.skipped}
    assert set(skipped) == {"README.md", "a.parquet", "nba_raw.unknown.csv", f"{contract.table}s.csv", "folder.csv"}
    assert skipped[f"{contract.table}s.csv"].endswith(f"did you mean {contract.table}?")


@pytest.mark.parametrize("name", ["missing.csv", "no_table.csv", "nba_raw.nowhere.csv", "a.b.txt"])
def test_a_file_that_was_asked_for_must_be_a_table(
    warehouse: Warehouse, contract: Contract, tmp_path: Path, name: str
) -> None:
    if name != "missing.csv":
        (tmp_path / name).write_text(CSV)
    with pytest.raises(RefusedError, match=name):
        load(warehouse, contract, tmp_path / name)


def test_a_file_of_any_name_can_be_given_a_table(warehouse: Warehouse, contract: Contract, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(CSV)
    load(warehouse, contract, tmp_path / "rows.csv", table=contract.table)
    assert len(rows(warehouse, contract)) == 2


def test_an_unpartitioned_table_and_one_without_rows_load_too(warehouse: Warehouse, tmp_path: Path) -> None:
    columns = (Column(name="player", type="STRING", mode="REQUIRED"),)
    contract = make_contract("warehouse_tests.plain", columns, partition=None)
    path = tmp_path / "warehouse_tests.plain.parquet"
    for count in (2, 0):
        pyarrow.parquet.write_table(pa.table({"player": pa.array(["a"] * count, pa.string())}), path)
        load(warehouse, contract, path, replace=True)
        assert next(warehouse.query("SELECT COUNT(*) AS n FROM warehouse_tests.plain")[1]).n == count
    live = warehouse.table_schemas([contract.table])[contract.table]
    assert isinstance(live, LiveTable)
    assert (live.partition, live.columns[0].mode) == (None, "REQUIRED")


def test_a_table_that_is_not_what_its_contract_says_takes_no_rows(
    warehouse: Warehouse, contract: Contract, write: Write
) -> None:
    create_tables(warehouse, [make_contract(contract.table, contract.columns[:4])])
    with pytest.raises(RefusedError, match="column score is missing"):
        load(warehouse, contract, write("csv", CSV))


def test_tables_are_created_once_and_differences_told(warehouse: Warehouse, contract: Contract) -> None:
    assert [outcome.state for outcome in create_tables(warehouse, [contract])] == ["created"]
    assert [outcome.state for outcome in create_tables(warehouse, [contract])] == ["present"]
    changed = make_contract(contract.table, (*contract.columns[:2], Column(name="points", type="FLOAT64")), None)
    (outcome,) = create_tables(warehouse, [changed])
    assert outcome.state == "differs"
    assert "column points is INT64, not FLOAT64" in outcome.differences
    assert "column rate is not in the contract" in outcome.differences
    assert "partition column is game_date, not None" in outcome.differences


def test_tables_are_listed_with_their_rows(warehouse: Warehouse, contract: Contract, write: Write) -> None:
    load(warehouse, contract, write("csv", CSV))
    warehouse.query(f"DELETE FROM `{contract.table}` WHERE game_date = '2023-02-24'")
    assert {table.table: table.rows for table in list_tables(warehouse)}[contract.table] == 1


@pytest.mark.parametrize("fault", ["status", "reset", "lost"])
def test_an_upload_that_breaks_is_done_again_but_not_twice(
    proxy: FaultyProxy,
    contract: Contract,
    write: Write,
    warehouse: Warehouse,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    proxy.fail(fault, 1, method="POST", path_part="/upload/")
    behind = Warehouse(WarehouseAddress("bigquery", "embedded", "US", api_endpoint=proxy.url))
    load(behind, contract, write("csv", CSV))
    assert len(rows(warehouse, contract)) == 2
    assert proxy.count("POST", "/upload/") == 2


def test_a_warehouse_that_refuses_the_load_is_told_in_words(
    proxy: FaultyProxy, contract: Contract, write: Write, warehouse: Warehouse
) -> None:
    create_tables(warehouse, [contract])
    proxy.fail("status", 1, status=403, reason="accessDenied", method="POST", path_part="/upload/")
    behind = Warehouse(WarehouseAddress("bigquery", "embedded", "US", api_endpoint=proxy.url))
    with pytest.raises(WarehouseError, match=f"loading {contract.table}: said by the proxy") as caught:
        load(behind, contract, write("csv", CSV))
    assert caught.value.kind == "denied"


def test_long_loads_tell_their_steps_and_take_seconds(warehouse: Warehouse, contract: Contract, tmp_path: Path) -> None:
    count = 100_000
    path = tmp_path / f"{contract.table}.parquet"
    columns = {
        "game_date": pa.array(["2023-02-23"] * count),
        "player": pa.array([f"p{number}" for number in range(count)]),
        "points": pa.array(range(count)),
        "score": pa.array([33.3] * count),
    }
    pyarrow.parquet.write_table(pa.table(columns), path)
    steps: list[Step] = []
    started = time.monotonic()
    load(warehouse, contract, path, on_step=steps.append)
    assert time.monotonic() - started < 20
    assert [(step.done, step.total) for step in steps] == [(0, 2), (1, 2)]
    assert steps[1].doing == f"loading {contract.table} (100,000 rows)"


def test_nothing_is_sent_before_all_files_are_found_good(contract: Contract, write: Write) -> None:
    def no_warehouse() -> Warehouse:
        raise AssertionError("the warehouse was asked for")

    paths: Sequence[Path] = [write("csv", "game_date,player\n2023-02-23,\n")]
    with pytest.raises(RefusedError):
        load_files(no_warehouse, paths, {contract.table: contract})
