"""``contracts lint``: every problem of the contract files, at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gx.cli.project import problem_lines, read_project
from gx.contracts.wording import plural
from gx.exit_codes import ExitCode

if TYPE_CHECKING:
    from gx.contracts.model import ContractSet, Problem
    from gx.paths import Paths


def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="Show only problems in these files or folders.", show_default=False),
    ] = None,
) -> None:
    """Check every contract, the calendar, the waivers and the checkpoints.

    Prints each problem on standard output as file:line:column: what is wrong, what was found, what is allowed, the
    nearest name; then one line that sums up. The whole project is read whatever the PATHs, since contracts refer to one
    another. A PATH in another project (a folder that holds expectations/) checks that project.

    Exit codes: 0 no error (warnings do not count), 64 at least one error.
    """
    failed = False
    for root, chosen in _by_project(paths or []).items():
        failed |= _lint_project(root, chosen)
    if failed:
        raise typer.Exit(ExitCode.USAGE)


def _by_project(paths: list[Path]) -> dict[Path | None, list[Path]]:
    """The PATHs by the project they belong to; None is the project of the working directory."""
    from gx.paths import find_root

    if not paths:
        return {None: []}
    found: dict[Path | None, list[Path]] = {}
    for path in paths:
        whole = path.resolve()
        if not whole.exists() and not whole.is_symlink():
            raise typer.BadParameter(f"no file or folder {str(path)!r}", param_hint="PATH")
        root = find_root(whole)
        if not _covers(whole, root):
            allowed = "expectations/<dataset>/<table>.yaml or checkpoints/<checkpoint>.yaml of a project"
            raise typer.BadParameter(f"{str(path)!r} is not a contract file; allowed: {allowed}", param_hint="PATH")
        found.setdefault(root, []).append(whole)
    return found


def _covers(path: Path, root: Path) -> bool:
    """Whether the path is the project, or lies among its contract files."""
    inside = any(path.is_relative_to(root / folder) for folder in ("expectations", "checkpoints"))
    return path == root or (inside and (path.is_dir() or path.suffix in (".yaml", ".yml")))


def _lint_project(root: Path | None, chosen: list[Path]) -> bool:
    folders, found = read_project(root)
    problems = [problem for problem in found.problems if _wanted(problem, folders.root, chosen)]
    for line in problem_lines(problems, folders.root):
        print(line)
    print(_summary(problems, found, folders))
    return any(not problem.warning for problem in problems)


def _wanted(problem: Problem, root: Path, chosen: list[Path]) -> bool:
    return not chosen or any((root / problem.location.file).is_relative_to(path) for path in chosen)


def _summary(problems: list[Problem], found: ContractSet, folders: Paths) -> str:
    errors = sum(not problem.warning for problem in problems)
    warnings = len(problems) - errors
    told = f"{plural(errors, 'error')}, {plural(warnings, 'warning')}"
    rules = sum(len(contract.rules) for contract in found.contracts.values())
    return f"{told} in {folders.root.name}: {plural(len(found.contracts), 'sound contract')}, {plural(rules, 'rule')}"
