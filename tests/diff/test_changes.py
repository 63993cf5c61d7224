"""What a change of a contract means: breaking, loosening, tightening or harmless."""

from __future__ import annotations

import pytest

from gx.contracts.comparing.arguments import directions
from gx.contracts.comparing.change import Kind
from gx.contracts.comparing.directions import UNKNOWN
from gx.contracts.core import core_expectations
from gx.rules.registry import families
from tests.diff.conftest import CALENDAR, CHECKPOINT, CONTRACT, TABLE, WAIVERS, TwoStates

BREAKING, LOOSENING, TIGHTENING, HARMLESS = Kind


def test_without_a_change_there_is_nothing_to_tell(states: TwoStates) -> None:
    assert states.told() == []


def test_comments_and_layout_are_no_change(states: TwoStates) -> None:
    states.change("owner: raw\n", "# who looks after it\nowner: 'raw'\n")
    states.change("key: [game_date, game_id]", "key: {game_id: game_id, game_date: game_date}")
    states.change("column_list: [game_date, game_id]", "column_list: [game_id, game_date]")
    states.change("allowed: [Final, Scheduled]", "allowed: [Scheduled, Final]")
    assert states.told() == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("fail_below: 0.9\n", "fail_below: 0.93\n", TIGHTENING),
        ("fail_below: 0.9\n", "fail_below: 0.8\n", LOOSENING),
        ("warn_below: 80, ", "", LOOSENING),
        ("fail_above: 150", "fail_above: 140", TIGHTENING),
        ("fail_above: 150", "fail_above: 160", LOOSENING),
        ("fail_above: 150", "fail_above: 150, warn_above: 140", TIGHTENING),
        ("mostly: 0.9", "mostly: 0.95", TIGHTENING),
        ("mostly: 0.9", "mostly: 0.5", LOOSENING),
        ("{column: points, mostly: 0.9}", "{column: points}", TIGHTENING),
        ("minimum: 0", "minimum: 10", TIGHTENING),
        ("maximum: 200", "maximum: 250", LOOSENING),
        (", maximum: 200", "", LOOSENING),
        ("allowed: [Final, Scheduled]", "allowed: [Final]", TIGHTENING),
        ("allowed: [Final, Scheduled]", "allowed: [Final, Scheduled, Postponed]", LOOSENING),
        ("[0-9]{8}$", "[0-9]{6,8}$", BREAKING),
        ("      where: points > 0\n", "", TIGHTENING),
        ("where: points > 0", "where: points > 100", BREAKING),
        ("mostly: 0.9}", "mostly: 0.9, where: status = 'Final'}", LOOSENING),
        ("statistic: mean", "statistic: maximum", BREAKING),
        ("severity: warning", "severity: critical", TIGHTENING),
        ("severity: warning", "severity: info", LOOSENING),
        ("since: 2022-10-18", "since: 2023-10-24", LOOSENING),
        ("since: 2022-10-18", "since: 2021-10-19", TIGHTENING),
        ("since: 2022-10-18", "until: 2023-06-20\n    since: 2022-10-18", LOOSENING),
        ("why: Two rows", "scope: table\n    why: Two rows", TIGHTENING),
        ("why: Two rows", "scope: upcoming\n    why: Two rows", BREAKING),
        ("min_value: 90", "min_value: 80", LOOSENING),
        ("min_value: 90", "min_value: 90, strict_min: true", TIGHTENING),
        ("why: Two rows of one game", "why: Two", HARMLESS),
        ("owner: raw", "owner: analytics", HARMLESS),
        ("title: Games", "title: All games", HARMLESS),
        ("description: NBA id", "description: the NBA's own id", HARMLESS),
        ("processor: GamesProcessor", "processor: OtherProcessor", BREAKING),
        ("grain: [game_date, game_id]", "grain: [game_id]", BREAKING),
        ("phase: 2", "phase: 2\npartitioned: false", BREAKING),
        ("phase: 2", "phase: 2\nrequire_partition_filter: true", BREAKING),
        ("phase: 2", "phase: 2\nupstream: [nba_raw.other]", TIGHTENING),
    ],
)
def test_one_edit_is_one_change_of_its_kind(states: TwoStates, before: str, after: str, kind: Kind) -> None:
    assert states.change(before, after).only().kind is kind


