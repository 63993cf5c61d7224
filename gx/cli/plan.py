"""``contracts plan``: the statements that a checkpoint would send, without sending them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli import window as options
from gx.cli.budget import MaxBytes
from gx.cli.project import chosen_warehouse
from gx.planning.statement import MeasurementFailure

if TYPE_CHECKING:
    from gx.checkpoints.budget import Sizes
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
    max_bytes: MaxBytes = None,
    no_bytes: Annotated[bool, typer.Option("--no-bytes", help="Do not ask the warehouse what it would read.")] = False,
) -> None:
    """Show the jobs of a checkpoint: what each asks, how many rules it answers and, by dry run, the bytes it reads.

    Exit codes: 0 planned, 3 the warehouse could not be asked or the bytes exceed the limit, 64 usage or contract file
    error.
    """
    choice: dict[str, str | int | None] = {"date": date, "start": start, "end": end, "season": season, "last": last}
    _, project, order = options.order_of(checkpoint, choice, as_of, table, rule)
    planned = _planned(order, project)
    if sql:
        for statement in planned.statements:
            print(f"-- statement: {statement.name}\n{statement.literal_sql()};\n")
        return
    sizes = {} if no_bytes else _sizes(planned)
    _print_jobs(planned, {name: _told(size) for name, size in sizes.items()})
    fits = no_bytes or _print_budget(planned, sizes, max_bytes)
    if not fits or any(isinstance(size, MeasurementFailure) for size in sizes.values()):
        raise typer.Exit(3)


def _planned(order: RunOrder, project: ContractSet) -> Plan:
    from gx.planning.plan import plan as make_plan
    from gx.rules.registry import families

    window = order.window
    return make_plan(order.selection, project.contracts, families(), window.start, window.end, order.as_of)


def _sizes(planned: Plan) -> Sizes:
    """What each statement would read."""
    if chosen_warehouse().kind == "embedded":
        return {statement.name: None for statement in planned.statements}
    from gx.warehouse.connection import open_warehouse

    with open_warehouse() as warehouse:
        return warehouse.dry_run(planned.statements)


def _told(size: int | MeasurementFailure | None) -> str:
    """A size in words; unknown is never 0."""
    if isinstance(size, MeasurementFailure):
        return f"failed: {size.message}"
    return "unknown" if size is None else f"{size:,}"


def _print_budget(planned: Plan, sizes: Sizes, max_bytes: int | None) -> bool:
    """Say what the statements read together and whether the run's limits allow it."""
    from gx.checkpoints.budget import UNKNOWN, Estimate, Limits

    limits = Limits(max_bytes, chosen_warehouse().maximum_bytes_billed)
    estimate = Estimate(planned.statements, sizes)
    if not estimate.known:
        if limits and estimate.unknown:
            print(f"The {UNKNOWN}.")
        return True
    print(f"Together they read {estimate.total:,} bytes{f'; {limits}' if limits else ''}.")
    why = estimate.why_not(limits)
    if why:
        print(f"`contracts run` would send nothing: {why}. {estimate.advice(limits)}")
    return why is None


def _print_jobs(planned: Plan, sizes: dict[str, str]) -> None:
    from gx.cli.terminal import print_table
    from gx.contracts.wording import plural
    from gx.planning.packing import pack

    derived = sum(item.statement is None for item in planned.rules)
    headers = ["job", "statement", "reads", "rules", *(["bytes"] if sizes else [])]
    jobs = pack(planned.statements)
    rows = [
        [str(job), item.name, ", ".join(item.reads), str(len(item.rules)), *([sizes[item.name]] if sizes else [])]
        for job, packed in enumerate(jobs, start=1)
        for item in packed.parts
    ]
    print_table(headers, rows, numbers=(0, 3, 4))
    print()
    print(
        f"{plural(len(jobs), 'job')} of {plural(len(planned.statements), 'statement')} over {planned.start} to "
        f"{planned.end} answer {plural(len(planned.rules), 'rule')} ({derived} of them from other rules' statements "
        "and metadata)."
    )
    if planned.core_rules:
        names = ", ".join(f"{contract.table}.{rule.name}" for contract, rule in planned.core_rules)
        print(f"Slower: Great Expectations sends statements of its own for {len(planned.core_rules)} rules: {names}.")
