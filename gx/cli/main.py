"""The command ``contracts``: its commands by name, each imported only when it is called.

Usage errors exit 64 (gx.exit_codes), a broken pipe ends quietly with 141 and Ctrl-C with 130, as shells expect.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Annotated, Any, NamedTuple, NoReturn

# Looking for plugins reads the metadata of every installed package.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

import typer
from typer.core import TyperCommand, TyperGroup

from gx.exit_codes import ExitCode

INTERRUPTED = 130
BROKEN_PIPE = 141


class Lazy(NamedTuple):
    """Where a command's function (or typer app) is, and its line in the list of commands."""

    target: str
    summary: str


COMMANDS = {
    "lint": Lazy("gx.cli.lint:lint", "Check every contract file; each problem with its place."),
    "list": Lazy("gx.cli.list:list_contracts", "List the tables under contract."),
    "explain": Lazy("gx.cli.explain:explain", "Say in plain words what a contract or a rule asks for."),
    "diff": Lazy("gx.cli.diff:diff", "What changed in the contracts since a git revision, and what it means."),
    "draft": Lazy("gx.cli.draft:draft", "Draft a contract from a live table and a window of its rows."),
    "plan": Lazy("gx.cli.plan:plan", "Show the statements a checkpoint would send."),
    "run": Lazy("gx.cli.run:run", "Run a checkpoint and give its verdict."),
    "history": Lazy("gx.cli.history:history", "Show what the last runs found of a rule."),
    "gate": Lazy("gx.cli.gate:app", "May a backfill start, and did it really work?"),
    "docs": Lazy("gx.cli.docs:app", "Build and open the Data Docs."),
    "warehouse": Lazy("gx.cli.warehouse:app", "The embedded warehouse: start, stop, fill, ask."),
    "incidents": Lazy("gx.cli.incidents:app", "The known incidents, and their replay on a simulated league."),
    "demo": Lazy("gx.cli.demo:demo", "The main job on a simulated league, start to finish."),
    "notify": Lazy("gx.cli.notify:notify", "Try the webhooks that alerts go to."),
    "export": Lazy("gx.cli.export:app", "Write contracts for other tools, and the JSON Schemas that editors use."),
    "import": Lazy("gx.cli.import_:app", "Draft a contract from another tool's document."),
}


class LazyGroup(TyperGroup):
    """A group that shows all commands but imports only the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Stand-ins with the commands' summaries, for the help page and for suggestions.
        self.commands = {
            name: TyperCommand(name=name, help=lazy.summary, rich_markup_mode=None) for name, lazy in COMMANDS.items()
        }

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The real command, imported now."""
        if args[0] in COMMANDS:
            return args[0], load_command(args[0]), args[1:]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a reader that went away is no error of ours."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _forget_output()
            raise typer.Exit(BROKEN_PIPE) from None


def load_command(name: str) -> Any:
    """The command of that name, ready to be invoked."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    found = getattr(import_module(module), attribute)
    if isinstance(found, typer.Typer):
        found.info.name = name
        return typer.main.get_command(found)
    single = _new_app()
    single.command(name)(found)
    return typer.main.get_command(single)


def _new_app() -> typer.Typer:
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from gx import __version__

        print(f"contracts {__version__}")
        raise typer.Exit


@app.callback()
def contracts(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Data contracts for the NBA pipeline: what must be true of each table, checked on BigQuery.

    Exit codes of every command: 0 pass, 1 broken contract, 2 warnings and --strict, 3 not evaluated, 64 usage or
    contract file error.
    """


def run_cli(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit status."""
    try:
        status = app(arguments, prog_name="contracts", standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    except OSError as error:
        print(f"Error: {error}", file=sys.stderr)
        _forget_output()
        return ExitCode.NOT_EVALUATED
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except typer.TyperException as error:
        _tell(error)
        return ExitCode.USAGE
    return int(status) if isinstance(status, int) else ExitCode.PASS


def _tell(error: typer.TyperException) -> None:
    """Usage errors know how to show themselves, with the command's usage."""
    show = getattr(error, "show", None)
    if show:
        show()
    else:
        print(f"Error: {error}", file=sys.stderr)


def _forget_output() -> None:
    """Point standard output nowhere, so that the interpreter's last flush does not complain of the pipe again."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> NoReturn:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show is no reason to fail
    try:
        sys.exit(run_cli())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
