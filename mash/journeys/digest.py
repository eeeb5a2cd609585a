"""Write each person what is theirs and due, at risk or late, at the times policy says; managers what is nobody's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.outbox import Letter, put_out
from mash.journeys.practice import calendar_from
from mash.journeys.tell_holders import managers_reached, reached
from mash.journeys.timeliness import timeliness_policy
from mash.models import Clock, Contact, Event, EventHead, InformationRequest
from mash.workflow.calendar import LONDON, london_day
from mash.workflow.digests import Owed, body_of, slot_at, sorted_out, subject_of

SCHEDULER = Actor.system("scheduler")
DIGEST = "digest"
WRITTEN = "digest.written"
TOLD: Mapping[str, str] = {
    "acknowledge": "tell the referrer that it arrived",
    "feedback": "tell the referrer the outcome",
    "red-acknowledge": "a manager takes up this red",
}
"""Clocks beside that of the decision, as things to do."""


def write_digests(session: Session, *, at: datetime) -> int:
    """Write the digests that are to be written now, once each, whoever asks and however the clock is set.

    Nobody is written to who owes nothing.

    Returns:
        How many were written.
    """
    policy = timeliness_policy(session, at)
    slot = slot_at(at, policy.digests, calendar_from(session))
    if slot is None:
        return 0
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())
    slot = slot.astimezone(UTC)
    last = session.scalar(select(Event.data).where(Event.kind == WRITTEN).order_by(Event.seq.desc()).limit(1))
    if last and datetime.fromisoformat(last["slot"]) >= slot:
        return 0
    letters = []
    for person, (email, owed) in _owed_by_person(session, at).items():
        found = sorted_out(owed, at, policy.at_risk)
        key, words = f"{DIGEST}-{slot.isoformat()}-{person}", body_of(found)
        letter = Letter(key=key, kind=DIGEST, to=email, subject=subject_of(found), body=words, hold_until=at)
        letters.append(letter)
    put_out(session, letters)
    said = {"slot": slot.isoformat(), "people": len(letters)}
    record_event(session, kind=WRITTEN, at=at, by=SCHEDULER, data=said)
    return len(letters)


def _owed_by_person(session: Session, at: datetime) -> dict[int, tuple[str, list[Owed]]]:
    """Give what each person whom an e-mail reaches owes by the end of today, with where to write to."""
    end = datetime.combine(london_day(at) + timedelta(days=1), time(), LONDON)
    held: dict[int | None, list[tuple[int, tuple[str, str, datetime]]]] = defaultdict(list)
    for row, what in _due_by(session, end):
        held[row.claimed_by_id].append((row.id, (row.reference, what, row.due_at)))
    people = reached(session, [holder for holder in held if holder], at).values()
    found = {
        one.id: (one.email, [Owed(*row, mine=True) for id, row in held[one.id] if id not in one.kept]) for one in people
    }
    for manager in managers_reached(session, at) if held[None] else ():
        _, mine = found.setdefault(manager.id, (manager.email, []))
        mine += [Owed(*row, mine=False) for id, row in held[None] if id not in manager.kept]
    return {id: told for id, told in found.items() if told[1]}


def _due_by(session: Session, end: datetime) -> Iterable[tuple[Any, str]]:
    """Find everything that is owed before a moment, and what it is: decisions, what referrers are told, replies."""
    contact, asked = (Contact.id, Contact.reference, Contact.claimed_by_id), InformationRequest
    decisions = select(*contact, Contact.due_at).where(Contact.queue_rank >= 0, Contact.due_at < end)
    others = (
        select(*contact, Clock.due_at, Clock.name)
        .join(Contact, Contact.id == Clock.contact_id)
        .where(Clock.stopped_at.is_(None), Clock.due_at < end, Clock.name.in_(TOLD))
    )
    replies = (
        select(*contact, asked.due_at)
        .join(Contact, Contact.id == asked.contact_id)
        .where(Contact.queue_rank >= 0, asked.replied_at.is_(None), asked.due_at < end)
    )
    yield from ((row, "a decision") for row in session.execute(decisions))
    yield from ((row, TOLD[row.name]) for row in session.execute(others))
    yield from ((row, "a partner’s reply") for row in session.execute(replies))
