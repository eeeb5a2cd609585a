"""Decide what each child on a contact needs, beside what the thresholds advise. Rules advise, people decide.

What policy wants a second person for becomes a recommendation to a manager. What is too strong to wait never does.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys import hand_over
from mash.journeys.actor import Actor
from mash.journeys.choices import Choice, advise_all, changed, keep_agreements, refuse_foreign, refuse_strangers
from mash.journeys.contacts import NotFound, Stale, contact_for_change, locked
from mash.journeys.events import record_event
from mash.journeys.keep_decision import Noted, keep_decision
from mash.journeys.keep_kinds import keep_kinds
from mash.journeys.messages import hold_outcome
from mash.journeys.pattern import keep_view
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import DECISION_CLOCKS, place_in_queue, start_clock, stop_clocks
from mash.journeys.situations import recorded_of, situation_of
from mash.journeys.triage import RatingGiven, rate_children
from mash.kinds import Kind
from mash.models import ChildOnContact, Contact
from mash.workflow import sign_off
from mash.workflow.contact import Move, Situation, advance, may
from mash.workflow.routes import Route
from mash.workflow.words import Rating, State

__all__ = ["Choice", "Outcome", "decide"]

UNDECIDED = frozenset(
    {State.RECEIVED, State.SCREENED, State.RATED, State.WAITING_FOR_INFORMATION, State.WITH_MANAGER, State.REOPENED}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision: decided, or with a manager and why."""

    contact: Contact
    move: Move
    needs_manager: tuple[str, ...] = ()


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
    pattern_view: str = "",
) -> Outcome:
    """Record what a person decided for children on a contact, in one sitting.

    A missing fact, an agreement or a sign-off never holds up a response as strong as any it could lead to.

    Raises:
        Stale: If the contact changed since the page was made.
        MoveRefused: With every objection at once. Nothing is kept.
    """
    found = session.scalars(locked(reference)).one_or_none()
    strong = found is not None and _all_go_ahead(found, choices, practice, at)
    contact = contact_for_change(session, reference, version=None if strong else version)
    refuse_strangers(contact, choices)
    refuse_foreign(contact, choices, practice, at)
    if strong and version is not None:
        _tell_if_it_stands(contact, choices, version)
    before = {child.id: child.rating for child in contact.children}
    _rate_first(session, contact, choices, by=by, at=at, practice=practice)
    keep_agreements(session, contact, choices, by=by, at=at)
    advised = advise_all(session, contact, choices, practice, at)
    routes = practice.routes(contact, at)
    changes = {choice.child_id: changed(choice, advised[choice.child_id], before, routes) for choice in choices}
    said: dict[str, Any] = {"changes": changes, "exception_reason": exception_reason, "pattern_view": pattern_view}
    situation = situation_of(session, contact, by=by, at=at, practice=practice, **said)
    needs = () if situation.second_person else sign_off.findings(situation.policy, situation.concerned)
    move = _move(situation, needs)
    contact.state = advance(situation, move)
    for choice in choices:
        noted = _noted(choice, situation, needs, move, by=by, at=at)
        keep_decision(session, contact, choice, advised[choice.child_id], noted)
    keep_view(session, contact, situation, practice, by=by, at=at)
    settle(session, contact, by=by, at=at, practice=practice)
    return Outcome(contact, move, tuple(need.sentence for need in needs))


