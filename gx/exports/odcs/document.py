"""A contract as a document of the Open Data Contract Standard."""

from __future__ import annotations

from collections.abc import Iterable

from open_data_contract_standard.model import (
    CustomProperty,
    Description,
    OpenDataContractStandard,
    SchemaObject,
    Server,
    Team,
)

from gx import __version__
from gx.contracts.calendar_file import CalendarFile
from gx.contracts.families import Families
from gx.contracts.model import Contract, Waiver
from gx.exports.odcs import vocabulary
from gx.exports.odcs.columns import properties, shorthand_rules
from gx.exports.odcs.quality import quality
from gx.exports.odcs.service_levels import calendar_property, service_levels
from gx.exports.yaml_text import yaml_text

PROJECT = "my-project"
"""The Google Cloud project that a document names when nobody told one: a contract holds wherever the table lies."""
_FIRST_LINE = (
    "# yaml-language-server: $schema=https://raw.githubusercontent.com/bitol-io/open-data-contract-standard/"
    f"main/schema/odcs-json-schema-{vocabulary.API_VERSION}.json\n"
)


def document_text(document: OpenDataContractStandard) -> str:
    """The document as YAML, which every YAML reader takes alike."""
    return _FIRST_LINE + yaml_text(document.model_dump(by_alias=True, exclude_none=True))


def document(
    contract: Contract,
    families: Families,
    calendar: CalendarFile | None = None,
    waivers: Iterable[Waiver] = (),
    project: str = PROJECT,
) -> OpenDataContractStandard:
    """The contract in the standard's words; what they cannot say is in custom properties.

    ``calendar`` gives the service levels, ``waivers`` the known limitations; ``project`` is the Google Cloud project.
    """
    header = contract.header
    server = Server(server="bigquery", type="bigquery", project=project, dataset=contract.dataset)
    return OpenDataContractStandard(
        version=__version__,
        kind="DataContract",
        apiVersion=vocabulary.API_VERSION,
        id=contract.table,
        name=header.title,
        status="active",
        domain=contract.dataset,
        description=Description(purpose=header.description, limitations=_limitations(contract, waivers)),
        servers=[server],
        schema=[_table(contract, families)],
        team=Team(name=header.owner),
        slaProperties=(service_levels(contract, calendar) if calendar else None) or None,
        customProperties=vocabulary.custom(
            **{vocabulary.CALENDAR: calendar_property(contract, calendar) if calendar else None}
        ),
    )


def _table(contract: Contract, families: Families) -> SchemaObject:
    written = contract.rules[sum(map(len, shorthand_rules(contract, families).values())) :]
    return SchemaObject(
        name=contract.table.partition(".")[2],
        physicalName=contract.table,
        physicalType="table",
        logicalType="object",
        businessName=contract.header.title,
        description=contract.header.description,
        dataGranularityDescription=f"One row for each ({', '.join(contract.grain)}).",
        properties=properties(contract, families),
        quality=[entry for rule in written for entry in quality(rule, contract, families)] or None,
        customProperties=_custom(contract),
    )


def _custom(contract: Contract) -> list[CustomProperty] | None:
    header = contract.header
    unpartitioned = contract.partition if not header.partitioned else None
    return vocabulary.custom(
        **{
            vocabulary.PROCESSOR: header.processor,
            vocabulary.PHASE: header.phase,
            vocabulary.UPSTREAM: list(header.upstream),
            vocabulary.GAME_DATE_COLUMN: unpartitioned,
            vocabulary.PARTITION_FILTER: header.require_partition_filter or None,
            vocabulary.CLUSTERING: list(header.clustering),
        }
    )


def _limitations(contract: Contract, waivers: Iterable[Waiver]) -> str | None:
    """The waivers of the table's rules, one after the other."""
    found = [_limitation(waiver) for waiver in waivers if waiver.table == contract.table]
    return "\n".join(found) or None


def _limitation(waiver: Waiver) -> str:
    days = ", ".join(map(str, waiver.dates)) or f"{waiver.start or 'the first date'} to {waiver.end or 'the last'}"
    until = "for ever" if waiver.expires == "never" else f"until {waiver.expires}"
    return f"Rule {waiver.rule} on {days} ({waiver.owner}, {until}): {waiver.reason}"
