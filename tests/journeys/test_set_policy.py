"""A policy set from a day on counts from that day, what held before stays, and what has started is held to it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from mash import migrate
from mash.config import HOUSE
from mash.db import Database, transaction
from mash.journeys.escalate import escalation_policy
from mash.journeys.practice import calendar_from
from mash.journeys.set_policy import PolicyRefused, set_policy
from mash.journeys.set_up import shipped_entries
from mash.journeys.triage import claim, is_claimed_by_another
from mash.models import Clock, Event, Policy
from mash.queries.policies import PolicySet, policy_entries, stand, standing
from mash.workflow.calendar import weeks_from
from tests.factories import MONDAY
from tests.journeys.front_door import FrontDoor

TODAY = MONDAY.date()


def shipped(name: str) -> dict[str, Any]:
    return {key: said for key, said in shipped_entries(name)[-1].items() if key not in {"from", "source"}}


def put(door: FrontDoor, name: str, starts: date = TODAY, reason: str = "Agreed by the board.", **changed: Any) -> int:
    content, by = shipped(name) | changed, door.actor("admin")
    told: dict[str, Any] = {"rulebook": door.practice.rulebook, "by": by, "at": door.now}
    return set_policy(door.session, name, content, starts=starts, reason=reason, **told)


def steps(deputy: int) -> list[dict[str, Any]]:
    return [{"post": "deputy", "minutes": deputy}]


def test_it_counts_from_its_day_and_what_held_before_stays_with_who_and_why(door: FrontDoor) -> None:
    put(door, "escalation", TODAY + timedelta(days=2), steps=steps(5))
    said = door.session.scalars(select(Event).where(Event.kind == "policy.set")).one()
    assert said.by_id == door.actor("admin").user_id
    assert said.data["from"] == shipped("escalation")
    assert said.data["to"] == shipped("escalation") | {"steps": steps(5)}
    assert (said.data["begins"], said.data["reason"]) == ("2026-04-15", "Agreed by the board.")
    waits = [escalation_policy(door.session, MONDAY + timedelta(days=days)).steps[0].after for days in (1, 2)]
    assert waits == [timedelta(minutes=30), timedelta(minutes=5)]
    before, after = (standing(door.session, TODAY + timedelta(days=days))["escalation"] for days in (1, 2))
    assert before.now is not None
    assert (before.now.by, [entry.reason for entry in before.coming]) == ("", ["Agreed by the board."])
    assert after.now is not None
    assert after.now.by == door.actor("admin").name
    assert [past.last_day for past in after.earlier] == [TODAY + timedelta(days=1)]


def test_of_two_for_one_day_the_last_set_counts_and_the_first_stays(door: FrontDoor) -> None:
    put(door, "escalation", steps=steps(3))
    put(door, "escalation", steps=steps(20), reason="Three was a slip.")
    assert escalation_policy(door.session, door.now).steps[0].after == timedelta(minutes=20)
    held = standing(door.session, TODAY)["escalation"]
    replaced = held.earlier[0]
    assert (replaced.entry.content["steps"], replaced.last_day) == (steps(3), None)
    assert len(policy_entries(door.session)["escalation"]) == 3


@pytest.mark.parametrize(
    ("starts", "steps", "field"),
    [
        (TODAY - timedelta(days=1), steps(5), "starts"),
        (TODAY, steps(0), "_schema"),
        (TODAY, shipped_entries("escalation")[-1]["steps"], "_schema"),
    ],
)
def test_a_day_that_passed_what_cannot_be_read_and_what_changes_nothing_are_refused(
    door: FrontDoor, starts: date, steps: list[dict[str, Any]], field: str
) -> None:
    with pytest.raises(PolicyRefused) as refused:
        put(door, "escalation", starts, steps=steps)
    assert refused.value.field == field
    assert door.session.scalars(select(Policy).where(Policy.by_id.is_not(None))).all() == []


def due(door: FrontDoor, contact_id: int, name: str) -> Any:
    return door.session.scalars(select(Clock).where(Clock.contact_id == contact_id, Clock.name == name)).one().due_at


def test_clocks_set_from_today_reach_what_came_today_and_nothing_from_before(door: FrontDoor) -> None:
    today = door.contact()
    door.now += timedelta(days=1)
    limits = shipped("clocks")["limits"] | {"social-care": {"working_days": 2}}
    assert put(door, "clocks", TODAY + timedelta(days=1), limits=limits) == 0
    assert due(door, today.id, "social-care") == MONDAY + timedelta(days=1, hours=7)
    door.now -= timedelta(days=1)
    assert put(door, "clocks", TODAY, limits=limits) == 1
    assert due(door, today.id, "social-care") == today.due_at == MONDAY + timedelta(days=2, hours=7)
    assert door.events(today)[-1] == "clock.moved"


def test_opening_hours_move_what_is_open_and_never_a_red(door: FrontDoor) -> None:
    usual, red = door.contact(), door.contact()
    door.rate(red, "red")
    night_and_day = due(door, red.id, "red")
    week = {day: ["08:30", "17:00"] for day in "1345"}
    assert put(door, "opening_hours", TODAY, weekdays=week) > 0
    assert due(door, usual.id, "social-care") == MONDAY + timedelta(days=2, hours=7)
    assert due(door, red.id, "red") == night_and_day
    assert not calendar_from(door.session).is_working_day(TODAY + timedelta(days=1))


def test_what_has_run_out_stays_late(door: FrontDoor) -> None:
    late = door.contact()
    door.now = MONDAY + timedelta(days=1, hours=8)
    assert put(door, "opening_hours", TODAY + timedelta(days=1), weekdays={"4": ["09:00", "10:00"]}) == 0
    assert due(door, late.id, "social-care") == MONDAY + timedelta(days=1, hours=7)


def test_a_contact_is_free_for_others_after_what_is_set(door: FrontDoor) -> None:
    contact, other = door.contact(), door.manager
    claim(door.session, contact.reference, by=door.practitioner, at=door.now)
    later = door.now + timedelta(minutes=6)
    assert is_claimed_by_another(door.session, contact, by=other, at=later)
    put(door, "claims", lapses_after_minutes=5)
    assert not is_claimed_by_another(door.session, contact, by=other, at=later)


@given(starts=st.lists(st.integers(1, 6), min_size=1, max_size=7), day=st.integers(0, 8))
def test_every_entry_stands_in_one_place_and_what_counts_is_the_newest_begun(starts: list[int], day: int) -> None:
    entries = [
        PolicySet(number, "claims", date(2026, 1, start), {}, "", "", MONDAY)
        for number, start in enumerate(sorted(starts))
    ]
    today = date(2026, 1, 1) + timedelta(days=day - 1)
    found = stand(entries, today)
    begun = [entry for entry in entries if entry.starts <= today]
    assert found.now == (begun[-1] if begun else None)
    placed = [*found.coming, *(past.entry for past in found.earlier), *([found.now] if found.now else [])]
    assert sorted(entry.id for entry in placed) == [entry.id for entry in entries]
    assert all(past.last_day is None or past.last_day >= past.entry.starts for past in found.earlier)


def test_hours_kept_before_they_were_a_policy_are_the_same_after_and_back(database: Database) -> None:
    migrations = HOUSE / "migrations"
    migrate.downgrade(database, migrations, "0016")
    kept = [(1, "2012-01-01", "08:30", "17:00"), (2, "2012-01-01", None, None), (2, "2027-01-01", "09:00", "12:00")]
    insert = "INSERT INTO opening_hours (weekday, effective_from, opens, closes) VALUES (:a, :b, :c, :d)"
    with transaction(database) as session:
        for row in kept:
            session.execute(text(insert), dict(zip("abcd", row, strict=True)))
    migrate.upgrade(database, migrations)
    with transaction(database) as session:
        weeks = weeks_from({"policies": policy_entries(session, "opening_hours")["opening_hours"]})
        assert [(week.starts.year, sorted(week.hours)) for week in weeks] == [(2012, [1]), (2027, [2])]
        session.add(Policy(name="claims", effective_from=TODAY, content={"first": True}, at=MONDAY))
        session.add(Policy(name="claims", effective_from=TODAY, content={"first": False}, at=MONDAY))
    migrate.downgrade(database, migrations, "0016")
    with transaction(database) as session:
        back = session.execute(
            text("SELECT weekday, effective_from, opens, closes FROM opening_hours WHERE opens > ''")
        )
        assert {(row[0], str(row[1]), row[2], row[3]) for row in back} == {row for row in kept if row[2]}
        assert session.execute(text("SELECT count(*) FROM policy")).scalar() == 1
    migrate.upgrade(database, migrations)
