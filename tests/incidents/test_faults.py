"""Faults that no catalogue names: NULLs, one value, zeros, tenfold, another case, exchanged columns, one date each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import batched

import pyarrow as pa
import pytest

from gx.checkpoints.replay import Replayer
from gx.judging.result import RunResult, is_quiet
from tests.incidents.faults import Fault, column_faults, ordinary_days, planted, row_faults

WINTER = ("2025-26", date(2026, 1, 14))
SPRING = ("2024-25", None)
SHARES = {
    "nba_precompute.player_composite_factors": 0.9,
    "nba_analytics.player_game_summary": 0.8,
    "nba_raw.bdl_player_boxscores": 0.8,
    "nba_predictions.ml_feature_store_v2": 0.8,
    "nba_predictions.player_prop_predictions": 0.8,
}
"""The least share of all faults that a table's contract must tell on their dates."""


def told(replayer: Replayer, season: str, as_of: date | None, table: str) -> Iterator[tuple[Fault, bool]]:
    """Every fault of a table's columns, as many at once as there are ordinary dates, and whether its date is loud."""
    replayer.load(season, as_of)
    rows, contract = replayer.tables[table], replayer.project.contracts[table]
    partition = str(contract.partition)
    days = ordinary_days(rows, partition)
    sample = rows.filter(pa.array([day == days[0] for day in rows.column(partition).to_pylist()]))
    for faults in batched(column_faults(sample, contract), len(days), strict=False):
        on = dict(zip(days, faults, strict=False))
        loud = loud_dates(replayer.audit_of({table: planted(rows, partition, on)}), table)
        yield from ((fault, day in loud) for day, fault in on.items())


def loud_dates(run: RunResult, table: str) -> set[date | None]:
    assert [rule.name for rule in run.rules if rule.error] == []
    parts = (part for rule in run.rules if rule.table == table for part in rule.partitions)
    return {part.partition for part in parts if not is_quiet(part.verdict)}


def missed(found: Sequence[tuple[Fault, bool]]) -> list[str]:
    return [str(fault) for fault, loud in found if not loud]


WHOLE = (*SHARES, "nba_raw.nbac_gamebook_player_stats")
"""Tables whose dates must be whole. Of predictions, a player has as many as there are systems and lines."""


@pytest.mark.parametrize(
    ("season", "as_of", "table"),
    [(*WINTER, table) for table in WHOLE if table != "nba_predictions.player_prop_predictions"],
    ids=str,
)
def test_rows_that_are_missing_or_there_twice_are_told_on_their_date(
    replayer: Replayer, season: str, as_of: date | None, table: str
) -> None:
    replayer.load(season, as_of)
    rows, partition = replayer.tables[table], str(replayer.project.contracts[table].partition)
    days = ordinary_days(rows, partition)
    faults = dict(zip(days, row_faults(rows), strict=False))
    loud = loud_dates(replayer.audit_of({table: planted(rows, partition, faults)}), table)
    assert len(faults) >= 3
    assert [str(fault) for day, fault in faults.items() if day not in loud] == []


@pytest.mark.parametrize(
    ("season", "as_of", "table"),
    [(*WINTER, "nba_precompute.player_composite_factors"), *((*SPRING, table) for table in SHARES)],
    ids=str,
)
def test_nearly_every_fault_of_a_column_is_told_on_its_date(
    replayer: Replayer, season: str, as_of: date | None, table: str
) -> None:
    found = list(told(replayer, season, as_of, table))
    assert len(found) > 20
    caught = 1 - len(missed(found)) / len(found)
    assert caught >= SHARES[table], f"{caught:.0%} of {len(found)} told; missed: {', '.join(missed(found))}"
