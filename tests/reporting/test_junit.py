"""JUnit XML: what a build server shows of a run, valid whatever the data say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from gx.judging.result import RunResult, Verdict
from gx.reporting.junit import junit_text
from tests.results.conftest import TABLES, part, rule, run_of

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd"))
HOSTILE = "\x00\x1b[31m ]]> <b>&amp; \ud800 \ufffe \U0001f3c0 Dončić\r\nnext"


def a_run() -> RunResult:
    """A rule of every verdict in two tables."""
    table, other = TABLES[:2]
    return run_of(
        rule(table, name="passes"),
        rule(table, part(Verdict.FAIL, detail="1 of 187"), name="fails", why="It exited 0.", remedy="Run it again."),
        rule(table, part(Verdict.WARN, detail="94%"), name="warns"),
        rule(other, name="broken", verdict=Verdict.ERROR, error="denied: no access to nba_raw"),
        rule(other, part(Verdict.WAIVED, waiver="late feed (data team)"), name="waived"),
        rule(other, part(Verdict.EXEMPT, detail="no games"), name="exempt"),
    )


def read(text: str) -> Xml.Element:
    """The document, once the schema has accepted it."""
    SCHEMA.validate(text)
    return Xml.fromstring(text)


def case(document: Xml.Element, name: str) -> Xml.Element:
    """The testcase of a rule."""
    found = document.find(f"testsuite/testcase[@name='{name}']")
    assert found is not None
    return found


def outcome(document: Xml.Element, name: str) -> tuple[str, str] | None:
    """The tag and message of a rule's outcome; None for a pass."""
    found = next(iter(case(document, name)), None)
    return None if found is None else (found.tag, str(found.get("message")))


def test_a_suite_a_table_and_a_case_a_rule() -> None:
    document = read(junit_text(a_run()))
    suites = [(suite.get("name"), suite.get("tests")) for suite in document.findall("testsuite")]
    assert suites == [(TABLES[0], "3"), (TABLES[1], "3")]
    assert case(document, "fails").get("classname") == TABLES[0]


def test_each_verdict_has_its_outcome() -> None:
    document = read(junit_text(a_run()))
    assert outcome(document, "passes") is None
    assert outcome(document, "warns") is None
    assert outcome(document, "fails") == ("failure", f"FAIL {TABLES[0]}.fails: 1 dates")
    assert outcome(document, "broken") == ("error", "denied: no access to nba_raw")
    assert outcome(document, "waived") == ("skipped", "waived: late feed (data team)")
    assert outcome(document, "exempt") == ("skipped", "exempt: no games")


def test_a_suite_counts_its_outcomes() -> None:
    first, second = read(junit_text(a_run())).findall("testsuite")
    assert [first.get(name) for name in ("failures", "errors", "skipped")] == ["1", "0", "0"]
    assert [second.get(name) for name in ("failures", "errors", "skipped")] == ["0", "1", "2"]


def test_warnings_are_told_by_their_suite_and_fail_only_when_strict() -> None:
    assert read(junit_text(a_run())).findtext("testsuite/system-out") == f"WARN {TABLES[0]}.warns: 1 dates"
    strictly = read(junit_text(a_run(), strict=True))
    assert outcome(strictly, "warns") == ("failure", f"WARN {TABLES[0]}.warns: 1 dates")
    assert strictly.findtext("testsuite/system-out") == ""


def test_a_failure_says_where_the_rule_stands_and_what_to_do() -> None:
    document = read(junit_text(a_run()))
    text = str(case(document, "fails").findtext("failure"))
    assert text.splitlines() == [
        "expectations/nba_raw/schedule.yaml:12:5",
        "2023-02-23 fail  1 of 187",
        "why: It exited 0.",
        "do: Run it again.",
    ]
    place = document.find("testsuite/properties/property[@name='location fails']")
    assert place is not None
    assert place.get("value") == "expectations/nba_raw/schedule.yaml:12:5"


def test_hostile_text_stays_text() -> None:
    failing = rule(TABLES[0], part(Verdict.FAIL, detail=HOSTILE), name="fails", observed=HOSTILE, why=HOSTILE)
    document = read(junit_text(replace(run_of(failing), warehouse="")))
    text = str(case(document, "fails").findtext("failure"))
    assert r"\x00\x1b[31m ]]> <b>&amp; \ud800 \ufffe 🏀 Dončić" in text
    assert "next" in text


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_makes_a_valid_file(text: str) -> None:
    failing = rule(TABLES[0], part(Verdict.FAIL, detail=text, classification=text), observed=text, remedy=text)
    waived = rule(TABLES[1], part(Verdict.WAIVED, waiver=text))
    written = junit_text(run_of(failing, waived)).encode("utf-8")
    assert SCHEMA.is_valid(written.decode("utf-8"))


def test_a_run_without_tables_is_a_valid_file() -> None:
    assert list(read(junit_text(run_of()))) == []


@pytest.mark.parametrize("wrong", ['<testcase name="a"/>', "<failure/>", "<unknown/>"])
def test_the_schema_refuses_what_it_should(wrong: str) -> None:
    text = junit_text(a_run()).replace("</properties>", f"</properties>{wrong}", 1)
    assert not SCHEMA.is_valid(text)