def test_a_change_says_what_it_is_and_where_it_stands(states: TwoStates) -> None:
    found = (
        states.change("owner: raw\n", "owner: raw\nupstream: []\n")
        .change("fail_below: 0.9\n", "fail_below: 0.8\n")
        .only()
    )
    assert (found.table, found.subject, found.what) == (TABLE, "rule games_are_covered", "fail_below: 0.8, was 0.9")
    assert str(found.new) == f"{CONTRACT}:20:5"
    assert str(found.old) == f"{CONTRACT}:19:5"


def test_a_column_that_goes_takes_its_rules_along(states: TwoStates) -> None:
    states.change("  - {name: status, type: STRING, allowed: [Final, Scheduled]}\n", "")
    assert states.told() == [
        "breaking column status: removed",
        "loosening rule status_is_known: removed (expect_column_values_to_be_in_set)",
    ]
    gone = states.compare().changes[0]
    assert (gone.new, gone.old and gone.old.line) == (None, 13)


def test_a_column_of_another_type_or_mode_breaks(states: TwoStates) -> None:
    states.change("name: points, type: INT64", "name: points, type: FLOAT64, mode: REQUIRED")
    assert states.told() == [
        "breaking column points: mode: REQUIRED, was NULLABLE",
        "breaking column points: type: FLOAT64, was INT64",
        "tightening rule points_is_present: added (expect_column_values_to_not_be_null)",
    ]


def test_values_that_come_and_go_are_told_apart(states: TwoStates) -> None:
    states.change("allowed: [Final, Scheduled]", "allowed: [Final, Live]")
    assert states.told() == [
        "loosening rule status_is_known: value_set: now with [Live]",
        "tightening rule status_is_known: value_set: no longer with [Scheduled]",
    ]


def test_a_rule_under_a_new_name_is_only_words(states: TwoStates) -> None:
    assert states.change("rule: points_are_sane", "rule: points_look_right").told() == [
        "harmless rule points_look_right: was called points_are_sane; nothing else of it changed, "
        "its history stays under the old name"
    ]


def test_a_rule_under_a_new_name_and_with_new_bounds_is_another_rule(states: TwoStates) -> None:
    states.change("rule: points_are_sane", "rule: points_look_right").change("fail_above: 150", "fail_above: 160")
    assert [change.kind for change in states.compare().changes] == [LOOSENING, TIGHTENING]


def test_a_name_that_means_another_promise_breaks(states: TwoStates) -> None:
    states.change(
        "expect_column_values_to_not_be_null: {column: points, mostly: 0.9}",
        "expect_column_values_to_be_null: {column: points, mostly: 0.9}",
    )
    assert states.only().kind is BREAKING
    assert "means another promise" in states.only().what


def test_rules_in_another_order_are_harmless(states: TwoStates) -> None:
    median = "  - rule: points_have_a_median\n    expect_column_median_to_be_between: {column: points, min_value: 90}\n"
    states.change(median, "").change("expectations:\n", f"expectations:\n{median}")
    assert states.told() == ["harmless rules: in another order"]


def test_a_value_without_a_direction_counts_as_tightening_and_says_so(states: TwoStates) -> None:
    old = "expect_column_median_to_be_between: {column: points, min_value: 90}"
    for folder in (states.old, states.new):
        file = folder / CONTRACT
        other = "expect_column_kl_divergence_to_be_less_than: {column: points, tail_weight_holdout: 0.1}"
        file.write_text(file.read_text().replace(old, other))
    found = states.change("tail_weight_holdout: 0.1", "tail_weight_holdout: 0.2").only()
    assert found.kind is TIGHTENING
    assert UNKNOWN in found.what


def test_a_table_that_goes_breaks_and_one_that_comes_tightens(states: TwoStates) -> None:
    (states.new / CONTRACT).rename(states.new / "expectations/nba_raw/other.yaml")
    states.change("table: nba_raw.games", "table: nba_raw.other", "expectations/nba_raw/other.yaml")
    found = [(change.kind, change.table, change.what) for change in states.compare().changes]
    assert found == [(BREAKING, TABLE, "is gone"), (TIGHTENING, "nba_raw.other", "is new")]


