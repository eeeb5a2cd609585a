"""Which open contacts belong together: about the same child, with a child or adult in common, or the same address."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from mash.models import Address, AdultOnContact, ChildOnContact, Contact, Person
from mash.queries.restricted import open_to, people_open_to


@dataclass(frozen=True, slots=True)
class Relative:
    """Another open contact, and the closest thing that both share: ``child``, ``family`` or ``address``."""

    id: int
    reference: str
    why: str


def relatives_of(
    session: Session, rows: Sequence[Any], *, roles: AbstractSet[str]
) -> Mapping[int, tuple[Relative, ...]]:
    """Give the open contacts that each of these belongs with, the closest first.

    A restricted person and a protected address bring nothing together, so that neither is guessed from it.
    """
    here = tuple(row.id for row in rows)
    homes = {row.id: row.address_id for row in rows if row.address_id}
    shared = {
        "child": _by_person(session, ChildOnContact, here, roles),
        "family": _by_person(session, AdultOnContact, here, roles),
        "address": _by_address(session, homes, roles),
    }
    found: dict[int, dict[int, Relative]] = defaultdict(dict)
    for why, pairs in shared.items():
        for contact_id, other_id, reference in pairs:
            if contact_id != other_id:
                found[contact_id].setdefault(other_id, Relative(other_id, reference, why))
    return {contact_id: tuple(others.values()) for contact_id, others in found.items()}


def _open(roles: AbstractSet[str]) -> tuple[ColumnElement[bool], ...]:
    return Contact.queue_rank >= 0, open_to(roles)


def _by_person(
    session: Session, table: Any, here: tuple[int, ...], roles: AbstractSet[str]
) -> list[tuple[int, int, str]]:
    on_these = session.execute(
        select(table.person_id, table.contact_id)
        .join(Person, Person.id == table.person_id)
        .where(table.contact_id.in_(here), people_open_to(roles))
    ).all()
    others = session.execute(
        select(table.person_id, Contact.id, Contact.reference)
        .join(Contact, Contact.id == table.contact_id)
        .where(table.person_id.in_({row.person_id for row in on_these}), *_open(roles))
        .order_by(Contact.queue_rank, Contact.due_at, Contact.id)
    ).all()
    where: dict[int, list[int]] = defaultdict(list)
    for row in on_these:
        where[row.person_id].append(row.contact_id)
    return [(contact_id, row.id, row.reference) for row in others for contact_id in where[row.person_id]]


def _by_address(session: Session, homes: Mapping[int, int], roles: AbstractSet[str]) -> list[tuple[int, int, str]]:
    others = session.execute(
        select(Contact.address_id, Contact.id, Contact.reference)
        .join(Address, Address.id == Contact.address_id)
        .where(Contact.address_id.in_(set(homes.values())), Address.protected.is_(False), *_open(roles))
        .order_by(Contact.queue_rank, Contact.due_at, Contact.id)
    ).all()
    return [(ours, row.id, row.reference) for row in others for ours, home in homes.items() if home == row.address_id]
