"""The planner: as few statements as the rules allow, each rule's counters its own, values as parameters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gx.contracts.model import Scope
from gx.contracts.store import load_contracts
from gx.planning.keys import keys_statement
from gx.planning.plan import RUN_LOG, SLATE, Plan, PlannedRule, pair_name, plan, rule_statement
from gx.planning.statement import Parameter, Statement
from gx.planning.table_rows import WHOLE_TABLE
from gx.rules.registry import families

PROJECT = load_contracts(Path(__file__).resolve().parents[2], families())
START, END, NOW = date(2025, 10, 21), date(2026, 1, 14), datetime(2026, 1, 14, 17, tzinfo=UTC)
FACTORS = "nba_precompute.player_composite_factors"
SUMMARY = "nba_analytics.player_game_summary"
SCHEDULE = "nba_raw.nbac_schedule"


def planned(*names: str, tables: tuple[str, ...] = tuple(PROJECT.contracts)) -> Plan:
    """The plan of these rules of these tables; without names, of all of them."""
    selection = [
        (contract, [rule for rule in contract.rules if not names or rule.name in names])
        for table, contract in PROJECT.contracts.items()
        if table in tables
    ]
    return plan(selection, PROJECT.contracts, families(), START, END, NOW)


def by_name(found: Plan) -> dict[str, Statement]:
    return {statement.name: statement for statement in found.statements}


WHOLE = planned()


def test_every_rule_is_planned_and_asks_a_statement_that_is_sent() -> None:
    sent = set(by_name(WHOLE))
    assert len(WHOLE.rules) == sum(len(contract.rules) for contract in PROJECT.contracts.values())
    assert {item.statement for item in WHOLE.rules} - {None} <= sent
    assert WHOLE.core_rules == ()


def test_statements_are_one_a_table_one_a_pair_the_slate_and_the_run_log() -> None:
    pairs = {name for name in by_name(WHOLE) if " vs " in name or name.endswith(" in itself")}
    expected = {
        pair_name(item.contract.table, part.reference)
        for item in WHOLE.rules
        if (part := item.family.pair_part(item.rule, item.contract, "", PROJECT.contracts))
    }
    assert pairs == expected
    assert set(by_name(WHOLE)) == {*PROJECT.contracts, *pairs, SLATE, RUN_LOG}


def test_rules_of_one_pair_share_its_statement_and_the_slate_in_it() -> None:
    shared = by_name(WHOLE)[f"{SUMMARY} vs {SCHEDULE}"]
    assert set(shared.rules) == {f"{SUMMARY}.every_final_game_has_its_players", f"{SUMMARY}.game_ids_resolve"}
    assert shared.sql.count("slate AS (") == 1


def test_no_two_rules_of_a_statement_share_a_counter() -> None:
    prefixes = [(item.statement, item.prefix) for item in WHOLE.rules if item.statement]
    assert len(prefixes) == len(set(prefixes))
    for statement in WHOLE.statements:
        names = [parameter.name for parameter in statement.parameters]
        assert len(names) == len(set(names)), statement.name


def test_a_rule_keeps_its_prefix_when_others_are_left_out() -> None:
    (alone,) = planned("covers_players_who_played", tables=(FACTORS,)).rules
    (among_all,) = [i for i in WHOLE.rules if (i.contract.table, i.rule.name) == (FACTORS, alone.rule.name)]
    assert alone.prefix == among_all.prefix


def test_a_selection_sends_no_more_than_it_needs() -> None:
    assert set(by_name(planned("fatigue_mean_is_a_score", tables=(FACTORS,)))) == {FACTORS, SLATE}
    assert set(by_name(planned("every_slate_is_present", tables=(FACTORS,)))) == {FACTORS, SLATE}
    assert set(by_name(planned("records_processed_agree", tables=(FACTORS,)))) == {FACTORS, SLATE, RUN_LOG}


def test_the_run_log_is_read_once_for_all_processors() -> None:
    some = by_name(planned("records_processed_agree"))[RUN_LOG]
    (names,) = [p.value for p in some.parameters if p.name == "processors"]
    assert {"BdlBoxscoresProcessor", "BdlPlayerBoxScoresProcessor", "PlayerGameSummaryProcessor"} <= set(names)
    assert len(names) == len(set(names))
    # the rule that looks for unknown processors needs them all
    assert "processors" not in {p.name for p in by_name(WHOLE)[RUN_LOG].parameters}


def test_rules_of_the_whole_table_have_bounds_of_their_own_beside_the_window() -> None:
    values = {p.name: p.value for p in by_name(WHOLE)[SUMMARY].parameters}
    assert (values["start"], values["end"]) == (START, END)
    assert (values["table_start"], values["table_end"]) == WHOLE_TABLE


@pytest.mark.parametrize("item", WHOLE.rules, ids=lambda item: f"{item.contract.table}.{item.rule.name}")
def test_the_statement_of_a_rule_alone_takes_its_window(item: PlannedRule) -> None:
    alone = rule_statement(item, PROJECT.contracts, START, END, NOW)
    assert (alone is None) == (item.statement is None)
    if alone is not None:
        assert alone.rules == (f"{item.contract.table}.{item.rule.name}",)
        assert "@" not in alone.literal_sql()


@pytest.mark.parametrize("scope", [Scope.HISTORICAL, Scope.TABLE])
def test_failing_keys_are_asked_for_on_the_failing_dates_only(scope: Scope) -> None:
    item = next(i for i in WHOLE.rules if i.contract.table == SUMMARY and i.rule.scope is scope and i.statement)
    assert keys_statement(item, PROJECT.contracts, [], START, END, 200, NOW) is None
    asked = keys_statement(item, PROJECT.contracts, [END, START], START, END, 200, NOW)
    assert asked is not None
    values = {p.name: p.value for p in asked.parameters}
    assert values["dates"] == (START, END)
    assert ("table_start" in values) == (scope is Scope.TABLE)
    assert asked.sql.endswith("LIMIT 200")


def test_a_rule_without_keys_is_asked_for_none() -> None:
    item = next(i for i in WHOLE.rules if i.rule.name == "every_slate_is_present")
    assert keys_statement(item, PROJECT.contracts, [END], START, END, 200, NOW) is None


@given(st.dictionaries(st.from_regex(r"r[0-9]{1,3}_(min|max|set)", fullmatch=True), st.text(), min_size=1))
def test_writing_values_in_touches_no_other_parameter(values: dict[str, str]) -> None:
    parameters = tuple(Parameter(name, "STRING", value) for name, value in values.items())
    statement = Statement("s", "t", (), " ".join(f"@{name}" for name in values), parameters)
    assert statement.literal_sql() == " ".join(parameter.literal() for parameter in parameters)


def test_writing_values_in_leaves_comments_and_texts_alone() -> None:
    sql = "-- @a of O'Hara\nSELECT '@a', 'it\\'s @a', @a"
    written = Statement("s", "t", (), sql, (Parameter("a", "INT64", 1),)).literal_sql()
    assert written == "-- @a of O'Hara\nSELECT '@a', 'it\\'s @a', 1"


@pytest.mark.parametrize(
    ("parameter", "literal"),
    [
        (Parameter("x", "DATE", date(2026, 1, 14)), "DATE '2026-01-14'"),
        (Parameter("x", "TIMESTAMP", NOW), "TIMESTAMP '2026-01-14 17:00:00+00:00'"),
        (Parameter("x", "BOOL", True), "TRUE"),
        (Parameter("x", "FLOAT64", 0.5), "0.5"),
        (Parameter("x", "STRING", None), "NULL"),
        (Parameter("x", "STRING", "a\\b\n"), r"'a\\b\n'"),
        (Parameter("x", "STRING", ("BOS", "O'N"), array=True), r"['BOS', 'O\'N']"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_value_as_a_literal(parameter: Parameter, literal: str) -> None:
    assert parameter.literal() == literal
