"""Contract files that were read before: the same bytes, read by the same code on the same day, are not read again.

What is kept is JSON, the models' own, and it is validated again when it comes back. It is used for one exact state of
the files only: their names and bytes, this package's code for reading them, and the day (waivers expire). A project
with errors is never kept, so every error is told with its place each time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import VERSION

from gx.contracts.calendar_file import CalendarFile
from gx.contracts.families import Families
from gx.contracts.model import (
    CheckpointDefinition,
    Contract,
    ContractHeader,
    ContractSet,
    Location,
    Model,
    Problem,
    Rule,
    Scope,
    Severity,
    Waiver,
)
from gx.garbage import collector_paused
from gx.whole_files import write_whole

FILE = ".contracts.json"
"""Hidden: it is of use to this machine only, and not published with the rest of the state."""
_CODE = Path(__file__).resolve().parent.parent
_READERS = tuple(f"{room}/*.{kind}" for room in ("contracts", "rules", "calendar") for kind in ("py", "json"))
"""The code that decides what a contract file means."""
_PLACES = ("expectations/*", "expectations/*/*", "expectations/*/*/*", "checkpoints/*", "checkpoints/*/*")
"""Where contract files are looked for, and where one that lies wrong is told."""


def remembered_contracts(root: Path, families: Families, state: Path) -> ContractSet:
    """What :func:`gx.contracts.store.load_contracts` gives, from ``state`` when these very files were read before.

    Without a folder ``state`` nothing is kept. A file that cannot be read or written is no obstacle.
    """
    today = date.today()
    kept = state / FILE
    key = ""
    with suppress(OSError, ValueError, KeyError, TypeError), collector_paused():
        key = _key(root, today)
        return _restored(kept.read_text(encoding="utf-8"), key, families)
    from gx.contracts.store import load_contracts  # and with it the YAML parser, which nobody needs until here

    found = load_contracts(root, families, today)
    if key and not found.errors and state.is_dir():
        _keep(kept, key, found, families)
    return found


def _key(root: Path, today: date) -> str:
    """Changes with every name and byte of the project's files and of the code that reads them. Raises OSError."""
    digest = blake2b(f"{today} {VERSION} {sys.version}".encode(), digest_size=16)
    for path in [*_below(root, _PLACES), *_below(_CODE, _READERS)]:
        content = path.read_bytes() if path.is_file() else b""
        digest.update(os.fsencode(path) + b"\0%d\0" % len(content))
        digest.update(content)
    return digest.hexdigest()


def _below(folder: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.glob(pattern))


def _keep(kept: Path, key: str, found: ContractSet, families: Families) -> None:
    """Write the set aside and put it in place whole, if it comes back as it is."""
    text = json.dumps(_plain(found, key), separators=(",", ":"))
    with suppress(OSError, ValueError, KeyError, TypeError):
        if _restored(text, key, families) != found:
            return
        write_whole(kept, text)


def _plain(found: ContractSet, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "contracts": [_plain_contract(contract) for contract in found.contracts.values()],
        "waivers": [_text(waiver) for waiver in found.waivers],
        "checkpoints": {name: _text(definition) for name, definition in found.checkpoints.items()},
        "calendar": _text(found.calendar),
        "problems": [[*_place(problem.location), problem.message, problem.warning] for problem in found.problems],
    }


def _plain_contract(contract: Contract) -> list[Any]:
    return [_text(contract.header), _place(contract.location), [_plain_rule(rule) for rule in contract.rules]]


def _plain_rule(rule: Rule) -> list[Any]:
    modelled = isinstance(rule.arguments, Model)
    days = [day.isoformat() if day else None for day in (rule.since, rule.until)]
    arguments = _text(rule.arguments) if modelled else rule.arguments
    return [
        *(rule.name, rule.expectation, modelled, arguments, _place(rule.location), rule.scope, rule.severity),
        *(rule.why, rule.remedy, rule.incident, rule.owner, *days),
    ]


def _text(model: Model) -> str:
    """What was written of a model, as it would be read from a file."""
    return model.model_dump_json(exclude_unset=True, by_alias=True)


def _place(place: Location) -> list[Any]:
    return [place.file, place.line, place.column]


def _restored(text: str, key: str, families: Families) -> ContractSet:
    """The set that was kept under this key. Raises ValueError or KeyError when it is none, or another's."""
    kept = json.loads(text)
    if kept["key"] != key:
        raise ValueError("other files, other code or another day")
    contracts = [_contract(item, families) for item in kept["contracts"]]
    return ContractSet(
        {contract.table: contract for contract in contracts},
        tuple(Waiver.model_validate_json(item, strict=True) for item in kept["waivers"]),
        {
            name: CheckpointDefinition.model_validate_json(item, strict=True)
            for name, item in kept["checkpoints"].items()
        },
        CalendarFile.model_validate_json(kept["calendar"], strict=True),
        tuple(Problem(Location(*item[:3]), item[3], item[4]) for item in kept["problems"]),
    )


def _contract(item: list[Any], families: Families) -> Contract:
    header, place, rules = item
    made = tuple(_rule(rule, families) for rule in rules)
    return Contract(ContractHeader.model_validate_json(header, strict=True), made, Location(*place))


def _rule(item: list[Any], families: Families) -> Rule:
    name, expectation, modelled, arguments, place, scope, severity, why, remedy, incident, owner, since, until = item
    if modelled:
        arguments = families[expectation].Kwargs.model_validate_json(arguments, strict=True)
    return Rule(
        *(name, expectation, arguments, Location(*place), Scope(scope), Severity(severity)),
        *(why, remedy, incident, owner),
        *(date.fromisoformat(day) if day else None for day in (since, until)),
    )
