"""Let a form count once: a double click, a resend or a second tab finds its token used, and changes nothing."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mash.models import SubmittedForm


def already_sent(session: Session, *, token: str, user_id: int | None, at: datetime) -> str | None:
    """Use a form's token. Return None the first time, and where the first sender was sent any other time.

    A second sender of the same token waits here until the first is done.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = session.execute(
        insert(SubmittedForm)
        .values(token=token, user_id=user_id, went_to="", at=at)
        .on_conflict_do_nothing(index_elements=["token"])
        .returning(SubmittedForm.token)
    ).scalar()
    if fresh is not None:
        return None
    return session.scalars(select(SubmittedForm.went_to).where(SubmittedForm.token == token)).one()


def was_sent(session: Session, tokens: Sequence[str]) -> bool:
    """Say whether a form has counted under one of these tokens."""
    counted = SubmittedForm.token.in_(tokens), SubmittedForm.went_to != ""
    return bool(tokens) and session.scalar(select(SubmittedForm.token).where(*counted).limit(1)) is not None


def remember(session: Session, *, token: str, went_to: str) -> None:
    """Note where the sender of a form was sent, for whoever sends it again."""
    session.execute(update(SubmittedForm).where(SubmittedForm.token == token).values(went_to=went_to))
