"""Open a restricted contact in an emergency: an hour's reading with a reason, told at once and reviewed by another."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.restrict import AccessRefused
from mash.journeys.tell_roles import tell_roles
from mash.models import BreakGlass, Contact, NamedAccess
from mash.queries.named_access import reader_of
from mash.queries.restricted import may_know, named_of
from mash.workflow.calendar import Calendar, london_day
from mash.workflow.emergency import emergency_policy

NONE_SO = "No contact with that reference can be opened in this way. Call the duty manager"
NOT_PROVED = "It takes a second step: set up a passkey or an authenticator app on your account, and sign in with it"
FINDINGS = {"right": "It was right to open it", "wrong": "It should not have been opened"}


def open_in_emergency(
    session: Session, reference: str, *, reason: str, proved: bool, by: Actor, at: datetime, calendar: Calendar
) -> BreakGlass:
    """Let the actor in to one restricted contact for an hour, and tell managers and auditors now.

    Args:
        proved: Whether they just proved again who they are, by two factors.

    Raises:
        AccessRefused: If their role may not, they did not prove who they are, the reason is too short, it is open to
            them already, or there is no contact that may be opened so. That they are kept from one by name is not told.
    """
    policy = emergency_policy()
    if by.user_id is None or policy.roles.isdisjoint(by.roles):
        raise AccessRefused("reference", "Your role does not open contacts in an emergency. Call the duty manager")
    if not proved:
        raise AccessRefused("reference", NOT_PROVED)
    if len(reason.strip()) < policy.reason_at_least:
        raise AccessRefused("reason", f"Say why in at least {policy.reason_at_least} characters")
    contact = session.scalars(
        select(Contact).where(Contact.reference == reference).with_for_update(key_share=True)
    ).one_or_none()
    reader = reader_of(session, by.user_id, by.roles, at)
    if contact is None or contact.id in named_of(reader).contacts_kept:
        raise AccessRefused("reference", NONE_SO)
    if may_know(reader, contact.id, restricted=contact.restricted):
        raise AccessRefused("reference", f"{reference} is open to you already")
    return _opened(session, contact, reason.strip(), by=by, at=at, calendar=calendar)


def _opened(
    session: Session, contact: Contact, reason: str, *, by: Actor, at: datetime, calendar: Calendar
) -> BreakGlass:
    policy = emergency_policy()
    until = at + policy.lasts
    access = NamedAccess(
        user_id=by.user_id, kind="emergency", contact_id=contact.id, reason=reason, by_id=by.user_id, at=at, until=until
    )
    session.add(access)
    session.flush()
    review_by = calendar.closes(calendar.add_working_days(london_day(at), policy.review_within))
    made = BreakGlass(
        access_id=access.id,
        user_id=by.user_id,
        contact_id=contact.id,
        reason=reason,
        at=at,
        until=until,
        review_due_at=review_by,
    )
    session.add(made)
    said = {"access": access.id, "reason": reason, "until": until.isoformat(), "review_by": review_by.isoformat()}
    record_event(session, kind="emergency.opened", at=at, by=by, contact_id=contact.id, data=said)
    tell_roles(
        session,
        policy.told_roles,
        contact_id=contact.id,
        key=f"emergency-{access.id}",
        text=f"{by.name} opened {contact.reference}, which is restricted, in an emergency. Somebody else reviews that.",
        at=at,
        link="/restricted#emergencies",
        but=by.user_id,
    )
    return made


def review_emergency(
    session: Session, access_id: int, *, finding: str, words: str, by: Actor, at: datetime
) -> BreakGlass:
    """Say whether it was right to open it. Whoever did never reviews that themself. What is wrong ends it at once.

    Raises:
        AccessRefused: If the actor is no manager or auditor, opened it, is kept from the contact, gives no reason for
            what was wrong, or it was reviewed already.
    """
    found = session.get(BreakGlass, access_id, with_for_update=True)
    if found is None or by.roles.isdisjoint(emergency_policy().told_roles) or not _may(session, found, by, at):
        raise AccessRefused("finding", "There is nothing like that for you to review")
    if found.user_id == by.user_id:
        raise AccessRefused("finding", "You opened it. Somebody else reviews that")
    if found.reviewed_at is not None:
        raise AccessRefused("finding", "It was reviewed already")
    if finding not in FINDINGS:
        raise AccessRefused("finding", "Choose whether it was right to open it")
    if finding == "wrong" and not words.strip():
        raise AccessRefused("words", "Say what was wrong")
    found.finding, found.review_words = finding, words
    found.reviewed_by_id, found.reviewed_at = by.user_id, at
    if finding == "wrong" and found.until > at:
        access = session.get_one(NamedAccess, access_id)
        access.ended_at, access.ended_by_id = at, by.user_id
    said = {"access": access_id, "finding": finding, "reason": words, "late": at > found.review_due_at}
    record_event(session, kind="emergency.reviewed", at=at, by=by, contact_id=found.contact_id, data=said)
    return found


def _may(session: Session, found: BreakGlass, by: Actor, at: datetime) -> bool:
    contact = session.get_one(Contact, found.contact_id)
    known = by.user_id is not None and reader_of(session, by.user_id, by.roles, at)
    return bool(known) and may_know(known or by.roles, contact.id, restricted=contact.restricted)
