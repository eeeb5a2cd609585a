"""All that one page about one contact shows: who, what was said, what is known, who has it open, what was decided."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from mash.db import Base
from mash.models import (
    AdultOnContact,
    Agreement,
    ChildOnContact,
    Clock,
    Contact,
    Draft,
    Event,
    HandOver,
    InformationRequest,
    Marker,
    Message,
    Oversight,
    PatternView,
    RedTurn,
    Reveal,
    User,
    Viewing,
)
from mash.queries.pattern import ViewShown, views_of
from mash.queries.policies import claim_lapse
from mash.queries.red_turns import NOBODY, Hold, holds
from mash.queries.withheld import Tiers, tiers_of
from mash.queries.workspace_history import History, history_of
from mash.queries.workspace_people import (
    AdultCard,
    ChildCard,
    ChildHead,
    adult_card,
    all_of,
    child_cards,
    child_heads,
    markers_of,
)

STILL_HERE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Who has the contact in hand, who else looks at it, and whose half-written answers wait."""

    holder_id: int | None
    since: datetime | None
    also_here: tuple[str, ...]
    drafts: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """As much of a contact as it takes to read what was written about it. ``draft`` is the reader's own."""

    contact: Contact
    children: tuple[ChildHead, ...]
    draft: Draft | None

    def child(self, child_id: int) -> ChildHead | None:
        return next((child for child in self.children if child.id == child_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace(Sheet):
    """One contact, whole. ``last_event`` is the newest thing this page knows of.

    ``views`` are those of the pattern that were written when it was closed, the oldest first; ``message`` is what
    waits to be sent to the referrer; ``addenda`` are what somebody says is wrong or missing in a part of it.
    """

    children: tuple[ChildCard, ...]
    adults: tuple[AdultCard, ...]
    history: History
    requests: tuple[InformationRequest, ...]
    oversight: tuple[Oversight, ...]
    notes: tuple[Event, ...]
    addenda: tuple[Event, ...]
    clocks: tuple[Clock, ...]
    told: tuple[Agreement, ...]
    presence: Presence
    last_event: int
    hold: Hold
    tiers: Tiers
    views: tuple[ViewShown, ...] = ()
    message: Message | None = None
    names: Mapping[int, str] = field(default_factory=dict)

    def who(self, user_id: int | None) -> str:
        """Name a user; the service itself where there is none."""
        return self.names.get(user_id or 0, "the service")


@dataclass(frozen=True, slots=True)
class Head:
    """What is needed to say whether someone may open a contact, and whether they hold it."""

    id: int
    restricted: bool
    claimed_by_id: int | None
    claimed_at: datetime | None
    teams: frozenset[str]


_HEAD = (
    select(Contact.id, Contact.restricted, Contact.claimed_by_id, Contact.claimed_at, HandOver.to_team)
    .outerjoin(ChildOnContact, ChildOnContact.contact_id == Contact.id)
    .outerjoin(HandOver, and_(HandOver.child_id == ChildOnContact.id, HandOver.state.in_(("offered", "accepted"))))
    .where(Contact.reference == bindparam("reference"))
)


def head_of(session: Session, reference: str) -> Head | None:
    """Find a contact and the teams that hold or are offered a child of it; None if there is no such contact."""
    rows = session.execute(_HEAD, {"reference": reference}).all()
    if not rows:
        return None
    found = rows[0]
    teams = frozenset(row.to_team for row in rows if row.to_team is not None)
    return Head(found.id, found.restricted, found.claimed_by_id, found.claimed_at, teams)


def sheet(session: Session, contact_id: int, *, user_id: int, roles: AbstractSet[str], form: str = "decision") -> Sheet:
    """Read a contact and the names of its children, with what the reader has half written."""
    contact = session.scalars(_WHO, {"contact": contact_id}).one()
    draft = session.scalars(_DRAFTS.where(Draft.user_id == user_id), {"contact": contact_id, "form": form})
    children = child_heads(contact, roles=roles)
    return Sheet(contact=contact, children=children, draft=draft.one_or_none())


def workspace(
    session: Session, contact_id: int, *, user_id: int, roles: AbstractSet[str], at: datetime, form: str = "decision"
) -> Workspace:
    """Read one contact, whole."""
    this = {"contact": contact_id}
    contact, last_event, *held = session.execute(_WHOLE, this).one()
    has = {table for table, there in zip(RARE, held, strict=True) if there}
    people = [child.person_id for child in contact.children] + [adult.person_id for adult in contact.adults]
    markers = markers_of(session, people)
    agreed: tuple[Agreement, ...] = all_of(session, Agreement, contact_id)
    children = child_cards(session, contact, markers, agreed, roles=roles)
    requests, oversight = (
        all_of(session, table, contact_id) if table in has else () for table in (InformationRequest, Oversight)
    )
    notes = tuple(session.scalars(_NOTES, this)) if Event in has else ()
    drafts = session.execute(_DRAFTS_BY, this | {"form": form}).all()
    presence = _presence(session, contact, drafts, user_id=user_id, at=at)
    users = _users(contact, children, requests, oversight, notes, markers) | {presence.holder_id or 0}
    return Workspace(
        contact=contact,
        children=children,
        adults=tuple(adult_card(adult, markers, roles=roles) for adult in contact.adults),
        history=history_of(session, contact, roles=roles, at=at),
        requests=requests,
        oversight=oversight,
        notes=tuple(one for one in notes if one.kind == "contact.note"),
        addenda=tuple(one for one in notes if one.kind == "record.addendum"),
        clocks=tuple(session.scalars(_CLOCKS, this)),
        told=tuple(row for row in agreed if row.child_id is None and row.kind in {"told", "service"}),
        presence=presence,
        draft=next((draft for draft, _ in drafts if draft.user_id == user_id), None),
        hold=holds(session, [contact_id]).get(contact_id, NOBODY) if RedTurn in has else NOBODY,
        tiers=tiers_of(session, contact, requests, user_id=user_id, roles=roles, at=at, revealed=Reveal in has),
        last_event=last_event or 0,
        views=views_of(session, contact_id, roles=roles) if PatternView in has else (),
        message=session.scalars(_MESSAGE, this).first() if Message in has else None,
        names=_names(session, users - {0}),
    )


_WRITTEN = Event.kind.in_(("contact.note", "record.addendum"))
_WAITS = Message.kind == "outcome", Message.state == "waiting"
RARE: dict[type[Base], ColumnElement[bool]] = {
    InformationRequest: exists().where(InformationRequest.contact_id == Contact.id),
    Oversight: exists().where(Oversight.contact_id == Contact.id),
    Event: exists().where(Event.contact_id == Contact.id, _WRITTEN),
    RedTurn: exists().where(RedTurn.contact_id == Contact.id),
    Reveal: exists().where(Reveal.contact_id == Contact.id),
    PatternView: exists().where(PatternView.contact_id == Contact.id),
    Message: exists().where(Message.contact_id == Contact.id, *_WAITS),
}
"""What few contacts have: whether this one does is asked with the contact, and only what there is is read."""

_WHO = (
    select(Contact)
    .where(Contact.id == bindparam("contact"))
    .options(selectinload(Contact.children).joinedload(ChildOnContact.person, innerjoin=True))
)
_WHOLE = (
    _WHO.options(
        joinedload(Contact.address), selectinload(Contact.adults).joinedload(AdultOnContact.person, innerjoin=True)
    )
    .add_columns(select(func.max(Event.seq)).where(Event.contact_id == Contact.id).scalar_subquery())
    .add_columns(*RARE.values())
)
_NOTES = select(Event).where(Event.contact_id == bindparam("contact"), _WRITTEN).order_by(Event.seq)
_CLOCKS = (
    select(Clock).where(Clock.contact_id == bindparam("contact"), Clock.stopped_at.is_(None)).order_by(Clock.due_at)
)
_MESSAGE = select(Message).where(Message.contact_id == bindparam("contact"), *_WAITS).order_by(Message.id.desc())
_DRAFTS = select(Draft).where(Draft.contact_id == bindparam("contact"), Draft.form == bindparam("form"))
_DRAFTS_BY = _DRAFTS.add_columns(User.name).join(User, User.id == Draft.user_id).order_by(Draft.saved_at)


def _presence(
    session: Session, contact: Contact, drafts: Iterable[tuple[Draft, str]], *, user_id: int, at: datetime
) -> Presence:
    held = contact.claimed_at is not None and at - contact.claimed_at < claim_lapse(session, at)
    here = session.execute(
        select(User.name)
        .join(Viewing, Viewing.user_id == User.id)
        .where(Viewing.contact_id == contact.id, Viewing.at > at - STILL_HERE, Viewing.page == "workspace")
        .where(Viewing.user_id.not_in({user_id, contact.claimed_by_id or 0}))
        .distinct()
        .order_by(User.name)
    ).scalars()
    return Presence(
        holder_id=contact.claimed_by_id if held else None,
        since=contact.claimed_at if held else None,
        also_here=tuple(here),
        drafts=tuple((name, draft.saved_at) for draft, name in drafts if draft.user_id != user_id),
    )


def _users(
    contact: Contact,
    children: Iterable[ChildCard],
    requests: Iterable[InformationRequest],
    oversight: Iterable[Oversight],
    notes: Iterable[Event],
    markers: Mapping[int, tuple[Marker, ...]],
) -> set[int]:
    ids: set[int | None] = {contact.recorded_by_id, contact.claimed_by_id}
    for child in children:
        ids |= {row.by_id for row in (child.rated, child.proposed) if row}
        for decision in (child.recommended, child.returned, child.decided):
            ids |= {decision.recommended_by_id, decision.decided_by_id} if decision else set()
        ids |= {offer.answered_by_id for offer in child.offers} | {offer.offered_by_id for offer in child.offers}
    ids |= {request.asked_by_id for request in requests} | {done.by_id for done in oversight}
    ids |= {note.by_id for note in notes} | {marker.by_id for of_one in markers.values() for marker in of_one}
    return {user_id for user_id in ids if user_id}


def _names(session: Session, ids: AbstractSet[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(tuple(ids))))
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Since:
    """One thing that happened to a contact after a page about it was made."""

    kind: str
    who: str
    at: datetime


def events_since(session: Session, contact_id: int, seq: int, *, not_by: int) -> tuple[Since, ...]:
    """List what others did to a contact after an event, in order."""
    rows = session.execute(
        select(Event.kind, User.name, Event.at)
        .outerjoin(User, User.id == Event.by_id)
        .where(Event.contact_id == contact_id, Event.seq > seq, Event.by_id.is_distinct_from(not_by))
        .order_by(Event.seq)
    )
    return tuple(Since(kind, who or "The service", at) for kind, who, at in rows)
