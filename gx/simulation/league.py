"""The simulated league: a season of every table of the pipeline, clean, the same for the same arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gx.contracts.model import Contract
from gx.garbage import collector_paused
from gx.simulation.columns import ColumnsUnknown, Rows, to_table
from gx.simulation.season import SeasonLog, run_season
from gx.simulation.seasons import season_facts
from gx.simulation.tables import (
    bettingpros,
    box_scores,
    contexts,
    features,
    gamebooks,
    odds,
    operations,
    precompute,
    predictions,
    registry,
    runs,
    schedule,
    summaries,
    team_games,
)

type Written = Mapping[str, Counter[date]]
type Maker = Callable[[SeasonLog], Rows]

MAKERS: Mapping[str, Maker] = {
    schedule.TABLE: schedule.schedule_rows,
    box_scores.PLAYERS: box_scores.player_box_rows,
    box_scores.TEAM_TOTALS: box_scores.team_box_rows,
    gamebooks.GAMEBOOK: gamebooks.gamebook_rows,
    gamebooks.BOX_FEED: gamebooks.box_feed_rows,
    odds.PROPS: odds.props_rows,
    odds.LINES: odds.line_rows,
    bettingpros.TABLE: bettingpros.rows,
    summaries.PLAYERS: summaries.player_summary_rows,
    summaries.DEFENSE: summaries.defense_rows,
    team_games.OFFENSE: team_games.offense_rows,
    team_games.CONTEXTS: team_games.team_context_rows,
    contexts.CONTEXTS: contexts.context_rows,
    contexts.FACTORS: contexts.factor_rows,
    precompute.CACHE: precompute.cache_rows,
    precompute.PLAYER_ZONES: precompute.player_zone_rows,
    precompute.TEAM_ZONES: precompute.team_zone_rows,
    features.TABLE: features.feature_rows,
    predictions.PREDICTIONS: predictions.prediction_rows,
    predictions.ACCURACY: predictions.accuracy_rows,
    registry.REGISTRY: registry.registry_rows,
    registry.ALIASES: registry.alias_rows,
    registry.UNRESOLVED: registry.unresolved_rows,
    operations.FAILURES: operations.failure_rows,
    operations.OUTPUTS: operations.output_rows,
    operations.SERVICES: operations.deployment_rows,
}
"""What makes each table from a season's log, ``dataset.table``."""

LATE_MAKERS: Mapping[str, Callable[[SeasonLog, Written], Rows]] = {
    runs.TABLE: runs.run_rows,
}
"""What makes the tables that speak of other tables' rows; made last, from the rows written by table and date."""

TABLES = (*MAKERS, *LATE_MAKERS)
"""The tables a league has."""


@dataclass(frozen=True)
class League:
    """One season's tables by name, as they lie in the warehouse on the morning of ``as_of`` (None: after the season).

    Rows of different seasons never overlap, so leagues may be loaded side by side.
    """

    season: str
    as_of: date | None
    tables: Mapping[str, pa.Table]

    def write(self, folder: Path) -> list[Path]:
        """Write ``<dataset>.<table>.parquet`` files into that folder, made if need be; returns their paths."""
        return write_tables(self.tables, folder)


def simulate(season: str, contracts: Mapping[str, Contract], as_of: date | None = None) -> League:
    """The clean league of a season such as ``2022-23``, with the columns of those contracts.

    Games on ``as_of`` and later are scheduled and not played; that day's player contexts and composite factors
    exist, as they are made before the games. Raises ValueError for an unknown season, a missing contract, or
    a contract's column the league has no values for (all of them at once).
    """
    facts = season_facts(season)
    missing = [table for table in TABLES if table not in contracts]
    if missing:
        raise ValueError(f"the simulated league needs contracts for {', '.join(missing)}")
    # a season is a million small tuples without a cycle: looking for one takes a fifth of the time
    with collector_paused():
        log = run_season(facts, as_of)
        return League(season, as_of, _tables(_all_rows(log), contracts))


_DATES = ("game_date", "cache_date", "analysis_date", "data_date")  # by which a table's rows are counted


def _all_rows(log: SeasonLog) -> Iterator[Rows]:
    written: dict[str, Counter[date]] = {}
    for make in MAKERS.values():
        rows = make(log)
        written[rows.table] = _by_date(rows)
        yield rows
    for make_late in LATE_MAKERS.values():
        yield make_late(log, written)


def _by_date(rows: Rows) -> Counter[date]:
    column = next((name for name in _DATES if name in rows.columns), None)
    if column is None:
        return Counter()
    place = rows.columns.index(column)
    return Counter(row[place] for row in rows.rows)


def _tables(all_rows: Iterable[Rows], contracts: Mapping[str, Contract]) -> dict[str, pa.Table]:
    tables, problems = {}, []
    for rows in all_rows:
        try:
            tables[rows.table] = to_table(rows, contracts[rows.table])
        except ColumnsUnknown as error:
            problems.append(str(error))
    if problems:
        raise ColumnsUnknown("\n".join(problems))
    return tables


def write_tables(tables: Mapping[str, pa.Table], folder: Path) -> list[Path]:
    """Write each table to ``<dataset>.<table>.parquet`` in that folder; returns the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.parquet" for name in tables]
    for path, table in zip(paths, tables.values(), strict=True):
        pq.write_table(table, path, compression="zstd")
    return paths
