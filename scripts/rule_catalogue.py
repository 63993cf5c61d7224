"""Writes docs/rules.md, the catalogue of rule families, from the families themselves and the repository's contracts.

.venv/bin/python scripts/rule_catalogue.py
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path

from gx.contracts.model import Contract, Model, Rule
from gx.contracts.store import load_contracts
from gx.rules.family import Family
from gx.rules.registry import families

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "rules.md"


def catalogue() -> str:
    """The whole page."""
    contracts = load_contracts(ROOT, families()).contracts
    lines = [
        "# The rules",
        "",
        "Every family of rules, written by `.venv/bin/python scripts/rule_catalogue.py` from the families' own code.",
        "Column rules keep Great Expectations' names, arguments and meaning; the others are the pipeline's own.",
        "Beside its expectation a rule may have `scope`, `severity`, `since`, `until`, `why`, `remedy`, `incident` and",
        "`owner` ([write a contract](write-a-contract.md)). Any other expectation of Great Expectations' core may be",
        "named too; it then runs through GX with statements of its own, and `contracts plan` says so.",
        "",
    ]
    for name, family in families().items():
        lines += [*_family(name, family, contracts), ""]
    return "\n".join(lines).rstrip() + "\n"


def _family(name: str, family: Family, contracts: Mapping[str, Contract]) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield inspect.getdoc(type(family)) or ""
    yield ""
    if family.Kwargs.model_fields:
        yield "| argument | type | default |"
        yield "|---|---|---|"
        yield from _arguments(family.Kwargs)
        yield ""
    used = [(contract, rule) for contract in contracts.values() for rule in contract.rules if rule.expectation == name]
    if used:
        yield from _example(family, *used[-1], count=len(used))


def _arguments(model: type[Model]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = inspect.formatannotation(field.annotation).replace("|", "\\|").replace("typing.", "")
        default = "required" if field.is_required() else f"`{field.get_default(call_default_factory=True)}`"
        yield f"| `{name}` | {kind.split('gx.')[-1] if 'gx.' in kind else kind} | {default} |"


def _example(family: Family, contract: Contract, rule: Rule, count: int) -> Iterator[str]:
    yield f"Used {count} times, for example `{contract.table}.{rule.name}`: {family.words(rule, contract)}"
    yield f"Allowed: {family.threshold(rule)}."


if __name__ == "__main__":
    TARGET.write_text(catalogue(), encoding="utf-8")
    print(f"wrote {TARGET.relative_to(ROOT)}")
