"""A person's own records: proposed, decided part by part, signed by another, and nothing else released."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.keep_extracts import KEPT, Store
from mash.journeys.restrict import restrict
from mash.journeys.set_up import set_up
from mash.journeys.subject_access import (
    Asked,
    RequestRefused,
    ask_release,
    check_identity,
    close_request,
    decide_part,
    extend,
    open_request,
    send_back,
    sign,
)
from mash.journeys.subject_file import Answered, take_file, write_file
from mash.journeys.subject_gather import gather
from mash.models import (
    Address,
    AdultOnContact,
    Contact,
    Event,
    InformationRequest,
    NamedAccess,
    NamedReader,
    SubjectItem,
    SubjectRequest,
)
from mash.queries.subject_access import parts_shown
from mash.rules import RuleBook
from mash.workflow.calendar import london_day
from mash.workflow.subject_access import Answer, fault_of, mark_names, redacted
from tests.factories import MONDAY, a_child, a_contact, an_actor, an_address, an_adult

ASKED = Asked(asked_by="Ada Sample", standing="themself", authority="", wanted="All", received_on=london_day(MONDAY))
SYSTEM = Actor.system("test")


@pytest.fixture
def contact(session: Session, rulebook: RuleBook) -> Contact:
    """Keep one contact about Ada: her mother, a withheld referrer, a protected home, a reply from the police."""
    set_up(session, rulebook=rulebook, by=SYSTEM, at=MONDAY)
    ada, lena = a_child(session, "Ada", "Sample", date_of_birth=date(2009, 3, 2)), an_adult(session, "Lena", "Sample")
    made = a_contact(
        session,
        children=(ada,),
        adults=(lena,),
        narrative="Lena said that Ada is well.",
        referrer_name="Whistling Source",
        referrer_identity="withheld",
        source_code="2A",
        address_id=an_address(session, "77 Hidden Mews", "ZZ9 9ZZ", protected=True).id,
    )
    told: dict[str, Any] = {"agency": "Police", "sensitivity": "mash_only", "reply_kind": "supplied"}
    told |= {"reply": "A source told us.", "questions": "?", "sent_at": MONDAY, "due_at": MONDAY, "replied_at": MONDAY}
    asked = InformationRequest(contact_id=made.id, **told)
    asked.asked_by_id = an_actor(session, "manager").user_id or 0
    session.add(asked)
    session.flush()
    return made


@pytest.fixture
def two(session: Session) -> tuple[Actor, Actor]:
    return an_actor(session, "manager"), an_actor(session, "manager")


def opened(session: Session, contact: Contact, by: Actor) -> int:
    number = open_request(session, contact.reference, contact.children[0].person_id, ASKED, by=by, at=MONDAY)
    gather(session, number, (), {}, by=by, at=MONDAY)
    return number


def items(session: Session, number: int) -> dict[str, SubjectItem]:
    return {row.kind: row for row in session.scalars(select(SubjectItem).where(SubjectItem.request_id == number))}


def as_proposed(session: Session, number: int, by: Actor) -> None:
    for row in items(session, number).values():
        said = {"ground": row.proposed_ground, "reason": "", "marked": row.marked}
        decide_part(session, number, row.place, answer=Answer(row.proposal), **said, by=by, at=MONDAY)


def signed(session: Session, number: int, two: tuple[Actor, Actor]) -> None:
    check_identity(session, number, "Passport seen", by=two[0], at=MONDAY)
    ask_release(session, number, {}, by=two[0], at=MONDAY)
    sign(session, number, {}, by=two[1], at=MONDAY)


def text_of(answered: Answered) -> bytes:
    return "\n".join(f"{part.place} {part.label} {part.text} {part.ground}" for part in answered.parts).encode()


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


def test_of_a_restricted_contact_everything_is_proposed_to_be_withheld_on_its_ground(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    restrict(session, contact.reference, ground="adoption", reason="Placed", people_too=False, by=two[0], at=MONDAY)
    found = items(session, opened(session, contact, two[0]))
    of_it = {(row.proposal, row.proposed_ground) for row in found.values() if row.contact_id}
    assert of_it == {("withhold", "adoption")}


def test_two_people_release_it_and_the_file_says_what_was_decided_and_nothing_else(
    session: Session, contact: Contact, two: tuple[Actor, Actor], tmp_path: Path
) -> None:
    first, second = two
    number, store = opened(session, contact, first), Store(tmp_path, "secret")
    with pytest.raises(RequestRefused, match="Decide every part"):
        ask_release(session, number, {}, by=first, at=MONDAY)
    as_proposed(session, number, first)
    with pytest.raises(RequestRefused, match="Check who asks"):
        ask_release(session, number, {}, by=first, at=MONDAY)
    check_identity(session, number, "Passport seen", by=first, at=MONDAY)
    ask_release(session, number, {}, by=first, at=MONDAY)
    with pytest.raises(RequestRefused, match="Another manager signs"):
        sign(session, number, {}, by=first, at=MONDAY)
    with pytest.raises(RequestRefused, match="gone on"):
        write_file(session, store, number, {}, text_of, by=first, at=MONDAY)
    sign(session, number, {}, by=second, at=MONDAY)
    written = write_file(session, store, number, {}, text_of, by=second, at=MONDAY)
    (kept,) = (tmp_path / "extracts").iterdir()
    assert b"Ada" not in kept.read_bytes()
    content = take_file(session, store, number, written, by=second, at=MONDAY).decode()
    assert "■■■■■ said that Ada is well." in content
    for secret in ("Lena", "Whistling", "Hidden Mews", "A source", "Police", "crime", "harm", "confidence"):
        assert secret not in content
    assert [line.split()[0] for line in content.splitlines() if line[:1].isdigit()] == ["1", "2", "3", "4"]
    for by, at in ((first, MONDAY), (second, MONDAY + KEPT)):
        with pytest.raises(NotFound):
            take_file(session, store, number, written, by=by, at=at)
    again = Store(tmp_path, "a new secret", ("secret",))
    assert take_file(session, again, number, written, by=second, at=MONDAY).decode() == content
    kinds = [kind for kind in session.scalars(select(Event.kind).order_by(Event.seq)) if kind.startswith("subject.")]
    steps = ["identity_checked", "release_asked", "release_signed", "file_written", "file_taken", "file_taken"]
    assert kinds == [f"subject.{one}" for one in ("opened", "gathered", *["part_decided"] * 7, *steps)]
    send_back(session, number, "One name more", by=second, at=MONDAY + timedelta(minutes=1))
    with pytest.raises(NotFound):
        take_file(session, store, number, written, by=second, at=MONDAY + timedelta(minutes=1))


def test_nobody_releases_or_signs_what_is_withheld_from_them(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    first, second = two
    number = opened(session, contact, first)
    found = items(session, number)
    shown = parts_shown(session, number, user_id=first.user_id or 0, roles=first.roles, at=MONDAY)
    assert {part.row.kind for part in shown if part.withheld} == {"referrer", "home"}
    assert all(not part.text for part in shown if part.withheld)
    said = {"ground": "", "reason": "They agreed", "marked": ""}
    with pytest.raises(RequestRefused, match="withheld from you"):
        decide_part(session, number, found["referrer"].place, answer=Answer.RELEASE, **said, by=first, at=MONDAY)
    as_proposed(session, number, first)
    found["referrer"].answer = "release"  # as somebody would have who was let in to it
    check_identity(session, number, "Seen", by=first, at=MONDAY)
    ask_release(session, number, {}, by=first, at=MONDAY)
    with pytest.raises(RequestRefused, match="withheld from you"):
        sign(session, number, {}, by=second, at=MONDAY)


def test_only_who_asked_or_signed_has_the_file_while_they_may_read_all_of_it(
    session: Session, contact: Contact, two: tuple[Actor, Actor], tmp_path: Path
) -> None:
    (first, second), third = two, an_actor(session, "manager")
    number, store = opened(session, contact, first), Store(tmp_path, "secret")
    as_proposed(session, number, first)
    reply = items(session, number)["reply"]
    decide_part(
        session, number, reply.place, answer=Answer.RELEASE, ground="", reason="Agreed", marked="", by=first, at=MONDAY
    )
    signed(session, number, two)
    with pytest.raises(RequestRefused, match="asked for the release or signed"):
        write_file(session, store, number, {}, text_of, by=third, at=MONDAY)
    written = write_file(session, store, number, {}, text_of, by=first, at=MONDAY)
    asked = session.get_one(InformationRequest, reply.of_id)
    asked.sensitivity, asked.asked_by_id = "named", second.user_id or 0
    session.add(NamedReader(request_id=asked.id, user_id=second.user_id, by_id=second.user_id, at=MONDAY))
    session.flush()
    with pytest.raises(RequestRefused, match="withheld from you"):
        write_file(session, store, number, {}, text_of, by=first, at=MONDAY)
    with pytest.raises(NotFound, match="withheld from you"):
        take_file(session, store, number, written, by=first, at=MONDAY)


def test_nothing_goes_out_by_what_the_record_was_before_it_was_protected(
    session: Session, contact: Contact, two: tuple[Actor, Actor], tmp_path: Path
) -> None:
    (first, second), store, later = two, Store(tmp_path, "secret"), MONDAY + timedelta(days=1)
    where = session.get_one(Address, contact.address_id)
    contact.referrer_identity, where.protected = "open", False
    number = opened(session, contact, first)
    as_proposed(session, number, first)
    check_identity(session, number, "Seen", by=first, at=MONDAY)
    where.protected = True
    with pytest.raises(RequestRefused, match="has changed since: gather it again"):
        ask_release(session, number, {}, by=first, at=MONDAY)
    gather(session, number, (), {}, by=first, at=MONDAY)
    as_proposed(session, number, first)
    a_contact(session, children=(contact.children[0].person,), received_at=later, narrative="Of tomorrow.")
    ask_release(session, number, {}, by=first, at=later)
    contact.interim_action = "Lena was told."
    with pytest.raises(RequestRefused, match="has changed since"):
        sign(session, number, {}, by=second, at=later)
    contact.interim_action = ""
    sign(session, number, {}, by=second, at=later)
    contact.restricted = True
    with pytest.raises(RequestRefused, match="has changed since"):
        write_file(session, store, number, {}, text_of, by=second, at=later)
    contact.restricted = False
    write_file(session, store, number, {}, text_of, by=second, at=later)


def test_whoever_is_kept_from_a_contact_of_theirs_never_learns_of_the_request(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    number, kept = opened(session, contact, two[0]), two[1]
    session.add(
        NamedAccess(user_id=kept.user_id, kind="conflict", contact_id=contact.id, by_id=kept.user_id, at=MONDAY)
    )
    session.flush()
    with pytest.raises(NotFound):
        check_identity(session, number, "Seen", by=kept, at=MONDAY)
    with pytest.raises(RequestRefused, match="Another manager"):
        open_request(session, contact.reference, contact.children[0].person_id, ASKED, by=kept, at=MONDAY)


def test_only_a_manager_answers_it_and_a_departure_or_a_withholding_says_why(
    session: Session, contact: Contact, two: tuple[Actor, Actor], actor: Callable[[str], Actor]
) -> None:
    number = opened(session, contact, two[0])
    row = items(session, number)["words"]
    told = {"ground": "third_party", "reason": "", "marked": row.marked}
    with pytest.raises(RequestRefused, match="A manager answers"):
        decide_part(session, number, row.place, answer=Answer.PART, **told, by=actor("practitioner"), at=MONDAY)
    for answer, change, said in (
        (Answer.RELEASE, {}, "depart"),
        (Answer.WITHHOLD, {"ground": "", "reason": "No"}, "ground"),
        (Answer.PART, {"marked": "[[Lena]] said that Ada is fine."}, "Only add brackets"),
        (Answer.PART, {"marked": row.text}, "between"),
    ):
        with pytest.raises(RequestRefused, match=said):
            decide_part(session, number, row.place, answer=answer, **(told | change), by=two[0], at=MONDAY)


def test_gathered_again_it_keeps_what_was_decided_of_what_did_not_change(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    number = opened(session, contact, two[0])
    as_proposed(session, number, two[0])
    contact.child_voice = "I am hungry."
    gather(session, number, (), {}, by=two[0], at=MONDAY)
    rows = session.scalars(select(SubjectItem).where(SubjectItem.request_id == number)).all()
    assert [row.text for row in rows if row.answer is None] == ["I am hungry."]


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
    words, said = found["words"], {"answer": Answer.PART, "ground": "third_party"}
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


def test_other_records_of_the_same_person_are_gathered_only_if_a_person_says_so(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    same = a_child(session, "Ada", "Sample", date_of_birth=date(2009, 3, 2))
    a_contact(session, children=(same,), narrative="Seen again.")
    other = a_child(session, "Ada", "Sample", date_of_birth=date(2011, 3, 2))
    number = opened(session, contact, two[0])
    texts = {row.text for row in session.scalars(select(SubjectItem))}
    assert "Seen again." not in texts
    with pytest.raises(RequestRefused, match="records shown"):
        gather(session, number, [other.id], {}, by=two[0], at=MONDAY)
    gather(session, number, [same.id], {}, by=two[0], at=MONDAY)
    assert "Seen again." in {row.text for row in session.scalars(select(SubjectItem))}


def test_it_is_due_in_a_month_extended_once_in_time_and_closed_as_given_only_when_signed(
    session: Session, contact: Contact, two: tuple[Actor, Actor]
) -> None:
    number = opened(session, contact, two[0])
    row = session.get_one(SubjectRequest, number)
    day, due = row.received_on, row.due_on
    assert timedelta(days=28) <= due - day <= timedelta(days=36)
    late = MONDAY + timedelta(days=40)
    with pytest.raises(RequestRefused, match="first month is over"):
        extend(session, number, "Large", by=two[0], at=late)
    extend(session, number, "Large", by=two[0], at=MONDAY)
    assert timedelta(days=88) <= row.due_on - day <= timedelta(days=100)
    with pytest.raises(RequestRefused, match="second person"):
        close_request(session, number, "given", "By post", by=two[0], at=MONDAY)
    close_request(session, number, "withdrawn", "They wrote", by=two[0], at=MONDAY)
    coming = replace(ASKED, received_on=day + timedelta(days=1))
    with pytest.raises(RequestRefused, match="day it was received"):
        open_request(session, contact.reference, contact.children[0].person_id, coming, by=two[0], at=MONDAY)


@given(st.text(alphabet="aL en[]\n.", max_size=60), st.sets(st.sampled_from(["Len", "aLen", "nan"]), max_size=3))
def test_marks_hide_the_names_and_change_nothing_else(text: str, names: set[str]) -> None:
    marked = mark_names(text, names)
    assert marked == text or fault_of(marked, text) == ""
    if marked != text:
        left = redacted(marked).casefold().replace("■", " ").split()
        assert not {name.casefold() for name in names}.intersection(word.strip(".") for word in left)
