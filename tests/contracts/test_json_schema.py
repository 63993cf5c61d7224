"""The JSON Schemas that editors use say what the models say, and the generated files are fresh."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gx.cli.export import core_list_text
from gx.contracts.core import CORE_LIST
from gx.contracts.json_schema import schemas
from gx.contracts.source import parse_text, read_source
from gx.rules.registry import families
from tests.contracts.conftest import CALENDAR, CHECKPOINT, FAMILIES, GAMES, WAIVERS

ROOT = Path(__file__).parents[2]
BY_FILE = {
    "expectations/contract.schema.json": GAMES,
    "expectations/_calendar.schema.json": CALENDAR,
    "expectations/_waivers.schema.json": WAIVERS,
    "checkpoints/checkpoint.schema.json": CHECKPOINT,
}


def errors(schema: str, text: str) -> list[str]:
    source = parse_text(text, "a.yaml")
    assert source.root is not None
    validator = jsonschema.Draft7Validator(json.loads(schemas(FAMILIES)[schema]))
    return [error.message for error in validator.iter_errors(source.root.plain())]


@pytest.mark.parametrize("name", BY_FILE)
def test_the_written_schemas_are_fresh(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")
    assert written == schemas(families())[name], "run: contracts export json-schema"


@pytest.mark.parametrize("name", BY_FILE)
def test_a_schema_is_one_and_takes_what_lint_takes(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(json.loads(schemas(FAMILIES)[name]))
    assert errors(name, BY_FILE[name]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("owner: raw", "ownr: raw"),
        ("phase: 2", "phase: 9"),
        ("severity: info", "severity: loud"),
        ("      column: points", "      colum: points"),
        ("min_value: 1}", "minimum: 1}"),
        ("severity: info", "expect_column_to_exist: {column: points}"),
        ("    expect_column_mean_to_be_between: {column: points, min_value: 1}\n", ""),
        ("expect_reference_to_be_covered", "expect_reference_to_be_coverd"),
    ],
)
def test_a_schema_refuses_what_lint_refuses(old: str, new: str) -> None:
    assert old in GAMES
    assert errors("expectations/contract.schema.json", GAMES.replace(old, new))


@pytest.mark.parametrize("path", sorted(ROOT.glob("expectations/*/*.yaml")), ids=lambda path: path.stem)
def test_the_projects_contracts_fit_the_written_schema(path: Path) -> None:
    source = read_source(path, path.name)
    assert source.root is not None
    schema: Any = json.loads((ROOT / "expectations/contract.schema.json").read_text(encoding="utf-8"))
    assert [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(source.root.plain())] == []


def test_the_list_of_core_expectations_is_fresh() -> None:
    assert core_list_text() == CORE_LIST.read_text(encoding="utf-8"), "run: contracts export core-expectations"
