"""A broken or waived rule's state: what stands of it, and the evidence of the runs that found it."""

from __future__ import annotations

from typing import Any

from gx.data_docs.state.cells import is_good
from gx.data_docs.state.names import WHOLE, rule_name, table_name
from gx.data_docs.state.shelf import Shelf, State
from gx.data_docs.stored import StoredRun
from gx.judging.result import RuleResult, TableResult

EVIDENCE = 6
"""Runs whose evidence a rule keeps, the newest of each checkpoint and season that still says something."""


def fold_rules(shelf: Shelf, run: StoredRun, table: TableResult) -> None:
    """Adds the rules of the table that something is or was amiss with; all others need no state of their own."""
    rules = shelf.change(f"{table_name(table.table)}.json")["rules"]
    for rule in table.rules:
        own = rules[rule.rule]
        amiss = any(not is_good(cell) for cell in own["standing"].values())
        if amiss or own.get("page"):
            name = f"{rule_name(table.table, rule.rule)}.json"
            before = shelf.find(name)
            changed = _state(before, run, rule, table, own)
            own["page"] = True
            if _differs(before, changed):
                shelf.put(name, changed)


def _state(before: State | None, run: StoredRun, rule: RuleResult, table: TableResult, own: State) -> State:
    static = {name: value for name, value in own.items() if name not in ("strip", "numbers", "run", "page")}
    evidence = [item for item in (before or {}).get("evidence", ()) if item["group"] != own["run"]["group"]]
    if rule.error or rule.failing_keys or WHOLE in own["standing"] or _names_a_miss(rule):
        evidence.insert(0, _evidence(run, rule, own))
    healed = (before or {}).get("healed") if not own["standing"] else None
    if before and before["standing"] and not own["standing"]:
        healed = own["run"]
    return {
        "schema": "contracts.rule/1",
        "table": table.table,
        "rule": rule.rule,
        "title": table.title,
        "phase": table.phase,
        **static,
        "healed": healed,
        "evidence": _telling(evidence, own["standing"]) or evidence[:1] or (before or {}).get("evidence", [])[:1],
    }


def _names_a_miss(rule: RuleResult) -> bool:
    return any(not is_good({"verdict": each.verdict.value}) for each in rule.partitions)


def _telling(evidence: list[State], standing: State) -> list[State]:
    """The evidence that still speaks of something that stands."""
    return [item for item in evidence if any(part["partition"] in standing for part in item["partitions"])][:EVIDENCE]


def _evidence(run: StoredRun, rule: RuleResult, own: State) -> State:
    return {
        **own["run"],
        "start": run.start,
        "end": run.end,
        "observed": rule.observed,
        "error": rule.error,
        "sql": rule.sql,
        "partition_counts": dict(rule.partition_counts),
        "partitions": [_partition(each, own) for each in rule.partitions]
        or [{"partition": "", "verdict": rule.verdict}],
        "failing_keys": list(rule.failing_keys),
        "failing_keys_total": rule.failing_keys_total,
        "failing_keys_error": rule.failing_keys_error,
    }


def _partition(each: Any, own: State) -> State:
    named = each.partition.isoformat() if each.partition and own["scope"] != "snapshot" else ""
    return {
        "partition": named,
        "verdict": each.verdict.value,
        **{name: value for name in ("expected", "actual", "coverage") if (value := getattr(each, name)) is not None},
    }


def _differs(before: State | None, after: State) -> bool:
    """Whether a reader would see a difference: that the same was found again by a later run is none."""
    return before is None or _seen(before) != _seen(after)


def _seen(state: State) -> State:
    return {name: value for name, value in state.items() if name not in ("evidence", "observed")} | {
        "evidence": [
            {name: value for name, value in item.items() if name in ("group", "end", "failing_keys", "partitions")}
            for item in state["evidence"]
        ]
    }
