"""Decide what each child on a contact needs, beside what the thresholds advise. Rules advise, people decide.

What policy wants a second person for becomes a recommendation to a manager. What is too strong to wait never does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from mash.journeys import hand_over
from mash.journeys.actor import Actor
from mash.journeys.choices import Advised, Choice, advise_all, changed, keep_agreements, refuse_strangers
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import DECISION_CLOCKS, place_in_queue, start_clock, stop_clocks
from mash.journeys.situations import situation_of
from mash.journeys.triage import RatingGiven, rate_children
from mash.models import ChildOnContact, Contact, Decision
from mash.workflow import sign_off
from mash.workflow.contact import Move, Situation, advance, may
from mash.workflow.words import Rating, Route, State

__all__ = ["Choice", "Outcome", "decide"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision: decided, or with a manager and why."""

    contact: Contact
    move: Move
    needs_manager: tuple[str, ...] = ()


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


def decide(
    session: Session,
    reference: str,
    choices: tuple[Choice, ...],
    *,
    version: int | None,
    by: Actor,
    at: datetime,
    practice: Practice,
    exception_reason: str = "",
) -> Outcome:
    """Record what a person decided for children on a contact, in one sitting.

    A missing fact, an agreement or a sign-off never holds up a response as strong as any it could lead to.

    Raises:
        Stale: If the contact changed since the page was made.
        MoveRefused: With every objection at once. Nothing is kept.
    """
    contact = contact_for_change(session, reference, version=version)
    refuse_strangers(contact, choices)
    before = {child.id: child.rating for child in contact.children}
    _rate_first(session, contact, choices, by=by, at=at, practice=practice)
    keep_agreements(session, contact, choices, by=by, at=at)
    advised = advise_all(session, contact, choices, practice, at)
    changes = {choice.child_id: changed(choice, advised[choice.child_id], before) for choice in choices}
    said: dict[str, Any] = {"changes": changes, "exception_reason": exception_reason}
    situation = situation_of(session, contact, by=by, at=at, practice=practice, **said)
    needs = () if situation.second_person else sign_off.findings(situation.policy, situation.concerned)
    move = _move(situation, needs)
    contact.state = advance(situation, move)
    for choice in choices:
        noted = _noted(choice, situation, needs, move, by=by, at=at)
        keep_decision(session, contact, choice, advised[choice.child_id], noted)
    settle(session, contact, by=by, at=at, practice=practice)
    return Outcome(contact, move, tuple(need.sentence for need in needs))


def _noted(
    choice: Choice, situation: Situation, needs: tuple[sign_off.Finding, ...], move: Move, *, by: Actor, at: datetime
) -> Noted:
    """Say how one child's decision came to be. A strong outcome stands at once, whatever else waits for a manager."""
    own = next(child for child in situation.children if child.id == str(choice.child_id))
    waits = move is Move.RECOMMEND and not situation.policy.goes_ahead(own.route)
    excepted = [f"Exception: {situation.exception_reason}"] if situation.exception_reason.strip() else []
    return Noted(
        move=Move.RECOMMEND if waits else Move.DECIDE,
        by=by,
        at=at,
        sign_off=[need.sentence for need in needs if need.child_id == own.id] + excepted,
        oversight_after=bool(sign_off.oversight_after(situation.policy, [own])),
    )


def _move(situation: Situation, needs: tuple[sign_off.Finding, ...]) -> Move:
    """Say whether this is decided, or recommended to a manager because a second person is all it lacks.

    What lacks more is decided too: the refusal then says all of it. While a contact is with a manager, whatever
    cannot go ahead at once is a recommendation.
    """
    if situation.state is State.WITH_MANAGER:
        return Move.DECIDE if not may(situation, Move.DECIDE) else Move.RECOMMEND
    return Move.RECOMMEND if needs and _only_sign_off_objects(situation, needs) else Move.DECIDE


def _only_sign_off_objects(situation: Situation, needs: tuple[sign_off.Finding, ...]) -> bool:
    """See whether a decision lacks nothing but the second person; if it lacks more, deciding will say so."""
    waiting = {need.objection for need in needs}
    return set(may(situation, Move.DECIDE)) <= waiting


def _rate_first(
    session: Session, contact: Contact, choices: tuple[Choice, ...], *, by: Actor, at: datetime, practice: Practice
) -> None:
    """Rate in the same sitting where a rating was chosen; going down from red is left to sign-off."""
    children = {child.id: child for child in contact.children}
    given = tuple(
        RatingGiven(child_id=choice.child_id, value=choice.rating, reason=choice.why_lower or choice.reason)
        for choice in choices
        if choice.rating and choice.rating != children[choice.child_id].rating
    )
    rising = tuple(item for item in given if children[item.child_id].rating != Rating.RED)
    if rising and contact.state in {State.RECEIVED, State.SCREENED, State.RATED, State.REOPENED}:
        rate_children(session, contact, rising, by=by, at=at, practice=practice)


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
        level=choice.level or child.level or advised.level or 1,
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
        advised_route=advice.route,
        advice=advice.to_json(),
        facts=advised.facts,
        ruleset_id=advice.ruleset_id,
        ruleset_hash=advice.ruleset_hash,
        recommended_by_id=earlier.recommended_by_id if earlier else noted.by.user_id,
        recommended_at=earlier.recommended_at if earlier else noted.at,
        decided_by_id=noted.by.user_id if decided else None,
        decided_at=noted.at if decided else None,
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
        child.rating = decision.rating
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


def settle(session: Session, contact: Contact, *, by: Actor, at: datetime, practice: Practice) -> None:
    """After a decision: offer what others must receive, stop the clocks, and close what nothing is left to do for."""
    session.flush()
    hand_over.offer_what_stands(session, contact, by=by, at=at, practice=practice)
    if contact.state == State.DECIDED:
        contact.decided_at = contact.decided_at or at
        if any(child.outcome == Route.EARLY_HELP for child in contact.children):
            start_clock(session, contact, "early-help", practice=practice, started=contact.received_at)
        stop_clocks(session, contact, (*DECISION_CLOCKS, "red-acknowledge"), at=at)
        if contact.referrer_identity != "anonymous":
            start_clock(session, contact, "feedback", practice=practice, started=contact.decided_at)
        closes = situation_of(session, contact, by=by, at=at, practice=practice)
        if not may(closes, Move.CLOSE):
            contact.state = advance(closes, Move.CLOSE)
            contact.closed_at = at
            record_event(session, kind="contact.closed", at=at, by=by, contact_id=contact.id)
    elif contact.state == State.WITH_MANAGER:
        record_event(session, kind="contact.recommended", at=at, by=by, contact_id=contact.id)
    place_in_queue(session, contact)
