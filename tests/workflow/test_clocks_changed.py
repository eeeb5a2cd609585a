"""Clocks when a rating changes, and the names and policy behind them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.workflow.calendar import LONDON, shipped_calendar
from mash.workflow.clock_policy import shipped_clock_policies
from mash.workflow.clocks import (
    CLOCKS,
    Deemed,
    Limit,
    Reading,
    Unit,
    clock_named,
    clock_policies_from,
    clock_policy_on,
    decision_clock,
    due,
    reply_clock,
    rerated,
)
from mash.workflow.words import Rating

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


def in_2026(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text.strip()}").replace(tzinfo=LONDON).astimezone(UTC)


# When a rating changes

RECEIVED = in_2026("03-10 10:00")
AMBER_DUE, GREEN_DUE = in_2026("03-11 17:00"), in_2026("03-13 17:00")


def test_a_raised_rating_takes_the_earlier_deadline() -> None:
    green = due("green", RECEIVED, POLICY, CALENDAR)
    raised = rerated(green, "red", RECEIVED, in_2026("03-10 11:00"), POLICY, CALENDAR)
    assert raised.at == in_2026("03-10 14:00")


def test_a_lowered_rating_takes_the_later_deadline_while_the_old_one_has_not_passed() -> None:
    amber = due("amber", RECEIVED, POLICY, CALENDAR)
    assert rerated(amber, "green", RECEIVED, AMBER_DUE, POLICY, CALENDAR).at == GREEN_DUE


def test_a_lowered_rating_never_turns_late_into_in_time() -> None:
    amber = due("amber", RECEIVED, POLICY, CALENDAR)
    lowered = rerated(amber, "green", RECEIVED, AMBER_DUE + timedelta(seconds=1), POLICY, CALENDAR)
    assert lowered.at == AMBER_DUE
    assert lowered.how[-1] == (
        "The rating was lowered on Wednesday 11 March 2026, 5pm, after that had passed, so it stays late."
    )


@given(
    received=MOMENTS,
    changes=st.lists(
        st.tuples(st.sampled_from(list(Rating)), st.timedeltas(timedelta(0), timedelta(days=2))), min_size=1, max_size=6
    ),
)
def test_what_was_once_late_stays_late_however_the_rating_changes(
    received: datetime, changes: list[tuple[Rating, timedelta]]
) -> None:
    at, deadline, was_late = received, due("green", received, POLICY, CALENDAR), False
    for rating, wait in changes:
        at += wait
        was_late = was_late or not deadline.met_by(at)
        deadline = rerated(deadline, decision_clock(rating), received, at, POLICY, CALENDAR)
        assert not (was_late and deadline.met_by(at))


# Names and policy


@pytest.mark.parametrize("said", ["early-help", "early_help", "Early Help", " EARLY-HELP "])
def test_a_clock_is_found_however_its_name_is_written(said: str) -> None:
    assert clock_named(said) is CLOCKS["early-help"]


def test_an_unknown_clock_is_answered_with_those_there_are() -> None:
    with pytest.raises(LookupError, match="The clocks are social-care, early-help, red"):
        due("blue", RECEIVED, POLICY, CALENDAR)


def test_every_rating_has_a_clock_for_the_decision_and_for_the_reply() -> None:
    reply_hours = [POLICY.limits[reply_clock(rating).name].amount for rating in Rating]
    assert reply_hours == [2, 6, 24]
    assert [POLICY.limits[decision_clock(rating).name].words for rating in Rating] == [
        "4 hours",
        "1 working day",
        "3 working days",
    ]


def test_a_policy_is_the_one_in_force_on_the_day() -> None:
    later = replace(POLICY, starts=date(2027, 4, 1), reading=Reading.ELAPSED)
    both = (POLICY, later)
    assert clock_policy_on(date(2027, 3, 31), both) is POLICY
    assert clock_policy_on(date(2027, 4, 1), both) is later
    with pytest.raises(LookupError, match="No clock policy was in force on 2011-12-31"):
        clock_policy_on(date(2011, 12, 31))


def test_a_red_clock_may_not_be_set_in_working_time() -> None:
    for unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS):
        with pytest.raises(ValueError, match="The clock red runs day and night"):
            replace(POLICY, limits={**POLICY.limits, "red": Limit(unit, 4)})


def test_a_policy_sets_a_limit_for_every_clock() -> None:
    with pytest.raises(ValueError, match="lado"):
        replace(POLICY, limits={name: limit for name, limit in POLICY.limits.items() if name != "lado"})


def test_an_agency_may_be_given_opening_hours_to_reply() -> None:
    policy = replace(POLICY, limits={**POLICY.limits, "agency-reply-amber": Limit(Unit.WORKING_HOURS, 6)})
    worked_out = due("agency-reply-amber", in_2026("03-13 16:30"), policy, CALENDAR)
    assert worked_out.at == in_2026("03-16 14:00")
    assert worked_out.how[2] == "It allows 6 opening hours, counted while the front door is open."
    assert worked_out.reading is None


def test_policies_are_read_oldest_first_and_a_limit_is_never_nought() -> None:
    (shipped,) = shipped_clock_policies()
    entry = {
        "from": "2027-04-01",
        "one_working_day": "b",
        "deemed_receipt": "as-received",
        "working_day_hours": 7.5,
        "limits": {name: {limit.unit.value: limit.amount} for name, limit in shipped.limits.items()},
    }
    first, second = clock_policies_from({"policies": [entry, entry | {"from": "2026-04-01"}]})

    assert (first.starts, second.starts) == (date(2026, 4, 1), date(2027, 4, 1))
    assert (second.reading, second.deemed, second.working_day) == (
        Reading.HOURS,
        Deemed.AS_RECEIVED,
        timedelta(hours=7.5),
    )
    with pytest.raises(ValueError, match="at least one"):
        Limit(Unit.HOURS, 0)
