"""The statements that only gates send: a snapshot of the target, the runs under way; and the DELETE that is printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from gx.contracts.model import Contract
from gx.gates.model import Deletion
from gx.planning.statement import Parameter, Statement
from gx.planning.table_rows import table_parameters, window_parameters
from gx.rules.identifiers import table_reference
from gx.rules.run_log import RunLogArguments
from gx.rules.templates import render_from

UNDER_WAY = "runs under way"
"""Name of the statement that finds the processor's runs without an end."""
_SQL = Path(__file__).parent / "sql"


def snapshot_name(table: str) -> str:
    """The name of a table's snapshot statement."""
    return f"snapshot of {table}"


def snapshot_statement(contract: Contract, start: date, end: date) -> Statement:
    """Rows and different keys of a table a game date, in one grouped statement."""
    keys = [name for name in contract.grain if name != contract.partition]
    sql = render_from(_SQL, "snapshot.sql.j2", table=contract.table, partition_date=contract.partition_date, keys=keys)
    name = snapshot_name(contract.table)
    return Statement(name, contract.table, (contract.table,), sql, window_parameters(start, end))


def runs_statement(processors: Sequence[str], hours: int, start: date, end: date, now: datetime) -> Statement:
    """The runs of these processors that have not ended: on any data date those begun within ``hours``, on the gate's
    own dates all of them.
    """
    log = RunLogArguments().run_log
    sql = render_from(_SQL, "runs_under_way.sql.j2", run_log=log, hours=hours)
    parameters = (
        *window_parameters(start, end),
        *table_parameters(),
        Parameter("processors", "STRING", tuple(processors), array=True),
        Parameter("now", "TIMESTAMP", now),
    )
    return Statement(UNDER_WAY, log, (log,), sql, parameters)


def deletion(contract: Contract, dates: Sequence[date]) -> Deletion:
    """The statement that clears the table's rows of exactly these dates, literal and ready to paste."""
    days = tuple(sorted(dates))
    literals = ", ".join(f"DATE '{day}'" for day in days)
    sql = f"DELETE FROM {table_reference(contract.table)} WHERE {contract.partition_date} IN ({literals})"
    return Deletion(contract.table, days, sql)
