"""The commands ``contracts warehouse ...``: the embedded warehouse, its tables, and SQL in any warehouse."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.exit_codes import ExitCode
from gx.warehouse.errors import RefusedError, WarehouseError

if TYPE_CHECKING:
    from gx.contracts.model import Contract
    from gx.warehouse.address import WarehouseAddress
    from gx.warehouse.embedded import EmbeddedServer

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="""The warehouse that contracts are measured in.

    CONTRACTS_WAREHOUSE names it: `embedded` (the default: a BigQuery on this machine, no account, no network)
    or `bigquery://PROJECT?location=us-west2&maximum_bytes_billed=2000000000`.
    """,
)


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command()
def up() -> None:
    """Start the embedded warehouse and keep it running until `down`.

    Other commands start it when they need it and stop it again; with `up` they find it running, which saves
    some seconds each.
    """
    with _in_words():
        status = _embedded("up").up()
        print(f"The embedded warehouse is up at {status.url} (pid {status.pid}), its data in {status.folder}.")
        print("It stays up until `contracts warehouse down`.")


@app.command()
def down() -> None:
    """Stop the embedded warehouse. Its data stay."""
    with _in_words():
        stopped = _embedded("down").down()
        print("The embedded warehouse is stopped; its data stay." if stopped else "The embedded warehouse was not up.")


@app.command()
def status() -> None:
    """Say whether the warehouse runs, where it is, and which tables it holds with how many rows."""
    with _in_words():
        address = _address()
        if address.kind == "bigquery":
            print(f"BigQuery: {address}")
        elif not _describe_embedded():
            return
        _print_tables()


@app.command()
def init() -> None:
    """Create the datasets and tables of all contracts: columns, partitioning, clustering, required filters.

    Tables that exist are kept as they are; where one differs from its contract, the differences are told.
    """
    with _in_words():
        contracts = _contracts()
        from gx.warehouse.connection import open_warehouse
        from gx.warehouse.tables import create_tables

        with open_warehouse() as warehouse:
            outcomes = create_tables(warehouse, list(contracts.values()))
        for outcome in outcomes:
            print(f"{outcome.table}: {_STATES[outcome.state]}")
            for difference in outcome.differences:
                print(f"  {difference}")


_STATES = {"created": "created", "present": "already there", "differs": "already there, but differs from its contract"}


@app.command()
def load(
    paths: Annotated[
        list[Path], typer.Argument(help="Files `<dataset>.<table>.parquet` (csv, ndjson, jsonl), folders.")
    ],
    replace: Annotated[bool, typer.Option("--replace", help="Replace the tables' rows instead of adding.")] = False,
    ignore_unknown: Annotated[
        bool, typer.Option("--ignore-unknown", help="Leave out columns that the contract does not have.")
    ] = False,
    table: Annotated[
        str | None, typer.Option("--table", help="The table all files are for, whatever they are called.")
    ] = None,
) -> None:
    """Load files into their tables; a missing table is created.

    Columns are matched by name. Every file is read before the first is loaded: unknown columns, values that do not
    fit and missing REQUIRED values are refused by file, column and row (exit 64), and the tables stay as they were.
    In a folder, files that are no table or have no contract are skipped and named.
    """
    with _in_words():
        contracts = _contracts()
        from gx.cli.terminal import progress
        from gx.warehouse.connection import open_warehouse
        from gx.warehouse.loading import load_files

        with contextlib.ExitStack() as stack:
            advance = stack.enter_context(progress())
            report = load_files(
                lambda: stack.enter_context(open_warehouse()),
                paths,
                contracts,
                replace=replace,
                ignore_unknown=ignore_unknown,
                table=table,
                on_step=lambda step: advance(step.done, step.total, step.doing),
            )
        for path, reason in report.skipped:
            print(f"skipped {path}: {reason}")
        for loaded in report.tables:
            made = " (table created)" if loaded.created else ""
            print(f"{loaded.table}: {loaded.rows:,} rows {'now' if replace else 'added'}{made}")
            if loaded.ignored:
                print(f"  left out: {', '.join(loaded.ignored)}")
        if not report.tables:
            print("No file was loaded.")


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="BigQuery SQL: a query, DML or a script; `-` reads standard input.")],
    output: Annotated[Format, typer.Option("--format", help="How to print rows.")] = Format.TABLE,
    limit: Annotated[int, typer.Option(min=0, help="Print at most so many rows; 0 prints all.")] = 0,
) -> None:
    """Run BigQuery SQL and print its rows, in the embedded warehouse as in the real one."""
    with _in_words():
        text = sys.stdin.read() if statement == "-" else statement
        if not text.strip():
            raise typer.BadParameter("no SQL was given")
        from gx.cli.warehouse_rows import print_result
        from gx.warehouse.connection import open_warehouse
        from gx.warehouse.outcome import outcome_of
        from gx.warehouse.retries import in_words

        with open_warehouse() as warehouse, in_words("the statement failed"):
            print_result(outcome_of(*warehouse.query(text)), output.value, limit or None)


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Stop the embedded warehouse and delete all its data. On a terminal it asks first."""
    with _in_words():
        server = _embedded("reset")
        if not yes and sys.stdin.isatty():
            typer.confirm(f"Delete all data of the embedded warehouse in {server.root}?", abort=True)
        server.reset()
        print(f"The embedded warehouse in {server.root} is empty.")


