"""The basketball calendar: which season a date belongs to, what excuses a missing row, and windows of game dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gx.contracts.calendar_file import CalendarFile, Season

_UNLISTED_DAYS_OFF = 8
"""Most days of a season without games that no break lists (Thanksgiving, election day, the cup's): 2023-24 had 8."""


class WindowError(ValueError):
    """A window that cannot be: an unknown season, an end before its start, no season yet."""


@dataclass(frozen=True)
class DateWindow:
    """The partitions to measure, both ends included; ``last`` keeps only the last N historical game dates of them."""

    start: date
    end: date
    last: int | None = None


class Calendar:
    """The calendar file with the questions that planning and judging ask of it. Dates are Eastern calendar dates."""

    def __init__(self, file: CalendarFile) -> None:
        self.file = file
        self.zone = ZoneInfo(file.time_zone)

    def moment(self, as_of: date | datetime | None) -> datetime:
        """As-of as a time: a bare date means noon Eastern, when every lag of the night before has passed."""
        if as_of is None:
            return datetime.now(self.zone)
        if isinstance(as_of, datetime):
            return as_of.replace(tzinfo=self.zone) if as_of.tzinfo is None else as_of.astimezone(self.zone)
        return datetime.combine(as_of, time(12), self.zone)

    def season_of(self, day: date) -> Season | None:
        """The season whose games, play-offs included, span that date."""
        return next((s for s in self.file.seasons if s.first_game <= day <= s.playoffs_end), None)

    def season(self, label: str) -> Season:
        """The season of that label, for example 2022-23."""
        found = next((season for season in self.file.seasons if season.season == label), None)
        if found is None:
            known = ", ".join(season.season for season in self.file.seasons)
            raise WindowError(f"no season {label!r} in the calendar; it knows {known}")
        return found

    def exemption(self, table: str, day: date, now: datetime) -> str | None:
        """Why a table need not have rows of that date at that moment, or None when it must."""
        timing, season = self.file.tables.get(table), self.season_of(day)
        if timing is None:
            return None
        if early := self.before_its_first_day(table, day):
            return early
        if timing.active_until and day > timing.active_until:
            return f"the source was switched off after {timing.active_until}"
        if season and timing.bootstrap and day < season.first_game + timedelta(days=self.file.bootstrap_days):
            return f"bootstrap: the first {self.file.bootstrap_days} days of {season.season} have no data here"
        first = timing.first_dates.get(season.season) if season else None
        if first and day < first:
            return f"the table starts on {first} in {season.season if season else ''}"
        for halt in self.file.halts:
            if table in halt.tables and halt.start <= day and (halt.end is None or day <= halt.end):
                return halt.name
        due = datetime.combine(day, time(0), self.zone) + timedelta(hours=timing.due_hours)
        return None if now >= due else f"normal lag: due {due:%Y-%m-%d %H:%M} Eastern"

    def before_its_first_day(self, table: str, day: date) -> str | None:
        """Why nothing is expected of a table that the pipeline did not write yet on that date; None when it did."""
        timing = self.file.tables.get(table)
        begins = timing.active_from if timing else None
        return f"nothing is expected here before {begins}" if begins and day < begins else None

    def break_of(self, day: date) -> str | None:
        """The name of the break that date lies in."""
        return next((b.name for b in self.file.breaks if b.start <= day <= b.end), None)

    def is_regular_season(self, day: date) -> bool:
        """Whether that day lies between a season's first and last regular game and in no break."""
        season = self.season_of(day)
        return season is not None and day <= season.last_game and self.break_of(day) is None

    def season_window(self, label: str | None, as_of: datetime) -> DateWindow:
        """A season up to as-of; without a label the newest one that has begun."""
        today = as_of.date()
        if label is None:
            begun = [season for season in self.file.seasons if season.first_game <= today]
            if not begun:
                raise WindowError(f"no season has begun by {today}; the first starts {self.file.seasons[0].first_game}")
            season = begun[-1]
        else:
            season = self.season(label)
        if season.first_game > today:
            raise WindowError(f"season {season.season} starts {season.first_game}, after as-of {today}")
        return DateWindow(season.first_game, min(season.playoffs_end, today))

    def all_seasons_window(self, as_of: datetime) -> DateWindow:
        """Every season from the first one's opening night up to as-of."""
        first = self.file.seasons[0].first_game
        if first > as_of.date():
            raise WindowError(f"no season has begun by {as_of.date()}; the first starts {first}")
        return DateWindow(first, as_of.date())

    def last_window(self, count: int, as_of: datetime) -> DateWindow:
        """A window that surely holds the last ``count`` game dates before as-of, and as-of's own date.

        Only days of regular seasons are counted: no team need play on a given day of the play-offs.
        """
        day, possible, seasons = as_of.date(), 0, set[str]()
        earliest = self.file.seasons[0].first_game
        while day > earliest and possible < count + _UNLISTED_DAYS_OFF * max(1, len(seasons)):
            day -= timedelta(days=1)
            season = self.season_of(day)
            if season and day <= season.last_game and self.break_of(day) is None:
                possible += 1
                seasons.add(season.season)
        return DateWindow(day, as_of.date(), count)
