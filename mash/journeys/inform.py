"""Close a contact that asked for no service: information given, advice, signposting. The four-click path."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.choices import Advised, Choice, advise_all, advised_route, refuse_foreign
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.keep_kinds import keep_kinds
from mash.journeys.pattern import keep_view
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import DECISION_CLOCKS, place_in_queue, stop_clocks
from mash.journeys.situations import situation_of
from mash.models import ChildOnContact, Contact, Decision
from mash.workflow.contact import Move, advance
from mash.workflow.routes import Routes


def inform(
    session: Session,
    reference: str,
    *,
    contact_type: str,
    outcome: str,
    answer: str,
    no_worry_confirmed: bool,
    pattern_view: str = "",
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Close a contact as information only, for every child on it.

    Args:
        pattern_view: What to make of so many contacts, where policy asks; see ``mash.journeys.pattern``.
        outcome: One of the version's outcomes that inform or advise; ``answer`` says what was done or told.
        no_worry_confirmed: Someone looked for a worry about a child in it and found none.

    Raises:
        MoveRefused: If any child needs a decision after all, by its rating or by the rules, or something is not said.
    """
    contact = contact_for_change(session, reference, version=version)
    contact.type_at_decision = contact_type  # the rules judge what it turned out to be
    everyone = tuple(Choice(child_id=child.id, route=outcome) for child in contact.children)
    refuse_foreign(contact, everyone, practice, at)
    routes = practice.routes(contact, at)
    advised = advise_all(session, contact, everyone, practice, at)
    changes = {child: _against(found, outcome, routes) for child, found in advised.items()}
    said: dict[str, Any] = {"reason": answer, "no_worry_confirmed": no_worry_confirmed, "pattern_view": pattern_view}
    situation = situation_of(session, contact, by=by, at=at, practice=practice, changes=changes, **said)
    contact.state = advance(situation, Move.INFORM)
    contact.decided_at = contact.closed_at = at
    keep_kinds(session, [routes.get(outcome)])
    for child in contact.children:
        _keep(session, child, advised[child.id], Answered(outcome, answer, contact_type), by=by, at=at)
    stop_clocks(session, contact, DECISION_CLOCKS, at=at)
    place_in_queue(session, contact)
    keep_view(session, contact, situation, practice, by=by, at=at)
    told = {"reason": answer, "no_worry_confirmed": no_worry_confirmed}
    told |= {"type": contact_type, "outcome": outcome, "answer": answer}
    record_event(session, kind="contact.informed", at=at, by=by, contact_id=contact.id, data=told)
    return contact


def _against(advised: Advised, outcome: str, routes: Routes) -> dict[str, Any]:
    suggested = advised_route(advised, routes)
    return {"route": routes.get(outcome), "advised_level": advised.level, "advised_route": suggested}


@dataclass(frozen=True, slots=True)
class Answered:
    """What was given, in which words, to what kind of contact."""

    outcome: str
    answer: str
    contact_type: str


def _keep(
    session: Session, child: ChildOnContact, advised: Advised, given: Answered, *, by: Actor, at: datetime
) -> None:
    """Write the decision beside what the rules said, and let it stand on the child."""
    advice = advised.advice
    child.route = child.outcome = given.outcome
    child.decided_at = at
    session.add(
        Decision(
            child_id=child.id,
            status="decided",
            level=child.level or advised.lowest,
            route=given.outcome,
            reason=given.answer,
            contact_type=given.contact_type,
            advised_level=advised.level,
            advised_route=advice.route if advice else None,
            advice=advice.to_json() if advice else None,
            facts=advised.facts,
            ruleset_id=advice.ruleset_id if advice else None,
            ruleset_hash=advice.ruleset_hash if advice else None,
            recommended_by_id=by.user_id,
            recommended_at=at,
            decided_by_id=by.user_id,
            decided_at=at,
        )
    )
