"""Builds the site from documents: an index, a page a table and a page a run, with a .json beside each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gx.data_docs.catalogue import Catalogue
from gx.data_docs.render import render
from gx.data_docs.stored import Document, StoredRun, read_runs
from gx.data_docs.text import slug
from gx.data_docs.view.history import history_of, history_page, history_run
from gx.data_docs.view.index import index_page
from gx.data_docs.view.run import run_page
from gx.data_docs.view.runs import group_key, head, standing
from gx.data_docs.view.table import table_page
from gx.data_docs.write import write_files
from gx.reporting.inventory import inventory_files


def build_site(runs: Iterable[Document], folder: Path, catalogue: Catalogue | None = None) -> Path:
    """Writes the pages of these runs and returns the index.

    ``runs`` are documents of schema ``contracts.result/1`` in any order; ``catalogue`` adds columns, neighbours and
    waivers from the contracts. Only files whose content changed are written.

    Raises:
        OSError: the folder cannot be written.
    """
    write_files(folder, site_files(read_runs(runs), catalogue or Catalogue()))
    return folder / "index.html"


def site_files(runs: Sequence[StoredRun], catalogue: Catalogue) -> dict[str, str]:
    """The site's files by relative name; ``runs`` come newest first."""
    tables = sorted({table.table for run in runs for table in run.tables})
    files = {
        "index.html": render("index.html.j2", page=index_page(runs), root=""),
        "index.json": _json(_index_json(runs)),
    }
    for table in tables:
        page = table_page(table, runs, catalogue)
        files[f"tables/{slug(table)}.html"] = render("table.html.j2", page=page, root="../")
        files[f"tables/{slug(table)}.json"] = _json(_table_json(table, runs))
    for run in runs:
        files[f"runs/{slug(run.run_id)}.html"] = render("run.html.j2", page=run_page(run), root="../")
        files[f"runs/{slug(run.run_id)}.json"] = _json(run.document)
    return files | _history_files(runs)


def _history_files(runs: Sequence[StoredRun]) -> dict[str, str]:
    """The run history's page with its CSV files, of the newest run that has one."""
    run = history_run(runs)
    if run is None:
        return {}
    page = render("run_history.html.j2", page=history_page(run), root="")
    return {"run_history.html": page, **inventory_files(history_of(run))}


def _index_json(runs: Sequence[StoredRun]) -> dict[str, Any]:
    return {
        "schema": "contracts.index/1",
        "standing": {group_key(run): run.run_id for run in standing(runs)},
        "runs": [_run_json(run) for run in runs],
    }


def _run_json(run: StoredRun) -> dict[str, Any]:
    sentence = head(run).sentence
    return {
        "run_id": run.run_id,
        "checkpoint": run.checkpoint,
        "window": {"start": run.start, "end": run.end},
        "as_of": run.as_of,
        "started_at": run.started_at,
        "verdict": run.verdict.value,
        "headline": sentence.headline,
        "cause": sentence.cause,
        "tables": {table.table: table.verdict.value for table in run.tables},
        "page": f"runs/{head(run).page}",
    }


def _table_json(table: str, runs: Sequence[StoredRun]) -> dict[str, Any]:
    """The table's part of each run that its page shows."""
    shown = standing([run for run in runs if run.table(table)])
    return {
        "schema": "contracts.table/1",
        "table": table,
        "standing": [
            {"run_id": run.run_id, "checkpoint": run.checkpoint, "window": run.document.get("window"), **part}
            for run in shown
            for part in run.document["tables"]
            if part["table"] == table
        ],
    }


def _json(value: Mapping[str, Any]) -> str:
    # ASCII only: halves of surrogate pairs and line separators in data stay harmless and exact. Without indents,
    # because with them Python leaves its fast encoder and a season takes seconds.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"), default=str) + "\n"
