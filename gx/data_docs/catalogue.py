"""What contracts say of their tables, as far as pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gx.contracts.model import Contract, ContractSet, Waiver


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


@dataclass(frozen=True)
class Catalogue:
    """The cards by table, and the waivers; empty when there are no contracts at hand."""

    cards: Mapping[str, TableCard] = field(default_factory=dict)
    waivers: Sequence[Waiver] = ()

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
        grain=header.grain,
        upstream=header.upstream,
        columns=[column.model_dump(mode="json", include=_COLUMN) for column in header.columns],
        location=f"{contract.location.file}:{contract.location.line}",
    )


_COLUMN = {"name", "type", "mode", "description"}
