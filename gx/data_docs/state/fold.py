"""Adds a run to the state of the site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from gx.data_docs.catalogue import Catalogue
from gx.data_docs.state.cells import is_loud
from gx.data_docs.state.dates import fold_dates, fold_slates
from gx.data_docs.state.names import INDEX, RUNS, group_key, last_name, month_name, table_name
from gx.data_docs.state.overviews import fold_overviews
from gx.data_docs.state.rules import fold_rules
from gx.data_docs.state.shelf import Shelf, State
from gx.data_docs.state.tables import News, fold_table, new_table
from gx.data_docs.stored import StoredRun
from gx.data_docs.view.sentence import verdict_of
from gx.judging.result import TableResult

NEWS = 200
"""Cells that broke or healed that the front page's state names; all are counted."""

RUNS_NAMED = 60
"""Runs that the front page's state names, the newest first."""

RUNS_DRAWN = 160
"""Runs that ``runs.json`` holds, the oldest first; each month's file holds all of its own, so that none of them grows
with the years."""

NEVER_PUT_IN_INDEX = ("strip", "numbers", "threshold", "evaluated", "unexpected")


def fold(shelf: Shelf, run: StoredRun, catalogue: Catalogue) -> State:
    """Adds a run that is newer than all before it and returns its line in the list of runs."""
    news = News()
    for table in run.tables:
        state = shelf.change(f"{table_name(table.table)}.json", **new_table(table.table))
        fold_table(state, run, table, catalogue.rules_of(table.table), news)
        fold_rules(shelf, run, table)
    fold_dates(shelf, run)
    fold_slates(shelf, run)
    fold_overviews(shelf, run)
    line = run_line(run) | {"broke": len(news.broke), "healed": len(news.healed)}
    _fold_index(shelf, run, line, news)
    _fold_runs(new_runs(shelf), line)
    month = shelf.change(f"{month_name(run.started_at)}.json", schema="contracts.month/1", runs=[])
    month["runs"].append(line)
    return line


def new_runs(shelf: Shelf) -> State:
    """The list of runs: how many in all, by month and by verdict, and the newest of them."""
    return shelf.change(RUNS, schema="contracts.runs/2", count=0, months={}, verdicts={}, runs=[])


def _fold_runs(state: State, line: State) -> None:
    state["count"] += 1
    for name, key in (("months", line["started_at"][:7]), ("verdicts", line["verdict"])):
        state[name][key] = state[name].get(key, 0) + 1
    state["runs"] = [*state["runs"], line][-RUNS_DRAWN:]


def run_line(run: StoredRun) -> State:
    """A run in a list."""
    sentence = verdict_of(run)
    return {
        "run_id": run.run_id,
        "checkpoint": run.checkpoint,
        "group": group_key(run),
        "window": {"start": run.start, "end": run.end},
        "as_of": run.as_of,
        "started_at": run.started_at,
        "verdict": run.verdict.value,
        "headline": sentence.headline[:300],
        "counts": dict(run.counts),
        "tables": len(run.tables),
        "jobs": {name: run.jobs.get(name) for name in ("count", "bytes_processed", "bytes_billed")},
        "seconds": run.seconds,
    }


def _fold_index(shelf: Shelf, run: StoredRun, line: State, news: News) -> None:
    index = shelf.change(INDEX, schema="contracts.index/2", tables={}, groups={}, runs=[])
    index |= {"newest": line, "notes": list(run.notes)[:20]}
    index["runs"] = [line, *index["runs"][: RUNS_NAMED - 1]]
    index["groups"][line["group"]] = line
    index["news"] = {
        "run_id": run.run_id,
        "broke": [list(cell) for cell in news.broke[:NEWS]],
        "healed": [list(cell) for cell in news.healed[:NEWS]],
        "broke_count": len(news.broke),
        "healed_count": len(news.healed),
    }
    for table in run.tables:
        index["tables"].setdefault(table.table, {})


def fold_tables(shelf: Shelf) -> None:
    """Puts the touched tables into the index: once after all runs, for it reads every rule of theirs."""
    index = shelf.find(INDEX)
    for name, known in (index["tables"] if index else {}).items():
        page = f"{table_name(name)}.json"
        state = shelf.find(page) if page in shelf.touched else None
        if state:
            known |= _index_table(state)


def _index_table(state: State) -> State:
    """What the front page needs of a table: its verdict, and its rules of which something is amiss."""
    plain = ("title", "owner", "phase", "rows", "verdict", "last_good")
    return {
        **{name: state[name] for name in plain},
        "run": state["runs"][-1],
        "counts": dict(Counter(rule["verdict"] for rule in state["rules"].values())),
        "amiss": {name: _brief(rule) for name, rule in state["rules"].items() if rule["standing"]},
        "watched": {
            name: {"verdict": rule["verdict"], "observed": rule["observed"], "run": rule["run"], "kind": kind}
            | ({"count": rule["count"]} if "count" in rule else {})
            for name, rule in state["rules"].items()
            if (kind := WATCHED.get(rule["expectation"]))
        },
    }


WATCHED: Mapping[str, str] = {
    "expect_partitions_to_be_fresh": "freshness",
    "expect_services_to_be_current": "services",
}
"""Expectations that the front page tells also when they hold."""


def _brief(rule: State) -> State:
    return {name: value for name, value in rule.items() if name not in NEVER_PUT_IN_INDEX}


def keep_last(shelf: Shelf, run: StoredRun) -> tuple[State | None, State]:
    """Keeps what the next run of the same checkpoint and season is compared with; returns the one before and this."""
    name = last_name(group_key(run))
    before = shelf.find(name)
    kept = {"run_id": run.run_id, "started_at": run.started_at, "tables": _kept(run)}
    shelf.put(name, kept)
    return before, kept


def _kept(run: StoredRun) -> dict[str, Any]:
    return {table.table: _kept_table(table) for table in run.tables}


def _kept_table(table: TableResult) -> dict[str, Any]:
    return {"rows": table.rows, "rules": {rule.rule: rule.verdict.value for rule in table.rules}}


def loud_cells(index: State) -> list[tuple[str, str, str]]:
    """Every cell of the index that somebody must look at: table, rule, date."""
    return [
        (table, name, day)
        for table, state in index["tables"].items()
        for name, rule in state["amiss"].items()
        for day, cell in rule["standing"].items()
        if is_loud(cell)
    ]
