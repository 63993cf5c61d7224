"""How a verdict becomes Great Expectations' success and result fields."""

from __future__ import annotations

import pytest

from gx.expectations.outcome import succeeded, validation
from gx.judging.result import Verdict
from tests.expectations.conftest import rule_result


@pytest.mark.parametrize(
    ("verdict", "severity", "success"),
    [
        (Verdict.PASS, "critical", True),
        (Verdict.EXEMPT, "critical", True),
        (Verdict.WAIVED, "critical", True),
        (Verdict.WARN, "critical", True),
        (Verdict.WARN, "warning", False),
        (Verdict.FAIL, "critical", False),
        (Verdict.ERROR, "info", False),
    ],
)
def test_success_follows_the_verdict(verdict: Verdict, severity: str, success: bool) -> None:
    assert succeeded(rule_result(verdict, severity=severity)) is success


def test_a_rule_keeps_its_counts_and_its_document() -> None:
    answer = validation(rule_result(), {"rule": "score_present"})
    assert answer["result"]["element_count"] == 175
    assert answer["result"]["unexpected_count"] == 107
    assert answer["result"]["unexpected_percent"] == pytest.approx(61.142857)
    assert answer["result"]["details"] == {"contract": {"rule": "score_present"}}
    assert "exception_info" not in answer


def test_unknown_counts_are_left_out_and_no_rows_have_no_percentage() -> None:
    unknown = validation(rule_result(evaluated=None, unexpected=None), {})["result"]
    assert not {"element_count", "unexpected_count", "unexpected_percent"} & set(unknown)
    assert validation(rule_result(evaluated=0, unexpected=0), {})["result"]["unexpected_percent"] is None


def test_an_error_is_an_exception_with_its_message() -> None:
    answer = validation(rule_result(Verdict.ERROR), {})
    assert answer["success"] is False
    assert answer["exception_info"]["raised_exception"] is True
    assert answer["exception_info"]["exception_message"] == "statement failed: 400 no such column"
