"""The games of a date: each one's state, and what every table holds of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gx.contracts.wording import plural
from gx.data_docs.state.names import rule_name
from gx.data_docs.state.shelf import State
from gx.data_docs.text import Short, moment, number
from gx.data_docs.view.marks import Chip, chip, phase_rank, urgency
from gx.judging.result import Verdict

COUNTED = ("expect_player_counts_to_match_schedule", "expect_team_rows_to_match_schedule")
"""Expectations that count the rows of each game: a game that their failing keys leave out is whole."""

_FINDINGS = {"missing": "no rows", "too_few": "too few rows", "too_many": "too many rows", "two_ids": "two ids"}


@dataclass(frozen=True)
class Held:
    """What a table holds of a game, as far as the date's rules told; ``href`` leads to the rule that told it."""

    words: str
    mark: Chip | None
    href: str


@dataclass(frozen=True)
class GameLine:
    """A game of the slate with a cell a table."""

    game: str
    game_id: str
    status: str
    held: Sequence[Held]
    amiss: bool


@dataclass(frozen=True)
class NamedGame:
    """A game, or a team, that failing keys name and the schedule does not have, with the rules that name it."""

    game: str
    rules: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Slate:
    """The games of a date; ``tables`` are the columns, ``named`` what else failing keys name."""

    as_of: str
    tables: Sequence[str]
    games: Sequence[GameLine]
    named: Sequence[NamedGame]


def slate_games(state: State) -> Slate:
    """The date's games, as the newest run that told them read the schedule."""
    told = state["games"] or {"as_of": "", "games": []}
    games: Sequence[Mapping[str, Any]] = told["games"]
    places = _places(state["date"], games)
    tables = [(name, own) for name, own in state["tables"].items() if _speaks_of_games(own)]
    tables.sort(key=lambda item: (phase_rank(item[1]["phase"]), item[0]))
    return Slate(
        as_of=moment(told["as_of"]),
        tables=[own["title"] for _, own in tables] if games else (),
        games=[_line(game, place, tables, places) for place, game in enumerate(games)],
        named=_others(tables, places),
    )


def _places(day: str, games: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Each way in which a key may name a game of the date: both id formats, sides exchanged, either team."""
    found: dict[str, int] = {}
    for place, game in enumerate(games):
        away, home, date = game["away"], game["home"], day.replace("-", "")
        for name in (game["game_id"], f"{date}_{away}_{home}", f"{date}_{home}_{away}", away, home):
            if name:
                found.setdefault(str(name), place)
    return found


def _speaks_of_games(own: State) -> bool:
    return any(cell.get("games") or cell.get("expectation") in COUNTED for cell in own["rules"].values())


def _line(
    game: Mapping[str, Any], place: int, tables: Sequence[tuple[str, State]], places: Mapping[str, int]
) -> GameLine:
    held = [_held(name, own, game, place, places) for name, own in tables]
    return GameLine(
        game=f"{game['away'] or 'unknown'} at {game['home'] or 'unknown'}",
        game_id=game["game_id"] or "",
        status=_status(game),
        held=held,
        amiss=any(each.mark and each.mark.verdict not in ("pass", "exempt", "waived") for each in held),
    )


def _status(game: Mapping[str, Any]) -> str:
    status = str(game["status"] or "no status")
    return f"{status}, without both scores" if status == "Final" and not game["final"] else Short(status)


def _held(table: str, own: State, game: Mapping[str, Any], place: int, places: Mapping[str, int]) -> Held:
    """The worst that a rule says of the game; else whether a rule that counts games found it whole."""
    said = [
        (rule, Verdict(cell["verdict"]), named)
        for rule, cell in own["rules"].items()
        if (named := [key for name, key in cell.get("games", {}).items() if places.get(name) == place])
    ]
    if said:
        rule, verdict, named = min(said, key=lambda item: (urgency(item[1]), "game_rows" not in item[2][0]))
        return Held(_words(named), chip(verdict), f"../{rule_name(table, rule)}.html")
    counted = [cell for cell in own["rules"].values() if cell.get("expectation") in COUNTED]
    if game["final"] and any(_all_told(cell) for cell in counted):
        return Held("whole", chip(Verdict.PASS), "")
    return Held("", None, "")


def _all_told(cell: Mapping[str, Any]) -> bool:
    """Whether the games that the cell does not name are whole."""
    return bool(cell.get("games_all")) or (cell["verdict"] == "pass" and cell.get("actual") == cell.get("expected"))


def _words(named: Sequence[Mapping[str, Any]]) -> str:
    """A rule that counts games tells its finding and the game's rows; of any other its keys are counted."""
    key = named[0]
    if "game_rows" not in key:
        return plural(sum(each["keys"] for each in named), "failing key")
    finding = str(key.get("finding") or "")
    rows = f", {number(key['game_rows'])}" if key["game_rows"] else ""
    return Short(f"{_FINDINGS.get(finding, finding.replace('_', ' '))}{rows}")


def _others(tables: Sequence[tuple[str, State]], places: Mapping[str, int]) -> list[NamedGame]:
    named: dict[str, list[tuple[str, str, str]]] = {}
    for table, own in tables:
        for rule, cell in own["rules"].items():
            for game in cell.get("games", {}):
                if game not in places:
                    named.setdefault(game, []).append((own["title"], rule, f"../{rule_name(table, rule)}.html"))
    return [NamedGame(game, rules) for game, rules in sorted(named.items())]
