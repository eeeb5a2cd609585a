"""Close a contact that asked for no service: information given, advice, signposting. The four-click path."""

from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import DECISION_CLOCKS, place_in_queue, stop_clocks
from mash.journeys.situations import situation_of
from mash.models import ChildOnContact, Contact, Decision
from mash.workflow.contact import Move, advance
from mash.workflow.words import Route

LOWEST_LEVEL = 1


def inform(
    session: Session,
    reference: str,
    *,
    contact_type: str,
    outcome: str,
    answer: str,
    no_worry_confirmed: bool,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Close a contact as information only, for every child on it.

    Args:
        contact_type: What it turned out to be, such as a statutory check.
        outcome: ``information_given``, ``advice`` or ``signposting``; ``answer`` says what was done or told.
        no_worry_confirmed: That someone looked for a worry about a child in it and found none.

    Raises:
        MoveRefused: If any child needs a decision after all, or something is not said.
    """
    contact = contact_for_change(session, reference, version=version)
    route = Route(outcome)
    changes = {child.id: {"route": route} for child in contact.children}
    said = {"reason": answer, "no_worry_confirmed": no_worry_confirmed}
    situation = situation_of(session, contact, by=by, at=at, practice=practice, changes=changes, **said)
    contact.state = advance(situation, Move.INFORM)
    contact.type_at_decision, contact.decided_at, contact.closed_at = contact_type, at, at
    for child in contact.children:
        session.add(_decision(contact, child, route, answer, by=by, at=at))
        child.route = child.outcome = route.value
        child.decided_at = at
    stop_clocks(session, contact, DECISION_CLOCKS, at=at)
    place_in_queue(session, contact)
    told = {"type": contact_type, "outcome": route.value, "answer": answer, "no_worry_confirmed": no_worry_confirmed}
    record_event(session, kind="contact.informed", at=at, by=by, contact_id=contact.id, data=told)
    return contact


def _decision(
    contact: Contact, child: ChildOnContact, route: Route, answer: str, *, by: Actor, at: datetime
) -> Decision:
    return Decision(
        child_id=child.id,
        status="decided",
        level=child.level or LOWEST_LEVEL,
        route=route.value,
        reason=answer,
        contact_type=contact.type_at_decision,
        ruleset_id=contact.ruleset_id,
        recommended_by_id=by.user_id,
        recommended_at=at,
        decided_by_id=by.user_id,
        decided_at=at,
    )
