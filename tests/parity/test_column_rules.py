"""Column rules give the success and the unexpected count that Great Expectations core gives on the same rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gx.calendar.calendar import Calendar
from gx.contracts.calendar_file import CalendarFile, Season
from gx.contracts.model import Contract, Location, Rule
from gx.expectations.classes import core_class
from gx.expectations.context import add_batch, add_warehouse, build_context
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.judging.result import RuleResult, is_quiet
from gx.planning.plan import plan
from gx.rules.registry import families
from tests.parity.conftest import DATES

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult

    from gx.warehouse.client import Warehouse

AS_OF = datetime(2026, 2, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A rule for both sides; ``where`` is ours, ``condition`` is the same for GX (column, operator, value)."""

    expectation: str
    kwargs: dict[str, Any]
    where: str | None = None
    condition: tuple[str, str, Any] | None = None

    def rule(self, number: int) -> Rule:
        """The rule of a contract, named by the case's number."""
        arguments = families()[self.expectation].Kwargs.model_validate(self.kwargs | {"where": self.where})
        return Rule(f"case_{number}", self.expectation, arguments, Location("parity.yaml"))

    def __str__(self) -> str:
        told = "_".join(f"{key}={value}" for key, value in self.kwargs.items())
        return f"{self.expectation.removeprefix('expect_')}({told}{' where ' + self.where if self.where else ''})"


def _cases(name: str, *variants: dict[str, Any]) -> list[Case]:
    return [Case(name, kwargs) for kwargs in variants]


NOT_NULL, NULL = "expect_column_values_to_not_be_null", "expect_column_values_to_be_null"
BETWEEN, IN_SET = "expect_column_values_to_be_between", "expect_column_values_to_be_in_set"
REGEX, COMPOUND = "expect_column_values_to_match_regex", "expect_compound_columns_to_be_unique"
POINTS = {"column": "points"}

CASES = [
    *_cases(NOT_NULL, POINTS, POINTS | {"mostly": 0.8}, POINTS | {"mostly": 0.81}, {"column": "starter"}),
    *_cases(NULL, POINTS, POINTS | {"mostly": 0.2}, POINTS | {"mostly": 0.21}),
    *_cases(
        BETWEEN,
        POINTS | {"min_value": 0, "max_value": 10},
        POINTS | {"min_value": 0, "max_value": 10, "strict_min": True},
        POINTS | {"min_value": 0, "max_value": 10, "strict_max": True},
        POINTS | {"min_value": 0},
        POINTS | {"max_value": 10, "strict_max": True},
        POINTS | {"min_value": 0, "max_value": 10, "mostly": 0.75},  # 6 of 8: nulls are not counted
        POINTS | {"min_value": 0, "max_value": 10, "mostly": 0.76},
        POINTS | {"max_value": 6.5},
        {"column": "minutes", "min_value": 1, "max_value": 3},
        {"column": "minutes", "min_value": 0.5, "max_value": 9.75},
    ),
    *_cases(
        IN_SET,
        {"column": "player", "value_set": ["a", "b"]},
        {"column": "player", "value_set": ["a", "b"], "mostly": 0.5},
        {"column": "player", "value_set": ["a", "b"], "mostly": 0.51},
        POINTS | {"value_set": [0, 5, 10]},
    ),
    *_cases(
        REGEX,
        {"column": "player", "regex": "a"},
        {"column": "player", "regex": "^[a-d]$"},
        {"column": "player", "regex": "^[a-d]$", "mostly": 0.75},
        {"column": "player", "regex": "s$"},
        {"column": "player", "regex": r"^\w+ \w+$"},
    ),
    *_cases(
        COMPOUND,
        {"column_list": ["player", "team"]},
        {"column_list": ["player", "team"], "mostly": 0.75},
        {"column_list": ["player", "team"], "mostly": 0.76},
        {"column_list": ["player", "points"]},
        {"column_list": ["team", "starter", "points"]},
    ),
    Case(NOT_NULL, {"column": "player"}, "points > 3", ("points", ">", 3)),
    Case(BETWEEN, POINTS | {"max_value": 8, "mostly": 0.5}, "points > 3", ("points", ">", 3)),
    Case(REGEX, {"column": "player", "regex": "^.$"}, "team = 'x'", ("team", "==", "x")),
    Case(COMPOUND, {"column_list": ["player", "team"]}, "points > 0", ("points", ">", 0)),
    Case(COMPOUND, {"column_list": ["player", "team"]}, "points < 6", ("points", "<", 6)),
]


