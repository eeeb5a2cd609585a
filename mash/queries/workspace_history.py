"""What is known before anyone speaks to a family: earlier contacts about the same people or home, and episodes."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, union
from sqlalchemy.orm import Session, aliased

from mash.models import AdultOnContact, ChildOnContact, Contact, Decision, Episode, Person
from mash.queries.children import short_name
from mash.queries.restricted import open_to

LOOKED_BACK = timedelta(days=5 * 365)
MOST = 60
LAPSED = frozenset({"refused", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierOutcome:
    """What came of an earlier contact for one child; ``lapsed`` where it closed after agreement was refused."""

    child: str
    route: str
    reason: str
    lapsed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier contact, why it is here (whom or what it shares), and what came of it."""

    reference: str
    received_at: datetime
    type: str
    source_code: str
    source: str
    rating: str | None
    state: str
    about: tuple[str, ...]
    outcomes: tuple[EarlierOutcome, ...]
    same_incident: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was found, how far back, when it was looked for, and whether the home could be looked for too."""

    contacts: tuple[Earlier, ...]
    more: bool
    episodes: Mapping[int, tuple[Episode, ...]]
    since: datetime
    searched_at: datetime
    address_searched: bool
    in_12_months: int
    lapsed: int


def history_of(session: Session, contact: Contact, *, roles: AbstractSet[str], at: datetime) -> History:
    """Look for earlier contacts about the children, the adults or the home of a contact, and for episodes."""
    since = contact.received_at - LOOKED_BACK
    homes = {contact.address_id, *(child.address_id for child in contact.children)} - {None}
    people = {child.person_id: child.person for child in contact.children}
    people |= {adult.person_id: adult.person for adult in contact.adults}
    shares = [select(table.contact_id).where(table.person_id.in_(people)) for table in (ChildOnContact, AdultOnContact)]
    if homes:
        at_home = aliased(Contact)
        shares.append(select(at_home.id).where(at_home.address_id.in_(homes)))
    rows = session.execute(
        select(*_SHOWN)
        .where(Contact.id.in_(union(*shares)), Contact.id != contact.id, Contact.state != "cancelled")
        .where(Contact.received_at <= contact.received_at, Contact.received_at > since, open_to(roles))
        .order_by(Contact.received_at.desc(), Contact.id.desc())
        .limit(MOST + 1)
    ).all()
    found = _shown(session, rows[:MOST], people, homes, contact)
    year = contact.received_at - timedelta(days=365)
    return History(
        contacts=found,
        more=len(rows) > MOST,
        episodes=_episodes(session, [child.person_id for child in contact.children]),
        since=since,
        searched_at=at,
        address_searched=bool(homes),
        in_12_months=sum(earlier.received_at > year for earlier in found),
        lapsed=sum(any(outcome.lapsed for outcome in earlier.outcomes) for earlier in found),
    )


_SHOWN = (
    Contact.id,
    Contact.reference,
    Contact.received_at,
    Contact.type_at_receipt,
    Contact.type_at_decision,
    Contact.source_code,
    Contact.source_agency,
    Contact.source_given,
    Contact.rating,
    Contact.state,
    Contact.address_id,
    Contact.incident_id,
)
"""What is read of an earlier contact. It has many more columns, and a family may have many contacts."""


def _shown(
    session: Session,
    rows: Sequence[Any],
    people: Mapping[int, Person],
    homes: set[int | None],
    contact: Contact,
) -> tuple[Earlier, ...]:
    if not rows:
        return ()
    ids = [row.id for row in rows]
    about, outcomes = _of_children(session, ids, people)
    _of_adults(session, ids, people, about)
    return tuple(
        Earlier(
            reference=row.reference,
            received_at=row.received_at,
            type=row.type_at_decision or row.type_at_receipt,
            source_code=row.source_code,
            source=row.source_agency or row.source_given,
            rating=row.rating,
            state=row.state,
            about=tuple(about[row.id]) or (("this address",) if row.address_id in homes else ()),
            outcomes=tuple(outcomes[row.id]),
            same_incident=bool(row.incident_id and row.incident_id == contact.incident_id),
        )
        for row in rows
    )


def _of_children(
    session: Session, ids: list[int], people: Mapping[int, Person]
) -> tuple[dict[int, list[str]], dict[int, list[EarlierOutcome]]]:
    """Say, by contact, which of these children it was about, and what came of it for every child on it."""
    about: dict[int, list[str]] = {contact_id: [] for contact_id in ids}
    outcomes: dict[int, list[EarlierOutcome]] = {contact_id: [] for contact_id in ids}
    stands = and_(Decision.child_id == ChildOnContact.id, Decision.status == "decided")
    rows = session.execute(
        select(
            ChildOnContact.id,
            ChildOnContact.contact_id,
            ChildOnContact.person_id,
            ChildOnContact.outcome,
            Person.restricted,
            Person.forename,
            Person.surname,
            Decision.reason,
            Decision.agreement_status,
        )
        .join(Person, Person.id == ChildOnContact.person_id)
        .outerjoin(Decision, stands)
        .where(ChildOnContact.contact_id.in_(ids))
        .order_by(ChildOnContact.contact_id, ChildOnContact.position, Decision.id)
    )
    for row in {row.id: row for row in rows}.values():  # the newest decision that stands, of each child
        name = "Restricted record" if row.restricted else short_name(row.forename, row.surname)
        if row.person_id in people:
            about[row.contact_id].append(name or "this child")
        if row.outcome:
            lapsed = row.agreement_status in LAPSED
            came = EarlierOutcome(child=name, route=row.outcome, reason=row.reason or "", lapsed=lapsed)
            outcomes[row.contact_id].append(came)
    return about, outcomes


def _of_adults(session: Session, ids: list[int], people: Mapping[int, Person], about: dict[int, list[str]]) -> None:
    for contact_id, person_id in session.execute(
        select(AdultOnContact.contact_id, AdultOnContact.person_id).where(
            AdultOnContact.contact_id.in_(ids), AdultOnContact.person_id.in_(people)
        )
    ):
        adult = people[person_id]
        name = "" if adult.restricted else short_name(adult.forename, adult.surname)
        about[contact_id].append(name or "an adult")


def _episodes(session: Session, people: Iterable[int]) -> Mapping[int, tuple[Episode, ...]]:
    found: dict[int, tuple[Episode, ...]] = {}
    for row in session.scalars(
        select(Episode)
        .where(Episode.person_id.in_(tuple(people)))
        .order_by(Episode.started_on.desc(), Episode.id.desc())
    ):
        found[row.person_id] = (*found.get(row.person_id, ()), row)
    return found
