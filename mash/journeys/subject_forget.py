"""Forget what a closed request for one's own records said, once no record is left of whom it was about."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from mash.models import SubjectItem, SubjectPerson, SubjectRequest
from mash.queries.subject_access import people_of

WORDS = ("asked_by", "authority", "wanted", "identity_how", "extended_reason", "ended_reason")


def still_asked_for(session: Session) -> set[int]:
    """Give the records of whom a request is not yet closed, by id of the person."""
    wanted = select(SubjectPerson.person_id).join(SubjectRequest, SubjectRequest.id == SubjectPerson.request_id)
    return set(session.scalars(wanted.where(SubjectRequest.state != "closed")))


def empty_requests(session: Session, numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Remove the parts of closed requests of whom no record is left, and give them. The bare requests stay."""
    alone = [number for number in sorted(numbers) if not people_of(session, number)]
    theirs = SubjectItem.request_id.in_(alone)
    rows = [dict(row) for row in session.execute(select(SubjectItem.__table__).where(theirs)).mappings()]
    session.execute(delete(SubjectItem).where(theirs))
    blank = dict.fromkeys(WORDS, "")
    session.execute(update(SubjectRequest).where(SubjectRequest.id.in_(alone)).values(**blank))
    return rows