@pytest.fixture(scope="module")
def ours(loaded: Warehouse, players: Contract) -> dict[tuple[str, date], RuleResult]:
    """Every case on every date, measured by the grouped statement of that date and judged."""
    season = Season(
        season="2025-26",
        first_game=date(2025, 10, 21),
        last_game=date(2026, 4, 12),
        playoffs_end=date(2026, 6, 19),
        source="tests",
    )
    file = CalendarFile(time_zone="America/New_York", bootstrap_days=14, seasons=(season,), breaks=(), tables={})
    bench = Bench(AS_OF, Calendar(file), ())
    contract = replace(players, rules=tuple(case.rule(number) for number, case in enumerate(CASES)))
    names = {rule.name: str(case) for rule, case in zip(contract.rules, CASES, strict=True)}
    found: dict[tuple[str, date], RuleResult] = {}
    for day in DATES:
        planned = plan([(contract, contract.rules)], {}, families(), day, day, AS_OF)
        statements = [statement for statement in planned.statements if statement.table == players.table]
        answers = {answer.statement: answer for answer in loaded.run_statements(statements)}
        room = EvidenceRoom(planned, answers, {}, AS_OF, {players.table: players})
        found |= {(names[each.rule.name], day): judge_rule(each, room, bench) for each in planned.rules}
    return found


@pytest.fixture(scope="module")
def stock(
    loaded: Warehouse, players: Contract, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, date], ExpectationValidationResult]:
    """Every case on every date, as Great Expectations core measures it."""
    context = build_context(Path(tmp_path_factory.mktemp("state")))
    datasource = add_warehouse(context, loaded.sqlalchemy_url("parity"))
    found: dict[tuple[str, date], ExpectationValidationResult] = {}
    for day in DATES:
        batch = add_batch(datasource, players, [column.name for column in players.columns], day, day, str(day))
        results = _validate(batch, [_expectation(case, str(number)) for number, case in enumerate(CASES)])
        found |= {(str(CASES[int(number)]), day): result for number, result in results.items()}
    return found


def _validate(batch: Any, expectations: list[Any]) -> dict[str, ExpectationValidationResult]:
    """GX puts results in an order of its own; each expectation's number is in its meta."""
    from great_expectations import ExpectationSuite
    from great_expectations.validator.v1_validator import Validator

    suite = ExpectationSuite(name="parity", expectations=expectations)
    validator = Validator(batch_definition=batch, result_format={"result_format": "BASIC"})
    results = validator.validate_expectation_suite(suite).results
    return {str(result.expectation_config.meta["number"]): result for result in results if result.expectation_config}


def _expectation(case: Case, number: str) -> Any:
    from great_expectations.expectations.row_conditions import Column as On

    kwargs = dict(case.kwargs)
    if case.condition:
        name, operator, value = case.condition
        column = On(name)
        kwargs["row_condition"] = {">": column > value, "<": column < value, "==": column == value}[operator]
    made = core_class(case.expectation)
    assert made is not None
    return made(**kwargs, meta={"number": number})


@pytest.mark.parametrize("case", CASES, ids=str)
def test_ours_is_gx_s(
    case: Case,
    ours: dict[tuple[str, date], RuleResult],
    stock: dict[tuple[str, date], ExpectationValidationResult],
) -> None:
    """On rows with nulls, on nulls alone, on one null among many, and on no rows at all."""
    mine = [ours[str(case), day] for day in DATES]
    theirs = [stock[str(case), day] for day in DATES]
    assert not any(result.error for result in mine)
    assert not any(result.exception_info["raised_exception"] for result in theirs)
    assert [(is_quiet(result.verdict), result.unexpected or 0) for result in mine] == [
        (result.success, result.result.get("unexpected_count") or 0) for result in theirs
    ]


def test_the_cases_see_both_answers(ours: dict[tuple[str, date], RuleResult]) -> None:
    """A comparison in which everything passed would compare nothing."""
    for name in {case.expectation for case in CASES}:
        verdicts = {is_quiet(result.verdict) for (_, _), result in ours.items() if result.expectation == name}
        assert verdicts == {True, False}, name


def test_every_column_family_is_compared() -> None:
    core = {name for name in families() if core_class(name) is not None}
    assert core == {case.expectation for case in CASES}
