"""A court for rules: small contracts and handfuls of rows in, results out, all of it run on the embedded warehouse."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gx.calendar.calendar import Calendar
from gx.contracts.calendar_file import CalendarFile, Season, TableTiming
from gx.contracts.model import Contract
from gx.contracts.parse import parse_contract
from gx.contracts.source import parse_text
from gx.judging.evidence import EvidenceRoom
from gx.judging.judge import Bench, judge_rule
from gx.judging.result import PartitionResult, RuleResult, Verdict
from gx.planning.keys import keys_statement
from gx.planning.plan import Plan, plan
from gx.planning.statement import Answer, Measurement
from gx.rules.registry import families

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

type Rows = Sequence[Mapping[str, object]]
type Results = dict[str, RuleResult]

NOON = datetime(2026, 1, 14, 12, tzinfo=ZoneInfo("America/New_York"))
JANUARY = (date(2026, 1, 1), date(2026, 1, 14))


def january(day: int) -> date:
    """A game date of January 2026, the month in which most tests play."""
    return date(2026, 1, day)


def contract(
    table: str, columns: str, rules: str = "", *, grain: str = "game_date", processor: str = "None"
) -> Contract:
    """A contract of ``name TYPE`` columns and a YAML list of rules; AssertionError with every problem it has."""
    listed = [column.split() for column in columns.split(", ")]
    head = {
        "table": table,
        "title": table,
        "description": "Rows of a test.",
        "owner": "tests",
        "processor": processor,
        "phase": 2,
        "partition": listed[0][0],
        "require_partition_filter": True,
        "grain": grain.split(", "),
        "columns": [{"name": name, "type": kind} for name, kind in listed],
    }
    lines = [f"{key}: {json.dumps(value)}" for key, value in head.items()]
    text = "\n".join([*lines, f"expectations:\n{rules}" if rules else ""])
    parsed = parse_contract(parse_text(text, f"{table}.yaml"), table, families())
    assert parsed.contract is not None, parsed.problems
    assert parsed.sound, parsed.problems
    return parsed.contract


def only(subject: Contract, *rules: str) -> Contract:
    """The contract with no more than these rules: a case of its own should not pay for the others."""
    found = tuple(rule for rule in subject.rules if rule.name in rules)
    assert len(found) == len(rules), rules
    return dataclasses.replace(subject, rules=found)


def problems(subject: Contract, *others: Contract) -> list[str]:
    """What the families say is wrong with the contract's rules."""
    known = {item.table: item for item in (subject, *others)}
    return [text for rule in subject.rules for text in families()[rule.expectation].check(rule, subject, known)]


def calendar(**tables: TableTiming) -> Calendar:
    """The season of 2025-26 without breaks; ``tables`` are timings by name, with two underscores for the dot."""
    season = Season(
        season="2025-26",
        first_game=date(2025, 10, 21),
        last_game=date(2026, 4, 12),
        playoffs_end=date(2026, 6, 30),
        source="tests",
    )
    timings = {name.replace("__", "."): timing for name, timing in tables.items()}
    return Calendar(
        CalendarFile(time_zone="America/New_York", bootstrap_days=14, seasons=(season,), breaks=(), tables=timings)
    )


@dataclasses.dataclass
class Court:
    """Judges contracts over rows, each case in a project of its own on the session's embedded warehouse."""

    warehouse: Warehouse
    numbers: itertools.count[int] = dataclasses.field(default_factory=itertools.count)

    def judge(
        self,
        contracts: Sequence[Contract],
        rows: Mapping[str, Rows],
        as_of: datetime = NOON,
        window: tuple[date, date] = JANUARY,
        *,
        known: Calendar | None = None,
        live: Sequence[Contract] = (),
        cap: int = 200,
    ) -> Results:
        """Every rule's result by its name, failing keys included. The schedule is empty unless it is given.

        ``live`` are contracts of tables that are not as the judged contracts declare them.
        """
        given = {item.table: item for item in (SCHEDULE, *contracts)}
        project = self.load([*(given | {item.table: item for item in live}).values()], rows)
        planned = plan([(item, item.rules) for item in contracts], given, families(), *window, as_of)
        answers = _answers(project, planned)
        room = EvidenceRoom(planned, answers, project.table_schemas(list(given)), as_of, given)
        bench = Bench(as_of, known or calendar(), ())
        results = {item.rule.name: judge_rule(item, room, bench) for item in planned.rules}
        assert len(results) == len(planned.rules), "two rules of one name"
        return results | _with_keys(project, planned, results, given, cap, as_of)

    def load(self, contracts: Sequence[Contract], rows: Mapping[str, Rows]) -> Warehouse:
        """A project of its own with the contracts' tables and these rows."""
        from gx.warehouse.client import Warehouse
        from gx.warehouse.tables import create_tables

        address = dataclasses.replace(self.warehouse.address, project=f"rules-{next(self.numbers)}")
        project = Warehouse(address)
        create_tables(project, list(contracts))
        known = {item.table: item for item in contracts}
        for table, items in rows.items():
            _insert(project, known[table], items)
        return project


