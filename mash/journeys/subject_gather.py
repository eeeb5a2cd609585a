"""Gather what is held of whoever asks for their own records, each part with a proposal for a person to decide."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.subject_access import is_kept, need, note, open_for_work
from mash.journeys.subject_rows import key_of, rows_of
from mash.models import SubjectItem, SubjectPerson
from mash.queries.subject_access import people_of
from mash.queries.subject_reach import contacts_of_people, same_person

DECIDED = ("answer", "ground", "reason", "marked", "decided_by_id", "decided_at")


def gather(
    session: Session, number: int, also: Collection[int], facts: Mapping[str, str], *, by: Actor, at: datetime
) -> int:
    """Gather every part of the person's record, with a proposal for each. Return how many.

    A contact received after the request is outside it. Gathered again, a part that says what it said, and of which
    the same is proposed, keeps what was decided of it; whatever else is new is to be decided.

    Args:
        also: Other records that are of the same person.
        facts: What each fact is called, by code.

    Raises:
        RequestRefused: If another record is none that may be theirs, or somebody else must handle it.
    """
    found = open_for_work(session, number, by, at)
    people = people_of(session, number)
    might = {one.id for one in same_person(session, people)}
    need(might.issuperset(also), "also", "Choose from the records shown")
    people += sorted(also)
    need(not is_kept(session, people, by, at), "also", "You may not handle this. Another manager does")
    session.add_all(SubjectPerson(request_id=number, person_id=one) for one in sorted(also))
    before = session.scalars(select(SubjectItem).where(SubjectItem.request_id == number)).all()
    decided = {key_of(row): {name: getattr(row, name) for name in DECIDED} for row in before if row.answer}
    session.execute(delete(SubjectItem).where(SubjectItem.request_id == number))
    rows = rows_of(session, found, people, facts)
    for row in rows:
        for name, said in decided.get(key_of(row), {}).items():
            setattr(row, name, said)
    session.add_all(rows)
    found.gathered_at = at
    session.flush()
    contacts = len(contacts_of_people(session, people, until=found.received_on))
    note(session, found, "gathered", by, at, parts=len(rows), contacts=contacts, also=sorted(also))
    return len(rows)
