import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gx.data_docs import text


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.0, "0%"), (1 / 187, "0.5%"), (0.0001, "0.1%"), (0.9999, "99.9%"), (1.0, "100%"), (None, "")],
)
def test_nearly_none_and_nearly_all_never_read_as_none_and_all(share: float | None, shown: str) -> None:
    assert text.percent(share) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(26143, "26,143"), (48.2, "48.2"), (0.12345, "0.1235"), (5.0, "5"), (None, "")]
)
def test_numbers_are_short_and_grouped(value: float | None, shown: str) -> None:
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("day", "season"),
    [
        ("2022-10-18", "2022-23"),
        ("2023-04-09", "2022-23"),
        ("2025-12-31", "2025-26"),
        ("1999-11-01", "1999-00"),
        ("", ""),
    ],
)
def test_a_season_is_named_by_both_its_years(day: str, season: str) -> None:
    assert text.season(day) == season


def test_invisible_and_turning_characters_are_spelt_out() -> None:
    assert text.show("a\x00b\u202ec\ud800d") == "a\\u0000b\\u202ec\\ud800d"


def test_no_character_that_is_invisible_or_turns_the_text_reaches_a_page() -> None:
    turning = [0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    invisible = [0xAD, 0x200B, 0x2028, 0x2029, 0x2060, 0xFEFF, 0xD800, 0xDFFF, *range(0x7F, 0xA0)]
    control = [code for code in range(0x20) if chr(code) not in "\t\n\r"]
    for code in (*turning, *invisible, *control):
        assert text.show(f"a{chr(code)}b") == f"a\\u{code:04x}b"
    assert text.show("ärger ✓ – 東京") == "ärger ✓ – 東京"


def test_long_values_are_cut_with_a_note_and_drawings_are_not() -> None:
    shown = text.show("x" * 1_000_000)
    assert len(shown) < text.LIMIT + 100
    assert "the first 2,000 of 1,000,000 characters" in shown
    assert text.show(text.Drawing("M0 0" * 1_000)) == "M0 0" * 1_000


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_a_file_name_never_leaves_its_folder_and_stays_the_same(name: str) -> None:
    made = text.slug(name)
    assert made == text.slug(name)
    assert made
    assert not set(made) & set("/\\:#?%<>\"' ")
    assert not made.startswith(".")


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1), st.text(min_size=1))
def test_two_names_never_share_a_file(one: str, other: str) -> None:
    assert (text.slug(one) == text.slug(other)) == (one == other)


def test_unknown_bytes_are_not_zero() -> None:
    assert text.size(None) == "unknown"
    assert text.size(0) == "0 bytes"
    assert text.size(1_234_567) == "1.23 MB"
