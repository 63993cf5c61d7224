"""The properties of a document as the columns of a draft contract."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from gx.contracts.model import NUMBER_TYPES
from gx.contracts.nodes import Node
from gx.exports.odcs import vocabulary
from gx.exports.odcs.types import column_type
from gx.exports.reading import Reading

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}")


@dataclass
class ReadColumns:
    """The columns of a table as a contract writes them, and what their properties say of the table.

    ``nodes`` are the properties by column name, ``rules`` entries that a column's own keys cannot say.
    """

    columns: list[dict[str, Any]] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    grain: list[str] = field(default_factory=list)
    partition: str | None = None
    rules: list[tuple[Node, dict[str, Any]]] = field(default_factory=list)


def read_columns(reading: Reading, table: Node) -> ReadColumns:
    """Every property that a contract can hold; the others are told."""
    found = ReadColumns()
    positions: dict[str, int] = {}
    for item in reading.items(table, "properties"):
        name = reading.text(item, "physicalName") or _plain_name(item)
        kind = _type_of(reading, item)
        if not _IDENTIFIER.fullmatch(name):
            reading.refuse(item, f"property {name!r}: not carried: a column's name is of letters, digits and _")
        elif kind is None:
            reading.refuse(item, f"property {name!r}: not carried: a contract has no column type for {_told(item)}")
        elif name in found.nodes:
            reading.refuse(item, f"property {name!r}: not carried: a property before it has that name")
        else:
            if (logical := item.get("name")) and logical.value == name:
                reading.take(item, "name")
            found.nodes[name] = item
            found.columns.append(_column(reading, item, name, kind, found))
            position = reading.take(item, "primaryKeyPosition")
            if reading.take(item, "primaryKey"):
                positions[name] = position if position and position > 0 else len(found.nodes)
    found.grain = sorted(positions, key=lambda name: positions[name])
    return found


def _type_of(reading: Reading, item: Node) -> str | None:
    options, items = item.get("logicalTypeOptions"), reading.open(item, "items")
    written = options.get("format") if options else None
    return column_type(
        reading.text(item, "physicalType"),
        reading.text(item, "logicalType"),
        reading.text(items, "logicalType") or reading.text(items, "physicalType").lower(),
        str(written.value) if written else "",
    )


def _plain_name(item: Node) -> str:
    named = item.get("name")
    return str(named.value) if named and named.value is not None else ""


def _told(item: Node) -> str:
    words = [str(node.value) for key in ("physicalType", "logicalType") if (node := item.get(key))]
    return " ".join(words) or "a property without a type"


def _column(reading: Reading, item: Node, name: str, kind: str, found: ReadColumns) -> dict[str, Any]:
    reading.text(reading.open(item, "items"), "physicalType")
    column: dict[str, Any] = {"name": name, "type": kind}
    if reading.take(item, "required"):
        column["mode"] = "REQUIRED"
    column |= _bounds(reading, item, column, found)
    column |= _custom(reading, item, column)
    if description := reading.text(item, "description"):
        column["description"] = description
    position = reading.take(item, "partitionKeyPosition")
    if reading.take(item, "partitioned"):
        _partition(reading, item, column, position, found)
    if reading.take(item, "unique"):
        found.rules.append((item, {"rule": f"{name}_is_unique", "expect_column_values_to_be_unique": {"column": name}}))
    return column


def _partition(reading: Reading, item: Node, column: dict[str, Any], position: int | None, found: ReadColumns) -> None:
    if found.partition or (position or 1) > 1:
        reading.note(item, f"property {column['name']!r}: not carried: a second partition column; a contract has one")
    elif column["type"] not in ("DATE", "TIMESTAMP"):
        reading.note(item, f"property {column['name']!r}: not carried: a partition by {column['type']}, not by date")
    else:
        found.partition = column["name"]


def _bounds(reading: Reading, item: Node, column: dict[str, Any], found: ReadColumns) -> dict[str, Any]:
    """Bounds, pattern and lengths; what does not fit the column's type is left, and so told."""
    options, kind, name = reading.open(item, "logicalTypeOptions"), column["type"], column["name"]
    bounds: dict[str, Any] = {}
    if kind.startswith(NUMBER_TYPES):
        wanted = (("minimum", "minimum"), ("maximum", "maximum"))
        bounds = {key: value for key, option in wanted if (value := reading.take(options, option)) is not None}
        kwargs: dict[str, Any] = {"column": name}
        for side in ("min", "max"):
            if (value := reading.take(options, f"exclusive{side.capitalize()}imum")) is not None:
                kwargs |= {f"{side}_value": value, f"strict_{side}": True}
        if len(kwargs) > 1:
            found.rules.append((item, {"rule": f"{name}_inside", "expect_column_values_to_be_between": kwargs}))
    elif kind == "STRING":
        if (pattern := reading.take(options, "pattern")) is not None:
            bounds["pattern"] = pattern
        lengths = {"min_value": reading.take(options, "minLength"), "max_value": reading.take(options, "maxLength")}
        given = {key: value for key, value in lengths.items() if value is not None}
        if given:
            kwargs = {"column": name, **given}
            found.rules.append((item, {"rule": f"{name}_length", "expect_column_value_lengths_to_be_between": kwargs}))
    elif kind == "TIMESTAMP":
        reading.take(options, "format")  # it told the type, in documents that know no timestamp
    return bounds


def _custom(reading: Reading, item: Node, column: dict[str, Any]) -> dict[str, Any]:
    known = custom_properties(
        reading,
        item,
        {vocabulary.ALLOWED: "allowed", vocabulary.TYPICAL: "typical", vocabulary.RULE_SEVERITY: "severity"},
    )
    values = [reading.take(entry, "value") for entry in reading.items(item, "enum")]
    if values and "allowed" not in known and column["type"] in ("STRING", "INT64"):
        known["allowed"] = values
    return known


def custom_properties(reading: Reading, node: Node | None, wanted: dict[str, str]) -> dict[str, Any]:
    """The values of the custom properties of those names, under the names to call them by; the others are left."""
    found: dict[str, Any] = {}
    for item in reading.items(node, "customProperties"):
        name = item.get("property")
        if name and str(name.value) in wanted:
            reading.take(item, "property")
            found[wanted[str(name.value)]] = reading.take(item, "value")
    return found
