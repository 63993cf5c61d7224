"""A run as GitHub workflow commands: each rule that needs a look becomes an annotation of its contract file.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator

from gx.judging.result import RuleResult, RunResult, Verdict

_LEVELS = {Verdict.ERROR: "error", Verdict.FAIL: "error", Verdict.WARN: "warning"}


def annotation_lines(run: RunResult) -> Iterator[str]:
    """One command a failing, unevaluated or warning rule, the worst first: GitHub shows ten of each level a step."""
    for verdict in _LEVELS:
        yield from (_command(rule) for rule in run.rules if rule.verdict is verdict)


def _command(rule: RuleResult) -> str:
    file, line, column = _place(rule.location)
    named = {"file": file, "line": line, "col": column, "title": f"{rule.verdict.value.upper()} {rule.name}"}
    properties = ",".join(f"{name}={_property(value)}" for name, value in named.items() if value)
    return f"::{_LEVELS[rule.verdict]} {properties}::{_data(_message(rule))}"


def _message(rule: RuleResult) -> str:
    lines = (rule.words, rule.error or rule.observed, f"do: {rule.remedy}" if rule.remedy else "")
    return "\n".join(filter(None, lines)) or rule.verdict.value


def _place(location: str) -> tuple[str, str, str]:
    """File, line and column of ``file:line:column``; empty where it says less."""
    parts = location.rsplit(":", 2)
    if len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
        return parts[0], parts[1], parts[2]
    file, _, line = location.rpartition(":")
    return (file, line, "") if line.isdigit() else (location, "", "")


def _data(text: str) -> str:
    shown = "".join(mark if mark.isprintable() or mark in "\r\n" else _visible(mark) for mark in text)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _visible(mark: str) -> str:
    """A control character as an escape: a log is read in a terminal too."""
    return mark.encode("unicode_escape").decode("ascii")
