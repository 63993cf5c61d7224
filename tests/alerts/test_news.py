"""What is told, what stays silent, and what counts as healed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gx.alerts.causes import find_causes
from gx.alerts.memory import Told
from gx.alerts.news import FORGET_AFTER_DAYS, Item, news, remember
from gx.alerts.upstream import Upstream
from gx.contracts.model import Contract
from gx.judging.result import RuleResult, RunResult
from gx.rules.registry import families
from tests.alerts.runs import (
    CONTEXT,
    EXEMPT,
    FACTORS,
    FAIL,
    HOLE,
    PASS,
    WAIVED,
    WARN,
    WEEK,
    Window,
    broken,
    context_hole,
    rule,
    run,
)


class Operations:
    """A checkpoint that runs again and again, and what it remembers."""

    def __init__(self, contracts: Mapping[str, Contract]) -> None:
        self.contracts = contracts
        self.memory: tuple[Told, ...] = ()
        self.number = 0

    def run(self, *rules: RuleResult, heard: bool = True, window: Window = WEEK) -> list[str]:
        """Run once more; what is told, ``kind table-or-title`` each."""
        self.number += 1
        return [item.kind.value for item in self.items(run(*rules, number=self.number, window=window), heard)]

    def items(self, made: RunResult, heard: bool = True) -> list[Item]:
        """What this run has to say; remembered as heard by all or by nobody."""
        found = news(find_causes(made, Upstream(made, self.contracts, families())), self.memory, made)
        unheard: Sequence[int] = () if heard else range(len(found))
        self.memory = remember(found, unheard, self.memory, made)
        return found


@pytest.fixture
def daily(contracts: Mapping[str, Contract]) -> Operations:
    """A checkpoint that has never run."""
    return Operations(contracts)


HOLED = rule(CONTEXT, "fallback_is_complete", broken())
WHOLE = rule(CONTEXT, "fallback_is_complete")


def test_a_hole_is_told_once_while_nothing_changes(daily: Operations) -> None:
    assert [daily.run(*context_hole()) for _ in range(4)] == [["new"], ["unchanged"], ["unchanged"], ["unchanged"]]


def test_a_quiet_checkpoint_says_nothing(daily: Operations) -> None:
    assert daily.run(WHOLE) == daily.run(WHOLE) == []


def test_a_further_date_is_told_and_named(daily: Operations) -> None:
    further = date(2023, 2, 25)
    daily.run(HOLED)
    (item,) = daily.items(run(rule(CONTEXT, "fallback_is_complete", broken(days=(*HOLE, further))), number=2))
    assert (item.kind, {cell.day for cell in item.fresh}) == ("changed", {further})


def test_a_further_broken_table_is_told_and_named(daily: Operations) -> None:
    daily.run(HOLED)
    (item,) = daily.items(run(HOLED, rule(FACTORS, "covers_players", broken()), number=2))
    assert (item.kind, {cell.table for cell in item.fresh}) == ("changed", {FACTORS})


def test_a_warning_that_becomes_a_failure_is_told_and_the_reverse_is_not(daily: Operations) -> None:
    milder = rule(CONTEXT, "fallback_is_complete", broken(WARN))
    assert [daily.run(milder), daily.run(HOLED), daily.run(milder)] == [["new"], ["changed"], ["unchanged"]]
    assert daily.memory[0].severity == "critical", "the channel that was alarmed must hear of the healing"


def test_healing_is_told_once_with_its_history(daily: Operations) -> None:
    daily.run(HOLED)
    daily.run(HOLED)
    (item,) = daily.items(run(WHOLE, number=3))
    (told,) = item.before
    assert (item.kind, told.since_run, told.runs) == ("healed", "daily-1", 2)
    assert daily.run(WHOLE) == []


def test_a_cause_that_heals_in_part_is_told_when_all_of_it_has(daily: Operations) -> None:
    daily.run(HOLED)
    assert daily.run(rule(CONTEXT, "fallback_is_complete", broken(days=HOLE[:1]))) == ["unchanged"]
    assert daily.run(WHOLE) == ["healed"]


def test_what_breaks_again_is_told_again(daily: Operations) -> None:
    assert [daily.run(HOLED), daily.run(WHOLE), daily.run(HOLED)] == [["new"], ["healed"], ["new"]]


def test_a_rule_that_was_not_evaluated_is_not_healed(daily: Operations) -> None:
    daily.run(HOLED)
    failed = rule(CONTEXT, "fallback_is_complete", passes=0, error="denied: no permission")
    assert daily.run(failed) == ["new"], "the error is news, and nothing else is said"
    assert daily.run(failed) == ["unchanged"]
    assert daily.run(HOLED) == ["unchanged", "healed"], "the hole was told; that the rule answers again is new"


def test_a_rule_that_was_not_selected_is_not_healed(daily: Operations) -> None:
    daily.run(HOLED)
    assert daily.run(rule(FACTORS, "another")) == []
    assert daily.run(HOLED) == ["unchanged"]


def test_a_date_that_the_rule_did_not_judge_is_not_healed(daily: Operations) -> None:
    daily.run(HOLED)
    assert daily.run(rule(CONTEXT, "fallback_is_complete", passes=0)) == []
    assert daily.run(HOLED) == ["unchanged"]


def test_dates_that_left_the_window_are_not_healed_and_that_is_told_once(daily: Operations) -> None:
    daily.run(HOLED)
    later = Window(date(2023, 3, 1), date(2023, 3, 3), date(2023, 3, 4))
    assert [daily.run(WHOLE, window=later), daily.run(WHOLE, window=later)] == [["left"], []]
    assert daily.run(HOLED) == ["unchanged"], "asked for again, it is no news"


def test_what_is_left_of_a_window_heals_while_the_rest_has_moved_out_of_sight(daily: Operations) -> None:
    daily.run(HOLED)
    (item,) = daily.items(run(WHOLE, number=2, window=Window(start=HOLE[1])))
    assert item.kind == "healed"
    assert [cell.day for told in daily.memory for cell in told.cells] == [HOLE[0]]


@pytest.mark.parametrize("excuse", [WAIVED, EXEMPT])
def test_what_a_person_or_the_calendar_excuses_falls_silent_without_a_note(daily: Operations, excuse: str) -> None:
    daily.run(HOLED)
    excused = rule(CONTEXT, "fallback_is_complete", broken(WAIVED if excuse is WAIVED else EXEMPT))
    assert "healed" not in daily.run(excused)
    assert daily.memory == ()
    assert daily.run(HOLED) == ["new"], "when the waiver expires it is told"


def test_a_verdict_of_pass_that_is_listed_heals(daily: Operations) -> None:
    daily.run(HOLED)
    assert daily.run(rule(CONTEXT, "fallback_is_complete", broken(PASS), passes=0)) == ["healed"]


def test_a_table_as_it_stands_is_told_once_although_its_date_is_every_day_another(daily: Operations) -> None:
    def standing(day: int) -> RuleResult:
        return rule(CONTEXT, "names_resolve", {date(2023, 2, day): FAIL}, passes=0, scope="snapshot")

    assert [daily.run(standing(20)), daily.run(standing(21))] == [["new"], ["unchanged"]]
    assert daily.run(rule(CONTEXT, "names_resolve", {date(2023, 2, 22): PASS}, scope="snapshot")) == ["healed"]


def test_an_upcoming_date_that_has_passed_is_not_healed(daily: Operations) -> None:
    daily.run(rule(CONTEXT, "ahead", broken(), scope="upcoming"), window=Window(as_of=HOLE[0]))
    assert daily.run(rule(CONTEXT, "ahead", scope="upcoming"), window=Window(as_of=date(2023, 2, 26))) == ["left"]


def test_what_nobody_heard_is_told_again(daily: Operations) -> None:
    assert daily.run(HOLED, heard=False) == daily.run(HOLED, heard=False) == daily.run(HOLED) == ["new"]
    assert daily.run(WHOLE, heard=False) == daily.run(WHOLE) == ["healed"]


def test_a_change_that_nobody_heard_is_told_again_and_what_was_known_is_not(daily: Operations) -> None:
    further = rule(CONTEXT, "fallback_is_complete", broken(days=(*HOLE, date(2023, 2, 25))))
    daily.run(HOLED)
    assert daily.run(further, heard=False) == daily.run(further) == ["changed"]
    assert daily.run(HOLED) == ["unchanged"]


def test_a_failure_whose_escalation_nobody_heard_stays_a_told_warning(daily: Operations) -> None:
    daily.run(rule(CONTEXT, "fallback_is_complete", broken(WARN)))
    assert daily.run(HOLED, heard=False) == daily.run(HOLED) == ["changed"]


def test_a_cause_that_falls_apart_or_comes_together_is_no_news(daily: Operations) -> None:
    factors = rule(FACTORS, "covers_players", broken())
    daily.run(HOLED, factors)
    assert daily.run(WHOLE, factors) == ["unchanged"], "the context healed, what it broke has not"
    assert CONTEXT in daily.memory[0].title, "its healing is told under the name that people know"
    daily.run(HOLED, factors)
    assert daily.run(HOLED, factors) == ["unchanged"]
    assert daily.run(WHOLE, rule(FACTORS, "covers_players")) == ["healed"]


def test_what_no_run_looks_at_any_more_is_forgotten(daily: Operations) -> None:
    daily.run(HOLED)
    started = run(rule(FACTORS, "another"), number=1).started_at
    late = replace(run(rule(FACTORS, "another")), started_at=started + timedelta(days=FORGET_AFTER_DAYS + 1))
    daily.items(late)
    assert daily.memory == ()
