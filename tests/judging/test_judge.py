"""The judge: exemptions, scopes, severities and waivers, and that an answer that is missing is never a pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gx.calendar.calendar import Calendar
from gx.contracts.model import Contract, Rule, Scope, Severity, Waiver
from gx.contracts.store import load_contracts
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.judging.result import RuleResult, Verdict, worst
from gx.planning.plan import Plan, PlannedRule, plan
from gx.planning.statement import Answer, Measurement, MeasurementFailure
from gx.rules.registry import families

PROJECT = load_contracts(Path(__file__).resolve().parents[2], families())
CALENDAR = Calendar(PROJECT.calendar)
TABLE = "nba_precompute.player_composite_factors"
CONTRACT = PROJECT.contracts[TABLE]
AS_OF = CALENDAR.moment(date(2023, 4, 11))
DAY, NEXT, BOOTSTRAP = date(2023, 2, 23), date(2023, 2, 24), date(2022, 10, 20)
COVERAGE = "covers_players_who_played"


def planned(rule: Rule, contract: Contract = CONTRACT) -> tuple[Plan, PlannedRule]:
    whole = plan([(contract, (rule,))], PROJECT.contracts, families(), date(2022, 10, 18), date(2023, 4, 11), AS_OF)
    return whole, whole.rules[0]


def judged(
    rule: Rule,
    days: Mapping[date, Mapping[str, Any]],
    waivers: Sequence[Waiver] = (),
    as_of: datetime = AS_OF,
    first: date | None = None,
) -> RuleResult:
    """The rule's result on counters given by date, without prefix."""
    whole, item = planned(rule)
    rows = [
        {"partition_date": day, "row_count": 100, **{f"{item.prefix}{name}": value for name, value in counters.items()}}
        for day, counters in days.items()
    ]
    answers: dict[str, Answer] = {str(item.statement): Measurement(str(item.statement), rows)}
    answers.setdefault(TABLE, Measurement(TABLE, []))
    room = EvidenceRoom(whole, answers, {}, as_of, PROJECT.contracts)
    return judge_rule(item, room, Bench(as_of, CALENDAR, waivers, first))


def coverage(**changes: Any) -> Rule:
    rule = CONTRACT.rule(COVERAGE)
    assert rule is not None
    return replace(rule, **changes)


def in_range(**changes: Any) -> Rule:
    rule = CONTRACT.rule("fatigue_score_in_range")
    assert rule is not None
    return replace(rule, **changes)


def covered(share: float) -> dict[str, int]:
    return {"expected": 100, "covered": round(100 * share), "excused": 0, "own": round(100 * share), "surplus": 0}


def waiver(**changes: Any) -> Waiver:
    told = {"table": TABLE, "rule": COVERAGE, "reason": "Known and accepted.", "owner": "precompute"}
    return Waiver(**{**told, "since": date(2023, 1, 1), "expires": "never", **changes})


@pytest.mark.parametrize(
    ("share", "verdict"),
    [(1.0, "pass"), (0.95, "pass"), (0.94, "warn"), (0.90, "warn"), (0.89, "fail"), (0.0, "fail")],
)
def test_coverage_fails_below_90_and_warns_below_95_percent(share: float, verdict: str) -> None:
    assert judged(coverage(), {DAY: covered(share)}).verdict == verdict


def test_a_rule_is_as_bad_as_its_worst_date() -> None:
    result = judged(coverage(), {DAY: covered(0.5), NEXT: covered(1)})
    assert result.verdict is Verdict.FAIL
    assert result.partition_counts == {"fail": 1, "pass": 1}


def test_bootstrap_excuses_a_miss_and_says_so() -> None:
    result = judged(coverage(), {BOOTSTRAP: covered(0)})
    assert result.verdict is Verdict.EXEMPT
    assert "bootstrap" in str(result.partitions[0].detail)


def test_bootstrap_does_not_excuse_a_wrong_value() -> None:
    assert judged(in_range(), {BOOTSTRAP: {"unexpected": 3}}).verdict is Verdict.FAIL


def test_nothing_to_evaluate_is_exempt_not_pass() -> None:
    assert judged(coverage(), {}).verdict is Verdict.EXEMPT


def test_a_historical_rule_leaves_as_of_s_own_date_alone() -> None:
    as_of = CALENDAR.moment(DAY)
    assert judged(coverage(), {DAY: covered(0)}, as_of=as_of).verdict is Verdict.EXEMPT
    upcoming = judged(in_range(scope=Scope.UPCOMING), {DAY: {"unexpected": 1}}, as_of=as_of)
    assert upcoming.verdict is Verdict.FAIL


def test_since_and_until_bound_the_dates() -> None:
    days = {DAY: covered(0), NEXT: covered(0)}
    assert judged(coverage(since=NEXT), days).partition_counts == {"fail": 1}
    assert judged(coverage(until=DAY), days).partition_counts == {"fail": 1}


