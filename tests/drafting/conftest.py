"""A live table of a test's own, and the draft of its contract."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gx.contracts.model import Contract
from gx.contracts.parse import parse_contract
from gx.contracts.source import parse_text
from gx.drafting.draft import DraftOrder, draft
from gx.drafting.profile import profile_of, profile_statement
from gx.drafting.subject import subject_of
from gx.planning.statement import LiveTable, Measurement
from gx.rules.registry import families
from tests.rules.harness import JANUARY, Court

if TYPE_CHECKING:
    from gx.warehouse.client import Warehouse

TABLE = "nba_precompute.scores"
TODAY = date(2026, 1, 14)
type Rows = Sequence[Mapping[str, object]]


@dataclasses.dataclass
class Studio:
    """Makes live tables, each in a project of its own on the session's embedded warehouse, and drafts them."""

    warehouse: Warehouse
    numbers: itertools.count[int] = dataclasses.field(default_factory=itertools.count)

    def live(self, columns: str, rows: Rows, partition: str | None = "game_date", *, apart: bool = True) -> Warehouse:
        """A project with one table of ``name TYPE MODE`` columns, partitioned by day, which demands a filter.

        Not ``apart`` it is the project that commands look into.
        """
        from google.cloud import bigquery

        from gx.warehouse.client import Warehouse

        address = self.warehouse.address
        named = f"drafts-{next(self.numbers)}" if apart else address.project
        project = Warehouse(dataclasses.replace(address, project=named))
        project.client.create_dataset("nba_precompute", exists_ok=True)
        parts = [line.split() for line in columns.split(", ")]
        fields = [bigquery.SchemaField(name, kind, mode[0] if mode else "NULLABLE") for name, kind, *mode in parts]
        table = bigquery.Table(f"{project.address.project}.{TABLE}", schema=fields)
        if partition:
            table.time_partitioning = bigquery.TimePartitioning(field=partition)
            table.require_partition_filter = True
        project.client.create_table(table)
        config = bigquery.LoadJobConfig(schema=fields)
        project.client.load_table_from_json([dict(row) for row in rows], table.reference, job_config=config).result()
        return project

    def draft(
        self, columns: str, rows: Rows, partition: str | None = "game_date", known: Contract | None = None, **named: Any
    ) -> str:
        """The draft of such a table over the first half of January 2026."""
        project = self.live(columns, rows, partition)
        live = project.table_schemas([TABLE])[TABLE]
        assert isinstance(live, LiveTable)
        subject = subject_of(live, named.get("dates"), known.grain if known else ())
        (answer,) = project.run_statements([profile_statement(subject, *JANUARY, TODAY)])
        assert isinstance(answer, Measurement), answer
        return draft(
            subject, profile_of(subject, answer.rows), DraftOrder("precompute", "unknown", *JANUARY), families()
        )


def read(text: str) -> Contract:
    """The draft as a contract; AssertionError when anything is wrong with it."""
    parsed = parse_contract(parse_text(text, f"{TABLE}.yaml"), TABLE, families())
    assert [str(problem) for problem in parsed.problems] == []
    assert parsed.contract
    return parsed.contract


@pytest.fixture(scope="session")
def studio(warehouse: Warehouse) -> Studio:
    return Studio(warehouse)


@pytest.fixture(scope="session")
def court(warehouse: Warehouse) -> Court:
    return Court(warehouse)
