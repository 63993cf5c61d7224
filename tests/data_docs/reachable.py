"""What a reader of a site meets who follows its links from the front page."""

from __future__ import annotations

import re
from pathlib import Path

_LINK = re.compile(r'href="([^"#?:]+)')


def reachable(site: Path) -> set[Path]:
    """The files that the front page leads to, itself included; each is there, and each page is whole."""
    found, waiting = set[Path](), [(site / "index.html", site)]
    while waiting:
        path, page = waiting.pop()
        assert path.is_file(), f"{page} leads to {path}"
        if path.suffix == ".html" and path not in found:
            text = path.read_text(encoding="utf-8")
            assert text.rstrip().endswith("</html>"), path
            waiting += [((path.parent / link).resolve(), path) for link in _LINK.findall(text)]
        found.add(path)
    return found
