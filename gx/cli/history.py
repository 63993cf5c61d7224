"""``contracts history TABLE.RULE``: what the last runs found of a rule, and what waits to be sent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from gx.cli.project import refuse, sound_project
from gx.cli.results import chosen_results
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from gx.contracts.model import ContractSet
    from gx.paths import Paths


def history(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[TABLE.RULE]", help="dataset.table.rule; the dataset may be omitted."),
    ] = None,
    last: Annotated[int, typer.Option("--last", metavar="N", min=1, max=10_000, help="The last N runs.")] = 60,
    checkpoint: Annotated[
        str | None, typer.Option("--checkpoint", metavar="NAME", help="Only runs of this checkpoint.")
    ] = None,
    format: Annotated[Literal["text", "json"], typer.Option("--format", help="What to print.")] = "text",
    send: Annotated[
        bool, typer.Option("--send", help="First send and store what earlier runs left in the outbox.")
    ] = False,
) -> None:
    """Print a rule's last runs, a character a run, from the results dataset if one is configured, else from the store.

    Exit codes: 0 told, 3 the results dataset does not answer or results still wait after --send, 64 no such table,
    rule or checkpoint.
    """
    paths, project = sound_project()
    chosen_results()
    if name is None and not send:
        refuse("name a rule as TABLE.RULE, or give --send")
    asked = _find(name, project) if name else None
    if checkpoint and checkpoint not in project.checkpoints:
        from gx.contracts.wording import unknown

        refuse(unknown("checkpoint", checkpoint, project.checkpoints))
    settled = _send(paths) if send else True
    if asked:
        _tell(paths, *asked, last, checkpoint, format)
    raise typer.Exit(ExitCode.PASS if settled else ExitCode.NOT_EVALUATED)


def _send(paths: Paths) -> bool:
    """Settle the outbox and say on standard error what became of it; whether nothing waits any more."""
    from gx.checkpoints.outbox import settle

    settled = settle(paths)
    for line in settled.notes() or ["Nothing waits in the outbox."]:
        print(line, file=sys.stderr)
    return not settled.waiting


def _tell(paths: Paths, table: str, rule: str, last: int, checkpoint: str | None, format: str) -> None:
    from gx.checkpoints.history import read_history
    from gx.reporting.history_strip import history_document, history_lines
    from gx.reporting.json_text import json_text
    from gx.warehouse.errors import WarehouseError

    try:
        found = read_history(paths, table, rule, last, checkpoint)
    except WarehouseError as error:
        print(f"The history could not be read: {error}", file=sys.stderr)
        raise typer.Exit(ExitCode.NOT_EVALUATED) from None
    if format == "json":
        print(json_text(history_document(table, rule, found.source, found.looks, found.waiting)))
        return
    for line in history_lines(f"{table}.{rule}", found.source, found.looks, found.waiting):
        print(line)


def _find(name: str, project: ContractSet) -> tuple[str, str]:
    """The table and rule that a name means; refuses (64) one that is not there, with the nearest."""
    from gx.contracts.wording import unknown

    prefixes = ((table, f"{known}.") for table in project.contracts for known in (table, table.split(".")[1]))
    table, prefix = next(((table, prefix) for table, prefix in prefixes if name.startswith(prefix)), ("", ""))
    if not table and name in project.contracts:
        refuse(f"{name} is a table; name one of its rules, for example {name}.{project.contracts[name].rules[0].name}")
    if not table:
        refuse(unknown("table", name.rpartition(".")[0] or name, project.contracts))
    contract, rule = project.contracts[table], name.removeprefix(prefix)
    if contract.rule(rule) is None:
        refuse(unknown(f"rule of {table}", rule, [item.name for item in contract.rules]))
    return table, rule
