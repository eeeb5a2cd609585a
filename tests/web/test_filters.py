"""How times and ages read on the page."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from mash.web import filters

NOW = datetime(2026, 11, 24, 14, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 24, 16, 30, tzinfo=UTC), "4:30pm today"),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), "12:00am today"),
        (datetime(2026, 11, 24, 12, 5, tzinfo=UTC), "12:05pm today"),
        (datetime(2026, 11, 25, 11, 20, tzinfo=UTC), "11:20am tomorrow"),
        (datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "4:30pm yesterday"),
        (datetime(2026, 11, 26, 10, 15, tzinfo=UTC), "10:15am Thu 26 Nov"),
        (datetime(2027, 1, 4, 9, 0, tzinfo=UTC), "9:00am Mon 4 Jan 2027"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "12:30am Thu 2 Jul"),
    ],
)
def test_a_moment_reads_as_london_says_it(at: datetime, said: str) -> None:
    assert filters.moment(at, NOW) == said


def test_tomorrow_begins_at_midnight_in_london_not_in_greenwich() -> None:
    summer = datetime(2026, 6, 30, 22, 59, tzinfo=UTC)
    assert filters.moment(datetime(2026, 6, 30, 23, 0, tzinfo=UTC), summer) == "12:00am tomorrow"
    assert filters.is_today(summer, summer)
    assert not filters.is_today(datetime(2026, 6, 30, 23, 0, tzinfo=UTC), summer)


@pytest.mark.parametrize(
    ("away", "short", "spoken"),
    [
        (timedelta(hours=2, minutes=16), "2h 16m left", "2 hours 16 minutes left"),
        (timedelta(minutes=1), "1m left", "1 minute left"),
        (timedelta(0), "0m left", "0 minutes left"),
        (timedelta(hours=1), "1h left", "1 hour left"),
        (timedelta(days=1, hours=3, minutes=9), "1 day 3h left", "1 day 3 hours left"),
        (timedelta(days=2, minutes=9), "2 days left", "2 days left"),
        (-timedelta(hours=1, minutes=5), "Overdue 1h 5m", "Overdue 1 hour 5 minutes"),
        (-timedelta(days=3), "Overdue 3 days", "Overdue 3 days"),
    ],
)
def test_what_is_left_reads_short_and_is_spoken_whole(away: timedelta, short: str, spoken: str) -> None:
    assert filters.left(NOW + away, NOW) == short
    assert filters.left(NOW + away, NOW, spoken=True) == spoken


def test_days_read_as_in_tables_and_as_in_sentences() -> None:
    assert filters.day(NOW) == "Tue 24 Nov 2026"
    assert filters.long_day(date(2026, 11, 4)) == "4 November 2026"
    assert filters.ago(NOW - timedelta(minutes=22), NOW) == "22m"


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(2026, 11, 24), "under 1 week"),
        (date(2026, 11, 17), "1 week"),
        (date(2026, 9, 1), "12 weeks"),
        (date(2026, 8, 24), "3 months"),
        (date(2026, 2, 24), "9 months"),
        (date(2024, 11, 25), "23 months"),
        (date(2024, 11, 24), "2"),
        (date(2022, 11, 25), "3"),
        (date(2008, 2, 29), "18"),
        (date(2026, 11, 25), "age not known"),
        (None, "age not known"),
    ],
)
def test_an_age_is_in_the_unit_people_use(born: date | None, said: str) -> None:
    assert filters.age(born, NOW.date()) == said


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"unborn": True, "due_date": date(2027, 2, 4)}, "unborn, due 4 Feb 2027"),
        ({"unborn": True}, "unborn, due date not known"),
        ({"estimated_age": 14}, "about 14"),
        ({"date_of_birth": date(2017, 3, 2), "estimated_age": 14}, "9"),
        ({}, "age not known"),
    ],
)
def test_a_persons_age_is_what_is_known_of_it(known: dict[str, object], said: str) -> None:
    nothing = {"unborn": False, "due_date": None, "date_of_birth": None, "estimated_age": None}
    assert filters.person_age(SimpleNamespace(**nothing | known), NOW.date()) == said


def test_a_count_agrees_with_what_it_counts() -> None:
    assert [filters.count(n, "contact") for n in (0, 1, 1204)] == ["0 contacts", "1 contact", "1,204 contacts"]
    assert filters.count(2, "person", "people") == "2 people"
