"""The drill-down: for a failing rule, the keys that fail, capped but counted (design section 1, idea 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from gx.contracts.model import Contract, Scope
from gx.planning.plan import PlannedRule, table_parameters, window_parameters
from gx.planning.statement import Parameter, Statement
from gx.rules.templates import render

PREFIX = "keys of "


def keys_statement(
    planned: PlannedRule, contracts: Mapping[str, Contract], dates: Sequence[date], start: date, end: date, cap: int
) -> Statement | None:
    """The statement that names the failing keys on ``dates``, at most ``cap`` of them, shared fairly between dates.

    None when the rule has no keys (a missing partition has no row to name).
    """
    query = planned.family.keys_query(planned.rule, planned.contract, contracts)
    if query is None or not dates:
        return None
    sql = render("capped_keys.sql.j2", keys=query.sql, columns=query.columns, cap=cap)
    whole = planned.rule.scope is Scope.TABLE
    parameters = (
        *(table_parameters() if whole else window_parameters(start, end)),
        Parameter("dates", "DATE", tuple(sorted(dates)), array=True),
        *query.parameters,
    )
    name = f"{planned.contract.table}.{planned.rule.name}"
    return Statement(f"{PREFIX}{name}", planned.contract.table, query.reads, sql, parameters, (name,))
