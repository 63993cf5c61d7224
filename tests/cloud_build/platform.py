"""Cloud Build as far as its files are concerned: substitutions, images' entry points, steps in order, one workspace.

Containers are processes of this machine, ``/workspace`` is a folder, and ``docker`` only writes down what it was asked.
https://cloud.google.com/build/docs/configuring-builds/substitute-variable-values
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
BUILT_IN = {"PROJECT_ID": "nba-props-platform", "BUILD_ID": "b-123", "LOCATION": "us-west2"}
VARIABLE = re.compile(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$([A-Za-z_][A-Za-z0-9_]*)")
UNWRITABLE_HOME = "/proc/self/no-home"
"""Cloud Build sets HOME to a folder of root's, in which the image's user cannot write."""


class SubstitutionError(Exception):
    """A variable that is neither declared nor built in; the platform refuses such a build."""


def read_build(name: str) -> dict[str, Any]:
    """A build file of the repository."""
    build: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return build


def expand(value: Any, values: Mapping[str, str]) -> Any:
    """The value with ``$NAME`` and ``${NAME}`` replaced in all its texts and ``$$`` made one dollar."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda match: _replaced(match, values), value)
    if isinstance(value, list):
        return [expand(item, values) for item in value]
    if isinstance(value, dict):
        return {name: expand(item, values) for name, item in value.items()}
    return value


def _replaced(match: re.Match[str], values: Mapping[str, str]) -> str:
    name = match[1] or match[2]
    if not name:
        return "$"
    if name not in values:
        raise SubstitutionError(name)
    return values[name]


def variables(value: Any) -> set[str]:
    """The variables that a value's texts name."""
    return {match[1] or match[2] for match in VARIABLE.finditer(json.dumps(value))} - {None}


def instructions() -> Iterator[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continuation lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def entry_point() -> list[str]:
    """What the image of the Dockerfile starts."""
    words: list[str] = json.loads(dict(instructions())["ENTRYPOINT"])
    return words


@dataclass
class Platform:
    """A place to run builds; ``environment`` is what the network would give to every step."""

    folder: Path
    environment: Mapping[str, str]
    docker: list[str] = field(default_factory=list)

    def run(self, name: str, **substitutions: str) -> Outcome:
        """Run a build file as the platform would."""
        build = read_build(name)
        unknown = substitutions.keys() - build["substitutions"].keys()
        assert not unknown, f"MUST_MATCH: {unknown}"
        expanded = expand(build, {**BUILT_IN, **build["substitutions"], **substitutions})
        workspace = self._source()
        outcome = Outcome(workspace)
        for step in expanded["steps"]:
            done = self._run_step(step, expanded["options"]["env"], workspace)
            outcome.steps[step["id"]] = done
            if done.returncode and not step.get("allowFailure"):
                outcome.status = done.returncode
                break
        return outcome

    def _source(self) -> Path:
        """A fresh workspace with the repository's sources."""
        workspace = self.folder / "workspace"
        shutil.rmtree(workspace, ignore_errors=True)
        for part in ("expectations", "checkpoints"):
            shutil.copytree(ROOT / part, workspace / part)
        return workspace

    def _run_step(
        self, step: Mapping[str, Any], shared: list[str], workspace: Path
    ) -> subprocess.CompletedProcess[str]:
        mounted = [text.replace("/workspace", str(workspace)) for text in (*shared, *step.get("env", ()))]
        start = [step["entrypoint"]] if "entrypoint" in step else entry_point()
        words = [word.replace("/workspace", str(workspace)) for word in (*start, *step["args"])]
        environment = dict(text.split("=", 1) for text in mounted)
        return subprocess.run(
            words,
            cwd=workspace,
            env={**self._container(), **self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def _container(self) -> dict[str, str]:
        tools = self.folder / "tools"
        tools.mkdir(exist_ok=True)
        (tools / "docker").write_text(f'#!/bin/sh\necho "$@" >> {self.folder}/docker.log\n')
        (tools / "docker").chmod(0o755)
        path = [str(tools), str(Path(sys.executable).parent), os.defpath]
        return {"PATH": ":".join(path), "HOME": UNWRITABLE_HOME, "GX_ANALYTICS_ENABLED": "False"}

    def docker_commands(self) -> list[str]:
        """What ``docker`` was asked."""
        return (self.folder / "docker.log").read_text().splitlines()


@dataclass
class Outcome:
    """A finished build: its ``status`` (0 is SUCCESS), and the steps that ran, in order."""

    workspace: Path
    status: int = 0
    steps: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def said(self, step: str) -> str:
        """Everything that a step printed."""
        return self.steps[step].stdout + self.steps[step].stderr
