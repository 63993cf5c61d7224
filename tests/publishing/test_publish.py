"""``contracts docs publish``: what readers find on the bucket, and what is left alone."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath

import pytest

from gx.exit_codes import ExitCode
from tests.publishing.conftest import BucketOnThisMachine, Held, Machine, new_bucket

HREF = re.compile(r'(?:href|src)="([^"#?:]+)[^"]*"')


@pytest.fixture(scope="module")
def published(storage_server: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Held]:
    """The objects after a first publication, for tests that only look at them."""
    bucket, machine = new_bucket(storage_server), Machine(tmp_path_factory.mktemp("state"))
    machine.add_run("daily-1", 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE_EMULATOR_HOST", storage_server)
        result = machine.contracts_docs("publish", f"gs://{bucket.name}/nba")
    assert result.exit_code == 0, result.output
    return bucket.held()


def test_the_site_lies_under_latest_and_each_run_has_a_place_of_its_own(published: dict[str, Held]) -> None:
    assert {"nba/latest/index.html", "nba/latest/index.json", "nba/latest/runs/daily-1.html"} <= set(published)
    assert {"nba/runs/daily-1/index.html", "nba/runs/daily-1/runs/daily-1.json"} <= set(published)
    assert b"daily" in published["nba/runs/daily-1/index.html"].content


def test_every_link_of_every_page_leads_to_an_object(published: dict[str, Held]) -> None:
    pages = {name: held.content.decode() for name, held in published.items() if name.endswith(".html")}
    links = [(page, normpath(join(dirname(page), link))) for page, text in pages.items() for link in HREF.findall(text)]
    assert len(links) > 20
    assert [(page, link) for page, link in links if link not in published] == []


def test_pages_say_what_they_are_and_how_long_they_may_be_kept(published: dict[str, Held]) -> None:
    assert {held.content_type for name, held in published.items() if name.endswith(".html")} == {
        "text/html; charset=utf-8"
    }
    assert {held.content_type for name, held in published.items() if name.endswith(".json")} == {
        "application/json; charset=utf-8"
    }
    caches = {name.split("/")[1]: held.cache_control for name, held in published.items()}
    assert caches == {"latest": "private, no-cache", "runs": "private, max-age=31536000, immutable"}


def test_publishing_again_sends_only_what_changed_and_no_permanent_page(
    bucket: BucketOnThisMachine, machine: Machine
) -> None:
    address = f"gs://{bucket.name}/nba"
    machine.contracts_docs("publish", address)
    first = bucket.held()
    again = machine.contracts_docs("publish", address + "/")
    assert f"0 objects sent (0 bytes), {len(first)} unchanged." in again.output
    assert bucket.held() == first

    machine.add_run("daily-2", 11)
    more = machine.contracts_docs("publish", address)
    after = bucket.held()
    assert f"Run: {address}/runs/daily-2/index.html" in more.output
    assert f"Run: {address}/runs/daily-1/" not in more.output
    permanent = {name for name in first if name.startswith("nba/runs/daily-1/")}
    assert {name: after[name] for name in permanent} == {name: first[name] for name in permanent}
    assert b"daily-2" in after["nba/latest/index.json"].content
    assert b"daily-2" in after["nba/latest/runs/daily-2.html"].content


def test_pages_are_there_before_the_index_that_names_them(published: dict[str, Held]) -> None:
    order = sorted(published, key=lambda name: published[name].generation)
    first_index = order.index("nba/runs/daily-1/index.html")
    assert {name for name in published if name.startswith("nba/runs/")} == set(order[: first_index + 1])
    assert {order[-1], order[-2]} == {"nba/latest/index.html", "nba/latest/index.json"}


def test_a_dry_run_says_what_it_would_send_and_sends_nothing(bucket: BucketOnThisMachine, machine: Machine) -> None:
    result = machine.contracts_docs("publish", f"gs://{bucket.name}/nba", "--dry-run", "--state")
    assert f"would send gs://{bucket.name}/nba/latest/index.html" in result.output
    assert re.search(r"[1-9]\d* objects would be sent \([\d,]+ bytes\), 0 unchanged", result.output)
    assert bucket.names() == set()


@pytest.mark.parametrize("name", ["nba/latest/index.html", "nba/runs/daily-1/index.html"])
def test_an_object_of_somebody_else_in_the_way_stops_everything(
    bucket: BucketOnThisMachine, machine: Machine, name: str
) -> None:
    bucket.put(name, "theirs", owner="somebody")
    result = machine.contracts_docs("publish", f"gs://{bucket.name}/nba")
    assert result.exit_code == ExitCode.USAGE
    assert name.removeprefix("nba/") in result.output
    assert "Nothing was sent" in result.output
    assert {name: held.content for name, held in bucket.held().items()} == {name: b"theirs"}


def test_other_objects_of_the_bucket_stay_as_they_are(bucket: BucketOnThisMachine, machine: Machine) -> None:
    theirs = {"nba/latest/notes.txt", "v1/api.json", "nba.txt", "nba/runs/by-hand/index.html"}
    for name in theirs:
        bucket.put(name, "theirs")
    before = bucket.held()
    assert machine.contracts_docs("publish", f"gs://{bucket.name}/nba").exit_code == 0
    assert {name: held for name, held in bucket.held().items() if name in theirs} == before


def test_a_whole_bucket_may_be_given(bucket: BucketOnThisMachine, machine: Machine) -> None:
    assert machine.contracts_docs("publish", f"gs://{bucket.name}").exit_code == 0
    assert {"latest/index.html", "runs/daily-1/index.html"} <= bucket.names()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://bucket/nba", "no bucket address"),
        ("bucket", "no bucket address"),
        ("gs://", "no bucket name"),
        ("gs://Bucket/nba", "no bucket name"),
        ("gs://bucket/../nba", "no prefix"),
        ("gs://bucket//nba", "no prefix"),
        ("gs://bucket/nba props", "no prefix"),
    ],
)
def test_a_wrong_address_is_refused_with_what_is_allowed(machine: Machine, address: str, said: str) -> None:
    result = machine.contracts_docs("publish", address)
    assert result.exit_code == ExitCode.USAGE
    assert said in result.output
    assert "gs://BUCKET/PREFIX" in result.output
