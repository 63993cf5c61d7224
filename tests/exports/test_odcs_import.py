"""Documents of the Open Data Contract Standard become draft contracts, and nothing of them is lost silently."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from gx.cli.main import run_cli
from gx.contracts.model import Contract, ContractSet, Location, Rule
from gx.contracts.store import load_contracts
from gx.exports.odcs.document import document, document_text
from gx.exports.odcs.import_document import Draft, read_document
from gx.rules.registry import families

NOWHERE = Location("anywhere")
NOT_OF_A_CONTRACT = (
    "version: ", "status: ", "servers[bigquery].project: ", "slaProperties.", "customProperties[calendar]: ",
    "description.limitations: ", "partition: no property is partitioned",
)  # fmt: skip
"""What a contract has no place for: the document's own state, the project, the calendar, the waivers."""


def read(text: str, folder: Path, table: str | None = None) -> Draft:
    """The draft of a document's text."""
    file = folder / "document.odcs.yaml"
    file.write_text(text, encoding="utf-8")
    return read_document(file, file.name, families(), table)


def rules(contract: Contract) -> list[Rule]:
    """The contract's rules without their places."""
    return [replace(rule, location=NOWHERE) for rule in contract.rules]


def told(draft: Draft) -> list[str]:
    """The notes without their places."""
    return [problem.message for problem in draft.told]


def test_every_contract_comes_back_as_it_was(project: ContractSet, tmp_path: Path) -> None:
    """Contract to document to contract: the same head, columns and rules; the notes name all that is not there."""
    for table, contract in project.contracts.items():
        text = document_text(document(contract, families(), project.calendar, project.waivers))
        draft = read(text, tmp_path)
        assert draft.errors == ()
        assert draft.contract, (table, told(draft))
        assert (draft.table, draft.contract.header) == (table, contract.header)
        assert rules(draft.contract) == rules(contract), table
        assert [note for note in told(draft) if not note.startswith(NOT_OF_A_CONTRACT)] == [], table
        missing = [start for start in NOT_OF_A_CONTRACT[:5] if not any(note.startswith(start) for note in told(draft))]
        assert missing == [], table


FOREIGN = """\
apiVersion: v3.0.2
kind: DataContract
id: 53581432-6c55-4ba2-a65f-72344a91553a
version: 1.1.0
status: active
name: orders
domain: sales
tenant: ClimateQuantumInc
dataProduct: orders
description:
  purpose: Orders of the web shop.
  usage: Reports.
team:
  - username: ceastwood
    role: Data Scientist
    dateIn: 2022-08-02
servers:
  - server: production
    type: bigquery
    project: shop
    dataset: sales
price:
  priceAmount: 9.95
schema:
  - name: orders
    physicalName: orders
    description: One row an order line.
    tags: [finance]
    properties:
      - name: order_id
        primaryKey: true
        primaryKeyPosition: 1
        logicalType: string
        physicalType: varchar(36)
        required: true
        unique: true
        logicalTypeOptions: {minLength: 3, maxLength: 36, pattern: '^[0-9a-f-]+$', format: uuid}
      - name: line
        primaryKey: true
        primaryKeyPosition: 2
        logicalType: integer
        logicalTypeOptions: {minimum: 1, exclusiveMaximum: 100}
      - name: ordered_on
        logicalType: date
        physicalType: DATE
        partitioned: true
        partitionKeyPosition: 1
        logicalTypeOptions: {format: yyyy-MM-dd}
      - name: shipped_at
        logicalType: date
        logicalTypeOptions: {format: 'yyyy-MM-dd HH:mm:ss'}
      - name: amount
        logicalType: number
        quality:
          - {rule: nullCheck, mustBe: 0, dimension: completeness, businessImpact: operational}
          - type: custom
            engine: great-expectations
            implementation: |
              type: expect_column_values_to_be_between
              kwargs:
                minValue: 0
                maxValue: 10000
      - name: unit
        logicalType: string
        quality:
          - metric: invalidValues
            arguments: {validValues: [pounds, kg]}
            mustBeLessOrEqualTo: 5
            unit: percent
            severity: warning
          - {metric: invalidValues, arguments: {validValues: [pounds]}, mustBeLessThan: 5, unit: rows}
      - name: address
        logicalType: object
        physicalType: RECORD
        properties:
          - {name: street, logicalType: string}
      - name: tags
        logicalType: array
        items: {logicalType: string}
    quality:
      - {rule: rowCount, mustBeGreaterThan: 10, name: enough}
      - {metric: duplicateValues, mustBe: 0, arguments: {properties: [order_id, line]}, name: One line once!}
      - {type: sql, query: SELECT 1, mustBe: 1, name: by_hand}
      - {type: text, description: The sums are right.}
      - {type: custom, engine: soda, implementation: 'type: duplicate_percent', name: soda rule}
      - type: custom
        engine: greatExpectations
        name: no such thing
        implementation: {type: expect_the_unexpected, kwargs: {}}
slaProperties:
  - {property: latency, value: 4, unit: d, element: orders.ordered_on}
customProperties:
  - {property: refRulesetName, value: gcsc.ruleset.name}
"""


