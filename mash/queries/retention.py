"""Which contacts need not be kept any longer, what holds them, and what was proposed and decided of them."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, selectinload

from mash.kinds import Kind
from mash.models import ChildOnContact, Contact, Disposal, LegalHold, OutcomeKind, User
from mash.queries.policies import policy_document
from mash.queries.restricted import open_to
from mash.workflow.calendar import london_day
from mash.workflow.retention import RetentionPolicy, class_of, retention_policies_from

ENDED = ("closed", "stepped_down", "handed_over", "cancelled")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Outlived:
    """A contact that policy asks to keep no longer: of what class, since when, on what ground, and what holds it."""

    id: int
    reference: str
    record_class: str
    due_on: date
    ground: str
    held: str


def retention_policy(session: Session, on: date) -> RetentionPolicy | None:
    """Return the policy in force on a day; None before one is set up."""
    policies = retention_policies_from(policy_document(session, "retention"))
    return next((policy for policy in reversed(policies) if policy.starts <= on), None)


def outlived(
    session: Session,
    at: datetime,
    *,
    roles: AbstractSet[str],
    after: int = 0,
    only: int | None = None,
    but: tuple[str, ...] = ("proposed", "disposed"),
) -> list[Outlived]:
    """List contacts past their day that someone may know of, by id, some hundreds at a time.

    Args:
        roles: Of whoever asks; a contact that they may not know of is not listed.
        after: The id after which to go on.
        only: Look at this contact alone.
        but: Leave out those with a disposal in these states.
    """
    today = london_day(at)
    policy = retention_policy(session, today)
    if policy is None:
        return []
    taken = exists().where(Disposal.contact_id == Contact.id, Disposal.state.in_(but))
    wanted = select(Contact).where(Contact.state.in_(ENDED), Contact.id > after, ~taken, open_to(roles))
    wanted = wanted.where(Contact.id == only) if only else wanted
    kinds = {outcome: Kind(kind) for outcome, kind in session.execute(select(OutcomeKind.outcome, OutcomeKind.kind))}
    holds = select(LegalHold.contact_id, LegalHold.reason).where(LegalHold.ended_at.is_(None))
    held = {row.contact_id: row.reason for row in session.execute(holds)}
    people = selectinload(Contact.children).joinedload(ChildOnContact.person)
    found = (
        _judged(contact, policy, kinds, held.get(contact.id, ""))
        for contact in session.scalars(wanted.options(people).order_by(Contact.id).limit(AT_ONCE))
    )
    return [one for one in found if one.due_on <= today]


def _judged(contact: Contact, policy: RetentionPolicy, kinds: dict[str, Kind], held: str) -> Outlived:
    ended = contact.closed_at or contact.decided_at or contact.received_at
    came_to = [kinds.get(child.outcome or "") for child in contact.children]
    record_class = class_of(came_to, cancelled=contact.state == "cancelled")
    births = [child.person.date_of_birth or child.person.due_date for child in contact.children]
    due = policy.due_on(record_class, closed=london_day(ended), births=births)
    return Outlived(contact.id, contact.reference, record_class, due, policy.classes[record_class].ground, held)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A contact proposed for disposal, or decided of."""

    id: int
    reference: str
    record_class: str
    due_on: date
    state: str
    reason: str
    by: str
    by_id: int
    at: datetime
    digest: str


def known(session: Session, reference: str, roles: AbstractSet[str]) -> bool:
    """Say whether there is such a contact that someone may know of."""
    return session.scalar(select(exists().where(Contact.reference == reference, open_to(roles)))) or False


def disposals(session: Session, *states: str, roles: AbstractSet[str]) -> list[Proposed]:
    """List disposals in some states of contacts that someone may know of, the newest first."""
    wanted = (
        select(Disposal, Contact.reference, User.name)
        .join(Contact, Contact.id == Disposal.contact_id)
        .join(User, User.id == Disposal.proposed_by_id)
        .where(Disposal.state.in_(states), open_to(roles))
        .order_by(Disposal.id.desc())
        .limit(AT_ONCE)
    )
    return [
        Proposed(
            row.id, reference, row.record_class, row.due_on, row.state, row.reason, name, row.proposed_by_id,
            row.proposed_at, row.digest,
        )
        for row, reference, name in session.execute(wanted)
    ]  # fmt: skip
