"""The operator's page shows what the gates print, on the few dates as on the demo's two seasons."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.gates.conftest import Console

pytestmark = pytest.mark.usefixtures("incident")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "operate.md"
BLOCK = re.compile(r"^```console\n\$ (contracts gate [^\n]+)\n(.+?)\n\$ echo \$\?\n(\d)\n```", re.MULTILINE | re.DOTALL)
SHOWN = BLOCK.findall(PAGE.read_text(encoding="utf-8"))


def test_the_page_shows_both_gates() -> None:
    assert [command.split()[2] for command, _, _ in SHOWN] == ["pre", "post"]


@pytest.mark.parametrize(("command", "output", "status"), SHOWN, ids=["pre", "post"])
def test_a_gate_prints_what_the_page_shows(contracts: Console, command: str, output: str, status: str) -> None:
    found, out, _ = contracts(*shlex.split(command)[1:])
    pattern = "".join(".*" if piece == "..." else re.escape(piece) for piece in re.split(r"(\.\.\.)", output))
    assert re.fullmatch(pattern, out.strip("\n"), re.DOTALL), f"it printed\n{out}"
    assert found == int(status)
