"""What answers a request as the record stands: each part with its proposal, and whether that is what was gathered."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import SubjectItem, SubjectRequest
from mash.queries.subject_access import people_of
from mash.queries.subject_parts import Part, parts_of
from mash.workflow.subject_access import propose


def rows_of(
    session: Session, found: SubjectRequest, people: Collection[int], facts: Mapping[str, str]
) -> list[SubjectItem]:
    """Give every part of the record of whom a request is about, in order, with what is proposed of it now.

    Args:
        facts: What each fact is called, by code.
    """
    parts = parts_of(session, people, facts, until=found.received_on)
    return [_row(found, place, part) for place, part in enumerate(parts, start=1)]


def has_changed(session: Session, found: SubjectRequest, facts: Mapping[str, str]) -> bool:
    """Say whether the record, or what would be proposed of it, is no longer what was gathered."""
    wanted = select(SubjectItem).where(SubjectItem.request_id == found.id).order_by(SubjectItem.place)
    gathered = [key_of(row) for row in session.scalars(wanted)]
    return gathered != [key_of(row) for row in rows_of(session, found, people_of(session, found.id), facts)]


def key_of(row: SubjectItem) -> tuple[Any, ...]:
    """Give what a part says and what is proposed of it: two of one key are decided alike."""
    of = (row.contact_id, row.kind, row.of_id, row.label, row.text)
    return *of, row.proposal, row.proposed_ground, row.proposed_marked


def _row(found: SubjectRequest, place: int, part: Part) -> SubjectItem:
    said = propose(
        part.kind,
        part.text,
        standing=found.standing,
        sealed=part.sealed,
        others=part.others,
        places=part.places,
        restricted=part.restricted,
    )
    return SubjectItem(
        request_id=found.id,
        place=place,
        contact_id=part.contact_id,
        kind=part.kind,
        of_id=part.of_id,
        label=part.label,
        text=part.text,
        proposal=said.answer.value,
        proposed_ground=said.ground,
        proposed_why=said.why,
        proposed_marked=said.marked,
        marked=said.marked,
    )
