"""What people rated, recommended, decided, oversaw and handed over, with the advice beside it as it stood."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mash.db import BIG, Base
from mash.models.columns import ChildRef, Code, ContactRef, Id, Name, UserRef, Words, one_of, only


class Rating(Base):
    """A rating of one child, proposed or set. A change keeps the old value beside the new."""

    __tablename__ = "rating"
    __table_args__ = (
        one_of("value", "red", "amber", "green"),
        CheckConstraint("was IS NULL OR was IN ('red', 'amber', 'green')", name="was_known"),
        Index("ix_rating_child", "child_id", "id"),
    )
    id: Mapped[Id]
    child_id: Mapped[ChildRef]
    value: Mapped[Code]
    was: Mapped[Code | None]
    proposed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UserRef | None]
    at: Mapped[datetime]


class Decision(Base):
    """One child's decision, from recommendation to sign-off.

    ``own_level`` is what the practitioner chose before seeing the check. ``advised_level`` is the ordinal of the level
    that the rules gave, ``advised_route`` their main route; ``advice``, ``facts``, ``ruleset_id`` and
    ``ruleset_hash`` are what stood then, so that the page can be rebuilt and the advice proved. ``sign_off`` lists
    why policy sent it to a manager (empty: it did not). ``status`` moves on; everything else is written once.
    """

    __tablename__ = "decision"
    __table_args__ = (
        one_of("status", "recommended", "decided", "returned", "replaced"),
        CheckConstraint("level BETWEEN 1 AND 9", name="level_known"),
        Index("ix_decision_child", "child_id", "id"),
        Index("ix_decision_at", "decided_at", "id"),
    )
    id: Mapped[Id]
    child_id: Mapped[ChildRef]
    status: Mapped[Code]
    level: Mapped[int]
    own_level: Mapped[int | None]
    rating: Mapped[Code | None]
    route: Mapped[Code]
    extra_routes: Mapped[list[str]] = mapped_column(default=list)
    receiver: Mapped[Name] = mapped_column(default="")
    reason: Mapped[Words]
    lower_reason: Mapped[Words] = mapped_column(default="")
    agreement_status: Mapped[Code | None]
    contact_type: Mapped[Code]
    sign_off: Mapped[list[str]] = mapped_column(default=list)
    oversight_after: Mapped[bool] = mapped_column(default=False)
    advised_level: Mapped[int | None]
    advised_route: Mapped[Code | None]
    advice: Mapped[dict[str, Any] | None]
    facts: Mapped[dict[str, Any] | None]
    ruleset_id: Mapped[Code | None]
    ruleset_hash: Mapped[Code | None]
    recommended_by_id: Mapped[UserRef | None]
    recommended_at: Mapped[datetime | None]
    decided_by_id: Mapped[UserRef | None]
    decided_at: Mapped[datetime | None]
    imported: Mapped[bool] = mapped_column(default=False)
    none_applies: Mapped["NoneApplies | None"] = relationship()


class NoneApplies(Base):
    """That whoever took or recommended a decision said that no indicator applies."""

    __tablename__ = "none_applies"
    decision_id: Mapped[int] = mapped_column(BIG, ForeignKey("decision.id"), primary_key=True)


class Oversight(Base):
    """What a manager did about a contact and why: acknowledged, agreed, changed, returned, directed."""

    __tablename__ = "oversight"
    __table_args__ = (
        one_of("kind", "acknowledged", "agreed", "changed", "returned", "directed", "handed_to_night_team"),
        Index("ix_oversight_contact", "contact_id", "id"),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    kind: Mapped[Code]
    reason: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class PatternView(Base):
    """What whoever closed yet another contact made of all of them together, for someone else to review.

    ``counted`` is what asked for it, as sentences without names; ``last_reference`` and ``last_closed_by`` are the
    contact closed before this one and who closed or recommended it. ``state`` moves on; nothing else ever changes.
    """

    __tablename__ = "pattern_view"
    __table_args__ = (
        one_of("state", "waiting", "disputed", "reviewed", "set_aside"),
        Index("ix_pattern_view_contact", "contact_id", "id"),
        Index("ix_pattern_view_state", "state", "id"),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    text: Mapped[Words]
    counted: Mapped[list[str]]
    last_reference: Mapped[Code | None]
    last_closed_by: Mapped[list[Any]]
    state: Mapped[Code] = mapped_column(default="waiting")
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class PatternReview(Base):
    """What a second person made of a view of the pattern: it holds, or they see it otherwise, and why."""

    __tablename__ = "pattern_review"
    __table_args__ = (one_of("answer", "holds", "differs"), Index("ix_pattern_review_view", "view_id", "id"))
    id: Mapped[Id]
    view_id: Mapped[int] = mapped_column(BIG, ForeignKey("pattern_view.id"))
    answer: Mapped[Code]
    reason: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UserRef]
    at: Mapped[datetime]


class HandOver(Base):
    """An offer of one child's work to the team that will do it. The contact stays the sender's until accepted."""

    __tablename__ = "hand_over"
    __table_args__ = (
        one_of("state", "offered", "accepted", "declined", "withdrawn"),
        one_of("kind", "hand_over", "step_down"),
        Index("ix_hand_over_child", "child_id", "id"),
        Index("ix_hand_over_open", "state", "route", "id"),
        Index("ix_hand_over_answered", "answered_at", "id", **only("answered_at IS NOT NULL")),
    )
    id: Mapped[Id]
    child_id: Mapped[ChildRef]
    kind: Mapped[Code] = mapped_column(default="hand_over")
    route: Mapped[Code]
    to_team: Mapped[Name]
    lead: Mapped[Name] = mapped_column(default="")
    plan: Mapped[Words] = mapped_column(default="")
    state: Mapped[Code] = mapped_column(default="offered")
    offered_by_id: Mapped[UserRef | None]
    offered_at: Mapped[datetime]
    answered_by_id: Mapped[UserRef | None]
    answered_at: Mapped[datetime | None]
    reason: Mapped[Words] = mapped_column(default="")


class Message(Base):
    """Something to send, held until ``hold_until`` so that undo is real. A reference only: never a child's data."""

    __tablename__ = "message"
    __table_args__ = (
        one_of("state", "waiting", "sent", "cancelled", "failed"),
        Index("ix_message_waiting", "state", "hold_until"),
        Index("ix_message_contact", "contact_id", "id"),
    )
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[ContactRef | None]
    kind: Mapped[Code]
    to: Mapped[Name]
    subject: Mapped[Name]
    body: Mapped[Words]
    state: Mapped[Code] = mapped_column(default="waiting")
    hold_until: Mapped[datetime]
    sent_at: Mapped[datetime | None]
