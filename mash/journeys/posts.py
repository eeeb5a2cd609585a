"""Name who holds a post that policy tells of a waiting red: the deputy manager, the head of service."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.users import UserRefused
from mash.models import PostHeld
from mash.queries.red_turns import managers
from mash.workflow.escalation import Post


def set_post(session: Session, *, user_id: int, post: str, by: Actor, at: datetime) -> None:
    """Put someone in a post, or in none. What they held before stays on record with when it ended.

    Raises:
        UserRefused: If it is no post of ours, or they could not take a red up.
    """
    if post and post not in set(Post):
        raise UserRefused("post", "Choose one of the posts shown")
    if post and user_id not in managers(session):
        raise UserRefused("post", "Give them the role of manager first, so that they can take a red up")
    current = session.scalars(
        select(PostHeld).where(PostHeld.user_id == user_id, PostHeld.ended_at.is_(None)).with_for_update()
    ).one_or_none()
    before = current.post if current else ""
    if before == post:
        return
    if current:
        current.ended_at = at
    if post:
        session.add(PostHeld(user_id=user_id, post=post, by_id=by.user_id, at=at))
    session.flush()
    record_event(session, kind="user.post_set", at=at, by=by, data={"user": user_id, "from": before, "to": post})
