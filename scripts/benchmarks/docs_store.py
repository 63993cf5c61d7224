"""A results store of many runs, as Great Expectations lays it out, for both kinds of Data Docs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

FIRST_DAY = date(2021, 10, 19)


@dataclass(frozen=True)
class Store:
    """A results store of daily runs over the same tables, as Great Expectations lays it out."""

    folder: Path
    tables: int
    rules: int

    def add(self, number: int) -> str:
        """Stores the run of that number, three game dates long; every tenth is broken. Returns its name."""
        day = FIRST_DAY + timedelta(days=number)
        started = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        run_id = f"daily-{started:%Y%m%dT%H%M%SZ}-{number:06x}"
        names = [f"nba_raw.table_{table:02d}" for table in range(self.tables)]
        for table in names:
            rules = [self._rule(table, rule, day, number) for rule in range(self.rules)]
            self._write(run_id, started, table, names, rules)
        return run_id

    def _rule(self, table: str, number: int, day: date, run: int) -> dict[str, Any]:
        broken = run % 10 == 9 and number == 0 and table.endswith("_03")
        days = [day - timedelta(days=back) for back in (3, 2, 1)]
        verdicts = ["fail" if broken and each == days[-1] else "pass" for each in days]
        counts = {"pass": verdicts.count("pass"), "fail": verdicts.count("fail")}
        return {
            "rule": f"rule_{number:02d}",
            "expectation": "expect_reference_keys_to_be_covered"
            if number == 0
            else "expect_column_values_to_be_between",
            "severity": "critical",
            "scope": "historical",
            "verdict": "fail" if broken else "pass",
            "observed": "3 dates as expected",
            "threshold": "fail below 90%",
            "words": f"What rule {number} says of {table}, in one sentence of usual length.",
            "why": "A backfill wrote 1 of 187 players and exited 0.",
            "remedy": "Run the backfill of the date again.",
            "incident": "I-03" if number == 0 else "",
            "owner": "ingest",
            "error": None,
            "location": f"expectations/{table}.yaml:{number + 10}:5",
            "sql": f"SELECT game_date, COUNT(*) FROM `{table}` WHERE game_date = DATE '{day}' GROUP BY game_date\n"
            * 12,
            "evaluated": 26_000,
            "unexpected": 0,
            "partition_counts": counts,
            "partitions": [
                {"partition": f"{each}", "verdict": verdict, "expected": 187, "actual": 1 if verdict == "fail" else 187}
                for each, verdict in zip(days, verdicts, strict=True)
                if number == 0
            ],
            "failing_keys": [{"game_date": f"{days[-1]}", "player_lookup": "somebody"}] if broken else [],
            "failing_keys_total": 186 if broken else 0,
        }

    def _write(
        self, run_id: str, started: datetime, table: str, names: Sequence[str], rules: Sequence[dict[str, Any]]
    ) -> None:
        broken = any(rule["verdict"] == "fail" for rule in rules)
        facts = {
            "run_id": run_id,
            "checkpoint": "daily",
            "started_at": started.isoformat(),
            "window": {"start": f"{started.date() - timedelta(days=3)}", "end": f"{started.date()}"},
            "as_of": started.isoformat(),
            "verdict": "fail" if run_id.endswith("9") else "pass",
            "exit_code": 0,
            "jobs": {"count": 24, "bytes_processed": 10**9, "bytes_billed": 10**9, "seconds": 9.0},
            "warehouse": "embedded",
            "notes": [],
            "overviews": {},
            "tables": list(names),
            "table": {"table": table, "title": table, "owner": "ingest", "phase": "2", "verdict": "pass", "rows": 800},
        }
        facts["verdict"] = "fail" if broken else "pass"
        result = {
            "success": not broken,
            "suite_name": table,
            "suite_parameters": {},
            "results": [_stored(rule) for rule in rules],
            "statistics": {"evaluated_expectations": len(rules), "successful_expectations": len(rules)},
            "meta": {"run_id": {"run_name": run_id, "run_time": started.isoformat()}, "contracts": facts},
            "id": None,
        }
        target = self.folder.joinpath(*table.split("."), run_id, f"{started:%Y%m%dT%H%M%S}.000000Z", "batch.json")
        target.parent.mkdir(parents=True)
        target.write_text(json.dumps(result), encoding="utf-8")


def _stored(rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "success": rule["verdict"] == "pass",
        "expectation_config": {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "points", "min_value": 0, "max_value": 100},
            "meta": {},
            "description": rule["words"],
        },
        "result": {"observed_value": rule["observed"], "details": {"contract": rule}},
        "exception_info": {"raised_exception": False, "exception_message": None, "exception_traceback": None},
        "meta": {},
    }
