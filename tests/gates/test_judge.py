"""How results become colours: what excuses a date, what closes all of them, and that no missing answer is a pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gx.calendar.calendar import Calendar
from gx.gates.gate import AFTER, BEFORE, gate_definition
from gx.gates.judge import Case, judge_gate, partial_dates
from gx.gates.model import Colour, GateDay, GateResult, Reason
from gx.gates.selection import GateSelection, processors, select_for
from gx.judging.result import PartitionResult, RuleResult, Verdict
from gx.rules.family import SlateDay
from tests.gates.project import PROJECT

CALENDAR = Calendar(PROJECT.calendar)
CONTEXTS = "nba_analytics.upcoming_player_game_context"
TEAM_CONTEXTS = "nba_analytics.upcoming_team_game_context"
FACTORS = "nba_precompute.player_composite_factors"
THU, FRI = date(2023, 2, 23), date(2023, 2, 24)
NOW = datetime(2026, 1, 6, 12, tzinfo=ZoneInfo("America/New_York"))
CELL = PartitionResult(THU, Verdict.FAIL, 187, 1, 0.0053, "PARTIAL", "1 of 187 keys are there")


def selection(processor: str = "PlayerCompositeFactorsProcessor", checkpoint: str = BEFORE) -> GateSelection:
    return select_for(processor, gate_definition(PROJECT, checkpoint), PROJECT.contracts)


def result(table: str, *cells: PartitionResult, error: str | None = None, rule: str = "a_rule") -> RuleResult:
    return RuleResult(
        table, rule, "expect_something", "critical", "historical", Verdict.FAIL, error=error, partitions=cells
    )


def case(*dated: RuleResult, days: tuple[date, ...] = (THU, FRI), now: datetime = NOW) -> Case:
    slate = {day: SlateDay(9, 9) for day in days}
    return Case(selection(), slate, min(days), max(days), now, CALENDAR, dated)


def colours(judged: Case) -> list[str]:
    days, _ = judge_gate(judged)
    return [day.colour.value for day in days]


def exit_code(judged: Case, strict: bool = False) -> int:
    days, everywhere = judge_gate(judged)
    target = (FACTORS,)
    return int(GateResult("before", "P", target, THU, FRI, NOW, NOW, days, everywhere, strict=strict).exit_code)


def test_a_failing_cell_closes_its_date_only() -> None:
    assert colours(case(result(CONTEXTS, CELL))) == ["RED", "GREEN"]
    assert exit_code(case(result(CONTEXTS, CELL))) == 1


def test_a_warning_is_amber_and_closes_only_a_strict_gate() -> None:
    warned = case(result(CONTEXTS, replace(CELL, verdict=Verdict.WARN)))
    assert colours(warned) == ["AMBER", "GREEN"]
    assert (exit_code(warned), exit_code(warned, strict=True)) == (0, 2)


def test_an_empty_table_with_a_fallback_lacks_nothing_before_a_backfill() -> None:
    empty = PartitionResult(THU, Verdict.PASS, 187, 0, 0.0, "EMPTY")
    absent = PartitionResult(THU, Verdict.FAIL, 9, 0, 0.0, None, "no rows, though 9 games are Final")
    given = case(result(CONTEXTS, empty), result(CONTEXTS, absent))
    assert colours(given) == ["GREEN", "GREEN"]
    assert colours(replace(given, empty_is_ready=False)) == ["RED", "GREEN"]
    assert colours(case(result(CONTEXTS, empty), result(TEAM_CONTEXTS, absent))) == ["RED", "GREEN"]


def test_a_waived_cell_is_green_and_says_who_waived_it() -> None:
    days, _ = judge_gate(case(result(CONTEXTS, replace(CELL, verdict=Verdict.WAIVED, waiver="never scraped (Ada)"))))
    assert (days[0].colour, days[0].note) == (Colour.GREEN, f"{CONTEXTS}.a_rule is waived: never scraped (Ada)")


def test_bootstrap_dates_of_the_target_are_green_with_the_reason_whatever_lies_upstream() -> None:
    opening = date(2022, 10, 20)
    days, _ = judge_gate(case(result(CONTEXTS, replace(CELL, partition=opening)), days=(opening,)))
    assert days[0].colour is Colour.GREEN
    assert str(days[0].note).startswith("bootstrap")


def test_a_date_that_is_not_due_yet_is_green_with_the_lag_unless_upstream_is_wrong() -> None:
    evening = datetime.combine(THU + timedelta(days=1), datetime.min.time(), ZoneInfo("America/New_York"))
    selected = selection("PlayerDailyCacheProcessor")
    slate = {THU: SlateDay(9, 9)}
    waiting = Case(selected, slate, THU, THU, evening, CALENDAR, ())
    days, _ = judge_gate(waiting)
    assert days[0].colour is Colour.GREEN
    assert str(days[0].note).startswith("normal lag")
    assert colours(replace(waiting, dated=(result(CONTEXTS, CELL),))) == ["RED"]


def test_an_unanswered_rule_closes_every_date_and_is_no_failure_but_not_evaluated() -> None:
    unanswered = case(result(CONTEXTS, error="not_found: no such table"))
    assert colours(unanswered) == ["RED", "RED"]
    assert exit_code(unanswered) == 3


def test_holes_in_tables_that_a_processor_can_do_without_are_amber() -> None:
    optional = replace(case(result(CONTEXTS, CELL)), optional=(CONTEXTS,))
    assert colours(optional) == ["AMBER", "GREEN"]


def test_games_that_are_not_over_block_their_date() -> None:
    morning = datetime(2023, 2, 24, 9, tzinfo=ZoneInfo("America/New_York"))
    assert colours(case(now=morning))[1] == "RED"


def test_a_stretch_of_the_season_without_a_scheduled_game_is_not_evaluated() -> None:
    holed = replace(case(), end=FRI + timedelta(days=5))
    _, everywhere = judge_gate(holed)
    assert [reason.evaluated for reason in everywhere] == [False]
    assert "2023-02-25 to 2023-03-01" in everywhere[0].detail
    assert judge_gate(replace(case(), start=date(2023, 2, 17)))[1] == (), "the All-Star break has no games"


def test_only_partial_fallbacks_are_to_be_deleted() -> None:
    complete = replace(CELL, partition=FRI, classification="COMPLETE", verdict=Verdict.PASS)
    assert partial_dates([result(CONTEXTS, CELL, complete)]) == {CONTEXTS: [THU]}


def test_a_forced_gate_allows_every_date() -> None:
    reason = Reason(THU, Colour.RED, "upstream", CONTEXTS, "a_rule", "partial")
    days = (GateDay(THU, Colour.RED, (reason,)), GateDay(FRI, Colour.GREEN))
    closed = GateResult("before", "P", (FACTORS,), THU, FRI, NOW, NOW, days)
    assert (closed.allowed, closed.blocked, closed.exit_code) == ((FRI,), (THU,), 1)


@pytest.mark.parametrize("name", sorted(processors(PROJECT.contracts)))
def test_every_processor_has_gates_that_ask_something(name: str) -> None:
    before, after = selection(name), selection(name, AFTER)
    assert [contract.table for contract in before.targets] == [contract.table for contract in after.targets]
    assert any(rules for _, rules in before.dated)
    assert any(rules for _, rules in after.dated)
    targets = {contract.table for contract in before.targets}
    holes = ("expect_every_slate_to_be_present", "expect_reference_keys_to_be_covered")
    asked = [rule.expectation for contract, rules in before.dated if contract.table in targets for rule in rules]
    assert not set(asked) & set(holes), "a hole that the backfill is to fill must not close its gate"


def test_a_gate_asks_only_the_services_that_run_its_processor() -> None:
    for name, service in (
        ("PlayerCompositeFactorsProcessor", "nba-phase4-precompute-processors"),
        ("PlayerGameSummaryProcessor", "nba-phase3-analytics-processors"),
        ("NbacTeamBoxscoreProcessor", "nba-phase2-raw-processors"),
    ):
        rules = [rule for _, rules in selection(name).operations for rule in rules]
        assert [list(rule.arguments.services) for rule in rules] == [[service]]
