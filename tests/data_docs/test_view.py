from typing import Any

from gx.data_docs.stored import StoredRun, read_run
from gx.data_docs.view.heat import heat_map
from gx.data_docs.view.run import RunPage, run_page
from gx.data_docs.view.sentence import verdict_of
from tests.data_docs import documents
from tests.data_docs.documents import FEB_23, partition, rule

TABLE = "nba_raw.nbac_schedule"


def run_of(*rules: dict[str, Any], verdict: str = "fail") -> StoredRun:
    """A run of one table with these rules."""
    table = {"table": TABLE, "title": "Schedule", "phase": "2", "owner": "ingest", "rules": list(rules)}
    return read_run(documents.document("r", "daily", [table], "2023-02-25T12:00:00Z", (FEB_23, FEB_23), verdict))


def row_of(*rules: dict[str, Any]) -> Any:
    return heat_map(run_of(*rules), lambda each: f"#{each.rule}", lambda table: table).rows[0]


def test_a_cell_is_the_worst_that_any_rule_says_of_its_date() -> None:
    good = rule(TABLE, "good", [partition(FEB_23, "pass", 9, 9)])
    bad = rule(TABLE, "bad", [partition(FEB_23, "fail", 9, 1)], verdict="fail")
    (cell,) = row_of(good, bad).cells
    assert (cell.mark.verdict, cell.href, cell.title) == ("fail", "#bad", "2023-02-23 fail: bad")


def test_waived_and_exempt_cells_differ_from_passing_ones() -> None:
    days = [partition("2023-02-23", "waived"), partition("2023-02-24", "exempt"), partition("2023-02-25", "pass", 1, 1)]
    marks = [cell.mark for cell in row_of(rule(TABLE, "mixed", days, verdict="waived")).cells]
    assert [mark.verdict for mark in marks] == ["waived", "exempt", "pass"]
    assert len({mark.letter for mark in marks}) == 3


def test_a_broken_rule_without_dates_is_shown_for_the_whole_table() -> None:
    row = row_of(rule(TABLE, "unique_everywhere", [], verdict="fail", scope="table"))
    assert [cell.title for cell in row.whole] == ["whole table fail: unique_everywhere"]


def test_a_schema_result_without_a_date_is_shown_for_the_whole_table() -> None:
    schema = rule(TABLE, "schema", [{"partition": None, "verdict": "fail", "detail": "column lost"}], verdict="fail")
    assert [cell.title for cell in row_of(schema).whole] == ["whole table fail: schema"]


def test_a_table_of_which_nothing_was_evaluated_never_looks_green() -> None:
    dated = {"table": "a.b", "rules": [rule("a.b", "good", [partition(FEB_23, "pass", 1, 1)])]}
    lost = {"table": "c.d", "rules": [rule("c.d", "lost", [], verdict="error", error="unreachable")]}
    run = read_run({"run_id": "r", "verdict": "error", "tables": [dated, lost]})
    rows = {row.table: row for row in heat_map(run, lambda each: "", lambda table: table).rows}
    assert [cell.mark.verdict for cell in rows["c.d"].cells] == ["error"]


def test_an_unknown_verdict_reads_as_error() -> None:
    assert read_run({"run_id": "r", "verdict": "splendid", "tables": []}).verdict == "error"


def test_the_headline_names_tables_and_dates_and_the_cause_is_the_most_upstream() -> None:
    said = verdict_of(read_run(documents.red_audit()))
    assert said.headline.endswith("are broken on 2023-02-23 and 2023-02-24")
    assert said.table == "Upcoming player context"
    assert "2023-02-23 (PARTIAL, 1 of 187, 0.5%)" in said.cause


def test_a_green_run_says_what_was_looked_at() -> None:
    said = verdict_of(read_run(documents.green_daily()))
    assert said.headline == "All 404 rules hold"
    assert said.cause == "404 rules of 8 tables on 3 game dates were checked and nobody needs to look."


def page_of(document: dict[str, Any]) -> RunPage:
    return run_page(read_run(document), {}, {}, None)


def test_failing_keys_tell_the_true_total() -> None:
    page = page_of(documents.red_audit(passing=1))
    keys = next(found.keys for found in page.findings if found.rule.rule == "covers_players_who_played")
    assert keys is not None
    assert (len(keys.rows), keys.total) == (200, 293)
    assert keys.note.startswith("The first 200 of 293 keys")


def test_rules_that_share_a_statement_print_it_once() -> None:
    page = page_of(documents.red_audit())
    assert len(page.statements) == len({found.rule.sql for found in page.findings})
