"""The page's example is what the command prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gx.cli.main import run_cli
from tests.diff.test_command import edit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "review-and-draft.md"


def test_the_page_shows_what_is_printed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = re.findall(r"^```text\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    edit(repository, "fail_below: 0.9\n", "fail_below: 0.8\n")
    edit(repository, "severity: warning", "severity: critical")
    assert run_cli(["diff", "HEAD"]) == 1
    assert re.sub(r"\([0-9a-f]+\)", "(...)", capsys.readouterr().out) == shown
