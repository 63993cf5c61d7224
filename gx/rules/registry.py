"""The registry of rule families: the one list that names them all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gx.rules.family import Family


@cache
def families() -> Mapping[str, Family]:
    """Every family by its expectation name."""
    from gx.rules import columns, game_ids, reference, rows, run_log, schedule, schema, slates, statistics, uniqueness

    every: list[Family] = [
        schema.SchemaMatches(),
        columns.NotNull(),
        columns.Null(),
        columns.Between(),
        columns.InSet(),
        columns.MatchRegex(),
        uniqueness.CompoundUnique(),
        uniqueness.OneValuePerKey(),
        rows.RowsSatisfy(),
        statistics.PartitionStatistic(),
        schedule.PlayerCounts(),
        schedule.TeamRows(),
        game_ids.GameIdsResolve(),
        reference.ReferenceCoverage(),
        reference.FallbackComplete(),
        slates.EverySlatePresent(),
        slates.PastGamesDecided(),
        run_log.RecordsProcessedAgree(),
        run_log.ZeroRecordRuns(),
    ]
    return {family.name: family for family in every}
