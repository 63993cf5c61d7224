"""A bucket that fails: named errors, bounded time, and a second call that sends what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gx.exit_codes import ExitCode
from gx.publishing.address import BucketAddress
from gx.publishing.bucket import open_bucket
from gx.publishing.errors import PublishingError
from gx.publishing.objects import Item, Sending
from gx.warehouse import retries
from tests.publishing.conftest import BucketOnThisMachine, Machine
from tests.warehouse.proxy import Fault, FaultyProxy

UPLOAD = "/upload/"


class Quota(FaultyProxy):
    """Refuses every upload after the first ``allowed``."""

    allowed = 1_000_000

    def take(self, method: str, path: str, body: bytes = b"") -> Any:
        fault = super().take(method, path, body)
        over = UPLOAD in path and self.count("POST", UPLOAD) > self.allowed
        return Fault("status", 1, status=403, reason="forbidden") if over else fault


@pytest.fixture
def wire(bucket: BucketOnThisMachine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Quota]:
    """The way to the bucket."""
    monkeypatch.setattr(retries, "FIRST_WAIT_SECONDS", 0.01)
    proxy = Quota(bucket.url)
    with proxy:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", proxy.url)
        yield proxy


def test_broken_off_in_the_middle_it_names_no_missing_page_and_is_taken_up_again(
    bucket: BucketOnThisMachine, machine: Machine, wire: Quota
) -> None:
    wire.allowed = 6
    broken = machine.contracts_docs("publish", f"gs://{bucket.name}/nba")
    assert broken.exit_code == ExitCode.NOT_EVALUATED
    assert "denied: said by the proxy" in broken.output
    assert "The same command again sends the rest" in broken.output
    there = bucket.names()
    assert 0 < len(there) <= 6
    assert not [name for name in there if name.endswith("index.html")]

    wire.allowed = 1_000_000
    wire.requests.clear()
    resumed = machine.contracts_docs("publish", f"gs://{bucket.name}/nba")
    after = bucket.names()
    assert resumed.exit_code == 0, resumed.output
    assert wire.count("POST", UPLOAD) == len(after) - len(there)
    assert {"nba/latest/index.html", "nba/runs/daily-1/index.html"} <= after


def test_passing_faults_are_tried_again(bucket: BucketOnThisMachine, machine: Machine, wire: Quota) -> None:
    wire.fail("status", 1, status=503, method="POST", path_part=UPLOAD)
    wire.fail("status", 1, status=429, method="GET", path_part="/o")
    wire.fail("reset", 1, method="POST", path_part=UPLOAD)
    assert machine.contracts_docs("publish", f"gs://{bucket.name}/nba").exit_code == 0
    assert "nba/latest/index.html" in bucket.names()


def test_a_lost_answer_is_no_foreign_write(bucket: BucketOnThisMachine, machine: Machine, wire: Quota) -> None:
    wire.fail("lost", 1, method="POST", path_part=UPLOAD)
    result = machine.contracts_docs("publish", f"gs://{bucket.name}/nba")
    assert result.exit_code == 0, result.output


def test_a_fault_that_stays_ends_within_bounds(bucket: BucketOnThisMachine, machine: Machine, wire: Quota) -> None:
    wire.fail("status", 1_000, status=503, method="GET", path_part="/o")
    result = machine.contracts_docs("publish", f"gs://{bucket.name}/nba")
    assert result.exit_code == ExitCode.NOT_EVALUATED
    assert "cannot be listed" in result.output
    assert wire.count("GET", "/o") < 10


def test_a_bucket_that_is_not_there_is_named(bucket: BucketOnThisMachine, machine: Machine) -> None:
    result = machine.contracts_docs("publish", "gs://no-such-bucket/nba")
    assert result.exit_code == ExitCode.NOT_EVALUATED
    assert "there is no bucket `no-such-bucket`" in result.output


def test_a_server_that_is_away_is_named(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    result = machine.contracts_docs("fetch", "gs://some-bucket/nba")
    assert result.exit_code == ExitCode.NOT_EVALUATED
    assert "Cloud Storage cannot be reached" in result.output


def test_no_credentials_are_said_to_be_missing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(machine.state / "no-such-key.json"))
    result = machine.contracts_docs("publish", "gs://some-bucket/nba")
    assert result.exit_code == ExitCode.NOT_EVALUATED
    assert "denied" in result.output
    assert "docs/publish.md" in result.output


def test_what_somebody_wrote_in_between_is_kept(bucket: BucketOnThisMachine) -> None:
    item = Item("latest/index.html", b"ours", "latest")
    with open_bucket(BucketAddress(bucket.name, "nba/")) as opened:
        assert opened.listing() == {}
        bucket.put("nba/latest/index.html", "theirs")
        with pytest.raises(PublishingError, match="somebody else wrote it at the same time"):
            opened.send(Sending(item, 0))
    assert bucket.held()["nba/latest/index.html"].content == b"theirs"
