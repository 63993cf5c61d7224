"""What a document says of its table, as the head of a draft contract."""

from __future__ import annotations

import re
from typing import Any

from gx.contracts.nodes import Node
from gx.exports.odcs import vocabulary
from gx.exports.odcs.columns_read import ReadColumns, custom_properties
from gx.exports.reading import Reading

TABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}\.[A-Za-z_][A-Za-z0-9_]{0,299}")
_CUSTOM = {
    vocabulary.PROCESSOR: "processor",
    vocabulary.PHASE: "phase",
    vocabulary.UPSTREAM: "upstream",
    vocabulary.GAME_DATE_COLUMN: "partition",
    vocabulary.PARTITION_FILTER: "require_partition_filter",
    vocabulary.CLUSTERING: "clustering",
}
_STAND_INS = {"owner": "unknown", "processor": "unknown", "phase": "ops"}
"""What a draft holds where the document does not say; each is told."""


def table_name(reading: Reading, table: Node) -> str | None:
    """``dataset.table`` as the document names it; None when it names no dataset, or not one table of one."""
    written = str(node.value) if (node := table.get("physicalName") or table.get("name")) else ""
    if TABLE_NAME.fullmatch(written):
        return written
    last_two = ".".join(written.replace("`", "").replace(":", ".").split(".")[-2:])
    if TABLE_NAME.fullmatch(last_two):
        return last_two
    datasets = {str(node.value) for server in reading.root.listed("servers") if (node := server.get("dataset"))}
    named = f"{datasets.pop()}.{written}" if len(datasets) == 1 else ""
    return named if TABLE_NAME.fullmatch(named) else None


def read_header(reading: Reading, table: Node, name: str, columns: ReadColumns) -> dict[str, Any]:
    """The keys of a contract's head, in the order in which contracts write them."""
    known = custom_properties(reading, table, _CUSTOM)
    _take_what_the_name_says(reading, table, name)
    _tell_service_levels(reading, name)
    known |= {"owner": _owner(reading), "grain": _grain(reading, table, columns)}
    for key, stand_in in _STAND_INS.items():
        if known.get(key) in (None, ""):
            known[key] = stand_in
            reading.note(reading.root, f"{key}: the document does not say; the draft holds {stand_in!r}")
    partition = columns.partition or known.get("partition")
    if partition is None:
        reading.note(table, "partition: no property is partitioned by date; the draft's rules look at the whole table")
    header = {
        "table": name,
        "title": _title(reading, table, name),
        "description": _description(reading, table),
        **{key: known[key] for key in ("owner", "processor", "phase")},
        "upstream": known.get("upstream"),
        "partition": partition,
        "partitioned": False if known.get("partition") and not columns.partition else None,
        "require_partition_filter": known.get("require_partition_filter"),
        "clustering": known.get("clustering"),
        "grain": known["grain"],
    }
    return {key: value for key, value in header.items() if value is not None or key == "partition"}


def _take_what_the_name_says(reading: Reading, table: Node, name: str) -> None:
    """Keys that say again what the table's name says, or how a table is written down."""
    dataset, _, short = name.partition(".")
    for node, key, said in (
        (table, "name", (short, name)),
        (table, "physicalName", (short, name)),
        (table, "physicalType", ("table", "TABLE", "BASE TABLE")),
        (table, "logicalType", ("object",)),
        (reading.root, "id", (name,)),
        (reading.root, "domain", (dataset,)),
    ):
        if (found := node.get(key)) and found.value in said:
            reading.take(node, key)
    for server in reading.items(reading.root, "servers"):
        for key, said in (("type", ("bigquery",)), ("dataset", (dataset,)), ("server", ("bigquery",))):
            if (found := server.get(key)) and found.value in said:
                reading.take(server, key)


def _tell_service_levels(reading: Reading, name: str) -> None:
    """When rows are due is the calendar's matter, not the contract's."""
    for item in reading.items(reading.root, "slaProperties"):
        level, value, unit = (reading.take(item, key) for key in ("property", "value", "unit"))
        words = f"slaProperties.{level}: not carried: {value}{f' {unit}' if unit else ''}"
        if level == "latency":
            words += f"; write it as due_hours of {name} in expectations/_calendar.yaml"
        reading.refuse(item, words)


def _title(reading: Reading, table: Node, name: str) -> str:
    business, contract = reading.text(table, "businessName"), reading.text(reading.root, "name")
    if business and contract not in ("", business):
        reading.note(reading.root.mapping["name"], f"name: not carried: {contract!r}; the table's own is the title")
    return business or contract or name.partition(".")[2].replace("_", " ").capitalize()


def _description(reading: Reading, table: Node) -> str:
    whole = reading.open(reading.root, "description")
    purpose, own = reading.text(whole, "purpose"), reading.text(table, "description")
    if own and purpose not in ("", own) and whole:
        reading.note(whole, "description.purpose: not carried: the table's own description is the draft's")
    granularity = table.get("dataGranularityDescription")
    if granularity and str(granularity.value).startswith("One row for each ("):
        reading.take(table, "dataGranularityDescription")  # said by the grain
    found = own or purpose
    if not found:
        reading.note(table, "description: the document does not say; the draft's is empty")
    return found


def _owner(reading: Reading) -> str | None:
    """The team's name, or in documents before 3.1 its first member's."""
    team = reading.open(reading.root, "team")
    if team is None:
        return None
    if team.items:
        first = reading.items(reading.root, "team")[0]
        return reading.text(first, "name") or reading.text(first, "username") or None
    return reading.text(team, "name") or None


def _grain(reading: Reading, table: Node, columns: ReadColumns) -> list[str]:
    if columns.grain:
        return columns.grain
    first = [str(column["name"]) for column in columns.columns[:1]]
    reading.note(table, f"grain: no property is a primary key; the draft holds {first}: write what names one row")
    return first
