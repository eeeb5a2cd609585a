"""Who has a red: each turn of it, who was told that nobody has it, and who holds the posts that are told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, Base
from mash.models.columns import Code, ContactRef, Id, Name, UserRef, Words, one_of


class RedTurn(Base):
    """One turn of who has a red; the newest counts.

    ``taken``: ``by_id`` has it. ``given``: ``to_id`` is asked to take it, and until then whoever had it does.
    ``night``: the emergency duty team has it, and ``team`` to ``told`` are its receipt. ``undone`` takes back the turn
    before it.
    """

    __tablename__ = "red_turn"
    __table_args__ = (
        one_of("kind", "taken", "given", "night", "undone"),
        Index("ix_red_turn_contact", "contact_id", "id"),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    kind: Mapped[Code]
    by_id: Mapped[UserRef]
    to_id: Mapped[UserRef | None]
    team: Mapped[Name] = mapped_column(default="")
    taken_by: Mapped[Name] = mapped_column(default="")
    taken_at: Mapped[datetime | None]
    told: Mapped[Words] = mapped_column(default="")
    at: Mapped[datetime]


class Escalation(Base):
    """A red that waited too long to be taken up, and who was told, once for each post.

    The pair of clock and post is unique, so no restart or second process can tell anyone again. ``told`` names people;
    it is empty where nobody held the post.
    """

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("clock_id", "post"),)
    id: Mapped[Id]
    clock_id: Mapped[int] = mapped_column(BIG, ForeignKey("clock.id"))
    post: Mapped[Code]
    told: Mapped[list[str]]
    at: Mapped[datetime]


class PostHeld(Base):
    """Someone in a post that policy names, such as the deputy, from a moment until it ended."""

    __tablename__ = "post_held"
    __table_args__ = (one_of("post", "deputy", "head_of_service"), Index("ix_post_held_user", "user_id", "ended_at"))
    id: Mapped[Id]
    user_id: Mapped[UserRef]
    post: Mapped[Code]
    by_id: Mapped[UserRef | None]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
