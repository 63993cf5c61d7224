"""The drill-down: for a failing rule, the keys that fail, capped but counted (design section 1, idea 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from gx.contracts.model import Contract
from gx.planning.plan import PlannedRule, asks_for, moment_parameters
from gx.planning.statement import Parameter, Statement
from gx.planning.table_rows import table_parameters, window_parameters
from gx.rules.templates import render

PREFIX = "keys of "


def keys_statement(
    planned: PlannedRule,
    contracts: Mapping[str, Contract],
    dates: Sequence[date],
    start: date,
    end: date,
    cap: int,
    now: datetime,
) -> Statement | None:
    """The statement that names the failing keys on ``dates``, at most ``cap`` of them, shared fairly between dates.

    None when the rule has no keys (a missing partition has no row to name).
    """
    query = planned.family.keys_query(planned.rule, planned.contract, contracts)
    if query is None or not dates:
        return None
    order = [_sortable(name, planned.contract) for name in query.columns]
    sql = render("capped_keys.sql.j2", keys=query.sql, columns=query.columns, order=order, cap=cap)
    known = (
        *window_parameters(start, end),
        *table_parameters(),
        *moment_parameters(sql, now),
        Parameter("dates", "DATE", tuple(sorted(dates)), array=True),
    )
    parameters = (*(parameter for parameter in known if asks_for(sql, parameter.name)), *query.parameters)
    name = f"{planned.contract.table}.{planned.rule.name}"
    return Statement(f"{PREFIX}{name}", planned.contract.table, query.reads, sql, parameters, (name,))


def _sortable(name: str, contract: Contract) -> str:
    """A key column as ORDER BY takes it: JSON and arrays have no order of their own."""
    column = contract.column(name)
    return f"TO_JSON_STRING({name})" if column and column.type in ("JSON", "ARRAY<STRING>") else name
