"""Evidence: each rule finds its own counters, and one missing answer among many is an error for all that need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gx.calendar.calendar import Calendar
from gx.contracts.model import Contract, Location, Rule, Scope, Waiver
from gx.contracts.store import load_contracts
from gx.judging.evidence import EvidenceRoom, Unanswered
from gx.judging.judge import Bench, in_scope, judge_rule, table_result, with_partitions
from gx.judging.result import PartitionResult, RuleResult, Verdict, worst
from gx.planning.plan import RUN_LOG, SLATE, PlannedRule, plan
from gx.planning.statement import Answer, LiveTable, Measurement, MeasurementFailure
from gx.rules.family import RunsOfDate
from gx.rules.registry import families

PROJECT = load_contracts(Path(__file__).resolve().parents[2], families())
CALENDAR = Calendar(PROJECT.calendar)
NOON = CALENDAR.moment(date(2026, 1, 14))
START, END = date(2026, 1, 1), date(2026, 1, 14)
WHOLE = plan(
    [(contract, contract.rules) for contract in PROJECT.contracts.values()],
    PROJECT.contracts,
    families(),
    START,
    END,
    NOON,
)
NAMES = [statement.name for statement in WHOLE.statements]
EMPTY: Mapping[str, Answer] = {name: Measurement(name, []) for name in NAMES}
TABLES = list(PROJECT.contracts)
LIVE = {table: LiveTable(table, ()) for table in TABLES}
FORGIVING = Bench(
    NOON,
    CALENDAR,
    [
        Waiver(table=table, rule="*", reason="Everything is waived.", owner="tests", since=START, expires="never")
        for table in TABLES
    ],
)


def needs(item: PlannedRule) -> set[str]:
    """The statements and tables a rule cannot be judged without, from what its family declares."""
    family, found = item.family, {item.statement} if item.statement else set()
    found |= {SLATE} if family.needs_slate else set()
    found |= {RUN_LOG} if family.needs_runs else set()
    found |= {item.contract.table} if family.needs_rows else set()
    return found | ({f"live {item.contract.table}"} if family.needs_live_table else set())


@settings(max_examples=50, deadline=None)
@given(
    st.sets(st.sampled_from([*NAMES, *(f"live {table}" for table in TABLES)])),
    st.booleans(),
)
def test_a_rule_is_an_error_exactly_when_an_answer_it_needs_is_missing(gone: set[str], told: bool) -> None:
    """Whatever is missing, whether it failed or was never sent, and though a waiver covers every cell."""
    answers = {name: answer for name, answer in EMPTY.items() if name not in gone}
    live: dict[str, LiveTable | MeasurementFailure] = {t: LIVE[t] for t in TABLES if f"live {t}" not in gone}
    if told:
        answers |= {name: MeasurementFailure(name, "timeout", "too late") for name in gone if name in EMPTY}
        live |= {t: MeasurementFailure(t, "denied", "no") for t in TABLES if f"live {t}" in gone}
    room = EvidenceRoom(WHOLE, answers, live, NOON, PROJECT.contracts)
    for item in WHOLE.rules:
        result = judge_rule(item, room, FORGIVING)
        assert (result.verdict is Verdict.ERROR) == bool(needs(item) & gone), result.name
        assert bool(result.error) == (result.verdict is Verdict.ERROR)


def test_every_rule_needs_something() -> None:
    assert all(needs(item) for item in WHOLE.rules)


def test_an_error_says_which_answer_is_missing() -> None:
    table = "nba_analytics.player_game_summary"
    item = next(rule for rule in WHOLE.rules if rule.statement == table)
    failed = {table: MeasurementFailure(table, "not_found", "Table was not found")}
    missing, refused = (
        judge_rule(item, EvidenceRoom(WHOLE, answers, {}, NOON, PROJECT.contracts), FORGIVING)
        for answers in (dict[str, Answer](), failed)
    )
    assert missing.error == f"the statement {table!r} was not sent"
    assert refused.error == "not_found: Table was not found"
    assert refused.observed == "not evaluated: not_found: Table was not found"


def test_rules_of_one_statement_do_not_read_each_other_s_counters() -> None:
    found = [item for item in WHOLE.rules if item.statement == "nba_raw.nbac_schedule"]
    assert len(found) > 10  # so that r1_ and r10_ are both there
    row = {"partition_date": START, "row_count": 7}
    row |= {f"{item.prefix}unexpected": number for number, item in enumerate(found)}
    answers: dict[str, Answer] = {"nba_raw.nbac_schedule": Measurement("nba_raw.nbac_schedule", [row])}
    answers[SLATE] = Measurement(SLATE, [])
    room = EvidenceRoom(WHOLE, answers, {}, NOON, PROJECT.contracts)
    assert [dict(room.evidence(item).counters) for item in found] == [
        {START: {"unexpected": number}} for number in range(len(found))
    ]


def test_a_date_that_a_pair_s_rule_says_nothing_of_is_no_evidence_and_a_whole_table_rule_s_is() -> None:
    pair = next(item for item in WHOLE.rules if item.statement and " vs " in item.statement)
    table = next(item for item in WHOLE.rules if item.rule.scope is Scope.TABLE)
    silent = {START: (f"{pair.prefix}games", f"{table.prefix}unexpected")}
    rows = [{"partition_date": day, "row_count": 3, **dict.fromkeys(names)} for day, names in silent.items()]
    answers: dict[str, Answer] = {str(item.statement): Measurement(str(item.statement), rows) for item in (pair, table)}
    room = EvidenceRoom(WHOLE, answers, {}, NOON, PROJECT.contracts)
    assert room.evidence(pair).counters == {}
    assert room.evidence(table).counters == {START: {"unexpected": None}}


def test_rows_without_a_date_belong_to_no_date() -> None:
    table = "nba_analytics.player_game_summary"
    rows: list[dict[str, Any]] = [{"partition_date": None, "row_count": 9}, {"partition_date": START, "row_count": 4}]
    room = EvidenceRoom(WHOLE, {table: Measurement(table, rows)}, {}, NOON, PROJECT.contracts)
    assert room.row_counts(table) == {START: 4}
    with pytest.raises(Unanswered, match="was not sent"):
        room.row_counts("nba_raw.nbac_schedule")


def run_row(processor: str, most_records: int | None, **counts: int) -> dict[str, object]:
    names = ("runs", "successes", "zero_successes", "failures", "skips", "running", "stuck")
    zeros: dict[str, object] = dict.fromkeys(names, 0)
    return zeros | counts | {"partition_date": START, "processor_name": processor, "most_records": most_records}


@pytest.mark.parametrize(
    ("one", "other", "most"), [(None, None, None), (None, 0, 0), (0, 204, 204)], ids=["nothing", "zero", "records"]
)
def test_runs_of_several_processors_are_added_up(one: int | None, other: int | None, most: int | None) -> None:
    item = next(i for i in WHOLE.rules if i.family.needs_runs and i.contract.table == "nba_raw.bdl_player_boxscores")
    rows = [
        run_row("BdlBoxscoresProcessor", one, runs=2, successes=1, zero_successes=1, failures=1),
        run_row("BdlPlayerBoxScoresProcessor", other, runs=1, successes=1),
        run_row("PlayerGameSummaryProcessor", 9999, runs=5),
    ]
    room = EvidenceRoom(WHOLE, {**EMPTY, RUN_LOG: Measurement(RUN_LOG, rows)}, {}, NOON, PROJECT.contracts)
    both = RunsOfDate(runs=3, successes=2, zero_successes=1, failures=1, most_records=most)
    assert room.evidence(item).runs == {START: both}


def rule(**changes: object) -> Rule:
    return replace(Rule("a_rule", "expect_something", None, Location("a.yaml")), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scope", "days"), [(Scope.HISTORICAL, [12, 13]), (Scope.UPCOMING, [14, 15]), (Scope.TABLE, [1, 12, 13, 14, 15])]
)
def test_a_scope_says_which_dates_a_rule_speaks_of(scope: Scope, days: list[int]) -> None:
    bench = Bench(NOON, CALENDAR, (), first_date=date(2026, 1, 12))
    dates = [date(2026, 1, day) for day in (1, 12, 13, 14, 15)]
    assert [day.day for day in dates if in_scope(rule(scope=scope), day, bench)] == days
    assert in_scope(rule(scope=scope), None, bench)


def test_since_and_until_bound_even_the_whole_table() -> None:
    bounded = rule(scope=Scope.TABLE, since=date(2026, 1, 2), until=date(2026, 1, 3))
    bench = Bench(NOON, CALENDAR, ())
    assert [day for day in range(1, 5) if in_scope(bounded, date(2026, 1, day), bench)] == [2, 3]


def test_verdicts_are_ranked_and_nothing_evaluated_is_exempt() -> None:
    ranked = [Verdict.PASS, Verdict.WAIVED, Verdict.WARN, Verdict.FAIL, Verdict.ERROR]
    for place, verdict in enumerate(ranked):
        assert worst(ranked[: place + 1]) is verdict
        assert worst([*ranked[: place + 1], Verdict.EXEMPT]) is verdict
    assert worst([]) is Verdict.EXEMPT
    assert worst([Verdict.EXEMPT]) is Verdict.EXEMPT


def test_a_table_is_as_its_worst_rule_and_keeps_the_contract_s_order() -> None:
    contract: Contract = PROJECT.contracts["nba_raw.nbac_schedule"]
    first, second = contract.rules[:2]
    results = [_result(second, Verdict.ERROR), _result(first, Verdict.PASS)]
    found = table_result(contract, results, 12)
    assert (found.verdict, found.rows) == (Verdict.ERROR, 12)
    assert [result.rule for result in found.rules] == [first.name, second.name]


def _result(about: Rule, verdict: Verdict) -> RuleResult:
    return RuleResult("nba_raw.nbac_schedule", about.name, about.expectation, "critical", "historical", verdict)


def test_what_was_observed_names_the_worst_dates_first() -> None:
    def on(day: int, verdict: Verdict) -> PartitionResult:
        return PartitionResult(date(2026, 1, day), verdict, 10, 4, 0.4)

    cells = [on(1, Verdict.WARN), *(on(day, Verdict.FAIL) for day in range(2, 7)), on(7, Verdict.PASS)]
    found = with_partitions(_result(rule(), Verdict.ERROR), cells)
    assert found.verdict is Verdict.FAIL
    assert found.observed == (
        "5 of 7 dates fail: 2026-01-02 (4 of 10), 2026-01-03 (4 of 10), 2026-01-04 (4 of 10) and 2 more; "
        "1 of 7 dates warn: 2026-01-01 (4 of 10)"
    )
    assert found.error is None
