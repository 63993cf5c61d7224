"""Counts against the deduplicated schedule: players of a game, rows of a team (rules 4 and 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import Field

from gx.contracts.model import Contract, Identifier, Model, Rule, TableName
from gx.judging.result import PartitionResult, Verdict
from gx.rules.conditions import condition_columns, condition_problems, nearest, unknown_columns
from gx.rules.family import Evidence, Family, KeysQuery, PairPart
from gx.rules.templates import render

SCHEDULE_COLUMNS = frozenset(
    "game_id game_date game_status game_status_text away_team_tricode home_team_tricode "
    "home_team_score away_team_score processed_at".split()
)
"""What the schedule must have for its rows to be reduced to one a game and date (trap T10)."""

FINDINGS = {
    "missing": "without a row",
    "too_few": "with too few rows",
    "too_many": "with too many rows",
    "two_ids": "under two ids",
    "unknown": "that the schedule does not know",
}
_SURPLUS = ("too_many", "two_ids", "unknown")


class ScheduleArguments(Model):
    """The schedule table and the columns of the subject that name game and team.

    ``where`` selects the rows that count. ``fail_below`` is the share of Final games that must be whole (a missing
    game above it warns). ``unless_empty`` leaves a date alone that has no rows at all.
    """

    schedule: TableName = "nba_raw.nbac_schedule"
    game_column: Identifier = "game_id"
    team_column: Identifier | None = "team_abbr"
    where: str | None = None
    fail_below: Annotated[float, Field(gt=0, le=1)] = 1.0
    unless_empty: bool = False


class PlayerCountArguments(ScheduleArguments):
    """Bounds on the rows of a team and of a game, both ends allowed."""

    min_per_team: Annotated[int, Field(ge=0)] = 0
    max_per_team: Annotated[int, Field(ge=1)]
    min_per_game: Annotated[int, Field(ge=0)] = 1
    max_per_game: Annotated[int, Field(ge=1)]


class ScheduleFamily(Family):
    """Shared by the rules that count a table's rows against the schedule's Final games."""

    Kwargs: ClassVar[type[Model]] = ScheduleArguments
    completeness = True

    def bounds(self, rule: Rule) -> dict[str, int]:
        """Lowest and highest rows a team and a game."""
        arguments = rule.arguments
        return {name: getattr(arguments, name) for name in PlayerCountArguments.model_fields if "_per_" in name}

    def check(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
        return schedule_problems(rule, contract, contracts)

    def pair_part(self, rule: Rule, contract: Contract, prefix: str, contracts: Mapping[str, Contract]) -> PairPart:
        names = self._names(rule, contract, prefix)
        counters = tuple(f"{prefix}{name}" for name in ("games", "whole", "own_rows", *FINDINGS))
        expressions = {
            **slate_expressions(rule.arguments.schedule),
            f"{prefix}findings": render("game_findings.sql.j2", **names),
            f"{prefix}by_date": render("game_findings_by_date.sql.j2", findings=list(FINDINGS), **names),
        }
        return PairPart(rule.arguments.schedule, expressions, f"{prefix}by_date", counters)

    def keys_query(self, rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> KeysQuery:
        expressions = {
            **slate_expressions(rule.arguments.schedule),
            "findings": render("game_findings.sql.j2", **self._names(rule, contract, "")),
        }
        columns = ("game_id", "finding", "game_rows", "fewest_of_a_team", "most_of_a_team")
        sql = render("finding_keys.sql.j2", expressions=expressions, columns=columns)
        return KeysQuery(sql, (contract.table, rule.arguments.schedule), (), columns)

    def columns_used(self, rule: Rule, contract: Contract) -> Mapping[str, frozenset[str]]:
        return schedule_columns(rule, contract)

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return [
            self._judge_date(rule.arguments, day, counters)
            for day, counters in sorted(evidence.counters.items())
            if not (rule.arguments.unless_empty and not counters["own_rows"])
        ]

    def _judge_date(self, arguments: ScheduleArguments, day: date, counters: Mapping[str, Any]) -> PartitionResult:
        games, whole = int(counters["games"] or 0), int(counters["whole"] or 0)
        found = {name: int(counters[name] or 0) for name in FINDINGS}
        share = whole / games if games else None
        if not any(found.values()):
            return PartitionResult(day, Verdict.PASS, games, whole, share)
        surplus = any(found[name] for name in _SURPLUS)
        wrong = surplus or (share or 0) < arguments.fail_below
        detail = "; ".join(f"{count} of {games} games {FINDINGS[name]}" for name, count in found.items() if count)
        verdict = Verdict.FAIL if wrong else Verdict.WARN
        return PartitionResult(day, verdict, games, whole, share, "SURPLUS" if surplus else None, detail)

    def excusable(self, result: PartitionResult) -> bool:
        return result.classification != "SURPLUS"

    def _names(self, rule: Rule, contract: Contract, prefix: str) -> dict[str, Any]:
        arguments = rule.arguments
        return {
            "prefix": prefix,
            "table": contract.table,
            "partition": contract.partition,
            "game": arguments.game_column,
            "team": arguments.team_column,
            "where": arguments.where,
            **self.bounds(rule),
        }


class PlayerCounts(ScheduleFamily):
    """Every Final game has its players, both teams within bounds, and no game is there that the schedule lacks."""

    name = "expect_player_counts_to_match_schedule"
    Kwargs = PlayerCountArguments

    def words(self, rule: Rule, contract: Contract) -> str:
        where = f" (rows with {rule.arguments.where})" if rule.arguments.where else ""
        return f"Every Final game of the schedule has its players{where}, and no game is there that the schedule lacks."

    def threshold(self, rule: Rule) -> str:
        bounds = self.bounds(rule)
        team = f"{bounds['min_per_team']}-{bounds['max_per_team']} a team, " if rule.arguments.team_column else ""
        share = rule.arguments.fail_below
        games = "every Final game" if share == 1 else f"at least {share:.0%} of Final games (warn below all)"
        return f"{games}, {team}{bounds['min_per_game']}-{bounds['max_per_game']} a game"


class TeamRows(ScheduleFamily):
    """Every Final game has exactly one row for each of its two teams (rule 9; incidents I-06, I-36)."""

    name = "expect_team_rows_to_match_schedule"
    Kwargs = ScheduleArguments

    def bounds(self, rule: Rule) -> dict[str, int]:
        return {"min_per_team": 1, "max_per_team": 1, "min_per_game": 2, "max_per_game": 2}

    def words(self, rule: Rule, contract: Contract) -> str:
        return (
            "Every Final game of the schedule has exactly one row for each of its two teams, and no other game has any."
        )

    def threshold(self, rule: Rule) -> str:
        return "exactly 2 rows a Final game, 1 a team"


def slate_expressions(schedule: str) -> dict[str, str]:
    """The deduplicated schedule, and every way a game's id may be written, as shared table expressions."""
    return {"slate": _slate(schedule), "slate_ids": _slate_ids()}


