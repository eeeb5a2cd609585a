"""A contact past its day is disposed of by two people; what it said is gone, and the chain over it still holds."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from mash.db import Base
from mash.journeys.actor import Actor
from mash.journeys.anchors import heads_of, write_anchor
from mash.journeys.dispose import DisposalRefused, decide_disposal, end_hold, hold, propose
from mash.journeys.events import ERASED, first_break
from mash.journeys.notes import add_note
from mash.journeys.set_up import keep_shipped
from mash.journeys.verify_audit import verify_audit
from mash.models import Contact, Event, OutcomeKind, Person
from mash.queries.retention import disposals, outlived
from tests.factories import MONDAY, a_child, a_contact, an_observation

NAME = "Zebedee"
LATER = MONDAY + timedelta(days=365 * 26)
SYSTEM = Actor.system("test")


@pytest.fixture
def old(session: Session, actor: Callable[[str], Actor]) -> Contact:
    """Keep one closed contact about one child that is named everywhere."""
    keep_shipped(session, "retention", by=SYSTEM, at=MONDAY)
    child = a_child(session, NAME, "Invented", date_of_birth=date(2017, 3, 2))
    contact = a_contact(session, children=(child,), state="closed", closed_at=MONDAY, narrative=f"{NAME} said so.")
    an_observation(session, contact.children[0], "need-significant", "present", evidence=NAME)
    add_note(session, contact.reference, f"Spoke to {NAME}.", by=actor("manager"), at=MONDAY)
    return contact


def everything(session: Session) -> str:
    """Give all that the database holds as text, table by table."""
    return "\n".join(str(session.execute(select(table)).all()) for table in Base.metadata.sorted_tables)


def dispose_of(session: Session, contact: Contact, actor: Callable[[str], Actor], at: datetime = LATER) -> None:
    row = propose(session, contact.reference, "Read, nothing keeps it", by=actor("auditor"), at=at)
    decide_disposal(session, row.id, dispose=True, reason="Agreed", by=actor("manager"), at=at)


def test_nothing_that_was_said_of_the_child_is_left_and_the_chain_holds(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    other = a_contact(session, state="closed", closed_at=LATER)
    add_note(session, other.reference, "Of another.", by=actor("manager"), at=MONDAY)
    assert NAME.lower() in everything(session).lower()
    dispose_of(session, old, actor)
    left = everything(session).lower()
    assert NAME.lower() not in left
    assert "of another." in left
    stone = disposals(session, "disposed")[0]
    assert (stone.reference, len(stone.digest)) == (old.reference, 64)
    events = session.scalars(select(Event).order_by(Event.seq)).all()
    assert first_break(events) is None
    assert [event.kind for event in events if event.data == ERASED] == ["contact.note", "record.disposal_proposed"]


def test_the_audit_stays_whole_after_a_disposal_and_what_is_forged_after_it_is_found(
    session: Session, old: Contact, actor: Callable[[str], Actor], tmp_path: Path
) -> None:
    def problems() -> list[str]:
        return verify_audit(session, anchors=tmp_path / "anchors", at=LATER, gaps_are_breaks=False).problems

    dispose_of(session, old, actor)
    write_anchor(tmp_path / "anchors", heads_of(session), LATER)
    assert problems() == []
    head = heads_of(session)
    forged = {"seq": head.event_seq + 1, "kind": "contact.note", "at": LATER, "actor": "nobody", "data": {}}
    session.execute(insert(Event), [forged | {"prev_hash": head.event_hash, "hash": "0" * 64}])
    assert problems() == [f"Event {head.event_seq + 1} is not as it was written."]


def test_an_event_erased_by_anything_but_a_disposal_is_refused_and_would_be_found(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    events = session.scalars(select(Event).order_by(Event.seq)).all()
    with pytest.raises(DatabaseError, match="only ever added"), session.begin_nested():
        session.execute(update(Event).where(Event.kind == "contact.note").values(data=ERASED))
    session.expunge_all()
    for event in events:
        event.data = ERASED if event.kind == "contact.note" else event.data
    assert first_break(events) == events[0].seq


def test_two_people_a_reason_and_no_hold_are_needed(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    auditor, manager = actor("auditor"), actor("manager")
    with pytest.raises(DisposalRefused, match="must be kept"):
        propose(session, old.reference, "Too soon", by=auditor, at=MONDAY + timedelta(days=365 * 10))
    hold(session, old.reference, "A claim is expected", by=manager, at=LATER)
    with pytest.raises(DisposalRefused, match="must be kept"):
        propose(session, old.reference, "Held", by=auditor, at=LATER)
    end_hold(session, old.reference, "It was settled", by=manager, at=LATER)
    row = propose(session, old.reference, "Read", by=auditor, at=LATER)
    with pytest.raises(DisposalRefused, match="Somebody else"):
        decide_disposal(session, row.id, dispose=True, reason="Mine", by=auditor, at=LATER)
    hold(session, old.reference, "An inquiry asks for all", by=manager, at=LATER)
    with pytest.raises(DisposalRefused, match="held now"):
        decide_disposal(session, row.id, dispose=True, reason="Go", by=manager, at=LATER)
    decide_disposal(session, row.id, dispose=False, reason="Held", by=manager, at=LATER)
    assert session.scalars(select(Contact.narrative).where(Contact.id == old.id)).one()


def test_a_child_named_on_another_contact_stays(session: Session, old: Contact, actor: Callable[[str], Actor]) -> None:
    child = session.scalars(select(Person).where(Person.forename == NAME)).one()
    a_contact(session, children=(child,), state="closed", closed_at=LATER)
    dispose_of(session, old, actor)
    assert session.scalars(select(Person.forename).where(Person.id == child.id)).one() == NAME


@pytest.mark.parametrize(
    ("outcome", "state", "first_year"), [("help", "closed", 2032), ("care", "closed", 2042), (None, "cancelled", 2027)]
)
def test_over_twenty_six_years_each_class_comes_up_in_its_own_year(
    session: Session, old: Contact, outcome: str | None, state: str, first_year: int
) -> None:
    session.add_all([OutcomeKind(outcome="help", kind="early_help"), OutcomeKind(outcome="care", kind="assessment")])
    old.state, old.children[0].outcome = state, outcome
    session.flush()
    moments = [MONDAY.replace(year=2026 + years) for years in range(27)]
    came_up = [at.year for at in moments if outlived(session, at)]
    assert came_up == list(range(first_year, 2053))
