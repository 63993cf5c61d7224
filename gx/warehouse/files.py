"""Which files to load into which tables: files are named ``<dataset>.<table>.parquet`` (csv, ndjson, jsonl)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gx.contracts.model import Contract
from gx.warehouse.errors import RefusedError

SUFFIXES = (".parquet", ".csv", ".ndjson", ".jsonl")


@dataclass(frozen=True)
class FilePlan:
    """The files of each table, in order, and the files left out with the reason."""

    files: Mapping[str, Sequence[Path]]
    skipped: Sequence[tuple[Path, str]]


def plan_files(paths: Sequence[Path], contracts: Mapping[str, Contract], table: str | None = None) -> FilePlan:
    """Sort the files by table; a file in a folder that is no table's is skipped.

    ``table`` says which table all of them are for. Raises RefusedError for paths that do not exist and for files
    named by the caller that are no table's.
    """
    if table is not None and table not in contracts:
        raise RefusedError([f"--table {table}: {_no_contract(table, contracts)}"], 1)
    files: dict[str, list[Path]] = {}
    skipped: list[tuple[Path, str]] = []
    problems: list[str] = []
    for path in paths:
        if path.is_dir():
            found, why_not = _in_folder(path, contracts, table)
            skipped += why_not
        else:
            target, reason = _target(path, contracts, table)
            found = {target: [path]} if target else {}
            problems += [f"{path}: {reason}"] if reason else []
        for target, added in found.items():
            files.setdefault(target, []).extend(item for item in added if item not in files.get(target, []))
    if problems:
        raise RefusedError(problems, len(problems))
    return FilePlan(files, skipped)


def _in_folder(
    folder: Path, contracts: Mapping[str, Contract], table: str | None
) -> tuple[dict[str, list[Path]], list[tuple[Path, str]]]:
    files: dict[str, list[Path]] = {}
    skipped: list[tuple[Path, str]] = []
    for path in sorted(folder.iterdir()):
        target, reason = _target(path, contracts, table)
        if target:
            files.setdefault(target, []).append(path)
        else:
            skipped.append((path, reason))
    return files, skipped


def _target(path: Path, contracts: Mapping[str, Contract], table: str | None) -> tuple[str, str]:
    """The file's table, or why it has none."""
    if not path.exists():
        return "", "there is no such file or folder"
    if not path.is_file():
        return "", "not a file"
    if path.suffix not in SUFFIXES:
        return "", f"no table: the name does not end in {', '.join(SUFFIXES)}"
    name = table or path.name.removesuffix(path.suffix)
    if name.count(".") != 1:
        return "", f"no table: files are named <dataset>.<table>{path.suffix} (or give --table)"
    if name not in contracts:
        return "", _no_contract(name, contracts)
    return name, ""


def _no_contract(name: str, contracts: Mapping[str, Contract]) -> str:
    near = difflib.get_close_matches(name, contracts, 1, cutoff=0.95)
    return f"no contract for the table {name}" + (f"; did you mean {near[0]}?" if near else "")