def test_a_foreign_document_becomes_a_draft_that_lint_takes(tmp_path: Path) -> None:
    draft = read(FOREIGN, tmp_path)
    assert draft.errors == ()
    contract = draft.contract
    assert contract is not None, told(draft)
    assert (draft.table, contract.header.title, contract.header.description) == (
        "sales.orders", "orders", "One row an order line.",
    )  # fmt: skip
    assert (contract.header.owner, contract.partition, contract.grain) == (
        "ceastwood", "ordered_on", ("order_id", "line"),
    )  # fmt: skip
    assert {column.name: column.type for column in contract.columns} == {
        "order_id": "STRING",
        "line": "INT64",
        "ordered_on": "DATE",
        "shipped_at": "TIMESTAMP",
        "amount": "FLOAT64",
        "unit": "STRING",
        "tags": "ARRAY<STRING>",
    }
    found = {rule.name: (rule.expectation, rule.scope, rule.severity) for rule in contract.rules}
    assert found == {
        "order_id_is_present": ("expect_column_values_to_not_be_null", "historical", "critical"),
        "order_id_matches_format": ("expect_column_values_to_match_regex", "historical", "critical"),
        "line_in_range": ("expect_column_values_to_be_between", "historical", "critical"),
        "amount_not_be_null": ("expect_column_values_to_not_be_null", "historical", "critical"),
        "amount_be_between": ("expect_column_values_to_be_between", "historical", "critical"),
        "unit_be_in_set": ("expect_column_values_to_be_in_set", "historical", "warning"),
        "order_id_length": ("expect_column_value_lengths_to_be_between", "historical", "critical"),
        "order_id_is_unique": ("expect_column_values_to_be_unique", "historical", "critical"),
        "line_inside": ("expect_column_values_to_be_between", "historical", "critical"),
        "one_line_once": ("expect_compound_columns_to_be_unique", "table", "critical"),
    }
    arguments = {rule.name: rule.arguments for rule in contract.rules}
    assert (arguments["unit_be_in_set"].mostly, arguments["unit_be_in_set"].value_set) == (0.95, ("pounds", "kg"))
    assert (arguments["amount_be_between"].min_value, arguments["amount_be_between"].max_value) == (0, 10000)
    assert (arguments["line_inside"].max_value, arguments["line_inside"].strict_max) == (100, True)


def test_all_that_a_foreign_document_loses_is_told_with_its_place(tmp_path: Path) -> None:
    draft = read(FOREIGN, tmp_path)
    lines = {problem.location.line: FOREIGN.splitlines()[problem.location.line - 1] for problem in draft.told}
    assert any("id: 53581432" in line for line in lines.values())
    notes = "\n".join(told(draft))
    for lost in (
        "id: not carried: '53581432",
        "tenant: not carried: 'ClimateQuantumInc'",
        "dataProduct: not carried",
        "description.usage: not carried: 'Reports.'",
        "description.purpose: not carried",
        "team[0].role: not carried: 'Data Scientist'",
        "servers[production].project: not carried: 'shop'",
        "price: not carried: a mapping",
        "schema[orders].tags: not carried: a list",
        "processor: the document does not say; the draft holds 'unknown'",
        "phase: the document does not say; the draft holds 'ops'",
        "properties[order_id].logicalTypeOptions.format: not carried: 'uuid'",
        "property 'address': not carried: a contract has no column type for RECORD object",
        "'enough': not carried: it counts the whole table",
        "'invalidValues': not carried: mustBeLessThan 5 rows",
        "'by_hand': not carried: a contract has no rules of type sql",
        "'The sums are right.': not carried: a contract has no rules of type text",
        "'soda rule': not carried: its engine is 'soda'",
        "'no such thing': not carried: 'expect_the_unexpected' is neither",
        "slaProperties.latency: not carried: 4 d; write it as due_hours of sales.orders",
        "customProperties[refRulesetName]: not carried",
    ):
        assert lost in notes


