"""The slate on a date's page: each game with its state, and what every table holds of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gx.data_docs.build import build_site
from gx.data_docs.catalogue import Catalogue
from gx.data_docs.state.fold import fold
from gx.data_docs.state.shelf import Shelf
from gx.data_docs.stored import read_run
from gx.data_docs.view.slate import Slate, slate_games
from tests.data_docs.documents import FEB_23, HOSTILE, Json, document, overviews, partition, rule

BOX, FACTORS = "nba_raw.box", "nba_precompute.factors"


def games_rule(*keys: Json, total: int | None = None, verdict: str = "fail", actual: int = 1) -> Json:
    """A rule that counts the games of the box scores, with its failing keys."""
    return rule(
        *(BOX, "counts", [partition(FEB_23, verdict, 2, actual)]),
        expectation="expect_player_counts_to_match_schedule",
        verdict=verdict,
        failing_keys=[{"partition_date": FEB_23, **key} for key in keys],
        failing_keys_total=len(keys) if total is None else total,
    )


def run(*rules: Json, slates: Json | None = None) -> Json:
    phases = {BOX: "2", FACTORS: "4"}
    tables = [
        {"table": table, "title": table, "phase": phase, "verdict": "fail", "rules": own}
        for table, phase in phases.items()
        if (own := [each for each in rules if each["location"].startswith(f"expectations/{table.replace('.', '/')}")])
    ]
    told = {"overviews": {"slates": overviews()["slates"] if slates is None else slates}}
    return document("r", "daily", tables, "2023-02-25T12:00:00Z", (FEB_23, FEB_23), "fail") | told


def slate_of(*runs: Json) -> Slate:
    shelf = Shelf()
    for each in runs:
        fold(shelf, read_run(each), Catalogue())
    state = shelf.find(f"dates/{FEB_23}.json")
    assert state is not None
    return slate_games(state)


def cells(slate: Slate, column: int = 0) -> list[str]:
    return [line.held[column].words for line in slate.games]


KEY = {"finding": "too_few", "game_rows": 7}


@pytest.mark.parametrize("name", ["0022200894", "20230223_DEN_CLE", "20230223_CLE_DEN"])
def test_a_game_is_told_by_either_id_even_with_its_sides_exchanged(name: str) -> None:
    slate = slate_of(run(games_rule({"game_id": name, **KEY})))
    assert [(line.game, line.status) for line in slate.games] == [
        ("BOS at IND", "Final"),
        ("DEN at CLE", "Final"),
        ("MEM at PHI", "Final, without both scores"),
    ]
    assert cells(slate) == ["whole", "too few rows, 7", ""]
    assert [line.amiss for line in slate.games] == [False, True, False]
    assert slate.games[1].held[0].href == f"../rules/{BOX}.counts.html"


def test_keys_that_name_either_team_are_counted_at_their_game() -> None:
    keys = [{"game_date": FEB_23, "team_abbr": team, "player_lookup": "x"} for team in ("CLE", "DEN", "DEN")]
    covers = rule(
        *(FACTORS, "covers", [partition(FEB_23, "fail", 9, 6)]),
        verdict="fail",
        expectation="expect_reference_keys_to_be_covered",
        failing_keys=keys,
        failing_keys_total=3,
    )
    slate = slate_of(run(games_rule(verdict="pass", actual=2), covers))
    assert slate.tables == [BOX, FACTORS]
    assert cells(slate, 0) == ["whole", "whole", ""]
    assert cells(slate, 1) == ["", "3 failing keys", ""]


def test_a_game_is_not_called_whole_while_failing_keys_are_cut_off() -> None:
    assert cells(slate_of(run(games_rule({"game_id": "20230223_DEN_CLE", **KEY}, total=900))))[0] == ""


def test_a_game_that_the_schedule_lacks_is_told_apart() -> None:
    slate = slate_of(run(games_rule({"game_id": "20230223_XXX_YYY", "finding": "unknown", "game_rows": 21})))
    assert [(named.game, [name for _, name, _ in named.rules]) for named in slate.named] == [
        ("20230223_XXX_YYY", ["counts"])
    ]


def test_without_a_slate_named_games_are_listed() -> None:
    slate = slate_of(run(games_rule({"game_id": "20230223_DEN_CLE", **KEY}), slates={}))
    assert (list(slate.games), [named.game for named in slate.named]) == ([], ["20230223_DEN_CLE"])


def test_a_later_run_that_tells_no_games_leaves_them() -> None:
    later = run(games_rule(verdict="pass", actual=2), slates={}) | {"run_id": "later"}
    slate = slate_of(run(games_rule({"game_id": "20230223_DEN_CLE", **KEY})), later)
    assert cells(slate) == ["whole", "whole", ""]
    assert slate.as_of == "2023-02-25 12:00 UTC"


def test_the_date_s_page_shows_the_games_and_hostile_names_stay_text(tmp_path: Path) -> None:
    game: dict[str, Any] = {"game_id": HOSTILE, "away": HOSTILE, "home": None, "status": None, "final": False}
    build_site([run(games_rule({"game_id": HOSTILE, **KEY}), slates={FEB_23: [game]})], tmp_path)
    page = (tmp_path / f"dates/{FEB_23}.html").read_text(encoding="utf-8")
    assert "The slate, game by game" in page
    assert "too few rows, 7" in page
    assert "no status" in page
    assert HOSTILE not in page
