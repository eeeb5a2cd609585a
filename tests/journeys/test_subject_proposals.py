"""What is proposed of each part of a person's own records: nothing that tells of others is proposed to be released."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.restrict import restrict
from mash.journeys.subject_access import (
    RequestRefused,
    decide_part,
    open_request,
)
from mash.journeys.subject_gather import gather
from mash.models import (
    Address,
    AdultOnContact,
    Contact,
    SubjectItem,
)
from mash.queries.subject_access import parts_shown
from mash.workflow.subject_access import Answer, fault_of, mark_names, redacted
from tests.factories import MONDAY, a_child, a_contact, an_adult
from tests.journeys.subject_records import ASKED, as_proposed, contact, items, opened, two

__all__ = ["contact", "two"]


def test_every_kind_of_part_is_proposed_with_its_ground(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    found = items(session, opened(session, contact, two[0]))
    proposed = {kind: (row.proposal, row.proposed_ground) for kind, row in found.items()}
    assert proposed == {
        "person": ("release", ""),
        "receipt": ("release", ""),
        "referrer": ("withhold", "confidence"),
        "words": ("part", "third_party"),
        "home": ("withhold", "serious_harm"),
        "someone": ("withhold", "third_party"),
        "reply": ("withhold", "crime"),
    }
    assert found["words"].marked == "[[Lena]] said that Ada is well."
    assert all(row.answer is None for row in found.values())


def test_what_is_known_of_a_person_is_said_in_words_not_codes(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    ada = contact.children[0].person
    ada.sex, ada.gender, ada.ethnicity, ada.disabilities = "F", "09", "WBRI", ["AUT", "VIS"]
    contact.rating = "red"
    found = items(session, opened(session, contact, two[0]))
    known = found["person"].text.splitlines()
    assert "Sex: Female" in known
    assert "Gender: Neither" in known
    assert "Ethnicity: White British" in known
    assert "Disabilities: Autism or Asperger syndrome, Vision" in known
    assert "Rated red." in found["receipt"].text


def test_of_a_restricted_contact_everything_is_proposed_to_be_withheld_on_its_ground(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    restrict(session, contact.reference, ground="adoption", reason="Placed", people_too=False, by=two[0], at=MONDAY)
    found = items(session, opened(session, contact, two[0]))
    of_it = {(row.proposal, row.proposed_ground) for row in found.values() if row.contact_id}
    assert of_it == {("withhold", "adoption")}


def test_what_tells_where_a_protected_address_is_is_marked_wherever_it_stands(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    ada = contact.children[0].person
    ada.school, ada.gp, ada.phone = "Hill School", "Dr Green", "+44 1302 000000"
    told = "At Hidden Mews (zz99zz), by hill school."
    a_contact(session, children=(ada,), narrative=told, source_agency="Hill School")
    number = opened(session, contact, two[0])
    found = items(session, number)
    assert {found[kind].proposal for kind in ("person", "words", "referrer")} == {"part"}
    assert {found[kind].proposed_ground for kind in ("person", "words", "referrer")} == {"serious_harm"}
    assert found["words"].marked == "At [[Hidden Mews]] ([[zz99zz]]), by [[hill school]]."
    assert found["person"].marked.endswith("School: [[Hill School]]\nGP: [[Dr Green]]\nTelephone: [[+44 1302 000000]]")
    session.get_one(Address, contact.address_id).protected = False
    gather(session, number, (), {}, by=two[0], at=MONDAY)
    assert items(session, number)["person"].proposal == "release"


def test_what_is_proposed_depends_on_who_asks_and_a_departure_says_why(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    lena, first = contact.adults[0].person, two[0]
    contact.child_voice = "I am hungry."
    session.get_one(Address, contact.address_id).protected = False
    theirs = items(session, opened(session, contact, first))
    assert (theirs["voice"].proposal, theirs["home"].proposal) == ("release", "release")
    asked = replace(ASKED, standing="parent", authority="Birth certificate")
    number = open_request(session, contact.reference, contact.children[0].person_id, asked, by=first, at=MONDAY)
    gather(session, number, (), {}, by=first, at=MONDAY)
    voice = items(session, number)["voice"]
    assert (voice.proposal, voice.proposed_ground) == ("withhold", "wishes")
    said = {"ground": "", "reason": "", "marked": ""}
    with pytest.raises(RequestRefused, match="depart"):
        decide_part(session, number, voice.place, answer=Answer.RELEASE, **said, by=first, at=MONDAY)
    number = open_request(session, contact.reference, lena.id, ASKED, by=first, at=MONDAY)
    gather(session, number, (), {}, by=first, at=MONDAY)
    found = items(session, number)
    assert {(found[kind].proposal, found[kind].proposed_ground) for kind in ("voice", "home")} == {
        ("withhold", "third_party")
    }


def test_what_is_held_of_a_referrer_who_gave_no_name_is_kept(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    contact.referrer_identity, contact.source_code, contact.referrer_phone = "anonymous", "9", "01302 000000"
    contact.extra, contact.narrative = {"police_grade": "High"}, "Whistling heard it."
    number = opened(session, contact, two[0])
    found = items(session, number)
    for kind in ("referrer", "sent"):
        assert (found[kind].proposal, found[kind].proposed_ground) == ("withhold", "confidence")
    assert found["words"].marked == "[[Whistling]] heard it."
    shown = parts_shown(session, number, user_id=two[0].user_id or 0, roles=two[0].roles, at=MONDAY)
    assert {part.row.kind for part in shown if part.withheld} >= {"referrer", "sent"}


def test_a_text_is_decided_again_once_somebody_new_is_named_in_it_and_no_mark_goes_without_a_reason(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    contact.narrative = "Lena and Otto said that Ada is well."
    number = opened(session, contact, two[0])
    as_proposed(session, number, two[0])
    contact.adults.append(AdultOnContact(person=an_adult(session, "Otto", "Sample"), relation="uncle"))
    session.flush()
    gather(session, number, (), {}, by=two[0], at=MONDAY)
    found = items(session, number)
    words: SubjectItem = found["words"]
    said: dict[str, Any] = {"answer": Answer.PART, "ground": "third_party"}
    assert (words.answer, words.marked) == (None, "[[Lena]] and [[Otto]] said that Ada is well.")
    assert found["person"].answer == "release"
    told = "[[Lena]] and Otto said that Ada is well."
    with pytest.raises(RequestRefused, match="proposed to be withheld"):
        decide_part(session, number, words.place, **said, reason="", marked=told, by=two[0], at=MONDAY)
    more = "[[Lena and Otto]] said that Ada is well."
    decide_part(session, number, words.place, **said, reason="", marked=more, by=two[0], at=MONDAY)
    decide_part(session, number, words.place, **said, reason="He agreed", marked=told, by=two[0], at=MONDAY)


def test_what_was_sent_of_another_child_is_no_part_and_who_sent_it_is_kept(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    a_contact(
        session,
        children=(contact.children[0].person, a_child(session, "Otto", "Sample")),
        extra={"police_grade": "2 by Otto", "children": {"1": {"known_as": "Addie"}, "2": {"religion": "Of Otto"}}},
    )
    contact.extra = {"police_grade": "High"}
    number = opened(session, contact, two[0])
    wanted = select(SubjectItem).where(SubjectItem.request_id == number, SubjectItem.kind == "sent")
    kept, read = session.scalars(wanted.order_by(SubjectItem.place))
    assert (kept.proposal, kept.proposed_ground) == ("withhold", "confidence")
    assert (read.text, read.proposal) == ("police_grade: 2 by Otto\nknown_as: Addie", "part")
    assert read.marked == "police_grade: 2 by [[Otto]]\nknown_as: Addie"


@given(st.text(alphabet="aL en[]\n.", max_size=60), st.sets(st.sampled_from(["Len", "aLen", "nan"]), max_size=3))
def test_marks_hide_the_names_and_change_nothing_else(text: str, names: set[str]) -> None:
    marked = mark_names(text, names)
    assert marked == text or fault_of(marked, text) == ""
    if marked != text:
        left = redacted(marked).casefold().replace("■", " ").split()
        assert not {name.casefold() for name in names}.intersection(word.strip(".") for word in left)
