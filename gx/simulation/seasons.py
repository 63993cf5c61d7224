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
GAMEBOOK_OFFICIAL = (date(2025, 12, 28), date(2026, 1, 31))
"""First and last game date whose gamebooks carry the official game id (domain 2.1.1: "for a while")."""
PROPS_FROM = date(2023, 5, 1)
"""First game date with player props of the Odds API: nobody collected them before (I-08)."""
PROPS_OFFICIAL_IDS = date(2025, 12, 28)
"""First game date whose props carry the official game id instead of the custom one (domain 2.1.1)."""
BOX_FEED_DOWN = (date(2025, 12, 22), date(2026, 2, 1))
"""First and last game date without NBA.com player box scores: the scraper failed (domain 1.4)."""
FANDUEL_FROM = date(2021, 11, 2)
"""First game date with lines of FanDuel (domain 1.7)."""
LINES_GAPS = ((date(2023, 11, 21), date(2023, 11, 25)), (date(2024, 4, 5), date(2024, 4, 15)))
"""Game dates without game lines: the subscription had lapsed (domain 1.7)."""
PLAYOFF_DAYS = 12
"""Days of playoffs that a league holds: the first round's games that are played whatever their results."""


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
    """One season, ``first`` to ``last`` its regular part; all dates are Eastern game dates.

    ``slates`` gives games played, ``played`` players with minutes and ``listed`` box score rows of single dates,
    ``certain`` the player keys of people who play on a date whatever chance says; ``neutral`` counts games in an
    arena of neither team, ``hardship`` spans the weeks when teams signed players for ten days for want of their own;
    ``backfilled`` seasons hold composite factors for players who played, the others for everybody available.
    """

    label: str
    first: date
    last: date
    playoffs: date
    days_off: frozenset[date]
    slates: Mapping[date, int] = field(default_factory=dict)
    played: Mapping[date, int] = field(default_factory=dict)
    listed: Mapping[date, int] = field(default_factory=dict)
    certain: Mapping[date, str] = field(default_factory=dict)
    fixed_games: tuple[FixedGame, ...] = ()
    neutral: int = 2
    hardship: tuple[date, date] | None = None
    backfilled: bool = True

    @property
    def year(self) -> int:
        """The first calendar year of the season."""
        return self.first.year

    @property
    def factors_from(self) -> date:
        """The first date with composite factors: the 14 days before it are bootstrap."""
        return self.first + timedelta(days=BOOTSTRAP_DAYS)

    @property
    def playoff_last(self) -> date:
        """The last date with a game of the playoffs."""
        return self.playoffs + timedelta(days=PLAYOFF_DAYS - 1)

    def days(self) -> list[date]:
        """Every calendar day from the first game to the last of the playoffs."""
        return [self.first + timedelta(days=n) for n in range((self.playoff_last - self.first).days + 1)]

    def regular_dates(self) -> list[date]:
        """The days with games of the regular season, in order."""
        return [day for day in self.days() if day <= self.last and day not in self.days_off]

    def game_dates(self) -> list[date]:
        """The days with games, the playoffs' included, in order."""
        return [*self.regular_dates(), *(self.playoffs + timedelta(days=n) for n in range(PLAYOFF_DAYS))]


def _off(*days: str, break_start: str, break_end: str) -> frozenset[date]:
    start, end = date.fromisoformat(break_start), date.fromisoformat(break_end)
    all_star = {start + timedelta(days=n) for n in range((end - start).days + 1)}
    return frozenset(all_star | {date.fromisoformat(day) for day in days})


def _by_date(text: str) -> dict[date, int]:
    """``2026-01-08:3 2026-01-09:10`` as a mapping."""
    return {date.fromisoformat(day): int(count) for day, count in (item.split(":") for item in text.split())}


# Nine games of December 2021 that the epidemic put off, with the dates they were played on.
_POSTPONED_IN_2021 = tuple(
    FixedGame(date.fromisoformat(day), away, home, postponed_from=date.fromisoformat(first))
    for first, away, home, day in (
        ("2021-12-14", "DET", "CHI", "2022-01-11"),
        ("2021-12-16", "TOR", "CHI", "2022-01-26"),
        ("2021-12-19", "CLE", "ATL", "2021-12-31"),
        ("2021-12-19", "DEN", "BKN", "2022-01-26"),
        ("2021-12-19", "NOP", "PHI", "2022-01-25"),
        ("2021-12-20", "ORL", "TOR", "2022-03-04"),
        ("2021-12-21", "WAS", "BKN", "2022-02-17"),
        ("2021-12-22", "TOR", "CHI", "2022-03-21"),
        ("2021-12-23", "BKN", "POR", "2022-01-10"),
    )
)

# Days off beside the All-Star break: Thanksgiving, 24 December, election days, college finals, the eve of the last
# day, the Cup's own days. Counts of game dates were 165, 164, 160, 163 and 164.
SEASONS: dict[str, SeasonFacts] = {
    facts.label: facts
    for facts in (
        SeasonFacts(
            label="2021-22",
            first=date(2021, 10, 19),
            last=date(2022, 4, 10),
            playoffs=date(2022, 4, 16),
            days_off=_off("2021-11-25", "2021-12-24", "2022-04-04", break_start="2022-02-18", break_end="2022-02-23"),
            slates=_by_date(
                "2021-12-14:3 2021-12-16:4 2021-12-19:5 2021-12-20:8 2021-12-21:3 2021-12-22:10 2021-12-23:8"
            ),
            fixed_games=_POSTPONED_IN_2021,
            hardship=(date(2021, 12, 12), date(2022, 1, 14)),
        ),
        SeasonFacts(
            label="2022-23",
            first=date(2022, 10, 18),
            last=date(2023, 4, 9),
            playoffs=date(2023, 4, 15),
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
            playoffs=date(2024, 4, 20),
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
            playoffs=date(2025, 4, 19),
            days_off=_off(
                *("2024-11-05", "2024-11-28", "2024-12-17", "2024-12-24", "2025-04-07", "2025-04-12"),
                break_start="2025-02-14",
                break_end="2025-02-18",
            ),
            neutral=5,
        ),
        SeasonFacts(
            label="2025-26",
            first=date(2025, 10, 21),
            last=date(2026, 4, 12),
            playoffs=date(2026, 4, 18),
            days_off=_off(
                *("2025-11-27", "2025-12-16", "2025-12-24", "2026-01-13"),
                break_start="2026-02-13",
                break_end="2026-02-18",
            ),
            neutral=5,
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


AFTER_SEASONS = date(2026, 8, 1)
"""As-of for leagues that are not cut: all simulated seasons are over, and no window reaches up to it."""
