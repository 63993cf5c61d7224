"""A document of the Open Data Contract Standard as a draft contract, and what of it a contract cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard

from gx.contracts.expand import expand
from gx.contracts.families import Families
from gx.contracts.model import Column, Contract, Problem, Rule, Scope
from gx.contracts.nodes import Node
from gx.contracts.parse import parse_contract
from gx.contracts.source import parse_text, read_source
from gx.contracts.validation import problem_at, validate
from gx.contracts.wording import listed, shown, unknown
from gx.exports.draft_text import draft_text
from gx.exports.odcs.columns_read import ReadColumns, read_columns
from gx.exports.odcs.header_read import TABLE_NAME, read_header, table_name
from gx.exports.odcs.quality_read import RuleReader
from gx.exports.reading import Reading, node_of

VERSIONS = ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0")
"""Versions of the standard that are read."""


@dataclass(frozen=True)
class Draft:
    """What was read of a document.

    ``text`` is the draft contract of ``table``, ``contract`` the same as a model; both are None when ``errors`` say
    why the document cannot be read. ``told`` is what the draft does not carry, or holds without having been told.
    """

    table: str | None
    text: str | None
    contract: Contract | None
    errors: tuple[Problem, ...]
    told: tuple[Problem, ...]


def read_document(path: Path, name: str, families: Families, table: str | None = None) -> Draft:
    """Read a document; ``name`` is how messages call it, ``table`` the ``dataset.table`` that the draft is for.

    Never raises for what a file may hold: a file that is no such document is told in ``errors``.
    """
    source = read_source(path, name)
    if source.root is None or source.problems:
        return _refused(*source.problems)
    _, problems = validate(OpenDataContractStandard, source.root, name)
    problems = [*_form_problems(source.root, name), *problems]
    if problems:
        return _refused(*sorted(problems))
    reading = Reading(source.root, name)
    tables = reading.items(source.root, "schema")
    chosen, problem = _choose(reading, tables, table)
    if chosen is None:
        return _refused(problem_at(name, source.root, problem))
    for other in tables:
        if other is not chosen:
            reading.refuse(other, f"schema[{_short(other)}]: not carried: a draft is of one table")
    return _draft(reading, chosen, table or table_name(reading, chosen) or "", families)


def _refused(*problems: Problem) -> Draft:
    return Draft(None, None, None, problems, ())


def _form_problems(root: Node, name: str) -> list[Problem]:
    """What makes a file no such document at all."""
    wanted: Mapping[str, tuple[str, ...]] = {"kind": ("DataContract",), "apiVersion": VERSIONS}
    found = []
    for key, allowed in wanted.items():
        node = root.get(key)
        if node is None:
            found.append(problem_at(name, root, f"missing key {key!r}; allowed: {listed(allowed)}"))
        elif node.value not in allowed:
            found.append(problem_at(name, node, f"{key}: found {shown(node.value)}; allowed: {listed(allowed)}"))
    return found


def _choose(reading: Reading, tables: list[Node], wanted: str | None) -> tuple[Node | None, str]:
    """The table to draft a contract for, or why there is none."""
    if not tables:
        return None, "schema: the document describes no table"
    if wanted and not TABLE_NAME.fullmatch(wanted):
        return None, f"--table: found {wanted!r}; allowed: dataset.table"
    names = [table_name(reading, table) or _short(table) for table in tables]
    if wanted is None and len(tables) > 1:
        return None, f"schema: the document describes {len(tables)} tables; choose one with --table: {listed(names)}"
    if wanted is None and "." not in names[0]:
        return None, f"schema: no dataset is named for {names[0]!r}; give --table DATASET.{names[0]}"
    if wanted is None or (len(tables) == 1 and "." not in names[0]):
        return tables[0], ""
    for table, name in zip(tables, names, strict=True):
        if wanted in (name, f"{wanted.partition('.')[0]}.{name}"):
            return table, ""
    return None, f"schema: {unknown('table', wanted, names)}"


def _short(table: Node) -> str:
    named = table.get("physicalName") or table.get("name")
    return str(named.value) if named else ""


def _draft(reading: Reading, table: Node, name: str, families: Families) -> Draft:
    for key in ("kind", "apiVersion"):
        reading.take(reading.root, key)
    columns = read_columns(reading, table)
    if not columns.columns:
        return _refused(problem_at(reading.name, table, "properties: not one that a contract can hold; see its types"))
    header = read_header(reading, table, name, columns)
    rules = RuleReader(reading, families, _shorthand(columns, header, reading, families), header["partition"])
    for column, item in columns.nodes.items():
        rules.read(reading.items(item, "quality"), column)
    for item, entry in columns.rules:
        rules.add(item, entry)
    rules.read(reading.items(table, "quality"))
    text = draft_text({**header, "columns": columns.columns, "expectations": rules.entries})
    parsed = parse_contract(parse_text(text, "draft"), name, families)
    told = [*reading.told(), *parsed.problems]
    return Draft(name, text, parsed.contract if parsed.sound else None, (), tuple(told))


def _shorthand(
    columns: ReadColumns, header: Mapping[str, Any], reading: Reading, families: Families
) -> dict[str, Rule]:
    """The rules that the columns' own keys stand for; keys that fit no column are taken out and told."""
    scope = Scope.HISTORICAL if header["partition"] else Scope.SNAPSHOT
    found: dict[str, Rule] = {}
    for written in columns.columns:
        item = columns.nodes[written["name"]]
        node = node_of(written)
        column, problems = validate(Column, node, reading.name)
        made: list[Rule] = []
        if column:
            made, more = expand(column, node, reading.name, scope, families, header["partition"])
            problems = [*problems, *more]
        if problems:
            _without_shorthand(written, item, problems, reading)
        found |= {rule.name: rule for rule in made if not problems}
    return found


def _without_shorthand(written: dict[str, Any], item: Node, problems: list[Problem], reading: Reading) -> None:
    reasons = "; ".join(dict.fromkeys(problem.message for problem in problems))
    dropped = [key for key in ("minimum", "maximum", "allowed", "pattern", "typical", "severity") if key in written]
    for key in dropped:
        del written[key]
    reading.note(item, f"property {written['name']!r}: {', '.join(dropped)} not carried: {reasons}")