@contextlib.contextmanager
def _in_words() -> Iterator[None]:
    """Turn what may go wrong into a readable paragraph on standard error and an exit code."""
    from gx.warehouse.address import AddressError

    try:
        yield
    except RefusedError as error:
        from gx.contracts.wording import plural

        for line in error.problems:
            print(line, file=sys.stderr)
        print(f"Refused: {plural(error.total, 'fault')}; nothing was loaded.", file=sys.stderr)
        raise typer.Exit(ExitCode.USAGE) from None
    except AddressError as error:
        print(f"contracts warehouse: {error}", file=sys.stderr)
        raise typer.Exit(ExitCode.USAGE) from None
    except WarehouseError as error:
        print(f"contracts warehouse: {error}", file=sys.stderr)
        raise typer.Exit(ExitCode.NOT_EVALUATED) from None


def _address() -> WarehouseAddress:
    from gx.warehouse.address import warehouse_address

    return warehouse_address()


def _embedded(command: str) -> EmbeddedServer:
    """The embedded server of this project. Raises AddressError when BigQuery is the warehouse."""
    from gx.paths import project_paths
    from gx.warehouse.address import VARIABLE, AddressError
    from gx.warehouse.embedded import EmbeddedServer

    address = _address()
    if address.kind != "embedded":
        raise AddressError(f"{VARIABLE} is `{address}`: `{command}` is for the embedded warehouse only")
    return EmbeddedServer(project_paths().warehouse)


def _describe_embedded() -> bool:
    """Print where the embedded warehouse stands; whether it runs."""
    status = _embedded("status").status()
    print(f"The embedded warehouse is {'running' if status.running else 'stopped'}.")
    if status.running:
        kept = "kept until `contracts warehouse down`" if status.kept else "until its last user ends"
        print(f"address  {status.url}\npid      {status.pid} ({kept})")
    print(f"data     {status.folder}")
    if not status.running:
        print("Its tables are listed while it runs: `contracts warehouse up` starts it.")
    return status.running


def _print_tables() -> None:
    from gx.cli.terminal import print_table
    from gx.warehouse.connection import open_warehouse
    from gx.warehouse.tables import list_tables

    with open_warehouse() as warehouse:
        tables = list_tables(warehouse)
    if not tables:
        print("No tables yet: `contracts warehouse init` or `contracts warehouse load PATH` makes them.")
        return
    print()
    rows = [(table.table, "unknown" if table.rows is None else f"{table.rows:,}") for table in tables]
    print_table(("table", "rows"), rows, numbers=[1])


def _contracts() -> Mapping[str, Contract]:
    """The project's contracts; errors in their files are told and the command exits 64."""
    from gx.cli.project import sound_project

    return sound_project()[1].contracts
