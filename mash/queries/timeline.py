"""Everything that happened to one contact, in order, and who looked at it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from mash.models import Clock, Contact, Decision, Draft, Event, User, Viewing
from mash.queries.children import ChildShown, children_of
from mash.queries.restricted import open_to

MOST_VIEWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event, with all that its hash covers. ``by`` is a person's name or the part of the service that acted."""

    seq: int
    contact_id: int | None
    kind: str
    at: datetime
    by_id: int | None
    actor: str
    by: str
    data: Mapping[str, Any]
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShown:
    """A clock and how its due time was worked out. ``stopped_at`` None: it runs."""

    name: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    how: Sequence[str]
    late_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThen:
    """What stood when something was decided: the facts, and what the thresholds advised on them."""

    facts: Mapping[str, Any]
    advice: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All that is known of what happened to a contact.

    Attributes:
        views: How often it was looked at; ``viewers`` says when and by whom, the newest first.
        drafts: Who has something half written, and since when.
    """

    id: int
    reference: str
    state: str
    rating: str | None
    received_at: datetime
    entered_at: datetime
    children: tuple[ChildShown, ...]
    events: Sequence[Happened]
    clocks: Sequence[ClockShown]
    known_then: Mapping[int, KnownThen]
    views: int
    viewers: Sequence[tuple[str, str, datetime]]
    drafts: Sequence[tuple[str, str, datetime]]


def events_statement(contact_id: int) -> Select[*tuple[Any, ...]]:
    """Select the events of one contact, the oldest first."""
    return (
        select(Event, User.name.label("by"))
        .outerjoin(User, User.id == Event.by_id)
        .where(Event.contact_id == contact_id)
        .order_by(Event.seq)
    )


def views_statement(contact_id: int) -> Select[*tuple[Any, ...]]:
    """Select who looked at one contact, the newest first."""
    return (
        select(User.name, Viewing.page, Viewing.at)
        .join(User, User.id == Viewing.user_id)
        .where(Viewing.contact_id == contact_id)
        .order_by(Viewing.id.desc())
        .limit(MOST_VIEWS)
    )


def timeline_of(session: Session, reference: str, *, roles: AbstractSet[str], with_views: bool) -> Timeline | None:
    """Give all that happened to a contact; None if there is none that these roles may know of.

    Args:
        with_views: Whether to list who looked, which is counted in any case.
    """
    contact = session.execute(
        select(
            Contact.id, Contact.reference, Contact.state, Contact.rating, Contact.received_at, Contact.entered_at
        ).where(Contact.reference == reference, open_to(roles))
    ).one_or_none()
    if contact is None:
        return None
    events = [_happened(event, by) for event, by in session.execute(events_statement(contact.id))]
    return Timeline(
        **contact._mapping,  # noqa: SLF001  # the documented way to a row's names
        children=children_of(session, [contact.id], roles=roles).get(contact.id, ()),
        events=events,
        clocks=_clocks(session, contact.id),
        known_then=_known_then(session, events),
        views=session.scalar(select(func.count()).select_from(Viewing).where(Viewing.contact_id == contact.id)) or 0,
        viewers=list(session.execute(views_statement(contact.id))) if with_views else [],
        drafts=_drafts(session, contact.id),
    )


def _happened(event: Event, by: str | None) -> Happened:
    return Happened(
        seq=event.seq,
        contact_id=event.contact_id,
        kind=event.kind,
        at=event.at,
        by_id=event.by_id,
        actor=event.actor,
        by=by or event.actor,
        data=event.data,
        prev_hash=event.prev_hash,
        hash=event.hash,
    )


def _clocks(session: Session, contact_id: int) -> Sequence[ClockShown]:
    return [
        ClockShown(
            name=clock.name,
            started_at=clock.started_at,
            due_at=clock.due_at,
            stopped_at=clock.stopped_at,
            how=clock.how,
            late_reason=clock.late_reason,
        )
        for clock in session.scalars(
            select(Clock).where(Clock.contact_id == contact_id).order_by(Clock.started_at, Clock.due_at, Clock.id)
        )
    ]


def _known_then(session: Session, events: Sequence[Happened]) -> Mapping[int, KnownThen]:
    """Give what stood at each decision that the events tell of, by the decision's id."""
    ids = {event.data["decision"] for event in events if "decision" in event.data}
    rows = session.execute(select(Decision.id, Decision.facts, Decision.advice).where(Decision.id.in_(ids)))
    return {row.id: KnownThen(facts=row.facts or {}, advice=row.advice or {}) for row in rows}


def _drafts(session: Session, contact_id: int) -> Sequence[tuple[str, str, datetime]]:
    rows = session.execute(
        select(User.name, Draft.form, Draft.saved_at)
        .join(User, User.id == Draft.user_id)
        .where(Draft.contact_id == contact_id)
        .order_by(Draft.saved_at, Draft.id)
    )
    return list(rows)
