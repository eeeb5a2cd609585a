"""A contact past its day is disposed of by two people; what it said is gone, and the chain over it still holds."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from mash.db import Base
from mash.journeys.actor import Actor
from mash.journeys.anchors import heads_of, write_anchor
from mash.journeys.contacts import NotFound
from mash.journeys.dispose import DisposalRefused, decide_disposal, end_hold, hold, propose
from mash.journeys.events import ERASED, first_break
from mash.journeys.fold_figures import fold
from mash.journeys.notes import add_note
from mash.journeys.restrict import restrict
from mash.journeys.set_up import keep_shipped
from mash.journeys.verify_audit import verify_audit
from mash.measures.counting import Counted, count
from mash.models import (
    BreakGlass,
    Contact,
    Event,
    FigureMark,
    NamedAccess,
    OutcomeKind,
    Person,
    Restriction,
    SubjectItem,
    SubjectPerson,
    SubjectRequest,
)
from mash.queries.named_access import reader_of
from mash.queries.retention import disposals, outlived
from tests.factories import MONDAY, a_child, a_contact, an_observation

NAME = "Zebedee"
LATER = MONDAY + timedelta(days=365 * 26)
KEEPERS = frozenset({"manager"})
SYSTEM = Actor.system("test")
MANAGER = frozenset({"manager"})


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
    fold(session, at=at)
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
    stone = disposals(session, "disposed", roles=MANAGER)[0]
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


def test_what_it_said_to_the_figures_stays_and_is_counted_before_it_goes(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    def counted() -> Counted:
        return count(session, ["received", "children"], MONDAY.date(), MONDAY.date(), LATER)

    row = propose(session, old.reference, "Read", by=actor("auditor"), at=LATER)
    with pytest.raises(DisposalRefused, match="figures"):
        decide_disposal(session, row.id, dispose=True, reason="Agreed", by=actor("manager"), at=LATER)
    fold(session, at=LATER)
    before = counted()
    assert all(before.values())
    decide_disposal(session, row.id, dispose=True, reason="Agreed", by=actor("manager"), at=LATER)
    assert counted() == before
    fold(session, at=LATER)
    assert counted() == before
    session.get_one(FigureMark, 1).definitions = "others"
    session.flush()
    fold(session, at=LATER)
    assert counted() == before


def test_whoever_is_kept_from_it_by_name_neither_finds_nor_touches_it(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    manager, auditor = actor("manager"), actor("auditor")
    told: dict[str, Any] = {"contact_id": old.id, "reason": "", "by_id": auditor.user_id, "at": MONDAY}
    session.add(NamedAccess(user_id=manager.user_id, kind="conflict", **told))
    session.flush()
    for act in (hold, end_hold, propose):
        with pytest.raises(NotFound):
            act(session, old.reference, "Mine", by=manager, at=LATER)
    row = propose(session, old.reference, "Read", by=auditor, at=LATER)
    with pytest.raises(NotFound):
        decide_disposal(session, row.id, dispose=True, reason="Mine", by=manager, at=LATER)
    kept = reader_of(session, manager.user_id or 0, manager.roles, LATER)
    assert (disposals(session, "proposed", roles=kept), len(disposals(session, "proposed", roles=MANAGER))) == ([], 1)
    row.state, row.decided_by_id = "kept", manager.user_id
    session.flush()
    assert (outlived(session, LATER, roles=kept), len(outlived(session, LATER, roles=MANAGER))) == ([], 1)


def test_a_person_of_whom_a_conflict_was_declared_goes_and_the_proof_of_an_emergency_stays(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    child = old.children[0].person_id
    told: dict[str, Any] = {"user_id": actor("practitioner").user_id, "reason": f"Of {NAME}", "at": MONDAY}
    conflict = NamedAccess(kind="conflict", person_id=child, by_id=told["user_id"], **told)
    access = NamedAccess(kind="emergency", contact_id=old.id, by_id=told["user_id"], until=MONDAY, **told)
    session.add_all([conflict, access])
    session.flush()
    opened = BreakGlass(access_id=access.id, contact_id=old.id, until=MONDAY, review_due_at=MONDAY, **told)
    opened.reviewed_by_id, opened.reviewed_at, opened.finding = actor("auditor").user_id, MONDAY, "right"
    opened.review_words = f"{NAME} was at risk"
    session.add(opened)
    session.flush()
    dispose_of(session, old, actor)
    assert NAME.lower() not in everything(session).lower()
    assert session.get(Person, child) is None
    assert [(one.kind, one.reason) for one in session.scalars(select(NamedAccess))] == [("emergency", "")]
    kept = session.scalars(select(BreakGlass)).one()
    assert (kept.user_id, kept.finding, kept.reason, kept.review_words) == (told["user_id"], "right", "", "")


def test_what_changed_after_the_proposal_keeps_it(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    row = propose(session, old.reference, "Read", by=actor("auditor"), at=LATER)
    manager = actor("manager")

    def refused(why: str, at: datetime = LATER) -> None:
        with pytest.raises(DisposalRefused, match=why):
            decide_disposal(session, row.id, dispose=True, reason="Agreed", by=manager, at=at)

    old.state = "reopened"
    session.flush()
    refused("open again")
    old.state, old.closed_at = "closed", LATER
    session.flush()
    refused("its day has not come")
    old.closed_at = MONDAY
    restrict(session, old.reference, ground="witness", reason="A threat", people_too=False, by=manager, at=LATER)
    refused("restricted")
    old.restricted = False
    session.execute(delete(Restriction))
    told: dict[str, Any] = {"user_id": manager.user_id, "contact_id": old.id, "reason": "Now", "at": LATER}
    access = NamedAccess(kind="emergency", by_id=manager.user_id, until=LATER, **told)
    session.add(access)
    session.flush()
    opened = BreakGlass(access_id=access.id, until=LATER, review_due_at=LATER, **told)
    session.add(opened)
    session.flush()
    refused("emergency")
    opened.reviewed_by_id, opened.reviewed_at, opened.finding = actor("auditor").user_id, LATER, "right"
    fold(session, at=LATER)
    decide_disposal(session, row.id, dispose=True, reason="Agreed", by=manager, at=LATER)
    assert session.scalars(select(Contact.narrative).where(Contact.id == old.id)).one() == ""


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
    came_up = [at.year for at in moments if outlived(session, at, roles=MANAGER)]
    assert came_up == list(range(first_year, 2053))


def test_what_is_asked_for_under_subject_access_stays_until_the_request_is_closed(
    session: Session, old: Contact, actor: Callable[[str], Actor]
) -> None:
    auditor, manager = actor("auditor"), actor("manager")
    row = propose(session, old.reference, "Read", by=auditor, at=LATER)
    fold(session, at=LATER)
    told: dict[str, Any] = {"asked_by": NAME, "standing": "themself", "by_id": manager.user_id, "at": LATER}
    request = SubjectRequest(received_on=LATER.date(), due_on=LATER.date(), state="signed", **told)
    session.add(request)
    session.flush()
    session.add(SubjectPerson(request_id=request.id, person_id=old.children[0].person_id))
    session.flush()
    with pytest.raises(DisposalRefused, match=f"close SAR-{request.id} first"):
        decide_disposal(session, row.id, dispose=True, reason="Go", by=manager, at=LATER)
    decide_disposal(session, row.id, dispose=False, reason="Asked for", by=manager, at=LATER)
    with pytest.raises(DisposalRefused, match=f"close SAR-{request.id} first"):
        propose(session, old.reference, "Again", by=auditor, at=LATER)
    elsewhere = a_contact(session, state="closed", closed_at=MONDAY)
    also = SubjectPerson(request_id=request.id, person_id=elsewhere.children[0].person_id)
    conflict: dict[str, Any] = {"kind": "conflict", "reason": "", "by_id": auditor.user_id, "at": MONDAY}
    session.add_all([also, NamedAccess(user_id=manager.user_id, contact_id=elsewhere.id, **conflict)])
    session.flush()
    with pytest.raises(DisposalRefused, match="close the request first"):  # it is not there for the child's own family
        propose(session, old.reference, "Again", by=manager, at=LATER)
    session.delete(also)
    request.state = "closed"
    words: dict[str, Any] = {"label": "What is known of them", "text": NAME, "proposal": "release"}
    session.add(SubjectItem(request_id=request.id, place=1, kind="person", **words))
    session.flush()
    dispose_of(session, old, actor)
    assert NAME.lower() not in everything(session).lower()
    assert session.get_one(SubjectRequest, request.id).state == "closed"
