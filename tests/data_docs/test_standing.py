"""What stands: every rule and game date by the newest run that looked at it."""

from __future__ import annotations

from typing import Any

from gx.data_docs.catalogue import Catalogue
from gx.data_docs.state.fold import RUNS_DRAWN, fold, fold_tables
from gx.data_docs.state.shelf import Shelf, State
from gx.data_docs.stored import read_run
from gx.data_docs.view.causes import find_causes
from gx.data_docs.view.run_list import RUNS, runs_page
from tests.data_docs.documents import Json, document, partition, rule

UP, DOWN = "nba_raw.up", "nba_precompute.down"


def run(number: int, days: dict[str, str], table: str = UP, checkpoint: str = "daily", **more: Any) -> Json:
    """A run of one rule with these verdicts by date."""
    found = [partition(day, verdict, 9, 9 if verdict == "pass" else 1) for day, verdict in days.items()]
    order = ("pass", "waived", "warn", "fail", "error")
    worst = max(days.values(), key=order.index, default="pass")
    own = rule(table, "is_whole", found, **{"verdict": worst, **more})
    tables = [{"table": table, "title": table, "phase": "2", "verdict": own["verdict"], "rules": [own]}]
    started = f"2023-02-{number:02d}T11:00:00+00:00"
    window = (min(days, default="2023-01-01"), max(days, default="2023-01-31"))
    return document(f"{checkpoint}-{number}", checkpoint, tables, started, window, own["verdict"])


def folded(*runs: Json) -> tuple[Shelf, list[State]]:
    """The state after these runs, and their lines."""
    shelf = Shelf()
    lines = [fold(shelf, read_run(each), Catalogue()) for each in runs]
    fold_tables(shelf)
    return shelf, lines


def standing(shelf: Shelf, table: str = UP) -> dict[str, str]:
    """The verdicts that stand of the table's rule, by date."""
    state = shelf.find(f"tables/{table}.json")
    assert state is not None
    return {day: cell["verdict"] for day, cell in state["rules"]["is_whole"]["standing"].items()}


def test_a_green_run_that_did_not_look_at_a_date_heals_nothing_there() -> None:
    shelf, lines = folded(run(1, {"2023-01-10": "fail"}), run(2, {"2023-01-20": "pass"}))
    assert standing(shelf) == {"2023-01-10": "fail"}
    assert (lines[1]["broke"], lines[1]["healed"]) == (0, 0)


def test_a_run_of_another_checkpoint_heals_what_it_looked_at() -> None:
    audit = run(1, {"2023-01-10": "fail", "2023-01-11": "fail"}, checkpoint="season_audit")
    shelf, lines = folded(audit, run(2, {"2023-01-11": "pass"}))
    assert standing(shelf) == {"2023-01-10": "fail"}
    assert (lines[0]["broke"], lines[1]["healed"]) == (2, 1)


def test_a_rule_that_was_not_evaluated_heals_nothing_and_is_told() -> None:
    shelf, _ = folded(run(1, {"2023-01-10": "fail"}), run(2, {}, verdict="error", error="unreachable"))
    assert standing(shelf) == {"": "error", "2023-01-10": "fail"}
    shelf, _ = folded(run(1, {}, verdict="error", error="unreachable"), run(2, {"2023-01-10": "pass"}))
    assert standing(shelf) == {}


def test_since_when_survives_later_runs_that_find_the_same() -> None:
    shelf, _ = folded(run(1, {"2023-01-10": "fail"}), run(2, {"2023-01-10": "fail"}), run(3, {"2023-01-10": "fail"}))
    state = shelf.find(f"tables/{UP}.json")
    assert state is not None
    assert state["rules"]["is_whole"]["standing"]["2023-01-10"]["since"]["run_id"] == "daily-1"
    assert state["rules"]["is_whole"]["strip"] == "FFF"


def test_a_waived_date_is_shown_and_is_neither_broken_nor_good() -> None:
    shelf, lines = folded(run(1, {"2023-01-10": "waived", "2023-01-11": "pass"}))
    assert standing(shelf) == {"2023-01-10": "waived"}
    assert lines[0]["broke"] == 0
    board = shelf.find("seasons/2022-23.json")
    assert board is not None
    assert board["cells"][UP] == {"2023-01-10": "waived", "2023-01-11": "pass"}


def test_a_table_as_it_stands_has_no_game_date() -> None:
    shelf, _ = folded(run(1, {"2023-01-10": "fail"}, scope="snapshot"))
    assert standing(shelf) == {"": "fail"}
    assert shelf.find("dates/2023-01-10.json") is None


def test_the_strip_leaves_a_gap_where_a_run_did_not_judge_the_rule() -> None:
    other = run(2, {"2023-01-10": "pass"})
    other["tables"][0]["rules"][0]["rule"] = "another"
    shelf, _ = folded(run(1, {"2023-01-10": "pass"}), other, run(3, {"2023-01-10": "pass"}))
    state = shelf.find(f"tables/{UP}.json")
    assert state is not None
    assert (state["rules"]["is_whole"]["strip"], state["rules"]["another"]["strip"]) == (". .", " . ")


def test_the_list_of_runs_does_not_grow_with_the_years() -> None:
    shelf, _ = folded(*(run(number % 28 + 1, {"2023-01-10": "pass"}) for number in range(RUNS_DRAWN + 5)))
    listed, month = shelf.find("runs.json"), shelf.find("months/2023-02.json")
    assert listed is not None
    assert month is not None
    assert (listed["count"], listed["verdicts"], listed["months"]) == (165, {"pass": 165}, {"2023-02": 165})
    assert (len(listed["runs"]), len(month["runs"])) == (RUNS_DRAWN, 165)
    assert runs_page(listed).more == 165 - RUNS


def causes(*runs: Json) -> list[tuple[str, list[str], list[str]]]:
    shelf, _ = folded(*runs)
    index = shelf.find("index.json")
    assert index is not None
    found = find_causes(index["tables"], {DOWN: [UP]})
    return [(cause.table, list(cause.days), list(cause.below)) for cause in found]


def test_a_hole_upstream_is_one_cause_with_the_tables_that_it_broke() -> None:
    both = {"2023-01-10": "fail", "2023-01-11": "fail"}
    assert causes(run(1, both), run(2, both, table=DOWN)) == [(UP, list(both), [DOWN])]


def test_a_warning_upstream_does_not_explain_a_failure() -> None:
    found = causes(run(1, {"2023-01-10": "warn"}), run(2, {"2023-01-10": "fail"}, table=DOWN))
    assert [table for table, _, _ in found] == [DOWN, UP]


def test_another_date_downstream_is_a_cause_of_its_own() -> None:
    found = causes(run(1, {"2023-01-10": "fail"}), run(2, {"2023-01-12": "fail"}, table=DOWN))
    assert found == [(DOWN, ["2023-01-12"], []), (UP, ["2023-01-10"], [])]
