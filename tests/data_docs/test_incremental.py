"""A run is added to the pages that are there; whatever ends a build, readers meet a whole site."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gx.data_docs.build import build_stored
from gx.data_docs.catalogue import Catalogue
from gx.data_docs.results import Listed
from gx.data_docs.write import Stage, writing
from tests.data_docs.documents import Json, catalogue, document, partition, rule
from tests.data_docs.reachable import reachable
from tests.data_docs.store import store

TABLES = ("nba_raw.first", "nba_analytics.second")
DAYS = ("2023-01-10", "2023-01-11", "2023-01-12")


def daily(number: int, broken: str = "", error: str = "") -> Json:
    """A daily run over three game dates; ``broken`` names a table whose second date fails."""
    tables = [table(name, "fail" if name == broken else "pass", error if name == broken else "") for name in TABLES]
    verdict = "error" if error else "fail" if broken else "pass"
    started = f"2023-01-{13 + number}T11:00:00+00:00"
    return document(f"daily-2023-01-{13 + number}", "daily", tables, started, (DAYS[0], DAYS[-1]), verdict)


def table(name: str, verdict: str, error: str) -> Json:
    found = [partition(day, verdict if day == DAYS[1] else "pass", 9, 9) for day in DAYS]
    own = rule(name, "is_whole", [] if error else found, verdict="error" if error else verdict, error=error or None)
    rules = [own, *(rule(name, f"r{number}") for number in range(3))]
    return {"table": name, "title": name, "phase": "2", "owner": "x", "verdict": own["verdict"], "rules": rules}


def everything(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def stamps(site: Path) -> dict[str, int]:
    return {path.relative_to(site).as_posix(): path.stat().st_mtime_ns for path in site.rglob("*") if path.is_file()}


def test_adding_runs_one_by_one_makes_the_site_that_building_it_anew_makes(tmp_path: Path) -> None:
    runs = [daily(0), daily(1, "nba_raw.first"), daily(2, "nba_analytics.second"), daily(3)]
    for run in runs:
        store(tmp_path / "results", run)
        build_stored(tmp_path / "results", tmp_path / "grown", catalogue())
    build_stored(tmp_path / "results", tmp_path / "anew", catalogue())
    assert everything(tmp_path / "grown") == everything(tmp_path / "anew")


def test_a_run_more_leaves_the_permanent_pages_and_other_dates_as_they_are(tmp_path: Path) -> None:
    store(tmp_path / "results", daily(0), daily(1))
    build_stored(tmp_path / "results", tmp_path / "site")
    before = stamps(tmp_path / "site")
    store(tmp_path / "results", daily(2, "nba_raw.first"))
    build_stored(tmp_path / "results", tmp_path / "site")
    after = stamps(tmp_path / "site")
    changed = {name for name, stamp in after.items() if before.get(name) != stamp}
    assert not {name for name in changed if name.startswith("runs/")} & set(before)
    assert {"index.html", "tables/nba_raw.first.html", "rules/nba_raw.first.is_whole.html"} <= changed
    assert "dates/2023-01-11.html" in changed
    assert "search.html" not in changed


def test_only_new_results_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(tmp_path / "results", daily(0), daily(1))
    build_stored(tmp_path / "results", tmp_path / "site")
    read: list[str] = []
    original = Listed.documents

    def documents(listed: Listed) -> list[dict[str, Any]]:
        read.append(listed.run_id)
        return original(listed)

    monkeypatch.setattr(Listed, "documents", documents)
    build_stored(tmp_path / "results", tmp_path / "site")
    assert read == []
    store(tmp_path / "results", daily(2))
    build_stored(tmp_path / "results", tmp_path / "site")
    assert read == ["daily-2023-01-15"]


def test_an_older_run_that_comes_late_takes_its_place_in_time(tmp_path: Path) -> None:
    store(tmp_path / "results", daily(0), daily(2))
    build_stored(tmp_path / "results", tmp_path / "site")
    store(tmp_path / "results", daily(1, "nba_raw.first"))
    build_stored(tmp_path / "results", tmp_path / "site")
    assert "All 8 rules hold" in (tmp_path / "site" / "index.html").read_text()
    assert "holds again" in (tmp_path / "site" / "rules" / "nba_raw.first.is_whole.html").read_text()


def test_a_run_in_the_outbox_does_not_count_yet(tmp_path: Path) -> None:
    store(tmp_path / "results", daily(0), daily(1, "nba_raw.first"))
    (tmp_path / "outbox" / "daily-2023-01-14").mkdir(parents=True)
    build_stored(tmp_path / "results", tmp_path / "site")
    assert not (tmp_path / "site" / "runs" / "daily-2023-01-14.html").exists()
    (tmp_path / "outbox" / "daily-2023-01-14").rmdir()
    build_stored(tmp_path / "results", tmp_path / "site")
    assert "is broken on 2023-01-11" in (tmp_path / "site" / "index.html").read_text()


def test_changed_contracts_show_without_a_new_run(tmp_path: Path) -> None:
    store(tmp_path / "results", daily(0))
    build_stored(tmp_path / "results", tmp_path / "site", Catalogue())
    card = next(iter(catalogue().cards.values()))
    changed = Catalogue({"nba_raw.first": card})
    build_stored(tmp_path / "results", tmp_path / "site", changed)
    assert "Eastern &lt;date&gt; of tip-off" in (tmp_path / "site" / "tables" / "nba_raw.first.html").read_text()


def test_a_fault_while_pages_are_drawn_leaves_the_old_site_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path / "results", daily(0))
    build_stored(tmp_path / "results", tmp_path / "site")
    before = everything(tmp_path / "site")
    store(tmp_path / "results", daily(1, "nba_raw.first"))

    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Stage, "commit", full)
    with pytest.raises(OSError, match="No space left"):
        build_stored(tmp_path / "results", tmp_path / "site")
    assert everything(tmp_path / "site") == before


KILLED_AT = 9
KILLED = """
import os, sys
from pathlib import Path
from gx.data_docs.build import build_stored
left = int(sys.argv[3])
def end(event, arguments):
    global left
    if event in ("open", "os.rename") and sys.argv[2] in str(arguments[0]):
        left -= 1
        if left < 0:
            os._exit(9)
