"""The facts of a run and a table that are kept beside the results, as plain JSON."""

from __future__ import annotations

from typing import Any

from gx.judging.result import RunResult, TableResult


def run_facts(run: RunResult, table: str) -> dict[str, Any]:
    """What a stored result of ``table`` says of its run, of the run's tables in order, and of the table itself.

    The overviews speak of the whole run and may be long: the first table's result alone keeps them.
    """
    from gx.reporting.document import run_facts as facts

    found = next((item for item in run.tables if item.table == table), None)
    told = facts(run)
    if run.tables and table != run.tables[0].table:
        told["overviews"] = {}
    return {
        **told,
        "tables": [item.table for item in run.tables],
        "table": table_facts(found) if found else None,
    }


def table_facts(table: TableResult) -> dict[str, Any]:
    """A table's header and verdict."""
    return {
        "table": table.table,
        "title": table.title,
        "description": table.description,
        "owner": table.owner,
        "phase": table.phase,
        "rows": table.rows,
        "verdict": table.verdict.value,
    }
