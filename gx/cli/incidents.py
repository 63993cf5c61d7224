"""``contracts incidents``: the catalogue of known incidents, and their replay on the simulated league."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli.project import refuse, sound_project
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from gx.checkpoints.replay import Replay
    from gx.simulation.incidents import Incident

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="The catalogue of known incidents, and their replay.",
)


@app.command("list")
def list_incidents() -> None:
    """List the known incidents: what each changes, and the rules, dates and severities that must tell it."""
    from gx.simulation.incidents import INCIDENTS, INVISIBLE

    _, project = sound_project()
    severities = {
        (contract.table, rule.name): rule.severity.value
        for contract in project.contracts.values()
        for rule in contract.rules
    }
    for incident in INCIDENTS.values():
        print(f"{incident.id}  {incident.title} ({incident.season})")
        print(f"      {incident.changes}")
        for expected in incident.expected:
            severity = severities.get((expected.table, expected.rule), "unknown rule")
            dates = _dates(len(expected.dates), str(expected.dates[0]), str(expected.dates[-1]))
            print(f"      {expected.outcome}: {expected.table}.{expected.rule} ({severity}) on {dates}")
    print("\nNot to be seen in the tables, and not counted:")
    for hidden in INVISIBLE:
        print(f"{hidden.id}  {hidden.title}: {hidden.reason}")


@app.command("replay")
def replay(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[INCIDENT]...", help="Incidents to replay, for example I-03.")
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Every incident of the catalogue.")] = False,
) -> None:
    """Replay incidents on the clean simulated league, in a warehouse of their own, and say what told them.

    Exit codes: 0 every incident was told by its rules on its dates and nowhere else, 1 one was not, 64 unknown
    incident.
    """
    chosen = _chosen(numbers or [], all)
    caught = declared = whole = 0
    for found in _replays(chosen):
        for line in _lines(found):
            print(line)
        caught += sum(told.caught for told in found.told)
        declared += sum(len(told.expected.dates) for told in found.told)
        whole += found.caught
    print(f"\n{whole} of {len(chosen)} incidents caught; {caught:,} of {declared:,} declared cells told.")
    raise typer.Exit(ExitCode.PASS if whole == len(chosen) else ExitCode.BROKEN)


def _chosen(numbers: list[str], every: bool) -> list[Incident]:
    from gx.simulation.incidents import INCIDENTS, incident

    if every == bool(numbers):
        refuse("name incidents, for example I-03, or say --all")
    try:
        found = list(INCIDENTS.values()) if every else [incident(number) for number in numbers]
    except ValueError as error:
        refuse(str(error))
    return sorted(found, key=lambda each: (each.season, str(each.as_of), each.id))


def _replays(chosen: list[Incident]) -> Iterator[Replay]:
    from gx.checkpoints.replay import Replayer
    from gx.paths import project_paths
    from gx.rules.registry import families
    from gx.warehouse.connection import open_warehouse

    _, project = sound_project()
    with tempfile.TemporaryDirectory(prefix="contracts-incidents-") as folder:
        # a warehouse and a results store of their own: the user's tables stay as they are
        os.environ |= {
            "CONTRACTS_WAREHOUSE": "embedded",
            "CONTRACTS_WAREHOUSE_DIR": f"{folder}/warehouse",
            "CONTRACTS_STATE_DIR": f"{folder}/state",
        }
        paths = project_paths()
        with open_warehouse(folder=paths.warehouse):
            replayer = Replayer(project, families(), paths, Path(folder) / "files")
            for incident in chosen:
                yield replayer.replay(incident)


def _lines(found: Replay) -> Iterator[str]:
    incident = found.incident
    yield f"{'caught' if found.caught else 'MISSED':6}  {incident.id}  {incident.title} ({incident.season})"
    for told in found.told:
        expected = told.expected
        yield f"          {told.caught}/{len(expected.dates)}  {expected.table}.{expected.rule} {expected.outcome}"
    for table, rule, day in found.elsewhere[:10]:
        yield f"          not declared: {table}.{rule} on {day}"
    if len(found.elsewhere) > 10:
        yield f"          and {len(found.elsewhere) - 10} cells more"
    for error in found.errors:
        yield f"          not evaluated: {error}"


def _dates(count: int, first: str, last: str) -> str:
    return first if count == 1 else f"{count} dates, {first} to {last}"