sys.addaudithook(end)
build_stored(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("step", [3, 25, 45, 50, 55, 60, 65])
def test_a_build_that_is_killed_is_finished_or_undone_by_the_next(tmp_path: Path, step: int) -> None:
    store(tmp_path / "results", daily(0))
    build_stored(tmp_path / "results", tmp_path / "site")
    store(tmp_path / "results", daily(1, "nba_raw.first"))
    command = [sys.executable, "-c", KILLED, str(tmp_path / "results"), str(tmp_path / "site"), str(step)]
    assert subprocess.run(command, env={**os.environ, "PYTHONPATH": "."}, check=False).returncode == KILLED_AT
    assert reachable(tmp_path / "site") >= set((tmp_path / "site").glob("*.html"))
    build_stored(tmp_path / "results", tmp_path / "site")
    build_stored(tmp_path / "results", tmp_path / "anew")
    assert everything(tmp_path / "site") == everything(tmp_path / "anew")


def test_two_builds_at_once_wait_for_each_other(tmp_path: Path) -> None:
    store(tmp_path / "results", daily(0), daily(1, "nba_raw.first"))
    with ThreadPoolExecutor(4) as pool:
        built = [pool.submit(build_stored, tmp_path / "results", tmp_path / "site") for _ in range(4)]
        assert {each.result() for each in built} == {tmp_path / "site" / "index.html"}
    build_stored(tmp_path / "results", tmp_path / "alone")
    assert everything(tmp_path / "site") == everything(tmp_path / "alone")


def test_a_build_that_does_not_end_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gx.data_docs.write.WAIT", 0.0)
    with writing(tmp_path), pytest.raises(TimeoutError, match=r"another build of .* has not ended within 0 s"):
        build_stored(tmp_path / "results", tmp_path)


def test_what_is_sealed_but_not_in_place_is_put_there_first(tmp_path: Path) -> None:
    (tmp_path / ".building").mkdir()
    (tmp_path / ".building" / "index.html").write_text("new")
    (tmp_path / ".building" / "sealed.json").write_text('["index.html"]')
    with writing(tmp_path):
        assert (tmp_path / "index.html").read_text() == "new"
    assert not (tmp_path / ".building").exists()
