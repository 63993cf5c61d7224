"""Rows of the registry: players by team and season, other spellings of their names, names that needed a decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from gx.simulation.columns import Rows, clock
from gx.simulation.people import Player, make_rosters, normalise
from gx.simulation.rolling import once_a_log
from gx.simulation.season import SeasonLog
from gx.simulation.seasons import SEASONS
from gx.simulation.teams import TEAMS

REGISTRY = "nba_reference.nba_players_registry"
ALIASES = "nba_reference.player_aliases"
UNRESOLVED = "nba_reference.unresolved_player_names"
_REGISTRY_COLUMNS = (
    *("universal_player_id", "player_name", "player_lookup", "team_abbr", "first_game_date", "last_game_date"),
    *("games_played", "total_appearances", "inactive_appearances", "dnp_appearances", "source_priority"),
    *("confidence_score", "last_processor", "last_gamebook_update", "last_roster_update", "created_by"),
    *("created_at", "processed_at"),
)
_ALIAS_COLUMNS = (
    *("alias_lookup", "nba_canonical_lookup", "alias_display", "nba_canonical_display", "alias_type"),
    *("created_at", "processed_at"),
)
_UNRESOLVED_COLUMNS = (
    *("source", "original_name", "normalized_lookup", "first_seen_date", "last_seen_date", "team_abbr"),
    *("occurrences", "status", "resolution_type", "resolved_to_name", "snooze_until", "reviewed_by"),
    *("reviewed_at", "created_at", "processed_at"),
)
_SUFFIXES = ("Jr.", "II", "III", "IV", "Sr.")
_SOURCES = ("espn", "br", "basketball_reference")
_RESOLUTIONS = ("create_alias", "add_to_registry", "typo")
_SNOOZED, _QUEUE, _SHORT_QUEUE = 2, 2832, 80  # 2,830 resolved and 2 snoozed on 12 January 2026 (domain.md 1.22)
_SNOOZE_UNTIL = date(2099, 12, 31)
_SEEN_DAYS = 80  # over which the queue's names turn up, from 5 October on


@dataclass
class Stay:
    """A player's time with a team: dates with a game he entered, and how often he was listed and why not."""

    player: Player
    team: str
    since: date
    played: list[date] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)


def registry_rows(log: SeasonLog) -> Rows:
    """A row a player, team and season; a traded player has one for each of his teams."""
    rows = [_registered(stay) for stay in _stays(log)]
    return Rows(REGISTRY, _REGISTRY_COLUMNS, rows, {"season": log.facts.label})


@once_a_log
def _stays(log: SeasonLog) -> list[Stay]:
    """Opening night's rosters, and whoever was listed with a team later."""
    before = log.facts.first - timedelta(days=2)
    stays = {
        (player.lookup, team): Stay(player, team, before)
        for team, roster in make_rosters(log.facts).items()
        for player in roster
    }
    for context in log.contexts:
        player = context.listed.player
        key = (player.lookup, context.team)
        if key not in stays:
            stays[key] = Stay(player, context.team, context.game.day)
    for played in log.played:
        for side in played.sides:
            for item in side.listed:
                stay = stays[item.player.lookup, side.team]
                stay.kinds["played" if item.appears else "inactive" if item.status == "out" else "dnp"] += 1
                if item.appears:
                    stay.played.append(played.game.day)
    return [stays[key] for key in sorted(stays)]


def _registered(stay: Stay) -> tuple[Any, ...]:
    player, kinds = stay.player, stay.kinds
    listed = clock(stay.since, 7)
    who = (player.universal_id, player.name, player.lookup, stay.team)
    counts = (kinds["played"], kinds.total(), kinds["inactive"], kinds["dnp"])
    if not stay.played:
        return (*who, None, None, *counts, "roster_nba_com", 0.9, "roster", None, listed, "roster", listed, listed)
    first, last = clock(stay.played[0], 10, later=1), clock(stay.played[-1], 10, later=1)
    return (
        *(*who, stay.played[0], stay.played[-1], *counts, "nba_gamebook", 1.0, "gamebook", last, listed),
        *("gamebook", first, last),
    )


def alias_rows(log: SeasonLog) -> Rows:
    """Other spellings that turned up in this season; none of them in another one."""
    made = clock(log.facts.first - timedelta(days=7), 10)
    rows = [(*alias, made, made) for alias in _aliases(log) if _before(log, log.facts.first - timedelta(days=7))]
    constants = {"alias_source": "espn", "is_active": True, "created_by": "registry"}
    return Rows(ALIASES, _ALIAS_COLUMNS, rows, constants)


def _aliases(log: SeasonLog) -> Iterator[tuple[str, ...]]:
    """Every fourteenth player's name, the family's name first or without its suffix."""
    place = sorted(SEASONS).index(log.facts.label)
    for player in _people(log)[place :: 3 * len(SEASONS)]:
        given, family, *suffix = player.name.split(" ")
        display = f"{given} {family}" if suffix else f"{family} {given}"
        kind = "suffix_difference" if suffix else "name_order"
        yield normalise(display), player.lookup, display, player.name, kind


def _people(log: SeasonLog) -> list[Player]:
    players = {player.lookup: player for roster in make_rosters(log.facts).values() for player in roster}
    return [players[lookup] for lookup in sorted(players)]


def _before(log: SeasonLog, day: date) -> bool:
    return log.as_of is None or day < log.as_of


def unresolved_rows(log: SeasonLog) -> Rows:
    """The queue of names, every one decided: a name is in it from the day it was decided on."""
    rows = [row for row in _names(log) if _before(log, row[4])]
    return Rows(UNRESOLVED, _UNRESOLVED_COLUMNS, rows, {"season": log.facts.label})


def _names(log: SeasonLog) -> Iterator[tuple[Any, ...]]:
    opened, codes = date(log.facts.year, 10, 5), sorted(TEAMS)
    count = _SHORT_QUEUE if log.facts.backfilled else _QUEUE
    variants = [(player, suffix) for suffix in _SUFFIXES for player in _people(log)]
    for place, (player, suffix) in enumerate(variants[:count]):
        name = f"{player.name} {suffix}"
        first = opened + timedelta(days=place * _SEEN_DAYS // count)
        last = first + timedelta(days=3)
        decided = clock(last, 9, later=1)
        verdict: tuple[Any, ...] = (
            *("resolved", _RESOLUTIONS[place % 3], player.name, None, "ai_resolver", decided),
            *(clock(first, 9), decided),
        )
        if not log.facts.backfilled and place in range(100, 100 + _SNOOZED):
            verdict = ("snoozed", None, None, _SNOOZE_UNTIL, None, None, clock(first, 9), decided)
        yield (_SOURCES[place % 3], name, normalise(name), first, last, codes[place % 30], 1 + place % 9, *verdict)
