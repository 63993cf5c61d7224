"""The run history's page: both lists in plain HTML, CSV files beside it, a link from the front page."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from gx.data_docs.build import build_site
from tests.data_docs.documents import HOSTILE, green_daily, red_audit
from tests.data_docs.test_build import MEGABYTE, Structure


def loss(number: int = 0, **changes: Any) -> dict[str, Any]:
    day = f"2022-{11 + number // 28 % 2}-{number % 28 + 1:02d}"
    told = {"processor": "BoxProcessor", "table": "nba_raw.box", "data_date": day, "games_final": 9, "runs": 2}
    return {**told, "most_records": None, "reprocess": f"Run BoxProcessor again for {day}.", "waiver": None, **changes}


def bug() -> dict[str, Any]:
    told = {"processor": "OddsProcessor", "table": "nba_raw.odds", "data_date": "2022-11-05", "rows": 448, "runs": 3}
    return {**told, "status": "success", "most_records": 0, "classification": "TRACKING_BUG", "waiver": None}


def with_history(**changes: Any) -> dict[str, Any]:
    cell = {"processor": "Rosters", "table": "nba_raw.br", "classification": "LEGITIMATE_ZERO", "dates": 3}
    history = {
        "classes": {"REAL_LOSS": 1, "TRACKING_BUG": 1, "LEGITIMATE_ZERO": 3, "AGREE": 160},
        "data_loss": [loss()],
        "tracking_bugs": [bug()],
        "cells": [cell | {"ranges": [["2022-11-01", "2022-11-02"], ["2022-11-09", "2022-11-09"]]}],
        "not_evaluated": [],
    }
    return red_audit(passing=2) | {"overviews": {"run_history": history | changes}}


def test_the_page_holds_both_lists_and_the_csv_files_lie_beside_it(tmp_path: Path) -> None:
    build_site([with_history(), green_daily(passing=2)], tmp_path)
    page = (tmp_path / "run_history.html").read_text(encoding="utf-8")
    for part in ("Run BoxProcessor again for 2022-11-01.", "OddsProcessor", "TRACKING_BUG", "none told", "2022-11-09"):
        assert part in page
    assert "1 date of data lost, 1 date with a wrong number in the run log" in page
    (row,) = csv.DictReader((tmp_path / "data_loss.csv").open())
    assert row["data_date"] == "2022-11-01"
    assert len(list(csv.DictReader((tmp_path / "tracking_bugs.csv").open()))) == 1
    assert json.loads((tmp_path / "run_history.json").read_text())["data_loss"] == [loss()]


def test_the_front_page_links_it_only_when_a_run_has_it(tmp_path: Path) -> None:
    build_site([with_history(), green_daily(passing=2)], tmp_path / "with")
    assert 'href="run_history.html"' in (tmp_path / "with/index.html").read_text()
    build_site([green_daily(passing=2)], tmp_path / "without")
    assert 'href="run_history.html"' not in (tmp_path / "without/index.html").read_text()
    assert not (tmp_path / "without/run_history.html").exists()


def test_the_newest_run_with_a_history_counts(tmp_path: Path) -> None:
    newer = with_history(data_loss=[]) | {"run_id": "newer", "started_at": "2030-01-01T00:00:00+00:00"}
    build_site([with_history(), newer], tmp_path)
    page = (tmp_path / "run_history.html").read_text()
    assert "No data is lost" in page
    assert "No date with Final games is without rows." in page


def test_names_from_the_log_are_text_and_long_lists_are_cut(tmp_path: Path) -> None:
    losses = [loss(number, processor=HOSTILE, reprocess=HOSTILE) for number in range(5_000)]
    build_site([with_history(data_loss=losses, not_evaluated=[HOSTILE])], tmp_path)
    path = tmp_path / "run_history.html"
    page = path.read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert "4,600 more in the CSV file." in page
    assert path.stat().st_size < MEGABYTE
    assert len(list(csv.DictReader((tmp_path / "data_loss.csv").open()))) == 5_000
    structure = Structure()
    structure.feed(page)
    assert structure.open == []
    assert len(structure.ids) == len(set(structure.ids))


def test_a_rule_that_was_not_evaluated_is_told_first(tmp_path: Path) -> None:
    build_site([with_history(data_loss=[], tracking_bugs=[], not_evaluated=["nba_raw.box.agree: too late"])], tmp_path)
    page = (tmp_path / "run_history.html").read_text()
    assert "1 rule not evaluated" in page
    assert page.index("nba_raw.box.agree: too late") < page.index("Data loss: run again")
