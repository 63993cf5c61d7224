"""Results that one machine keeps on the bucket and another goes on from."""

from __future__ import annotations

import pytest

from gx.exit_codes import ExitCode
from gx.publishing.errors import PublishingError
from gx.publishing.fetch import state_names
from gx.publishing.objects import Listed
from tests.publishing.conftest import BucketOnThisMachine, Machine


def files(machine: Machine) -> dict[str, str]:
    """What a machine's state holds, without its pages."""
    paths = [path for path in machine.state.rglob("*") if path.is_file() and "data_docs" not in path.parts]
    return {path.relative_to(machine.state).as_posix(): path.read_text() for path in paths}


@pytest.fixture
def kept(bucket: BucketOnThisMachine, machine: Machine) -> str:
    """The address where the first machine kept its state."""
    (machine.state / "alerts").mkdir()
    (machine.state / "alerts" / "sent.json").write_text("{}")
    (machine.state / "builds" / "b1").mkdir(parents=True)
    (machine.state / "builds" / "b1" / "verdict.json").write_text("{}")
    (machine.state / ".locks").mkdir()
    (machine.state / ".locks" / "run").write_text("123")
    address = f"gs://{bucket.name}/nba"
    result = machine.contracts_docs("publish", address, "--state")
    assert result.exit_code == 0, result.output
    return address


def test_the_next_machine_goes_on_from_the_kept_state(kept: str, machine: Machine, other_machine: Machine) -> None:
    result = other_machine.contracts_docs("fetch", kept)
    wanted = {name: text for name, text in files(machine).items() if name.startswith(("results/", "alerts/"))}
    assert result.output.startswith(f"{len(wanted)} files fetched")
    assert files(other_machine) == wanted


def test_what_single_builds_left_is_kept_for_people_only(kept: str, bucket: BucketOnThisMachine) -> None:
    held = bucket.held()
    assert held["nba/state/builds/b1/verdict.json"].content == b"{}"
    assert held["nba/state/alerts/sent.json"].cache_control == "private, no-store"
    assert not [name for name in held if ".locks" in name or "/state/data_docs/" in name]


def test_fetching_again_brings_nothing_and_changes_nothing(kept: str, other_machine: Machine) -> None:
    other_machine.contracts_docs("fetch", kept)
    alerts = other_machine.state / "alerts" / "sent.json"
    alerts.write_text('{"newer": true}')
    result = other_machine.contracts_docs("fetch", kept)
    assert result.output.startswith("0 files fetched (0 bytes)")
    assert alerts.read_text() == '{"newer": true}'


def test_a_machine_without_the_kept_results_does_not_publish_an_index_without_them(
    kept: str, bucket: BucketOnThisMachine, other_machine: Machine
) -> None:
    before = bucket.held()
    other_machine.add_run("daily-9", 12)
    result = other_machine.contracts_docs("publish", kept)
    assert result.exit_code == ExitCode.USAGE
    assert f"contracts docs fetch {kept}" in result.output
    assert bucket.held() == before


def test_with_state_both_machines_runs_are_in_the_index(
    kept: str, bucket: BucketOnThisMachine, other_machine: Machine
) -> None:
    other_machine.add_run("daily-9", 12)
    assert other_machine.contracts_docs("publish", kept, "--state").exit_code == 0
    index = bucket.held()["nba/latest/index.json"].content
    assert b"daily-1" in index
    assert b"daily-9" in index


@pytest.mark.parametrize("name", ["../outside.json", "results/../../outside.json", "/outside.json", "a\\b.json", ""])
def test_a_name_that_would_leave_the_folder_is_refused(name: str) -> None:
    listed = Listed(f"state/{name}", 1, None, None, None, marker="state")
    with pytest.raises(PublishingError, match="outside the state folder"):
        state_names({listed.name: listed})


def test_objects_of_somebody_else_are_not_fetched(
    kept: str, bucket: BucketOnThisMachine, other_machine: Machine
) -> None:
    bucket.put("nba/state/results/theirs.json", "{}")
    other_machine.contracts_docs("fetch", kept)
    assert "results/theirs.json" not in files(other_machine)
