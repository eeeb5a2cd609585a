"""A person's own views of the queue, each under a name of theirs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import User

PLACE = "queue_views"
MOST = 12


class ViewRefused(Exception):
    """A view that cannot be kept; the message is fit for a page."""


def keep_view(session: Session, *, user_id: int, name: str, asked: Mapping[str, str]) -> None:
    """Keep what a list is narrowed to under a name.

    Raises:
        ViewRefused: If the name is taken, or there are too many to show.
    """
    user, kept = _kept(session, user_id)
    if any(view["name"].casefold() == name.casefold() for view in kept):
        raise ViewRefused(f"You already have a view called {name}. Choose another name, or remove that one first")
    if len(kept) >= MOST:
        raise ViewRefused(f"You have {MOST} saved views, which is the most. Remove one first")
    user.preferences = {**user.preferences, PLACE: [*kept, {"name": name, "asked": dict(asked)}]}


def drop_view(session: Session, *, user_id: int, name: str) -> None:
    """Let a view go. One that has gone already is no fault."""
    user, kept = _kept(session, user_id)
    user.preferences = {**user.preferences, PLACE: [view for view in kept if view["name"] != name]}


def _kept(session: Session, user_id: int) -> tuple[User, list[dict[str, Any]]]:
    user = session.scalars(select(User).where(User.id == user_id).with_for_update()).one()
    return user, list(user.preferences.get(PLACE, []))
