"""What was known of a child at a moment: counts and marks that the rules read, never anything learnt later.

A count covers this service's own record and what was imported. Where no history was ever imported, facts about
referrals, plans and care are left out (not asked), because an empty record must not look like a clean one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from mash.kinds import ASSESSED
from mash.models import ChildOnContact, Contact, Decision, Episode, Observation, of_kind
from mash.models.people import EPISODE_KINDS

MONTH_DAYS = {"contacts_90d": 90, "contacts_3m": 92, "contacts_6m": 183, "contacts_12m": 365}
SAME_REFERRAL_DAYS = 7
FURTHEST = (
    ("looked_after", "removed"),
    ("protection_plan", "protection_plan"),
    ("section_47", "section_47"),
    ("child_in_need", "child_in_need"),
    ("assessment", "child_in_need"),
    ("early_help", "early_help"),
)


def history_facts(
    session: Session, child: ChildOnContact, contact: Contact, strands: Mapping[str, str]
) -> dict[str, Any]:
    """Give the history facts of one child as they stood when the contact was received.

    Args:
        strands: The strand of each indicator code, from the catalogue.
    """
    at = contact.received_at
    facts: dict[str, Any] = _counts(session, child, contact)
    facts |= _incidents(session, child, contact, strands)
    facts |= _lapsed(session, child.person_id, at)
    kinds = _kinds_kept(session)
    if kinds:
        facts |= _episodes(session, child.person_id, at, kinds)
        facts |= _siblings(session, child, contact)
    return facts


def _kinds_kept(session: Session) -> frozenset[str]:
    """Give the kinds of episode this database holds any of; of the others nothing is known, which is not "none"."""
    # The first kind from each on, which an index gives at once; "is there any" is a whole read on PostgreSQL.
    first = [select(func.min(Episode.kind)).where(Episode.kind >= kind).scalar_subquery() for kind in EPISODE_KINDS]
    held = session.execute(select(*first)).one()
    return frozenset(held).intersection(EPISODE_KINDS)


def _counted(contact: Contact) -> tuple[ColumnElement[bool], ...]:
    """Earlier contacts that stand and were known then: received and entered before, and not cancelled as an error."""
    return (
        Contact.received_at <= contact.received_at,
        or_(Contact.imported, Contact.entered_at <= contact.entered_at),
        Contact.id != contact.id,
        Contact.state != "cancelled",
    )


def _counts(session: Session, child: ChildOnContact, contact: Contact) -> dict[str, Any]:
    own = session.scalars(
        select(Contact.received_at)
        .join(ChildOnContact, ChildOnContact.contact_id == Contact.id)
        .where(ChildOnContact.person_id == child.person_id, *_counted(contact))
        .where(Contact.received_at > contact.received_at - timedelta(days=365))
    ).all()
    home = session.scalars(household_contacts(contact, since=contact.received_at - timedelta(days=365))).all()
    return contact_counts(own, home, contact.received_at)


def contact_counts(own: Sequence[datetime], home: Sequence[datetime], at: datetime) -> dict[str, Any]:
    """Count contacts about the child and about the home before a moment, with the present one."""
    facts: dict[str, Any] = {name: 1 + _within(own, at, days) for name, days in MONTH_DAYS.items()}
    facts["household_contacts_90d"] = 1 + _within(home, at, 90)
    facts["household_contacts_12m"] = 1 + _within(home, at, 365)
    return facts


def household_contacts(contact: Contact, *, since: datetime) -> Any:
    """Select when other contacts about the same home or the same children were received."""
    people = [child.person_id for child in contact.children]
    same_home: Select[int] | CompoundSelect[int]
    same_home = select(ChildOnContact.contact_id).where(ChildOnContact.person_id.in_(people))
    if contact.address_id is not None:  # a union, as an "or" over the two would read every contact on PostgreSQL
        at_home = aliased(Contact)
        same_home = same_home.union(select(at_home.id).where(at_home.address_id == contact.address_id))
    return select(Contact.received_at).where(Contact.id.in_(same_home), *_counted(contact), Contact.received_at > since)


def _within(moments: Iterable[datetime], at: datetime, days: int) -> int:
    return sum(moment > at - timedelta(days=days) for moment in moments)


def _incidents(session: Session, child: ChildOnContact, contact: Contact, strands: Mapping[str, str]) -> dict[str, Any]:
    seen = session.execute(
        select(Observation.code, Observation.value, Contact.id, Contact.incident_id, Contact.received_at)
        .join(ChildOnContact, ChildOnContact.id == Observation.child_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(ChildOnContact.person_id == child.person_id, _seen_by_then(contact))
        .where(Contact.received_at <= contact.received_at, Contact.state != "cancelled")
        .where(Contact.received_at > contact.received_at - timedelta(days=365))
    ).all()
    told = (
        Sign(code, ("incident", incident_id) if incident_id else ("contact", contact_id), received_at)
        for code, value, contact_id, incident_id, received_at in seen
        if is_present(value)
    )
    return incident_facts(told, contact.received_at, strands)


def _seen_by_then(contact: Contact) -> ColumnElement[bool]:
    """What this contact itself found, and of earlier ones what stood when this one was received."""
    at = contact.received_at
    then = and_(Observation.at <= at, or_(Observation.superseded_at.is_(None), Observation.superseded_at > at))
    return or_(and_(Contact.id == contact.id, Observation.superseded_at.is_(None)), then)


@dataclass(frozen=True, slots=True)
class Sign:
    """An indicator seen, in which event, and when. Contacts about one incident share its event."""

    code: str
    event: tuple[str, int]
    at: datetime


INCIDENT_STRANDS = ("domestic_abuse", "neglect", "exploitation", "abuse", "parenting", "parent_needs")


def incident_facts(signs: Iterable[Sign], at: datetime, strands: Mapping[str, str]) -> dict[str, Any]:
    """Count separate incidents by strand in 12 months, and different signs of neglect on different days in six."""
    events: dict[str, set[tuple[str, int]]] = {}
    neglect: set[str] = set()
    days: set[date] = set()
    for sign in signs:
        strand = strands.get(sign.code, "")
        if sign.at > at - timedelta(days=365):
            events.setdefault(strand, set()).add(sign.event)
        if strand == "neglect" and sign.at > at - timedelta(days=183):
            neglect.add(sign.code)
            days.add(sign.at.date())
    facts: dict[str, Any] = {f"incidents_{strand}_12m": len(events.get(strand, ())) for strand in INCIDENT_STRANDS}
    return facts | {"neglect_items_6m": min(len(neglect), len(days))}


def is_present(value: Any) -> bool:
    """Say whether an observation's value says the thing is there."""
    return value == "present" or (isinstance(value, dict) and value.get("value") == "present")


