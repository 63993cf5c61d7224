"""A table's name reaches a statement quoted, or not at all."""

from __future__ import annotations

import pytest

from gx.rules.identifiers import table_reference


def test_a_table_is_quoted() -> None:
    assert table_reference("nba_raw.nbac_schedule") == "`nba_raw.nbac_schedule`"


@pytest.mark.parametrize("name", ["players", "a.b.c", "a.b`; DROP TABLE x", "a-b.c", "", "1a.b", "a.b\n", "a. b"])
def test_what_is_no_table_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"a table is named dataset\.table"):
        table_reference(name)
