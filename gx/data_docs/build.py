"""Builds the site: a run after the other is added to its state, then every page is drawn whose state changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gx.data_docs.catalogue import Catalogue
from gx.data_docs.pages import contracts_digest, latest_pages, program_digest, run_files
from gx.data_docs.results import Listed, list_runs
from gx.data_docs.state.fold import fold, fold_tables, keep_last
from gx.data_docs.state.names import SITE
from gx.data_docs.state.shelf import Shelf, State
from gx.data_docs.stored import Document, StoredRun, read_run, read_runs
from gx.data_docs.write import Stage, writing
from gx.garbage import collector_paused


def build_site(runs: Iterable[Document], folder: Path, catalogue: Catalogue | None = None) -> Path:
    """Writes the pages of these runs and returns the index.

    ``runs`` are documents of schema ``contracts.result/1`` in any order; ``catalogue`` adds columns, neighbours and
    waivers from the contracts. Only files whose content changed are written.

    Raises:
        OSError: the folder cannot be written.
    """
    with writing(folder) as stage:
        ordered = list(reversed(read_runs(runs)))
        _build(ordered, {run.run_id: len(run.tables) for run in ordered}, Shelf(), stage, catalogue or Catalogue())
    return folder / "index.html"


def build_stored(results: Path, folder: Path, catalogue: Catalogue | None = None, *, anew: bool = False) -> Path:
    """Brings the pages of the results store up to date and returns the index.

    Runs that the site does not know yet are added to it. It is built anew from all results when ``anew`` says so, when
    this program has changed, or when what is new is not newer than what is there. Runs that still
    lie in the outbox beside the results do not count yet.

    Raises:
        OSError: the folder cannot be written.
    """
    catalogue = catalogue or Catalogue()
    with writing(folder) as stage, collector_paused():
        listed = list_runs(results)
        counts = {run_id: len(each.tables) for run_id, each in listed.items()}
        site = None if anew else _site(folder)
        fresh = _fresh(site, counts) if site else None
        if site is None or fresh is None or not _newer(site, [listed[name] for name in fresh]):
            _build(_read_all(listed.values()), counts, Shelf(), stage, catalogue)
        elif fresh or site["contracts"] != contracts_digest(catalogue):
            ordered = _read_all(listed[name] for name in fresh)
            _build(ordered, counts, Shelf(folder), stage, catalogue)
    return folder / "index.html"


def site_files(runs: Sequence[StoredRun], catalogue: Catalogue) -> dict[str, str]:
    """The files of a site of these runs alone, by relative name."""
    shelf, files = Shelf(), dict[str, str]()
    for run in sorted(runs, key=lambda run: run.order):
        files |= _add(shelf, run, catalogue)
    return files | _drawn(shelf, catalogue)


def _build(runs: Iterable[StoredRun], counts: dict[str, int], shelf: Shelf, stage: Stage, catalogue: Catalogue) -> None:
    site = shelf.change(SITE, schema="contracts.site/1", newest="", contracts="")
    for run in runs:
        stage.add(_add(shelf, run, catalogue))
        site["newest"] = max(site["newest"], run.started_at)
    if site["contracts"] != contracts_digest(catalogue):
        shelf.touched.update(shelf.names("tables"))
    site |= {"program": program_digest(), "contracts": contracts_digest(catalogue), "runs": counts}
    stage.add(_drawn(shelf, catalogue))
    stage.commit()


def _add(shelf: Shelf, run: StoredRun, catalogue: Catalogue) -> dict[str, str]:
    """Adds a run to the state; the files of its permanent page."""
    line = fold(shelf, run, catalogue)
    index = shelf.find("index.json") or {}
    return run_files(run, line, index.get("news") or {}, *keep_last(shelf, run))


def _drawn(shelf: Shelf, catalogue: Catalogue) -> dict[str, str]:
    fold_tables(shelf)
    return {**latest_pages(shelf, catalogue), **shelf.files()}


def _site(folder: Path) -> State | None:
    """What the site in the folder was made from, unless pages of this program look otherwise."""
    try:
        site = Shelf(folder).find(SITE)
    except ValueError:
        return None
    return site if site and site.get("program") == program_digest() else None


def _fresh(site: State, counts: dict[str, int]) -> list[str] | None:
    """The runs that the site lacks; None when it knows one that has changed or gone."""
    known: dict[str, int] = site["runs"]
    if any(counts.get(name) != count for name, count in known.items()):
        return None
    return [name for name in counts if name not in known]


def _newer(site: State, fresh: Sequence[Listed]) -> bool:
    newest = "".join(mark for mark in site["newest"][:19] if mark.isdigit())
    return all(each.order and each.order[:15].replace("T", "") >= newest for each in fresh)


def _read_all(listed: Iterable[Listed]) -> Iterator[StoredRun]:
    """The runs one by one, oldest first, so that years of results need no memory."""
    waiting = [(each.order, each.run_id, each) for each in listed]
    if all(order for order, _, _ in waiting):
        for _, _, each in sorted(waiting, key=lambda item: item[:2]):
            yield from map(read_run, each.documents())
    else:
        documents = [document for _, _, each in waiting for document in each.documents()]
        yield from reversed(read_runs(documents))
