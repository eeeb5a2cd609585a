"""Hand a child's work to the team that will do it: offer, accept, decline, step down. Two-sided, always."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.choices import Choice, keep_agreements
from mash.journeys.contacts import NotFound, contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import place_in_queue
from mash.journeys.situations import Recorded, situation_of
from mash.kinds import Kind
from mash.models import ChildOnContact, Contact, Decision, HandOver
from mash.queries.restricted import may_know
from mash.workflow.contact import Move, Role, advance, may
from mash.workflow.routes import Route

QUALIFIED = frozenset({Role.PRACTITIONER.value, Role.MANAGER.value})


def offer_what_stands(
    session: Session, contact: Contact, *, by: Actor, at: datetime, practice: Practice, recorded: Recorded
) -> None:
    """Offer every child whose outcome stands and whom somebody must receive, wherever nothing is missing for it."""
    for child in contact.children:
        if child.outcome is None or child.hand_over in {"offered", "accepted"}:
            continue
        receiver = receiver_of(session, child, practice.routes(contact, at).get(child.outcome), practice)
        told: dict[str, Any] = {"changes": {child.id: {"receiver": receiver}}, "recorded": recorded}
        situation = situation_of(session, contact, by=by, at=at, practice=practice, **told)
        if not may(situation, Move.OFFER):
            _offer(session, contact, child, receiver, kind="hand_over", by=by, at=at)


def receiver_of(session: Session, child: ChildOnContact, route: Route | None, practice: Practice) -> str:
    """Name who receives a child: whom the decision names, the allocated team, or the outcome's usual team."""
    named = session.scalars(
        select(Decision.receiver)
        .where(Decision.child_id == child.id, Decision.status == "decided")
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    allocated = child.open_team if route is not None and route.kind is Kind.PASSED_ON else ""
    return named or allocated or practice.team_of(route)


def withdraw_offers(session: Session, child: ChildOnContact, *, at: datetime) -> None:
    """Take back what was offered of a child, because the outcome it was offered for no longer stands."""
    waiting = HandOver.child_id == child.id, HandOver.state == "offered"
    session.execute(update(HandOver).where(*waiting).values(state="withdrawn", answered_at=at))
    child.hand_over = None


def offer(
    session: Session,
    reference: str,
    child_id: int,
    *,
    to_team: str,
    agreement: str | None = None,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Offer one child by hand, for example again after a decline.

    Raises:
        MoveRefused: If it cannot be offered now, with every objection.
    """
    contact = contact_for_change(session, reference, version=version)
    child = child_on(contact, child_id)
    keep_agreements(session, contact, (Choice(child_id=child.id, agreement=agreement),), by=by, at=at)
    changes = {child.id: {"receiver": to_team}}
    contact.state = advance(
        situation_of(session, contact, by=by, at=at, practice=practice, changes=changes), Move.OFFER
    )
    _offer(session, contact, child, to_team, kind="hand_over", by=by, at=at)
    place_in_queue(session, contact)
    return contact


def accept(
    session: Session,
    reference: str,
    child_id: int,
    *,
    lead: str,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Accept a child who was offered to the actor's team. From now on the child is theirs.

    Raises:
        MoveRefused: If the actor's team was not offered this child.
    """
    contact, child, offered = _offered(session, reference, child_id, version=version, by=by)
    changes = {child.id: {"receiver": offered.to_team}}
    contact.state = advance(
        situation_of(session, contact, by=by, at=at, practice=practice, changes=changes), Move.ACCEPT
    )
    offered.state, offered.answered_by_id, offered.answered_at, offered.lead = "accepted", by.user_id, at, lead
    child.hand_over = "accepted"
    if contact.state == "closed":
        contact.closed_at = at
    said = {"child": child.id, "team": offered.to_team, "lead": lead}
    record_event(session, kind="child.hand_over_accepted", at=at, by=by, contact_id=contact.id, data=said)
    place_in_queue(session, contact)
    return contact


def decline(
    session: Session,
    reference: str,
    child_id: int,
    *,
    reason: str,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Decline a child who was offered, saying why. The child stays with the sender.

    Raises:
        MoveRefused: If no reason is given, or the child was not offered to the actor's team.
    """
    contact, child, offered = _offered(session, reference, child_id, version=version, by=by)
    situation = situation_of(session, contact, by=by, at=at, practice=practice, changes={child.id: {}}, reason=reason)
    contact.state = advance(situation, Move.DECLINE)
    offered.state, offered.answered_by_id, offered.answered_at, offered.reason = "declined", by.user_id, at, reason
    child.hand_over = "declined"
    said = {"child": child.id, "team": offered.to_team, "reason": reason}
    record_event(session, kind="child.hand_over_declined", at=at, by=by, contact_id=contact.id, data=said)
    place_in_queue(session, contact)
    return contact


def step_down(
    session: Session,
    reference: str,
    child_id: int,
    *,
    to_team: str,
    plan: str,
    agreement: str | None = None,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Move a child from social care to early help, with agreement and a named lead practitioner.

    It is put down by what the version calls early help; by nothing where it has no such route.

    Raises:
        MoveRefused: If agreement, the receiver, or the right outcome is missing.
    """
    contact = contact_for_change(session, reference, version=version)
    child = child_on(contact, child_id)
    if not by.roles & QUALIFIED:
        _require_theirs(session, child, by)
    keep_agreements(session, contact, (Choice(child_id=child.id, agreement=agreement),), by=by, at=at)
    changes = {child.id: {"receiver": to_team}}
    situation = situation_of(session, contact, by=by, at=at, practice=practice, changes=changes)
    contact.state = advance(situation, Move.STEP_DOWN)
    lower = next(iter(practice.routes(contact, at).of(Kind.EARLY_HELP)), None)
    named = lower.key if lower else ""
    _offer(session, contact, child, to_team, kind="step_down", plan=plan, route=named, by=by, at=at)
    place_in_queue(session, contact)
    return contact


def child_on(contact: Contact, child_id: int) -> ChildOnContact:
    """Find one child of a contact.

    Raises:
        NotFound: If the child is not on it.
    """
    found = next((child for child in contact.children if child.id == child_id), None)
    if found is None:
        raise NotFound("That child is not on this contact.")
    return found


def _offered(
    session: Session, reference: str, child_id: int, *, version: int, by: Actor
) -> tuple[Contact, ChildOnContact, HandOver]:
    _require_offered(_newest(session, child_id), by)  # before anything tells that there is such a contact
    contact = contact_for_change(session, reference, version=version)
    child = child_on(contact, child_id)
    newest = _require_offered(_newest(session, child.id), by)
    if not may_know(by.roles, contact.id, restricted=False):
        raise NotFound("That child has not been offered to your team.")
    return contact, child, newest


def _require_offered(newest: HandOver | None, by: Actor) -> HandOver:
    if newest is None or newest.to_team != by.team:
        raise NotFound("That child has not been offered to your team.")
    return newest


def _newest(session: Session, child_id: int) -> HandOver | None:
    return session.scalars(
        select(HandOver).where(HandOver.child_id == child_id).order_by(HandOver.id.desc()).limit(1)
    ).one_or_none()


def _require_theirs(session: Session, child: ChildOnContact, by: Actor) -> None:
    """Let a receiving team change only what it accepted.

    Raises:
        NotFound: If the child is another team's, or nobody's yet.
    """
    held = _newest(session, child.id)
    if held is None or held.state != "accepted" or held.to_team != by.team:
        raise NotFound("That child is not with your team.")


def _offer(
    session: Session,
    contact: Contact,
    child: ChildOnContact,
    to_team: str,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    plan: str = "",
    route: str | None = None,
) -> None:
    session.add(
        HandOver(
            child_id=child.id,
            kind=kind,
            route=(child.outcome or "") if route is None else route,
            to_team=to_team,
            plan=plan,
            offered_by_id=by.user_id,
            offered_at=at,
        )
    )
    child.hand_over = "offered"
    session.flush()
    said = {"child": child.id, "team": to_team, "kind": kind}
    record_event(session, kind="child.offered", at=at, by=by, contact_id=contact.id, data=said)