def test_the_draft_is_sound_in_a_project(own_project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    draft = read(FOREIGN, tmp_path_factory.mktemp("foreign"))
    target = own_project / "expectations" / "sales" / "orders.yaml"
    target.parent.mkdir()
    target.write_text(draft.text or "", encoding="utf-8")
    found = load_contracts(own_project, families())
    assert [str(problem) for problem in found.problems] == []
    assert "sales.orders" in found.contracts


TINY = """\
apiVersion: v3.1.0
kind: DataContract
id: tiny
version: 1.0.0
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer}
"""


def test_without_a_dataset_the_table_has_to_be_told(tmp_path: Path) -> None:
    draft = read(TINY, tmp_path)
    assert draft.text is None
    assert "no dataset is named for 'orders'; give --table DATASET.orders" in draft.errors[0].message
    named = read(TINY, tmp_path, "sales.orders")
    assert named.contract and named.contract.grain == ("id",)
    assert any("grain: no property is a primary key" in note for note in told(named))


def test_one_of_several_tables_is_chosen(tmp_path: Path) -> None:
    text = TINY + "  - {name: sales.lines, properties: [{name: line, logicalType: string, primaryKey: true}]}\n"
    assert "describes 2 tables; choose one with --table" in read(text, tmp_path).errors[0].message
    draft = read(text, tmp_path, "sales.lines")
    assert draft.contract and [column.name for column in draft.contract.columns] == ["line"]
    assert "schema[orders]: not carried: a draft is of one table" in told(draft)
    assert "did you mean 'sales.lines'?" in read(text, tmp_path, "sales.line").errors[0].message


@pytest.mark.parametrize(
    "value", ["no", "1e5", "0x1F", "12:30", "010", ".5", "~", "2023-01-01", " x", "a: b", "#", "ü\t"]
)
def test_odd_texts_survive(value: str, project: ContractSet, tmp_path: Path) -> None:
    """Texts that some reader of YAML would take for a number, a truth value or nothing."""
    contract = project.contracts["nba_reference.player_aliases"]
    rule = replace(contract.rules[-1], why=value)
    header = contract.header.model_copy(update={"owner": value.strip() or "x"})
    odd = replace(contract, header=header, rules=(*contract.rules[:-1], rule))
    draft = read(document_text(document(odd, families())), tmp_path)
    assert draft.contract, told(draft)
    assert draft.contract.header == header
    assert draft.contract.rules[-1].why == value.strip()


def test_a_rule_that_contradicts_its_column_is_told(project: ContractSet, tmp_path: Path) -> None:
    contract = project.contracts["nba_precompute.player_composite_factors"]
    text = document_text(document(contract, families()))
    draft = read(text.replace("max_value: 100", "max_value: 99", 1), tmp_path)
    assert draft.contract and rules(draft.contract) == rules(contract)
    assert any("'fatigue_score_in_range': not carried: it says otherwise" in note for note in told(draft))


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", "1:1", "the file holds nothing"),
        ("[1, 2]", "1:1", "does not hold a mapping"),
        ("kind: DataContract\nkind: x", "2:1", "duplicate key 'kind'"),
        (BOMB, "1:4", "anchors are not read here"),
        ("a: " + "[" * 5000, "1:23", "nested more than 20 levels deep"),
        ("# " + "x" * 1_000_001, "1:1", "larger than 1,000,000 bytes"),
        ("a: !!python/object/apply:os.system [id]", "1:4", "tags are not allowed"),
        ("a: 'x\nb: 2", "2:5", "not valid YAML"),
        ("dataContractSpecification: 1.1.0", "1:1", "missing key 'kind'"),
        (TINY.replace("v3.1.0", "v2.2.2"), "1:13", "apiVersion: found 'v2.2.2'; allowed: v3.0.0"),
        (TINY.replace("  - name: orders", "  - name: 5"), "6:11", "found 5; allowed: text"),
        (TINY.replace("schema:", "schemata:"), "5:1", "unknown key 'schemata'"),
        (TINY.replace("integer}", "integer, required: 'yes'}"), "8:52", "allowed: true or false"),
        (TINY.partition("schema:")[0], "1:1", "describes no table"),
        (TINY.replace("name: orders", "name: a.orders").replace("integer", "vector"), "6:5", "properties: not one"),
    ],
)
def test_a_document_that_is_none_is_refused_at_its_place(text: str, place: str, message: str, tmp_path: Path) -> None:
    draft = read(text, tmp_path)
    assert draft.text is None
    assert any(message in problem.message for problem in draft.errors), draft.errors
    assert f"document.odcs.yaml:{place}" in [str(problem.location) for problem in draft.errors]


