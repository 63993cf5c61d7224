"""A contract's columns as properties of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from open_data_contract_standard.model import SchemaProperty

from gx.contracts.expand import expand
from gx.contracts.families import Families
from gx.contracts.model import Column, Contract, Rule, Scope, Severity
from gx.contracts.nodes import Node
from gx.exports.odcs import vocabulary
from gx.exports.odcs.quality import shorthand_quality

LOGICAL_TYPES = {
    "STRING": "string",
    "INT64": "integer",
    "FLOAT64": "number",
    "NUMERIC": "number",
    "BOOL": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "JSON": "object",
    "ARRAY<STRING>": "array",
}
"""The standard's logical type of each column type."""


def shorthand_rules(contract: Contract, families: Families) -> Mapping[str, Sequence[Rule]]:
    """The rules that each column's own keys stand for, by column; a contract's rules begin with them, in order."""
    scope = Scope.HISTORICAL if contract.partition else Scope.SNAPSHOT
    place = Node((contract.location.line, contract.location.column), {})
    return {
        column.name: expand(column, place, contract.location.file, scope, families, contract.partition)[0]
        for column in contract.columns
    }


def properties(contract: Contract, families: Families) -> list[SchemaProperty]:
    """Every column, in order, with the rules that its own keys stand for."""
    made = shorthand_rules(contract, families)
    return [_property(column, contract, made[column.name], families) for column in contract.columns]


def _property(column: Column, contract: Contract, rules: Sequence[Rule], families: Families) -> SchemaProperty:
    found = SchemaProperty(
        name=column.name,
        logicalType=logical_type(column.type),
        physicalType=column.type,
        description=column.description or None,
        required=column.mode == "REQUIRED",
        logicalTypeOptions=_type_options(column) or None,
        items=SchemaProperty(logicalType="string", physicalType="STRING") if column.type == "ARRAY<STRING>" else None,
        customProperties=_custom(column),
        quality=[entry for rule in rules for entry in shorthand_quality(rule, contract, families)] or None,
    )
    if column.name in contract.grain:
        found.primaryKey, found.primaryKeyPosition = True, contract.grain.index(column.name) + 1
    if column.name == contract.partition and contract.header.partitioned:
        found.partitioned, found.partitionKeyPosition = True, 1
    return found


def logical_type(column_type: str) -> str:
    """The standard's logical type of a column type.

    >>> logical_type("NUMERIC(4,1)")
    'number'
    """
    return LOGICAL_TYPES[column_type.partition("(")[0]]


def _type_options(column: Column) -> dict[str, Any]:
    options = {"minimum": column.minimum, "maximum": column.maximum, "pattern": column.pattern}
    return {name: value for name, value in options.items() if value is not None}


def _custom(column: Column) -> list[Any] | None:
    allowed = list(column.allowed) if isinstance(column.allowed, tuple) else column.allowed
    typical = column.typical.model_dump(mode="json", exclude_unset=True) if column.typical else None
    severity = None if column.severity is Severity.CRITICAL else column.severity.value
    return vocabulary.custom(
        **{vocabulary.ALLOWED: allowed, vocabulary.TYPICAL: typical, vocabulary.RULE_SEVERITY: severity}
    )
