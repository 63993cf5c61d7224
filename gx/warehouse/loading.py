"""Loading files into tables: all files are validated before the first is loaded, and a table is loaded in one job."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gx.contracts.model import Contract
from gx.warehouse.errors import RefusedError
from gx.warehouse.files import FilePlan, plan_files
from gx.warehouse.tables import TableOutcome, create_tables

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse
    from gx.warehouse.validating import Validated

SHOWN_PROBLEMS = 50
"""How many lines of faults are told in one call; the total is told always."""


@dataclass(frozen=True)
class Step:
    """Progress: ``done`` of ``total`` steps are behind us; ``doing`` is the one that begins now."""

    done: int
    total: int
    doing: str


@dataclass(frozen=True)
class LoadedTable:
    """A table whose load is done; ``ignored`` are the columns left out by ``ignore_unknown``."""

    table: str
    rows: int
    files: tuple[Path, ...]
    created: bool
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadReport:
    """What a call loaded and which files of a folder it left out, with the reason."""

    tables: tuple[LoadedTable, ...]
    skipped: tuple[tuple[Path, str], ...]


def load_files(
    warehouse: Callable[[], Warehouse],
    paths: Sequence[Path],
    contracts: Mapping[str, Contract],
    *,
    replace: bool = False,
    ignore_unknown: bool = False,
    table: str | None = None,
    on_step: Callable[[Step], None] | None = None,
) -> LoadReport:
    """Load the files; ``warehouse`` is asked for only once all of them are found good.

    Tables that are missing are created. Raises RefusedError (nothing was loaded, all faults listed) or
    WarehouseError (the tables before the failing one are loaded, the failing one is as it was).
    """
    plan = plan_files(paths, contracts, table)
    steps = _Steps(sum(map(len, plan.files.values())) + len(plan.files), on_step)
    with tempfile.TemporaryDirectory(prefix="contracts-load-") as aside:
        ready = _validate(plan, contracts, Path(aside), ignore_unknown, steps)
        if not ready:
            return LoadReport((), tuple(plan.skipped))
        open_warehouse = warehouse()
        outcomes = create_tables(open_warehouse, [contracts[name] for name in ready])
        _refuse_different(outcomes, contracts)
        loaded = tuple(
            _load(open_warehouse, ready[outcome.table], plan, outcome, replace, steps) for outcome in outcomes
        )
    return LoadReport(loaded, tuple(plan.skipped))


class _Steps:
    def __init__(self, total: int, on_step: Callable[[Step], None] | None) -> None:
        self._done, self._total, self._on_step = 0, total, on_step

    def begin(self, doing: str) -> None:
        if self._on_step is not None:
            self._on_step(Step(self._done, self._total, doing))
        self._done += 1


@dataclass(frozen=True)
class _Ready:
    """A table's validated rows, written aside in the form in which they are sent."""

    parquet: Path
    rows: int
    ignored: tuple[str, ...]


def _validate(
    plan: FilePlan, contracts: Mapping[str, Contract], aside: Path, ignore_unknown: bool, steps: _Steps
) -> dict[str, _Ready]:
    """Write every table's rows aside. Raises RefusedError with the faults of all files."""
    import pyarrow.parquet

    from gx.warehouse.validating import table_schema, validate_file

    refused: list[Validated] = []
    ready: dict[str, _Ready] = {}
    for name, files in plan.files.items():
        contract, target = contracts[name], aside / f"{name}.parquet"
        rows, ignored = 0, dict[str, None]()
        with pyarrow.parquet.ParquetWriter(target, table_schema(contract.columns)) as writer:
            for path in files:
                steps.begin(f"reading {path.name}")
                checked = validate_file(path, contract, ignore_unknown=ignore_unknown)
                if checked.rows is None:
                    refused.append(checked)
                else:
                    writer.write_table(checked.rows)
                    rows += checked.count
                    ignored |= dict.fromkeys(checked.ignored)
        ready[name] = _Ready(target, rows, tuple(ignored))
    if refused:
        raise _refusal(refused)
    return ready


def _refusal(refused: Sequence[Validated]) -> RefusedError:
    lines = []
    for checked in refused:
        for problem in checked.problems:
            more = f" (and {problem.hidden:,} more rows like it)" if problem.hidden else ""
            place = f" {problem.place}:" if problem.place else ""
            lines.append(f"{checked.path}:{place} {problem.message}{more}")
    total = sum(checked.faults for checked in refused)
    if len(lines) > SHOWN_PROBLEMS:
        lines = [*lines[:SHOWN_PROBLEMS], f"... and {len(lines) - SHOWN_PROBLEMS:,} more lines like these"]
    return RefusedError(lines, total)


def _refuse_different(outcomes: Sequence[TableOutcome], contracts: Mapping[str, Contract]) -> None:
    """A table that lacks columns or has others cannot take the rows; laxer modes and other clustering can."""
    problems = []
    for outcome in outcomes:
        if outcome.live is not None:
            have = {column.name: column.type for column in outcome.live.columns}
            want = {column.name: column.type for column in contracts[outcome.table].columns}
            if have != want:
                faults = [text for text in outcome.differences if text.startswith("column")]
                problems.append(f"{outcome.table}: the table is not what its contract says: {'; '.join(faults)}")
    if problems:
        raise RefusedError(problems, len(problems))


def _load(
    warehouse: Warehouse, ready: _Ready, plan: FilePlan, outcome: TableOutcome, replace: bool, steps: _Steps
) -> LoadedTable:
    from gx.warehouse.loadjob import load_parquet

    steps.begin(f"loading {outcome.table} ({ready.rows:,} rows)")
    if ready.rows or replace:
        load_parquet(warehouse, ready.parquet, outcome.table, replace=replace)
    files = tuple(plan.files[outcome.table])
    return LoadedTable(outcome.table, ready.rows, files, outcome.state == "created", ready.ignored)
