"""Pass a red from hand to hand: take it up, give it to a named person, hand it to the night team, take that back.

Whoever has a red keeps it until somebody else takes it up, and a wait that nobody ended goes on. None of this changes
what the contact says, so its version stays, and nobody's half-written page goes stale.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound, locked
from mash.journeys.events import record_event
from mash.journeys.running_clocks import run_on, stop_clocks
from mash.journeys.sign_in import leave_notice_for
from mash.models import Contact, Oversight, RedTurn
from mash.queries.red_turns import NOBODY, Hold, able_with, holds
from mash.workflow.contact import Move, MoveRefused
from mash.workflow.words import Role, State

UNDO_WITHIN = timedelta(seconds=60)
OVER = frozenset({State.CLOSED, State.CANCELLED, State.HANDED_OVER})
WAIT = ("red-acknowledge",)


def take_up(session: Session, reference: str, *, by: Actor, at: datetime) -> Contact:
    """Say "I have this" of a red. It stops the wait to be taken up, not the wait for a decision.

    A practitioner may say it of what a manager gave them: a manager has seen it then.

    Raises:
        MoveRefused: If the actor is no manager and was not given it, or has it already.
    """
    contact, hold = _found(session, reference)
    mine = Role.PRACTITIONER in by.roles and hold.given is not None and hold.given.to_id == by.user_id
    _refuse(
        contact,
        not mine and _not_a_manager(by, "say that you have it"),
        hold.is_held_by(by.user_id) and "You have this.",
    )
    manages = Role.MANAGER in by.roles
    if manages:
        session.add(Oversight(contact_id=contact.id, kind="acknowledged", by_id=by.user_id, at=at))
    _keep(session, contact, "taken", "oversight.acknowledged" if manages else "red.taken", by=by, at=at)
    stop_clocks(session, contact, WAIT, at=at)
    return contact


def give(session: Session, reference: str, to_id: int, *, by: Actor, at: datetime) -> str:
    """Ask a named practitioner or manager to take a red up, and tell them. Until they do, nothing else changes.

    Returns:
        The name of whom it was given to.

    Raises:
        MoveRefused: If the actor is no manager, or nobody who can take it up is named.
    """
    contact, hold = _found(session, reference)
    ready = able_with(session, contact, at)
    _refuse(
        contact,
        _not_a_manager(by, "give it to somebody"),
        to_id not in ready and "Choose somebody on duty to give it to.",
        to_id == by.user_id and "To have it yourself, say that you have it.",
        hold.is_held_by(to_id) and f"{ready.get(to_id)} has this.",
    )
    _keep(session, contact, "given", "red.given", {"to": ready[to_id]}, by=by, at=at, to_id=to_id)
    notice = {
        "text": f"{by.name} has given you {reference}, which needs a manager now.",
        "kind": "problem",
        "detail": "It is yours once you take it up.",
        "link": {"words": "Open the board", "url": "/red"},
    }
    leave_notice_for(session, user_id=to_id, notice=notice, at=at)
    return ready[to_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the emergency duty team said when it took a red over: who took it, when, and what they were told."""

    team: str
    taken_by: str
    taken_at: datetime
    told: str


def hand_to_night_team(session: Session, reference: str, taken: Taken, *, by: Actor, at: datetime) -> RedTurn:
    """Record that the emergency duty team has taken a red over, with a receipt. The wait to be taken up ends.

    Raises:
        MoveRefused: If the contact is no longer red, or the receipt does not say who, when and what.
    """
    contact, _ = _found(session, reference)
    blanks = [word for word in (taken.team, taken.taken_by, taken.told) if not word.strip()]
    _refuse(
        contact,
        not by.roles & {Role.MANAGER, Role.PRACTITIONER} and "This is for a practitioner or a manager.",
        bool(blanks) and "Say which team took it, who there, and what you told them.",
        taken.taken_at > at and "It cannot have been taken later than now.",
    )
    said = {"team": taken.team, "taken_by": taken.taken_by, "taken_at": taken.taken_at.isoformat(), "told": taken.told}
    receipt = {name: getattr(taken, name) for name in ("team", "taken_by", "taken_at", "told")}
    turn = _keep(session, contact, "night", "red.handed_to_night_team", said, by=by, at=at, **receipt)
    stop_clocks(session, contact, WAIT, at=at)
    return turn


def undo_turn(session: Session, reference: str, *, by: Actor, at: datetime) -> Contact:
    """Take back one's own last turn within a minute: a wait that it ended runs on as if it never had.

    Raises:
        MoveRefused: If it is too late, somebody has acted since, or it is for the night team, who were told.
    """
    contact, hold = _found(session, reference)
    last = hold.last
    mine = last is not None and last.by_id == by.user_id and last.kind in {"taken", "given"}
    _refuse(
        contact,
        not mine and "There is nothing of yours to undo here.",
        last is not None and mine and at - last.at > UNDO_WITHIN and "A minute has passed. Give it to somebody else.",
        contact.queue_rank is None and "It has been decided since.",
    )
    if last is not None and last.kind == "taken":
        run_on(session, contact, WAIT, since=last.at)
    _keep(session, contact, "undone", "red.undone", {"what": last.kind if last else ""}, by=by, at=at)
    return contact


def _found(session: Session, reference: str) -> tuple[Contact, Hold]:
    """Lock a red that is still being worked on, and say who has it.

    Raises:
        NotFound: If there is no such contact, or it is not red.
        MoveRefused: If it is over.
    """
    contact = session.scalars(locked(reference)).one_or_none()
    if contact is None or (contact.rating != "red" and contact.queue_rank != 0):
        raise NotFound(f"{reference} is not red.")
    _refuse(contact, contact.state in OVER and "This contact is no longer the front door's.")
    return contact, holds(session, [contact.id]).get(contact.id, NOBODY)


def _not_a_manager(by: Actor, what: str) -> str | bool:
    return Role.MANAGER not in by.roles and f"This is for a manager: {what}."


def _refuse(contact: Contact, *objections: str | bool) -> None:
    if said := tuple(str(one) for one in objections if one):
        raise MoveRefused(Move.AGREE, State(contact.state), said)


def _keep(
    session: Session,
    contact: Contact,
    kind: str,
    event: str,
    said: dict[str, Any] | None = None,
    *,
    by: Actor,
    at: datetime,
    **more: Any,
) -> RedTurn:
    turn = RedTurn(contact_id=contact.id, kind=kind, by_id=by.user_id, at=at, **more)
    session.add(turn)
    session.flush()
    record_event(session, kind=event, at=at, by=by, contact_id=contact.id, data=said)
    return turn
