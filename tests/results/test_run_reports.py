"""contracts run: JUnit XML and annotations beside the report, on a warehouse that has none of the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

import pytest

from gx.cli.main import run_cli
from gx.exit_codes import ExitCode
from gx.paths import Paths
from tests.reporting.test_junit import SCHEMA

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

ROOT = Path(__file__).resolve().parents[2]
TABLE = "nba_raw.nbac_team_boxscore"
RUN = ["run", "daily", "--table", TABLE, "--date", "2026-01-12", "--as-of", "2026-01-14", "--no-docs"]
ANNOTATION = "::error file=expectations/nba_raw/nbac_team_boxscore.yaml,line="


@pytest.fixture(autouse=True)
def _project(paths: Paths, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CONTRACTS_STATE_DIR", str(paths.state))


def test_junit_goes_to_a_file_and_annotations_stand_below_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "junit.xml"
    assert run_cli([*RUN, "--junit", str(file), "--annotations"]) == ExitCode.NOT_EVALUATED
    text = file.read_text(encoding="utf-8")
    SCHEMA.validate(text)
    suite = Xml.fromstring(text).find("testsuite")
    assert suite is not None
    assert (suite.get("name"), suite.get("errors")) == (TABLE, suite.get("tests"))
    out = capsys.readouterr().out
    assert out.startswith("ERROR: daily, 2026-01-12 to 2026-01-12")
    assert out.count(ANNOTATION) == int(str(suite.get("tests")))


def test_junit_stands_alone_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli([*RUN, "--format", "junit", "--annotations"]) == ExitCode.NOT_EVALUATED
    printed = capsys.readouterr()
    SCHEMA.validate(printed.out)
    assert ANNOTATION in printed.err


def test_a_dataset_s_name_that_is_none_is_refused_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONTRACTS_RESULTS_DATASET", "my-project.nba")
    assert run_cli(RUN) == ExitCode.USAGE
    assert "CONTRACTS_RESULTS_DATASET: `my-project.nba` is no dataset" in capsys.readouterr().err
