"""A manager oversees: agrees, changes or returns what was recommended, and directs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.choices import Choice, advise_all, changed, keep_agreements, refuse_foreign, refuse_strangers
from mash.journeys.contacts import contact_for_change
from mash.journeys.decide import settle
from mash.journeys.events import record_event
from mash.journeys.keep_decision import Noted, apply_decision, keep_decision
from mash.journeys.pattern import keep_view, review_by_agreeing, set_aside
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import place_in_queue
from mash.journeys.situations import display_name, situation_of
from mash.models import Contact, Decision, Oversight
from mash.models import Rating as RatingRow
from mash.workflow.contact import Move, MoveRefused, advance
from mash.workflow.routes import Routes
from mash.workflow.words import Rating, Role, State


def direct(session: Session, reference: str, text: str, *, version: int, by: Actor, at: datetime) -> Contact:
    """Record a manager's direction on a contact at any time, before or after a decision.

    Raises:
        MoveRefused: If the actor is no manager, or says nothing.
    """
    contact = contact_for_change(session, reference, version=version)
    objections = []
    if Role.MANAGER not in by.roles:
        objections.append("This is for a manager: give a direction.")
    if not text.strip():
        objections.append("Say what you direct.")
    if objections:
        raise MoveRefused(Move.AGREE, State(contact.state), tuple(objections))
    keep_oversight(session, contact, "directed", reason=text, by=by, at=at)
    return contact


def agree(
    session: Session,
    reference: str,
    *,
    reason: str = "",
    exception_reason: str = "",
    pattern_view: str = "",
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Agree what was recommended, as it was recommended.

    Raises:
        MoveRefused: If the actor recommended it, or the contact is not with a manager.
    """
    contact = contact_for_change(session, reference, version=version)
    recommended = standing_recommendations(session, contact)
    routes = practice.routes(contact, at)
    changes = {child: _as_recommended(decision, routes) for child, decision in recommended.items()}
    said: dict[str, Any] = {"reason": reason, "exception_reason": exception_reason, "pattern_view": pattern_view}
    situation = situation_of(session, contact, by=by, at=at, practice=practice, changes=changes, **said)
    _refuse_if_overtaken(session, contact, recommended)
    contact.state = advance(situation, Move.AGREE)
    _let_stand(session, contact, recommended, by=by, at=at)
    words = ". ".join(part for part in (reason, exception_reason) if part.strip())
    keep_oversight(session, contact, "agreed", reason=words, by=by, at=at)
    keep_view(session, contact, situation, practice, by=by, at=at)
    review_by_agreeing(session, contact, by=by, at=at)
    settle(session, contact, by=by, at=at, practice=practice)
    return contact


