"""The people on one contact, each with all that is known of them there: markers, facts, ratings, decisions, offers."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import (
    Address,
    AdultOnContact,
    Agreement,
    ChildOnContact,
    Contact,
    Decision,
    HandOver,
    Marker,
    Observation,
    Person,
    Rating,
)
from mash.queries.children import WITHHELD, placeholder
from mash.queries.restricted import hidden as hidden_from


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildHead:
    """One child on the contact, by name.

    Attributes:
        name: As people at work would say it, placeholders included; withheld where the record is restricted.
    """

    id: int
    row: ChildOnContact
    person: Person
    name: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildCard(ChildHead):
    """One child on the contact, with all that was said of them there.

    Attributes:
        observed: What was noted of them on this contact and still counts, by code.
        rated: The newest rating that was set; ``proposed`` the newest that was only suggested since.
        recommended: What waits for a manager's answer; ``returned`` what a manager sent back; ``decided`` what stands.
        agreements: The newest word of each kind of agreement, about this child or the whole contact.
    """

    address: Address | None
    markers: tuple[Marker, ...]
    observed: Mapping[str, Observation]
    rated: Rating | None
    proposed: Rating | None
    recommended: Decision | None
    returned: Decision | None
    decided: Decision | None
    agreements: Mapping[str, Agreement]
    offers: tuple[HandOver, ...]

    @property
    def standing(self) -> Decision | None:
        """The decision to show: what waits for an answer, else what stands, else what was returned."""
        return self.recommended or self.decided or self.returned


@dataclass(frozen=True, slots=True, kw_only=True)
class AdultCard:
    """One adult on the contact."""

    row: AdultOnContact
    person: Person
    name: str
    hidden: bool
    markers: tuple[Marker, ...]


def all_of(session: Session, table: Any, contact_id: int) -> tuple[Any, ...]:
    return tuple(session.scalars(select(table).where(table.contact_id == contact_id).order_by(table.id)))


def markers_of(session: Session, people: Iterable[int]) -> Mapping[int, tuple[Marker, ...]]:
    found: dict[int, tuple[Marker, ...]] = {}
    for marker in session.scalars(
        select(Marker).where(Marker.person_id.in_(tuple(people)), Marker.ended_at.is_(None)).order_by(Marker.id)
    ):
        found[marker.person_id] = (*found.get(marker.person_id, ()), marker)
    return found


def _called(person: Person, *, hidden: bool) -> str:
    if hidden:
        return WITHHELD
    return f"{person.forename} {person.surname}".strip() or placeholder(
        person.descriptor, unborn=person.unborn, council_id=person.council_id
    )


def _observed(session: Session, ids: Iterable[int]) -> Mapping[int, Mapping[str, Observation]]:
    current = Observation.child_id.in_(tuple(ids)), Observation.superseded_at.is_(None)
    observed: dict[int, dict[str, Observation]] = {}
    for seen in session.scalars(select(Observation).where(*current).order_by(Observation.id)):
        observed.setdefault(seen.child_id, {})[seen.code] = seen
    return observed


def _places(session: Session, contact: Contact) -> Mapping[int, Address]:
    found = {contact.address.id: contact.address} if contact.address else {}
    ids = {child.address_id for child in contact.children if child.address_id} - set(found)
    if ids:
        found |= {place.id: place for place in session.scalars(select(Address).where(Address.id.in_(ids)))}
    return found


def child_heads(contact: Contact, *, roles: AbstractSet[str]) -> tuple[ChildHead, ...]:
    """Name the children on a contact.

    Args:
        roles: The reader's, with what goes by their name.
    """
    return tuple(
        ChildHead(id=child.id, row=child, person=child.person, name=_called(child.person, hidden=hidden), hidden=hidden)
        for child in contact.children
        for hidden in [hidden_from(roles, child.person_id, restricted=child.person.restricted)]
    )


def child_cards(
    session: Session,
    contact: Contact,
    markers: Mapping[int, tuple[Marker, ...]],
    agreed: Iterable[Agreement],
    *,
    roles: AbstractSet[str],
) -> tuple[ChildCard, ...]:
    """Read all that was said of each child on a contact."""
    ids = [child.id for child in contact.children]
    observed = _observed(session, ids)
    ratings = _by_child(session, Rating, ids)
    decisions = _by_child(session, Decision, ids)
    offers = _by_child(session, HandOver, ids)
    places = _places(session, contact)
    cards = []
    for head in child_heads(contact, roles=roles):
        child = head.row
        rated, proposed = _newest(ratings.get(child.id, []))
        statuses = {decision.status: decision for decision in decisions.get(child.id, [])}
        cards.append(
            ChildCard(
                id=child.id,
                row=child,
                person=child.person,
                name=head.name,
                hidden=head.hidden,
                address=places.get(child.address_id or 0),
                markers=markers.get(child.person_id, ()),
                observed=observed.get(child.id, {}),
                rated=rated,
                proposed=proposed,
                recommended=statuses.get("recommended"),
                returned=statuses.get("returned"),
                decided=statuses.get("decided"),
                agreements={row.kind: row for row in agreed if row.child_id in {None, child.id}},
                offers=tuple(offers.get(child.id, [])),
            )
        )
    return tuple(cards)


def _newest(given: Sequence[Rating]) -> tuple[Rating | None, Rating | None]:
    """Give the newest rating that was set, and the newest that was only suggested since."""
    stands = next((rating for rating in reversed(given) if not rating.proposed), None)
    return stands, given[-1] if given and given[-1].proposed else None


def _by_child(session: Session, table: Any, ids: Iterable[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.scalars(select(table).where(table.child_id.in_(tuple(ids))).order_by(table.id)):
        found.setdefault(row.child_id, []).append(row)
    return found


def adult_card(
    adult: AdultOnContact, markers: Mapping[int, tuple[Marker, ...]], *, roles: AbstractSet[str]
) -> AdultCard:
    hidden = hidden_from(roles, adult.person_id, restricted=adult.person.restricted)
    return AdultCard(
        row=adult,
        person=adult.person,
        name=_called(adult.person, hidden=hidden),
        hidden=hidden,
        markers=markers.get(adult.person_id, ()),
    )
