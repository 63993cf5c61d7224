"""The results store writes whole files or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from gx.expectations.importing import import_great_expectations

import_great_expectations()

from gx.expectations.store import AtomicFilesystemBackend  # noqa: E402


def _backend(folder: Path) -> AtomicFilesystemBackend:
    return AtomicFilesystemBackend(str(folder), filepath_suffix=".json", suppress_store_backend_id=True)


def test_what_is_written_is_read_and_listed(tmp_path: Path) -> None:
    backend = _backend(tmp_path / "results")
    backend.set(("nba_raw", "run"), '{"player": "Dončić"}')
    assert backend.get(("nba_raw", "run")) == '{"player": "Dončić"}'
    assert backend.list_keys() == [("nba_raw", "run")]
    assert backend.file_of(("nba_raw", "run")) == tmp_path / "results" / "nba_raw" / "run.json"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = _backend(tmp_path)
    backend.set(("run",), "old")

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        backend.set(("run",), "new")
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    assert backend.get(("run",)) == "old"
