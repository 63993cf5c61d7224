"""Make ``.venv`` ready for use: Python 3.13, the packages of requirements.lock, the command ``contracts``.

Needs nothing but the standard library of a Python 3.11 or later, and is run by every ``make`` target: when nothing
changed since the last time, it only compares a hash. Only one set-up runs at a time; one that was interrupted leaves
a mark, and the next begins anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / ".ready"
UNFINISHED = VENV / ".unfinished"
NO_PYTHON = (
    "No Python 3.13 was found on PATH or in a pyenv folder, and none could be fetched: "
    "install Python 3.13 (for example with `pyenv install 3.13`) and run this again."
)
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What the tools are started with: without the variable that would keep them from compiling bytecode."""


class SetupError(Exception):
    """The set-up cannot go on; the message is for the reader."""


def succeeds(*command: str | Path) -> bool:
    """Whether the command can be started and ends with 0; what it prints is dropped."""
    try:
        return subprocess.run(command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False


def run(*command: str | Path) -> None:
    """Run a command; raise SetupError with its last words when it fails."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except OSError as error:
        raise SetupError(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        words = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}")[-3000:]
        raise SetupError(f"{' '.join(map(str, command))}\n{words}")


def is_python_313(python: Path) -> bool:
    """Whether it is a Python 3.13 that runs: a pyenv shim may lie on PATH and fail."""
    return succeeds(python, "-c", "import sys; sys.exit(sys.version_info[:2] != (3, 13))")


def installed_pythons() -> Iterator[Path]:
    """Where a Python 3.13 may be: this one, those on PATH, those in a pyenv folder (newest first)."""
    if sys.executable:
        yield Path(sys.executable)
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for name in ("python3.13", "python3", "python"):
        yield from (folder / name for folder in folders if (folder / name).exists())
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    versions = pyenv.glob("versions/3.13.*/bin/python")
    yield from sorted(versions, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parts[-3])], reverse=True)


def uv_python(uv: Path) -> Path | None:
    """The Python 3.13 that uv knows or can fetch."""
    if not succeeds(uv, "python", "find", "3.13") and not succeeds(uv, "python", "install", "3.13"):
        return None
    found = subprocess.run(
        [uv, "python", "find", "3.13"], env=ENVIRONMENT, capture_output=True, text=True
    ).stdout.strip()
    return Path(found) if found and is_python_313(Path(found)) else None


def uv_requirement() -> str:
    """The lines of requirements.lock that pin uv, with its hashes."""
    found = re.search(r"^uv==.*(?:\n .*)*", LOCK.read_text(), re.MULTILINE)
    if not found:
        raise SetupError(f"{LOCK.name} does not pin uv; `make lock` writes it anew.")
    return found.group() + "\n"


def install_uv(python: Path) -> None:
    """Install the pinned uv into the environment that ``python`` belongs to, by pip."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "uv.txt"
        wanted.write_text(uv_requirement())
        run(
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--retries=1",
            "--require-hashes",
            "--no-deps",
            f"--requirement={wanted}",
        )


def fetched_python() -> Path | None:
    """A Python 3.13 by uv: the one on PATH, or one installed into a folder that is deleted again."""
    on_path = shutil.which("uv")
    if on_path and (python := uv_python(Path(on_path))):
        return python
    with tempfile.TemporaryDirectory() as folder:
        private = Path(folder) / "bin"
        try:
            run(sys.executable or "python3", "-m", "venv", folder)
            install_uv(private / "python")
        except SetupError:
            return None
        return uv_python(private / "uv")


def find_python() -> Path:
    """A Python 3.13; raises SetupError with one sentence when none can be had."""
    installed = (python for python in installed_pythons() if python.parent != VENV / "bin" and is_python_313(python))
    python = next(installed, None) or fetched_python()
    if python is None:
        raise SetupError(NO_PYTHON)
    return python


def digest() -> str:
    """What the environment was made from: the lock, the project, this script, and the place it lies at."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), Path(__file__).read_bytes(), os.fsencode(ROOT)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_ready() -> bool:
    """Whether the environment was finished from these very files and is still there."""
    try:
        finished = STAMP.read_text() == digest()
    except OSError:
        return False
    return finished and not UNFINISHED.exists() and VENV_PYTHON.exists() and (VENV / "bin" / "contracts").exists()


def make_venv() -> None:
    """Make ``.venv``, unless a finished one that runs Python 3.13 at this place is there already."""
    if not UNFINISHED.exists() and is_python_313(VENV_PYTHON) and lies_here():
        return
    python = find_python()
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir()
    UNFINISHED.touch()
    try:
        run(python, "-m", "venv", VENV)
    except SetupError:
        # A distribution may leave out ensurepip; uv needs none.
        uv = shutil.which("uv")
        if not uv:
            raise
        run(uv, "venv", "--quiet", "--allow-existing", f"--python={python}", VENV)


def lies_here() -> bool:
    """Whether the environment's commands start the Python of this very folder: a copied checkout's do not."""
    found = subprocess.run([VENV_PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True).stdout
    activate = VENV / "bin" / "activate"
    return found.strip() == str(VENV) and activate.exists() and str(VENV) in activate.read_text()


def find_uv() -> Path | None:
    """The uv of the environment, installed if need be; else the one on PATH; else None."""
    inside = VENV / "bin" / "uv"
    if succeeds(inside, "--version"):
        return inside
    try:
        install_uv(VENV_PYTHON)
        return inside
    except SetupError:
        return Path(found) if (found := shutil.which("uv")) else None


def install_packages() -> None:
    """Install the lock and the project, by uv, or by pip where uv cannot."""
    locked: list[str | Path] = ["--require-hashes", "--no-deps", f"--requirement={LOCK}"]
    project: list[str | Path] = ["--no-deps", "--no-build-isolation", f"--editable={ROOT}"]
    if uv := find_uv():
        by_uv: list[str | Path] = [uv, "pip", "install", "--quiet", f"--python={VENV_PYTHON}"]
        try:
            run(*by_uv, "--compile-bytecode", *locked)
            run(*by_uv, *project)
            return
        except SetupError as error:
            print(f"uv could not install the packages, pip tries: {error}", file=sys.stderr)
    by_pip: list[str | Path] = [VENV_PYTHON, "-m", "pip", "install", "--quiet"]
    run(*by_pip, *locked)
    run(*by_pip, *project)


def set_up() -> None:
    """Bring ``.venv`` to what the lock and the project say."""
    print("Setting up .venv (once; about a minute)...", flush=True)
    make_venv()
    UNFINISHED.touch()
    STAMP.unlink(missing_ok=True)
    install_packages()
    run(VENV_PYTHON, "-m", "compileall", "-q", ROOT / "gx")
    STAMP.write_text(digest())
    UNFINISHED.unlink()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the lock of this checkout; the system frees it when its holder ends, however it ends."""
    with (ROOT / ".setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is running; waiting for it...", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Set up if needed; the exit code."""
    if is_ready():
        return 0
    try:
        with one_at_a_time():
            if not is_ready():
                set_up()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
