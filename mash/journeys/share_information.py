"""Say how far a partner's reply goes: its tier, who is named for it, and what whoever gave it agreed to share on."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound, contact_for_change
from mash.journeys.events import record_event
from mash.journeys.restrict import AccessRefused
from mash.models import InformationRequest, NamedReader, Originator, User

NARROWER = ("record", "mash_only", "named")
"""The three tiers, the widest first."""


def set_tier(
    session: Session,
    reference: str,
    request_id: int,
    *,
    tier: str,
    agreed: bool,
    summary: str,
    named: Iterable[int],
    version: int,
    by: Actor,
    at: datetime,
) -> InformationRequest:
    """Set who may see a reply. Anyone who reads it may narrow it; it goes wider only if whoever gave it agreed.

    Args:
        agreed: Whether they agreed that it goes wider.
        summary: What they agreed may be shared with whoever may not see the reply itself.
        named: Who else may read it where it is for named people only.

    Raises:
        NotFound: If there is no such reply on the contact.
        AccessRefused: If it would go wider without their agreement, or names nobody who works here.
    """
    contact = contact_for_change(session, reference, version=version)
    request = session.get(InformationRequest, request_id)
    if request is None or request.contact_id != contact.id or request.replied_at is None:
        raise NotFound("There is no such reply on this contact.")
    before = request.sensitivity
    if NARROWER.index(tier) < NARROWER.index(before) and not agreed:
        raise AccessRefused("agreed", f"It goes wider only if {request.agency} agreed. Ask them first")
    request.sensitivity = tier
    session.merge(Originator(request_id=request.id, summary=summary, may_widen=agreed, by_id=by.user_id, at=at))
    added = _name(session, request, set(named), by=by, at=at) if tier == "named" else []
    said = {
        "request": request.id,
        "from": before,
        "to": tier,
        "agreed": agreed,
        "summary": bool(summary),
        "named": added,
    }
    record_event(session, kind="information.tier_set", at=at, by=by, contact_id=contact.id, data=said)
    return request


def _name(session: Session, request: InformationRequest, named: set[int], *, by: Actor, at: datetime) -> list[int]:
    here = set(session.scalars(select(User.id).where(User.id.in_(named), User.active)))
    if here != named:
        raise AccessRefused("named", "Choose people who work here")
    known = set(session.scalars(select(NamedReader.user_id).where(NamedReader.request_id == request.id)))
    wanted = named | ({by.user_id} if by.user_id else set())
    session.add_all(
        NamedReader(request_id=request.id, user_id=one, by_id=by.user_id, at=at) for one in sorted(wanted - known)
    )
    session.flush()
    return sorted(wanted - known)
