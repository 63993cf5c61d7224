"""NaN and infinity in a FLOAT64 column: NaN is neither below nor above anything, which is no pass."""

from __future__ import annotations

import json
import math

import pytest

from gx.judging.result import RuleResult
from gx.reporting.document import rule_document
from gx.reporting.json_text import json_text
from tests.rules.harness import Court, Results, bad, contract, january

RANGE = "expect_column_values_to_be_between"
STATISTIC = "expect_partition_statistic_to_be_between"
MINUTES = contract(
    "nba_analytics.minutes",
    "game_date DATE, player STRING, minutes FLOAT64",
    f"""
  - {{rule: at_least_nothing, {RANGE}: {{column: minutes, min_value: 0}}}}
  - {{rule: above_nothing, {RANGE}: {{column: minutes, min_value: 0, strict_min: true}}}}
  - {{rule: at_most_an_hour, {RANGE}: {{column: minutes, max_value: 70}}}}
  - {{rule: within_an_hour, {RANGE}: {{column: minutes, min_value: 0, max_value: 70}}}}
  - {{rule: mean_is_high, {STATISTIC}: {{statistic: mean, column: minutes, fail_below: 5}}}}
  - {{rule: sum_is_low, {STATISTIC}: {{statistic: sum, column: minutes, fail_above: 1000}}}}
  - {{rule: least_is_high, {STATISTIC}: {{statistic: minimum, column: minutes, warn_below: 1}}}}
  - {{rule: most_is_high, {STATISTIC}: {{statistic: maximum, column: minutes, warn_below: 5}}}}
  - {{rule: they_spread, {STATISTIC}: {{statistic: standard_deviation, column: minutes, fail_below: 0.1}}}}
  - rule: changes_little
    {STATISTIC}: {{statistic: mean, column: minutes, change: relative, fail_above: 0.5}}
  - {{rule: typical_mean, expect_partition_to_be_typical: {{column: minutes, mean: [5, 60], minimum_rows: 2}}}}
  - rule: as_in_the_copy
    expect_values_to_agree_with_reference:
      {{reference: nba_raw.minutes, key: {{game_date: game_date, player: player}}, values: {{minutes: minutes}}}}
  - rule: nearly_as_in_the_copy
    expect_values_to_agree_with_reference:
      reference: nba_raw.minutes
      key: {{game_date: game_date, player: player}}
      values: {{minutes: minutes}}
      tolerance: 0.5
  - rule: adds_up_to_the_copy
    expect_sums_to_reconcile:
      {{reference: nba_raw.minutes, key: {{game_date: game_date}}, sums: {{minutes: minutes}}}}
""",
    grain="game_date, player",
)
COPY = contract("nba_raw.minutes", "game_date DATE, player STRING, minutes FLOAT64", grain="game_date, player")
BEFORE, NOT_A_NUMBER, INFINITE, AFTER = 2, 3, 4, 5


def rows(**odd: float) -> list[dict[str, object]]:
    played = {player: {BEFORE: 30.0, NOT_A_NUMBER: 30.0, INFINITE: 30.0, AFTER: 30.0} for player in "abc"}
    played["a"] |= {int(day): value for day, value in odd.items()}
    played["b"] = dict.fromkeys(played["b"], 20.0)
    return [
        {"game_date": january(day), "player": player, "minutes": minutes}
        for player, days in played.items()
        for day, minutes in days.items()
    ]


def bad_days(result: RuleResult) -> set[int]:
    return {cell.partition.day for cell in bad(result) if cell.partition}


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    odd = {str(NOT_A_NUMBER): math.nan, str(INFINITE): math.inf}
    return court.judge([MINUTES, COPY], {MINUTES.table: rows(**odd), COPY.table: rows()})


@pytest.mark.parametrize("rule", [rule.name for rule in MINUTES.rules])
def test_what_is_no_number_passes_no_rule(results: Results, rule: str) -> None:
    assert NOT_A_NUMBER in bad_days(results[rule])
    assert not {BEFORE, AFTER} & bad_days(results[rule])


@pytest.mark.parametrize(
    "rule",
    [rule.name for rule in MINUTES.rules if rule.name not in ("at_least_nothing", "above_nothing")],
)
def test_infinity_passes_no_rule_that_looks_upward_or_takes_all_together(results: Results, rule: str) -> None:
    assert INFINITE in bad_days(results[rule])


def test_a_result_of_it_is_json_for_any_reader(results: Results) -> None:
    for result in results.values():
        json.loads(json_text(rule_document(result)))


def test_the_reader_is_told_that_a_value_is_no_number(results: Results) -> None:
    told = {each.partition: each.detail for each in results["mean_is_high"].partitions}
    assert told[january(NOT_A_NUMBER)] == "minutes is NaN or infinite in 1 of 3 rows"
