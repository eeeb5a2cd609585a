"""Write what was decided or recommended for one child, with advice and facts as they stood, and let it stand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.choices import Advised, Choice
from mash.journeys.events import record_event
from mash.journeys.hand_over import withdraw_offers
from mash.journeys.triage import RatingGiven, keep_rating
from mash.models import ChildOnContact, Contact, Decision, NoneApplies
from mash.workflow.contact import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """How a decision came to be: by which move, whose, when, and what sign-off it met.

    ``recommended`` is the recommendation that a manager answers with it.
    """

    move: Move
    by: Actor
    at: datetime
    sign_off: list[str]
    oversight_after: bool = False
    recommended: Decision | None = None


def keep_decision(session: Session, contact: Contact, choice: Choice, advised: Advised, noted: Noted) -> Decision:
    """Write one child's decision or recommendation, with the advice and the facts as they stood."""
    child = next(child for child in contact.children if child.id == choice.child_id)
    _replace_earlier(session, child)
    decision = _written(contact, child, choice, advised, noted)
    session.add(decision)
    session.flush()
    apply_decision(session, contact, child, decision, by=noted.by, at=noted.at)
    return decision


def _written(
    contact: Contact,
    child: ChildOnContact,
    choice: Choice,
    advised: Advised,
    noted: Noted,
) -> Decision:
    advice = advised.advice
    decided, earlier = noted.move is not Move.RECOMMEND, noted.recommended
    return Decision(
        child_id=child.id,
        status="decided" if decided else "recommended",
        level=choice.level or child.level or advised.level or advised.lowest,
        own_level=choice.own_level,
        rating=choice.rating or child.rating,
        route=choice.route or "",
        extra_routes=list(choice.extra_routes),
        receiver=choice.receiver,
        reason=choice.reason,
        lower_reason=choice.why_lower,
        agreement_status=choice.agreement,
        contact_type=choice.contact_type or contact.type_at_decision or contact.type_at_receipt,
        sign_off=noted.sign_off,
        oversight_after=noted.oversight_after,
        advised_level=advised.level,
        advised_route=advice.route if advice else None,
        advice=advice.to_json() if advice else None,
        facts=advised.facts,
        ruleset_id=advice.ruleset_id if advice else None,
        ruleset_hash=advice.ruleset_hash if advice else None,
        recommended_by_id=earlier.recommended_by_id if earlier else noted.by.user_id,
        recommended_at=earlier.recommended_at if earlier else noted.at,
        decided_by_id=noted.by.user_id if decided else None,
        decided_at=noted.at if decided else None,
        none_applies=NoneApplies() if choice.no_indicators else None,
    )


def _replace_earlier(session: Session, child: ChildOnContact) -> None:
    """Mark an unanswered recommendation, or a decision now decided again, as replaced. Its words stay."""
    session.execute(
        update(Decision)
        .where(Decision.child_id == child.id, Decision.status.in_(("recommended", "decided", "returned")))
        .values(status="replaced")
    )


def apply_decision(
    session: Session, contact: Contact, child: ChildOnContact, decision: Decision, *, by: Actor, at: datetime
) -> None:
    """Let a decision stand on the child, and tell the chain of events."""
    child.level, child.route = decision.level, decision.route
    if decision.status == "decided":
        _rating_stands(session, child, decision, by=by, at=at)
        if child.outcome != decision.route:  # whoever was offered the last outcome was not offered this one
            withdraw_offers(session, child, at=at)
        child.outcome, child.decided_at = decision.route, decision.decided_at
        contact.type_at_decision = decision.contact_type
    said = {
        "child": child.id,
        "decision": decision.id,
        "level": decision.level,
        "own_level": decision.own_level,
        "rating": decision.rating,
        "route": decision.route,
        "reason": decision.reason,
        "lower_reason": decision.lower_reason,
        "advised_level": decision.advised_level,
        "advised_route": decision.advised_route,
        "ruleset": decision.ruleset_id,
        "ruleset_hash": decision.ruleset_hash,
        "sign_off": decision.sign_off,
    }
    record_event(session, kind=f"child.{decision.status}", at=at, by=by, contact_id=contact.id, data=said)


def _rating_stands(session: Session, child: ChildOnContact, decision: Decision, *, by: Actor, at: datetime) -> None:
    """Let the decision's rating stand, as a rating of its own where it is another than before."""
    if decision.rating and decision.rating != child.rating:
        reason = decision.lower_reason or decision.reason
        keep_rating(session, child, RatingGiven(child_id=child.id, value=decision.rating, reason=reason), by=by, at=at)