def _insert(project: Warehouse, subject: Contract, rows: Rows) -> None:
    from google.cloud import bigquery

    from gx.warehouse.schema import table_definition

    target = table_definition(subject, project.address.project)
    plain = [{name: _plain(value) for name, value in row.items()} for row in rows]
    job = project.client.load_table_from_json(
        plain, target.reference, job_config=bigquery.LoadJobConfig(schema=target.schema)
    )
    job.result()
    assert job.output_rows == len(rows)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _answers(project: Warehouse, planned: Plan) -> dict[str, Answer]:
    answers = {answer.statement: answer for answer in project.run_statements(planned.statements)}
    failed = [answer for answer in answers.values() if not isinstance(answer, Measurement)]
    assert not failed, failed
    return answers


def _with_keys(
    project: Warehouse, planned: Plan, results: Results, contracts: Mapping[str, Contract], cap: int, as_of: datetime
) -> Results:
    statements, names = [], []
    for item in planned.rules:
        dates = [cell.partition for cell in bad(results[item.rule.name]) if cell.partition]
        statement = keys_statement(item, contracts, dates, planned.start, planned.end, cap, as_of)
        if statement:
            statements.append(statement)
            names.append(item.rule.name)
    found = {}
    for name, answer in zip(names, project.run_statements(statements), strict=True):
        assert isinstance(answer, Measurement), answer
        keys = tuple({key: value for key, value in row.items() if key != "total_keys"} for row in answer.rows)
        total = answer.rows[0]["total_keys"] if keys else 0
        found[name] = dataclasses.replace(results[name], failing_keys=keys, failing_keys_total=total)
    return found


def bad(result: RuleResult) -> list[PartitionResult]:
    """The cells that fail or warn."""
    return [cell for cell in result.partitions if cell.verdict in (Verdict.FAIL, Verdict.WARN)]


def days(result: RuleResult, verdict: str = "fail") -> list[int]:
    """The days of the month with that verdict."""
    return [cell.partition.day for cell in result.partitions if cell.partition and cell.verdict == verdict]


def cell(result: RuleResult, day: date) -> PartitionResult:
    """The result of one date; a date that has nothing to tell is no cell."""
    return next(item for item in result.partitions if item.partition == day)


def classes(result: RuleResult) -> dict[int, str | None]:
    """The classification by day of the month."""
    return {item.partition.day: item.classification for item in result.partitions if item.partition}


def keys(result: RuleResult, *names: str) -> list[tuple[Any, ...]]:
    """The failing keys, reduced to these columns, in order."""
    return sorted(tuple(row[name] for name in names) for row in result.failing_keys)


SCHEDULE = contract(
    "nba_raw.nbac_schedule",
    "game_date DATE, game_id STRING, game_status INT64, game_status_text STRING, away_team_tricode STRING, "
    "home_team_tricode STRING, home_team_score INT64, away_team_score INT64, processed_at TIMESTAMP",
    grain="game_date, game_id",
)


def game(day: date, away: str, home: str, **changes: object) -> dict[str, object]:
    """A Final game of the schedule; its official id is made of the day and the teams' first letters."""
    number = (ord(away[0]) - 65) * 26 + ord(home[0]) - 65
    row: dict[str, object] = {
        "game_date": day,
        "game_id": f"00225{day.day:02d}{number:03d}",
        "game_status": 3,
        "game_status_text": "Final",
        "away_team_tricode": away,
        "home_team_tricode": home,
        "home_team_score": 110,
        "away_team_score": 104,
        "processed_at": "2026-01-14T09:00:00Z",
    }
    return row | changes


def custom_id(day: date, away: str, home: str) -> str:
    """The id that names the date and both teams, away first."""
    return f"{day:%Y%m%d}_{away}_{home}"
