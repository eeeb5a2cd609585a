"""When a thing is due, held against tables worked out apart from the service."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.workflow.calendar import LONDON, shipped_calendar
from mash.workflow.clocks import (
    CLOCKS,
    ClockPolicy,
    Deemed,
    Due,
    Reading,
    Unit,
    clock_policy_on,
    due,
    due_at,
)

CALENDAR = shipped_calendar()
POLICY = clock_policy_on(date(2026, 11, 25))
MOMENTS = st.datetimes(datetime(2012, 1, 3), datetime(2028, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001
CLOCK_NAMES = st.sampled_from(sorted(CLOCKS))
POLICIES = st.builds(
    lambda reading, deemed: replace(POLICY, reading=reading, deemed=deemed),
    st.sampled_from(list(Reading)),
    st.sampled_from(list(Deemed)),
)
IN_WORKING_DAYS = st.sampled_from(sorted(name for name in CLOCKS if POLICY.limits[name].unit is Unit.WORKING_DAYS))

# Received; A; A deemed next opening; B; C; three days by A; and deemed; four opening hours; four hours day and night.
RIVAL_READINGS = """
03-10 10:00 |03-11 17:00 |03-11 17:00 |03-11 10:00 |03-11 10:00 |03-13 17:00 |03-13 17:00 |03-10 14:00 |03-10 14:00
03-10 16:50 |03-11 17:00 |03-11 17:00 |03-11 16:50 |03-11 16:50 |03-13 17:00 |03-13 17:00 |03-11 12:20 |03-10 20:50
03-10 22:00 |03-11 17:00 |03-12 17:00 |03-11 17:00 |03-11 22:00 |03-13 17:00 |03-16 17:00 |03-11 12:30 |03-11 02:00
03-13 16:30 |03-16 17:00 |03-16 17:00 |03-16 16:30 |03-14 16:30 |03-18 17:00 |03-18 17:00 |03-16 12:00 |03-13 20:30
03-14 11:00 |03-16 17:00 |03-17 17:00 |03-16 17:00 |03-15 11:00 |03-18 17:00 |03-19 17:00 |03-16 12:30 |03-14 15:00
04-02 16:30 |04-07 17:00 |04-07 17:00 |04-07 16:30 |04-03 16:30 |04-09 17:00 |04-09 17:00 |04-07 12:00 |04-02 20:30
12-24 15:00 |12-29 17:00 |12-29 17:00 |12-29 15:00 |12-25 15:00 |12-31 17:00 |12-31 17:00 |12-29 10:30 |12-24 19:00
"""


def in_2026(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text.strip()}").replace(tzinfo=LONDON).astimezone(UTC)


def read_as(reading: Reading, deemed: Deemed = Deemed.AS_RECEIVED) -> ClockPolicy:
    return replace(POLICY, reading=reading, deemed=deemed)


def tabled() -> list[dict[str, str]]:
    with (Path(__file__).parent / "deadlines.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@pytest.mark.parametrize("line", RIVAL_READINGS.split("\n")[1:-1])
def test_the_rival_readings_of_one_working_day_give_what_the_table_says(line: str) -> None:
    received, *expected = map(in_2026, line.split("|"))
    close, deemed = read_as(Reading.CLOSE), read_as(Reading.CLOSE, Deemed.NEXT_OPENING)

    assert [
        due("social-care", received, close, CALENDAR).at,
        due("social-care", received, deemed, CALENDAR).at,
        due("social-care", received, read_as(Reading.HOURS), CALENDAR).at,
        due("social-care", received, read_as(Reading.ELAPSED), CALENDAR).at,
        due("early-help", received, close, CALENDAR).at,
        due("early-help", received, deemed, CALENDAR).at,
        CALENDAR.add_working_time(received, timedelta(hours=4)),
        due("red", received, close, CALENDAR).at,
    ] == expected


@pytest.mark.parametrize("case", tabled(), ids=lambda case: f"{case['received']} {case['clock']} {case['reading']}")
def test_a_deadline_is_the_one_in_the_table(case: dict[str, str]) -> None:
    received = datetime.fromisoformat(case["received"]).replace(tzinfo=LONDON)
    policy = read_as(Reading(case["reading"]), Deemed(case["deemed"]))
    worked_out = due(case["clock"], received, policy, CALENDAR)

    assert worked_out.at == datetime.fromisoformat(case["due"])
    assert worked_out.at.tzinfo is UTC


def test_the_table_holds_two_hundred_deadlines() -> None:
    assert len(tabled()) >= 200


# What holds for every deadline


@given(clock=CLOCK_NAMES, received=MOMENTS, policy=POLICIES)
def test_nothing_is_due_before_it_is_received(clock: str, received: datetime, policy: ClockPolicy) -> None:
    assert due_at(clock, received, policy, CALENDAR) > received


@given(clock=CLOCK_NAMES, pair=st.tuples(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=5))), policy=POLICIES)
def test_what_comes_later_is_never_due_earlier(
    clock: str, pair: tuple[datetime, timedelta], policy: ClockPolicy
) -> None:
    first, later = pair[0], pair[0] + pair[1]
    assert due_at(clock, first, policy, CALENDAR) <= due_at(clock, later, policy, CALENDAR)


@given(clock=IN_WORKING_DAYS, received=MOMENTS, deemed=st.sampled_from(list(Deemed)))
def test_by_the_first_reading_a_deadline_is_always_the_close_of_a_working_day(
    clock: str, received: datetime, deemed: Deemed
) -> None:
    at = due_at(clock, received, read_as(Reading.CLOSE, deemed), CALENDAR).astimezone(LONDON)
    assert CALENDAR.is_working_day(at.date())
    assert (at.hour, at.minute) == (17, 0)


@given(clock=IN_WORKING_DAYS, received=MOMENTS, closure=st.integers(0, 10))
def test_a_day_closed_is_skipped_and_never_brings_a_deadline_forward(
    clock: str, received: datetime, closure: int
) -> None:
    shut = received.astimezone(LONDON).date() + timedelta(days=closure)
    closed = replace(CALENDAR, closures=frozenset({shut}))
    at = due_at(clock, received, POLICY, closed)

    assert at.astimezone(LONDON).date() != shut
    assert at >= due_at(clock, received, POLICY, CALENDAR)


@given(received=MOMENTS, policy=POLICIES)
def test_a_red_has_four_real_hours_whatever_the_policy_on_working_days(received: datetime, policy: ClockPolicy) -> None:
    assert due_at("red", received, policy, CALENDAR) - received == timedelta(hours=4)


@given(clock=CLOCK_NAMES, received=MOMENTS, policy=POLICIES)
def test_the_sentences_end_with_the_deadline_they_explain(clock: str, received: datetime, policy: ClockPolicy) -> None:
    worked_out = due(clock, received, policy, CALENDAR)
    assert worked_out.at == due_at(clock, received, policy, CALENDAR)
    assert worked_out.how[-1].startswith("It is due ")
    assert all(sentence.endswith(".") for sentence in worked_out.how)


# How it was worked out


def test_a_deadline_says_how_it_was_worked_out() -> None:
    assert due("social-care", in_2026("04-02 22:15"), POLICY, CALENDAR) == Due(
        at=in_2026("04-08 17:00"),
        how=(
            "The clock starts when the council receives the contact: Thursday 2 April 2026, 10:15pm.",
            "The front door was closed then, so it counts as received on Tuesday 7 April 2026.",
            "It allows 1 working day, to the close of Wednesday 8 April 2026.",
            "It is due Wednesday 8 April 2026, 5pm, and in time until and including then.",
        ),
        reading=Reading.CLOSE,
    )


def test_days_passed_over_are_named() -> None:
    shut = replace(CALENDAR, closures=frozenset({date(2026, 12, 29)}))
    assert due("social-care", in_2026("12-24 15:00"), POLICY, shut).how[1] == (
        "Not counted: weekends, Friday 25 December 2026 (Christmas Day), Monday 28 December 2026 (Boxing Day), "
        "Tuesday 29 December 2026 (closed)."
    )


def test_opening_hours_and_elapsed_hours_say_which_they_are() -> None:
    saturday = in_2026("03-14 11:00")
    hours = due("early-help", saturday, read_as(Reading.HOURS), CALENDAR)
    elapsed = due("early-help", saturday, read_as(Reading.ELAPSED), CALENDAR)

    assert hours.how[1:3] == (
        "The front door was closed then, so it counts from the next opening, Monday 16 March 2026, 8:30am.",
        "It allows 3 working days (25.5 hours), counted while the front door is open.",
    )
    assert elapsed.how[1] == "It allows 3 working days (72 hours), counted day and night."


def test_a_change_of_clocks_is_mentioned() -> None:
    before = due("red", in_2026("03-28 23:00"), POLICY, CALENDAR)
    assert "The clocks change in between; the times shown are the times on the wall." in before.how
    assert before.at == in_2026("03-29 04:00")


def test_a_deadline_beyond_the_known_bank_holidays_says_so() -> None:
    late = due("social-care", datetime(2028, 12, 28, 10, tzinfo=UTC), POLICY, CALENDAR)
    assert "Bank holidays after Tuesday 26 December 2028 are not known yet." in late.how


def test_a_thing_is_in_time_until_and_including_the_moment_it_is_due() -> None:
    deadline = due("red", in_2026("03-10 10:00"), POLICY, CALENDAR)
    assert deadline.met_by(in_2026("03-10 14:00"))
    assert not deadline.met_by(in_2026("03-10 14:00") + timedelta(seconds=1))


@pytest.mark.parametrize("clock", sorted(CLOCKS))
def test_a_moment_without_a_time_zone_is_refused(clock: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        due(clock, datetime(2026, 3, 10, 10), POLICY, CALENDAR)  # noqa: DTZ001