def test_a_document_of_nothing_but_notes_stays_readable(tmp_path: Path) -> None:
    """Ten thousand things that a contract has no place for are not ten thousand lines."""
    many = "".join(f"  - {{property: p{number}, value: 1}}\n" for number in range(10_000))
    draft = read(TINY + "customProperties:\n" + many, tmp_path, "sales.orders")
    assert draft.contract
    assert len(draft.told) <= 201
    assert any("more that were not carried" in note for note in told(draft))


def test_the_command_writes_a_draft_and_tells_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("orders.odcs.yaml").write_text(FOREIGN)
    assert run_cli(["import", "odcs", "orders.odcs.yaml"]) == 0
    printed = capsys.readouterr()
    assert "orders.odcs.yaml:3:5: warning: id: not carried: " in printed.err
    assert run_cli(["import", "odcs", "orders.odcs.yaml", "--output", "new/orders.yaml"]) == 0
    assert capsys.readouterr().out.startswith("wrote new/orders.yaml: a draft of sales.orders; ")
    assert Path("new/orders.yaml").read_text() == printed.out


def test_the_command_never_replaces_a_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("orders.odcs.yaml").write_text(FOREIGN)
    Path("orders.yaml").write_text("mine")
    assert run_cli(["import", "odcs", "orders.odcs.yaml", "--output", "orders.yaml"]) == 64
    assert "orders.yaml exists already" in capsys.readouterr().err
    assert Path("orders.yaml").read_text() == "mine"


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_the_command_refuses_what_it_cannot_read(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_cli(["import", "odcs", name]) == 64
    assert f"{name}:1:1: " in capsys.readouterr().err


JUNK: tuple[Any, ...] = (5, -1.5, "x", [], {}, None, True, [1, {}], {"a": [1]}, ["a", "b"], "é'\"\n:x", 10**30)


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from _places(child, (*path, key))


def test_nonsense_anywhere_in_a_document_is_told(tmp_path: Path) -> None:
    """Each value of a document in turn becomes something else: it is refused, or a draft comes with notes."""
    whole = yaml.safe_load(FOREIGN)
    places = list(_places(whole))
    assert len(places) > 150
    for number, (*parents, last) in enumerate(places):
        changed = copy.deepcopy(whole)
        target = changed
        for step in parents:
            target = target[step]
        target[last] = JUNK[number % len(JUNK)]
        draft = read(yaml.safe_dump(changed, sort_keys=False), tmp_path, "sales.orders")
        assert bool(draft.errors) == (draft.text is None), (*parents, last)
        in_the_draft = [problem for problem in draft.told if problem.location.file == "draft"]
        assert draft.errors or draft.contract or in_the_draft, (*parents, last)


def test_a_rule_that_claims_to_be_said_already_is_not_dropped(tmp_path: Path) -> None:
    """``sameAs`` of a rule that is not there says nothing again."""
    quality = (
        "    quality:\n      - {metric: duplicateValues, mustBe: 0, arguments: {properties: [id, line]}, "
        "customProperties: [{property: sameAs, value: nowhere}]}\n"
    )
    draft = read(TINY + "      - {name: line, logicalType: integer}\n" + quality, tmp_path, "sales.orders")
    assert draft.contract and [rule.expectation for rule in draft.contract.rules] == [
        "expect_compound_columns_to_be_unique"
    ]
