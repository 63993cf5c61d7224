"""Keys that resolve: distinct keys of a date that the registry or its aliases know (rule 37)."""

from __future__ import annotations

import dataclasses

import pytest

from gx.contracts.model import Contract
from tests.rules.harness import Court, Results, Rows, cell, contract, days, january, keys, problems


def undated(found: Contract) -> Contract:
    """The contract as one of a table without partitions."""
    header = found.header.model_copy(update={"partition": None, "require_partition_filter": False})
    return dataclasses.replace(found, header=header)


REGISTRY = undated(
    contract("nba_reference.registry", "added DATE, player_lookup STRING, season STRING", grain="player_lookup")
)
ALIASES = undated(
    contract("nba_reference.aliases", "added DATE, alias_lookup STRING, is_active BOOL", grain="alias_lookup")
)
ARGUMENTS = (
    "column: player, references: [{table: nba_reference.registry, column: player_lookup}, "
    "{table: nba_reference.aliases, column: alias_lookup, where: is_active}]"
)
LINES = contract(
    "nba_raw.lines",
    "game_date DATE, player STRING, book STRING",
    f"""
  - {{rule: players_are_known, expect_keys_to_resolve_in_reference: {{{ARGUMENTS}, warn_below: 1.0}}}}
  - {{rule: of_one_book, expect_keys_to_resolve_in_reference: {{{ARGUMENTS}, where: book = 'a'}}}}
""",
    grain="game_date, player, book",
)
KNOWN, ONE_OF_FIFTY, TWO_OF_FIFTY, NO_NAMES = 1, 2, 3, 4


def lines(day: int, *players: str | None, book: str = "a") -> list[dict[str, object]]:
    return [{"game_date": january(day), "player": player, "book": book} for player in players]


@pytest.fixture(scope="module")
def results(court: Court) -> Results:
    fifty = [f"p{number:02d}" for number in range(50)]
    registry = [{"player_lookup": name, "season": season} for name in fifty[1:] for season in ("2024-25", "2025-26")]
    aliases = [{"alias_lookup": "p00", "is_active": True}, {"alias_lookup": "gone", "is_active": False}]
    own = lines(KNOWN, *fifty, None) + lines(ONE_OF_FIFTY, *fifty[1:], "nobody") + lines(NO_NAMES, None, None)
    # one unknown name in many rows is one key
    own += lines(TWO_OF_FIFTY, *fifty[2:], "gone", *["nobody"] * 30) + lines(KNOWN, "stranger", "gone", book="b")
    rows: dict[str, Rows] = {LINES.table: own, REGISTRY.table: registry, ALIASES.table: aliases}
    return court.judge([LINES, REGISTRY, ALIASES], rows)


def test_the_share_of_distinct_known_keys_decides(results: Results) -> None:
    found = results["players_are_known"]
    assert (days(found), days(found, "warn")) == ([KNOWN, TWO_OF_FIFTY], [ONE_OF_FIFTY])
    assert cell(found, january(TWO_OF_FIFTY)).detail == "48 of 50 keys are known (96.0%), 2 unknown"


def test_registry_aliases_and_empty_names_are_left_alone(results: Results) -> None:
    found = results["of_one_book"]
    assert (days(found), days(found, "pass")) == ([TWO_OF_FIFTY], [KNOWN, ONE_OF_FIFTY])
    assert january(NO_NAMES) not in [item.partition for item in found.partitions]


def test_unknown_keys_are_named_with_their_rows(results: Results) -> None:
    found = keys(results["of_one_book"], "partition_date", "player", "own_rows")
    assert found == [(january(TWO_OF_FIFTY), "gone", "1"), (january(TWO_OF_FIFTY), "nobody", "30")]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nba_reference.aliases", "nba_reference.alias", "references: no contract for nba_reference.alias; nearest:"),
        ("column: player,", "column: playr,", "column: nba_raw.lines has no column 'playr'; nearest: player"),
        ("alias_lookup", "alias", "references: nba_reference.aliases has no column 'alias'; nearest: alias_lookup"),
        ("where: is_active", "where: active", "references: where: nba_reference.aliases has no column 'active'"),
        (
            "nba_reference.registry, column: player_lookup",
            "nba_raw.lines, column: player",
            "references: nba_raw.lines is a table of dates (game_date); allowed: tables without partitions",
        ),
    ],
)
def test_wrong_arguments_are_named(old: str, new: str, says: str) -> None:
    assert old in ARGUMENTS
    rule = f"  - {{rule: wrong, expect_keys_to_resolve_in_reference: {{{ARGUMENTS.replace(old, new)}}}}}"
    columns = ", ".join(f"{column.name} {column.type}" for column in LINES.columns)
    found = problems(contract(LINES.table, columns, rule), REGISTRY, ALIASES)
    assert any(says in text for text in found), found
