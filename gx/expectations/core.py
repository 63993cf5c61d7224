"""Rules that name a GX core expectation without a family of ours: run by stock Great Expectations, before judging.

GX measures these itself, several statements each and one after another. It sees the table through a query asset with
the columns that the rules name and literal bounds on the partition column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, repeat
from pathlib import Path
from tempfile import gettempdir
from threading import Thread
from typing import TYPE_CHECKING, Any

from gx.contracts.model import Contract, Rule, Severity
from gx.expectations.classes import core_class, kwargs_of
from gx.expectations.context import add_batch, add_warehouse, batch_query, build_context
from gx.expectations.importing import import_great_expectations
from gx.judging.result import KEY_CAP, RuleResult, Verdict

if TYPE_CHECKING:
    from great_expectations.core.expectation_validation_result import ExpectationValidationResult
    from great_expectations.datasource.fluent import BigQueryDatasource

DEADLINE_SECONDS = 300.0
"""How long all rules that GX measures itself may take together."""

COLUMN_ARGUMENTS = ("column", "column_A", "column_B", "column_list", "column_set")
"""The kwargs in which GX core expectations name columns."""

_BROKEN = {Severity.CRITICAL: Verdict.FAIL, Severity.WARNING: Verdict.WARN, Severity.INFO: Verdict.PASS}


@dataclass(frozen=True)
class CoreRule:
    """A rule for GX itself, with the game dates that it speaks of (both included)."""

    contract: Contract
    rule: Rule
    start: date
    end: date


def run_core_rules(
    rules: Sequence[CoreRule], connection: str, deadline_seconds: float = DEADLINE_SECONDS
) -> list[RuleResult]:
    """The results of the rules, in their order; a rule that GX cannot evaluate is an error, never a pass.

    ``connection`` is the warehouse's SQLAlchemy address. GX looks at the window as a whole, so these results
    have no partitions, and the calendar and the waivers of single dates do not touch them. Rules without an
    answer within ``deadline_seconds``, all together, are errors: SQLAlchemy's BigQuery client would try a warehouse
    that is gone for ten minutes a statement.
    """
    if not rules:
        return []
    import_great_expectations()
    found: dict[tuple[str, str], RuleResult] = {}
    worker = Thread(target=_run_batches, args=(rules, connection, found), name="gx core rules", daemon=True)
    worker.start()
    worker.join(deadline_seconds)
    late = f"no answer within {deadline_seconds:g} seconds"
    done = dict(found)
    return [done.get(_key(item)) or _result(item.rule, item.contract, late, _sql([item])) for item in rules]


def _run_batches(rules: Sequence[CoreRule], connection: str, found: dict[tuple[str, str], RuleResult]) -> None:
    datasource = _datasource(connection)
    for _, group in groupby(sorted(rules, key=_batch_key), key=_batch_key):
        for item, result in _run_batch(datasource, list(group)):
            found[_key(item)] = result


def _sql(rules: Sequence[CoreRule]) -> str:
    """The query that GX is shown for the rules of one batch."""
    first = rules[0]
    columns = columns_of([item.rule for item in rules], first.contract)
    return batch_query(first.contract, columns, first.start, first.end)


def columns_of(rules: Iterable[Rule], contract: Contract) -> tuple[str, ...]:
    """The columns that GX needs to see, in the contract's order: those named, or all when a rule names none."""
    named: set[str] = set()
    for rule in rules:
        mine = {name for key in COLUMN_ARGUMENTS for name in _names(rule.arguments.get(key))}
        if not mine:
            return tuple(column.name for column in contract.columns)
        named |= mine
    return tuple(column.name for column in contract.columns if column.name in named)


def _key(item: CoreRule) -> tuple[str, str]:
    return item.contract.table, item.rule.name


def _batch_key(item: CoreRule) -> tuple[str, date, date]:
    return item.contract.table, item.start, item.end


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _run_batch(datasource: BigQueryDatasource | str, rules: list[CoreRule]) -> Iterator[tuple[CoreRule, RuleResult]]:
    """One batch's rules as they are answered; ``datasource`` is a sentence when there is none."""
    sql, outcomes = _sql(rules), repeat(datasource) if isinstance(datasource, str) else _outcomes(datasource, rules)
    for item, outcome in zip(rules, outcomes, strict=False):
        yield item, _result(item.rule, item.contract, outcome, sql)


