import socket
import threading
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gx.cli import docs
from gx.exit_codes import ExitCode
from tests.data_docs import documents
from tests.data_docs.store import store


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder whose results store holds one run, and no display."""
    store(tmp_path / "results", documents.green_daily())
    monkeypatch.setenv("CONTRACTS_STATE_DIR", str(tmp_path))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return tmp_path


def test_build_prints_the_index_of_the_stored_runs(state: Path) -> None:
    result = CliRunner().invoke(docs.app, ["build"])
    index = Path(result.output.replace("\n", ""))
    assert (result.exit_code, index) == (0, state / "data_docs" / "index.html")
    assert "All 404 rules hold" in index.read_text(encoding="utf-8")


def test_open_builds_the_pages_when_there_are_none_and_prints_the_path(state: Path) -> None:
    result = CliRunner().invoke(docs.app, ["open"])
    assert result.output.strip() == str(state / "data_docs" / "index.html")


def test_pages_are_served_on_this_machine_only(state: Path) -> None:
    CliRunner().invoke(docs.app, ["build"])
    with docs.make_server(state / "data_docs", 0) as server:
        assert server.server_address[0] == "127.0.0.1"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/index.html") as answer:
            assert b"All 404 rules hold" in answer.read()
        server.shutdown()
        thread.join()


def test_a_taken_port_is_a_usage_error_that_says_what_to_do(state: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = CliRunner().invoke(docs.app, ["serve", "--port", str(taken.getsockname()[1])])
    assert result.exit_code == ExitCode.USAGE
    assert "--port 0" in result.output
