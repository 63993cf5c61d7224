"""Contract files: what they expand to, and every error at once, each with its place and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gx.contracts.model import Rule, Scope, Severity
from gx.contracts.store import load_contracts
from tests.contracts.conftest import CALENDAR, FAMILIES, GAMES, TODAY, Project

FILE = "expectations/nba_raw/games.yaml"


def test_a_sound_project_has_no_problems(project: Project) -> None:
    found = project.load()
    assert found.problems == ()
    assert list(found.contracts) == ["nba_raw.games"]
    assert list(found.checkpoints) == ["daily"]
    assert found.waivers[0].rule == "points_in_range"
    assert found.calendar.seasons[1].season == "2022-23"


def test_a_written_rule_keeps_what_its_entry_says(project: Project) -> None:
    rule = project.load().contracts["nba_raw.games"].rule("points_are_covered")
    assert rule is not None
    assert (rule.why, rule.remedy, rule.incident) == ("A backfill wrote one row of 187.", "Run it again.", "I-03")
    assert (rule.scope, rule.severity) == (Scope.HISTORICAL, Severity.CRITICAL)
    assert rule.arguments.reference == "nba_raw.games"
    assert str(rule.location) == f"{FILE}:16:5"


def test_a_core_expectation_keeps_its_arguments_as_a_plain_mapping(project: Project) -> None:
    rule = project.load().contracts["nba_raw.games"].rule("points_are_sane")
    assert rule is not None
    assert rule.arguments == {"column": "points", "min_value": 1}
    assert rule.severity is Severity.INFO


def test_column_shorthand_becomes_rules_before_the_written_ones(project: Project) -> None:
    rules = project.load().contracts["nba_raw.games"].rules
    assert [rule.name for rule in rules] == [
        "game_id_is_present",
        "game_id_matches_format",
        "team_is_known",
        "points_in_range",
        "points_are_covered",
        "points_are_sane",
    ]
    by_name = {rule.name: rule for rule in rules}
    assert by_name["points_in_range"].arguments == {"column": "points", "min_value": 0, "max_value": 200}
    assert by_name["game_id_matches_format"].arguments == {"column": "game_id", "regex": "^00[0-9]{8}$"}
    assert len(by_name["team_is_known"].arguments["value_set"]) == 30
    assert by_name["team_is_known"].severity is Severity.WARNING
    assert by_name["game_id_is_present"].why == "NBA id"
    assert str(by_name["points_in_range"].location) == f"{FILE}:14:33"


def test_rules_of_a_table_without_partition_judge_it_as_it_stands(project: Project) -> None:
    project.files.pop("expectations/_waivers.yaml")
    written = str(project.files[FILE])
    project.files[FILE] = written[: written.index("  - rule: points_are_covered")]
    project.change("partition: game_date", "partition: null")
    rules: tuple[Rule, ...] = project.load().contracts["nba_raw.games"].rules
    assert {rule.scope for rule in rules} == {Scope.SNAPSHOT}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "owner: raw",
            "ownr: raw",
            [
                f"{FILE}:2:1: missing key 'owner'",
                f"{FILE}:5:1: unknown key 'ownr'; allowed: table, title, description, owner, processor, phase, "
                "upstream, partition, partitioned, require_partition_filter, clustering, grain, columns, expectations; "
                "did you mean 'owner'?",
            ],
            id="unknown key",
        ),
        pytest.param(
            "phase: 2", "phase: 7", [f"{FILE}:7:8: phase: found 7; allowed: 1, 2, 3, 4, 5, 6, ops"], id="not allowed"
        ),
        pytest.param(
            "phase: 2",
            "phase: opps",
            [f"{FILE}:7:8: phase: found 'opps'; allowed: 1, 2, 3, 4, 5, 6, ops; did you mean 'ops'?"],
            id="nearest value",
        ),
        pytest.param(
            "title: Games",
            "title: 7",
            [f"{FILE}:3:8: title: found 7; allowed: text (quote numbers and dates)"],
            id="type",
        ),
        pytest.param(
            "points, type: INT64",
            "points, type: INTEGER",
            [
                f"{FILE}:14:26: type: found 'INTEGER'; allowed: STRING, INT64, FLOAT64, BOOL, DATE, TIMESTAMP, JSON, "
                "NUMERIC, NUMERIC(p,s), ARRAY<STRING>; did you mean 'INT64'?"
            ],
            id="legacy type",
        ),
        pytest.param(
            "minimum: 0", "minimum: low", [f"{FILE}:14:42: minimum: found 'low'; allowed: a number or a whole number"],
            id="union",
        ),
        pytest.param(
            "allowed: team_codes",
            "allowed: [BOS, [x]]",
            [f"{FILE}:13:47: allowed: found a list; allowed: text (quote numbers and dates) or a whole number"],
            id="inside a union",
        ),
        pytest.param(
            "table: nba_raw.games",
            "table: nba_raw.game",
            [f"{FILE}:2:8: table: found 'nba_raw.game'; allowed here: 'nba_raw.games', as the file's path says"],
            id="name and path",
        ),
        pytest.param(
            "grain: [game_date, game_id]",
            "grain: [game_date, gameid]",
            [
                f"{FILE}:9:20: grain: unknown column 'gameid'; allowed: game_date, game_id, team, points; "
                "did you mean 'game_id'?"
            ],
            id="grain",
        ),
        pytest.param(
            "partition: game_date",
            "partition: game_id",
            [f"{FILE}:8:12: partition: column 'game_id' is STRING; allowed: DATE, TIMESTAMP"],
            id="partition type",
        ),
        pytest.param(
            "{name: team,", "{name: Points,", [f"{FILE}:14:12: duplicate column 'points'; line 13 has it already"],
            id="duplicate column, whatever its case",
        ),
        pytest.param(
            "rule: points_are_sane",
            "rule: points_in_range",
            [f"{FILE}:23:5: duplicate rule 'points_in_range'; line 14 makes it already"],
            id="rule that shorthand makes already",
        ),
        pytest.param(
            "maximum: 200", "maximum: -1", [f"{FILE}:14:42: minimum: 0 is above maximum, -1"], id="empty range"
        ),
        pytest.param(
            "allowed: team_codes",
            "allowed: [1]",
            [f"{FILE}:13:41: allowed: found 1 in a STRING column; quote text, leave numbers unquoted"],
            id="allowed value of another type",
        ),
        pytest.param(
            '"^00[0-9]{8}$"', '"^(?=00)x"',
            [f"{FILE}:12:60: pattern: '(?=' is not RE2: no look-around, no back-references"], id="not RE2",
        ),
        pytest.param(
            "expect_reference_to_be_covered",
            "expect_reference_to_be_coverd",
            [
                f"{FILE}:17:5: unknown expectation 'expect_reference_to_be_coverd'; did you mean "
                "'expect_reference_to_be_covered'?; allowed: the 59 that contracts list --expectations shows"
            ],
            id="unknown expectation",
        ),
        pytest.param(
            "      column: points",
            "      colum: points",
            [
                f"{FILE}:18:7: missing key 'column'",
                f"{FILE}:19:7: unknown key 'colum'; allowed: reference, column, share; did you mean 'column'?",
            ],
            id="argument of a family",
        ),
        pytest.param(
            "min_value: 1}",
            "minimum: 1}",
            [
                f"{FILE}:24:56: unknown argument 'minimum'; allowed: column, row_condition, condition_parser, "
                "min_value, max_value, strict_min, strict_max"
            ],
            id="argument of a core expectation",
        ),
        pytest.param(
            "{column: points, min",
            "{column: point, min",
            [
                f"{FILE}:24:48: unknown column 'point'; allowed: game_date, game_id, team, points; "
                "did you mean 'points'?"
            ],
            id="column of a core expectation",
        ),
        pytest.param(
            "      column: points",
            "      column: pionts",
            [f"{FILE}:19:15: rule 'points_are_covered': nba_raw.games has no column 'pionts'"],
            id="column that a family misses",
        ),
        pytest.param(
            "reference: nba_raw.games",
            "reference: nba_raw.gamez",
            [f"{FILE}:18:18: rule 'points_are_covered': reference: no contract for 'nba_raw.gamez'"],
            id="reference without a contract",
        ),
        pytest.param(
            "    severity: info", "    since: 2023-02-02\n    until: 2023-02-01",
            [f"{FILE}:25:12: since: 2023-02-02 is after until, 2023-02-01"], id="dates out of order",
        ),
        pytest.param(
            "    severity: info", "    since: 1 February",
            [f"{FILE}:25:12: since: found '1 February'; allowed: a date, 2023-02-23"], id="no date",
        ),
        pytest.param(
            "    severity: info", "    expect_column_to_exist: {column: points}",
            [f"{FILE}:25:5: a second expectation 'expect_column_to_exist'; allowed: one an entry; "
             "start a new entry with its own rule name"],
            id="two expectations",
        ),
        pytest.param(
            "    expect_column_mean_to_be_between: {column: points, min_value: 1}\n", "",
            [f"{FILE}:23:5: no expectation; allowed: exactly one key expect_..."], id="no expectation",
        ),
        pytest.param(
            "# yaml-language-server: $schema=../contract.schema.json", "# games",
            [f"{FILE}:1:1: warning: first line: found '# games'; allowed: "
             "# yaml-language-server: $schema=../contract.schema.json"],
            id="no schema named",
        ),
        pytest.param(
            "partition: game_date", "partition:",
            [f"{FILE}:16:5: rule 'points_are_covered': scope snapshot does not fit; allowed: historical, table"],
            id="rule without a reachable partition",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_with_its_place(old: str, new: str, expected: list[str], project: Project) -> None:
    project.files.pop("expectations/_waivers.yaml")
    assert project.change(old, new).lint() == expected


def test_every_error_of_every_file_is_told_at_once(project: Project) -> None:
    project.change("owner: raw\n", "").change("phase: 2", "phase: two").change("points, min", "pints, min")
    project.change("      column: points", "      column: pints").change(
        "mode: REQUIRED, pattern", "mode: NEEDED, pattern"
    )
    project.change("rule: points_in_range", "rule: points_in_rage", "expectations/_waivers.yaml")
    project.files["expectations/nba_raw/teams.yaml"] = "a: no\n"
    project.change("last: 3", "last: 0", "checkpoints/daily.yaml")
    places = [text.split(": ")[0] for text in project.lint() if "warning" not in text]
    assert places == [
        "checkpoints/daily.yaml:5:16",
        f"{FILE}:2:1",
        f"{FILE}:6:8",
        f"{FILE}:11:41",
        f"{FILE}:18:15",
        f"{FILE}:23:48",
        *["expectations/nba_raw/teams.yaml:1:1"] * 10,
        "expectations/nba_raw/teams.yaml:1:4",
    ]


def test_shorthand_that_the_family_refuses_is_told_at_its_key(project: Project) -> None:
    name = "expect_column_values_to_be_between"
    project.write()
    found = load_contracts(project.root, {**FAMILIES, name: FAMILIES["expect_reference_to_be_covered"]}, TODAY)
    assert "expectations/nba_raw/games.yaml:14:33: minimum: missing key 'reference'" in map(str, found.errors)


def test_a_contract_with_an_error_is_not_handed_out(project: Project) -> None:
    found = project.change("column: points\n", "column: pionts\n").load()
    assert found.errors
    assert found.contracts == {}


def test_a_duplicate_key_hides_no_other_problem(project: Project) -> None:
    project.change("owner: raw", "owner: raw\nowner: two").change("phase: 2", "phase: 9")
    assert [text.split(": ")[0] for text in project.lint()] == [f"{FILE}:6:1", f"{FILE}:8:8"]


def test_files_in_wrong_places_are_told(project: Project) -> None:
    project.files |= {
        "expectations/games.yaml": GAMES,
        "expectations/nba_raw/old/games.yaml": GAMES,
        "expectations/nba_raw/teams.yml": GAMES,
        "expectations/_calender.yaml": CALENDAR,
        "expectations/nba_raw/.games.yaml": "editor's copy",
        "expectations/README.md": "about",
        "checkpoints/old/daily.yaml": "a: 1",
    }
    assert [text.split(":")[0] for text in project.lint()] == [
        "checkpoints/old/daily.yaml",
        "expectations/_calender.yaml",
        "expectations/games.yaml",
        "expectations/nba_raw/old/games.yaml",
        "expectations/nba_raw/teams.yml",
    ]


def test_without_families_the_schema_is_read_and_arguments_are_left_alone(project: Project) -> None:
    project.change("expect_reference_to_be_covered", "expect_something_new").write()
    found = load_contracts(project.root)
    assert found.errors == ()
    rule = found.contracts["nba_raw.games"].rule("points_are_covered")
    assert rule is not None
    assert rule.arguments == {"reference": "nba_raw.games", "column": "points"}


def test_no_folder_of_contracts_is_an_error(tmp_path: Path) -> None:
    messages = [problem.message for problem in load_contracts(tmp_path, FAMILIES, TODAY).errors]
    assert messages[0].startswith("no folder of that name; contracts lie in expectations/<dataset>/<table>.yaml")


LINES = GAMES.splitlines()


@settings(deadline=None)
@given(
    line=st.integers(0, len(LINES) - 1),
    text=st.sampled_from(
        ["", "x", "no", "- a", "{", "]", "&a b", "? ", "a: [", "expectations: 3", "columns: [1, null]", ": :"]
    ),
    keep=st.booleans(),
)
def test_any_broken_line_gives_problems_or_a_contract(
    line: int, text: str, keep: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = [*LINES[:line], (LINES[line] if keep else "") + text, *LINES[line + 1 :]]
    root = tmp_path_factory.getbasetemp() / "any"
    Project(root, {FILE: "\n".join(lines), "expectations/_calendar.yaml": CALENDAR}).write()
    found = load_contracts(root, FAMILIES, TODAY)
    assert found.errors or "nba_raw.games" in found.contracts
