"""Everyone is sent what is theirs to do, morning and afternoon, once, however the clock is set; no child is named."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.deliver import claim
from mash.journeys.digest import write_digests
from mash.models import Contact, Event, InformationRequest, Message, Policy
from tests.factories import MONDAY, a_clock, a_contact, a_user

MORNING = MONDAY.replace(hour=7, minute=45)
AFTERNOON = MONDAY.replace(hour=13, minute=30)
"""A quarter to nine and half past two, in London's summer."""


def sent(session: Session) -> dict[str, str]:
    """Give the body of the newest digest to each address."""
    rows = session.execute(select(Message.to, Message.body).where(Message.kind == "digest").order_by(Message.id))
    return {row.to: row.body for row in rows}


def open_contact(session: Session, due_at: datetime, holder_id: int | None = None) -> Contact:
    return a_contact(session, due_at=due_at, claimed_by_id=holder_id)


def holder(session: Session, name: str, *roles: str) -> int:
    return a_user(session, *(roles or ("practitioner",)), email=f"{name}@anytown.example").id


def test_each_person_is_sent_what_is_theirs_and_managers_what_is_nobodys(session: Session) -> None:
    one, two = holder(session, "one"), holder(session, "two")
    holder(session, "idle")
    holder(session, "manager", "manager")
    late, risk = (open_contact(session, MORNING + timedelta(hours=hours), one) for hours in (-30, 1))
    other = open_contact(session, MORNING + timedelta(hours=6), two)
    free = open_contact(session, MORNING - timedelta(hours=1))
    open_contact(session, MORNING + timedelta(days=2), one)
    assert write_digests(session, at=MORNING) == 3
    found = sent(session)
    assert set(found) == {"one@anytown.example", "two@anytown.example", "manager@anytown.example"}
    mine = found["one@anytown.example"]
    assert mine.index("Late, 1") < mine.index(late.reference) < mine.index("At risk") < mine.index(risk.reference)
    assert mine.count("C-26-") == 2
    assert f"{other.reference}: a decision, due Mon 13 Apr 14:45" in found["two@anytown.example"]
    assert f"{free.reference}: a decision, due Mon 13 Apr 07:45 (nobody has it)" in found["manager@anytown.example"]


def test_what_the_referrer_is_to_be_told_and_replies_are_listed_too_and_nobody_is_named(session: Session) -> None:
    contact = open_contact(session, MORNING + timedelta(days=2), holder(session, "one"))
    a_clock(session, contact, "feedback", due_at=MORNING)
    a_clock(session, contact, "acknowledge", due_at=MORNING, stopped_at=MONDAY - timedelta(days=1))
    told = {"agency": "GP", "questions": "Known?", "asked_by_id": contact.claimed_by_id, "sent_at": MORNING}
    session.add(InformationRequest(contact_id=contact.id, due_at=MORNING - timedelta(hours=2), **told))
    session.flush()
    write_digests(session, at=MORNING)
    (body,) = sent(session).values()
    assert [words in body for words in ("tell the referrer the outcome", "a partner’s reply")] == [True, True]
    assert [word for word in ("arrived", "Robin", "Sample", "food", "GP", "School", "Sam") if word in body] == []


def test_each_is_written_once_however_the_clock_is_set(session: Session) -> None:
    open_contact(session, MORNING, holder(session, "one"))
    hours = (0, 0.5, -1, 0, 1.9, 2.1, 5.75, 4.75, 5.75, 7.5, 0, 5.75)
    written = [write_digests(session, at=MORNING + timedelta(hours=each)) for each in hours]
    assert written == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    slots = [event.data for event in session.scalars(select(Event).where(Event.kind == "digest.written"))]
    assert slots == [{"slot": slot.isoformat(), "people": 1} for slot in (MORNING, AFTERNOON)]


def test_one_without_work_and_a_closed_day_bring_none(session: Session) -> None:
    one = holder(session, "one")
    assert write_digests(session, at=MORNING) == 0
    open_contact(session, MORNING, one)
    assert write_digests(session, at=MORNING - timedelta(days=1)) == 0


def test_the_policy_of_the_day_says_when(session: Session) -> None:
    open_contact(session, MORNING, holder(session, "one"))
    content = {"target_per_cent": 90, "at_risk_minutes": 60, "digests": ["11:00"], "stages": {}}
    session.add(Policy(name="timeliness", effective_from=date(2026, 4, 1), content=content, at=MONDAY))
    session.flush()
    eleven = MONDAY.replace(hour=10)
    assert [write_digests(session, at=at) for at in (MORNING, eleven, AFTERNOON)] == [0, 1, 0]


def test_a_digest_is_sent_as_any_message_is(session: Session) -> None:
    open_contact(session, MORNING, holder(session, "one"))
    write_digests(session, at=MORNING)
    out = claim(session, at=MORNING)
    assert out
    assert (out.to, out.subject) == ("one@anytown.example", "MASH front door: 1 at risk")
