"""JSON of the site: exact for every value that data can hold, also where the fast reader and writer refuse."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from gx.data_docs.plain_json import json_text, parsed


@pytest.mark.parametrize("value", ["half \ud800", "line \u2028 separator", "NUL \x00", 2**70, {"é": [None, 1.5, True]}])
def test_values_come_back_as_they_were(value: Any) -> None:
    text = json_text({"value": value})
    assert "\n" not in text[:-1]
    assert json.loads(text) == parsed(text.encode()) == {"value": value}


def test_what_json_has_no_word_for_becomes_text() -> None:
    assert parsed(json_text([date(2026, 1, 14)]).encode()) == ["2026-01-14"]


def test_numbers_that_others_wrote_as_nan_are_read() -> None:
    assert parsed(b"[NaN, 1]")[1] == 1


def test_what_is_no_json_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="line 1"):
        parsed(b'{"cut": ')
