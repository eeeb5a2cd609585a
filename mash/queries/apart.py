"""Managing users and casework are two people's: who holds both has casework alone, and who is left to manage users."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import User, UserRole

CASEWORK = frozenset({"contact_officer", "practitioner", "manager", "receiving_team"})
"""Roles that read and decide about children. Whoever says who holds them holds none."""
_DOES_CASEWORK = User.roles.any(UserRole.role.in_(CASEWORK))
_MANAGES = User.roles.any(UserRole.role == "admin")


def apart(roles: AbstractSet[str]) -> AbstractSet[str]:
    """Give roles without that of an administrator where they hold casework too: nobody has both.

    >>> sorted(apart({"admin", "manager"})), sorted(apart({"admin", "auditor"}))
    (['manager'], ['admin', 'auditor'])
    """
    return roles if CASEWORK.isdisjoint(roles) else roles - {"admin"}


def administrators(session: Session) -> Sequence[int]:
    """List who may manage users: those who may sign in, hold that role, and do no casework; by id."""
    return session.scalars(select(User.id).where(User.active, _MANAGES, ~_DOES_CASEWORK).order_by(User.id)).all()


def of_roles(session: Session) -> str:
    """Say who holds both, or that nobody is left to manage users; nothing if all is well, or nobody is there yet."""
    said = []
    both = select(User.username).where(User.active, _MANAGES, _DOES_CASEWORK).order_by(User.username)
    if names := session.scalars(both).all():
        said.append(f"Managing users and casework are held by one person: {', '.join(names)}. Casework alone counts.")
    if session.scalar(select(User.id).where(User.active).limit(1)) is not None and not administrators(session):
        said.append("Nobody can manage users. Give somebody that role alone: mash users roles --help")
    return " ".join(said)
