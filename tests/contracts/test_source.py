"""Hostile and broken YAML becomes a problem with its place, never a traceback, a hang or a built object."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gx.contracts.source import LARGEST, parse_text, read_source


def problems_of(path: Path) -> list[str]:
    return [str(problem) for problem in read_source(path, "a.yaml").problems]


def problems_in(content: str | bytes, tmp_path: Path) -> list[str]:
    path = tmp_path / "a.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return problems_of(path)


def test_a_sound_file_is_read_with_its_places(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("# first\na: 1\nb:\n  - {c: x, d: 2.5}\n  - 'text'\n  - true\n  -\n")
    source = read_source(path, "a.yaml")
    assert source.problems == ()
    assert source.first_line == "# first"
    assert source.root is not None
    assert source.root.plain() == {"a": 1, "b": [{"c": "x", "d": 2.5}, "text", True, None]}
    assert source.root.at(("b", 0, "d")).place == (4, 15)
    assert source.root.keys["b"] == (3, 1)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("a: 1\na: 2\n", "a.yaml:2:1: duplicate key 'a'; it stands on line 1 already", id="duplicate key"),
        pytest.param("a: {b: 1, b: 2}\n", "a.yaml:1:11: duplicate key 'b'; it stands on line 1 already", id="in flow"),
        pytest.param(
            "a: !!python/object/apply:os.system [id]\n",
            "a.yaml:1:4: tag 'tag:yaml.org,2002:python/object/apply:os.system': tags are not allowed; "
            "to make a value text, quote it",
            id="tag that builds an object",
        ),
        pytest.param(
            "a: !env X\n", "a.yaml:1:4: tag '!env': tags are not allowed; to make a value text, quote it", id="own tag"
        ),
        pytest.param(
            "a: &x 1\nb: 2\n",
            "a.yaml:1:4: anchor &x: anchors are not read here; write the value where it is used",
            id="anchor",
        ),
        pytest.param(
            "a:\n  b: 1\n\tc: 2\n", "a.yaml:3:1: a tab in the indentation; indent with spaces", id="tab in indentation"
        ),
        pytest.param(
            b"\xef\xbb\xbfa: 1\n",
            "a.yaml:1:1: the file starts with a byte order mark (ef bb bf); allowed: UTF-8 without one",
            id="byte order mark",
        ),
        pytest.param(
            "a: 1\n".encode("utf-16"),
            "a.yaml:1:1: the file starts with a byte order mark (ff fe); allowed: UTF-8 without one",
            id="UTF-16",
        ),
        pytest.param(
            b"a: 1\nb: caf\xe9\n",
            "a.yaml:2:7: not UTF-8: found byte 0xe9 at offset 11; save the file as UTF-8",
            id="Latin-1",
        ),
        pytest.param(
            "a: 1\nb: x\x00y\n",
            "a.yaml:2:5: character U+0000 is not allowed; escape it in double quotes",
            id="NUL byte",
        ),
        pytest.param(
            'a: "\\e[31m"\n', "a.yaml:1:4: text with the control character U+001B; allowed: printable text", id="escape"
        ),
        pytest.param(
            "a: 1\n---\nb: 2\n",
            "a.yaml:2:1: a second document starts here (---); allowed: one document a file",
            id="two documents",
        ),
        pytest.param("", "a.yaml:1:1: the file holds nothing; allowed: a mapping of keys and values", id="empty"),
        pytest.param(
            "# only\n", "a.yaml:1:1: the file holds nothing; allowed: a mapping of keys and values", id="only a comment"
        ),
        pytest.param(
            "- a\n",
            "a.yaml:1:1: the file does not hold a mapping at its top; allowed: lines of key: value",
            id="list at the top",
        ),
        pytest.param(
            "hello\n",
            "a.yaml:1:1: the file does not hold a mapping at its top; allowed: lines of key: value",
            id="text at the top",
        ),
        pytest.param(
            "a: b: c\n",
            "a.yaml:1:5: not valid YAML: mapping values are not allowed in this context; quote text that holds ': '",
            id="colon in text",
        ),
        pytest.param(
            "? [x]\n: 1\n", "a.yaml:1:3: a list or mapping used as a key; allowed: text", id="list used as a key"
        ),
        pytest.param(
            "%YAML 1.1\n---\na: 1\n",
            "a.yaml:1:1: a YAML directive (%); directives are not allowed",
            id="directive",
        ),
    ],
)
def test_refused_with_its_place(content: str | bytes, expected: str, tmp_path: Path) -> None:
    assert problems_in(content, tmp_path) == [expected]


def test_aliases_that_explode_are_refused_before_they_do(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    found = problems_in("\n".join(lines), tmp_path)
    assert "a.yaml:2:10: alias *a0: aliases are not read here; write the value out" in found
    assert len(found) == 10 + 9 * 9


def test_nesting_is_limited_however_it_is_written(tmp_path: Path) -> None:
    for content in ("a: " + "[" * 500_000, "a:\n  " + "- " * 300_000, "a: " + "{b: " * 100_000):
        started = time.monotonic()
        found = problems_in(content, tmp_path)
        assert found[-1].endswith("nested more than 20 levels deep; allowed: 20")
        assert time.monotonic() - started < 2
    assert problems_in("a: " + "[" * 19 + "]" * 19, tmp_path) == []


def test_a_large_file_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as file:
        file.truncate(10_000_000_000)
    assert problems_of(path) == [
        f"a.yaml:1:1: the file is larger than {LARGEST:,} bytes; split it, or look at what wrote it"
    ]


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe, folder, loop = tmp_path / "pipe.yaml", tmp_path / "folder.yaml", tmp_path / "loop.yaml"
    os.mkfifo(pipe)
    folder.mkdir()
    loop.symlink_to(loop)
    assert problems_of(pipe) == ["a.yaml:1:1: a named pipe, not a file that can be read"]
    assert problems_of(folder) == ["a.yaml:1:1: a folder, not a file that can be read"]
    assert problems_of(Path("/dev/zero")) == ["a.yaml:1:1: a device, not a file that can be read"]
    assert problems_of(loop) == ["a.yaml:1:1: cannot be read: Too many levels of symbolic links"]
    assert problems_of(tmp_path / "none.yaml") == ["a.yaml:1:1: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "Yes",
        "ON",
        "off",
        "12:30",
        "1:30:00",
        "010",
        "0022500529",
        "0o17",
        "0x1F",
        "0b1",
        "1_000",
        ".nan",
        "-.inf",
    ],
)
def test_scalars_that_readers_disagree_on_must_be_quoted(text: str) -> None:
    (problem,) = parse_text(f"a: {text}\n", "a.yaml").problems
    assert str(problem).startswith(f"a.yaml:1:4: ambiguous value: {text} ")
    quoted = parse_text(f"a: '{text}'\n", "a.yaml")
    assert quoted.problems == ()
    assert quoted.root is not None
    assert quoted.root.plain() == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None), ("null", None), ("", None), ("true", True), ("FALSE", False), ("0", 0), ("-17", -17), ("+4", 4),
        ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("2023-02-23", "2023-02-23"), ("2022-23", "2022-23"),
        ("nope", "nope"), ("1.2.3", "1.2.3"), ("game_date", "game_date"),
    ],
)  # fmt: skip
def test_plain_scalars_follow_yaml_1_2(text: str, value: object) -> None:
    source = parse_text(f"a: {text}\n", "a.yaml")
    assert source.problems == ()
    assert source.root is not None
    found = source.root.plain()["a"]
    assert found == value
    assert type(found) is type(value)


def test_numbers_too_long_to_be_numbers_are_refused() -> None:
    for digits in ("9" * 5000, "1" + "0" * 100 + ".0", "1e999"):
        (problem,) = parse_text(f"a: {digits}\n", "a.yaml").problems
        assert "quote it if it is text" in problem.message


def test_problems_of_one_file_have_an_end(tmp_path: Path) -> None:
    found = problems_in("".join(f"k{n}: no\n" for n in range(5000)), tmp_path)
    assert len(found) == 201
    assert found[-1].endswith("more than 200 problems; the rest was not read")


@settings(deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_give_problems_or_a_tree(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(data)
    source = read_source(path, "a.yaml")
    assert source.root is not None or source.problems
    for problem in source.problems:
        assert problem.location.line >= 1
        assert problem.location.column >= 1


@settings(deadline=None)
@given(st.text(alphabet="ab:-?[]{},&*!|>'\"%@` \n#~0 1.", max_size=120))
def test_any_punctuation_gives_problems_or_a_tree(text: str) -> None:
    source = parse_text(text, "a.yaml")
    assert source.root is not None or source.problems
