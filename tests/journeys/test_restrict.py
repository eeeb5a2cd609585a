"""Who may know of a contact by name: restricted, let in, kept from, declared; reviewed, and lifted by two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mash.journeys import restrict
from mash.journeys.actor import Actor
from mash.journeys.add_child import add_child
from mash.journeys.contacts import NotFound
from mash.journeys.declare_conflict import Declared, declare, declare_family_of, end_conflict
from mash.journeys.people import AddressGiven, PersonGiven, address_key
from mash.journeys.red_turns import give, take_up
from mash.journeys.restrict import AccessRefused
from mash.journeys.share_out import assign_each, claim_each
from mash.journeys.triage import claim, claim_next
from mash.models import Contact, Event, Message, NamedAccess, Restriction, User
from mash.queries.named_access import reader_of
from mash.queries.red_turns import holds
from mash.queries.restricted import NOBODY, Named, Reader, may_know, open_to
from mash.queries.restrictions import register
from mash.workflow.contact import MoveRefused
from tests.factories import MONDAY, a_child, a_contact, an_actor, an_address

Who = Callable[[str], Actor]
WHY = "Her brother works in the assessment team."


@pytest.fixture
def contact(session: Session) -> Contact:
    return a_contact(session, reference="C-26-00001", due_at=MONDAY)


def restricted(session: Session, by: Actor, *, people_too: bool = False) -> Restriction:
    told = {"ground": "staff_family", "reason": WHY, "people_too": people_too}
    return restrict.restrict(session, "C-26-00001", **told, by=by, at=MONDAY)  # type: ignore[arg-type]


def named(session: Session, who: Actor, kind: str, by: Actor) -> NamedAccess:
    told = {"user_id": who.user_id or 0, "kind": kind, "reason": "Needed", "by": by, "at": MONDAY}
    return restrict.name(session, "C-26-00001", **told)  # type: ignore[arg-type]


def knows(session: Session, who: Actor, contact: Contact) -> bool:
    """Say whether someone may know of a contact, by the check of one and by the list, which must agree."""
    reader = reader_of(session, who.user_id or 0, who.roles, MONDAY)
    listed = session.scalar(select(Contact.id).where(Contact.id == contact.id, open_to(reader))) is not None
    assert listed == may_know(reader, contact.id, restricted=contact.restricted)
    return listed


def test_whoever_restricts_stays_let_in_and_colleagues_do_not_learn_of_it(
    session: Session, actor: Who, contact: Contact
) -> None:
    restricted(session, actor("practitioner"))
    who = {
        role: knows(session, actor(role), contact) for role in ("practitioner", "contact_officer", "manager", "auditor")
    }
    assert who == {"practitioner": True, "contact_officer": False, "manager": True, "auditor": True}
    with pytest.raises(AccessRefused, match="already"):
        restricted(session, actor("manager"))


def test_the_people_on_it_are_restricted_too_where_that_is_asked(
    session: Session, actor: Who, contact: Contact
) -> None:
    restricted(session, actor("manager"), people_too=True)
    session.expire_all()
    assert contact.children[0].person.restricted


def test_a_name_opens_it_and_another_closes_it_even_to_a_manager(
    session: Session, actor: Who, contact: Contact
) -> None:
    restricted(session, actor("manager"))
    other = an_actor(session, "manager")
    let_in = named(session, actor("practitioner"), "let_in", actor("manager"))
    named(session, other, "kept_from", actor("manager"))
    assert knows(session, actor("practitioner"), contact)
    assert not knows(session, other, contact)
    restrict.end_name(session, "C-26-00001", let_in.id, by=actor("manager"), at=MONDAY)
    assert not knows(session, actor("practitioner"), contact)


def test_nobody_lets_themself_in_or_takes_their_own_name_off(session: Session, actor: Who, contact: Contact) -> None:
    other = an_actor(session, "manager")
    with pytest.raises(AccessRefused, match="Somebody else"):
        named(session, other, "let_in", other)
    kept = named(session, other, "kept_from", actor("manager"))
    with pytest.raises(AccessRefused, match="Another manager"):
        restrict.end_name(session, "C-26-00001", kept.id, by=other, at=MONDAY)
    with pytest.raises(AccessRefused, match="manager names"):
        named(session, other, "let_in", actor("practitioner"))


def test_two_managers_lift_it(session: Session, actor: Who, contact: Contact) -> None:
    restricted(session, actor("practitioner"))
    one, other = actor("manager"), an_actor(session, "manager")
    with pytest.raises(AccessRefused, match="Ask first"):
        restrict.lift(session, "C-26-00001", by=other, at=MONDAY)
    restrict.ask_to_lift(session, "C-26-00001", reason="He has left.", by=one, at=MONDAY)
    with pytest.raises(AccessRefused, match="You asked"):
        restrict.lift(session, "C-26-00001", by=one, at=MONDAY)
    with pytest.raises(AccessRefused, match="A manager"):
        restrict.lift(session, "C-26-00001", by=actor("practitioner"), at=MONDAY)
    assert session.scalars(select(Contact.restricted)).all() == [True]
    restrict.lift(session, "C-26-00001", by=other, at=MONDAY)
    assert session.scalars(select(Contact.restricted)).all() == [False]
    [event] = session.scalars(select(Event).where(Event.kind == "contact.unrestricted"))
    assert (event.by_id, event.data["asked_by"]) == (other.user_id, one.user_id)


def test_the_database_too_wants_two_people_to_lift_it(session: Session, actor: Who, contact: Contact) -> None:
    restricted(session, actor("manager"))
    me = actor("manager").user_id
    for told in ({"lift_asked_by_id": me, "lifted_by_id": me}, {"lifted_by_id": me}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(update(Restriction).values(told))


def test_it_is_reviewed_every_90_days_and_one_that_nobody_explained_is_too(
    session: Session, actor: Who, contact: Contact
) -> None:
    restricted(session, actor("manager"))
    a_contact(session, reference="C-26-00002", restricted=True)
    due = MONDAY + timedelta(days=90)
    listed = register(session, roles=actor("manager").roles, at=due)
    assert [(one.reference, one.due, one.ground) for one in listed] == [
        ("C-26-00001", True, "staff_family"),
        ("C-26-00002", True, ""),
    ]
    for reference in ("C-26-00001", "C-26-00002"):
        told = {"reason": "He works there still.", "by": actor("manager"), "at": due}
        day = restrict.keep_restricted(session, reference, **told)  # type: ignore[arg-type]
        assert day == due.date() + timedelta(days=90)
    assert not any(one.due for one in register(session, roles=actor("manager").roles, at=due))


def test_whoever_held_it_loses_it_at_once_and_managers_are_told(session: Session, actor: Who, contact: Contact) -> None:
    session.execute(update(User).values(email=User.username + "@example.org"))
    officer = actor("contact_officer")
    claim(session, "C-26-00001", by=officer, at=MONDAY)
    restricted(session, actor("manager"))
    assert contact.claimed_by_id is None
    [told] = session.scalars(select(Message).where(Message.kind == "access"))
    assert (told.to, "Robin" in told.body) == ("manager@example.org", False)
    with pytest.raises(NotFound):
        claim(session, "C-26-00001", by=officer, at=MONDAY)


def test_a_worker_who_knows_the_family_frees_it_for_others_and_sees_nothing_more_of_them(
    session: Session, actor: Who
) -> None:
    child = a_child(session)
    home = an_address(session)
    one = a_contact(session, reference="C-26-00001", children=(child,), due_at=MONDAY)
    sibling = a_contact(session, reference="C-26-00002", address_id=home.id, due_at=MONDAY + timedelta(days=1))
    one.address_id = home.id
    me = actor("practitioner")
    claim(session, "C-26-00001", by=me, at=MONDAY)
    declare_family_of(session, "C-26-00001", reason="My nephew.", by=me, at=MONDAY)
    later = a_contact(session, reference="C-26-00003", children=(child,), due_at=MONDAY)
    assert [knows(session, me, about) for about in (one, sibling, later)] == [False] * 3
    assert one.claimed_by_id is None
    assert all(knows(session, actor("contact_officer"), about) for about in (one, sibling, later))
    reader = Actor(me.user_id, me.name, reader_of(session, me.user_id or 0, me.roles, MONDAY))
    assert claim_next(session, by=reader, at=MONDAY) is None
    assert claim_next(session, by=actor("contact_officer"), at=MONDAY) is one


def test_a_red_in_the_hands_of_family_waits_for_somebody_else(session: Session, actor: Who) -> None:
    red = a_contact(session, reference="C-26-00001", rating="red", queue_rank=0, state="rated", due_at=MONDAY)
    kin = actor("manager")
    take_up(session, "C-26-00001", by=kin, at=MONDAY)
    declare_family_of(session, "C-26-00001", reason="My sister’s.", by=kin, at=MONDAY)
    assert holds(session, [red.id])[red.id].has is None
    other = an_actor(session, "manager")
    with pytest.raises(MoveRefused, match="Choose somebody"):
        give(session, "C-26-00001", kin.user_id or 0, by=other, at=MONDAY)
    take_up(session, "C-26-00001", by=other, at=MONDAY)
    assert holds(session, [red.id])[red.id].is_held_by(other.user_id)


def test_it_is_not_given_to_whoever_is_kept_from_it(session: Session, actor: Who, contact: Contact) -> None:
    named(session, actor("practitioner"), "kept_from", actor("manager"))
    to = actor("practitioner").user_id or 0
    [outcome] = assign_each(session, ["C-26-00001"], to=to, by=actor("manager"), at=MONDAY)
    assert outcome.words == f"{actor('practitioner').name} may not see it."
    reader = reader_of(session, to, actor("practitioner").roles, MONDAY)
    [mine] = claim_each(session, ["C-26-00001"], by=Actor(to, "x", reader), at=MONDAY)
    assert mine.words == "There is no such contact, or it is not for you to know of."


@pytest.mark.parametrize(
    ("born", "said", "closed"),
    [
        (date(2017, 4, 5), date(2017, 4, 5), True),
        (date(2017, 4, 5), None, True),
        (None, date(2017, 4, 5), True),
        (date(2015, 1, 1), date(2017, 4, 5), False),
    ],
)
def test_somebody_declared_beforehand_is_closed_when_they_come(
    session: Session, actor: Who, born: date | None, said: date | None, closed: bool
) -> None:
    me = actor("practitioner")
    declare(session, Declared(name="Zoë O’Neill", born=said, reason="My niece."), by=me, at=MONDAY)
    child = a_child(session, "Zoe", "O'Neill", search_name="zoe oneill", date_of_birth=born)
    assert knows(session, me, a_contact(session, children=(child,))) is not closed


def test_a_home_declared_beforehand_is_closed_too(session: Session, actor: Who) -> None:
    me, home = actor("contact_officer"), AddressGiven(lines="14 Beckett Road", postcode="zz12ab")
    declare(session, Declared(address=home, reason="Next door."), by=me, at=MONDAY)
    at_home = an_address(session, "14, Beckett Road", "ZZ1 2AB", key=address_key(home))
    assert not knows(session, me, a_contact(session, address_id=at_home.id))
    with pytest.raises(AccessRefused, match="name or an address"):
        declare(session, Declared(address=AddressGiven(), reason="x"), by=me, at=MONDAY)


def test_only_another_manager_ends_a_declaration(session: Session, actor: Who, contact: Contact) -> None:
    kin = actor("manager")
    declare_family_of(session, "C-26-00001", reason="My cousin.", by=kin, at=MONDAY)
    rows = session.scalars(select(NamedAccess).where(NamedAccess.kind == "conflict")).all()
    for by in (kin, actor("practitioner")):
        with pytest.raises(AccessRefused, match="Another manager"):
            end_conflict(session, rows[0].id, reason="In error.", by=by, at=MONDAY)
    for one in rows:
        end_conflict(session, one.id, reason="In error.", by=an_actor(session, "manager"), at=MONDAY)
    assert knows(session, kin, contact)


def test_what_was_made_for_one_reader_is_never_given_to_another() -> None:
    plain, kept = Reader(frozenset({"manager"})), Reader(frozenset({"manager"}), Named(contacts_kept=frozenset({1})))
    assert plain == frozenset({"manager"})
    assert len({plain, kept}) == 2
    assert kept != frozenset({"manager"})
    assert Reader(frozenset({"manager"}), NOBODY) == plain


def test_a_child_put_on_it_later_frees_it_from_whoever_declared_them(
    session: Session, actor: Who, contact: Contact
) -> None:
    me, other = actor("practitioner"), actor("manager")
    claim(session, contact.reference, by=me, at=MONDAY)
    declare(session, Declared(name="Zoë O’Neill", reason="My niece."), by=me, at=MONDAY)
    assert contact.claimed_by_id == me.user_id
    niece = PersonGiven(forename="Zoë", surname="O’Neill")
    add_child(session, contact.reference, niece, version=contact.version, by=other, at=MONDAY)
    assert contact.claimed_by_id is None
    assert not knows(session, me, contact)


def test_whose_name_is_taken_off_a_restricted_contact_no_longer_holds_it(
    session: Session, actor: Who, contact: Contact
) -> None:
    head, worker = actor("manager"), actor("practitioner")
    restricted(session, head)
    access = named(session, worker, "let_in", head)
    claim(
        session,
        contact.reference,
        by=replace(worker, roles=reader_of(session, worker.user_id or 0, worker.roles, MONDAY)),
        at=MONDAY,
    )
    restrict.end_name(session, contact.reference, access.id, by=head, at=MONDAY)
    assert contact.claimed_by_id is None
