"""What another system had already decided of an imported child: kept as history, never sent for a decision again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.intake import ContactRow
from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.import_people import moment
from mash.journeys.import_words import AGREEMENTS, RATINGS, TYPES, ours, route_of
from mash.journeys.keep_kinds import keep_kinds
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import DECISION_CLOCKS, running_clocks, start_clock, stop_clocks
from mash.kinds import Kind
from mash.models import ChildOnContact, Clock, Contact, Decision
from mash.rules import RuleSet


def decided_elsewhere(
    session: Session, contact: Contact, child: ChildOnContact, row: ContactRow, *, by: Actor, practice: Practice
) -> None:
    """Keep the rating, level and outcome a row gives. With an outcome for every child, the contact is closed.

    A further child without one opens it again: nobody's child is closed on another's outcome. A decision without a
    time is kept without one, and stands in no figure of what was in time.
    """
    child.rating = ours(row.rating, RATINGS) or child.rating
    child.level = int(row.level.code) if row.level and row.level.code else child.level
    if acknowledged := moment(row.acknowledged_at):
        contact.acknowledged_at = acknowledged
        stop_clocks(session, contact, ("acknowledge",), at=acknowledged)
    routed = route_of(row, practice.routes(contact, contact.received_at))
    route = routed.key if routed else None
    if routed is None or route is None:
        if contact.state == "closed":
            _open_again(session, contact)
        return
    decided = moment(row.decided_at) or moment(row.closed_at)
    child.route = child.outcome = route
    child.decided_at = decided
    child.hand_over = "accepted" if practice.team_of(routed) else None
    level = _level_by(routed.kind, practice.judging(contact, contact.received_at))
    session.add(_decision(contact, child, row, routed.key, level, decided))
    keep_kinds(session, [routed])
    session.flush()
    said = {"child": child.id, "route": route, "level": child.level, "rating": child.rating, "imported": True}
    told_at = decided or contact.received_at
    record_event(session, kind="child.decided", at=told_at, by=by, contact_id=contact.id, data=said)
    if all(other.outcome for other in contact.children):
        _close(session, contact, row, practice)


def _open_again(session: Session, contact: Contact) -> None:
    contact.state = "received"
    contact.decided_at = contact.closed_at = contact.type_at_decision = None
    for clock in session.scalars(select(Clock).where(Clock.contact_id == contact.id, Clock.name.in_(DECISION_CLOCKS))):
        clock.stopped_at = None


def _decision(
    contact: Contact, child: ChildOnContact, row: ContactRow, route: str, level: int, decided: datetime | None
) -> Decision:
    agreed = row.agreement_service
    kind = ours(row.type_at_decision, TYPES) or contact.type_at_receipt
    named = f"Decided by {row.decided_by}. " if row.decided_by else ""
    return Decision(
        child_id=child.id,
        status="decided",
        level=child.level or level,
        rating=child.rating,
        route=route,
        receiver=row.early_help_receiver or "",
        reason=f"{named}{row.reason or 'No reason came with the file.'}",
        agreement_status=ours(agreed, AGREEMENTS),
        contact_type=kind,
        ruleset_id=contact.ruleset_id,
        decided_at=decided,
        imported=True,
    )


def _level_by(kind: Kind, ruleset: RuleSet | None) -> int:
    """Give the level that a kind of outcome usually has in a version, for a row that gives none."""
    if ruleset is None:
        return 1
    ordinals = [level.ordinal for level in ruleset.levels]
    statutory = [level.ordinal for level in ruleset.levels if level.statutory != "no"]
    usual = {
        Kind.STRATEGY: ordinals[-1],
        Kind.ASSESSMENT: (statutory or ordinals)[0],
        Kind.EARLY_HELP: ordinals[:2][-1],
    }
    return usual.get(kind, ordinals[0])


def _close(session: Session, contact: Contact, row: ContactRow, practice: Practice) -> None:
    times = [child.decided_at for child in contact.children if child.decided_at]
    last = max(times) if len(times) == len(contact.children) else None
    contact.state, contact.decided_at = "closed", last
    contact.closed_at = moment(row.closed_at) or last
    contact.type_at_decision = ours(row.type_at_decision, TYPES) or contact.type_at_receipt
    if last is None:
        for clock in running_clocks(session, contact):
            session.delete(clock)  # when it was decided nobody can say, so no clock can either
        return
    kinds = {route.kind for child in contact.children if (route := practice.route(child.outcome))}
    if Kind.EARLY_HELP in kinds:
        start_clock(session, contact, "early-help", practice=practice, started=contact.received_at)
    stop_clocks(session, contact, (*DECISION_CLOCKS, "acknowledge"), at=last)
