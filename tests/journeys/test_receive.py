"""What holds when a contact is received: its clocks start then, people are not mixed up, and late entry is shown."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mash.journeys.actor import Actor
from mash.journeys.people import AddressGiven, PersonGiven
from mash.journeys.receive import AdultGiven, AgreementGiven, Approach, ChildGiven, receive
from mash.models import Address, Agreement, Clock, Contact, Event, Observation
from tests.factories import MONDAY
from tests.journeys.front_door import FrontDoor

FRIDAY_NIGHT = datetime(2026, 4, 10, 21, 30, tzinfo=UTC)
ADA = PersonGiven(forename="Ada", surname="Sample", date_of_birth=date(2016, 1, 1))


def taken(door: FrontDoor, *people: PersonGiven, at: datetime = MONDAY, **told: Any) -> Contact:
    """Take a contact about these children at the front door."""
    said: dict[str, Any] = {"type": "service_request", "received_at": MONDAY} | told
    approach = Approach(**said, children=tuple(ChildGiven(person=person) for person in people))
    return receive(door.session, approach, by=door.actor("contact_officer"), at=at, practice=door.practice)


def clocks(door: FrontDoor, contact: Contact) -> dict[str, Clock]:
    return {clock.name: clock for clock in door.session.scalars(select(Clock).where(Clock.contact_id == contact.id))}


def received_event(door: FrontDoor, contact: Contact) -> Event:
    event = select(Event).where(Event.contact_id == contact.id, Event.kind == "contact.received")
    return door.session.scalars(event).one()


def test_clocks_start_at_receipt_whenever_it_is_entered(door: FrontDoor) -> None:
    contact = taken(door, ADA, received_at=FRIDAY_NIGHT, at=MONDAY)
    found = clocks(door, contact)
    assert found.keys() == {"social-care", "acknowledge"}
    assert {clock.started_at for clock in found.values()} == {FRIDAY_NIGHT}
    assert found["social-care"].due_at == door.practice.due_at("social-care", FRIDAY_NIGHT)
    assert found["social-care"].how[0].startswith("The clock starts")
    assert (contact.due_at, contact.queue_rank, contact.state) == (found["social-care"].due_at, 1, "received")


def test_red_starts_a_clock_of_its_own_at_once_which_runs_from_receipt_at_any_hour(door: FrontDoor) -> None:
    contact = taken(door, ADA, received_at=FRIDAY_NIGHT, at=FRIDAY_NIGHT)
    door.now = FRIDAY_NIGHT + timedelta(minutes=5)
    door.rate(contact, "red")
    red = clocks(door, contact)["red"]
    assert (red.started_at, red.due_at) == (FRIDAY_NIGHT, FRIDAY_NIGHT + timedelta(hours=4))
    assert (contact.due_at, contact.queue_rank) == (red.due_at, 0)


def test_someone_anonymous_is_not_to_be_told_that_it_arrived(door: FrontDoor) -> None:
    assert clocks(door, taken(door, ADA, referrer_identity="anonymous")).keys() == {"social-care"}
    assert "acknowledge" in clocks(door, taken(door, ADA, referrer_identity="withheld"))


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (60, False), (61, True)])
def test_an_entry_made_more_than_an_hour_after_receipt_is_shown_as_entered_late(
    door: FrontDoor, minutes: int, late: bool
) -> None:
    contact = taken(door, ADA, at=MONDAY + timedelta(minutes=minutes))
    assert received_event(door, contact).data["entered_late"] is late
    assert contact.entered_at - contact.received_at == timedelta(minutes=minutes)


def test_nothing_is_received_in_the_future(door: FrontDoor) -> None:
    with pytest.raises(ValueError, match="in the future"):
        taken(door, ADA, received_at=MONDAY + timedelta(seconds=1), at=MONDAY)


def test_the_thresholds_of_the_day_of_receipt_are_noted(door: FrontDoor) -> None:
    assert taken(door, ADA).ruleset_id == "dn-2022-05"
    assert taken(door, ADA, received_at=datetime(2021, 6, 1, 9, tzinfo=UTC)).ruleset_id == "dn-2021-01"
    assert taken(door, ADA, received_at=datetime(2015, 6, 1, 9, tzinfo=UTC)).ruleset_id is None


def test_the_same_approach_sent_again_is_the_contact_already_there(door: FrontDoor) -> None:
    first = taken(door, ADA, external_key="police:1")
    assert taken(door, ADA, external_key="police:1") is first
    assert door.events(first) == ["contact.received"]


def test_a_child_the_council_knows_is_one_person_and_nobody_else_is_merged(door: FrontDoor) -> None:
    known = PersonGiven(council_id="77", forename="Ada", surname="Sample", date_of_birth=date(2016, 1, 1))
    first, second = taken(door, known), taken(door, PersonGiven(council_id="77", school="Hilltop"))
    alike = taken(door, ADA)
    person = first.children[0].person
    assert second.children[0].person is person
    assert alike.children[0].person is not person
    assert (person.forename, person.school) == ("Ada", "Hilltop")


def test_a_person_chosen_from_the_list_keeps_what_is_recorded_of_them(door: FrontDoor) -> None:
    person = taken(door, ADA).children[0].person
    chosen = PersonGiven(person_id=person.id, forename="Adah", gp="Anytown surgery", restricted=True)
    again = taken(door, chosen).children[0].person
    assert again is person
    assert (person.forename, person.gp, person.restricted) == ("Ada", "Anytown surgery", True)
    open_again = taken(door, PersonGiven(person_id=person.id)).children[0].person
    assert open_again.restricted


def test_an_unborn_child_who_is_born_is_the_same_person_with_a_birthday(door: FrontDoor) -> None:
    awaited = PersonGiven(council_id="78", unborn=True, due_date=date(2026, 4, 1))
    person = taken(door, awaited).children[0].person
    assert (person.unborn, person.unnamed) == (True, True)
    taken(door, PersonGiven(council_id="78", forename="Bo", date_of_birth=date(2026, 4, 3)))
    assert (person.unborn, person.unnamed, person.search_name) == (False, False, "bo")
    taken(door, awaited)
    assert (person.unborn, person.date_of_birth) == (False, date(2026, 4, 3))


def test_one_child_named_twice_on_one_contact_stands_on_it_once(door: FrontDoor) -> None:
    twice = PersonGiven(council_id="79", forename="Ada")
    contact = taken(door, twice, twice, PersonGiven(forename="Ben"))
    assert [(child.person.forename, child.position) for child in contact.children] == [("Ada", 1), ("Ben", 2)]


def test_a_home_written_two_ways_is_one_address_and_protected_for_good_once_anyone_says_so(door: FrontDoor) -> None:
    homes = [
        AddressGiven(lines="12 Made-up Street", postcode="dn11aa"),
        AddressGiven(lines="12 made up street ", postcode="DN1 1AA", protected=True),
        AddressGiven(lines="12 Made-up Street", postcode="DN1 1AA"),
        AddressGiven(lines="14 Made-up Street", postcode="DN1 1AA"),
        AddressGiven(lines=" "),
    ]
    ids = [taken(door, ADA, address=home).address_id for home in homes]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert ids[4] is None
    kept = door.session.scalars(select(Address).where(Address.id == ids[0])).one()
    assert (kept.postcode, kept.protected) == ("DN1 1AA", True)


def test_all_that_was_said_is_kept_in_its_own_place(door: FrontDoor) -> None:
    seen = ChildGiven(person=ADA, observed={"pc-supervision-poor": "present"}, open_to="early_help", open_worker="W")
    adult = AdultGiven(person=PersonGiven(forename="Jo"), relation="mother", lives_there=True, alleged_to_harm=True)
    approach = Approach(
        type="information_share",
        received_at=MONDAY,
        happened_at=FRIDAY_NIGHT,
        danger_now=None,
        children=(seen,),
        adults=(adult,),
        agreements=(AgreementGiven(kind="told", status="not_asked_unsafe", reason="He is in the room."),),
    )
    officer: Actor = door.actor("contact_officer")
    contact = receive(door.session, approach, by=officer, at=MONDAY, practice=door.practice)
    (noted,) = door.session.scalars(select(Observation).where(Observation.child_id == contact.children[0].id))
    assert (noted.code, noted.value, noted.by_id) == ("pc-supervision-poor", "present", officer.user_id)
    assert (contact.children[0].open_to, contact.children[0].open_worker) == ("early_help", "W")
    assert [(row.relation, row.lives_there, row.parental_responsibility) for row in contact.adults] == [
        ("mother", True, None)
    ]
    (told,) = door.session.scalars(select(Agreement).where(Agreement.contact_id == contact.id))
    assert (told.kind, told.status, told.by_id) == ("told", "not_asked_unsafe", officer.user_id)
    assert (contact.danger_now, contact.happened_at, contact.recorded_by_id) == (None, FRIDAY_NIGHT, officer.user_id)


def test_a_contact_without_a_child_or_a_name_is_still_received(door: FrontDoor) -> None:
    advice = taken(door, type="advice")
    assert (advice.children, advice.state) == ([], "received")
    assert taken(door, PersonGiven()).children[0].person.unnamed
    assert taken(door).state == "received"


def test_what_is_said_of_a_person_later_fills_gaps_and_never_writes_over(door: FrontDoor) -> None:
    person = taken(door, PersonGiven(council_id="80", estimated_age=6)).children[0].person
    assert (person.sex, person.disabilities, person.age_estimated_on) == ("U", [], MONDAY.date())
    later = PersonGiven(council_id="80", estimated_age=9, sex="F", disabilities=("HEAR",), interpreter=False)
    taken(door, later)
    taken(door, PersonGiven(council_id="80", sex="M", disabilities=("LD",), interpreter=True))
    assert (person.estimated_age, person.sex, person.disabilities, person.interpreter) == (6, "F", ["HEAR"], False)
