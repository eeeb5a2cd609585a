"""Working days and hours: holidays as published, hours that change by date, and a warning before the list runs out."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.workflow.calendar import (
    LONDON,
    Calendar,
    Week,
    bank_holidays_from,
    on_screen,
    shipped_calendar,
    weeks_from,
)

CALENDAR = shipped_calendar()
DAYS = st.dates(date(2012, 1, 2), date(2028, 12, 31))
PUBLISHED = holidays.country_holidays("GB", subdiv="ENG", years=range(2012, 2029), expand=False)

# Received on; counts as received; and one, three, fifteen and forty-five working days on.
VECTORS = """
2025-12-24 2025-12-24 2025-12-29 2025-12-31 2026-01-19 2026-03-02
2025-12-25 2025-12-29 2025-12-30 2026-01-02 2026-01-20 2026-03-03
2025-12-27 2025-12-29 2025-12-30 2026-01-02 2026-01-20 2026-03-03
2025-04-17 2025-04-17 2025-04-22 2025-04-24 2025-05-13 2025-06-25
2025-04-18 2025-04-22 2025-04-23 2025-04-25 2025-05-14 2025-06-26
2022-09-16 2022-09-16 2022-09-20 2022-09-22 2022-10-10 2022-11-21
2023-05-05 2023-05-05 2023-05-09 2023-05-11 2023-05-30 2023-07-11
2026-12-26 2026-12-29 2026-12-30 2027-01-04 2027-01-20 2027-03-03
2028-01-01 2028-01-04 2028-01-05 2028-01-07 2028-01-25 2028-03-07
2021-12-24 2021-12-24 2021-12-29 2021-12-31 2022-01-19 2022-03-02
"""


def the_clock(day: str, hour: float) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), LONDON) + timedelta(hours=hour)


@pytest.mark.parametrize("line", VECTORS.split("\n")[1:-1])
def test_working_days_are_counted_over_weekends_and_bank_holidays(line: str) -> None:
    received, *expected = map(date.fromisoformat, line.split())
    assert [CALENDAR.add_working_days(received, count) for count in (0, 1, 3, 15, 45)] == expected


@pytest.mark.parametrize(
    ("year", "count"), [(2020, 253), (2021, 253), (2022, 251), (2023, 250), (2024, 254), (2025, 253), (2026, 251)]
)
def test_a_year_from_april_has_the_working_days_it_should(year: int, count: int) -> None:
    assert CALENDAR.working_days_between(date(year, 3, 31), date(year + 1, 3, 31)) == count


def test_bank_holidays_on_weekdays_are_those_another_source_gives_for_2012_to_2028() -> None:
    assert set(CALENDAR.bank_holidays) == {day for day in PUBLISHED if day.weekday() < 5}


@given(day=DAYS)
def test_a_working_day_is_a_weekday_that_is_no_bank_holiday(day: date) -> None:
    assert CALENDAR.is_working_day(day) is (day.weekday() < 5 and day not in PUBLISHED)


@given(day=DAYS, first=st.integers(0, 60), second=st.integers(0, 60))
def test_working_days_add_up(day: date, first: int, second: int) -> None:
    there = CALENDAR.add_working_days(day, first)
    assert CALENDAR.add_working_days(there, second) == CALENDAR.add_working_days(day, first + second)
    assert CALENDAR.working_days_between(CALENDAR.working_day(day), there) == first


@given(
    day=DAYS.filter(lambda day: day < date(2028, 12, 15)),  # whose end is within what is published
    minutes=st.integers(0, 24 * 60 - 1),
    worked=st.integers(0, 3000),
)
def test_opening_hours_add_up_to_the_minute(day: date, minutes: int, worked: int) -> None:
    moment = datetime.combine(day, time(), LONDON).astimezone(UTC) + timedelta(minutes=minutes)
    end = CALENDAR.add_working_time(moment, timedelta(minutes=worked))

    assert _open_minutes(CALENDAR.next_open(moment), end) == worked


def _open_minutes(start: datetime, end: datetime) -> int:
    """Count open minutes a day at a time, by the clock on the wall."""
    total, day = 0.0, start.astimezone(LONDON).date()
    while day <= end.astimezone(LONDON).date():
        if day.weekday() < 5 and day not in PUBLISHED:
            opens, closes = (datetime.combine(day, at, LONDON).astimezone(UTC) for at in (time(8, 30), time(17)))
            total += max(timedelta(0), min(end, closes) - max(start, opens)).total_seconds() / 60
        day += timedelta(days=1)
    return int(total)


def test_the_front_door_closes_at_closing_time_and_not_a_moment_before() -> None:
    last, closing = the_clock("2026-03-13", 17) - timedelta(seconds=1), the_clock("2026-03-13", 17)
    assert CALENDAR.next_open(last) == last
    assert CALENDAR.next_open(closing) == the_clock("2026-03-16", 8.5)


def test_hours_may_differ_by_weekday_and_change_from_a_date() -> None:
    standard = CALENDAR.weeks[0]
    early_friday = Week(date(2026, 6, 1), {**standard.hours, 5: (time(8, 30), time(16, 30))})
    calendar = replace(CALENDAR, weeks=(standard, early_friday))

    assert calendar.closes(date(2026, 5, 29)) == the_clock("2026-05-29", 17)
    assert calendar.closes(date(2026, 6, 5)) == the_clock("2026-06-05", 16.5)
    assert calendar.closes(date(2026, 6, 4)) == the_clock("2026-06-04", 17)


def test_a_local_closure_is_not_a_working_day() -> None:
    shut = shipped_calendar((date(2026, 12, 29), date(2026, 12, 30), date(2026, 12, 31)))
    assert shut.add_working_days(date(2026, 12, 24), 1) == date(2027, 1, 4)
    assert shut.closed_days_between(date(2026, 12, 28), date(2027, 1, 4)) == tuple(
        date(2026, 12, 29) + timedelta(days=step) for step in range(6)
    )


def test_a_closed_day_has_no_opening_time() -> None:
    with pytest.raises(LookupError, match="closed on Saturday 14 March 2026"):
        CALENDAR.opens(date(2026, 3, 14))


def test_the_calendar_warns_when_fewer_than_90_days_of_bank_holidays_are_left() -> None:
    assert CALENDAR.runs_out_on == date(2028, 12, 26)
    assert CALENDAR.warning(date(2028, 12, 26) - timedelta(days=90)) is None
    assert CALENDAR.warning(date(2028, 12, 26) - timedelta(days=89)) == (
        "Bank holidays are known only until Tuesday 26 December 2028. Add the next years."
    )


@pytest.mark.parametrize("day", [date(2011, 12, 31), date(2032, 1, 1)])
def test_a_day_outside_the_calendar_is_an_error_and_not_a_guess(day: date) -> None:
    with pytest.raises(LookupError, match="The calendar runs from Sunday 1 January 2012 to "):
        CALENDAR.is_working_day(day)


def test_a_calendar_needs_hours_and_holidays_in_order() -> None:
    week, later = CALENDAR.weeks[0], Week(date(2027, 1, 1), CALENDAR.weeks[0].hours)
    with pytest.raises(ValueError, match="at least one bank holiday"):
        Calendar((week,), {})
    with pytest.raises(ValueError, match="oldest first"):
        Calendar((later, week), CALENDAR.bank_holidays)
    with pytest.raises(ValueError, match="opens before it closes"):
        Week(date(2027, 1, 1), {1: (time(17), time(8, 30))})


def test_hours_are_read_oldest_first_however_they_are_listed() -> None:
    document = json.loads((files("mash") / "data" / "opening_hours.json").read_text("utf-8"))
    later = {"from": "2027-01-01", "weekdays": {"1": ["09:00", "16:00"]}}
    weeks = weeks_from({"policies": [later, *document["policies"]]})
    assert [week.starts.year for week in weeks] == [2012, 2027]


@pytest.mark.parametrize(
    "document", [{}, {"england-and-wales": []}, {"england-and-wales": {"events": [{"title": "x"}]}}]
)
def test_a_file_that_is_not_the_public_feed_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not the public feed"):
        bank_holidays_from(document)


def test_days_and_times_are_written_as_people_say_them() -> None:
    assert on_screen(date(2026, 3, 7)) == "Saturday 7 March 2026"
    assert on_screen(datetime(2026, 7, 7, 15, 5, tzinfo=UTC)) == "Tuesday 7 July 2026, 4:05pm"
    assert on_screen(datetime(2026, 7, 7, 11, tzinfo=UTC)) == "Tuesday 7 July 2026, midday"
    assert on_screen(datetime(2026, 3, 7, 0, 0, tzinfo=UTC)) == "Saturday 7 March 2026, midnight"
