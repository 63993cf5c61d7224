"""Rows of ``nba_raw.odds_api_player_points_props`` and ``nba_raw.odds_api_game_lines``: what the Odds API collected."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import groupby
from random import Random
from typing import Any

from gx.simulation.columns import Rows, clock, moment
from gx.simulation.market import market
from gx.simulation.schedule import Game
from gx.simulation.season import Context, SeasonLog
from gx.simulation.seasons import FANDUEL_FROM, LINES_GAPS, PROPS_OFFICIAL_IDS
from gx.simulation.teams import TEAMS

PROPS = "nba_raw.odds_api_player_points_props"
LINES = "nba_raw.odds_api_game_lines"
_PROPS_COLUMNS = (
    *("game_id", "odds_api_event_id", "game_date", "game_start_time", "home_team_abbr", "away_team_abbr"),
    *("snapshot_timestamp", "snapshot_tag", "minutes_before_tipoff", "bookmaker_last_update", "processed_at"),
    *("source_file_path", "player_name", "player_lookup", "bookmaker", "points_line"),
    *("over_price", "over_price_american", "under_price", "under_price_american", "data_hash"),
)
_LINES_COLUMNS = (
    *("game_id", "commence_time", "game_date", "home_team", "away_team", "home_team_abbr", "away_team_abbr"),
    *("snapshot_timestamp", "bookmaker_last_update", "market_last_update", "created_at", "processed_at"),
    *("source_file_path", "bookmaker_key", "bookmaker_title"),
    *("market_key", "outcome_name", "outcome_point", "outcome_price"),
)
_BOOKS = ("draftkings", "fanduel", "betmgm", "caesars", "betrivers")  # three to five of them post props on a game
_BESIDE = (0.0, 0.0, 0.0, -0.5, 0.5, -1.0, 1.0)  # what other books' lines differ by from the first one's
_LOWEST = 3.5
_AMERICAN = ((-110, -110), (-115, -105), (-105, -115), (-120, 100), (100, -120), (-125, 105), (105, -125))
_PRICES = (1.87, 1.89, 1.91, 1.91, 1.93, 1.95)
_LINE_BOOKS = (("draftkings", "DraftKings", 0.0), ("fanduel", "FanDuel", 0.5))  # key, title, most it differs by
_MINUTE = 60_000_000  # microseconds


def decimal_odds(american: int) -> float:
    """What a stake of one returns, to two places, at those American odds."""
    return round(1 + (american / 100 if american > 0 else 100 / -american), 2)


_ODDS = tuple((decimal_odds(over), over, decimal_odds(under), under) for over, under in _AMERICAN)


def props_rows(log: SeasonLog) -> Rows:
    """Over and under on the points of 14 to 18 players a game: the first book's opening line, then every book's.

    The later snapshot is the last before tip-off, or on as-of's own day the one of the morning.
    """
    rows: list[tuple[Any, ...]] = []
    for game, contexts in _games(log):
        posted = [context for context in contexts if context.line is not None]
        if posted:
            rows += _props(game, posted, log)
    source = "historical" if log.facts.backfilled else "current"
    return Rows(PROPS, _PROPS_COLUMNS, rows, {"data_source": source})


def _games(log: SeasonLog) -> Iterator[tuple[Game, list[Context]]]:
    """The contexts of each game, which lie together in the log."""
    for _, contexts in groupby(log.contexts, key=lambda context: context.game.custom_id):
        group = list(contexts)
        yield group[0].game, group


def _props(game: Game, posted: list[Context], log: SeasonLog) -> Iterator[tuple[Any, ...]]:
    rng = Random(f"props {game.official_id}")
    last = moment(game.tip_off) - (35 + game.number % 20) * _MINUTE
    opened = _snapshot(game, clock(game.day, 22, later=-1))
    closed = _snapshot(game, last if log.happened(game.day) else clock(game.day, 9, 5))
    books = _BOOKS[: 3 + game.number % 3]
    for context in posted:
        who = (context.listed.player.name, context.listed.player.lookup)
        yield (*opened, *who, books[0], context.opening_line, *_prices(opened, who, books[0], rng))
        for place, book in enumerate(books):
            beside = rng.choice(_BESIDE) if place else 0.0
            line = max(_LOWEST, (context.line or 0.0) + beside)
            yield (*closed, *who, book, line, *_prices(closed, who, book, rng))


def _snapshot(game: Game, taken: int) -> tuple[Any, ...]:
    """What the rows of one snapshot of a game share; ``taken`` in microseconds since 1970."""
    event, tip_off = market(game.official_id).event_id, moment(game.tip_off)
    minutes = (tip_off - taken) // _MINUTE
    return (
        *(game.official_id if game.day >= PROPS_OFFICIAL_IDS else game.custom_id, event, game.day, tip_off),
        *(game.home, game.away, taken, f"t-{minutes}", minutes, taken - 2 * _MINUTE, taken + 5 * _MINUTE),
        f"odds-api/player-props/{game.day}/{event}-{minutes:04d}.json",
    )


def _prices(snapshot: tuple[Any, ...], who: tuple[str, str], book: str, rng: Random) -> tuple[Any, ...]:
    """Prices over and under and the row's hash."""
    odds = _ODDS[int(rng.random() * len(_ODDS))]
    return (*odds, blake2b(f"{snapshot[1]} {snapshot[8]} {who[1]} {book}".encode(), digest_size=16).hexdigest())


def line_rows(log: SeasonLog) -> Rows:
    """Eight rows a game and snapshot, in the morning and before tip-off: two books, spread and total, two sides each.

    There are four where FanDuel was not collected yet, and none in the known gaps (domain 1.7).
    """
    rows: list[tuple[Any, ...]] = []
    for game, _ in _games(log):
        if not any(first <= game.day <= last for first, last in LINES_GAPS):
            odds, rng = market(game.official_id), Random(f"lines {game.official_id}")
            rows += _lines(game, clock(game.day, 9), odds.spread, rng)
            if log.happened(game.day):
                rows += _lines(game, moment(game.tip_off) - 95 * _MINUTE, odds.spread + odds.moved, rng)
    constants = {
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "data_source": "historical" if log.facts.backfilled else "current",
    }
    return Rows(LINES, _LINES_COLUMNS, rows, constants)


def _lines(game: Game, taken: int, spread: float, rng: Random) -> Iterator[tuple[Any, ...]]:
    odds = market(game.official_id)
    home, away = TEAMS[game.home].full_name, TEAMS[game.away].full_name
    moved, loaded = taken - 2 * _MINUTE, taken + 5 * _MINUTE
    path = f"odds-api/game-lines-history/{game.day}/{odds.event_id}.json"
    shared = (
        *(odds.event_id, moment(game.tip_off), game.day, home, away, game.home, game.away),
        *(taken, moved, moved, loaded, loaded, path),
    )
    for key, title, most in _LINE_BOOKS if game.day >= FANDUEL_FROM else _LINE_BOOKS[:1]:
        own = spread + rng.choice((0.0, 0.0, -most, most))
        total = odds.total + rng.choice((0.0, 0.0, -most, most))
        sides = (("spreads", home, own), ("spreads", away, -own), ("totals", "Over", total), ("totals", "Under", total))
        for kind, name, point in sides:
            yield (*shared, key, title, kind, name, point, rng.choice(_PRICES))
