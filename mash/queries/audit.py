"""Read the audit: who read what, found by person, worker, record and day, without reading the whole of it."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Contact


def known_references(session: Session, references: Iterable[str]) -> frozenset[str]:
    """Keep the references that there are contacts of."""
    return frozenset(session.scalars(select(Contact.reference).where(Contact.reference.in_(set(references)))))
