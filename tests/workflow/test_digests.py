"""A digest comes at its times of a working day by London's time, and lists what is owed by how pressing it is."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.workflow.calendar import LONDON, Calendar, shipped_calendar
from mash.workflow.digests import MOST, TOO_OLD, Owed, Standing, body_of, slot_at, sorted_out, subject_of
from mash.workflow.timeliness import timeliness_policies_from
from tests.factories import MONDAY

TIMES = (time(8, 45), time(14, 30))
AT_RISK = timedelta(hours=2)


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return shipped_calendar()


def london(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON)


@pytest.mark.parametrize("day", [date(2026, 3, 27), date(2026, 3, 30), date(2026, 10, 23), date(2026, 10, 26)])
def test_each_comes_at_its_own_time_on_either_side_of_a_change_of_the_clocks(calendar: Calendar, day: date) -> None:
    found = [slot_at(london(day, 0) + timedelta(minutes=minute), TIMES, calendar) for minute in range(24 * 60)]
    slots = [slot for slot in found if slot]
    assert set(slots) == {london(day, 8, 45), london(day, 14, 30)}
    assert len(slots) == 2 * TOO_OLD / timedelta(minutes=1)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 3), date(2026, 12, 25)])
def test_none_comes_on_a_day_that_is_closed(calendar: Calendar, day: date) -> None:
    assert slot_at(london(day, 9), TIMES, calendar) is None


@given(minutes=st.lists(st.integers(-3000, 600), max_size=120))
def test_everything_owed_stands_once_under_its_heading_in_order(minutes: list[int]) -> None:
    owed = [
        Owed(f"C-26-{number:05}", "a decision", MONDAY + timedelta(minutes=gone), mine=number % 2 == 0)
        for number, gone in enumerate(minutes)
    ]
    found = sorted_out(owed, MONDAY, AT_RISK)
    assert sorted(one.reference for rows in found.values() for one in rows) == sorted(one.reference for one in owed)
    for heading, rows in found.items():
        assert rows
        assert rows == sorted(rows, key=lambda one: one.due_at)
        assert all((one.due_at < MONDAY) is (heading is Standing.LATE) for one in rows)
        assert all(one.due_at - MONDAY <= AT_RISK for one in rows if heading is Standing.AT_RISK)
    body = body_of(found)
    assert body.count("* C-26-") == sum(min(len(rows), MOST) for rows in found.values())
    assert all(f"{len(rows)} " in subject_of(found) for rows in found.values())


def test_the_words_hold_the_reference_the_time_in_london_and_whose_it_is() -> None:
    rows = [
        Owed("C-26-00002", "a decision", MONDAY + timedelta(hours=6), mine=True),
        Owed("C-26-00001", "tell the referrer the outcome", MONDAY - timedelta(days=3), mine=False),
    ]
    found = sorted_out(rows, MONDAY, AT_RISK)
    assert subject_of(found) == "MASH front door: 1 late, 1 due later today"
    late = "* C-26-00001: tell the referrer the outcome, due Fri 10 Apr 10:00 (nobody has it)"
    assert body_of(found).startswith(f"Late, 1\n{late}\n\nDue later today, 1\n* C-26-00002: a decision, due Mon 13")


def test_times_that_are_not_in_order_are_refused() -> None:
    entry = {"from": "2026-01-01", "target_per_cent": 90, "at_risk_minutes": 60, "stages": {}}
    with pytest.raises(ValueError, match="later in the day"):
        timeliness_policies_from({"policies": [entry | {"digests": ["14:30", "08:45"]}]})
