"""The terminal report, the JSON document and its published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from gx.judging.result import PartitionResult, RuleResult, RunResult, TableResult, Verdict
from gx.planning.statement import JobStatistics
from gx.reporting.document import plain_value, run_document
from gx.reporting.json_text import json_text
from gx.reporting.schema import published_schema, result_schema
from gx.reporting.terminal import run_lines

DAY = date(2023, 2, 23)
RULE = RuleResult(
    table="nba_precompute.player_composite_factors",
    rule="covers_players_who_played",
    expectation="expect_reference_keys_to_be_covered",
    severity="critical",
    scope="historical",
    verdict=Verdict.FAIL,
    words="Everybody who played is in the table.",
    why="A backfill wrote 1 of 187 players.",
    remedy="Run the backfill again.",
    incident="I-03",
    partitions=(PartitionResult(DAY, Verdict.FAIL, 187, 1, 0.0053, None, "1 of 187 keys are there (0.5%)"),),
    partition_counts={"fail": 1},
    failing_keys=({"partition_date": DAY, "player_lookup": "<b>x</b>", "points": Decimal("3.5")},),
    failing_keys_total=186,
)
TABLE = TableResult(RULE.table, "Factors", "precompute", "4", Verdict.FAIL, (RULE,))
RUN = RunResult(
    run_id="daily-1",
    checkpoint="daily",
    started_at=datetime(2023, 2, 24, tzinfo=UTC),
    start=DAY,
    end=DAY,
    as_of=datetime(2023, 2, 24, 12, tzinfo=UTC),
    verdict=Verdict.FAIL,
    exit_code=1,
    tables=(TABLE,),
    jobs=(JobStatistics("a", 1.0, 10, 20), JobStatistics("b", 1.0, 5, 10)),
)


def test_the_document_is_valid_and_plain() -> None:
    document = json.loads(json_text(run_document(RUN)))
    jsonschema.validate(document, result_schema(), cls=jsonschema.Draft202012Validator)
    assert document["tables"][0]["rules"][0]["failing_keys"][0]["points"] == 3.5
    assert document["jobs"]["bytes_processed"] == 15


def test_the_schema_refuses_what_it_does_not_name() -> None:
    document = json.loads(json_text(run_document(RUN))) | {"surprise": 1}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, result_schema(), cls=jsonschema.Draft202012Validator)


def test_the_published_schema_is_current() -> None:
    root = Path(__file__).resolve().parents[2]
    for name, text in published_schema().items():
        assert (root / name).read_text(encoding="utf-8") == text, "run `contracts export json-schema`"


def test_one_job_of_unknown_size_makes_the_total_unknown() -> None:
    run = replace(RUN, jobs=(*RUN.jobs, JobStatistics("c", 1.0, None, None)))
    assert run_document(run)["jobs"]["bytes_processed"] is None


def test_a_number_that_json_lacks_becomes_text() -> None:
    assert plain_value(float("nan")) == "nan"


def test_the_terminal_names_table_date_cause_and_remedy() -> None:
    text = "\n".join(run_lines(RUN, "index.html"))
    for part in ("FAIL", RULE.name, "2023-02-23", "1 of 187", "186 failing keys", RULE.why, RULE.remedy, "index.html"):
        assert part in text


def test_a_quiet_run_is_one_sentence() -> None:
    rule = replace(RULE, verdict=Verdict.PASS, partitions=())
    run = replace(RUN, verdict=Verdict.PASS, exit_code=0, tables=(replace(TABLE, verdict=Verdict.PASS, rules=(rule,)),))
    assert next(iter(run_lines(run))).startswith("PASS: daily, 2023-02-23 to 2023-02-23")
