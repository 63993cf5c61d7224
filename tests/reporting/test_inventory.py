"""The run history's files: what they hold, null as empty, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from gx.reporting.inventory import inventory_line, write_inventory
from tests.reporting.test_report import DAY, RUN

LOSS: dict[str, Any] = {
    "processor": '=HYPERLINK("x")',
    "table": "nba_raw.box",
    "data_date": DAY,
    "games_final": 9,
    "runs": 2,
    "most_records": None,
    "reprocess": "Run BoxProcessor again for 2023-02-23; then A, B, which read its table.",
    "waiver": None,
}
HISTORY: dict[str, Any] = {
    "classes": {"AGREE": 1200, "REAL_LOSS": 1, "STUCK": 0},
    "data_loss": [LOSS],
    "tracking_bugs": [],
    "cells": [],
    "not_evaluated": [],
}


def test_lists_are_csv_and_all_of_it_json(tmp_path: Path) -> None:
    files = write_inventory(replace(RUN, overviews={"run_history": HISTORY}), tmp_path)
    folder = tmp_path / "run_history" / RUN.run_id
    assert files == [folder / "data_loss.csv", folder / "tracking_bugs.csv", folder / "run_history.json"]
    (loss,) = csv.DictReader(files[0].open())
    assert (loss["processor"], loss["data_date"], loss["most_records"]) == ('\'=HYPERLINK("x")', "2023-02-23", "")
    assert loss["reprocess"] == LOSS["reprocess"]
    assert files[1].read_text().count("\n") == 1
    assert json.loads(files[2].read_text())["data_loss"][0]["data_date"] == "2023-02-23"


def test_a_run_without_run_history_writes_nothing(tmp_path: Path) -> None:
    assert write_inventory(RUN, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_one_line_tells_losses_wrong_numbers_and_what_was_not_evaluated() -> None:
    assert inventory_line(HISTORY) == "Run history: 1 lost dates, 0 wrong numbers (1,200 AGREE, 1 REAL_LOSS)."
    silent = HISTORY | {"not_evaluated": ["a.b: gone"]}
    assert "; 1 rules were not evaluated" in inventory_line(silent)
