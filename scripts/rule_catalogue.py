"""Writes docs/rules.md, the catalogue of all rules, and docs/families/, a page a rule family, from the code itself.

.venv/bin/python scripts/rule_catalogue.py
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import takewhile
from pathlib import Path
from textwrap import dedent
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from gx.contracts.model import Contract, Location, Model, Rule
from gx.contracts.store import load_contracts
from gx.planning.plan import PlannedRule, rule_statement
from gx.rules.family import Family
from gx.rules.registry import families

ROOT = Path(__file__).resolve().parent.parent
COMMAND = "`.venv/bin/python scripts/rule_catalogue.py`"
RULES_HEAD = f"""\
# All rules

Every rule of every contract, written by {COMMAND}.
What a kind of rule means and takes: [the families](families/README.md)."""
FAMILIES_HEAD = f"""\
# The rule families

Every family of rules, written by {COMMAND} from the families' own code and the repository's contracts. Column rules
keep Great Expectations' names, arguments and meaning; the others are the pipeline's own. Every rule that uses them:
[all rules](../rules.md).

Beside its expectation a rule may have `scope`, `severity`, `since`, `until`, `why`, `remedy`, `incident` and `owner`
([write a contract](../write-a-contract.md)). `where` chooses the rows a rule speaks of, `mostly` is the share of
evaluated rows that must be right on each game date. Any other expectation of Great Expectations' core may be named too;
it then runs through GX with statements of its own (`contracts list --expectations` lists all of them).

| family | says |
|---|---|"""
WINDOW = date(2026, 1, 12), date(2026, 1, 14), datetime(2026, 1, 14, 12, tzinfo=ZoneInfo("America/New_York"))
"""Start, end and as-of of the statements that the pages show."""
WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date"}


def pages() -> dict[Path, str]:
    """Every page by its path."""
    contracts = load_contracts(ROOT, families()).contracts
    docs = ROOT / "docs"
    index = "\n".join([FAMILIES_HEAD, *(_index_row(name, family) for name, family in families().items())])
    found = {docs / "rules.md": _rules(contracts), docs / "families" / "README.md": f"{index}\n"}
    for name, family in families().items():
        found[docs / "families" / f"{name}.md"] = "\n".join(_family(name, family, contracts)) + "\n"
    return found


def _rules(contracts: Mapping[str, Contract]) -> str:
    lines = [RULES_HEAD]
    for contract in contracts.values():
        lines += ["", f"## {contract.table}", "", contract.header.description, ""]
        lines += ["| rule | says | allowed | severity, scope | why | incident |", "|---|---|---|---|---|---|"]
        lines += [_rule_row(contract, rule) for rule in contract.rules]
    return "\n".join(lines) + "\n"


def _rule_row(contract: Contract, rule: Rule) -> str:
    family = families().get(rule.expectation)
    words = family.words(rule, contract) if family else f"{rule.expectation} (GX core)"
    threshold = family.threshold(rule) if family else ""
    cells = (rule.name, words, threshold, f"{rule.severity}, {rule.scope}", rule.why, rule.incident)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _index_row(name: str, family: Family) -> str:
    says = (inspect.getdoc(type(family)) or "").split("\n\n")[0].replace("\n", " ")
    return f"| [{name}]({name}.md) | {says} |"


def _family(name: str, family: Family, contracts: Mapping[str, Contract]) -> Iterator[str]:
    yield from (f"# {name}", "", inspect.getdoc(type(family)) or "")
    yield from ("", f"Scopes: {', '.join(sorted(family.scopes))}. {_excuses(family)}")
    if family.Kwargs.model_fields:
        yield from ("", "## Arguments", "", inspect.getdoc(family.Kwargs) or "")
        yield from ("", "| argument | type | default |", "|---|---|---|", *_arguments(family.Kwargs))
    else:
        yield from ("", "No arguments.")
    used = [(contract, rule) for contract in contracts.values() for rule in contract.rules if rule.expectation == name]
    if used:
        # the longest written-out use shows most arguments; a rule made from a column's shorthand only where none is
        contract, rule = max(used, key=lambda item: (name in _source(item[1].location), len(_source(item[1].location))))
        yield from _example(family, contract, rule, contracts)
        yield from ("", "## Used by", "", *_users(used))


def _excuses(family: Family) -> str:
    if family.completeness:
        return "The calendar (bootstrap, breaks, halts, normal lags) excuses what is missing."
    return "The calendar excuses nothing: a wrong value is wrong on every date."


def _users(used: Sequence[tuple[Contract, Rule]]) -> Iterator[str]:
    by_table: dict[str, list[str]] = {}
    for contract, rule in used:
        by_table.setdefault(contract.table, []).append(rule.name)
    for table, names in by_table.items():
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        yield f"- {table}: {', '.join(names[:6])}{more}"


def _arguments(model: type[Model]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
        yield f"| `{name}` | {_kind(field.annotation)} | {default} |"


def _kind(annotation: Any) -> str:
    """An argument's type in words; that it may be left out is said by its default."""
    origin, parts = get_origin(annotation), [part for part in get_args(annotation) if part is not NoneType]
    if origin is Annotated:
        return _kind(parts[0])
    if origin is Literal:
        return ", ".join(f"`{part}`" for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_kind(part) for part in parts if part is not int or float not in parts))
    if origin is dict:
        return f"mapping of {_kind(parts[0])} to {_kind(parts[1])}"
    if origin is tuple and len(parts) == 2 and parts[1] is not Ellipsis:
        return f"pair of {_kind(parts[0])}s"
    if origin is tuple:
        return f"list of {_kind(parts[0])}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{member.value}`" for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        inner = "; ".join(f"`{name}`: {_kind(field.annotation)}" for name, field in annotation.model_fields.items())
        return f"mapping ({inner})"
    return WORDS[annotation]


def _default(value: object) -> str:
    """A default as it would be written in YAML."""
    if isinstance(value, tuple):
        return f"`[{', '.join(_default(item).strip('`') for item in value)}]`"
    if isinstance(value, Model):
        given = value.model_dump(mode="json", exclude_none=True).items()
        return f"`{{{', '.join(f'{key}: {item}' for key, item in given)}}}`"
    if value is None:
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _source(place: Location) -> str:
    """A list entry of a YAML file, from the line it starts on to the next that is no deeper."""
    lines = (ROOT / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1 :]
    indent = len(lines[0]) - len(lines[0].lstrip())
    rest = takewhile(lambda line: line.startswith(" " * (indent + 1)), lines[1:])
    return dedent("\n".join([lines[0], *rest]))


def _example(family: Family, contract: Contract, rule: Rule, contracts: Mapping[str, Contract]) -> Iterator[str]:
    yield from ("", "## Example", "", f"From `{rule.location.file}`:", "")
    yield from ("```yaml", _source(rule.location), "```", "")
    yield f"Says: {family.words(rule, contract)} Allowed: {family.threshold(rule)}."
    start, end, now = WINDOW
    planned = PlannedRule(contract, rule, family, contract.table, "")
    statement = rule_statement(planned, contracts, start, end, now)
    if statement:
        yield from ("", "The statement that answers this rule alone:", "", "```sql", statement.literal_sql(), "```")


if __name__ == "__main__":
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"wrote docs/rules.md and {len(families()) + 1} pages of docs/families/")
