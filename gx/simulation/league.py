"""The simulated league: a season of the pipeline's eight tables, clean, the same for the same arguments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from gx.contracts.model import Contract
from gx.simulation.columns import ColumnsUnknown, Rows, to_table
from gx.simulation.season import SeasonLog, run_season
from gx.simulation.seasons import season_facts
from gx.simulation.tables import box_scores, contexts, runs, schedule, summaries

TABLES = (
    schedule.TABLE,
    box_scores.PLAYERS,
    box_scores.TEAM_TOTALS,
    summaries.PLAYERS,
    summaries.DEFENSE,
    contexts.CONTEXTS,
    contexts.FACTORS,
    runs.TABLE,
)
"""The tables a league has, ``dataset.table``."""


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
    log = run_season(facts, as_of)
    return League(season, as_of, _tables(_all_rows(log), contracts))


def _all_rows(log: SeasonLog) -> list[Rows]:
    made = [
        schedule.schedule_rows(log),
        box_scores.player_box_rows(log),
        box_scores.team_box_rows(log),
        summaries.player_summary_rows(log),
        summaries.defense_rows(log),
        contexts.context_rows(log),
        contexts.factor_rows(log),
    ]
    written = {rows.table: _by_date(rows) for rows in made}
    return [*made, runs.run_rows(log, written)]


def _by_date(rows: Rows) -> Counter[date]:
    place = rows.columns.index("game_date")
    return Counter(row[place] for row in rows.rows)


def _tables(all_rows: list[Rows], contracts: Mapping[str, Contract]) -> dict[str, pa.Table]:
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
