"""The judged run that expectations answer from while Great Expectations walks through its checkpoint.

GX copies an expectation's configuration and builds the expectation anew before it validates, so an expectation
cannot hold its result. It holds the rule's name, in its ``meta``, and looks the result up here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from gx.judging.result import RuleResult, RunResult

RULE_KEY = "contract_rule"
"""The key of an expectation's ``meta`` that holds ``dataset.table.rule``."""


@dataclass
class Served:
    """A run, its rules by name, and what the Data Docs action said of the site it built."""

    run: RunResult
    rules: Mapping[str, RuleResult]
    docs_index: str | None = None
    docs_error: str | None = None


_current: ContextVar[Served | None] = ContextVar("served_run", default=None)


@contextmanager
def serving(run: RunResult) -> Iterator[Served]:
    """Within it, every expectation of the run's rules answers with its stored result, in this thread."""
    served = Served(run, {rule.name: rule for rule in run.rules})
    token = _current.set(served)
    try:
        yield served
    finally:
        _current.reset(token)


def current() -> Served | None:
    """The run being served, if any."""
    return _current.get()


def rule_name(meta: Mapping[str, Any] | None) -> str | None:
    """The rule that an expectation stands for; None for an expectation that no contract made."""
    name = (meta or {}).get(RULE_KEY)
    return name if isinstance(name, str) else None


def served_result(name: str) -> RuleResult:
    """The stored result of a rule.

    Raises:
        LookupError: no run is being served, or it did not judge that rule. An expectation without
            a measurement is an error, never a pass.
    """
    served = current()
    if served is None:
        raise LookupError(
            f"{name} has no measurement here: contract expectations are measured and judged by `contracts run`, "
            "then served to Great Expectations; they do not query the warehouse themselves"
        )
    if name not in served.rules:
        raise LookupError(f"{name} is not among the {len(served.rules)} rules judged in run {served.run.run_id}")
    return served.rules[name]
