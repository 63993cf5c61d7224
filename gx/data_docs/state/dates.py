"""A game date's state: what every table's rules say of it, each rule by the newest run that judged it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gx.contracts.model import Scope
from gx.data_docs.state.cells import Cell, cell_of, worst_of
from gx.data_docs.state.names import date_name, season_name
from gx.data_docs.state.shelf import Shelf, State
from gx.data_docs.stored import StoredRun
from gx.data_docs.text import season
from gx.judging.result import RuleResult, TableResult, Verdict, is_quiet

GAMES = 40
"""Games a rule and date that are named; no slate has so many."""

_KEY_DATES = ("partition_date", "game_date", "data_date")

Said = Mapping[str, Mapping[str, Mapping[str, Cell]]]
"""Cells by date, table and rule."""


def fold_dates(shelf: Shelf, run: StoredRun) -> None:
    """Adds what a run says of each game date, to the dates' states and to the cells of their seasons."""
    said = _said(run)
    days = sorted({*said, *_known(shelf, run)})
    for day in days:
        state = shelf.change(f"{date_name(day)}.json", **_new_date(day))
        board = shelf.change(f"{season_name(season(day))}.json", **new_season(season(day)))
        for table in run.tables:
            found = said.get(day, {}).get(table.table, {})
            if found or table.table in state["tables"] or _has_dates(table):
                _fold_table(state, board, run, table, found)


def fold_slates(shelf: Shelf, run: StoredRun) -> None:
    """Adds the schedule of the game dates that the run tells it of: how many games, and which."""
    overviews = run.document.get("overviews") or {}
    for item in overviews.get("recent_days") or ():
        state = shelf.change(f"{date_name(item['date'])}.json", **_new_date(item["date"]))
        state["slate"] = {"scheduled": item["scheduled"], "final": item["final"]}
    for day, games in (overviews.get("slates") or {}).items():
        state = shelf.change(f"{date_name(day)}.json", **_new_date(day))
        state["games"] = {"as_of": run.as_of, "games": games}


def _new_date(day: str) -> State:
    known = {"schema": "contracts.date/2", "date": day, "season": season(day)}
    return {**known, "slate": None, "games": None, "tables": {}}


def new_season(name: str) -> State:
    """A season of which nothing is known yet; ``cells`` holds a verdict a table and game date."""
    return {"schema": "contracts.season/1", "season": name, "cells": {}, "phases": None, "processors": None, "odds": {}}


def _known(shelf: Shelf, run: StoredRun) -> Iterable[str]:
    """The dates of the run's window that earlier runs spoke of."""
    for name in {season(run.start), season(run.end)}:
        board = shelf.find(f"{season_name(name)}.json")
        if board:
            yield from {day for days in board["cells"].values() for day in days if run.start <= day <= run.end}


def _said(run: StoredRun) -> Said:
    found: dict[str, dict[str, dict[str, Cell]]] = defaultdict(lambda: defaultdict(dict))
    for table in run.tables:
        for rule in table.rules:
            if not rule.partitions or rule.scope == Scope.SNAPSHOT:
                continue
            games = _games(rule) if rule.failing_keys else {}
            for each in rule.partitions:
                if each.partition is not None:
                    day = each.partition.isoformat()
                    cell = cell_of(each) | {"expectation": rule.expectation, "severity": rule.severity}
                    found[day][table.table][rule.rule] = cell | games.get(day, {})
    return found


def _games(rule: RuleResult) -> dict[str, Cell]:
    """The games that failing keys name, by date: by id, or by a team, of which each plays once a date.

    ``games_all`` says whether they are all: the keys of a rule are capped.
    """
    found: dict[str, dict[str, Cell]] = defaultdict(dict)
    for key in rule.failing_keys:
        day = next((str(key[name])[:10] for name in _KEY_DATES if key.get(name)), "")
        name = next((str(key[column]) for column in key if _names_game(column) and key[column]), "")
        if day and name and (name in found[day] or len(found[day]) < GAMES):
            game = found[day].setdefault(name, {"keys": 0})
            game["keys"] += 1
            game |= {column: key[column] for column in ("finding", "game_rows") if key.get(column) is not None}
    whole = rule.failing_keys_total == len(rule.failing_keys) and not rule.failing_keys_error
    return {day: {"games": games, "games_all": whole} for day, games in found.items()}


def _names_game(column: str) -> bool:
    return column in ("game_id", "team", "defending_team_abbr", "team_abbr", "team_tricode")


def _has_dates(table: TableResult) -> bool:
    """Whether the table is judged by game date at all."""
    return any(rule.scope != Scope.SNAPSHOT and (rule.partitions or rule.partition_counts) for rule in table.rules)


def _fold_table(state: State, board: State, run: StoredRun, table: TableResult, found: Mapping[str, Cell]) -> None:
    own: State = state["tables"].setdefault(table.table, {"rules": {}})
    own |= {"title": table.title, "phase": table.phase, "owner": table.owner, "run_id": run.run_id}
    judged = {rule.rule for rule in table.rules if not rule.error}  # what was not evaluated keeps what was known
    rules = {name: cell for name, cell in own["rules"].items() if name not in judged} | dict(found)
    own["rules"] = rules
    own["verdict"] = (worst_of(rules.values()) if rules else _silent(table.rules)).value
    board["cells"].setdefault(table.table, {})[state["date"]] = own["verdict"]


def _silent(rules: Sequence[RuleResult]) -> Verdict:
    """A date of which no rule says anything has only passing rules, unless the table's rules are all errors."""
    return Verdict.PASS if any(rule.partitions or is_quiet(rule.verdict) for rule in rules) else Verdict.ERROR


def slate_of(state: State) -> Mapping[str, Any] | None:
    """The date's slate: as a run counted it, else the Final games that the schedule's own rule expects."""
    if state["slate"]:
        counted: Mapping[str, Any] = state["slate"]
        return counted
    if state["games"]:
        return {"scheduled": None, "final": sum(bool(game["final"]) for game in state["games"]["games"])}
    expected = [
        cell["expected"]
        for table in state["tables"].values()
        for cell in table["rules"].values()
        if cell.get("expectation") == "expect_player_counts_to_match_schedule" and cell.get("expected") is not None
    ]
    return {"scheduled": None, "final": max(expected)} if expected else None
