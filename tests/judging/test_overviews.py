"""Overviews on small evidence: the run history's classes and inventory, coverage, recent days, processors, odds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import pytest

from gx.contracts.calendar_file import TableTiming
from gx.contracts.model import Contract, OverviewName, Waiver
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.judging.overviews import Findings, overviews
from gx.planning.plan import RUN_LOG, SLATE, plan
from gx.planning.statement import Answer, Measurement, MeasurementFailure
from gx.reporting.document import plain_value
from gx.reporting.overview_schema import overviews_schema
from gx.rules.registry import families
from tests.rules.harness import JANUARY, NOON, SCHEDULE, calendar, contract, january

BDL, GAMEBOOK = "nba_raw.bdl_player_boxscores", "nba_raw.nbac_gamebook_player_stats"
FACTORS = "nba_precompute.player_composite_factors"
EVERY: tuple[OverviewName, ...] = ("run_history", "seasons", "recent_days", "processors", "odds_coverage", "registry")
_LOG_RULE = """
  - rule: every_processor_is_known
    expect_processor_runs_to_be_explained:
      processors: {Rosters: {table: nba_raw.br_rosters_current, zero: always, why: rosters rarely change}}
"""


def table(name: str, processor: str, processors: str = "[]") -> Contract:
    rule = f"\n  - {{rule: records_agree, expect_records_processed_to_agree: {{processors: {processors}}}}}"
    return contract(name, "game_date DATE, player STRING", rule, processor=processor)


LOG = contract("nba_reference.processor_run_history", "data_date DATE", _LOG_RULE, grain="data_date")
BOX = table(BDL, "BdlBoxscoresProcessor", "[BdlBoxscoresProcessor, BdlPlayerBoxScoresProcessor]")
SUMMARY = table(FACTORS, "PlayerCompositeFactorsProcessor")
NAMES = ("runs", "successes", "zero_successes", "failures", "skips", "running", "stuck")


def logged(processor: str, day: int, most: int | None, **counts: int) -> dict[str, Any]:
    zeros: dict[str, Any] = dict.fromkeys(NAMES, 0)
    told = counts or {"runs": 1, "successes": 1, "zero_successes": int(most == 0)}
    last = datetime(2026, 1, day, 23, tzinfo=UTC)
    who = {"processor_name": processor, "partition_date": january(day), "most_records": most, "last_started": last}
    return zeros | told | who


def game(number: int) -> dict[str, Any]:
    return {"game_id": f"00225{number:05d}", "away": "BOS", "home": "LAL", "status": "Final", "final": True}


def overview(
    rows: Mapping[str, Mapping[int, int]],
    log: Sequence[Mapping[str, Any]],
    final: Mapping[int, int],
    waivers: Sequence[Waiver] = (),
    broken: Mapping[str, MeasurementFailure] | None = None,
    **timings: TableTiming,
) -> dict[str, Any]:
    """Every overview of these rows, runs and Final games by day of January 2026; checked against the schema."""
    contracts = {item.table: item for item in (SCHEDULE, BOX, SUMMARY, LOG)}
    planned = plan([(item, item.rules) for item in contracts.values()], contracts, families(), *JANUARY, NOON)
    slate = [
        {
            **{"partition_date": january(day), "scheduled": count, "final": count, "undecided": 0, "called_off": 0},
            "games": json.dumps([game(number) for number in range(count)]),
        }
        for day, count in final.items()
    ]
    answers: dict[str, Answer] = {SLATE: Measurement(SLATE, slate), RUN_LOG: Measurement(RUN_LOG, list(log))}
    for name, counts in rows.items():
        dated = [{"partition_date": january(day), "row_count": count} for day, count in counts.items()]
        answers[name] = Measurement(name, dated)
    answers |= broken or {}
    room = EvidenceRoom(planned, answers, {}, NOON, contracts)
    bench = Bench(NOON, calendar(**timings), waivers)
    results = {(item.contract.table, item.rule.name): judge_rule(item, room, bench) for item in planned.rules}
    found = overviews(EVERY, Findings(room, bench, results, contracts))
    plain: dict[str, Any] = plain_value(found)
    jsonschema.validate(plain, overviews_schema(), cls=jsonschema.Draft202012Validator)
    return plain


BDL_RUNS = "BdlBoxscoresProcessor"


@pytest.fixture(scope="module")
def status_page() -> dict[str, Any]:
    """The table of I-01 (domain 5.1): six dates of January 2026, and a date whose data is lost."""
    log = [
        *(logged(BDL_RUNS, day, 0) for day in (8, 9, 10, 11)),
        logged(BDL_RUNS, 12, None, runs=1, failures=1),
        logged(BDL_RUNS, 13, 0),
        logged(BDL_RUNS, 6, 0),
        logged(BDL_RUNS, 7, 349),
        logged("PlayerCompositeFactorsProcessor", 7, 171),
        logged("Rosters", 7, 0),
        logged("Newcomer", 7, 4),
    ]
    rows = {BDL: {7: 349, 8: 106, 9: 347, 10: 211, 11: 348, 12: 140}, FACTORS: dict.fromkeys(range(6, 13), 170)}
    return overview(rows, log, {6: 2, 7: 12, 8: 3, 9: 10, 10: 6, 11: 10, 12: 4})


def test_the_status_page_s_dates_are_told_apart(status_page: dict[str, Any]) -> None:
    classes = status_page["run_history"]["classes"]
    assert {name: count for name, count in classes.items() if count} == {
        "AGREE": 2,
        "TRACKING_BUG": 4,
        "FAILED_WITH_DATA": 1,
        "REAL_LOSS": 1,
        "LEGITIMATE_ZERO": 2,
        "UNKNOWN_PROCESSOR": 1,
    }


def test_the_inventory_holds_real_losses_only_and_says_what_to_run(status_page: dict[str, Any]) -> None:
    (loss,) = status_page["run_history"]["data_loss"]
    assert loss == {
        "processor": BDL_RUNS,
        "table": BDL,
        "data_date": "2026-01-06",
        "games_final": 2,
        "runs": 1,
        "most_records": 0,
        "reprocess": f"Run {BDL_RUNS} again for 2026-01-06.",
        "waiver": None,
    }


def test_tracking_bugs_name_rows_and_the_status_that_was_logged(status_page: dict[str, Any]) -> None:
    bugs = status_page["run_history"]["tracking_bugs"]
    assert [(bug["data_date"][-2:], bug["rows"], bug["status"], bug["most_records"]) for bug in bugs] == [
        ("08", 106, "success", 0),
        ("09", 347, "success", 0),
        ("10", 211, "success", 0),
        ("11", 348, "success", 0),
        ("12", 140, "failed", None),
    ]


def test_only_the_slates_of_dates_in_trouble_are_told_with_their_games() -> None:
    log = [logged(BDL_RUNS, day, most) for day, most in ((6, 0), (7, 349), (13, 0))]
    found = overview({BDL: {6: 211, 7: 349, 13: 9}}, log, {6: 3, 7: 12})
    assert found["slates"] == {"2026-01-06": [game(0), game(1), game(2)]}


def test_a_schedule_that_was_not_read_has_no_slates() -> None:
    broken = {SLATE: MeasurementFailure(SLATE, "denied", "no access")}
    assert overview({BDL: {7: 0}}, [logged(BDL_RUNS, 7, 0)], {7: 3}, broken=broken)["slates"] == {}


def test_cells_are_ranges_of_successive_days(status_page: dict[str, Any]) -> None:
    cells = {(cell["processor"], cell["classification"]): cell for cell in status_page["run_history"]["cells"]}
    assert cells[BDL_RUNS, "TRACKING_BUG"]["ranges"] == [["2026-01-08", "2026-01-11"]]
    assert cells["Rosters", "LEGITIMATE_ZERO"]["table"] == "nba_raw.br_rosters_current"
    assert cells["Newcomer", "UNKNOWN_PROCESSOR"]["table"] == ""
    assert all(name != "AGREE" for _, name in cells)


def test_a_zero_is_right_where_another_processor_wrote_the_rows_and_a_loss_is_told_once() -> None:
    twin = "BdlPlayerBoxScoresProcessor"
    log = [logged(BDL_RUNS, 5, 0), logged(twin, 5, 99), logged(BDL_RUNS, 6, 0), logged(twin, 6, 0)]
    history = overview({BDL: {5: 99}, FACTORS: {5: 9, 6: 9}}, log, {5: 3, 6: 3})["run_history"]
    assert [(loss["processor"], loss["data_date"]) for loss in history["data_loss"]] == [(BDL_RUNS, "2026-01-06")]
    assert {(cell["processor"], cell["classification"]) for cell in history["cells"]} == {
        (BDL_RUNS, "LEGITIMATE_ZERO"),
        (BDL_RUNS, "REAL_LOSS"),
        (twin, "LEGITIMATE_ZERO"),
    }


def test_a_loss_that_the_calendar_excuses_is_none_and_a_waived_one_says_so() -> None:
    log = [logged(BDL_RUNS, 5, 0), logged("PlayerCompositeFactorsProcessor", 5, 0)]
    timing = TableTiming(due_hours=18, active_from=january(10), source="tests")
    reason, days = "The source lost the day.", (january(5),)
    waiver = Waiver(table=BDL, rule="*", dates=days, reason=reason, owner="raw-data", since=january(1), expires="never")
    found = overview({BDL: {}, FACTORS: {}}, log, {5: 3}, [waiver], nba_precompute__player_composite_factors=timing)
    (loss,) = found["run_history"]["data_loss"]
    assert (loss["table"], loss["waiver"]) == (BDL, "The source lost the day. (raw-data)")
    assert loss["reprocess"] == "Nothing, this loss is waived: The source lost the day. (raw-data)"


def test_a_date_without_any_run_is_the_loss_of_the_table_s_processor() -> None:
    (loss,) = overview({BDL: {}, FACTORS: {5: 9}}, [], {5: 3})["run_history"]["data_loss"]
    assert (loss["processor"], loss["runs"], loss["most_records"]) == (BDL_RUNS, 0, None)


def test_an_answer_that_is_missing_is_named_and_no_overview_fails() -> None:
    gone = MeasurementFailure(RUN_LOG, "timeout", "too late")
    found = overview({BDL: {5: 9}, FACTORS: {5: 9}}, [], {5: 3}, broken={RUN_LOG: gone})
    assert found["run_history"]["not_evaluated"][0] == f"{BDL}.records_agree: timeout: too late"
    assert found["processors"] == []
    nothing = overview({}, [], {}, broken={SLATE: MeasurementFailure(SLATE, "denied", "no")})
    assert (nothing["seasons"], nothing["recent_days"], nothing["odds_coverage"]) == ([], [], [])
    assert nothing["registry"] == {"unresolved": None, "registry_rows": None, "alias_rows": None}


def test_the_season_matrix_counts_dates_and_games_and_leaves_exempt_ones_out() -> None:
    timing = TableTiming(due_hours=18, active_from=january(7), source="tests")
    rows = {BDL: {6: 60, 7: 300}, FACTORS: {8: 70}}
    found = overview(rows, [], {6: 2, 7: 12, 8: 3}, nba_precompute__player_composite_factors=timing)
    (season,) = found["seasons"]
    assert (season["season"], season["dates"], season["games"]) == ("2025-26", 3, 17)
    phases = {phase["phase"]: phase for phase in season["phases"]}
    assert phases["L1"]["games"] == {"expected": 17, "covered": 14, "exempt": 0, "share": 0.8235}
    assert phases["L1"]["not_measured"] == [GAMEBOOK]
    assert phases["L4"]["dates"] == {"expected": 2, "covered": 1, "exempt": 1, "share": 0.5}
    assert (phases["L3"]["dates"], phases["L5"]["games"]) == (None, None)


def test_recent_days_are_newest_first_with_rows_and_verdicts(status_page: dict[str, Any]) -> None:
    days = status_page["recent_days"]
    assert [day["date"] for day in days][:2] == ["2026-01-12", "2026-01-11"]
    assert (days[0]["scheduled"], days[0]["final"]) == (4, 4)
    bdl = {day["date"]: day["tables"]["bdl"] for day in days}
    assert bdl["2026-01-07"] == {"table": BDL, "rows": 349, "verdict": "pass"}
    assert bdl["2026-01-06"] == {"table": BDL, "rows": 0, "verdict": "fail"}
    assert days[0]["tables"]["ppp"]["verdict"] == "error"
    assert days[0]["tables"]["ppp"]["rows"] is None


def test_processor_health_adds_up_by_season(status_page: dict[str, Any]) -> None:
    health = {row["processor"]: row for row in status_page["processors"]}[BDL_RUNS]
    assert (health["season"], health["runs"], health["successes"], health["failures"]) == ("2025-26", 8, 7, 1)
    assert (health["zero_records"], health["last_run"]) == (6, "2026-01-13T23:00:00+00:00")


def test_odds_are_covered_by_month_and_null_where_not_measured(status_page: dict[str, Any]) -> None:
    (month,) = status_page["odds_coverage"]
    assert (month["period"], month["dates"], month["games"], month["props"]) == ("2026-01", 7, 47, None)


def test_runs_of_dates_before_the_window_are_not_counted() -> None:
    off = logged(BDL_RUNS, 1, 0) | {"partition_date": date(2025, 8, 1)}
    found = overview({BDL: {}, FACTORS: {}}, [off, logged(BDL_RUNS, 2, 4)], {})
    assert [(row["season"], row["runs"]) for row in found["processors"]] == [("2025-26", 1)]


def test_names_are_counted_by_status() -> None:
    columns = "first_seen DATE, status STRING"
    rule = "\n  - {rule: names_by_status, expect_value_counts_to_be_few: {column: status}, scope: snapshot}"
    names = contract("nba_reference.unresolved_player_names", columns, rule, grain="first_seen, status")
    allowed = [column.model_copy(update={"allowed": ("pending", "resolved")}) for column in names.columns]
    names = replace(names, header=names.header.model_copy(update={"columns": tuple(allowed)}))
    contracts = {names.table: names}
    planned = plan([(names, names.rules)], contracts, families(), *JANUARY, NOON)
    row = {"partition_date": january(14), "row_count": None, "r1_count_0": 2, "r1_count_1": 2830}
    room = EvidenceRoom(planned, {names.table: Measurement(names.table, [row])}, {}, NOON, contracts)
    findings = Findings(room, Bench(NOON, calendar(), ()), {}, contracts)
    assert overviews(["registry"], findings)["registry"]["unresolved"] == {"pending": 2, "resolved": 2830}
