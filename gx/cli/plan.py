"""``contracts plan``: the statements that a checkpoint would send, without sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli import window as options
from gx.cli.project import chosen_warehouse

if TYPE_CHECKING:
    from gx.checkpoints.request import RunOrder
    from gx.contracts.model import ContractSet
    from gx.planning.plan import Plan


def plan(
    checkpoint: options.CheckpointName,
    date: options.OnDate = None,
    start: options.StartDate = None,
    end: options.EndDate = None,
    season: options.SeasonLabel = None,
    last: options.LastDates = None,
    as_of: options.AsOf = None,
    table: options.Tables = None,
    rule: options.Rules = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print each statement's text, parameters written in.")] = False,
    no_bytes: Annotated[bool, typer.Option("--no-bytes", help="Do not ask the warehouse what it would read.")] = False,
) -> None:
    """Show the jobs of a checkpoint: what each asks, how many rules it answers and, by dry run, the bytes it reads.

    Exit codes: 0 planned, 3 the warehouse could not be asked, 64 usage or contract file error.
    """
    choice: dict[str, str | int | None] = {"date": date, "start": start, "end": end, "season": season, "last": last}
    _, project, order = options.order_of(checkpoint, choice, as_of, table, rule)
    planned = _planned(order, project)
    if sql:
        for statement in planned.statements:
            print(f"-- statement: {statement.name}\n{statement.literal_sql()};\n")
        return
    failed = _print_jobs(planned, {} if no_bytes else _bytes(planned))
    if failed:
        raise typer.Exit(3)


def _planned(order: RunOrder, project: ContractSet) -> Plan:
    from gx.planning.plan import plan as make_plan
    from gx.rules.registry import families

    window = order.window
    return make_plan(order.selection, project.contracts, families(), window.start, window.end, order.as_of)


def _bytes(planned: Plan) -> dict[str, str]:
    """What each statement would read, in words; unknown is never 0."""
    from gx.planning.statement import MeasurementFailure

    if chosen_warehouse().kind == "embedded":
        return {statement.name: "unknown" for statement in planned.statements}
    from gx.warehouse.connection import open_warehouse

    with open_warehouse() as warehouse:
        found = warehouse.dry_run(planned.statements)
    return {
        name: "unknown"
        if size is None
        else f"failed: {size.message}"
        if isinstance(size, MeasurementFailure)
        else f"{size:,}"
        for name, size in found.items()
    }


def _print_jobs(planned: Plan, sizes: dict[str, str]) -> bool:
    from gx.cli.terminal import print_table

    derived = sum(item.statement is None for item in planned.rules)
    headers = ["statement", "reads", "rules", *(["bytes"] if sizes else [])]
    rows = [
        [item.name, ", ".join(item.reads), str(len(item.rules)), *([sizes[item.name]] if sizes else [])]
        for item in planned.statements
    ]
    print_table(headers, rows, numbers=(2, 3))
    print()
    print(
        f"{len(planned.statements)} statements over {planned.start} to {planned.end} answer {len(planned.rules)} rules "
        f"({derived} of them from other rules' statements and metadata)."
    )
    if planned.core_rules:
        names = ", ".join(f"{contract.table}.{rule.name}" for contract, rule in planned.core_rules)
        print(f"Slower: Great Expectations sends statements of its own for {len(planned.core_rules)} rules: {names}.")
    return any(size.startswith("failed") for size in sizes.values())
