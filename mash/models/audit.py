"""Who read what: a row for each answer that told of anyone, each refusal, and the chain that seals them in batches.

Rows of these tables are only ever added; triggers refuse anything else. Nothing here points at a contact by a foreign
key: what was looked at stays known after the contact itself has gone.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base
from mash.models.columns import Code, Id, Name, UserRef, one_of, only

OUTCOMES = ("shown", "refused", "not_found")


class AuditList(Base):
    """Whom an answer told of, kept once however often the same is shown: most pages tell of the same again.

    ``told`` is ``{"contacts": [references], "people": [ids]}``, in order; ``hash`` covers it.
    """

    __tablename__ = "audit_list"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    id: Mapped[Id]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    told: Mapped[dict[str, Any]]


class AuditListed(Base):
    """Finds the lists that a contact or a person is in."""

    __tablename__ = "audit_listed"
    __table_args__ = (
        one_of("kind", "contact", "person"),
        Index("ix_audit_listed_list", "list_id"),
        {"info": QUIET},
    )
    kind: Mapped[Code] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    list_id: Mapped[int] = mapped_column(BIG, ForeignKey("audit_list.id"), primary_key=True, autoincrement=False)


class AuditRead(Base):
    """One answer to one person: what page, what kind of fields, of whom, when, from where, and whether refused.

    Attributes:
        at: UTC, to the millisecond.
        roles: As they stood then, with spaces between.
        fields: The classes of field that such a page shows, with spaces between.
        asked: What was asked for, where that is not in the list: ``{"reference": ...}``, ``{"name": ...}``.
        network: A keyed hash of the address it came from.
        hash: Covers all of the row but its ``id``, and the list; the seal covers both.
    """

    __tablename__ = "audit_read"
    __table_args__ = (
        one_of("outcome", *OUTCOMES),
        Index("ix_audit_read_at", "at"),
        Index("ix_audit_read_user", "user_id", "at"),
        Index("ix_audit_read_list", "list_id", "at"),
        Index("ix_audit_read_page", "page", "at"),
        Index("ix_audit_read_refused", "at", **only("outcome <> 'shown'")),
        {"info": QUIET},
    )
    id: Mapped[Id]
    at: Mapped[datetime]
    user_id: Mapped[UserRef]
    roles: Mapped[Name]
    page: Mapped[Code]
    outcome: Mapped[Code]
    fields: Mapped[Name]
    list_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("audit_list.id"))
    asked: Mapped[dict[str, Any]]
    session_id: Mapped[int] = mapped_column(BIG)
    network: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditSeal(Base):
    """A batch of reads, sealed onto the chain: ``digest`` covers their ids and hashes, ``hash`` all of this row.

    Attributes:
        missing: Ranges of ids between the first and the last that were not there: of writes that did not come through.
        late: Ids from an earlier range of missing ones that came after all.
    """

    __tablename__ = "audit_seal"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    seq: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    first_id: Mapped[int] = mapped_column(BIG)
    last_id: Mapped[int] = mapped_column(BIG)
    rows: Mapped[int]
    missing: Mapped[list[Any]]
    late: Mapped[list[Any]]
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    prev_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain of seals, locked by whoever seals. Nobody who reads a page waits for it."""

    __tablename__ = "audit_head"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    id: Mapped[Id]
    seq: Mapped[int] = mapped_column(BIG)
    last_id: Mapped[int] = mapped_column(BIG)
    hash: Mapped[str] = mapped_column(String(64))
