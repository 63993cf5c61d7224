"""The gates' own statements: a DELETE of exactly its dates, and as many jobs for four seasons as for two days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gx.gates.gate import AFTER, BEFORE, GateRequest, gate_order
from gx.gates.hearing import plans
from gx.gates.statements import deletion
from gx.rules.registry import families
from tests.gates.project import PROJECT

NOW = datetime(2026, 1, 6, 17, tzinfo=UTC)
THU, FRI = date(2023, 2, 23), date(2023, 2, 24)


def test_a_deletion_names_exactly_its_dates_in_order() -> None:
    found = deletion(PROJECT.contracts["nba_analytics.upcoming_player_game_context"], [FRI, THU])
    assert found.sql == (
        "DELETE FROM `nba_analytics.upcoming_player_game_context` "
        "WHERE game_date IN (DATE '2023-02-23', DATE '2023-02-24')"
    )


@pytest.mark.parametrize("checkpoint", [BEFORE, AFTER])
@pytest.mark.parametrize(
    "processor", ["PlayerCompositeFactorsProcessor", "PlayerGameSummaryProcessor", "prediction-worker"]
)
def test_four_seasons_need_as_many_statements_as_two_days(processor: str, checkpoint: str) -> None:
    def statements(start: date, end: date) -> list[str]:
        order = gate_order(GateRequest(processor, start, end, NOW), PROJECT, checkpoint)
        return sorted(item.name for part in plans(order, PROJECT, families()) for item in part.statements)

    assert statements(date(2021, 10, 19), date(2025, 4, 13)) == statements(THU, FRI)
