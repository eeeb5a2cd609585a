"""What has been offered to a receiving team and waits for its answer."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from mash.models import ChildOnContact, Contact, Decision, HandOver, User
from mash.queries.children import ChildShown, children_of
from mash.queries.restricted import MAY_SEE, Reader, named_of, not_kept_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One child offered to a team.

    Attributes:
        route: What the team is asked to do.
        reason: Why it was decided so, in the decider's words; empty if there is no decision to show.
        plan: For a step-down, what early help is to do.
    """

    reference: str
    version: int
    contact_id: int
    child: ChildShown
    route: str
    kind: str
    to_team: str
    plan: str
    offered_by: str
    offered_at: datetime
    received_at: datetime
    source_code: str
    source: str
    reason: str
    decided_by: str
    agreement: str | None


def offers_statement(team: str, roles: AbstractSet[str]) -> Select[*tuple[Any, ...]]:
    """Select what is offered to a team and not answered, the longest waiting first.

    What is restricted is here too: the team was named to receive it, and somebody must. What its reader is kept from
    by name is not.
    """
    return (
        select(HandOver, Contact, User.name.label("offered_by"))
        .join(ChildOnContact, ChildOnContact.id == HandOver.child_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .outerjoin(User, User.id == HandOver.offered_by_id)
        .where(HandOver.state == "offered", HandOver.to_team == team, not_kept_from(roles))
        .order_by(HandOver.id)
    )


def offers(session: Session, *, team: str, roles: AbstractSet[str]) -> Sequence[Offer]:
    """List what is offered to a team and not answered, the longest waiting first."""
    newest = {row.HandOver.child_id: row for row in session.execute(offers_statement(team, roles))}
    rows = sorted(newest.values(), key=lambda row: row.HandOver.id)
    children = children_of(session, {row.Contact.id for row in rows}, roles=Reader(MAY_SEE, named_of(roles)))
    by_id = {child.id: child for shown in children.values() for child in shown}
    decided = _decisions(session, list(newest))
    return [
        _offer(row, by_id[row.HandOver.child_id], decided.get(row.HandOver.child_id))
        for row in rows
        if by_id[row.HandOver.child_id].hand_over == "offered"
    ]


def _offer(row: Any, child: ChildShown, decided: Any) -> Offer:
    given, contact = row.HandOver, row.Contact
    return Offer(
        reference=contact.reference,
        version=contact.version,
        contact_id=contact.id,
        child=child,
        route=given.route,
        kind=given.kind,
        to_team=given.to_team,
        plan=given.plan,
        offered_by=row.offered_by or "",
        offered_at=given.offered_at,
        received_at=contact.received_at,
        source_code=contact.source_code,
        source=contact.source_agency or contact.source_given,
        reason=decided.reason if decided else "",
        decided_by=(decided.name or "") if decided else "",
        agreement=decided.agreement_status if decided else None,
    )


def _decisions(session: Session, child_ids: Sequence[int]) -> dict[int, Any]:
    """Give the newest standing decision of each child, with who made it."""
    decider = aliased(User)
    rows = session.execute(
        select(Decision.child_id, Decision.reason, Decision.agreement_status, decider.name)
        .outerjoin(decider, decider.id == Decision.decided_by_id)
        .where(Decision.child_id.in_(child_ids), Decision.status == "decided")
        .order_by(Decision.child_id, Decision.id)
    )
    return {row.child_id: row for row in rows}