@pytest.mark.parametrize(
    ("path", "before", "after", "kind"),
    [
        (WAIVERS, "end: 2022-11-03", "end: 2022-11-30", LOOSENING),
        (WAIVERS, "end: 2022-11-03", "end: 2022-11-02", TIGHTENING),
        (WAIVERS, "start: 2022-11-01\n    end: 2022-11-03", "dates: [2022-11-02]", TIGHTENING),
        (WAIVERS, "start: 2022-11-01\n    end: 2022-11-03", "dates: [2022-12-02]", LOOSENING),
        (WAIVERS, "expires: 2024-06-30", "expires: never", LOOSENING),
        (WAIVERS, "expires: 2024-06-30", "expires: 2023-06-30", TIGHTENING),
        (WAIVERS, "reason: The source lost", "reason: Somebody lost", HARMLESS),
        (CALENDAR, "bootstrap_days: 14", "bootstrap_days: 20", LOOSENING),
        (CALENDAR, "due_hours: 36", "due_hours: 24", TIGHTENING),
        (CALENDAR, "due_hours: 36", "due_hours: 36, bootstrap: true", LOOSENING),
        (CALENDAR, "due_hours: 36", "due_hours: 36, active_until: 2024-01-01", LOOSENING),
        (CALENDAR, "due_hours: 36", "due_hours: 36, active_from: 2024-01-01", LOOSENING),
        (CALENDAR, "due_hours: 36", "due_hours: 36, first_dates: {2022-23: 2022-11-01}", LOOSENING),
        (CALENDAR, "end: 2023-02-22", "end: 2023-02-23", LOOSENING),
        (CALENDAR, "first_game: 2022-10-18", "first_game: 2022-10-17", TIGHTENING),
        (CALENDAR, "source: measured", "source: guessed", HARMLESS),
        (CALENDAR, "time_zone: America/New_York", "time_zone: UTC", BREAKING),
        (CHECKPOINT, "window: {last: 3}", "window: {last: 2}", LOOSENING),
        (CHECKPOINT, "window: {last: 3}", "window: {season: current}", BREAKING),
        (CHECKPOINT, "tables: [nba_raw.games]", "tables: all", TIGHTENING),
        (CHECKPOINT, "tables: [nba_raw.games]", "tables: [nba_raw.games]\nrules: [one_row_a_game]", LOOSENING),
    ],
)
def test_waivers_calendar_and_checkpoints(states: TwoStates, path: str, before: str, after: str, kind: Kind) -> None:
    assert states.change(before, after, path).only().kind is kind


def test_a_new_waiver_loosens_its_table_at_its_line(states: TwoStates) -> None:
    text = (states.new / WAIVERS).read_text()
    states.change(text, text + text.split("waivers:\n")[1].replace("points_in_range", "one_row_a_game"), WAIVERS)
    found = states.only()
    assert (found.kind, found.table, found.subject) == (LOOSENING, TABLE, "waiver of one_row_a_game")
    assert (found.new and found.new.line, found.old) == (11, None)


def test_an_older_file_that_cannot_be_read_is_never_taken_as_equal(states: TwoStates) -> None:
    (states.old / CONTRACT).write_text("table: [")
    assert states.only().kind is BREAKING
    assert "not compared" in states.only().what


def test_a_newer_file_with_an_error_is_a_problem(states: TwoStates) -> None:
    assert [problem.location.line for problem in states.change("phase: 2", "phase: 9").compare().problems] == [7]


def test_every_argument_of_every_family_has_a_direction() -> None:
    without = {
        f"{name}: {argument}"
        for name, family in families().items()
        for argument in family.Kwargs.model_fields
        if argument not in directions(name, family.Kwargs)
    }
    assert without == set()


def test_the_bounds_of_core_expectations_have_a_direction() -> None:
    for name, arguments in core_expectations().items():
        for bound in {"min_value", "max_value", "mostly", "strict_min", "strict_max"} & set(arguments):
            assert bound in directions(name)