@cache  # thirty rules of a plan ask for the same text
def _slate(schedule: str) -> str:
    return render("slate.sql.j2", schedule=schedule)


@cache
def _slate_ids() -> str:
    return render("slate_ids.sql.j2")


def schedule_problems(rule: Rule, contract: Contract, contracts: Mapping[str, Contract]) -> list[str]:
    """What is wrong with a rule that compares with the schedule."""
    arguments, schedule = rule.arguments, contracts.get(rule.arguments.schedule)
    if schedule is None:
        return [f"schedule: no contract for {arguments.schedule}{nearest(arguments.schedule, list(contracts))}"]
    optional = ("team_column", "opponent_column", "home_column")
    named = {arguments.game_column} | {getattr(arguments, key, None) for key in optional} - {None}
    problems = unknown_columns({str(name) for name in named}, contract) + unknown_columns(SCHEDULE_COLUMNS, schedule)
    where = getattr(arguments, "where", None)
    return problems + ([f"where: {text}" for text in condition_problems(where, contract)] if where else [])


def schedule_columns(rule: Rule, contract: Contract) -> dict[str, frozenset[str]]:
    """The columns such a rule reads, by table."""
    arguments = rule.arguments
    optional = ("team_column", "opponent_column", "home_column")
    used = {arguments.game_column, contract.partition} | {getattr(arguments, key, None) for key in optional}
    where = getattr(arguments, "where", None)
    used |= condition_columns(where) if where else set()
    return {contract.table: frozenset(name for name in used if name), arguments.schedule: SCHEDULE_COLUMNS}
