"""A draft: what it guesses of a live table, that the profiled rows keep it, and that broken rows do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from gx.contracts.model import Scope
from gx.contracts.store import load_contracts
from gx.drafting.profile import profile_statement
from gx.drafting.subject import DraftError, subject_of
from gx.planning.statement import LiveColumn, LiveTable
from gx.rules.registry import families
from tests.diff.conftest import write
from tests.drafting.conftest import TABLE, TODAY, Rows, Studio, read
from tests.rules.harness import JANUARY, Court

COLUMNS = (
    "game_date DATE REQUIRED, player_lookup STRING REQUIRED, team_abbr STRING, status STRING, points INT64, "
    "pace NUMERIC, share FLOAT64, note STRING, game_id STRING, codes STRING REPEATED, loaded_at TIMESTAMP"
)
TEAMS = ("BOS", "LAL", "MIA", "NYK", "PHX", "SAC")


def scores(days: int = 4, players: int = 30) -> list[dict[str, object]]:
    """Rows of the first days of January 2026 in which everything is well."""
    return [
        {
            "game_date": f"2026-01-{day:02d}",
            "player_lookup": f"player{player}",
            "team_abbr": TEAMS[player % len(TEAMS)],
            "status": "active" if player % 3 else "out",
            "points": (player * 7 + day) % 58,
            "pace": 95 + player % 10 + day / 4,
            "share": round(player / 40, 3),
            "note": None if player % 5 else "late",
            "game_id": f"202601{day:02d}_AAA_BBB",
            "codes": [],
            "loaded_at": f"2026-01-{day:02d}T09:00:00Z",
        }
        for day in range(1, days + 1)
        for player in range(players)
    ]


@pytest.fixture(scope="module")
def text(studio: Studio) -> str:
    return studio.draft(COLUMNS, scores())


def test_it_declares_the_table_as_it_is(text: str) -> None:
    found = read(text)
    assert [(column.name, column.type, column.mode) for column in found.columns][:3] == [
        ("game_date", "DATE", "REQUIRED"),
        ("player_lookup", "STRING", "REQUIRED"),
        ("team_abbr", "STRING", "NULLABLE"),
    ]
    assert (found.partition, found.header.partitioned, found.header.require_partition_filter) == (
        "game_date",
        True,
        True,
    )
    assert (found.header.owner, found.header.phase) == ("precompute", 4)


def test_the_grain_is_a_guess_and_says_from_what(text: str) -> None:
    assert read(text).grain == ("game_date", "player_lookup")
    said = "120 rows have 120 different values of (player_lookup) within a game_date, none of them NULL"
    assert f"# The grain is a guess: {said}." in text


def test_bounds_are_rounded_outward_and_values_listed(text: str) -> None:
    found = read(text)
    columns = {column.name: column for column in found.columns}
    assert (columns["points"].minimum, columns["points"].maximum) == (0, 60)
    assert (columns["share"].minimum, columns["share"].maximum) == (0, 1)
    assert columns["status"].allowed == ("active", "out")
    assert columns["team_abbr"].allowed == "team_codes"
    assert columns["player_lookup"].allowed is None
    assert columns["note"].typical is not None
    assert columns["note"].typical.filled == 0.15


def test_every_guess_tells_its_numbers_and_window(text: str) -> None:
    for rule in read(text).rules:
        assert any(number in rule.why for number in ("120", "11", "4 dates")), rule
        assert rule.name == "schema_as_declared" or "2026-01-01 to 2026-01-14" in rule.why, rule


def test_columns_that_were_never_empty_must_not_be(text: str) -> None:
    names = {rule.name for rule in read(text).rules}
    assert {"points_never_null", "player_lookup_is_present", "status_never_null"} <= names
    assert not {"note_never_null", "game_date_never_null"} & names


def test_the_rows_that_were_profiled_keep_the_draft(text: str, court: Court) -> None:
    results = court.judge([read(text)], {TABLE: scores()})
    assert {name: result.verdict for name, result in results.items() if result.verdict != "pass"} == {}


def test_rows_that_broke_do_not(text: str, court: Court) -> None:
    rows = scores()
    broken = [{**row, "points": 600, "status": "gone", "player_lookup": "player1"} for row in rows[:30]]
    results = court.judge([read(text)], {TABLE: [*broken, *rows[30:80]]})
    failed = {name for name, result in results.items() if result.verdict == "fail"}
    assert {"points_in_range", "points_is_typical", "status_is_known", "grain_is_unique"} <= failed


def test_it_passes_lint_where_it_belongs(text: str, tmp_path: Path) -> None:
    write(tmp_path)
    file = tmp_path / "expectations/nba_precompute/scores.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    assert [str(problem) for problem in load_contracts(tmp_path, families()).problems if "scores" in str(problem)] == []


HOSTILE = ("it's: a #trap", "- [x]", '"quoted" {y}', "no", "12:30", "2026-01-01", "a\\nb", "naïve 🏀", "null", "")


def test_hostile_values_stay_text(studio: Studio, court: Court) -> None:
    rows = [
        {"game_date": "2026-01-02", "player_lookup": f"p{number}", "status": HOSTILE[number % len(HOSTILE)]}
        for number in range(120)
    ]
    found = read(studio.draft("game_date DATE, player_lookup STRING, status STRING", rows))
    status = found.column("status")
    assert status and status.allowed and set(status.allowed) == set(HOSTILE)
    assert court.judge([found], {TABLE: rows})["status_is_known"].verdict == "pass"


def test_values_that_no_eye_sees_are_not_listed(studio: Studio) -> None:
    rows: Rows = [
        {"game_date": "2026-01-02", "player_lookup": f"p{number}", "status": "a\x07b", "words": "x" * 200}
        for number in range(40)
    ]
    found = read(studio.draft("game_date DATE, player_lookup STRING, status STRING, words STRING", rows))
    assert {column.name: column.allowed for column in found.columns if column.allowed} == {}


def test_columns_that_no_contract_can_declare_are_left_out_and_named(studio: Studio) -> None:
    rows: Rows = [{"game_date": "2026-01-02", "player_lookup": "a", "order": "x", "raw": None, "when": None}]
    text = studio.draft("game_date DATE, player_lookup STRING, order STRING, raw BYTES, at DATETIME", rows[:1])
    assert [column.name for column in read(text).columns] == ["game_date", "player_lookup"]
    assert '# Left out: column "order", its name is a reserved word of BigQuery.' in text
    assert '# Left out: column "raw", contracts know no type BYTES.' in text


def test_a_column_name_cannot_break_out_of_its_comment() -> None:
    live = LiveTable(TABLE, (LiveColumn("d", "DATE"), LiveColumn("x`\nowner: evil", "STRING")), "d")
    subject = subject_of(live)
    assert subject.left_out == (("x`\nowner: evil", "its name is more than letters, digits and _"),)
    assert "evil" not in profile_statement(subject, *JANUARY, TODAY).sql


def test_without_a_unique_key_there_is_no_rule_of_it(studio: Studio) -> None:
    rows: Rows = [{"game_date": "2026-01-02", "player_lookup": "a"}] * 3
    text = studio.draft("game_date DATE, player_lookup STRING", rows)
    assert read(text).rule("grain_is_unique") is None
    assert "no key that was tried is unique; nearest is (player_lookup) with 1 different values in 3 rows" in text


def test_the_grain_of_the_contract_that_there_is_is_tried_first() -> None:
    columns = (LiveColumn("d", "DATE"), LiveColumn("player_id", "STRING"), LiveColumn("words", "STRING"))
    live = LiveTable(TABLE, columns, "d")
    assert subject_of(live).keys[0] == ("player_id",)
    assert subject_of(live, grain=["d", "words", "player_id"]).keys[0] == ("words", "player_id")


def test_a_table_without_dates_is_drafted_as_it_stands(studio: Studio, court: Court) -> None:
    rows: Rows = [{"player_id": number, "team_abbr": TEAMS[number % 6]} for number in range(60)]
    found = read(studio.draft("player_id INT64 REQUIRED, team_abbr STRING", rows, None, dates="none"))
    assert (found.partition, found.grain) == (None, ("player_id",))
    assert {rule.scope for rule in found.rules} == {Scope.SNAPSHOT}
    results = court.judge([found], {TABLE: rows})
    assert {name: result.verdict for name, result in results.items() if result.verdict != "pass"} == {}
    unique = found.rule("grain_is_unique")
    assert unique and unique.arguments.maximum == 1


def test_a_table_partitioned_by_a_time_is_judged_by_its_date(studio: Studio, court: Court) -> None:
    rows: Rows = [
        {"seen_at": f"2026-01-0{1 + number % 3}T0{number % 9}:00:00Z", "k": f"k{number}"} for number in range(60)
    ]
    found = read(studio.draft("seen_at TIMESTAMP, k STRING", rows, "seen_at"))
    results = court.judge([found], {TABLE: rows})
    assert {name: result.verdict for name, result in results.items() if result.verdict != "pass"} == {}


def test_no_rows_no_draft(studio: Studio) -> None:
    with pytest.raises(DraftError, match="has no rows in 2026-01-01 to 2026-01-14"):
        studio.draft("game_date DATE, k STRING", [{"game_date": "2025-12-31", "k": "a"}])


@pytest.mark.parametrize(
    ("partition", "said"),
    [(None, "name its dates with --partition: d, none"), ("e", "unknown column 'e'"), ("k", "column k is STRING")],
)
def test_dates_that_are_not_there_are_refused(partition: str | None, said: str) -> None:
    live = LiveTable(TABLE, (LiveColumn("k", "STRING"), LiveColumn("d", "DATE")))
    with pytest.raises(DraftError, match=said):
        subject_of(live, partition)
