"""A run as JUnit XML: a testsuite a table, a testcase a rule, as build servers show them.

It keeps to what the strict schemas of Jenkins (junit-10) and Ant (windyroad) have in common, so the rules' places in
the contract files are properties of their suite and the first line of their failure.
"""

from __future__ import annotations

import re
from datetime import UTC
from xml.etree import ElementTree as Xml

from gx.judging.result import PartitionResult, RuleResult, RunResult, TableResult, Verdict

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""

_MOST_DATES = 50


def junit_text(run: RunResult, *, strict: bool = False) -> str:
    """The XML document. ``strict`` makes warnings failures, as ``--strict`` does; otherwise the suite tells them."""
    suites = Xml.Element("testsuites")
    for number, table in enumerate(run.tables):
        suites.append(_suite(run, table, number, strict))
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode")


def xml_safe(text: str) -> str:
    """The text with characters that XML cannot hold written as escapes, such as ``\\x00``."""
    return _FORBIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _suite(run: RunResult, table: TableResult, number: int, strict: bool) -> Xml.Element:
    cases = [_case(rule, strict) for rule in table.rules]
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    suite = _element(
        "testsuite",
        id=str(number),
        name=table.table,
        package=run.checkpoint,
        timestamp=f"{run.started_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        hostname=run.warehouse or "localhost",
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        time="0",
    )
    suite.append(_properties(run, table))
    suite.extend(cases)
    warnings = [] if strict else [_summary(rule) for rule in table.rules if rule.verdict is Verdict.WARN]
    suite.append(_element("system-out", "\n".join(warnings)))
    suite.append(_element("system-err"))
    return suite


def _properties(run: RunResult, table: TableResult) -> Xml.Element:
    facts = {
        "run_id": run.run_id,
        "window": f"{run.start} to {run.end}",
        "as_of": run.as_of.isoformat(),
        "verdict": table.verdict.value,
        "owner": table.owner,
        **{f"location {rule.rule}": rule.location for rule in table.rules},
    }
    found = _element("properties")
    found.extend(_element("property", name=name, value=value) for name, value in facts.items())
    return found


def _case(rule: RuleResult, strict: bool) -> Xml.Element:
    case = _element("testcase", name=rule.rule, classname=rule.table, time="0")
    if rule.verdict is Verdict.ERROR:
        case.append(_element("error", _details(rule), message=rule.error or rule.observed, type="not evaluated"))
    elif rule.verdict is Verdict.FAIL or (strict and rule.verdict is Verdict.WARN):
        case.append(_element("failure", _details(rule), message=_summary(rule), type=f"{rule.severity} {rule.verdict}"))
    elif rule.verdict in (Verdict.WAIVED, Verdict.EXEMPT):
        case.append(_element("skipped", message=f"{rule.verdict}: {_excuse(rule)}"))
    return case


def _summary(rule: RuleResult) -> str:
    return f"{rule.verdict.value.upper()} {rule.name}: {rule.observed or rule.words}"


def _excuse(rule: RuleResult) -> str:
    """Who excuses the rule: the waivers' reasons once each, else what the calendar said."""
    reasons = [part.waiver or part.detail for part in rule.partitions if part.verdict is rule.verdict]
    return "; ".join(dict.fromkeys(filter(None, reasons))) or rule.observed or "nothing to evaluate"


def _details(rule: RuleResult) -> str:
    loud = [part for part in rule.partitions if part.verdict in (Verdict.ERROR, Verdict.FAIL, Verdict.WARN)]
    lines = [rule.location, rule.words, *map(_line, loud[:_MOST_DATES])]
    if len(loud) > _MOST_DATES:
        lines.append(f"and {len(loud) - _MOST_DATES:,} more dates")
    if rule.failing_keys_total:
        lines.append(f"{rule.failing_keys_total:,} failing keys")
    named = {"incident": rule.incident, "why": rule.why, "do": rule.remedy}
    return "\n".join([*filter(None, lines), *(f"{name}: {text}" for name, text in named.items() if text)])


def _line(part: PartitionResult) -> str:
    named = f"{part.classification}: " if part.classification else ""
    return f"{part.partition or 'table'} {part.verdict}  {named}{part.detail or ''}".rstrip()


def _element(tag: str, text: str = "", **attributes: str) -> Xml.Element:
    found = Xml.Element(tag, {name: xml_safe(value) for name, value in attributes.items()})
    found.text = xml_safe(text) or None
    return found
