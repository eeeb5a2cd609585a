"""The simulated front door: nobody is lost, urgent goes first, people go home, and more of them never do worse."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.staffing import answer
from mash.staffing.answer import NOW, Past, Plan, Stopped, ask, calibrated, go_on
from mash.staffing.coming import arrivals
from mash.staffing.simulate import simulate
from mash.staffing.working import Change, Coming, Duty, Working, duty_of
from mash.workflow.calendar import shipped_calendar

CALENDAR = shipped_calendar()
MONDAY = datetime(2026, 6, 1, 0, tzinfo=UTC) - timedelta(hours=1)
"""Midnight in London."""
WORKING = Working(
    arrivals={(day, hour): 4.0 for day in range(5) for hour in range(9, 17)},
    people={(day, hour): 3.0 for day in range(5) for hour in range(8, 18)},
    early_help=0.1,
    red=0.05,
    red_signed=0.5,
    other_signed=0.2,
    asked=0.25,
    replies=[60.0, 300.0, 1500.0],
    answers=[10.0, 60.0],
    out_of_order=300.0,
    minutes=40.0,
)


def hours(people: int, many: int = 10, each: float = 60, gap: float = 0) -> Duty:
    starts = [place * (each + gap) for place in range(many)]
    return Duty(starts, [start + each for start in starts], [people] * many)


def coming(received: float, work: float, *, due: float = 600, red: bool = False, **more: float | None) -> Coming:
    turn = more.pop("turn", None)
    told = {"reply": None, "answer": None, **more}
    return Coming(received, due, due if turn is None else turn, red, work, told["reply"], told["answer"])


def at_usual_pace(waiting: int) -> float:
    return 1.0


def decided(contacts: list[Coming], duty: Duty, until: float = 10_000) -> list[float | None]:
    return simulate(contacts, duty, pace=at_usual_pace, until=until)[0]


def test_one_person_takes_one_after_another_and_two_take_both() -> None:
    both = [coming(0, 30), coming(0, 30)]
    assert decided(both, hours(1)) == [pytest.approx(30), pytest.approx(60)]
    assert decided(both, hours(2)) == [pytest.approx(30), pytest.approx(30)]


def test_red_goes_first_and_then_the_soonest_due() -> None:
    found = decided([coming(0, 10, due=500), coming(1, 10, due=300), coming(2, 10, due=900, red=True)], hours(1))
    assert found == [pytest.approx(10), pytest.approx(30), pytest.approx(20)]


def test_work_stops_when_people_go_home_and_goes_on_when_they_are_back() -> None:
    assert decided([coming(30, 60)], hours(1, many=3, gap=100)) == [pytest.approx(190)]


def test_partners_and_managers_are_waited_for_without_anybody_standing_still() -> None:
    waits = [coming(0, 20, reply=100), coming(0, 15, due=700)]
    assert decided(waits, hours(1)) == [pytest.approx(120), pytest.approx(25)]
    assert decided([coming(50, 10, answer=20)], hours(1, many=2, gap=100)) == [pytest.approx(180)]


def test_nobody_there_decides_nothing_and_nobody_coming_is_no_work() -> None:
    assert decided([coming(0, 10)], hours(0)) == [None]
    assert simulate([], hours(3), pace=at_usual_pace, until=500) == ([], 0)


def test_work_goes_quicker_as_far_as_people_keep_up() -> None:
    eager = replace(WORKING, usual_open=2, keeps_up=1.0)
    assert [eager.pace(many) for many in (1, 2, 3, 4, 40)] == [0.5, 1, 1.5, 2, 2]
    assert replace(WORKING, usual_open=2).pace(40) == 1


contacts = st.lists(
    st.builds(
        coming,
        st.floats(0, 900),
        st.floats(0.1, 90),
        due=st.floats(0, 2000),
        red=st.booleans(),
        reply=st.none() | st.floats(0, 300),
        answer=st.none() | st.floats(0, 60),
    ),
    max_size=12,
)


@given(contacts, st.integers(0, 4))
@settings(max_examples=80)
def test_every_contact_is_decided_once_no_sooner_than_its_work_allows(made: list[Coming], people: int) -> None:
    duty = hours(people, many=60, each=60, gap=20)
    found, worked = simulate(made, duty, pace=at_usual_pace, until=20_000)
    assert len(found) == len(made)
    assert worked <= duty.minutes(20_000) + 1e-6
    for one, at in zip(made, found, strict=True):
        if at is not None:
            assert at >= one.received + one.work + (one.reply or 0) - 1e-6
    if people and sum(one.work for one in made) < 1000:
        assert all(at is not None for at in found)
        assert worked == pytest.approx(sum(one.work for one in made))


def test_contacts_come_as_often_as_measured_and_never_when_nothing_did() -> None:
    ends = MONDAY + timedelta(weeks=20)
    found = arrivals(WORKING, Change(), MONDAY, ends, Random(1))
    assert len(found) / 20 == pytest.approx(160, rel=0.05)
    assert found == sorted(found)
    assert {one.astimezone(UTC).weekday() for one in found} == set(range(5))
    more = arrivals(WORKING, Change(arrivals=1.5), MONDAY, ends, Random(1))
    assert set(found) <= set(more)
    assert len(more) / len(found) == pytest.approx(1.5, rel=0.05)
    assert arrivals(replace(WORKING, arrivals={}), Change(), MONDAY, ends, Random(1)) == []


def test_a_part_of_a_person_is_there_on_that_share_of_the_days() -> None:
    part = replace(WORKING, people=dict.fromkeys(WORKING.people, 2.5))
    duty = duty_of(part, Change(), MONDAY, MONDAY + timedelta(weeks=30), CALENDAR, Random(3))
    assert set(duty.people) == {2, 3}
    assert fmean(duty.people) == pytest.approx(2.5, abs=0.1)
    fewer = duty_of(part, Change(people=-9), MONDAY, MONDAY + timedelta(weeks=1), CALENDAR, Random(3))
    assert set(fewer.people) == {0}


def due(at: datetime) -> tuple[datetime, datetime]:
    return at + timedelta(days=1), at + timedelta(days=3)


PLAN = Plan(MONDAY, 2, [(MONDAY + timedelta(hours=5), True)] * 3, due, CALENDAR)
PLANS = {"more": Change(people=2), "fewer": Change(people=-1), "quick": Change(replies_within=1)}


def test_the_same_seed_gives_the_same_answer_and_more_people_a_better_one() -> None:
    told: list[tuple[int, int]] = []

    def hear(done: int, of: int) -> bool:
        told.append((done, of))
        return True

    found = ask(WORKING, PLANS, PLAN, target=0.9, runs=3, seed=7, told=hear)
    again = ask(WORKING, PLANS, PLAN, target=0.9, runs=3, seed=7, told=go_on)
    assert found.to_json() == again.to_json()
    shares = {name: one.brings["in_time"].mean for name, one in found.answers.items()}
    assert shares["fewer"] < shares[NOW] <= shares["more"]
    assert found.answers["more"].differs["in_time"].low >= -0.02  # the turn of luck, no more
    assert found.answers["quick"].differs["in_time"].mean >= 0
    assert found.answers[NOW].differs["late_a_week"].mean == 0
    assert all(one.brings[of].low <= one.brings[of].high for one in found.answers.values() for of in one.brings)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert all(done <= of for done, of in told)


def test_the_fewest_people_who_reach_the_target_are_found_or_nobody_is() -> None:
    busy = replace(WORKING, minutes=75.0)
    needed = ask(busy, {}, PLAN, target=0.9, runs=1, seed=7, told=go_on).people
    assert needed
    assert (
        ask(busy, {"so": Change(people=needed)}, PLAN, target=0.9, runs=4, seed=7, told=go_on)
        .answers["so"]
        .brings["in_time"]
        .mean
        > 0.85
    )
    never = replace(busy, asked=1.0, replies=(9000.0,))
    assert ask(never, {}, PLAN, target=0.9, runs=1, seed=7, told=go_on).people is None


def test_who_does_not_want_to_know_any_more_stops_it() -> None:
    with pytest.raises(Stopped):
        ask(WORKING, PLANS, PLAN, target=0.9, runs=3, seed=7, told=lambda done, _of: done < 2)


def test_the_work_on_one_contact_is_found_again_from_what_it_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weeks made by the simulation itself, at 58 minutes a contact, are fitted with about as many."""
    monkeypatch.setattr(answer, "KEEPING_UP", (0.0,))
    made = replace(WORKING, minutes=58.0)
    came = arrivals(made, Change(), MONDAY, MONDAY + timedelta(weeks=5), Random(2))
    seen = [Past(at, due(at)[0], red=False, in_time=True) for at in came]
    met = answer._again(made, seen, MONDAY, CALENDAR, seed=9)  # the weeks as they would have been
    past = [replace(one, in_time=share >= 0.5) for one, share in zip(seen, met, strict=True)]
    assert 0.2 < fmean(one.in_time for one in past) < 0.95
    found, weeks = calibrated(made, past, MONDAY, 1, CALENDAR, seed=1)
    assert found.minutes == pytest.approx(58, rel=0.1)
    assert [week.fitted for week in weeks] == [True, True, True, True, False]
    assert sum(week.contacts for week in weeks) == len(past)
    assert fmean(abs(week.seen - week.simulated) for week in weeks) < 0.15


def test_what_was_measured_comes_back_as_it_was_kept() -> None:
    assert Working.from_json(WORKING.to_json()) == WORKING
