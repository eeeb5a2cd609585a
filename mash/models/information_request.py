"""What a partner was asked about a contact, and what came back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import Base
from mash.models.columns import Code, ContactRef, Id, Name, UserRef, Words, one_of, only


class InformationRequest(Base):
    """What was asked of a partner, by when, and what came back. 'Nothing held' is evidence; no reply is not."""

    __tablename__ = "information_request"
    __table_args__ = (
        CheckConstraint(
            "reply_kind IS NULL OR reply_kind IN "
            "('supplied', 'nothing_held', 'not_known', 'cannot_share', 'partial', 'none')",
            name="reply_kind_known",
        ),
        one_of("sensitivity", "record", "mash_only", "named"),
        Index("ix_information_request_contact", "contact_id", "id"),
        Index("ix_information_request_sent", "sent_at", "id"),
        Index("ix_information_request_unanswered", "due_at", "id", **only("replied_at IS NULL")),
    )
    id: Mapped[Id]
    contact_id: Mapped[ContactRef]
    agency: Mapped[Name]
    questions: Mapped[Words]
    asked_by_id: Mapped[UserRef]
    sent_at: Mapped[datetime]
    due_at: Mapped[datetime]
    reply_kind: Mapped[Code | None]
    reply: Mapped[Words] = mapped_column(default="")
    replied_by: Mapped[Name] = mapped_column(default="")
    searched_with: Mapped[Name] = mapped_column(default="")
    sensitivity: Mapped[Code] = mapped_column(default="record")
    replied_at: Mapped[datetime | None]
    changes_decision: Mapped[bool | None]
