import json
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

from gx.data_docs.load import documents_in, documents_of
from gx.data_docs.stored import read_run
from gx.judging.result import RuleResult, Verdict
from tests.data_docs import documents


def stored(document: dict[str, Any], tables: list[str] | None = None) -> list[dict[str, Any]]:
    """The document as the results store keeps it: one validation result a table."""
    facts = {name: value for name, value in document.items() if name not in ("tables", "schema")}
    names = tables or [table["table"] for table in document["tables"]]
    return [
        {
            "success": table["verdict"] != "fail",
            "suite_name": table["table"],
            "results": [
                {"success": True, "expectation_config": {}, "result": {"details": {"contract": rule}}}
                for rule in table["rules"]
            ],
            "meta": {
                "contracts": {
                    **facts,
                    "tables": names,
                    "table": {name: value for name, value in table.items() if name != "rules"},
                }
            },
        }
        for table in document["tables"]
    ]


def test_stored_results_become_the_run_they_came_from() -> None:
    red = documents.red_audit(passing=2)
    (found,) = documents_of(deepcopy(stored(red)))
    assert found | {"tables": []} == red | {"tables": []}
    for table, whole in zip(found["tables"], red["tables"], strict=True):
        assert table | {"rules": []} == whole | {"rules": []}
        assert [rule | {"sql": ""} for rule in table["rules"]] == [rule | {"sql": ""} for rule in whole["rules"]]


def test_the_sql_of_a_rule_is_there_unless_the_rule_holds() -> None:
    verdicts = ("pass", "exempt", "waived", "warn", "fail", "error")
    told = {"expectation_config": {}, "success": True}
    rules = [{"rule": "r", "sql": "SELECT 1", "verdict": verdict} for verdict in verdicts]
    result = {
        "results": [{**told, "result": {"details": {"contract": rule}}} for rule in rules],
        "meta": {"contracts": {"run_id": "r-1", "table": {"table": "t"}}},
    }
    found = documents_of([result])[0]["tables"][0]["rules"]
    assert [rule["verdict"] for rule in found if not rule["sql"]] == ["pass", "exempt"]


def test_overviews_are_found_in_whichever_table_s_result_holds_them() -> None:
    whole = documents.red_audit(passing=2) | {"overviews": {"processors": []}}
    results = stored(whole)
    for result in (*results[:1], *results[2:]):
        result["meta"]["contracts"]["overviews"] = {}
    assert documents_of(results) == [whole]


def test_files_of_several_runs_are_told_apart_and_foreign_files_left_out(tmp_path: Path) -> None:
    red, green = documents.red_audit(passing=1), documents.green_daily()
    for number, result in enumerate([*stored(red), *stored(green)]):
        folder = tmp_path / f"suite{number}" / "run"
        folder.mkdir(parents=True)
        (folder / f"{number}.json").write_text(json.dumps(result), encoding="utf-8")
    (tmp_path / "foreign.json").write_text('{"meta": {}, "results": []}', encoding="utf-8")
    (tmp_path / "list.json").write_text("[1, 2]", encoding="utf-8")
    (tmp_path / "half.json").write_text('{"meta": {"contr', encoding="utf-8")
    found = {document["run_id"]: document for document in documents_in(tmp_path)}
    assert set(found) == {red["run_id"], green["run_id"]}
    assert found[red["run_id"]]["verdict"] == "fail"


def test_no_store_holds_no_run(tmp_path: Path) -> None:
    assert documents_in(tmp_path / "absent") == []


def test_an_expectation_without_an_answer_is_an_error_and_never_a_pass() -> None:
    green = documents.green_daily()
    results = stored(green)
    results[0]["results"][0] = {
        "success": True,
        "expectation_config": {"type": "expect_x", "severity": "critical", "meta": {"rule": "lost"}},
        "result": {},
        "exception_info": {"raised_exception": True, "exception_message": "no measurement"},
    }
    table = documents_of(results)[0]["tables"][0]
    assert table["verdict"] == "error"
    assert table["rules"][0]["rule"] == "lost"
    assert table["rules"][0]["error"] == "no measurement"


def test_a_table_whose_result_is_missing_makes_the_run_an_error() -> None:
    green = documents.green_daily()
    names = [*(table["table"] for table in green["tables"]), "nba_raw.lost"]
    document = documents_of(stored(green, names))[0]
    assert document["verdict"] == "error"
    assert document["tables"][-1]["verdict"] == "error"
    assert "nba_raw.lost" in document["notes"][0]


def test_a_stored_rule_has_every_field_of_a_result_and_odd_texts_become_text() -> None:
    found = read_run({"tables": [{"table": "t", "rules": [{"rule": "r", "owner": 5, "why": None}, {}]}]}).rules
    for rule in found:
        assert set(vars(rule)) == {field.name for field in fields(RuleResult)}
    assert (found[0].owner, found[0].why, found[0].verdict) == ("5", "", Verdict.ERROR)
