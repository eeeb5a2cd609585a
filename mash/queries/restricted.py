"""Who may know of a restricted contact or person. For everybody else it is not listed, not counted and not found."""

from collections.abc import Set as AbstractSet

from sqlalchemy import ColumnElement, true

from mash.models import Contact, Person

MAY_SEE = frozenset({"manager", "auditor"})


def may_see_restricted(roles: AbstractSet[str]) -> bool:
    """Say whether someone with these roles may see restricted records."""
    return not MAY_SEE.isdisjoint(roles)


def open_to(roles: AbstractSet[str]) -> ColumnElement[bool]:
    """Keep the contacts that someone with these roles may know of."""
    return true() if may_see_restricted(roles) else Contact.restricted.is_(False)


def people_open_to(roles: AbstractSet[str]) -> ColumnElement[bool]:
    """Keep the people whom someone with these roles may know of."""
    return true() if may_see_restricted(roles) else Person.restricted.is_(False)
