"""Evidence: the answers of a run, laid out so that each rule finds its own counters."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from gx.contracts.model import Contract, Scope
from gx.planning.plan import RUN_LOG, SLATE, Plan, PlannedRule, rule_statement
from gx.planning.statement import Answer, LiveTable, Measurement, MeasurementFailure
from gx.rules.family import Evidence, RunsOfDate, SlateDay
from gx.rules.known_processors import KnownProcessors
from gx.rules.run_log import compared_processors, processors_of

_PREFIX = re.compile(r"r[0-9]+_")
"""The prefix of a rule's counters: its number in the contract."""


class Unanswered(Exception):
    """A measurement that a rule needs is not there; the message says why."""


class EvidenceRoom:
    """The answers of a run's statements and metadata calls."""

    def __init__(
        self,
        plan: Plan,
        answers: Mapping[str, Answer],
        live_tables: Mapping[str, LiveTable | MeasurementFailure],
        as_of: datetime,
        contracts: Mapping[str, Contract],
    ) -> None:
        self.contracts = contracts
        self.plan = plan
        self.answers = answers
        self.live_tables = live_tables
        self.as_of = as_of
        self._sql = {statement.name: statement.literal_sql() for statement in plan.statements}
        self._row_counts: dict[str, Mapping[date, int]] = {}
        self._by_prefix: dict[str, Mapping[str, Sequence[tuple[str, str]]]] = {}

    def sql(self, planned: PlannedRule) -> str:
        """The statement that answers this rule alone, with literal values; those it leans on if it has none."""
        own = rule_statement(planned, self.contracts, self.plan.start, self.plan.end, self.as_of)
        if own is not None:
            return own.literal_sql()
        names = [RUN_LOG] if planned.family.needs_runs else [SLATE] if planned.family.needs_slate else []
        if planned.family.needs_rows:
            names.append(planned.contract.table)
        return "\n\n".join(f"{self._sql[name]};" for name in names if name in self._sql)

    def evidence(self, planned: PlannedRule) -> Evidence:
        """All that a rule's family may look at; Unanswered when any of it is missing."""
        family = planned.family
        return Evidence(
            counters=self._counters(planned),
            row_counts=self.row_counts(planned.contract.table) if self._wants_rows(planned) else {},
            slate=self.slate if family.needs_slate else {},
            runs=self._runs(planned) if family.needs_runs else {},
            start=self.plan.start,
            end=self.plan.end,
            as_of=self.as_of,
            live_table=self._live(planned) if family.needs_live_table else None,
            other_runs=self._other_runs(planned) if isinstance(family, KnownProcessors) else {},
        )

    def row_counts(self, table: str) -> Mapping[date, int]:
        """The rows of a table a game date, from its grouped statement."""
        if table not in self._row_counts:
            rows = self._answer(self.plan.row_statements.get(table, table)).rows
            self._row_counts[table] = {
                row["partition_date"]: int(row["row_count"] or 0) for row in rows if row["partition_date"]
            }
        return self._row_counts[table]

    @cached_property
    def slate(self) -> Mapping[date, SlateDay]:
        """The games of each date in the deduplicated schedule."""
        return {
            row["partition_date"]: SlateDay(*(int(row[name]) for name in _SLATE_COUNTS))
            for row in self._answer(SLATE).rows
        }

    def games(self, day: date) -> Sequence[Mapping[str, Any]]:
        """The games of a date in the deduplicated schedule: ``game_id``, ``away``, ``home``, ``status``, ``final``."""
        found: list[Mapping[str, Any]] = json.loads(self._games.get(day) or "[]")
        return found

    @cached_property
    def _games(self) -> Mapping[date, str]:
        return {row["partition_date"]: row["games"] for row in self._answer(SLATE).rows}

    @cached_property
    def runs(self) -> Mapping[str, Mapping[date, RunsOfDate]]:
        """The run log a processor and data date, of every processor that the run's rules read."""
        found: dict[str, dict[date, RunsOfDate]] = {}
        for row in self._answer(RUN_LOG).rows:
            counts = {name: int(row[name]) for name in _RUN_COUNTS}
            most = row["most_records"]
            most = None if most is None else int(most)
            runs = RunsOfDate(**counts, most_records=most, last_started=row.get("last_started"))
            found.setdefault(row["processor_name"], {})[row["partition_date"]] = runs
        return found

    def _runs(self, planned: PlannedRule) -> Mapping[date, RunsOfDate]:
        merged: dict[date, RunsOfDate] = {}
        for name in processors_of(planned.rule, planned.contract):
            for day, runs in self.runs.get(name, {}).items():
                merged[day] = _together(merged[day], runs) if day in merged else runs
        return merged

    def _other_runs(self, planned: PlannedRule) -> Mapping[str, Mapping[date, RunsOfDate]]:
        """The processors that no contract compares; one that a contract's header names only if the rule lists it."""
        listed = set(planned.rule.arguments.processors)
        headers = {contract.header.processor for contract in self.contracts.values()}
        hidden = compared_processors(self.contracts) | (headers - listed)
        return {name: runs for name, runs in self.runs.items() if name not in hidden}

    def _counters(self, planned: PlannedRule) -> Mapping[date, Mapping[str, Any]]:
        if planned.statement is None:
            return {}
        found = {}
        whole = planned.rule.scope is Scope.TABLE
        names = self._names(planned.statement).get(planned.prefix, ())
        for row in self._answer(planned.statement).rows:
            own = {short: row[name] for name, short in names}
            if row["partition_date"] is not None and (whole or any(value is not None for value in own.values())):
                found[row["partition_date"]] = own
        return found

    def _names(self, statement: str) -> Mapping[str, Sequence[tuple[str, str]]]:
        """A statement's columns by the prefix of the rule they answer, each with its name without it."""
        if statement not in self._by_prefix:
            by_prefix: dict[str, list[tuple[str, str]]] = {}
            for name in next(iter(self._answer(statement).rows), {}):
                if marked := _PREFIX.match(name):
                    by_prefix.setdefault(marked[0], []).append((name, name[marked.end() :]))
            self._by_prefix[statement] = by_prefix
        return self._by_prefix[statement]

    def _wants_rows(self, planned: PlannedRule) -> bool:
        return planned.family.needs_rows or planned.statement == planned.contract.table

    def _live(self, planned: PlannedRule) -> LiveTable:
        found = self.live_tables.get(planned.contract.table)
        if isinstance(found, LiveTable):
            return found
        raise Unanswered(found.message if found else "the live table's metadata was not read")

    def _answer(self, name: str) -> Measurement:
        answer = self.answers.get(name)
        if isinstance(answer, Measurement):
            return answer
        if answer is None:
            raise Unanswered(f"the statement {name!r} was not sent")
        raise Unanswered(f"{answer.kind}: {answer.message}")


_SLATE_COUNTS = ("scheduled", "final", "undecided", "called_off")
_RUN_COUNTS = ("runs", "successes", "zero_successes", "failures", "skips", "running", "stuck")


def _together(one: RunsOfDate, other: RunsOfDate) -> RunsOfDate:
    counts = {name: getattr(one, name) + getattr(other, name) for name in _RUN_COUNTS}
    told = [runs.most_records for runs in (one, other) if runs.most_records is not None]
    last = max((runs.last_started for runs in (one, other) if runs.last_started), default=None)
    return RunsOfDate(**counts, most_records=max(told) if told else None, last_started=last)
