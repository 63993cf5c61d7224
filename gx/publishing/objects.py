"""Objects as plain data: what should be on the bucket, what is there, and so what must be sent."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

MARKER = "nba-data-contracts"
"""The metadata key of every object that we write; what does not carry it belongs to somebody else."""

Kind = Literal["latest", "run", "state"]

CACHE: Mapping[Kind, str] = {
    "latest": "private, no-cache",
    "run": "private, max-age=31536000, immutable",
    "state": "private, no-store",
}
"""``private`` keeps shared proxies out of it; ``no-cache`` asks the bucket each time whether the page is still good."""

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".ndjson": "application/x-ndjson; charset=utf-8",
    ".png": "image/png",
}


@dataclass(frozen=True)
class Item:
    """One object as it should be.

    ``name`` is relative to the address's prefix. ``content`` is the bytes, or the file that holds them. ``wave`` orders
    the sending: a wave begins when everything of the waves before it is there.
    """

    name: str
    content: bytes | Path
    kind: Kind
    wave: int = 0

    def read(self) -> bytes:
        """The content. Raises OSError when the file has gone."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()

    @property
    def content_type(self) -> str:
        """By the name's ending; a browser must neither guess nor be surprised."""
        return CONTENT_TYPES.get(PurePosixPath(self.name).suffix, "application/octet-stream")

    @property
    def cache_control(self) -> str:
        """How long a browser may keep it."""
        return CACHE[self.kind]


@dataclass(frozen=True)
class Listed:
    """An object as the bucket lists it; ``name`` is relative, ``md5`` in base64 as Cloud Storage writes it."""

    name: str
    generation: int
    md5: str | None
    content_type: str | None
    cache_control: str | None
    marker: str | None


@dataclass(frozen=True)
class Sending:
    """An item to send, and the generation that it replaces: 0 means that nothing may be there."""

    item: Item
    generation: int


@dataclass
class Comparison:
    """What a bucket lacks: ``send``; what is ``unchanged``; the names of ``foreign`` objects in the way."""

    send: list[Sending] = field(default_factory=list)
    unchanged: list[Item] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def compare(items: Iterable[Item], listed: Mapping[str, Listed]) -> Comparison:
    """Compare what should be there with what is there; reads the content of items that may have changed."""
    found = Comparison()
    for item in items:
        there = listed.get(item.name)
        if there is None:
            found.send.append(Sending(item, 0))
        elif there.marker is None:
            found.foreign.append(item.name)
        elif item.kind == "run" or is_same(item, there):  # a permanent page is never written twice
            found.unchanged.append(item)
        else:
            found.send.append(Sending(item, there.generation))
    return found


def is_same(item: Item, there: Listed) -> bool:
    """Whether content and headers are already as they should be."""
    headers = (there.content_type, there.cache_control) == (item.content_type, item.cache_control)
    return headers and there.md5 == md5_of(item.read())


def md5_of(content: bytes) -> str:
    """The checksum in base64, as Cloud Storage lists it."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode("ascii")
