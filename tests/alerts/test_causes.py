"""What belongs to one cause, and what does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from gx.alerts.causes import Cause, find_causes
from gx.alerts.upstream import Upstream
from gx.contracts.model import Contract
from gx.judging.result import RuleResult, Verdict
from gx.rules.registry import families
from gx.simulation.incidents import INCIDENTS, Incident
from tests.alerts.runs import (
    CONTEXT,
    EXEMPT,
    FACTORS,
    FAIL,
    FEATURES,
    HOLE,
    PLAYERS,
    PREDICTIONS,
    WAIVED,
    WARN,
    broken,
    context_hole,
    rule,
    run,
)

Contracts = Mapping[str, Contract]
OTHER_DAY = date(2023, 2, 21)


def causes(contracts: Contracts, *rules: RuleResult) -> list[Cause]:
    """The causes in a run of these results."""
    made = run(*rules)
    return find_causes(made, Upstream(made, contracts, families()))


def test_an_upstream_hole_is_one_cause_that_names_what_it_broke(contracts: Contracts) -> None:
    (cause,) = causes(contracts, *context_hole())
    assert (cause.table, cause.days, cause.severity) == (CONTEXT, HOLE, "critical")
    assert cause.rules[0].rule == "fallback_is_complete"
    assert {each.table: len(each.days) for each in cause.downstream} == {FACTORS: 2, FEATURES: 2, PREDICTIONS: 1}
    assert cause.downstream[0].rules == ("covers_players_who_played", "every_slate_is_present")


def test_the_same_tables_on_other_dates_are_another_cause(contracts: Contracts) -> None:
    found = causes(
        contracts, rule(CONTEXT, "fallback_is_complete", broken()), rule(FACTORS, "a_rule", broken(days=(OTHER_DAY,)))
    )
    assert {(cause.table, cause.days) for cause in found} == {(CONTEXT, HOLE), (FACTORS, (OTHER_DAY,))}


def test_a_table_that_is_broken_of_its_own_on_further_dates_is_told_for_those_only(contracts: Contracts) -> None:
    days = (*HOLE, OTHER_DAY)
    found = causes(
        contracts, rule(CONTEXT, "fallback_is_complete", broken()), rule(FACTORS, "a_rule", broken(days=days))
    )
    assert {(cause.table, cause.days, len(cause.cells)) for cause in found} == {
        (CONTEXT, HOLE, 4),
        (FACTORS, (OTHER_DAY,), 1),
    }


def test_a_warning_upstream_does_not_explain_a_failure(contracts: Contracts) -> None:
    found = causes(
        contracts, rule(CONTEXT, "averages_are_there", broken(WARN)), rule(FACTORS, "covers_players", broken())
    )
    assert [(cause.table, cause.severity) for cause in found] == [(FACTORS, "critical"), (CONTEXT, "warning")]


def test_a_failure_upstream_explains_a_warning_downstream(contracts: Contracts) -> None:
    (cause,) = causes(contracts, rule(CONTEXT, "fallback_is_complete", broken()), rule(FACTORS, "mean", broken(WARN)))
    assert (cause.table, [each.table for each in cause.downstream]) == (CONTEXT, [FACTORS])


def test_a_table_between_that_was_not_asked_is_looked_through(contracts: Contracts) -> None:
    hole, predictions = rule(CONTEXT, "fallback_is_complete", broken()), rule(PREDICTIONS, "a_rule", broken())
    (cause,) = causes(contracts, hole, predictions)
    assert cause.table == CONTEXT


def test_a_healthy_table_between_breaks_the_chain(contracts: Contracts) -> None:
    hole, predictions = rule(CONTEXT, "fallback_is_complete", broken()), rule(PREDICTIONS, "a_rule", broken())
    healthy = [rule(name, "a_rule") for name in contracts if name not in (CONTEXT, PREDICTIONS)]
    assert {cause.table for cause in causes(contracts, hole, predictions, *healthy)} == {CONTEXT, PREDICTIONS}


def test_the_table_that_a_rule_compares_with_explains_it(contracts: Contracts) -> None:
    """The context is not made from the summary, but its fallback rule compares with it."""
    players = rule(PLAYERS, "every_game_is_there", broken())
    (cause,) = causes(contracts, players, rule(CONTEXT, "fallback_is_complete", broken()))
    assert (cause.table, [each.table for each in cause.downstream]) == (PLAYERS, [CONTEXT])


def test_rules_of_one_table_that_share_dates_are_one_cause(contracts: Contracts) -> None:
    found = causes(
        contracts,
        rule(CONTEXT, "one", broken()),
        rule(CONTEXT, "two", broken(days=HOLE[:1])),
        rule(CONTEXT, "three", broken(WARN, (OTHER_DAY,))),
    )
    assert [(len(cause.rules), cause.severity) for cause in found] == [(2, "critical"), (1, "warning")]


def test_waived_and_exempt_cells_are_no_cause(contracts: Contracts) -> None:
    assert causes(contracts, rule(CONTEXT, "one", broken(WAIVED)), rule(FACTORS, "two", broken(EXEMPT))) == []


def test_a_warehouse_that_is_away_is_one_cause(contracts: Contracts) -> None:
    """Statements, metadata and broken connections say it each in its own words."""
    words = [
        "unreachable: no connection to the warehouse",
        "no connection to the warehouse",
        "unreachable: HTTPConnectionPool(port=41233): reset by <socket 0x7f31c0ffee>",
        "unreachable: no connection to the warehouse (job ID: 3f2a-US)",
    ]
    away = [
        rule(name, each.name, passes=0, error=words[place % len(words)])
        for name, contract in contracts.items()
        for place, each in enumerate(contract.rules[:6])
    ]
    (cause,) = causes(contracts, *away)
    assert len(cause.rules) == len(away) > 100
    assert cause.severity == "critical"
    assert "no connection to the warehouse" in cause.title


def test_different_errors_are_different_causes(contracts: Contracts) -> None:
    found = causes(
        contracts,
        rule(CONTEXT, "one", error="denied: no permission"),
        rule(CONTEXT, "two", error="denied: no permission"),
        rule(FACTORS, "three", error="not_found: no such column"),
    )
    assert sorted(len(cause.rules) for cause in found) == [1, 2]


def test_a_rule_measured_without_dates_speaks_of_the_whole_table(contracts: Contracts) -> None:
    result = rule(CONTEXT, "a_core_rule", {None: WARN}, passes=0)
    (cause,) = causes(contracts, result)
    assert cause.title == f"{CONTEXT} as a whole"


def test_a_season_of_failures_of_every_table_is_grouped_and_nothing_told_twice(contracts: Contracts) -> None:
    days = tuple(date(2022, 10, 18) + timedelta(days=number) for number in range(300))
    found = causes(contracts, *(rule(name, "a_rule", broken(days=days)) for name in contracts))
    cells = [cell for cause in found for cell in cause.cells]
    assert len(cells) == len(set(cells)) == len(contracts) * len(days)


def as_declared(incident: Incident) -> list[RuleResult]:
    """The results of every rule that must catch an incident."""
    said: dict[tuple[str, str], dict[date | None, Verdict]] = {}
    for expected in incident.expected:
        verdict = WARN if expected.outcome == "warn" else FAIL
        said.setdefault((expected.table, expected.rule), {}).update(dict.fromkeys(expected.dates, verdict))
    return [rule(table, name, dates) for (table, name), dates in said.items()]


@pytest.mark.parametrize("number", INCIDENTS)
def test_a_known_incident_is_told_in_a_message_or_two(contracts: Contracts, number: str) -> None:
    """Two only where two tables are broken side by side, neither of them made from the other."""
    found = causes(contracts, *as_declared(INCIDENTS[number]), *(rule(name, "fine") for name in contracts))
    assert len(found) in (1, 2)
    assert {cause.table for cause in found} <= {expected.table for expected in INCIDENTS[number].expected}


def test_the_partial_backfill_is_told_as_its_stale_context(contracts: Contracts) -> None:
    (cause,) = causes(contracts, *as_declared(INCIDENTS["I-03"]), *(rule(name, "fine") for name in contracts))
    assert (cause.table, cause.days, [each.table for each in cause.downstream]) == (CONTEXT, HOLE, [FACTORS])
