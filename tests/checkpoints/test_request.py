"""Windows and selections as asked for on the command line."""

from __future__ import annotations

from datetime import date

import pytest

from gx.calendar.calendar import Calendar, DateWindow
from gx.checkpoints.request import RequestError, WindowChoice, resolve_window, select
from gx.contracts.model import ContractSet
from gx.contracts.store import load_contracts
from gx.rules.registry import families
from tests.checkpoints.conftest import ROOT


@pytest.fixture(scope="module")
def project() -> ContractSet:
    """The repository's contracts."""
    return load_contracts(ROOT, families())


def window(project: ContractSet, checkpoint: str, as_of: date, choice: WindowChoice) -> DateWindow:
    calendar = Calendar(project.calendar)
    return resolve_window(choice, project.checkpoints[checkpoint], calendar, calendar.moment(as_of))


def test_one_date(project: ContractSet) -> None:
    day = date(2023, 2, 23)
    assert window(project, "daily", date(2023, 3, 1), WindowChoice(on=day)) == DateWindow(day, day)


def test_a_season_ends_at_as_of(project: ContractSet) -> None:
    found = window(project, "daily", date(2023, 4, 11), WindowChoice(season="2022-23"))
    assert found == DateWindow(date(2022, 10, 18), date(2023, 4, 11))


def test_the_audit_takes_the_season_of_as_of(project: ContractSet) -> None:
    assert window(project, "season_audit", date(2026, 1, 14), WindowChoice()).start == date(2025, 10, 21)


def test_two_windows_at_once_are_refused(project: ContractSet) -> None:
    with pytest.raises(RequestError, match="choose one window"):
        window(project, "daily", date(2026, 1, 14), WindowChoice(season="2022-23", last=3))


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (WindowChoice(start=date(2023, 1, 1)), "--start and --end go together"),
        (WindowChoice(start=date(2023, 1, 2), end=date(2023, 1, 1)), "before --start"),
        (WindowChoice(season="1999-00"), "it knows 2021-22"),
        (WindowChoice(season="2026-27"), "after as-of"),
    ],
)
def test_an_impossible_window_says_what_is_possible(project: ContractSet, choice: WindowChoice, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        window(project, "daily", date(2026, 1, 14), choice)


def test_a_table_and_a_rule_narrow_the_selection(project: ContractSet) -> None:
    table, rule = "nba_precompute.player_composite_factors", "covers_players_who_played"
    found = select(project.checkpoints["daily"], project.contracts, [table], [rule])
    assert [(contract.table, [each.name for each in rules]) for contract, rules in found] == [(table, [rule])]


def test_a_rule_may_be_chosen_by_its_expectation(project: ContractSet) -> None:
    found = select(project.checkpoints["daily"], project.contracts, (), ["expect_fallback_to_be_complete"])
    assert [contract.table for contract, _ in found] == ["nba_analytics.upcoming_player_game_context"]


def test_unknown_names_are_refused_with_the_nearest(project: ContractSet) -> None:
    with pytest.raises(RequestError, match=r"nearest: nba_raw\.nbac_schedule"):
        select(project.checkpoints["daily"], project.contracts, ["nba_raw.nbac_scedule"])
    with pytest.raises(RequestError, match="nearest: fallback_is_complete"):
        select(project.checkpoints["daily"], project.contracts, (), ["fallback_is_compleet"])
