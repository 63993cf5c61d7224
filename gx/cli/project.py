"""The project as a command sees it: where it lies, what its files say, and a refusal when they are wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gx.contracts.wording import plural
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from gx.contracts.model import ContractSet, Problem
    from gx.paths import Paths
    from gx.warehouse.address import WarehouseAddress


def read_project(root: Path | None = None) -> tuple[Paths, ContractSet]:
    """The project's folders and everything read from its YAML files, problems included."""
    from gx.contracts.remembered import remembered_contracts
    from gx.paths import project_paths
    from gx.rules.registry import families

    paths = project_paths(root)
    return paths, remembered_contracts(paths.root, families(), paths.state)


def sound_project(root: Path | None = None) -> tuple[Paths, ContractSet]:
    """The project, for a command that acts on it; with any error in its files, tells them all and exits 64."""
    paths, found = read_project(root)
    if found.errors:
        for line in problem_lines(found.errors, paths.root):
            print(line, file=sys.stderr)
        refuse(f"{plural(len(found.errors), 'error')} in the contract files; nothing was run")
    return paths, found


def refuse(message: str) -> NoReturn:
    """Say on standard error why the command will not go on, and exit 64."""
    import typer

    print(message, file=sys.stderr)
    raise typer.Exit(ExitCode.USAGE)


def chosen_warehouse() -> WarehouseAddress:
    """The warehouse that the environment names; refuses (64) an address that is wrong."""
    from gx.warehouse.address import AddressError, warehouse_address

    try:
        return warehouse_address()
    except AddressError as error:
        refuse(str(error))


def problem_lines(problems: Iterable[Problem], root: Path) -> list[str]:
    """Each problem as ``file:line:column: message``, the file as seen from the working directory."""
    return [_line(problem, root) for problem in problems]


def _line(problem: Problem, root: Path) -> str:
    place = problem.location
    file = os.path.relpath(root / place.file)
    warning = "warning: " if problem.warning else ""
    return f"{file}:{place.line}:{place.column}: {warning}{problem.message}"
