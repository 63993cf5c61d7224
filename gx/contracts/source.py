"""Reading one YAML file with suspicion: a hostile or broken file becomes problems with a place, never a traceback."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path

from gx.contracts.model import Location, Problem
from gx.contracts.nodes import Node, Place, build

LARGEST = 1_000_000
"""Bytes in one file; the widest table needs about 40,000."""

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_DIRECTIVE = re.compile(r"\A(?:[ ]*(?:#[^\n]*)?\n)*%")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")


@dataclass(frozen=True)
class Source:
    """A file that was read: its name in messages, its tree (None when there is none), its first line, its problems."""

    name: str
    root: Node | None
    first_line: str
    problems: tuple[Problem, ...]


def read_source(path: Path, name: str) -> Source:
    """Read one YAML file strictly; ``name`` is how messages call it. Never raises for what a file may hold."""
    try:
        data = _bytes_of(path)
        text = _text_of(data)
    except _Refused as refused:
        return Source(name, None, "", _problems(name, [(refused.place, refused.message)]))
    return parse_text(text, name)


def parse_text(text: str, name: str) -> Source:
    """The tree of a YAML text and every problem of its form."""
    first_line = text[: text.find("\n")] if "\n" in text else text
    refused = _refused_text(text)
    if refused:
        return Source(name, None, first_line, _problems(name, refused))
    root, found = build(text)
    if root is None and not found:
        found = [((1, 1), "the file holds nothing; allowed: a mapping of keys and values")]
    elif root is not None and not isinstance(root.value, dict):
        found.append((root.place, "the file does not hold a mapping at its top; allowed: lines of key: value"))
        root = None
    return Source(name, root, first_line.rstrip("\r"), _problems(name, found))


class _Refused(Exception):
    """The file is not read at all."""

    def __init__(self, message: str, place: Place = (1, 1)) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def _problems(name: str, found: list[tuple[Place, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(Location(name, *place), message) for place, message in found)


def _bytes_of(path: Path) -> bytes:
    """The bytes of a regular file of allowed size; a pipe or device is never opened, since that may wait for ever."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise _Refused(f"{_kind(mode)}, not a file that can be read")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise _Refused(f"cannot be read: {error.strerror or error}") from error
    if len(data) > LARGEST:
        raise _Refused(f"the file is larger than {LARGEST:,} bytes; split it, or look at what wrote it")
    return data


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")


def _text_of(data: bytes) -> str:
    for mark in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            raise _Refused(f"the file starts with a byte order mark ({mark.hex(' ')}); allowed: UTF-8 without one")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before.rpartition(b"\n")[2].decode("utf-8")) + 1
        found = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise _Refused(f"not UTF-8: found {found}; save the file as UTF-8", (line, column)) from error


def _refused_text(text: str) -> list[tuple[Place, str]]:
    """What no contract file may hold, whatever YAML thinks of it."""
    found = [
        (_place(text, odd.start()), f"character U+{ord(odd.group()):04X} is not allowed; escape it in double quotes")
        for odd in _first(_FORBIDDEN, text)
    ]
    tabs = _first(_TAB, text)
    found += [(_place(text, tab.end() - 1), "a tab in the indentation; indent with spaces") for tab in tabs]
    if directive := _DIRECTIVE.search(text):
        found.append((_place(text, directive.end() - 1), "a YAML directive (%); directives are not allowed"))
    return found


def _first(pattern: re.Pattern[str], text: str, most: int = 20) -> list[re.Match[str]]:
    found: list[re.Match[str]] = []
    for match in pattern.finditer(text):
        found.append(match)
        if len(found) == most:
            break
    return found


def _place(text: str, offset: int) -> Place:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
