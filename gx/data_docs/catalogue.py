"""What contracts say of their tables, as far as pages show it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from gx.contracts.model import Contract, ContractSet, Waiver
from gx.data_docs.write import write_files


@dataclass(frozen=True)
class TableCard:
    """A table's schema and place in the pipeline."""

    table: str
    title: str
    description: str
    owner: str
    phase: str
    processor: str
    partition: str
    grain: Sequence[str]
    upstream: Sequence[str]
    columns: Sequence[Mapping[str, Any]]
    location: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The cards by table, and the waivers; empty when there are no contracts at hand."""

    cards: Mapping[str, TableCard] = field(default_factory=dict)
    waivers: Sequence[Waiver] = ()

    def rules_of(self, table: str) -> tuple[str, ...]:
        """The names of the table's rules; none when its contract is not at hand."""
        return self.cards[table].rules if table in self.cards else ()

    def upstream(self, table: str) -> Sequence[str]:
        """The tables that it is made from; none when its contract is not at hand."""
        return self.cards[table].upstream if table in self.cards else ()

    def downstream(self, table: str) -> list[str]:
        """The tables that name it as their upstream."""
        return [name for name, card in self.cards.items() if table in card.upstream]

    def waivers_of(self, table: str) -> list[Waiver]:
        """The waivers that name the table, in file order."""
        return [waiver for waiver in self.waivers if waiver.table == table]


def catalogue_of(contracts: ContractSet) -> Catalogue:
    """The catalogue of a set of contracts."""
    return make_catalogue(contracts.contracts.values(), contracts.waivers)


def make_catalogue(contracts: Iterable[Contract], waivers: Sequence[Waiver] = ()) -> Catalogue:
    """The catalogue of these contracts and waivers."""
    return Catalogue({contract.table: _card(contract) for contract in contracts}, waivers)


def _card(contract: Contract) -> TableCard:
    header = contract.header
    return TableCard(
        table=header.table,
        title=header.title,
        description=header.description,
        owner=header.owner,
        phase=str(header.phase),
        processor=header.processor,
        partition=header.partition or "",
        grain=list(header.grain),
        upstream=list(header.upstream),
        columns=[column.model_dump(mode="json", include=_COLUMN) for column in header.columns],
        location=f"{contract.location.file}:{contract.location.line}",
        rules=tuple(rule.name for rule in contract.rules),
    )


def kept_catalogue(root: Path, kept: Path, read: Callable[[Path], Catalogue]) -> Catalogue:
    """The catalogue of the contracts below ``root``, from the file ``kept`` while no contract file has changed.

    Reading all contracts takes longer than adding a run to the pages.
    """
    signature = _signature(root)
    try:
        found = json.loads(kept.read_text(encoding="utf-8"))
        if found["signature"] == signature:
            return _unpacked(found)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there yet, or of another version of this program
    catalogue = read(root)
    packed = {
        "signature": signature,
        "cards": [asdict(card) for card in catalogue.cards.values()],
        "waivers": [waiver.model_dump(mode="json") for waiver in catalogue.waivers],
    }
    with suppress(OSError):
        write_files(kept.parent, {kept.name: json.dumps(packed)})
    return catalogue


def _signature(root: Path) -> list[list[str | int]]:
    files = sorted((root / "expectations").rglob("*.yaml"))
    stats = [(path, path.stat()) for path in files]
    return [[path.relative_to(root).as_posix(), stat.st_size, stat.st_mtime_ns] for path, stat in stats]


def _unpacked(found: Mapping[str, Any]) -> Catalogue:
    cards = [TableCard(**card | {"rules": tuple(card["rules"])}) for card in found["cards"]]
    return Catalogue({card.table: card for card in cards}, [Waiver.model_validate(each) for each in found["waivers"]])


_COLUMN = {"name", "type", "mode", "description"}
