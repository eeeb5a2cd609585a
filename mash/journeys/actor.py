"""Who does a thing: someone signed in, or a part of the service acting by itself."""

from dataclasses import dataclass
from typing import Self

from mash.models import User


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone, or something, that acts. ``user_id`` is None for the service itself.

    Attributes:
        roles: Roles as they stand in the database now, not as they were at sign-in.
        team: The receiving team someone belongs to; empty at the front door.
    """

    user_id: int | None
    name: str
    roles: frozenset[str] = frozenset()
    team: str = ""

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(user.id, user.name, frozenset(role.role for role in user.roles), user.team)

    @classmethod
    def system(cls, name: str) -> Self:
        """Act as a part of the service, such as ``scheduler`` or ``cli:import``."""
        return cls(None, name)

    @property
    def is_manager(self) -> bool:
        return "manager" in self.roles
