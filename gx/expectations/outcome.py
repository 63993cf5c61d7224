"""A judged rule as Great Expectations keeps it: success, result fields and exception."""

from __future__ import annotations

from typing import Any

from gx.contracts.model import Severity
from gx.judging.result import RuleResult, Verdict


def succeeded(rule: RuleResult) -> bool:
    """GX's ``success`` of a rule.

    GX's success ignores severity: a broken rule is unsuccessful, and its severity says how much that matters. So a
    warning is unsuccessful when its rule's severity is below critical, and successful when a critical rule is only
    inside its own warning band (``warn_below``). Exempt and waived rules are successful: nobody needs to look.
    An error was not evaluated and is never successful.
    """
    if rule.verdict is Verdict.WARN:
        return rule.severity == Severity.CRITICAL
    return rule.verdict not in (Verdict.FAIL, Verdict.ERROR)


def result_fields(rule: RuleResult, document: dict[str, Any]) -> dict[str, Any]:
    """GX's usual result fields, those that are known, and the whole rule under ``details.contract``.

    ``element_count`` and ``unexpected_count`` are rows; ``unexpected_percent`` is 0..100, and None without rows.
    """
    fields: dict[str, Any] = {"observed_value": rule.observed or None, "details": {"contract": document}}
    if rule.evaluated is not None:
        fields["element_count"] = rule.evaluated
    if rule.unexpected is not None:
        fields["unexpected_count"] = rule.unexpected
    if rule.evaluated is not None and rule.unexpected is not None:
        fields["unexpected_percent"] = 100 * rule.unexpected / rule.evaluated if rule.evaluated else None
    return fields


def exception_info(rule: RuleResult) -> dict[str, Any] | None:
    """GX's account of a rule that could not be evaluated; None when it was."""
    if rule.verdict is not Verdict.ERROR:
        return None
    return {
        "raised_exception": True,
        "exception_message": rule.error or "not evaluated",
        "exception_traceback": rule.error or "not evaluated",
    }


def validation(rule: RuleResult, document: dict[str, Any]) -> dict[str, Any]:
    """What an expectation's ``_validate`` returns for this rule."""
    answer: dict[str, Any] = {"success": succeeded(rule), "result": result_fields(rule, document)}
    if info := exception_info(rule):
        answer["exception_info"] = info
    return answer
