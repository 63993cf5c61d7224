"""Reads the GX results store: one JSON file a table and run becomes one document a run."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from gx.judging.result import GOOD, Verdict, worst

logger = logging.getLogger(__name__)

META_KEY = "contracts"
"""The key of a stored result's ``meta`` that holds the facts of its run and table."""


def documents_in(folder: Path) -> list[dict[str, Any]]:
    """A document of every run stored below ``folder``; an absent folder holds none.

    A run that still lies in the outbox beside it is being stored, or was killed meanwhile, and does not count yet.
    """
    waiting = in_outbox(folder)
    found = documents_of(_stored_results(folder))
    waiting |= in_outbox(folder)
    return [document for document in found if document["run_id"] not in waiting]


def in_outbox(folder: Path) -> set[str]:
    """The runs in the outbox beside the results ``folder``."""
    return {path.name for path in folder.with_name("outbox").glob("*")}


def _stored_results(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.rglob("*.json")):
        if path.name.startswith("."):
            continue  # a file that is being written aside
        try:
            yield json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            logger.warning("%s is left out of Data Docs: it is no readable JSON (%s)", path, error)


def documents_of(results: Iterable[Any]) -> list[dict[str, Any]]:
    """Joins stored validation results into documents, one a run; results that no contract made are left out."""
    runs: dict[str, dict[str, Any]] = {}
    for result in results:
        meta = result.get("meta") if isinstance(result, Mapping) else None
        facts = meta.get(META_KEY) if isinstance(meta, Mapping) else None
        if not isinstance(facts, Mapping) or not facts.get("run_id"):
            continue
        document = runs.setdefault(str(facts["run_id"]), _header(facts))
        if facts.get("overviews"):  # one table's result of a run keeps them
            document["overviews"] = facts["overviews"]
        document["tables"].append(_table(facts, result))
    return [_complete(document) for document in runs.values()]


def _header(facts: Mapping[str, Any]) -> dict[str, Any]:
    header = {name: value for name, value in facts.items() if name not in ("table", "tables")}
    return {"schema": "contracts.result/1", **header, "tables": [], "_expected": list(facts.get("tables") or ())}


def _table(facts: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    rules = [_rule(item) for item in result.get("results") or ()]
    header = dict(facts.get("table") or {"table": result.get("suite_name", "")})
    judged = worst(map(Verdict, {rule["verdict"] for rule in rules}))
    # A rule that GX lost on the way makes its table worse than was judged, never better.
    stored = Verdict(header.get("verdict", judged))
    return {**header, "verdict": worst([judged, stored]).value, "rules": rules}


def _rule(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rule's answer. The SQL of one that holds, most of a run's text, is left to the store: no page shows it."""
    try:
        contract = item["result"]["details"]["contract"]
    except (KeyError, TypeError):
        contract = None
    if not isinstance(contract, dict):
        return _unserved(item)
    if contract.get("verdict") in GOOD:
        contract["sql"] = ""
    return contract


def _unserved(item: Mapping[str, Any]) -> dict[str, Any]:
    """A rule that Great Expectations could not answer: an error, never a pass."""
    config = item.get("expectation_config") or {}
    meta = config.get("meta") or {}
    return {
        "rule": meta.get("rule") or config.get("type", "unknown"),
        "expectation": config.get("type", ""),
        "severity": config.get("severity") or "critical",
        "scope": meta.get("scope", ""),
        "verdict": Verdict.ERROR.value,
        "words": config.get("description") or "",
        "error": _exception(item.get("exception_info")) or "the stored result holds no answer of this rule",
    }


def _exception(info: Any) -> str:
    """GX stores one exception, or a mapping of several by metric."""
    if not isinstance(info, Mapping):
        return ""
    if "raised_exception" in info:
        return str(info.get("exception_message") or "") if info["raised_exception"] else ""
    return "; ".join(filter(None, map(_exception, info.values())))


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    """The tables in the run's order; one whose result is not in the store is an error, never a pass."""
    expected = document.pop("_expected")
    found = {table["table"]: table for table in document["tables"]}
    missing = [name for name in expected if name not in found]
    names = [*expected, *(name for name in found if name not in expected)]
    document["tables"] = [found.get(name) or _missing(name) for name in names]
    if missing:
        document["verdict"] = Verdict.ERROR.value
        document["notes"] = [*(document.get("notes") or ()), f"No stored result of {', '.join(missing)}."]
    return document


def _missing(table: str) -> dict[str, Any]:
    return {"table": table, "title": table, "verdict": Verdict.ERROR.value, "rules": []}