def change(
    session: Session,
    reference: str,
    choices: tuple[Choice, ...],
    *,
    reason: str,
    exception_reason: str = "",
    pattern_view: str = "",
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Decide otherwise than was recommended. What was recommended stays on the record beside it.

    Raises:
        MoveRefused: With every objection, such as a missing reason.
    """
    contact = contact_for_change(session, reference, version=version)
    refuse_strangers(contact, choices)
    refuse_foreign(contact, choices, practice, at)
    before, routes = {child.id: child.rating for child in contact.children}, practice.routes(contact, at)
    keep_agreements(session, contact, choices, by=by, at=at)
    recommended = standing_recommendations(session, contact)
    advised = advise_all(session, contact, choices, practice, at)
    changes: dict[int, Mapping[str, Any]] = {
        child: _as_recommended(decision, routes) for child, decision in recommended.items()
    }
    changes |= {choice.child_id: changed(choice, advised[choice.child_id], before, routes) for choice in choices}
    said: dict[str, Any] = {"reason": reason, "exception_reason": exception_reason, "pattern_view": pattern_view}
    situation = situation_of(session, contact, by=by, at=at, practice=practice, changes=changes, **said)
    contact.state = advance(situation, Move.CHANGE)
    for choice in choices:
        earlier = recommended.pop(choice.child_id, None)
        wanted = [*(earlier.sign_off if earlier else []), *situation.exceptions]
        noted = Noted(move=Move.CHANGE, by=by, at=at, sign_off=wanted, recommended=earlier)
        keep_decision(session, contact, choice, advised[choice.child_id], noted)
    _let_stand(session, contact, recommended, by=by, at=at)
    keep_oversight(session, contact, "changed", reason=reason, by=by, at=at)
    keep_view(session, contact, situation, practice, by=by, at=at)
    settle(session, contact, by=by, at=at, practice=practice)
    return contact


def _refuse_if_overtaken(session: Session, contact: Contact, recommended: Mapping[int, Decision]) -> None:
    """Refuse to agree to a rating that someone has raised since it was recommended.

    Raises:
        MoveRefused: Naming each child it holds for.
    """
    overtaken = []
    for child in contact.children:
        made = recommended.get(child.id)
        newest = session.scalars(
            select(RatingRow)
            .where(RatingRow.child_id == child.id, RatingRow.proposed.is_(False))
            .order_by(RatingRow.id.desc())
            .limit(1)
        ).one_or_none()
        if made and made.rating and newest and made.recommended_at and newest.at > made.recommended_at:
            raised = Rating(newest.value).urgency > Rating(made.rating).urgency
            overtaken += (
                [f"{display_name(child)} was rated {newest.value} after this was recommended."] if raised else []
            )
    if overtaken:
        raise MoveRefused(Move.AGREE, State(contact.state), (*overtaken, "Change it, or return it."))


def _let_stand(
    session: Session, contact: Contact, recommended: Mapping[int, Decision], *, by: Actor, at: datetime
) -> None:
    """Make each recommendation a decision, as it was recommended."""
    for child in contact.children:
        if decision := recommended.get(child.id):
            decision.status, decision.decided_by_id, decision.decided_at = "decided", by.user_id, at
            apply_decision(session, contact, child, decision, by=by, at=at)


def return_it(
    session: Session, reference: str, *, reason: str, version: int, by: Actor, at: datetime, practice: Practice
) -> Contact:
    """Send a recommendation back for more work, saying what is wanted.

    Raises:
        MoveRefused: If no reason is given, or the contact is not with a manager.
    """
    contact = contact_for_change(session, reference, version=version)
    situation = situation_of(session, contact, by=by, at=at, practice=practice, reason=reason)
    contact.state = advance(situation, Move.RETURN_IT)
    for decision in standing_recommendations(session, contact).values():
        decision.status = "returned"
    set_aside(session, contact)
    keep_oversight(session, contact, "returned", reason=reason, by=by, at=at)
    place_in_queue(session, contact)
    return contact


def standing_recommendations(session: Session, contact: Contact) -> dict[int, Decision]:
    """Give the recommendation that waits for an answer for each child that has one, by the child's id."""
    rows = session.scalars(
        select(Decision)
        .where(Decision.child_id.in_([child.id for child in contact.children]), Decision.status == "recommended")
        .order_by(Decision.id)
    )
    return {row.child_id: row for row in rows}


def keep_oversight(session: Session, contact: Contact, kind: str, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Write what a manager did as its own row and its own event, so that an inspector can find it."""
    session.add(Oversight(contact_id=contact.id, kind=kind, reason=reason, by_id=by.user_id, at=at))
    session.flush()
    record_event(
        session,
        kind=f"oversight.{kind}",
        at=at,
        by=by,
        contact_id=contact.id,
        data={"reason": reason} if reason else {},
    )


def _as_recommended(decision: Decision, routes: Routes) -> dict[str, Any]:
    """Put a recommendation into the workflow's terms, as it was made."""
    return {
        "route": routes.get(decision.route),
        "level": decision.level,
        "rating": Rating(decision.rating) if decision.rating else None,
        "advised_level": decision.advised_level,
        "advised_route": routes.get(decision.advised_route),
        "reason": decision.reason,
        "why_lower": decision.lower_reason,
        "receiver": decision.receiver,
    }
