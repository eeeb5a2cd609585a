"""What was known of a child at a moment: counts and marks that the rules read, never anything learnt later.

A count covers this service's own record and what was imported. Where no history was ever imported, facts about
referrals, plans and care are left out (not asked), because an empty record must not look like a clean one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, literal, or_, select, union_all
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
    session: Session, contact: Contact, strands: Mapping[str, str], people: Iterable[int] | None = None
) -> dict[int, dict[str, Any]]:
    """Give the history facts of children of a contact as they stood when it was received, by their number as people.

    Args:
        strands: The strand of each indicator code, from the catalogue.
        people: Only these of its children.
    """
    at, day = contact.received_at, contact.received_at.date()
    wanted = [child.person_id for child in contact.children] if people is None else list(people)
    own, home = _others_received(session, contact)
    signs, decided = _signs(session, wanted, contact), _decided(session, wanted, at)
    kinds, siblings = _kinds_of_episode(session, wanted, contact)
    episodes = _episodes(session, wanted, day) if kinds else {}
    found: dict[int, dict[str, Any]] = {}
    for person in wanted:
        facts = contact_counts(own.get(person, ()), home, at)
        facts |= incident_facts(signs.get(person, ()), at, strands)
        facts |= _lapsed(decided.get(person, ()), at)
        if kinds:
            facts |= _episode_facts(episodes.get(person, ()), decided.get(person, ()), day, kinds)
            facts |= _siblings(siblings.get(person, frozenset()))
        found[person] = facts
    return found


def _counted(contact: Contact) -> tuple[ColumnElement[bool], ...]:
    """Earlier contacts that stand and were known then: received and entered before, and not cancelled as an error."""
    return (
        Contact.received_at <= contact.received_at,
        or_(Contact.imported, Contact.entered_at <= contact.entered_at),
        Contact.id != contact.id,
        Contact.state != "cancelled",
    )


def _others_received(session: Session, contact: Contact) -> tuple[dict[int, list[datetime]], list[datetime]]:
    """Give when others of a year were received: about each of the children, and about any of them or the home."""
    people = [child.person_id for child in contact.children]
    same_home: Select[int] | CompoundSelect[int]
    same_home = select(ChildOnContact.contact_id).where(ChildOnContact.person_id.in_(people))
    if contact.address_id is not None:  # a union, as an "or" over the two would read every contact on PostgreSQL
        at_home = aliased(Contact)
        same_home = same_home.union(select(at_home.id).where(at_home.address_id == contact.address_id))
    on = and_(ChildOnContact.contact_id == Contact.id, ChildOnContact.person_id.in_(people))
    rows = session.execute(
        select(Contact.id, Contact.received_at, ChildOnContact.person_id)
        .outerjoin(ChildOnContact, on)
        .where(Contact.id.in_(same_home), *_counted(contact))
        .where(Contact.received_at > contact.received_at - timedelta(days=365))
    ).all()
    own: dict[int, list[datetime]] = {}
    for _, received_at, person in rows:
        own.setdefault(person, []).append(received_at)
    return own, list({contact_id: received_at for contact_id, received_at, _ in rows}.values())


def contact_counts(own: Sequence[datetime], home: Sequence[datetime], at: datetime) -> dict[str, Any]:
    """Count contacts about the child and about the home before a moment, with the present one."""
    facts: dict[str, Any] = {name: 1 + _within(own, at, days) for name, days in MONTH_DAYS.items()}
    facts["household_contacts_90d"] = 1 + _within(home, at, 90)
    facts["household_contacts_12m"] = 1 + _within(home, at, 365)
    return facts


def _within(moments: Iterable[datetime], at: datetime, days: int) -> int:
    return sum(moment > at - timedelta(days=days) for moment in moments)


@dataclass(frozen=True, slots=True)
class Sign:
    """An indicator seen, in which event, and when. Contacts about one incident share its event."""

    code: str
    event: tuple[str, int]
    at: datetime


def _signs(session: Session, people: Iterable[int], contact: Contact) -> dict[int, list[Sign]]:
    """Give the indicators seen of each of these people in the year before a contact, and on it."""
    event = Contact.id, Contact.incident_id, Contact.received_at
    seen = session.execute(
        select(ChildOnContact.person_id, Observation.code, Observation.value, *event)
        .join(ChildOnContact, ChildOnContact.id == Observation.child_id)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .where(ChildOnContact.person_id.in_(people), _seen_by_then(contact))
        .where(Contact.received_at <= contact.received_at, Contact.state != "cancelled")
        .where(Contact.received_at > contact.received_at - timedelta(days=365))
    )
    found: dict[int, list[Sign]] = {}
    for person, code, value, contact_id, incident_id, received_at in seen:
        if is_present(value):
            about = ("incident", incident_id) if incident_id else ("contact", contact_id)
            found.setdefault(person, []).append(Sign(code, about, received_at))
    return found


def _seen_by_then(contact: Contact) -> ColumnElement[bool]:
    """What this contact itself found, and of earlier ones what stood when this one was received."""
    at = contact.received_at
    then = and_(Observation.at <= at, or_(Observation.superseded_at.is_(None), Observation.superseded_at > at))
    return or_(and_(Contact.id == contact.id, Observation.superseded_at.is_(None)), then)


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


class _Decided(NamedTuple):
    """A decision that stood before a moment."""

    assessed: bool
    agreement: str | None
    at: datetime


def _decided(session: Session, people: Iterable[int], at: datetime) -> dict[int, list[_Decided]]:
    """Give what was decided of each of these people before a moment, whether it was decided again since or not."""
    found: dict[int, list[_Decided]] = {}
    for person, assessed, agreement, decided_at in session.execute(
        select(
            ChildOnContact.person_id,
            of_kind(Decision.route, *ASSESSED),
            Decision.agreement_status,
            Decision.decided_at,
        )
        .join(ChildOnContact, ChildOnContact.id == Decision.child_id)
        .where(ChildOnContact.person_id.in_(people), Decision.status.in_(("decided", "replaced")))
        .where(Decision.decided_at < at)
    ):
        if decided_at is not None:
            found.setdefault(person, []).append(_Decided(bool(assessed), agreement, decided_at))
    return found


def _lapsed(decided: Iterable[_Decided], at: datetime) -> dict[str, Any]:
    """Say whether an earlier contact closed in 12 months because the family stopped agreeing."""
    year = at - timedelta(days=365)
    lapsed = any(one.agreement in {"refused", "withdrawn"} and not one.assessed and one.at > year for one in decided)
    return {"closed_agreement_lapsed_12m": "present"} if lapsed else {}


class _Episode(NamedTuple):
    """What social care did for someone, and from when to when."""

    kind: str
    started_on: date
    ended_on: date | None


def _episodes(session: Session, people: Iterable[int], day: date) -> dict[int, list[_Episode]]:
    """Give the episodes of each of these people that had begun by a day, in the order in which they began."""
    found: dict[int, list[_Episode]] = {}
    for person, kind, started_on, ended_on in session.execute(
        select(Episode.person_id, Episode.kind, Episode.started_on, Episode.ended_on)
        .where(Episode.person_id.in_(people), Episode.started_on <= day)
        .order_by(Episode.started_on)
    ):
        found.setdefault(person, []).append(_Episode(kind, started_on, ended_on))
    return found


def _episode_facts(
    known: Sequence[_Episode], decided: Iterable[_Decided], day: date, kinds: frozenset[str]
) -> dict[str, Any]:
    """Give what episodes say, each fact only where its kind of history was ever loaded."""
    year, status = day - timedelta(days=365), case_status(known, day)
    referred = [e.started_on for e in known if e.kind == "referral"]
    referred += [one.at.date() for one in decided if one.assessed]
    facts: dict[str, Any] = {
        "referral": {"referrals_12m": spaced(referred, year)},
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


def spaced(days: Iterable[date], since: date) -> int:
    """Count days after ``since``, taking those within a week of the last counted as the same referral."""
    count, last = 0, date.min
    for day in sorted(days):
        if day > since and (day - last).days > SAME_REFERRAL_DAYS:
            count, last = count + 1, day
    return count


def _plan_ended(known: Iterable[_Episode], day: date) -> str:
    ended = [e.ended_on for e in known if e.kind == "protection_plan" and e.ended_on and e.ended_on <= day]
    if not ended:
        return "never"
    age = (day - max(ended)).days
    return "within_12_months" if age <= 365 else "within_24_months" if age <= 730 else "over_24_months"


def case_status(known: Iterable[_Episode], day: date) -> str:
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


def _kinds_of_episode(
    session: Session, people: Iterable[int], contact: Contact
) -> tuple[frozenset[str], dict[int, frozenset[str]]]:
    """Give the kinds of episode that are kept here at all, and for each child those of whom they came with.

    Of a kind that none is kept of, nothing is known, which is not "none".
    """
    # The first kind from each on, which an index gives at once; "is there any" is a whole read on PostgreSQL.
    first = [select(literal(0), func.min(Episode.kind)).where(Episode.kind >= kind) for kind in EPISODE_KINDS]
    with_them = aliased(ChildOnContact)
    theirs = (
        select(ChildOnContact.person_id, Episode.kind)
        .join(Contact, Contact.id == ChildOnContact.contact_id)
        .join(with_them, with_them.contact_id == ChildOnContact.contact_id)
        .join(Episode, Episode.person_id == with_them.person_id)
        .where(ChildOnContact.person_id.in_(people), or_(Contact.id == contact.id, and_(*_counted(contact))))
        .where(with_them.person_id != ChildOnContact.person_id, Episode.started_on <= contact.received_at.date())
        .distinct()
    )
    found: dict[int, set[str]] = {}
    for person, kind in session.execute(union_all(*first, theirs)):
        found.setdefault(person, set()).add(kind)
    kept = found.pop(0).intersection(EPISODE_KINDS)
    return frozenset(kept), {person: frozenset(kinds) for person, kinds in found.items()}


def _siblings(kinds: frozenset[str]) -> dict[str, Any]:
    """Give the furthest that the case of a child ever on a contact with this one had gone; left out if unknown."""
    furthest = next((value for kind, value in FURTHEST if kind in kinds), None)
    return {"siblings_history": furthest} if furthest else {}
