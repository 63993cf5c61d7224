"""What is fixed about each simulated season: its dates, and the slates that known incidents speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches

GAMES = 1230
GAMES_PER_TEAM = 82
BOOTSTRAP_DAYS = 14

BDL_OFF = date(2026, 1, 28)
"""First game date without Ball Don't Lie, whose use was switched off that day."""
CONTEXT_CUSTOM_IDS = date(2026, 1, 18)
"""First game date whose player contexts carry the custom game id instead of the official one."""
DNP_ROWS_KEPT = date(2026, 1, 27)
"""First game date whose player summaries keep players who were dressed and did not play."""


@dataclass(frozen=True)
class FixedGame:
    """A game that must be in the season: on ``day``, with this official sequence number if one is given.

    ``postponed_from`` is the date it was first scheduled for.
    """

    day: date
    away: str
    home: str
    number: int | None = None
    postponed_from: date | None = None


@dataclass(frozen=True)
class SeasonFacts:
    """One regular season; all dates are Eastern game dates.

    ``slates`` gives games played, ``played`` players with minutes and ``listed`` box score rows of single dates,
    ``certain`` the player keys of people who play on a date whatever chance says;
    ``backfilled`` seasons hold composite factors for players who played, the others for everybody available.
    """

    label: str
    first: date
    last: date
    days_off: frozenset[date]
    slates: Mapping[date, int] = field(default_factory=dict)
    played: Mapping[date, int] = field(default_factory=dict)
    listed: Mapping[date, int] = field(default_factory=dict)
    certain: Mapping[date, str] = field(default_factory=dict)
    fixed_games: tuple[FixedGame, ...] = ()
    backfilled: bool = True

    @property
    def year(self) -> int:
        """The first calendar year of the season."""
        return self.first.year

    @property
    def factors_from(self) -> date:
        """The first date with composite factors: the 14 days before it are bootstrap."""
        return self.first + timedelta(days=BOOTSTRAP_DAYS)

    def days(self) -> list[date]:
        """Every calendar day from the first game to the last."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def game_dates(self) -> list[date]:
        """The days with games, in order."""
        return [day for day in self.days() if day not in self.days_off]


def _off(*days: str, break_start: str, break_end: str) -> frozenset[date]:
    start, end = date.fromisoformat(break_start), date.fromisoformat(break_end)
    all_star = {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return frozenset(all_star | {date.fromisoformat(day) for day in days})


def _by_date(text: str) -> dict[date, int]:
    """``2026-01-08:3 2026-01-09:10`` as a mapping."""
    return {date.fromisoformat(day): int(count) for day, count in (item.split(":") for item in text.split())}


# Days off beside the All-Star break: Thanksgiving, 24 December, election days, college finals, the eve of the last
# day, the Cup's own days. Counts of game dates were 165, 164, 160, 163 and 164.
SEASONS: dict[str, SeasonFacts] = {
    facts.label: facts
    for facts in (
        SeasonFacts(
            label="2021-22",
            first=date(2021, 10, 19),
            last=date(2022, 4, 10),
            days_off=_off("2021-11-25", "2021-12-24", "2022-04-04", break_start="2022-02-18", break_end="2022-02-23"),
        ),
        SeasonFacts(
            label="2022-23",
            first=date(2022, 10, 18),
            last=date(2023, 4, 9),
            days_off=_off(
                *("2022-11-08", "2022-11-24", "2022-12-24", "2023-04-03"),
                break_start="2023-02-17",
                break_end="2023-02-22",
            ),
            slates=_by_date("2023-02-23:9 2023-02-24:8 2023-02-25:7 2023-02-26:9"),
            played=_by_date("2023-02-23:187 2023-02-24:175"),
            certain={date(2023, 2, 23): "reggiejackson"},
            fixed_games=(FixedGame(date(2023, 2, 23), "DEN", "CLE", 886),),
        ),
        SeasonFacts(
            label="2023-24",
            first=date(2023, 10, 24),
            last=date(2024, 4, 14),
            days_off=_off(
                *("2023-11-07", "2023-11-23", "2023-12-03", "2023-12-09", "2023-12-10", "2023-12-24"),
                *("2024-04-08", "2024-04-13"),
                break_start="2024-02-16",
                break_end="2024-02-21",
            ),
            slates=_by_date("2024-02-22:12"),
        ),
        SeasonFacts(
            label="2024-25",
            first=date(2024, 10, 22),
            last=date(2025, 4, 13),
            days_off=_off(
                *("2024-11-05", "2024-11-28", "2024-12-17", "2024-12-24", "2025-04-07", "2025-04-12"),
                break_start="2025-02-14",
                break_end="2025-02-18",
            ),
        ),
        SeasonFacts(
            label="2025-26",
            first=date(2025, 10, 21),
            last=date(2026, 4, 12),
            days_off=_off(
                *("2025-11-27", "2025-12-16", "2025-12-24", "2026-01-13"),
                break_start="2026-02-13",
                break_end="2026-02-18",
            ),
            slates=_by_date(
                "2025-10-22:12 2025-10-23:2 2025-10-24:12 2025-10-25:5 2025-10-26:9 "
                "2025-12-22:7 2025-12-23:14 2025-12-25:5 2025-12-26:9 2025-12-27:9 2025-12-28:6 2025-12-29:11 "
                "2025-12-30:4 2025-12-31:9 2026-01-01:5 2026-01-02:10 2026-01-03:8 2026-01-04:8 2026-01-05:8 "
                "2026-01-07:12 2026-01-08:3 2026-01-09:10 2026-01-10:6 2026-01-11:10 2026-01-12:4 "
                "2026-01-15:9 2026-01-16:6 2026-01-24:6 2026-01-26:7"
            ),
            listed=_by_date("2026-01-08:106 2026-01-09:347 2026-01-10:211 2026-01-11:348 2026-01-12:140"),
            fixed_games=(
                FixedGame(date(2026, 1, 15), "BOS", "MIA"),
                FixedGame(date(2026, 1, 15), "MIL", "SAS"),
                FixedGame(date(2026, 1, 15), "UTA", "DAL"),
                FixedGame(date(2026, 1, 25), "GSW", "MIN", 644, postponed_from=date(2026, 1, 24)),
                FixedGame(date(2026, 1, 29), "MIA", "CHI", 529, postponed_from=date(2026, 1, 8)),
            ),
            backfilled=False,
        ),
    )
}


def season_facts(label: str) -> SeasonFacts:
    """The season of that label; raises ValueError with the labels there are."""
    if label in SEASONS:
        return SEASONS[label]
    near = get_close_matches(label, SEASONS, n=1)
    hint = f"; nearest is {near[0]}" if near else ""
    raise ValueError(f"no simulated season {label!r}: seasons are {', '.join(SEASONS)}{hint}")
