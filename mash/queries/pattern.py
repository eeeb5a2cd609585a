"""The other contacts about a child or a household, for the view of the pattern, and the views that wait for review."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select, union
from sqlalchemy.orm import Session

from mash.kinds import CLOSING
from mash.models import ChildOnContact, Contact, Decision, PatternReview, PatternView, User, of_kind
from mash.queries.restricted import open_to

DECIDED = ("decided", "handed_over", "stepped_down", "closed")
MOST = 200


@dataclass(frozen=True, slots=True)
class Came:
    """Another contact about the household: when it was received, and which of these people it was about."""

    id: int
    reference: str
    received_at: datetime
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class LastClosed:
    """The contact closed before, and who closed it or recommended that."""

    reference: str
    by: tuple[int, ...]


def others_statement(contact: Contact, *, since: datetime, until: datetime) -> Select[*tuple[int, str, datetime]]:
    """Select the other contacts about the same home or the same children that stand, received between two moments."""
    people = [child.person_id for child in contact.children]
    ids = [select(ChildOnContact.contact_id).where(ChildOnContact.person_id.in_(people))]
    homes = {contact.address_id, *(child.address_id for child in contact.children)} - {None}
    if homes:
        ids.append(select(Contact.id).where(Contact.address_id.in_(homes)))
    return (
        select(Contact.id, Contact.reference, Contact.received_at)
        .where(Contact.id.in_(union(*ids)), Contact.id != contact.id, Contact.state != "cancelled")
        .where(Contact.received_at > since, Contact.received_at <= until)
        .order_by(Contact.received_at.desc(), Contact.id.desc())
    )


def others(session: Session, contact: Contact, *, since: datetime, until: datetime) -> tuple[Came, ...]:
    """List the other contacts about a household, the newest first, restricted ones too: they are counted, not shown."""
    people = [child.person_id for child in contact.children]
    here = and_(ChildOnContact.contact_id == Contact.id, ChildOnContact.person_id.in_(people))
    rows = session.execute(
        others_statement(contact, since=since, until=until)
        .add_columns(ChildOnContact.person_id)
        .outerjoin(ChildOnContact, here)
    ).all()
    on: dict[int, set[int]] = {}
    for row in rows:
        on.setdefault(row.id, set()).add(row.person_id)
    once = {row.id: row for row in rows}.values()
    return tuple(Came(row.id, row.reference, row.received_at, frozenset(on[row.id] - {None})) for row in once)


def last_closed(session: Session, came: Iterable[Came]) -> LastClosed | None:
    """Find the one of these contacts that was closed last without a service; None where none was."""
    row = session.execute(
        select(Contact.reference, Decision.decided_by_id, Decision.recommended_by_id)
        .join(ChildOnContact, ChildOnContact.id == Decision.child_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(
            Contact.id.in_([one.id for one in came]), Decision.status == "decided", of_kind(Decision.route, *CLOSING)
        )
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return LastClosed(row.reference, tuple(sorted({row.decided_by_id, row.recommended_by_id} - {None})))


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewShown:
    """A written view of a pattern with what others made of it, in words to read."""

    row: PatternView
    by: str
    reviews: tuple[tuple[PatternReview, str], ...]
    last: str = ""
    reference: str = ""
    received_at: datetime | None = None


def _may_be_named(session: Session, rows: Iterable[PatternView], roles: AbstractSet[str]) -> frozenset[str]:
    """Keep, of the contacts closed before, the references that someone with these roles may know of."""
    named = {row.last_reference for row in rows} - {None}
    if not named:
        return frozenset()
    return frozenset(session.scalars(select(Contact.reference).where(Contact.reference.in_(named), open_to(roles))))


def views_of(session: Session, contact_id: int, *, roles: AbstractSet[str]) -> tuple[ViewShown, ...]:
    """List the views written on one contact, the oldest first."""
    rows = session.execute(
        select(PatternView, User.name)
        .join(User, User.id == PatternView.by_id)
        .where(PatternView.contact_id == contact_id)
        .order_by(PatternView.id)
    ).all()
    reviews = _reviews(session, [row.id for row, _ in rows])
    named = _may_be_named(session, (row for row, _ in rows), roles)
    return tuple(
        ViewShown(row=row, by=name, reviews=tuple(reviews.get(row.id, ())), last=_last(row, named))
        for row, name in rows
    )


def _last(view: PatternView, named: frozenset[str]) -> str:
    return view.last_reference if view.last_reference in named else ""


def _reviews(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[PatternReview, str]]]:
    found: dict[int, list[tuple[PatternReview, str]]] = {}
    if not ids:
        return found
    for row, name in session.execute(
        select(PatternReview, User.name)
        .join(User, User.id == PatternReview.by_id)
        .where(PatternReview.view_id.in_(ids))
        .order_by(PatternReview.id)
    ):
        found.setdefault(row.view_id, []).append((row, name))
    return found


def waiting_statement(roles: AbstractSet[str]) -> Select[*tuple[PatternView, str, str, datetime]]:
    """Select the views on closed contacts that nobody has agreed with yet, the oldest first."""
    return (
        select(PatternView, User.name, Contact.reference, Contact.received_at)
        .join(Contact, Contact.id == PatternView.contact_id)
        .join(User, User.id == PatternView.by_id)
        .where(PatternView.state.in_(("waiting", "disputed")), Contact.state.in_(DECIDED), open_to(roles))
        .order_by(PatternView.id)
        .limit(MOST)
    )


def waiting_views(session: Session, *, roles: AbstractSet[str]) -> tuple[ViewShown, ...]:
    """List the views that wait for a review: those that somebody sees otherwise first, then the oldest."""
    rows = session.execute(waiting_statement(roles)).all()
    reviews = _reviews(session, [row[0].id for row in rows])
    named = _may_be_named(session, (row[0] for row in rows), roles)
    shown = (
        ViewShown(
            row=view,
            by=name,
            reviews=tuple(reviews.get(view.id, ())),
            last=_last(view, named),
            reference=reference,
            received_at=received,
        )
        for view, name, reference, received in rows
    )
    return tuple(sorted(shown, key=lambda one: one.row.state != "disputed"))