def test_a_window_of_the_last_dates_trims_the_earlier_ones() -> None:
    assert judged(coverage(), {DAY: covered(0), NEXT: covered(1)}, first=NEXT).verdict is Verdict.PASS


def test_severity_warning_turns_a_failure_into_a_warning_and_info_into_a_note() -> None:
    assert judged(coverage(severity=Severity.WARNING), {DAY: covered(0)}).verdict is Verdict.WARN
    assert judged(coverage(severity=Severity.INFO), {DAY: covered(0)}).verdict is Verdict.PASS


def test_a_waiver_covers_its_dates_only_and_is_shown() -> None:
    result = judged(coverage(), {DAY: covered(0), NEXT: covered(0)}, [waiver(dates=(DAY,))])
    assert result.partition_counts == {"waived": 1, "fail": 1}
    assert "Known and accepted." in str(result.partitions[0].waiver)


@pytest.mark.parametrize("changes", [{"rule": "*"}, {"start": DAY, "end": NEXT}, {"start": DAY}, {}], ids=str)
def test_a_waiver_may_name_every_rule_or_a_range(changes: dict[str, Any]) -> None:
    assert judged(coverage(), {DAY: covered(0)}, [waiver(**changes)]).verdict is Verdict.WAIVED


def test_an_expired_waiver_stops_covering_and_says_so() -> None:
    result = judged(coverage(), {DAY: covered(0)}, [waiver(expires=date(2023, 3, 1))])
    assert result.verdict is Verdict.FAIL
    assert "expired on 2023-03-01" in str(result.partitions[0].detail)


def test_a_waiver_of_another_table_or_rule_covers_nothing() -> None:
    others = [waiver(rule="game_ids_resolve"), waiver(table="nba_raw.nbac_schedule")]
    assert judged(coverage(), {DAY: covered(0)}, others).verdict is Verdict.FAIL


def test_a_failed_statement_is_an_error_that_no_waiver_covers() -> None:
    whole, item = planned(coverage())
    failure = MeasurementFailure(str(item.statement), "denied", "no access to the table")
    room = EvidenceRoom(whole, {failure.statement: failure}, {}, AS_OF, PROJECT.contracts)
    result = judge_rule(item, room, Bench(AS_OF, CALENDAR, [waiver(rule="*")]))
    assert result.verdict is Verdict.ERROR
    assert result.error == "denied: no access to the table"


EVERY = [(contract, rule) for contract in PROJECT.contracts.values() for rule in contract.rules]


@given(st.sampled_from(EVERY), st.booleans())
def test_no_rule_passes_without_its_answers(chosen: tuple[Contract, Rule], failed: bool) -> None:
    contract, rule = chosen
    whole, item = planned(rule, contract)
    answers: dict[str, Answer] = (
        {s.name: MeasurementFailure(s.name, "unreachable", "gone") for s in whole.statements} if failed else {}
    )
    room = EvidenceRoom(whole, answers, {}, AS_OF, PROJECT.contracts)
    assert judge_rule(item, room, Bench(AS_OF, CALENDAR, ())).verdict is Verdict.ERROR


@given(st.lists(st.sampled_from(list(Verdict)), min_size=1))
def test_the_worst_verdict_is_never_better_than_any_of_them(found: list[Verdict]) -> None:
    answer = worst(found)
    assert answer in found
    if answer in (Verdict.PASS, Verdict.EXEMPT):
        assert set(found) <= {Verdict.PASS, Verdict.EXEMPT}
    if Verdict.ERROR in found:
        assert answer is Verdict.ERROR


OUTPUTS = "nba_orchestration.expected_outputs"


def on_a_table_that_is_not_there(start: date, end: date) -> Verdict:
    contract = PROJECT.contracts[OUTPUTS]
    as_of = CALENDAR.moment(end)
    whole = plan([(contract, contract.rules[:1])], PROJECT.contracts, families(), start, end, as_of)
    gone = MeasurementFailure(OUTPUTS, "not_found", "Not found: Table")
    room = EvidenceRoom(whole, {OUTPUTS: gone}, {OUTPUTS: gone}, as_of, PROJECT.contracts)
    return judge_rule(whole.rules[0], room, Bench(as_of, CALENDAR, ())).verdict


def test_a_table_that_the_pipeline_did_not_have_yet_is_exempt_in_an_old_season() -> None:
    assert on_a_table_that_is_not_there(date(2022, 10, 18), date(2023, 4, 11)) is Verdict.EXEMPT


def test_a_table_that_should_be_there_and_is_not_is_an_error() -> None:
    assert on_a_table_that_is_not_there(date(2026, 4, 20), date(2026, 5, 10)) is Verdict.ERROR
