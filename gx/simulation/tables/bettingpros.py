"""Rows of ``nba_raw.bettingpros_player_points_props``: four of sixteen books a player, mostly on points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from random import Random
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.season import Context, SeasonLog

TABLE = "nba_raw.bettingpros_player_points_props"
_COLUMNS = (
    *("game_date", "bp_event_id", "source_file_path", "created_at", "processed_at"),
    *("market_type", "market_id", "offer_id", "player_name", "player_lookup"),
    *("player_team", "has_team_issues", "validated_team", "validation_confidence"),
    *("bet_side", "bookmaker", "points_line", "odds_american", "bookmaker_last_update", "is_best_line"),
)
_BOOKS = (
    *("bet365", "betmgm", "betparx", "betrivers", "bovada", "caesars", "draftkings", "espnbet"),
    *("fanatics", "fanduel", "fliff", "hardrock", "novig", "partycasino", "prophetx", "sugarhouse"),
)
_BOOKS_A_PLAYER, _BOOKS_BESIDE = 4, 2
_HOME_PLAYERS, _AWAY_PLAYERS = 6, 5  # with odds on points: 55 on a date of five games
_MARKETS = {"points": 156, "assists": 151, "rebounds": 157, "blocks": 160, "steals": 152, "threes": 162}
_BESIDE = (("assists", 4.5), ("rebounds", 6.5), ("blocks", 0.5), ("steals", 1.5), ("threes", 2.5))
_SHIFTS = (0.0, 0.0, 0.0, -0.5, 0.5, -1.0, 1.0)
_ODDS = (-130, -120, -115, -110, -110, -105, 100, 105)
_LOWEST = 0.5
_FREE_AGENT_SHARE = 0.004  # players whom the vendor holds for free agents


def rows(log: SeasonLog) -> Rows:
    """The morning's offers of every game; of every season, unlike the Odds API's."""
    made = [row for _, game in groupby(log.contexts, key=lambda item: item.game.custom_id) for row in _game(list(game))]
    return Rows(TABLE, _COLUMNS, made, {"team_source": "bettingpros", "is_active": True})


def _game(contexts: Sequence[Context]) -> Iterator[tuple[Any, ...]]:
    game = contexts[0].game
    rng = Random(f"bettingpros {game.official_id}")
    loaded = clock(game.day, 10, 5)
    event = (game.season_year * 10 + game.playoffs) * 10_000 + game.number
    shared = (game.day, event, f"bettingpros/player-props/{game.day}/{event}.json", loaded, loaded)
    chosen = [*_likeliest(contexts, True, _HOME_PLAYERS), *_likeliest(contexts, False, _AWAY_PLAYERS)]
    kind, line = _BESIDE[game.number % len(_BESIDE)]
    offers = [(context, "points", context.posted or 0.0, _BOOKS_A_PLAYER) for context in chosen]
    offers += [(context, kind, line, _BOOKS_BESIDE) for context in chosen[:1]]
    for place, (context, market, middle, books) in enumerate(offers):
        first = game.number * 3 + place * _BOOKS_A_PLAYER
        who = _who(context, rng)
        offer = (market, _MARKETS[market], f"{event}{place:02d}", *who)
        for odds in _odds(context, middle, [_BOOKS[(first + n) % len(_BOOKS)] for n in range(books)], rng):
            yield (*shared, *offer, *odds)


def _likeliest(contexts: Sequence[Context], at_home: bool, count: int) -> list[Context]:
    posted = [context for context in contexts if context.at_home == at_home and context.posted is not None]
    return sorted(posted, key=lambda context: -(context.posted or 0.0))[:count]


def _who(context: Context, rng: Random) -> tuple[Any, ...]:
    """Name, key, team, whether the team is in doubt, the validated team and how sure that is (never wholly)."""
    player, team = context.listed.player, context.team
    if rng.random() < _FREE_AGENT_SHARE:
        return (player.name, player.lookup, "FA", True, None, 0.5)
    return (player.name, player.lookup, team, False, team, 0.95)


def _odds(context: Context, middle: float, books: Sequence[str], rng: Random) -> Iterator[tuple[Any, ...]]:
    """Side, book, line, odds, last move and whether it is the best: over the lowest line, under the highest."""
    lines = [max(_LOWEST, middle + rng.choice(_SHIFTS)) for _ in books]
    for side, sign in (("over", -1), ("under", 1)):
        prices = [rng.choice(_ODDS) for _ in books]
        best = max(range(len(books)), key=lambda place: (sign * lines[place], prices[place]))
        for place, book in enumerate(books):
            updated = clock(context.game.day, 8, place)
            yield (side, book, lines[place], prices[place], updated, place == best)
