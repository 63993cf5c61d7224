"""Where things lie: the contracts, the embedded warehouse's data, results and pages."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """The folders of one project; all absolute.

    ``root`` holds ``expectations/`` and ``checkpoints/``; ``warehouse`` the embedded warehouse's data
    (``CONTRACTS_WAREHOUSE_DIR``); ``state`` stored results and pages (``CONTRACTS_STATE_DIR``).
    """

    root: Path
    warehouse: Path
    state: Path

    @property
    def expectations(self) -> Path:
        """The contracts, calendar and waivers."""
        return self.root / "expectations"

    @property
    def checkpoints(self) -> Path:
        """The checkpoint definitions."""
        return self.root / "checkpoints"

    @property
    def results(self) -> Path:
        """The GX results store."""
        return self.state / "results"

    @property
    def docs(self) -> Path:
        """The Data Docs site."""
        return self.state / "data_docs"


def find_root(start: Path) -> Path:
    """The nearest folder at or above ``start`` that holds ``expectations/``, else the checkout this package lies in."""
    for folder in (start, *start.parents):
        if (folder / "expectations").is_dir():
            return folder
    return Path(__file__).resolve().parent.parent


def project_paths(root: Path | None = None) -> Paths:
    """The project's folders, from the environment and the working directory."""
    base = (root or find_root(Path.cwd())).resolve()
    return Paths(
        root=base,
        warehouse=Path(os.environ.get("CONTRACTS_WAREHOUSE_DIR") or base / ".warehouse").resolve(),
        state=Path(os.environ.get("CONTRACTS_STATE_DIR") or base / ".contracts").resolve(),
    )
