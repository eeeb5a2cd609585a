"""Share contacts out: take or give several at once with a result for each, ask whoever has one, keep one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound, locked
from mash.journeys.events import record_event
from mash.journeys.tell_colleague import tell_colleague
from mash.journeys.triage import RENEW_AFTER, claim, is_claimed_by_another
from mash.models import Contact, User
from mash.queries.claims import Colleague, colleagues
from mash.queries.named_access import reader_of
from mash.queries.restricted import may_know, open_for_work
from mash.workflow.calendar import london_day
from mash.workflow.contact import MoveRefused
from mash.workflow.words import State

MOST = 100


class NotShared(Exception):
    """A contact that cannot change hands. The message is a sentence for whoever tried."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one contact of several."""

    reference: str
    done: bool
    words: str


Do = Callable[[Contact], str]


def hold_on(session: Session, contact_id: int, *, by: Actor, at: datetime) -> None:
    """Keep one's own claim from lapsing while one works on a contact. At most one write a minute."""
    session.execute(
        update(Contact)
        .where(Contact.id == contact_id, Contact.claimed_by_id == by.user_id, Contact.claimed_at < at - RENEW_AFTER)
        .values(claimed_at=at)
    )


def claim_each(
    session: Session, references: Sequence[str], *, by: Actor, at: datetime, reason: str = ""
) -> list[Outcome]:
    """Take each contact that can be taken. One that somebody else has open needs a reason."""

    def take(contact: Contact) -> str:
        before = _holder(session, contact, by=by, at=at)
        claim(session, contact.reference, by=by, at=at, reason=reason)
        if before is None:
            return "Yours."
        _tell_taken(session, contact, before, by=by, at=at, reason=reason)
        return f"Taken over from {before.name}."

    return each_of(session, references, take, by=by)


def assign_each(
    session: Session, references: Sequence[str], *, to: int, by: Actor, at: datetime, reason: str = ""
) -> list[Outcome]:
    """Give each contact to somebody. They are told at once, and so is whoever had it open.

    Raises:
        NotFound: If they are not on duty here at all.
        NotShared: If they are away.
    """
    given = next(iter(colleagues(session, day=london_day(at), only=to)), None)
    if given is None:
        raise NotFound("There is nobody like that on duty.")
    if given.away_until is not None:
        raise NotShared(f"{given.name} is away until {given.away_until:%A} {given.away_until.day}. Choose someone else")

    outcomes = each_of(session, references, lambda contact: _give(session, contact, given, by=by, at=at, reason=reason),
                     by=by)  # fmt: skip
    done = [outcome.reference for outcome in outcomes if outcome.done]
    if done and to != by.user_id:
        said = f"{by.name} gave you {', '.join(done)}."
        tell_colleague(session, user_id=to, text=said, at=at, detail=reason, link=("Your queue", "/queue"))
    return outcomes


def _give(session: Session, contact: Contact, to: Colleague, *, by: Actor, at: datetime, reason: str) -> str:
    if not may_know(reader_of(session, to.id, frozenset(to.roles), at), contact.id, restricted=contact.restricted):
        raise NotShared(f"{'It is restricted, and ' if contact.restricted else ''}{to.name} may not see it.")
    before = _holder(session, contact, by=by, at=at)
    if before is not None and before.id == to.id:
        return f"{to.name} has it already."
    if before is not None and not reason.strip():
        raise NotShared(f"{before.name} has it open. Say why it changes hands.")
    was = contact.claimed_by_id
    contact.claimed_by_id, contact.claimed_at = to.id, at
    said = {"from": was, "to": to.id, "to_name": to.name, "reason": reason}
    record_event(session, kind="contact.assigned", at=at, by=by, contact_id=contact.id, data=said)
    if before is not None:
        _tell_taken(session, contact, before, by=by, at=at, reason=reason, to=to.name)
    return f"Given to {to.name}."


def each_of(session: Session, references: Sequence[str], do: Do, *, by: Actor) -> list[Outcome]:
    """Do one thing to each contact, all locked first and in one order. One that is refused never hides the rest."""
    wanted = list(dict.fromkeys(references))
    found = {
        contact.reference: contact
        for contact in session.scalars(
            select(Contact)
            .where(Contact.reference.in_(wanted), open_for_work(by.roles))
            .order_by(Contact.id)
            .with_for_update(key_share=True)
        )
    }
    outcomes = []
    for reference in wanted:
        try:
            words = do(_shareable(found.get(reference)))
            outcomes.append(Outcome(reference, done=True, words=words))
        except MoveRefused as refused:
            outcomes.append(Outcome(reference, done=False, words=" ".join(refused.objections)))
        except NotShared as refused:
            outcomes.append(Outcome(reference, done=False, words=str(refused)))
    return outcomes


def _shareable(contact: Contact | None) -> Contact:
    if contact is None:
        raise NotShared("There is no such contact, or it is not for you to know of.")
    if contact.queue_rank is None:
        raise NotShared(f"It is no longer in the queue: {State(contact.state).words.lower()}.")
    return contact


def _holder(session: Session, contact: Contact, *, by: Actor, at: datetime) -> User | None:
    """Give who else has a contact open now."""
    return session.get(User, contact.claimed_by_id) if is_claimed_by_another(session, contact, by=by, at=at) else None


def _tell_taken(
    session: Session, contact: Contact, before: User, *, by: Actor, at: datetime, reason: str, to: str = ""
) -> None:
    done = f"gave {contact.reference} to {to}" if to else f"took over {contact.reference}"
    tell_colleague(
        session,
        user_id=before.id,
        text=f"{by.name} {done}. What you have drafted is kept.",
        detail=reason,
        at=at,
        link=("Open it", f"/contacts/{contact.reference}"),
    )


def take_over(session: Session, reference: str, *, by: Actor, at: datetime, reason: str) -> Contact:
    """Take one contact over, with a reason, and tell whoever had it open.

    Raises:
        MoveRefused: If someone has it open and no reason is given.
    """
    contact = session.scalars(locked(reference).where(open_for_work(by.roles))).one_or_none()
    before = None if contact is None else _holder(session, contact, by=by, at=at)
    contact = claim(session, reference, by=by, at=at, reason=reason)
    if before is not None:
        _tell_taken(session, contact, before, by=by, at=at, reason=reason)
    return contact


def ask_holder(session: Session, reference: str, *, by: Actor, at: datetime, words: str = "") -> str | None:
    """Ask whoever has a contact open whether one may have it. Return who was asked; None if nobody has it open now."""
    contact = session.scalars(locked(reference).where(open_for_work(by.roles))).one_or_none()
    if contact is None:
        raise NotFound(f"There is no contact {reference}.")
    holder = _holder(session, contact, by=by, at=at)
    if holder is None:
        return None
    said = {"of": holder.id, "of_name": holder.name, "text": words}
    record_event(session, kind="contact.asked_for", at=at, by=by, contact_id=contact.id, data=said)
    tell_colleague(
        session,
        user_id=holder.id,
        text=f"{by.name} asks whether they may have {reference}.",
        detail=words,
        at=at,
        link=("Open it", f"/contacts/{reference}"),
        action=("Put it back for them", f"/queue/{reference}/release"),
    )
    return holder.name