def _noted(
    choice: Choice, situation: Situation, needs: tuple[sign_off.Finding, ...], move: Move, *, by: Actor, at: datetime
) -> Noted:
    """Say how one child's decision came to be. A strong outcome stands at once, whatever else waits for a manager."""
    own = next(child for child in situation.children if child.id == str(choice.child_id))
    waits = move is Move.RECOMMEND and not situation.policy.goes_ahead(own.route)
    return Noted(
        move=Move.RECOMMEND if waits else Move.DECIDE,
        by=by,
        at=at,
        sign_off=[need.sentence for need in needs if need.child_id == own.id] + situation.exceptions,
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
    waits = {choice.child_id for choice in choices if not _all_go_ahead(contact, (choice,), practice, at)}
    rising = tuple(item for item in given if _rises(item, children) or item.child_id in waits)
    rising = tuple(item for item in rising if children[item.child_id].rating != Rating.RED)
    if rising and contact.state in UNDECIDED:
        rate_children(session, contact, rising, by=by, at=at, practice=practice)


def _rises(item: RatingGiven, children: Mapping[int, ChildOnContact]) -> bool:
    was = children[item.child_id].rating
    return was is None or Rating(item.value).urgency > Rating(was).urgency


def _tell_if_it_stands(contact: Contact, choices: tuple[Choice, ...], version: int) -> None:
    """Tell whoever chose from a page grown stale what somebody has decided already: then nothing is held up by it.

    Raises:
        Stale: If the page is stale and every outcome chosen stands.
    """
    outcomes = {child.id: child.outcome for child in contact.children}
    found = contact.version - 1
    if found != version and all(outcomes[choice.child_id] == choice.route for choice in choices):
        raise Stale(contact.reference, found, contact.state)


def _all_go_ahead(contact: Contact, choices: tuple[Choice, ...], practice: Practice, at: datetime) -> bool:
    """Say whether everything chosen is too strong to wait for anything, a page grown stale included."""
    policy, routes = practice.sign_off(at), practice.routes(contact, at)
    return bool(choices) and all(policy.goes_ahead(routes.get(choice.route)) for choice in choices)


def at_once(session: Session, reference: str, practice: Practice, at: datetime) -> Route:
    """Give the outcome that never waits, of the version that judges a contact or else as others call it.

    Raises:
        NotFound: If there is no such contact, or nobody knows of such an outcome.
    """
    contact = session.scalars(select(Contact).where(Contact.reference == reference)).one_or_none()
    route = practice.routes(contact, at).first(*practice.sign_off(at).ahead) if contact else None
    if route is None:
        raise NotFound(f"There is no contact {reference}, or nothing that goes ahead at once.")
    return route


def settle(session: Session, contact: Contact, *, by: Actor, at: datetime, practice: Practice) -> None:
    """After a decision: offer what others must receive, stop the clocks, and close what nothing is left to do for."""
    session.flush()
    keep_kinds(session, map(practice.routes(contact, at).get, (child.route for child in contact.children)))
    recorded = recorded_of(session, contact, by)  # no offer changes it
    hand_over.offer_what_stands(session, contact, by=by, at=at, practice=practice, recorded=recorded)
    if contact.state == State.DECIDED:
        contact.decided_at = contact.decided_at or at
        hold_outcome(session, contact, practice, by=by, at=at)
        with suppress(LookupError):  # a day outside the calendar has no clock, and that stops no decision
            _clocks_after(session, contact, practice)
        stop_clocks(session, contact, (*DECISION_CLOCKS, "red-acknowledge"), at=at)
        closes = situation_of(session, contact, by=by, at=at, practice=practice, recorded=recorded)
        if not may(closes, Move.CLOSE):
            contact.state = advance(closes, Move.CLOSE)
            contact.closed_at = at
            record_event(session, kind="contact.closed", at=at, by=by, contact_id=contact.id)
    elif contact.state == State.WITH_MANAGER:
        with suppress(LookupError):
            _early_help_clock(session, contact, practice)
        record_event(session, kind="contact.recommended", at=at, by=by, contact_id=contact.id)
    place_in_queue(session, contact)


def _clocks_after(session: Session, contact: Contact, practice: Practice) -> None:
    """Judge early help by its own clock, and start the one on telling the referrer."""
    if contact.referrer_identity != "anonymous" and contact.decided_at:
        start_clock(session, contact, "feedback", practice=practice, started=contact.decided_at)
    _early_help_clock(session, contact, practice)


def _early_help_clock(session: Session, contact: Contact, practice: Practice) -> None:
    """Start the clock of early help from receipt once early help is recommended or decided."""
    said = {key for child in contact.children for key in (child.outcome, child.route)}
    if any(route is not None and route.kind is Kind.EARLY_HELP for route in map(practice.route, said)):
        start_clock(session, contact, "early-help", practice=practice, started=contact.received_at)
