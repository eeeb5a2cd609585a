"""All that one page about one contact shows: who, what was said, what is known, who has it open, what was decided."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

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
    User,
    Viewing,
)
from mash.queries.pattern import ViewShown, views_of
from mash.queries.policies import claim_lapse
from mash.queries.red_turns import NOBODY, Hold, holds
from mash.queries.restricted import may_see_restricted
from mash.queries.workspace_history import History, history_of
from mash.queries.workspace_people import AdultCard, ChildCard, adult_card, all_of, child_cards, markers_of

STILL_HERE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Who has the contact in hand, who else looks at it, and whose half-written answers wait."""

    holder_id: int | None
    since: datetime | None
    also_here: tuple[str, ...]
    drafts: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One contact, whole. ``draft`` is the reader's own; ``last_event`` is the newest thing this page knows of.

    ``views`` are those of the pattern that were written when it was closed, the oldest first; ``message`` is what
    waits to be sent to the referrer.
    """

    contact: Contact
    children: tuple[ChildCard, ...]
    adults: tuple[AdultCard, ...]
    history: History
    requests: tuple[InformationRequest, ...]
    oversight: tuple[Oversight, ...]
    notes: tuple[Event, ...]
    clocks: tuple[Clock, ...]
    told: tuple[Agreement, ...]
    presence: Presence
    draft: Draft | None
    last_event: int
    hold: Hold
    views: tuple[ViewShown, ...] = ()
    message: Message | None = None
    names: Mapping[int, str] = field(default_factory=dict)

    def who(self, user_id: int | None) -> str:
        """Name a user; the service itself where there is none."""
        return self.names.get(user_id or 0, "the service")

    def child(self, child_id: int) -> ChildCard | None:
        return next((child for child in self.children if child.id == child_id), None)


@dataclass(frozen=True, slots=True)
class Head:
    """What is needed to say whether someone may open a contact."""

    id: int
    restricted: bool
    teams: frozenset[str]


def head_of(session: Session, reference: str) -> Head | None:
    """Find a contact and the teams that hold or are offered a child of it; None if there is no such contact."""
    found = session.execute(select(Contact.id, Contact.restricted).where(Contact.reference == reference)).one_or_none()
    if found is None:
        return None
    teams = session.scalars(
        select(HandOver.to_team)
        .join(ChildOnContact, ChildOnContact.id == HandOver.child_id)
        .where(ChildOnContact.contact_id == found.id, HandOver.state.in_(("offered", "accepted")))
        .distinct()
    )
    return Head(found.id, found.restricted, frozenset(teams))


def workspace(
    session: Session, contact_id: int, *, user_id: int, roles: AbstractSet[str], at: datetime, form: str = "decision"
) -> Workspace:
    """Read one contact, whole."""
    contact = _contact(session, contact_id)
    people = [child.person_id for child in contact.children] + [adult.person_id for adult in contact.adults]
    markers = markers_of(session, people)
    sees = may_see_restricted(roles)
    children = child_cards(session, contact, markers, sees=sees)
    requests = all_of(session, InformationRequest, contact_id)
    oversight = all_of(session, Oversight, contact_id)
    notes = _notes(session, contact_id)
    presence, others = _presence(session, contact, user_id=user_id, at=at, form=form)
    return Workspace(
        contact=contact,
        children=children,
        adults=tuple(adult_card(adult, markers, sees=sees) for adult in contact.adults),
        history=history_of(session, contact, roles=roles, at=at),
        requests=requests,
        oversight=oversight,
        notes=notes,
        clocks=_clocks(session, contact_id),
        told=_told(session, contact_id),
        presence=presence,
        draft=_draft(session, contact_id, user_id=user_id, form=form),
        hold=holds(session, [contact_id]).get(contact_id, NOBODY),
        last_event=session.scalar(select(func.max(Event.seq)).where(Event.contact_id == contact_id)) or 0,
        views=views_of(session, contact_id, roles=roles),
        message=_message(session, contact_id),
        names=_names(session, _users(contact, children, requests, oversight, notes, markers) | others),
    )


def _contact(session: Session, contact_id: int) -> Contact:
    return session.scalars(
        select(Contact)
        .where(Contact.id == contact_id)
        .options(
            selectinload(Contact.children).selectinload(ChildOnContact.person),
            selectinload(Contact.adults).selectinload(AdultOnContact.person),
            selectinload(Contact.address),
        )
    ).one()


def _notes(session: Session, contact_id: int) -> tuple[Event, ...]:
    notes = Event.contact_id == contact_id, Event.kind == "contact.note"
    return tuple(session.scalars(select(Event).where(*notes).order_by(Event.seq)))


def _clocks(session: Session, contact_id: int) -> tuple[Clock, ...]:
    running = Clock.contact_id == contact_id, Clock.stopped_at.is_(None)
    return tuple(session.scalars(select(Clock).where(*running).order_by(Clock.due_at)))


def _message(session: Session, contact_id: int) -> Message | None:
    waits = Message.contact_id == contact_id, Message.kind == "outcome", Message.state == "waiting"
    return session.scalars(select(Message).where(*waits).order_by(Message.id.desc()).limit(1)).one_or_none()


def _told(session: Session, contact_id: int) -> tuple[Agreement, ...]:
    """List what was said of agreement, and of telling the family, about the whole contact."""
    whole = Agreement.contact_id == contact_id, Agreement.child_id.is_(None), Agreement.kind.in_(("told", "service"))
    return tuple(session.scalars(select(Agreement).where(*whole).order_by(Agreement.id)))


def _draft(session: Session, contact_id: int, *, user_id: int, form: str) -> Draft | None:
    mine = Draft.user_id == user_id, Draft.contact_id == contact_id, Draft.form == form
    return session.scalars(select(Draft).where(*mine)).one_or_none()


def _presence(
    session: Session, contact: Contact, *, user_id: int, at: datetime, form: str
) -> tuple[Presence, set[int]]:
    held = contact.claimed_at is not None and at - contact.claimed_at < claim_lapse(session, at)
    here = session.execute(
        select(User.name)
        .join(Viewing, Viewing.user_id == User.id)
        .where(Viewing.contact_id == contact.id, Viewing.at > at - STILL_HERE, Viewing.page == "workspace")
        .where(Viewing.user_id.not_in({user_id, contact.claimed_by_id or 0}))
        .distinct()
        .order_by(User.name)
    ).scalars()
    drafts = session.execute(
        select(User.name, Draft.saved_at)
        .join(User, User.id == Draft.user_id)
        .where(Draft.contact_id == contact.id, Draft.form == form, Draft.user_id != user_id)
        .order_by(Draft.saved_at)
    )
    holder = contact.claimed_by_id if held else None
    presence = Presence(
        holder_id=holder,
        since=contact.claimed_at if held else None,
        also_here=tuple(here),
        drafts=tuple(drafts),
    )
    return presence, {holder} if holder else set()


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


def _names(session: Session, ids: Iterable[int]) -> dict[int, str]:
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
