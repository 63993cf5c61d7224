"""Game ids: the format that is right for the table and date, one scheduled game, away and home in order (rule 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule, TableName
from gx.judging.result import PartitionResult, Verdict
from gx.planning.statement import Parameter
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.schedule import schedule_columns, schedule_problems, slate_expressions
from gx.rules.templates import render

FINDINGS = {
    "unknown_game": "name no game of that date",
    "exchanged": "have away and home exchanged",
    "wrong_format": "have another id format than the table's on that date",
    "wrong_team": "name a team that does not play in the game",
    "wrong_side": "have opponent or home side wrong",
}


class FormatWindow(Model):
    """An id format and the last game date it is right for; none means from then on."""

    format: Literal["custom", "official", "either"]
    until: date | None = None


class GameIdArguments(Model):
    """The columns that name game, team, opponent and home side, and the format history of the table (2.1.1)."""

    schedule: TableName = "nba_raw.nbac_schedule"
    game_column: Identifier = "game_id"
    team_column: Identifier | None = None
    opponent_column: Identifier | None = None
    home_column: Identifier | None = None
    formats: Annotated[tuple[FormatWindow, ...], Field(min_length=1)] = (FormatWindow(format="custom"),)


class GameIdsResolve(Family):
    """Each row's game id resolves to one scheduled game of its date, in the right format and order (T3, T4)."""

    name = "expect_game_ids_to_resolve"
    Kwargs = GameIdArguments

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        ends = [window.until for window in rule.arguments.formats]
        problems = schedule_problems(rule, contract, contracts)
        if ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted(end for end in ends[:-1] if end):
            problems.append("formats: each but the last needs an until, in order of date, and the last has none")
        return problems

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        names = self._names(rule, contract, prefix)
        expressions = {
            **slate_expressions(rule.arguments.schedule),
            f"{prefix}findings": render("id_findings.sql.j2", **names),
            f"{prefix}by_date": render("id_findings_by_date.sql.j2", findings=list(FINDINGS), **names),
        }
        counters = tuple(f"{prefix}{name}" for name in ("ids", *FINDINGS))
        parameters = self._parameters(rule, prefix)
        return PairPart(rule.arguments.schedule, expressions, f"{prefix}by_date", counters, parameters)

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        expressions = {
            **slate_expressions(rule.arguments.schedule),
            "findings": render("id_findings.sql.j2", **self._names(rule, contract, "")),
        }
        columns = (
            "game_id",
            "finding",
            *(("team",) if rule.arguments.team_column else ()),
            "row_count",
            "scheduled_as",
        )
        sql = render("finding_keys.sql.j2", expressions=expressions, columns=columns)
        reads = (contract.table, rule.arguments.schedule)
        return KeysQuery(sql, reads, self._parameters(rule, ""), columns)

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        return schedule_columns(rule, contract)

    def words(self, rule: Rule, contract: Contract) -> str:
        formats = [
            window.format + (f" until {window.until}" if window.until else "") for window in rule.arguments.formats
        ]
        return (
            f"Each {rule.arguments.game_column} has the table's format ({', then '.join(formats)}) and names one "
            "scheduled game of the row's date, away team first; team, opponent and home side agree with it."
        )

    def threshold(self, rule: Rule) -> str:
        return "no id may differ"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [_judge_date(day, counters) for day, counters in sorted(evidence.counters.items())]

    def _parameters(self, rule: Rule, prefix: str) -> tuple[Parameter, ...]:
        windows = rule.arguments.formats[:-1]
        return tuple(Parameter(f"{prefix}until_{n}", "DATE", window.until) for n, window in enumerate(windows))

    def _names(self, rule: Rule, contract: Contract, prefix: str) -> dict[str, Any]:
        arguments = rule.arguments
        return {
            "prefix": prefix,
            "table": contract.table,
            "partition": contract.partition,
            "game": arguments.game_column,
            "team": arguments.team_column,
            "opponent": arguments.opponent_column,
            "home_flag": arguments.home_column,
            "formats": [window.format for window in arguments.formats],
        }


def _judge_date(day: date, counters: Mapping[str, Any]) -> PartitionResult:
    ids = int(counters["ids"] or 0)
    found = {name: int(counters[name] or 0) for name in FINDINGS if counters[name]}
    if not found:
        return PartitionResult(day, Verdict.PASS)
    detail = "; ".join(f"{count} of {ids} ids {FINDINGS[name]}" for name, count in found.items())
    right = ids - sum(found.values())
    return PartitionResult(day, Verdict.FAIL, ids, right, right / ids if ids else None, None, detail)
