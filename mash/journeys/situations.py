"""Put what the record holds of a contact into the terms that the workflow judges a move by."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.pattern import repeats_of, standing_view
from mash.journeys.practice import Practice
from mash.models import (
    Agreement,
    ChildOnContact,
    Contact,
    Decision,
    InformationRequest,
    Oversight,
    Rating,
    Viewing,
)
from mash.queries.children import placeholder
from mash.queries.facts import latest_agreements
from mash.workflow import contact as flow
from mash.workflow import words
from mash.workflow.routes import Routes

UNDO_FOR = timedelta(minutes=5)


def display_name(child: ChildOnContact) -> str:
    """Name a child as people at work would, placeholders included."""
    person = child.person
    if person.restricted:
        return "Restricted record"
    if person.forename or person.surname:
        return f"{person.forename} {person.surname}".strip()
    return placeholder(person.descriptor, unborn=person.unborn, council_id=person.council_id)


def child_as_it_stands(session: Session, child: ChildOnContact, routes: Routes) -> flow.Child:
    """Give one child in the workflow's terms, before anything of the present move.

    Args:
        routes: The outcomes of the version that judges the contact.
    """
    service = latest_agreements(session, child).get("service")
    return flow.Child(
        id=str(child.id),
        name=display_name(child),
        standing=routes.get(child.outcome),
        level=child.level,
        rating=words.Rating(child.rating) if child.rating else None,
        agreement=words.Agreement(service.status) if service else None,
        hand_over=words.HandOver(child.hand_over) if child.hand_over else words.HandOver.NOT_OFFERED,
    )


def situation_of(
    session: Session,
    contact: Contact,
    *,
    by: Actor,
    at: datetime,
    practice: Practice,
    changes: Mapping[int, Mapping[str, Any]] | None = None,
    **said: Any,
) -> flow.Situation:
    """Give all that a guard may look at.

    Args:
        changes: For each child this move is about (by id), what it would change of ``flow.Child``.
        said: What else the move says, as fields of ``flow.Situation``.
    """
    changes, routes = changes or {}, practice.routes(contact, at)
    children = tuple(
        replace(child_as_it_stands(session, child, routes), **changes.get(child.id, {})) for child in contact.children
    )
    recommender, decider = _who(session, contact, by)
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
            "recommender_id": recommender,
            "decider_id": decider,
            "undo_open": bool(contact.decided_at and at - contact.decided_at <= UNDO_FOR),
            "history_checked": _has_seen(session, contact, by),
            "lawful_basis_recorded": _has(session, contact, "lawful_basis"),
            "checks_allowed": _has(session, contact, "checks") or _has(session, contact, "override"),
            "requests_outstanding": outstanding_requests(session, contact),
            "repeats": repeats_of(session, contact, practice, at) if closing else (),
            **said,
        }
    )


def _who(session: Session, contact: Contact, by: Actor) -> tuple[int | None, int | None]:
    """Say who recommended what waits (or failing that, who set the ratings that stand), and who decided.

    Where several did, and the actor is one of them, it is the actor: nobody agrees what they recommended.
    """
    ids = [child.id for child in contact.children]
    standing = select(Decision.recommended_by_id).where(Decision.child_id.in_(ids), Decision.status == "recommended")
    others = set(session.scalars(standing)) - {None}
    if not others:
        newest = select(func.max(Rating.id)).where(Rating.child_id.in_(ids), ~Rating.proposed).group_by(Rating.child_id)
        others = set(session.scalars(select(Rating.by_id).where(Rating.id.in_(newest)))) - {None}
    recommender = by.user_id if by.user_id in others else next(iter(sorted(filter(None, others))), None)
    decided = select(Decision.decided_by_id).where(Decision.child_id.in_(ids), Decision.status == "decided")
    return recommender, session.scalars(decided.order_by(Decision.id.desc()).limit(1)).first()


def _has_seen(session: Session, contact: Contact, by: Actor) -> bool:
    """Say whether this person opened the workspace, which shows the history first."""
    seen = Viewing.contact_id == contact.id, Viewing.user_id == by.user_id, Viewing.page == "workspace"
    return bool(session.scalar(select(exists().where(*seen))))


def _has(session: Session, contact: Contact, kind: str) -> bool:
    """Say whether the newest word of this kind allows: agreed, recorded or not needed."""
    newest = session.scalars(
        select(Agreement.status)
        .where(Agreement.contact_id == contact.id, Agreement.kind == kind)
        .order_by(Agreement.id.desc())
        .limit(1)
    ).first()
    return newest in {"given_verbally", "given_in_writing", "not_needed", "recorded", "yes"}


def outstanding_requests(session: Session, contact: Contact) -> int:
    """Count the requests that nobody has answered."""
    unanswered = InformationRequest.contact_id == contact.id, InformationRequest.replied_at.is_(None)
    return session.scalar(select(func.count()).select_from(InformationRequest).where(*unanswered)) or 0


def oversight_given(session: Session, contact: Contact, kinds: Iterable[str]) -> bool:
    """Say whether a manager has done one of these things about a contact."""
    done = Oversight.contact_id == contact.id, Oversight.kind.in_(tuple(kinds))
    return bool(session.scalar(select(exists().where(*done))))
