"""Sign-ins that ended for another, and how often a network opened pages that need none."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from mash.db import BIG, QUIET, Base


class SessionDisplaced(Base):
    """A sign-in that ended because its owner signed in at another desk, so that the old desk can be told."""

    __tablename__ = "session_displaced"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    session_id: Mapped[int] = mapped_column(BIG, ForeignKey("user_session.id"), primary_key=True)


class OpenPageCount(Base):
    """How many pages a network opened in a minute without signing in. ``network`` is a keyed hash.

    ``minute`` counts from 1970.
    """

    __tablename__ = "open_page_count"
    __table_args__ = {"info": QUIET}  # noqa: RUF012  # SQLAlchemy reads it from the class
    network: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    opened: Mapped[int] = mapped_column(BigInteger)
