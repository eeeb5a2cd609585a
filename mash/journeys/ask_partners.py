"""Ask partners what they know, and keep what they answer. The contact's clocks go on running."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound, contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.journeys.running_clocks import place_in_queue
from mash.journeys.situations import situation_of
from mash.models import Agreement, Contact, InformationRequest
from mash.workflow.contact import Move, MoveRefused, advance
from mash.workflow.words import State

REPLY_CLOCK = {"red": "agency-reply-red", "amber": "agency-reply-amber", "green": "agency-reply-green"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one agency is asked, on what lawful basis, and whether the family agreed to that check."""

    agency: str
    questions: str
    lawful_basis: str = ""
    checks: str | None = None


def ask(
    session: Session, reference: str, asked: Asked, *, version: int, by: Actor, at: datetime, practice: Practice
) -> InformationRequest:
    """Ask one agency. The history comes first, the lawful basis is on record, and agreement or authority is too.

    Raises:
        MoveRefused: If any of those is missing, all said at once.
    """
    contact = contact_for_change(session, reference, version=version)
    _keep_basis(session, contact, asked, by=by, at=at)
    contact.state = advance(situation_of(session, contact, by=by, at=at, practice=practice), Move.ASK_INFORMATION)
    due = practice.due(REPLY_CLOCK.get(contact.rating or "green", "agency-reply-green"), at)
    request = InformationRequest(
        contact_id=contact.id,
        agency=asked.agency,
        questions=asked.questions,
        asked_by_id=by.user_id,
        sent_at=at,
        due_at=due.at,
    )
    session.add(request)
    session.flush()
    said = {"request": request.id, "agency": asked.agency, "due_at": due.at.isoformat()}
    record_event(session, kind="information.asked", at=at, by=by, contact_id=contact.id, data=said)
    place_in_queue(session, contact)
    return request


def _keep_basis(session: Session, contact: Contact, asked: Asked, *, by: Actor, at: datetime) -> None:
    """Keep on what lawful basis one agency is asked, and whether the family agreed to that."""
    basis = ("lawful_basis", "recorded" if asked.lawful_basis.strip() else None, asked.lawful_basis)
    for kind, status, reason in (basis, ("checks", asked.checks, "")):
        if status:
            session.add(
                Agreement(
                    contact_id=contact.id,
                    kind=kind,
                    status=status,
                    agency=asked.agency,
                    reason=reason,
                    by_id=by.user_id,
                    at=at,
                )
            )
    session.flush()


def authorise_checks(
    session: Session, reference: str, reason: str, *, version: int, by: Actor, at: datetime
) -> Contact:
    """Let partners be asked without the family's agreement, on a manager's authority and reason.

    Raises:
        MoveRefused: If the actor is no manager, or gives no reason.
    """
    contact = contact_for_change(session, reference, version=version)
    lacking = {
        "A manager authorises checks without agreement.": by.is_manager,
        "Say why the checks go ahead without agreement.": bool(reason.strip()),
    }
    objections = tuple(sentence for sentence, done in lacking.items() if not done)
    if objections:
        raise MoveRefused(Move.ASK_INFORMATION, State(contact.state), objections)
    session.add(
        Agreement(
            contact_id=contact.id,
            kind="override",
            status="recorded",
            reason=reason,
            authorised_by_id=by.user_id,
            by_id=by.user_id,
            at=at,
        )
    )
    said = {"reason": reason}
    record_event(session, kind="information.authorised", at=at, by=by, contact_id=contact.id, data=said)
    return contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back. "Nothing held" is an answer; ``none`` records that no answer came."""

    kind: str
    text: str = ""
    replied_by: str = ""
    searched_with: str = ""
    sensitivity: str = "record"


def record_reply(
    session: Session,
    reference: str,
    request_id: int,
    reply: Reply,
    *,
    version: int,
    by: Actor,
    at: datetime,
    practice: Practice,
) -> Contact:
    """Keep an answer. One that comes after the decision is kept too, and asks whether it changes anything.

    Raises:
        NotFound: If there is no such request on the contact.
        MoveRefused: If it was answered before; only "no reply" gives way to a reply.
    """
    contact = contact_for_change(session, reference, version=version)
    request = session.get(InformationRequest, request_id)
    if request is None or request.contact_id != contact.id:
        raise NotFound("There is no such request on this contact.")
    if request.replied_at is not None and request.reply_kind != "none":
        sentence = "A reply is already on record, and stays. Add a note, or ask again."
        raise MoveRefused(Move.INFORMATION_IN, State(contact.state), (sentence,))
    request.reply_kind, request.reply = reply.kind, reply.text
    request.replied_by, request.searched_with = reply.replied_by, reply.searched_with
    request.sensitivity, request.replied_at = reply.sensitivity, at
    session.flush()
    if contact.state == State.WAITING_FOR_INFORMATION:
        situation = situation_of(session, contact, by=by, at=at, practice=practice)
        contact.state = advance(situation, Move.INFORMATION_IN)
    said = {"request": request.id, "agency": request.agency, "reply": reply.kind, "late": at > request.due_at}
    record_event(session, kind="information.received", at=at, by=by, contact_id=contact.id, data=said)
    place_in_queue(session, contact)
    return contact


def answer_late_reply(
    session: Session, reference: str, request_id: int, *, changes: bool, version: int, by: Actor, at: datetime
) -> Contact:
    """Say whether a reply that came after the decision changes it. Reopening is a step of its own.

    Raises:
        NotFound: If there is no such request on the contact.
    """
    contact = contact_for_change(session, reference, version=version)
    request = session.get(InformationRequest, request_id)
    if request is None or request.contact_id != contact.id:
        raise NotFound("There is no such request on this contact.")
    request.changes_decision = changes
    said = {"request": request.id, "changes_decision": changes}
    record_event(session, kind="information.weighed", at=at, by=by, contact_id=contact.id, data=said)
    return contact
