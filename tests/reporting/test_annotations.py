"""GitHub workflow commands: one a rule that needs a look, with nothing in the data that could end it early."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from gx.judging.result import Verdict
from gx.reporting.annotations import annotation_lines
from tests.results.conftest import TABLES, part, rule, run_of

COMMAND = re.compile(r"::(error|warning) file=([^:,]*),line=(\d+),col=(\d+),title=([^:,]*)::(.*)")


def test_the_worst_come_first_and_quiet_rules_say_nothing() -> None:
    table = TABLES[0]
    run = run_of(
        rule(table, part(Verdict.WARN), name="warns"),
        rule(table, part(Verdict.FAIL), name="fails", words="Keys are covered.", remedy="Run it again."),
        rule(table, name="broken", verdict=Verdict.ERROR, error="denied"),
        rule(table, name="passes"),
        rule(table, part(Verdict.WAIVED), name="waived"),
    )
    place = "file=expectations/nba_raw/schedule.yaml,line=12,col=5"
    assert list(annotation_lines(run)) == [
        f"::error {place},title=ERROR {table}.broken::denied",
        f"::error {place},title=FAIL {table}.fails::Keys are covered.%0A1 dates%0Ado: Run it again.",
        f"::warning {place},title=WARN {table}.warns::1 dates",
    ]


def test_signs_of_the_command_are_escaped() -> None:
    failing = rule(TABLES[0], part(Verdict.FAIL), location="a,b:c.yaml:3:1", observed="100%\r\n::error::no \x1b[0m")
    (line,) = annotation_lines(run_of(failing))
    assert line.startswith("::error file=a%2Cb%3Ac.yaml,line=3,col=1,title=")
    assert line.endswith(r"::100%25%0D%0A::error::no \x1b[0m")


def test_a_rule_without_a_place_has_none() -> None:
    (line,) = annotation_lines(run_of(rule(TABLES[0], part(Verdict.FAIL), location="")))
    assert line == f"::error title=FAIL {TABLES[0]}.covers::1 dates"


@given(st.text(), st.text(min_size=1))
def test_any_text_is_one_command_with_that_text(observed: str, name: str) -> None:
    (line,) = annotation_lines(run_of(rule(TABLES[0], part(Verdict.FAIL), observed=observed, name=name)))
    assert len(line.splitlines()) == 1
    found = COMMAND.fullmatch(line)
    assert found
    if name.isprintable():
        assert unquote(found[5]) == f"FAIL {TABLES[0]}.{name}"
