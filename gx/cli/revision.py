"""The contract files of a git revision, unpacked into a folder for as long as somebody looks at them."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("expectations", "checkpoints")


class RevisionError(Exception):
    """The revision cannot be had; the message says why."""


@contextlib.contextmanager
def unpacked(revision: str, root: Path) -> Iterator[tuple[str, Path]]:
    """The commit that a revision names, and a folder with the YAML files that it holds of the project at ``root``."""
    commit = _commit(revision, root)
    with tempfile.TemporaryDirectory(prefix="contracts-diff-") as folder:
        for name, content in _files(commit, root):
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        yield commit, Path(folder)


def _commit(revision: str, root: Path) -> str:
    if _git(root, "rev-parse", "--is-inside-work-tree").returncode:
        raise RevisionError(f"{root} is in no git repository (or git refuses it), so there is nothing to compare with")
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode:
        raise RevisionError(f"no revision {revision!r} in this git repository; allowed: a branch, a tag or a commit")
    return found.stdout.decode().strip()


def _files(commit: str, root: Path) -> Iterator[tuple[str, bytes]]:
    """Every YAML file of the commit under the project's folders; symbolic links and submodules are none."""
    listed = _git(root, "ls-tree", "-r", "-z", commit, "--", *(f"{folder}/" for folder in FOLDERS))
    if listed.returncode:
        raise RevisionError(f"git cannot list the files of {commit[:12]}: {_last_line(listed.stderr)}")
    blobs = [_entry(line) for line in listed.stdout.decode("utf-8", "surrogateescape").split("\0") if line]
    wanted = [(name, blob) for mode, blob, name in blobs if mode.startswith("100") and name.endswith(".yaml")]
    contents = _git(root, "cat-file", "--batch", sent=b"".join(f"{blob}\n".encode() for _, blob in wanted)).stdout
    position = 0
    for name, _ in wanted:
        head, _, _ = contents[position : position + 200].partition(b"\n")
        size = int(head.split()[-1])
        begins = position + len(head) + 1
        yield name, contents[begins : begins + size]
        position = begins + size + 1


def _entry(line: str) -> tuple[str, str, str]:
    """Mode, blob and name of a line of ls-tree."""
    about, _, name = line.partition("\t")
    mode, _, blob = about.split(" ")
    return mode, blob, name


def _git(root: Path, *words: str, sent: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-C", str(root), *words], input=sent, capture_output=True, check=False, timeout=60
        )
    except FileNotFoundError:
        raise RevisionError("git is not installed, and the older contracts are only there") from None
    except subprocess.TimeoutExpired:
        raise RevisionError("git did not answer within 60 seconds") from None


def _last_line(text: bytes) -> str:
    return (text.decode("utf-8", "replace").strip().splitlines() or ["it does not say why"])[-1]
