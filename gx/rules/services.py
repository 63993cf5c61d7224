"""Services: does what runs carry the fix, and how far is it behind? (rule 40; I-47: phases 3 and 4 ran old code)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from gx.contracts.model import Contract, Model, Rule, Scope
from gx.judging.result import PartitionResult, Verdict
from gx.planning.statement import Parameter
from gx.rules.conditions import unknown_columns
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.templates import render

_COLUMNS = frozenset({"service", "revision", "commits_behind", "has_fix", "observed_at"})


class ServicesArguments(Model):
    """The services that must be current, each with the processors it runs, and how far behind they may be.

    ``warn_behind`` and ``fail_behind`` are commits that are exceeded (domain 11, rule 40). ``max_age_days``: an
    observation older than that is worth a warning; the observer itself has stopped.
    """

    services: Annotated[dict[str, tuple[str, ...]], Field(min_length=1)]
    warn_behind: Annotated[int, Field(ge=0)] = 5
    fail_behind: Annotated[int, Field(ge=0)] = 20
    max_age_days: Annotated[int, Field(ge=1)] | None = None


class ServicesCurrent(Family):
    """The latest observation of each service has the fix deployed and is few commits behind."""

    name = "expect_services_to_be_current"
    Kwargs = ServicesArguments
    scopes = frozenset({Scope.SNAPSHOT})

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        problems = unknown_columns(set(_COLUMNS), contract)
        if rule.arguments.warn_behind > rule.arguments.fail_behind:
            problems.append(f"warn_behind: {rule.arguments.warn_behind} is above fail_behind")
        return problems

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        names = [f"{prefix}{name}" for name in ("expected", "current", "slow", "old", "faults")]
        expressions = {
            f"{prefix}latest": render("services_latest.sql.j2", **self._names(rule, contract, prefix)),
            f"{prefix}by_date": render("services_by_date.sql.j2", prefix=prefix),
        }
        return PairPart(contract.table, expressions, f"{prefix}by_date", tuple(names), _services(rule, prefix))

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        sql = render("services_keys.sql.j2", latest=render("services_latest.sql.j2", **self._names(rule, contract, "")))
        shown = ("service", "fault", "revision", "commits_behind", "observed_at")
        return KeysQuery(sql, (contract.table,), _services(rule, ""), shown)

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        return {contract.table: _COLUMNS}

    def words(self, rule: Rule, contract: Contract) -> str:
        return f"Each of {len(rule.arguments.services)} services runs the fix and is few commits behind."

    def threshold(self, rule: Rule) -> str:
        arguments = rule.arguments
        age = f"; warn when last observed over {arguments.max_age_days} days ago" if arguments.max_age_days else ""
        return (
            f"fix deployed; warn above {arguments.warn_behind} commits behind, fail above {arguments.fail_behind}{age}"
        )

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        results = []
        for day, counters in evidence.counters.items():
            expected, current = int(counters["expected"] or 0), int(counters["current"] or 0)
            wrong = int(counters["old"] or 0)
            verdict = Verdict.FAIL if wrong else Verdict.WARN if int(counters["slow"] or 0) else Verdict.PASS
            detail = counters["faults"] or None
            results.append(PartitionResult(day, verdict, expected, current, round(current / expected, 4), None, detail))
        return results

    def _names(self, rule: Rule, contract: Contract, prefix: str) -> dict[str, object]:
        arguments = rule.arguments
        return {
            "table": contract.table,
            "prefix": prefix,
            "warn_behind": arguments.warn_behind,
            "fail_behind": arguments.fail_behind,
            "max_age_days": arguments.max_age_days,
        }


def _services(rule: Rule, prefix: str) -> tuple[Parameter, ...]:
    return (Parameter(f"{prefix}services", "STRING", tuple(rule.arguments.services), array=True),)