def _lapsed(session: Session, person_id: int, at: datetime) -> dict[str, Any]:
    """Say whether an earlier contact closed in 12 months because the family stopped agreeing."""
    lapsed = session.scalar(
        select(func.count())
        .select_from(Decision)
        .join(ChildOnContact, ChildOnContact.id == Decision.child_id)
        .where(ChildOnContact.person_id == person_id, Decision.status.in_(("decided", "replaced")))
        .where(Decision.agreement_status.in_(("refused", "withdrawn")), ~of_kind(Decision.route, *ASSESSED))
        .where(Decision.decided_at < at, Decision.decided_at > at - timedelta(days=365))
    )
    return {"closed_agreement_lapsed_12m": "present"} if lapsed else {}


def _episodes(session: Session, person_id: int, at: datetime, kinds: frozenset[str]) -> dict[str, Any]:
    """Give what episodes say, each fact only where its kind of history was ever loaded."""
    day = at.date()
    known = session.scalars(
        select(Episode).where(Episode.person_id == person_id, Episode.started_on <= day).order_by(Episode.started_on)
    ).all()
    year, status = day - timedelta(days=365), case_status(known, day)
    facts: dict[str, Any] = {
        "referral": {"referrals_12m": spaced(_referral_days(session, known, person_id, at), year)},
        "assessment": {"assessments_12m": sum(e.kind == "assessment" and e.started_on > year for e in known)},
        "section_47": {
            "s47_24m": sum(e.kind == "section_47" and e.started_on > day - timedelta(days=730) for e in known),
            "s47_ever": sum(e.kind == "section_47" for e in known),
        },
        "protection_plan": {"protection_plan_ended": _plan_ended(known, day)},
        "early_help": {"early_help_offered": "present"} if any(e.kind == "early_help" for e in known) else {},
    }
    loaded = {name: value for kind, found in facts.items() if kind in kinds for name, value in found.items()}
    if status != "none" or kinds >= {"child_in_need", "protection_plan", "looked_after"}:
        loaded["case_status"] = status
    return loaded


def _referral_days(session: Session, known: Sequence[Episode], person_id: int, at: datetime) -> list[date]:
    decided = session.scalars(
        select(Decision.decided_at)
        .join(ChildOnContact, ChildOnContact.id == Decision.child_id)
        .where(ChildOnContact.person_id == person_id, Decision.status.in_(("decided", "replaced")))
        .where(of_kind(Decision.route, *ASSESSED), Decision.decided_at < at)
    ).all()
    return [e.started_on for e in known if e.kind == "referral"] + [when.date() for when in decided if when]


def spaced(days: Iterable[date], since: date) -> int:
    """Count days after ``since``, taking those within a week of the last counted as the same referral."""
    count, last = 0, date.min
    for day in sorted(days):
        if day > since and (day - last).days > SAME_REFERRAL_DAYS:
            count, last = count + 1, day
    return count


def _plan_ended(known: Iterable[Episode], day: date) -> str:
    ended = [e.ended_on for e in known if e.kind == "protection_plan" and e.ended_on and e.ended_on <= day]
    if not ended:
        return "never"
    age = (day - max(ended)).days
    return "within_12_months" if age <= 365 else "within_24_months" if age <= 730 else "over_24_months"


def case_status(known: Iterable[Episode], day: date) -> str:
    """Say what is open for a child on a day, the furthest of them."""
    running = {e.kind for e in known if e.ended_on is None or e.ended_on > day}
    for kind, status in (
        ("looked_after", "looked_after"),
        ("protection_plan", "protection_plan"),
        ("child_in_need", "child_in_need"),
        ("assessment", "child_in_need"),
        ("referral", "child_in_need"),
        ("early_help", "early_help"),
    ):
        if kind in running:
            return status
    return "none"


def _siblings(session: Session, child: ChildOnContact, contact: Contact) -> dict[str, Any]:
    """Give the furthest that the case of a child ever on a contact with this one had gone; left out if unknown."""
    together = (
        select(ChildOnContact.contact_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(ChildOnContact.person_id == child.person_id, or_(Contact.id == contact.id, and_(*_counted(contact))))
    )
    others = select(ChildOnContact.person_id).where(
        ChildOnContact.contact_id.in_(together), ChildOnContact.person_id != child.person_id
    )
    begun = Episode.started_on <= contact.received_at.date()
    kinds = set(session.scalars(select(Episode.kind).where(Episode.person_id.in_(others), begun).distinct()))
    furthest = next((value for kind, value in FURTHEST if kind in kinds), None)
    return {"siblings_history": furthest} if furthest else {}