def _datasource(connection: str) -> BigQueryDatasource | str:
    context = build_context(Path(gettempdir()))
    try:
        return add_warehouse(context, connection)
    except Exception as error:  # a wrong address or no credentials: no rule is evaluated
        return _sentence(error)


def _outcomes(datasource: BigQueryDatasource, rules: list[CoreRule]) -> Iterator[ExpectationValidationResult | str]:
    """What GX says of each rule: its result, or the sentence of the error that kept it from one.

    Each rule is validated alone: GX repeats the metrics of all rules of a suite when one metric raises.
    """
    from great_expectations.validator.v1_validator import Validator

    first = rules[0]
    columns = columns_of([item.rule for item in rules], first.contract)
    name = f"{first.contract.table} {first.start}..{first.end}"
    try:
        batch = add_batch(datasource, first.contract, columns, first.start, first.end, name)
    except Exception as error:  # no batch, so no rule of it is evaluated
        yield from repeat(_sentence(error))
        return
    validator = Validator(batch_definition=batch, result_format={"result_format": "SUMMARY"})
    for item in rules:
        yield _validate_one(validator, item.rule)


def _validate_one(validator: Any, rule: Rule) -> ExpectationValidationResult | str:
    made = core_class(rule.expectation)
    if made is None:
        return f"Great Expectations has no {rule.expectation}"
    try:
        found: ExpectationValidationResult = validator.validate_expectation(made(**kwargs_of(rule.arguments)))
    except Exception as error:  # whatever GX or the warehouse raise: not evaluated
        return _sentence(error)
    return _exception(found.exception_info) or found


def _exception(info: Mapping[str, Any] | None) -> str:
    """GX keeps one exception flat, or several by metric."""
    for each in (info or {}, *(info or {}).values()):
        if isinstance(each, Mapping) and each.get("raised_exception"):
            return str(each.get("exception_message") or "Great Expectations raised an exception")
    return ""


def _sentence(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _result(rule: Rule, contract: Contract, outcome: ExpectationValidationResult | str, sql: str) -> RuleResult:
    common: dict[str, Any] = {
        "table": contract.table,
        "rule": rule.name,
        "expectation": rule.expectation,
        "severity": rule.severity.value,
        "scope": rule.scope.value,
        "words": _words(rule),
        "threshold": _threshold(rule),
        "why": rule.why,
        "remedy": rule.remedy,
        "incident": rule.incident,
        "owner": rule.owner or contract.header.owner,
        "sql": sql,
        "location": str(rule.location),
    }
    if isinstance(outcome, str):
        return RuleResult(**common, verdict=Verdict.ERROR, error=outcome, observed=f"not evaluated: {outcome}")
    return RuleResult(**common, **_answer(rule, outcome.result, bool(outcome.success)))


def _answer(rule: Rule, result: Mapping[str, Any], success: bool) -> dict[str, Any]:
    unexpected = result.get("unexpected_count")
    observed = result.get("observed_value")
    shown = f"{unexpected:,} unexpected" if observed is None and unexpected is not None else observed
    values = list(result.get("partial_unexpected_list") or ())[:KEY_CAP]
    return {
        "verdict": Verdict.PASS if success else _BROKEN[rule.severity],
        "observed": "" if shown is None else str(shown),
        "evaluated": result.get("element_count"),
        "unexpected": unexpected,
        "failing_keys": [value if isinstance(value, Mapping) else {"value": value} for value in values],
        "failing_keys_total": unexpected or 0,
    }


def _threshold(rule: Rule) -> str:
    return ", ".join(f"{key} {value}" for key, value in rule.arguments.items() if key not in COLUMN_ARGUMENTS)


def _words(rule: Rule) -> str:
    """GX's name of the expectation as a sentence: it says what is expected."""
    named = ", ".join(name for key in COLUMN_ARGUMENTS for name in _names(rule.arguments.get(key)))
    sentence = rule.expectation.replace("_", " ").capitalize()
    return f"{sentence}: {named}." if named else f"{sentence}."
