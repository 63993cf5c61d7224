"""A bucket on this machine, and a state folder with small runs in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from gcp_storage_emulator.handlers import objects as emulated
from gcp_storage_emulator.server import create_server
from typer.testing import CliRunner, Result

from gx.cli import docs
from tests.data_docs import documents
from tests.data_docs.test_load import stored

TABLES = ("nba_raw.nbac_schedule", "nba_analytics.player_game_summary")


class Held(NamedTuple):
    """An object on the bucket."""

    content: bytes
    content_type: str
    cache_control: str | None
    marker: str | None
    generation: int


@dataclass(frozen=True)
class BucketOnThisMachine:
    """An emulated bucket; ``url`` is where its server listens."""

    name: str
    url: str

    def client(self) -> Any:
        """Google's own client, without credentials."""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud.storage import Client

        options = {"api_endpoint": self.url}
        return Client(project="tests", credentials=AnonymousCredentials(), client_options=options)  # type: ignore[no-untyped-call]

    def put(self, name: str, content: str, **metadata: str) -> None:
        """Write an object as somebody else would."""
        blob = self.client().bucket(self.name).blob(name)
        blob.metadata = metadata or None
        blob.upload_from_string(content, content_type="text/plain")

    def held(self) -> dict[str, Held]:
        """Every object, by name."""
        return {blob.name: held(blob) for blob in self.client().list_blobs(self.name)}

    def names(self) -> set[str]:
        """The objects' names."""
        return {blob.name for blob in self.client().list_blobs(self.name)}


def held(blob: Any) -> Held:
    """The object as it was listed, with its content (the emulator's download forgets the rest)."""
    listed = (blob.content_type, blob.cache_control, (blob.metadata or {}).get("nba-data-contracts"), blob.generation)
    return Held(blob.download_as_bytes(), *listed)


def with_preconditions(upload: Any) -> Any:
    """The emulator's upload, with the JSON API's rule of ``ifGenerationMatch`` that it leaves out."""

    def checked(request: Any, response: Any, storage: Any) -> Any:
        expected = request.query.get("ifGenerationMatch")
        if expected and int(expected[0]) != generation(request, storage):
            response.status = HTTPStatus.PRECONDITION_FAILED
            return response.json({"error": {"code": 412, "message": "At least one pre-condition did not hold."}})
        return upload(request, response, storage)

    return checked


def generation(request: Any, storage: Any) -> int:
    """The generation of the object that an upload would replace; 0 when there is none."""
    try:
        return int(storage.get_file_obj(request.params["bucket_name"], request.data["meta"]["name"])["generation"])
    except Exception:  # the emulator's own NotFound, or a key that is missing
        return 0


@pytest.fixture(scope="session")
def storage_server() -> Iterator[str]:
    """The emulator's address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(emulated, "_multipart_upload", with_preconditions(emulated._multipart_upload))
        server = create_server("127.0.0.1", 0, in_memory=True)
        with server:
            yield f"http://127.0.0.1:{server._api._httpd.server_port}"


def new_bucket(server: str) -> BucketOnThisMachine:
    """An empty bucket of its own."""
    made = BucketOnThisMachine(f"test-{uuid4().hex}", server)
    made.client().create_bucket(made.name)
    return made


@pytest.fixture
def bucket(storage_server: str, monkeypatch: pytest.MonkeyPatch) -> BucketOnThisMachine:
    """An empty bucket of the test's own, to which commands are pointed."""
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_server)
    return new_bucket(storage_server)


@dataclass(frozen=True)
class Machine:
    """A machine with a state folder; commands run on it."""

    state: Path

    def add_run(self, run_id: str, day: int, **changes: Any) -> None:
        """Store a small run of that day of April 2023."""
        document = documents.green_daily(run_id, f"2023-04-{day:02d}T11:00:00+00:00") | changes
        tables = [table for table in document["tables"] if table["table"] in TABLES]
        document["tables"] = [table | {"rules": table["rules"][:3]} for table in tables]
        for result in stored(document):
            suite, time = result["suite_name"].replace(".", "/"), f"202304{day:02d}T110000.000000Z"
            path = self.state / "results" / suite / run_id / time / "batch.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(result), encoding="utf-8")

    def contracts_docs(self, *words: str) -> Result:
        """Run ``contracts docs`` with these words here."""
        return CliRunner().invoke(docs.app, [*words], env={"CONTRACTS_STATE_DIR": str(self.state)})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with one run."""
    made = Machine(tmp_path / "state")
    made.add_run("daily-1", 10)
    return made


@pytest.fixture
def other_machine(tmp_path: Path) -> Machine:
    """A second machine, with nothing on it."""
    return Machine(tmp_path / "other")
