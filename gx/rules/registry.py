"""The registry of rule families: the one list that names them all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gx.rules.family import Family


@cache
def families() -> Mapping[str, Family]:
    """Every family by its expectation name."""
    from gx.rules import (
        agreement,
        columns,
        freshness,
        game_ids,
        groups,
        known_processors,
        reference,
        repeats,
        resolving,
        rows,
        run_log,
        running,
        schedule,
        schema,
        seasons,
        services,
        slates,
        statistics,
        sums,
        typical,
        uniqueness,
        value_counts,
    )

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
        agreement.ValuesAgree(),
        sums.SumsReconcile(),
        running.RunningCountsAgree(),
        resolving.KeysResolve(),
        slates.EverySlatePresent(),
        slates.PastGamesDecided(),
        run_log.RecordsProcessedAgree(),
        run_log.ZeroRecordRuns(),
        known_processors.KnownProcessors(),
        typical.PartitionTypical(),
        groups.GroupSizes(),
        repeats.RowsChange(),
        freshness.PartitionsFresh(),
        seasons.SeasonScheduled(),
        services.ServicesCurrent(),
        value_counts.ValueCounts(),
    ]
    return {family.name: family for family in every}
