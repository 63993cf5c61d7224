"""The build files and the Dockerfile, as the platform reads them, without running them."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
from google.cloud.devtools.cloudbuild_v1 import Build
from google.protobuf.json_format import ParseDict, ParseError

from tests.cloud_build.platform import BUILT_IN, ROOT, entry_point, expand, instructions, read_build, variables

FILES = ("cloudbuild.yaml", "cloudbuild.gate.yaml")
SECONDS = re.compile(r"([0-9]+)s")


@pytest.fixture(params=FILES)
def build(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Each build file."""
    return read_build(request.param)


def seconds(text: str) -> int:
    """A duration as the platform writes it."""
    match = SECONDS.fullmatch(text)
    assert match, text
    return int(match[1])


def test_it_has_only_keys_and_values_that_the_platform_knows(build: dict[str, Any]) -> None:
    parsed = ParseDict(build, Build.pb(Build()))
    assert len(parsed.steps) == len(build["steps"])
    with pytest.raises(ParseError):
        ParseDict({**build, "stepz": []}, Build.pb(Build()))


def test_every_substitution_is_declared_and_used(build: dict[str, Any]) -> None:
    declared = set(build["substitutions"])
    used = variables({name: value for name, value in build.items() if name != "substitutions"})
    assert used - set(BUILT_IN) == declared
    assert all(re.fullmatch(r"_[A-Z0-9_]+", name) for name in declared)
    assert not variables(build["substitutions"]), "a value within a value needs dynamicSubstitutions"


def test_steps_have_an_image_a_name_and_wait_for_steps_before_them(build: dict[str, Any]) -> None:
    seen: list[str] = []
    for step in build["steps"]:
        assert step["name"]
        assert step["id"] not in seen
        assert set(step.get("waitFor", [])) <= set(seen)
        assert seen == [] or step["waitFor"] == [seen[-1]], "one after the other"
        seen.append(step["id"])


def test_it_ends_in_time(build: dict[str, Any]) -> None:
    assert all(seconds(step["timeout"]) <= seconds(build["timeout"]) for step in build["steps"])
    assert sum(seconds(step["timeout"]) for step in build["steps"]) <= seconds(build["timeout"]) + 1_200
    assert seconds(build["timeout"]) <= 86_400


def test_a_service_account_of_its_own_has_logs_of_its_own(build: dict[str, Any]) -> None:
    account = expand(build["serviceAccount"], {**BUILT_IN, **build["substitutions"]})
    assert re.fullmatch(
        r"projects/[a-z0-9-]+/serviceAccounts/[a-z0-9-]+@[a-z0-9-]+\.iam\.gserviceaccount\.com", account
    )
    assert build["options"]["logging"] in ("CLOUD_LOGGING_ONLY", "GCS_ONLY")


def test_the_last_step_is_the_verdict_and_may_not_fail_quietly(build: dict[str, Any]) -> None:
    *_, publish, verdict = build["steps"]
    assert (publish["id"], verdict["id"]) == ("publish", "verdict")
    assert not verdict.get("allowFailure")
    assert not publish.get("allowFailure")


def test_the_image_runs_as_somebody_without_rights() -> None:
    users = [rest for word, rest in instructions() if word == "USER"]
    assert users
    assert users[-1].isdigit()
    assert int(users[-1]) > 0
    assert f"useradd --uid {users[-1]}" in " ".join(rest for word, rest in instructions() if word == "RUN")
    assert entry_point() == ["contracts"]


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    copied = [rest.split()[:-1] for word, rest in instructions() if word == "COPY" and not rest.startswith("--from=")]
    sources = {source.rstrip("/") for sources in copied for source in sources}
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert sources == kept
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"


def test_the_image_takes_only_what_the_lock_pins_and_no_development_tools() -> None:
    installs = [
        part for word, rest in instructions() if word == "RUN" for part in rest.split("&&") if " install " in part
    ]
    assert len(installs) == 4
    of_the_project = [part for part in installs if "--editable" in part]
    assert all("--require-hashes" in part for part in installs if part not in of_the_project)
    assert all("--no-deps" in part for part in of_the_project)
    assert not [part for part in installs if "--group" in part]
    assert "--compile-bytecode" in " ".join(installs)


def test_the_image_finds_uv_and_its_hashes_in_the_lock() -> None:
    run = next(rest for word, rest in instructions() if word == "RUN" and "uv.txt" in rest)
    printing = run.split("&&")[0].split(">")[0]
    printed = subprocess.run(["sh", "-c", printing], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = printed.splitlines()
    assert lines[0].startswith("uv==")
    assert len(lines) > 2
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert not lines[-1].endswith("\\")


def test_the_manual_explains_every_substitution_and_step(build: dict[str, Any]) -> None:
    page = (ROOT / "docs" / "cloud-build.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"`(_[A-Z_]+)`", page)) | set(re.findall(r"(_[A-Z]+)=", page))
    assert set(build["substitutions"]) <= explained
    rows = "\n".join(re.findall(r"^\| (.*?) \|", page, re.MULTILINE))
    assert {step["id"] for step in build["steps"]} <= set(re.findall(r"`(\w+)`", rows))


def test_the_manual_s_commands_give_only_substitutions_that_there_are() -> None:
    page = (ROOT / "docs" / "cloud-build.md").read_text(encoding="utf-8")
    given = re.search(r"--config=cloudbuild\.gate\.yaml.*?--substitutions='\^;\^(.*?)'", page, re.DOTALL)
    assert given
    names = {pair.partition("=")[0] for pair in given[1].split(";")}
    assert names <= set(read_build("cloudbuild.gate.yaml")["substitutions"])
