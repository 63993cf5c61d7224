"""Windows of the last N game dates hold N game dates, wherever in which season they end; lags keep wall-clock time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gx.calendar.calendar import Calendar, DateWindow, WindowError
from gx.contracts.calendar_file import Break, CalendarFile, Halt, Season, TableTiming
from gx.contracts.store import load_contracts
from gx.simulation.seasons import season_facts

CALENDAR = Calendar(load_contracts(Path(__file__).resolve().parents[2]).calendar)
PLAYED = sorted(
    day
    for season in ("2021-22", "2022-23", "2023-24", "2024-25", "2025-26")
    for day in season_facts(season).regular_dates()
)


@settings(deadline=None)
@given(st.integers(1, 400), st.dates(date(2021, 10, 20), date(2026, 6, 30)))
@example(3, date(2026, 2, 19))  # the first game date after an All-Star break
@example(3, date(2025, 11, 28))  # the day after Thanksgiving
@example(3, date(2025, 9, 1))  # between seasons
@example(3, date(2025, 10, 22))  # the second day of a season
@example(3, date(2023, 6, 20))  # the last day of the play-offs
@example(150, date(2024, 4, 14))  # most of the season with most days off
@example(70, date(2024, 1, 1))  # of two seasons
@example(400, date(2026, 4, 12))  # of three
def test_the_last_game_dates_are_in_the_window(count: int, as_of: date) -> None:
    window = CALENDAR.last_window(count, CALENDAR.moment(as_of))
    wanted = [day for day in PLAYED if day < as_of][-count:]
    assert window.start <= wanted[0]
    assert (window.end, window.last) == (as_of, count)


@settings(deadline=None)
@given(st.integers(1, 400), st.dates(date(2021, 10, 20), date(2026, 6, 30)))
def test_the_window_is_not_much_longer_than_it_must_be(count: int, as_of: date) -> None:
    """A longer window costs bytes: a few game dates more than asked for, in each season that it touches."""
    window = CALENDAR.last_window(count, CALENDAR.moment(as_of))
    assert len([day for day in PLAYED if window.start <= day < as_of]) <= count + 8 * (2 + count // 160)


def test_a_window_ends_on_the_eastern_date() -> None:
    evening = datetime(2026, 1, 15, 3, 30, tzinfo=ZoneInfo("UTC"))
    assert CALENDAR.last_window(3, CALENDAR.moment(evening)).end == date(2026, 1, 14)
    assert CALENDAR.last_window(3, CALENDAR.moment(datetime(2026, 1, 15, 3, 30))).end == date(2026, 1, 15)


def test_without_as_of_it_is_now() -> None:
    before = datetime.now(CALENDAR.zone)
    assert before <= CALENDAR.moment(None) <= datetime.now(CALENDAR.zone)
    assert CALENDAR.moment(None).tzinfo is CALENDAR.zone


def small(halt: Halt | None = None, **tables: TableTiming) -> Calendar:
    """A season with a break in February, and tables of the dataset ``d``."""
    season = Season(
        season="2025-26",
        first_game=date(2025, 10, 21),
        last_game=date(2026, 4, 12),
        playoffs_end=date(2026, 6, 30),
        source="tests",
    )
    pause = Break(name="All-Star break", start=date(2026, 2, 13), end=date(2026, 2, 18), source="tests")
    return Calendar(
        CalendarFile(
            time_zone="America/New_York",
            bootstrap_days=14,
            seasons=(season,),
            breaks=(pause,),
            halts=(halt,) if halt else (),
            tables={f"d.{name}": timing for name, timing in tables.items()},
        )
    )


@pytest.mark.parametrize("day", [date(2025, 11, 1), date(2026, 3, 7), date(2026, 1, 10)], ids=["back", "forth", "none"])
def test_a_lag_ends_at_the_same_hour_when_the_clocks_change(day: date) -> None:
    """Clocks go back on 2 November 2025 and forth on 8 March 2026, in the night after the game date."""
    calendar = small(t=TableTiming(due_hours=34, source="tests"))
    next_day = day + timedelta(days=1)
    before, after = (
        datetime(next_day.year, next_day.month, next_day.day, *time, tzinfo=calendar.zone)
        for time in ((9, 59), (10, 0))
    )
    assert calendar.exemption("d.t", day, before) == f"normal lag: due {next_day} 10:00 Eastern"
    assert calendar.exemption("d.t", day, after) is None


def test_a_halt_excuses_its_tables_from_its_first_to_its_last_day() -> None:
    halt = Halt(name="halted", start=date(2026, 4, 19), end=date(2026, 4, 21), tables=("d.t",), source="tests")
    timing = TableTiming(due_hours=0, source="tests")
    calendar = small(halt, t=timing, other=timing)
    late = datetime(2026, 7, 1, tzinfo=calendar.zone)
    excused = [day for day in range(18, 23) if calendar.exemption("d.t", date(2026, 4, day), late)]
    assert excused == [19, 20, 21]
    assert calendar.exemption("d.other", date(2026, 4, 20), late) is None
    open_ended = small(halt.model_copy(update={"end": None}), t=timing)
    assert open_ended.exemption("d.t", date(2026, 6, 1), late) == "halted"


def test_a_table_may_start_later_in_one_season() -> None:
    calendar = small(t=TableTiming(due_hours=0, first_dates={"2025-26": date(2025, 11, 16)}, source="tests"))
    late = datetime(2026, 7, 1, tzinfo=calendar.zone)
    assert calendar.exemption("d.t", date(2025, 11, 15), late) == "the table starts on 2025-11-16 in 2025-26"
    assert calendar.exemption("d.t", date(2025, 11, 16), late) is None


def test_seasons_include_their_play_offs_and_nothing_between() -> None:
    seasons = {
        day: CALENDAR.season_of(day)
        for day in (date(2023, 4, 9), date(2023, 6, 20), date(2023, 6, 21), date(2023, 10, 24))
    }
    assert [found.season if found else None for found in seasons.values()] == ["2022-23", "2022-23", None, "2023-24"]


@pytest.mark.parametrize(("day", "inside"), [(12, False), (13, True), (18, True), (19, False)])
def test_a_break_has_both_its_ends(day: int, inside: bool) -> None:
    assert (small().break_of(date(2026, 2, day)) == "All-Star break") is inside


def test_a_season_that_has_not_begun_says_when_it_does() -> None:
    early = CALENDAR.moment(date(2021, 10, 18))
    with pytest.raises(WindowError, match="no season has begun by 2021-10-18; the first starts 2021-10-19"):
        CALENDAR.season_window(None, early)
    with pytest.raises(WindowError, match="season 2021-22 starts 2021-10-19, after as-of 2021-10-18"):
        CALENDAR.season_window("2021-22", early)
    opening = CALENDAR.moment(date(2021, 10, 19))
    assert CALENDAR.season_window(None, opening) == DateWindow(date(2021, 10, 19), date(2021, 10, 19))
