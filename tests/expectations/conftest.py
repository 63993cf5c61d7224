"""A small judged run, two families, and a warehouse address that remembers who spoke to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gx.contracts.model import Column, Contract, ContractHeader, Location, Model, Rule, Severity
from gx.judging.result import PartitionResult, RuleResult, RunResult, TableResult, Verdict
from gx.paths import Paths
from gx.rules.family import Evidence, Family

TABLE = "scored.player_composite_factors"
DAY = date(2023, 2, 23)


class NotNullArguments(Model):
    """The arguments of a family that carries a GX name."""

    column: str
    mostly: float = 1.0
    where: str | None = None


class FallbackArguments(Model):
    """The arguments of a family of our own."""

    primary: str
    key: tuple[str, ...]


class _Judged(Family):
    def words(self, rule: Rule, contract: Contract) -> str:
        return "Every row has a value"

    def threshold(self, rule: Rule) -> str:
        return "no row may differ"

    def judge(self, rule: Rule, contract: Contract, evidence: Evidence) -> Sequence[PartitionResult]:
        return []


class NotNullFamily(_Judged):
    """Every value is there."""

    name = "expect_column_values_to_not_be_null"
    Kwargs = NotNullArguments


class FallbackFamily(_Judged):
    """The primary table is empty or complete."""

    name = "expect_fallback_to_be_complete"
    Kwargs = FallbackArguments


FAMILIES = {family.name: family for family in (NotNullFamily(), FallbackFamily())}


def contract(table: str = TABLE) -> Contract:
    """A contract with a rule of each family and one GX core rule."""
    columns = (
        Column(name="game_date", type="DATE", mode="REQUIRED"),
        Column(name="player_lookup", type="STRING"),
        Column(name="fatigue_score", type="INT64"),
    )
    header = ContractHeader(
        table=table,
        title="Player composite factors",
        description="One row a player and game date.",
        owner="precompute",
        processor="PlayerCompositeFactorsProcessor",
        phase=4,
        partition="game_date",
        require_partition_filter=True,
        grain=("game_date", "player_lookup"),
        columns=columns,
    )
    mean = {"column": "fatigue_score", "min_value": 0, "max_value": 100}
    rules = (
        Rule("score_present", NotNullFamily.name, NotNullArguments(column="fatigue_score"), Location("a.yaml", 9)),
        Rule("fallback", FallbackFamily.name, FallbackArguments(primary=table, key=("game_date",)), Location("a.yaml")),
        Rule("mean", "expect_column_mean_to_be_between", mean, Location("a.yaml", 20), severity=Severity.WARNING),
    )
    return Contract(header, rules, Location("a.yaml"))


def rule_result(verdict: Verdict = Verdict.FAIL, rule: str = "score_present", **changes: object) -> RuleResult:
    """A judged rule of the contract above, 68 of 175 players on one date."""
    expectation = next(each.expectation for each in contract().rules if each.name == rule)
    day = PartitionResult(DAY, verdict, 175, 68, None, "PARTIAL", "107 are missing")
    fields: dict[str, object] = {
        "severity": "critical",
        "scope": "historical",
        "verdict": verdict,
        "observed": "68 of 175",
        "words": "Every row has a value in fatigue_score.",
        "partitions": [day],
        "partition_counts": {verdict.value: 1},
        "evaluated": 175,
        "unexpected": 107,
        "failing_keys": [{"player_lookup": "<script>alert(1)</script>"}],
        "failing_keys_total": 107,
        "error": "statement failed: 400 no such column" if verdict is Verdict.ERROR else None,
    }
    return RuleResult(TABLE, rule, expectation, **(fields | changes))  # type: ignore[arg-type]


def run_result(run_id: str = "run-1", rules: Sequence[RuleResult] | None = None) -> RunResult:
    """A run over one table."""
    judged = rules if rules is not None else [rule_result(), rule_result(Verdict.PASS, "fallback", unexpected=0)]
    table = TableResult(TABLE, "Player composite factors", "precompute", "4", Verdict.FAIL, judged, "One row a player.")
    return RunResult(
        run_id=run_id,
        checkpoint="daily",
        started_at=datetime(2023, 4, 11, 8, tzinfo=UTC),
        start=DAY,
        end=date(2023, 2, 24),
        as_of=datetime(2023, 4, 11, tzinfo=UTC),
        verdict=Verdict.FAIL,
        exit_code=1,
        tables=[table],
        warehouse="embedded",
    )


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """Folders of a project of its own."""
    return Paths(root=tmp_path, warehouse=tmp_path / "warehouse", state=tmp_path / "state")


@dataclass
class Listener:
    """An HTTP server that refuses everything and remembers each request."""

    port: int
    requests: list[str] = field(default_factory=list)

    @property
    def connection(self) -> str:
        """The SQLAlchemy address of a BigQuery that is this server."""
        return f"bigquery+emulator://contracts?api_endpoint=http://127.0.0.1:{self.port}"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A BigQuery endpoint that nobody should speak to."""
    heard = Listener(0)

    class Handler(BaseHTTPRequestHandler):
        def _refuse(self) -> None:
            heard.requests.append(f"{self.command} {self.path}")
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_PUT = do_DELETE = _refuse  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    heard.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield heard
    server.shutdown()
    server.server_close()
    thread.join()
