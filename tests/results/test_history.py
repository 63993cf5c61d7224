"""contracts history: the strip of a rule's last runs, from the dataset where there is one, else from the store."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gx.checkpoints.history import read_history
from gx.checkpoints.outbox import deliver
from gx.cli.main import run_cli
from gx.contracts.store import load_contracts
from gx.exit_codes import ExitCode
from gx.judging.result import RunResult, Verdict
from gx.paths import Paths
from gx.reporting.history_strip import Look, bad_since, history_lines, strip
from gx.rules.registry import families
from tests.results.conftest import Results, fresh, part, rule, run_of, small_run, store_files
from tests.warehouse.proxy import FaultyProxy

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = load_contracts(ROOT, families()).contracts["nba_raw.nbac_schedule"]
TABLE, RULE = CONTRACT.table, CONTRACT.rules[0].name


@pytest.fixture(autouse=True)
def _project(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CONTRACTS_STATE_DIR", str(paths.state))


def judged(*verdicts: Verdict, table: str = TABLE) -> list[RunResult]:
    """A run a verdict, one a minute."""
    return [
        run_of(rule(table, part(verdict), name=RULE, observed=f"look {number}"), minutes=number)
        for number, verdict in enumerate(verdicts)
    ]


def keep(paths: Paths, runs: list[RunResult]) -> None:
    for run in runs:
        deliver(paths, run, store_files(run), reachable=True)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """A command's exit status and what it printed."""
    status = run_cli(["history", *words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def history_json(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    status, out, err = told(capsys, *words, "--format", "json")
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_strip_shows_each_run_and_since_when_it_is_bad(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    runs = judged(Verdict.PASS, Verdict.EXEMPT, Verdict.WAIVED, Verdict.WARN, Verdict.FAIL, Verdict.ERROR)
    keep(paths, runs)
    status, out, _ = told(capsys, f"{TABLE}.{RULE}")
    lines = out.splitlines()
    assert status == ExitCode.PASS
    assert lines[0] == f"{TABLE}.{RULE}: the last 6 runs, oldest first, from the results store"
    assert lines[2:4] == ["  .-w!FE", "  . pass  - exempt  w waived  ! warn  F fail  E error"]
    since = f"{runs[3].started_at:%Y-%m-%d %H:%M} ({runs[3].run_id})"
    assert lines[4] == f"Bad since {since}, 3 runs in a row. Now error: look 5"
    assert lines[-1] == f"  {runs[5].started_at:%Y-%m-%d %H:%M}  fail -> error  daily  look 5"


def test_the_store_and_the_dataset_tell_the_same(
    paths: Paths, sent: Results, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(paths, judged(Verdict.FAIL, Verdict.PASS, Verdict.FAIL))
    remote = history_json(capsys, f"{TABLE}.{RULE}", "--last", "2")
    monkeypatch.delenv("CONTRACTS_RESULTS_DATASET")
    local = history_json(capsys, f"{TABLE}.{RULE}", "--last", "2")
    assert remote.pop("source") == f"{sent.dataset}.contract_results"
    assert local.pop("source") == "the results store"
    assert local == remote
    assert (local["strip"], local["bad_since"]["observed"]) == (".F", "look 2")


def test_only_the_runs_of_a_checkpoint(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    audit = run_of(rule(TABLE, part(Verdict.FAIL), name=RULE), minutes=9, checkpoint="season_audit")
    keep(paths, [*judged(Verdict.PASS), audit])
    assert history_json(capsys, f"{TABLE}.{RULE}", "--checkpoint", "daily")["strip"] == "."
    assert history_json(capsys, f"{TABLE}.{RULE}")["strip"] == ".F"


def test_a_run_that_waits_is_named_and_not_counted(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    (counted, waits) = judged(Verdict.PASS, Verdict.FAIL)
    keep(paths, [counted])
    (paths.state / "outbox" / waits.run_id).mkdir()
    store_files(waits)(paths)  # as far as a run is that was killed while its files moved
    found = history_json(capsys, f"{TABLE}.{RULE}")
    assert (found["strip"], found["waiting"]) == (".", [waits.run_id])


def test_what_waits_is_sent_when_asked(
    paths: Paths, sent: Results, capsys: pytest.CaptureFixture[str], proxy: FaultyProxy
) -> None:
    run = small_run()
    deliver(paths, run, store_files(run), reachable=False)
    proxy.fail("status", 100, status=403, reason="accessDenied", path_part="/upload/")
    status, _, err = told(capsys, "--send")
    assert status == ExitCode.NOT_EVALUATED
    assert f"Earlier results that still wait: {run.run_id}: " in err
    assert "said by the proxy" in err
    proxy.faults.clear()
    assert told(capsys, "--send") == (0, "", f"Stored now, as it had not been possible before: {run.run_id}.\n")
    assert sent.counted(run) == {run.run_id: 5}
    assert told(capsys, "--send") == (0, "", "Nothing waits in the outbox.\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([f"{TABLE}.{RULE}x"], f"did you mean '{RULE}'?"),
        ([f"{TABLE}x.{RULE}"], f"did you mean '{TABLE}'?"),
        ([TABLE], f"{TABLE} is a table; name one of its rules, for example {TABLE}.{RULE}"),
        ([f"{TABLE}.{RULE}", "--checkpoint", "dayly"], "did you mean 'daily'?"),
        ([], "name a rule as TABLE.RULE, or give --send"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest_name(
    capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    status, out, err = told(capsys, *words)
    assert (status, out) == (ExitCode.USAGE, "")
    assert message in err


def test_a_rule_that_no_run_judged(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, f"{TABLE}.{RULE}")[1] == f"{TABLE}.{RULE}: no run in the results store has judged it.\n"


def test_a_dataset_that_does_not_answer_is_no_history(
    sent: Results, capsys: pytest.CaptureFixture[str], proxy: FaultyProxy
) -> None:
    proxy.fail("status", 100, status=403, reason="accessDenied")
    status, out, err = told(capsys, f"{TABLE}.{RULE}")
    assert (status, out) == (ExitCode.NOT_EVALUATED, "")
    assert err == f"The history could not be read: reading {sent.dataset}.contract_results: said by the proxy\n"


def test_ten_thousand_runs_are_no_longer_than_a_few(paths: Paths) -> None:
    table = fresh()
    runs = judged(*[Verdict.PASS] * 30, table=table)
    for run in runs:
        store_files(run)(paths)
    folder = paths.results.joinpath(*table.split("."))
    for number in range(10_000):
        (folder / f"daily-20200101T000000Z-{number:06x}").mkdir()
    started = time.monotonic()
    found = read_history(paths, table, RULE, 30)
    assert time.monotonic() - started < 5
    assert [look.run_id for look in found.looks] == [run.run_id for run in runs]


def look(verdict: Verdict, number: int = 0) -> Look:
    return Look(f"run-{number}", "daily", f"2026-01-{number + 1:02d}T08:00:00+00:00", "", "", verdict, "seen")


def test_bad_since_is_the_first_of_the_last_stretch() -> None:
    looks = [look(verdict, n) for n, verdict in enumerate([Verdict.FAIL, Verdict.PASS, Verdict.WARN, Verdict.FAIL])]
    assert bad_since(looks) == looks[2]
    assert bad_since([*looks, look(Verdict.WAIVED)]) is None
    assert bad_since([]) is None


def test_a_stretch_that_fills_the_strip_may_be_older() -> None:
    lines = list(history_lines("a.b.c", "here", [look(Verdict.FAIL), look(Verdict.FAIL, 1)], []))
    assert "Bad since 2026-01-01 08:00 or earlier (run-0), 2 runs in a row. Now fail: seen" in lines


def test_the_manual_shows_a_strip_as_it_is_printed() -> None:
    fine, bad = (Verdict.PASS, "3 of 3 game dates"), (Verdict.FAIL, "1 of 3 game dates fail")
    looks = [
        Look("daily", "daily", f"2026-01-{day:02d}T11:00:00+00:00", "", "", *found)
        for day, found in enumerate([fine, fine, bad, bad, fine, fine], start=9)
    ]
    name = "nba_precompute.player_composite_factors.covers_players_who_played"
    printed = "\n".join(history_lines(name, "the results store", looks, []))
    assert f"```text\n{printed}\n```" in (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


def test_every_verdict_has_a_mark_of_its_own() -> None:
    marks = strip([look(verdict) for verdict in Verdict])
    assert len(set(marks)) == len(Verdict)
    assert replace(look(Verdict.PASS)).document()["verdict"] == "pass"
