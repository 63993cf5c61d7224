"""JSON Schemas for editors, generated from the models that read the files and from the rule families."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gx.contracts.calendar_file import CalendarFile
from gx.contracts.core import core_expectations
from gx.contracts.entry import EntryHead
from gx.contracts.families import Families
from gx.contracts.hover import arguments_example, with_words
from gx.contracts.model import CheckpointDefinition, ContractHeader, Model
from gx.contracts.store import WaiverFile

Schema = dict[str, Any]
_DRAFT = "http://json-schema.org/draft-07/schema#"
_ADDRESS = "https://www.schemastore.org/nba-data-contracts-{}.json"
"""Where the schemas' catalogue would hold them; editors resolve their inner references against it."""


def schemas(families: Families) -> Mapping[str, str]:
    """The text of each schema file, by its path in the project."""
    return {
        "expectations/contract.schema.json": _published(contract_schema(families), "contract", "ContractHeader"),
        "expectations/_calendar.schema.json": _of_file(CalendarFile, "The calendar", "calendar"),
        "expectations/_waivers.schema.json": _of_file(WaiverFile, "Known limitations", "waivers"),
        "checkpoints/checkpoint.schema.json": _of_file(CheckpointDefinition, "A checkpoint", "checkpoint"),
    }


def _of_file(model: type[Model], title: str, name: str) -> str:
    return _published(_of_model(model, title), name, model.__name__)


def _published(schema: Schema, name: str, owner: str) -> str:
    """A schema's text with its address and with words on every key, an expectation's example last."""
    schema = {"$schema": schema.pop("$schema"), "$id": _ADDRESS.format(name), **with_words(schema, owner)}
    entry = schema.get("definitions", {}).get("Entry", {}).get("properties", {})
    for key, arguments in entry.items():
        if key.startswith("expect_"):
            arguments["examples"] = [arguments_example(arguments)]
    return _text(schema)


def contract_schema(families: Families) -> Schema:
    """The schema of a contract file: the header's keys and a list of rules, each with exactly one expectation."""
    definitions: Schema = {}
    schema = _of_model(ContractHeader, "A contract")
    definitions |= schema.pop("definitions", {})
    schema["properties"]["expectations"] = {
        "description": "The table's rules.",
        "anyOf": [{"type": "array", "items": {"$ref": "#/definitions/Entry"}}, {"type": "null"}],
    }
    definitions["Entry"] = _entry_schema(families, definitions)
    return {**schema, "definitions": dict(sorted(definitions.items()))}


def _entry_schema(families: Families, definitions: Schema) -> Schema:
    entry = _of_model(EntryHead, "A rule")
    definitions |= entry.pop("definitions", {})
    entry.pop("$schema")
    expectations: Schema = {}
    for name, family in families.items():
        arguments = _of_model(family.Kwargs, name)
        definitions |= arguments.pop("definitions", {})
        arguments.pop("$schema")
        expectations[name] = arguments | {"description": _first_paragraph(type(family)) or name}
    for name, allowed in core_expectations().items():
        expectations.setdefault(name, _core_schema(name, allowed))
    for arguments in expectations.values():
        if not arguments.get("required"):
            arguments["type"] = ["object", "null"]
    entry["properties"] |= expectations
    entry["oneOf"] = [{"required": [name]} for name in expectations]
    return entry


def _core_schema(name: str, allowed: Mapping[str, bool]) -> Schema:
    return {
        "title": name,
        "description": "Great Expectations' own; runs through Great Expectations, slower.",
        "type": "object",
        "properties": {name: {} for name in allowed},
        "required": [name for name, required in allowed.items() if required],
        "additionalProperties": False,
    }


def _of_model(model: type[Model], title: str) -> Schema:
    schema = model.model_json_schema(ref_template="#/definitions/{model}")
    schema["definitions"] = schema.pop("$defs", {})
    if not schema["definitions"]:
        del schema["definitions"]
    return {"$schema": _DRAFT, **schema, "title": title}


def _first_paragraph(described: type) -> str:
    return " ".join((described.__doc__ or "").strip().split("\n\n")[0].split())


def _text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
