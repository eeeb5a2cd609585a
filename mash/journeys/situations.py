"""Put what the record holds of a contact into the terms that the workflow judges a move by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.pattern import repeats_of, standing_view
from mash.journeys.practice import Practice
from mash.models import (
    ChildOnContact,
    Contact,
    Decision,
    InformationRequest,
    Rating,
    Viewing,
)
from mash.queries.children import placeholder
from mash.queries.facts import Agreed, agreements, newest_of
from mash.workflow import contact as flow
from mash.workflow import words
from mash.workflow.routes import Routes

UNDO_FOR = timedelta(minutes=5)
ALLOWING = frozenset({"given_verbally", "given_in_writing", "not_needed", "recorded", "yes"})


def display_name(child: ChildOnContact) -> str:
    """Name a child as people at work would, placeholders included."""
    person = child.person
    if person.restricted:
        return "Restricted record"
    if person.forename or person.surname:
        return f"{person.forename} {person.surname}".strip()
    return placeholder(person.descriptor, unborn=person.unborn, council_id=person.council_id)


def child_as_it_stands(child: ChildOnContact, service: str | None, routes: Routes) -> flow.Child:
    """Give one child in the workflow's terms, before anything of the present move.

    Args:
        service: The newest word on agreement to a service.
        routes: The outcomes of the version that judges the contact.
    """
    return flow.Child(
        id=str(child.id),
        name=display_name(child),
        standing=routes.get(child.outcome),
        level=child.level,
        rating=words.Rating(child.rating) if child.rating else None,
        agreement=words.Agreement(service) if service else None,
        hand_over=words.HandOver(child.hand_over) if child.hand_over else words.HandOver.NOT_OFFERED,
    )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What is on record of a contact, beside the contact and its children, that a guard may look at.

    Attributes:
        recommender_id: Who recommended what waits; failing that, who set the ratings that stand.
        decider_id: Who decided last.
        history_checked: Whether the actor opened the workspace, which shows the history first.
        outstanding: How many requests nobody has answered.
    """

    agreed: tuple[Agreed, ...]
    recommender_id: int | None
    decider_id: int | None
    history_checked: bool
    outstanding: int

    def service(self, child: ChildOnContact) -> str | None:
        """Give the newest word on agreement to a service for a child."""
        said = newest_of(self.agreed, child.id).get("service")
        return said.status if said else None

    def allows(self, kind: str) -> bool:
        """Say whether the newest word of this kind allows: agreed, recorded or not needed."""
        newest = next((one.status for one in reversed(self.agreed) if one.kind == kind), None)
        return newest in ALLOWING


def recorded_of(session: Session, contact: Contact, by: Actor) -> Recorded:
    """Read it."""
    recommender, decider = _who(session, contact, by)
    seen = Viewing.contact_id == contact.id, Viewing.user_id == by.user_id, Viewing.page == "workspace"
    unanswered = InformationRequest.contact_id == contact.id, InformationRequest.replied_at.is_(None)
    waiting = select(func.count()).select_from(InformationRequest).where(*unanswered).scalar_subquery()
    opened, outstanding = session.execute(select(exists().where(*seen), waiting)).one()
    return Recorded(tuple(agreements(session, contact)), recommender, decider, bool(opened), outstanding)


def situation_of(
    session: Session,
    contact: Contact,
    *,
    by: Actor,
    at: datetime,
    practice: Practice,
    changes: Mapping[int, Mapping[str, Any]] | None = None,
    recorded: Recorded | None = None,
    **said: Any,
) -> flow.Situation:
    """Give all that a guard may look at.

    Args:
        changes: For each child this move is about (by id), what it would change of ``flow.Child``.
        recorded: What is on record, where it was read since it last changed.
        said: What else the move says, as fields of ``flow.Situation``.
    """
    changes, recorded = changes or {}, recorded or recorded_of(session, contact, by)
    routes = practice.routes(contact, at)
    children = tuple(
        replace(child_as_it_stands(child, recorded.service(child), routes), **changes.get(child.id, {}))
        for child in contact.children
    )
    closing = any(child.route is not None and child.route.closes for child in children)
    view = standing_view(session, contact) if closing else None
    said["pattern_view"] = said.get("pattern_view") or (view.text if view else "")
    return flow.Situation(
        **{
            "state": words.State(contact.state),
            "actor_id": by.user_id or 0,
            "roles": frozenset(words.Role(role) for role in by.roles),
            "policy": practice.sign_off_of(contact, at),
            "children": children,
            "about": frozenset(str(child) for child in changes),
            "recommender_id": recorded.recommender_id,
            "decider_id": recorded.decider_id,
            "undo_open": bool(contact.decided_at and at - contact.decided_at <= UNDO_FOR),
            "history_checked": recorded.history_checked,
            "lawful_basis_recorded": recorded.allows("lawful_basis"),
            "checks_allowed": recorded.allows("checks") or recorded.allows("override"),
            "requests_outstanding": recorded.outstanding,
            "repeats": repeats_of(session, contact, practice, at) if closing else (),
            **said,
        }
    )


def _who(session: Session, contact: Contact, by: Actor) -> tuple[int | None, int | None]:
    """Say who recommended what waits (or failing that, who set the ratings that stand), and who decided.

    Where several did, and the actor is one of them, it is the actor: nobody agrees what they recommended.
    """
    ids = [child.id for child in contact.children]
    rows = session.execute(
        select(Decision.status, Decision.recommended_by_id, Decision.decided_by_id)
        .where(Decision.child_id.in_(ids), Decision.status.in_(("recommended", "decided")))
        .order_by(Decision.id.desc())
    ).all()
    others = {row.recommended_by_id for row in rows if row.status == "recommended"} - {None}
    if not others:
        newest = select(func.max(Rating.id)).where(Rating.child_id.in_(ids), ~Rating.proposed).group_by(Rating.child_id)
        others = set(session.scalars(select(Rating.by_id).where(Rating.id.in_(newest)))) - {None}
    recommender = by.user_id if by.user_id in others else min(filter(None, others), default=None)
    return recommender, next((row.decided_by_id for row in rows if row.status == "decided"), None)
