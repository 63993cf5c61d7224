"""The schema contract: declared columns exist in the live table with their types (rule 38, section 4.9)."""

from __future__ import annotations

from collections.abc import Sequence

from gx.contracts.model import Contract, Rule, Scope
from gx.judging.result import PartitionResult, Verdict
from gx.planning.statement import LiveColumn
from gx.rules.family import Evidence, Family
from gx.rules.slates import NoArguments


class SchemaMatches(Family):
    """Each declared column is in the live table with its type; further live columns are no business of the contract."""

    name = "expect_schema_to_match_contract"
    Kwargs = NoArguments
    needs_live_table = True
    scopes = frozenset(Scope)

    def words(self, rule: Rule, contract: Contract) -> str:
        return f"The live table has the {len(contract.columns)} declared columns with their types."

    def threshold(self, rule: Rule) -> str:
        return "no column missing or of another type"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        live = {column.name: column for column in evidence.live_table.columns} if evidence.live_table else {}
        problems = [
            text
            for column in contract.columns
            if (text := _difference(column.name, column.type, live.get(column.name)))
        ]
        expected = len(contract.columns)
        if not problems:
            return [PartitionResult(None, Verdict.PASS, expected, expected)]
        return [
            PartitionResult(None, Verdict.FAIL, expected, expected - len(problems), None, None, "; ".join(problems))
        ]


def _difference(name: str, declared: str, live: LiveColumn | None) -> str | None:
    if live is None:
        return f"column {name} is missing"
    found = _base(live.type)
    return None if found == _base(declared) else f"column {name} is {found}, the contract declares {declared}"


def _base(kind: str) -> str:
    """The type without precision: NUMERIC(5,1) may be declared over a plain NUMERIC column (trap T1)."""
    return kind.split("(")[0]
