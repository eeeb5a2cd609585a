"""A person's own records: decided part by part, signed by another, and nothing else released."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.keep_extracts import KEPT, Store
from mash.journeys.subject_access import (
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
from mash.journeys.subject_file import take_file, write_file
from mash.journeys.subject_gather import gather
from mash.models import (
    Address,
    Contact,
    Event,
    InformationRequest,
    NamedAccess,
    NamedReader,
    SubjectItem,
    SubjectRequest,
)
from mash.queries.subject_access import parts_shown
from mash.workflow.subject_access import Answer
from tests.factories import MONDAY, a_child, a_contact, an_actor
from tests.journeys.subject_records import ASKED, as_proposed, contact, items, opened, signed, text_of, two

__all__ = ["contact", "two"]


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
    content = take_file(session, store, number, written, {}, by=second, at=MONDAY).decode()
    assert "■■■■■ said that Ada is well." in content
    for secret in ("Lena", "Whistling", "Hidden Mews", "A source", "Police", "crime", "harm", "confidence"):
        assert secret not in content
    assert [line.split()[0] for line in content.splitlines() if line[:1].isdigit()] == ["1", "2", "3", "4"]
    for by, at in ((first, MONDAY), (second, MONDAY + KEPT)):
        with pytest.raises(NotFound):
            take_file(session, store, number, written, {}, by=by, at=at)
    again = Store(tmp_path, "a new secret", ("secret",))
    assert take_file(session, again, number, written, {}, by=second, at=MONDAY).decode() == content
    kinds = [kind for kind in session.scalars(select(Event.kind).order_by(Event.seq)) if kind.startswith("subject.")]
    steps = ["identity_checked", "release_asked", "release_signed", "file_written", "file_taken", "file_taken"]
    assert kinds == [f"subject.{one}" for one in ("opened", "gathered", *["part_decided"] * 7, *steps)]
    send_back(session, number, "One name more", by=second, at=MONDAY + timedelta(minutes=1))
    with pytest.raises(NotFound):
        take_file(session, store, number, written, {}, by=second, at=MONDAY + timedelta(minutes=1))


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
        take_file(session, store, number, written, {}, by=first, at=MONDAY)


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
    written = write_file(session, store, number, {}, text_of, by=second, at=later)
    contact.restricted = True
    with pytest.raises(NotFound, match="has changed since"):
        take_file(session, store, number, written, {}, by=second, at=later)


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
