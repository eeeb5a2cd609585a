"""Dispose of a contact that need not be kept: one person proposes, another decides, and a tombstone stays.

What the contact held is removed, and whoever is named nowhere else with it. The bare contact stays, with its
reference and its times, so that nothing points at nothing; so do its events, without what they said. Their hashes
stay, and the chain is whole: the event of the disposal lists each event whose data was erased.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from mash.db import Base
from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import ERASED, kept_hash, record_event
from mash.journeys.restrict import standing
from mash.journeys.subject_access import is_kept
from mash.journeys.subject_forget import empty_requests, still_asked_for
from mash.measures.counting import since_folded
from mash.models import (
    Address,
    BreakGlass,
    Contact,
    Disposal,
    Event,
    EventErasure,
    LegalHold,
    NamedAccess,
    Person,
)
from mash.queries.named_access import reader_of
from mash.queries.restricted import open_to
from mash.queries.retention import outlived
from mash.queries.subject_access import open_requests_on, people_of

WHO_MIGHT = (NamedAccess, BreakGlass)
STAYS = frozenset({"event", "viewing", "disposal", "legal_hold", "event_erasure", "figure_contact"}) | {
    table.__tablename__ for table in WHO_MIGHT
}
"""Tables whose rows stay: they say that there was a contact, who might open it and did, and what was counted."""
OF_A_PERSON = frozenset(
    {"name_sound", "phone_tail", "relationship", "marker", "named_access", "restriction", "watch_mark"}
    | {"subject_person"}
)
OF_A_PLACE = frozenset({"place_word"})
SAID = ("source_given", "source_agency", "referrer_name", "referrer_role", "referrer_phone", "referrer_email")
WRITTEN = (*SAID, "narrative", "child_voice", "interim_action", "address_source")
Removed = dict[Table, list[dict[str, Any]]]


class DisposalRefused(Exception):
    """A disposal that may not be. The message is fit for a page."""


def hold(session: Session, reference: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Keep a contact whatever its age, until the hold is ended.

    Raises:
        NotFound, DisposalRefused: If there is no such contact, no reason, or it is held already.
    """
    contact = _contact(session, Contact.reference == reference, by, at)
    if not reason.strip():
        raise DisposalRefused("Say why it must be kept")
    if _held(session, contact.id):
        raise DisposalRefused("It is held already")
    session.add(LegalHold(contact_id=contact.id, reason=reason, by_id=by.user_id, at=at))
    record_event(session, kind="record.held", at=at, by=by, contact_id=contact.id, data={"reason": reason})


def end_hold(session: Session, reference: str, reason: str, *, by: Actor, at: datetime) -> None:
    """End what holds a contact. It is not disposed of by this: that takes two people more.

    Raises:
        NotFound, DisposalRefused: If there is no such contact, no reason, or nothing holds it.
    """
    contact = _contact(session, Contact.reference == reference, by, at)
    found = _held(session, contact.id)
    if found is None or not reason.strip():
        raise DisposalRefused("Nothing holds it" if found is None else "Say why it need not be held")
    found.ended_by_id, found.ended_at = by.user_id, at
    record_event(session, kind="record.hold_ended", at=at, by=by, contact_id=contact.id, data={"reason": reason})


def propose(session: Session, reference: str, reason: str, *, by: Actor, at: datetime) -> Disposal:
    """Propose a contact that is past its day for disposal.

    Raises:
        NotFound, DisposalRefused: If there is none, it must be kept, or no reason is given.
    """
    contact = _contact(session, Contact.reference == reference, by, at)
    if not reason.strip():
        raise DisposalRefused("Say what you looked at")
    _require_not_asked_for(session, contact, by, at)
    found = next(iter(outlived(session, at, roles=by.roles, only=contact.id)), None)
    if found is None or found.held:
        raise DisposalRefused("It must be kept: something holds it, its day has not come, or it was proposed already")
    made = Disposal(
        contact_id=contact.id,
        record_class=found.record_class,
        due_on=found.due_on,
        ground=found.ground,
        reason=reason,
        proposed_by_id=by.user_id,
        proposed_at=at,
    )
    session.add(made)
    session.flush()
    said = {"class": found.record_class, "due": found.due_on.isoformat(), "ground": found.ground}
    record_event(session, kind="record.disposal_proposed", at=at, by=by, contact_id=contact.id, data=said)
    return made


def decide_disposal(
    session: Session, disposal_id: int, *, dispose: bool, reason: str, by: Actor, at: datetime
) -> Disposal:
    """Dispose of what another person proposed, or keep it.

    Raises:
        NotFound: If it was decided, or the actor may not know of it.
        DisposalRefused: If it must be kept by now, is by the same person, or no reason is given.
    """
    row = session.get(Disposal, disposal_id, with_for_update=True)
    theirs = select(Disposal.id).join(Contact, Contact.id == Disposal.contact_id).where(open_to(by.roles))
    if row is None or row.state != "proposed" or session.scalar(theirs.where(Disposal.id == row.id)) is None:
        raise NotFound("There is no such proposal.")
    contact = _contact(session, Contact.id == row.contact_id, by, at)
    if row.proposed_by_id == by.user_id:
        raise DisposalRefused("Somebody else must decide what you proposed")
    if not reason.strip():
        raise DisposalRefused("Say why")
    if dispose:
        _require_disposable(session, contact, by, at)
    row.decided_by_id, row.decided_at, row.answer = by.user_id, at, reason
    row.state = "disposed" if dispose else "kept"
    said: dict[str, Any] = {"disposal": row.id, "proposed_by": row.proposed_by_id}
    if dispose:
        said |= _remove(session, row)
    kind = "record.disposed" if dispose else "record.kept"
    record_event(session, kind=kind, at=at, by=by, contact_id=row.contact_id, data=said)
    return row


def _contact(session: Session, which: ColumnElement[bool], by: Actor, at: datetime) -> Contact:
    """Lock a contact that the actor may know of."""
    wanted = select(Contact).where(which, open_to(_reader(session, by, at))).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("There is no such contact.")
    return found


def _reader(session: Session, by: Actor, at: datetime) -> AbstractSet[str]:
    return reader_of(session, by.user_id, by.roles, at) if by.user_id is not None else by.roles


def _require_disposable(session: Session, contact: Contact, by: Actor, at: datetime) -> None:
    """Refuse what has changed since it was proposed."""
    if _held(session, contact.id):
        raise DisposalRefused("It is held now, so it must be kept")
    if not outlived(session, at, roles=_reader(session, by, at), only=contact.id, but=("disposed",)):
        raise DisposalRefused("It is open again, or its day has not come, so it must be kept")
    _require_not_asked_for(session, contact, by, at)
    if contact.restricted or standing(session, contact):
        raise DisposalRefused("It is restricted: lift that first")
    opened = BreakGlass.contact_id == contact.id, BreakGlass.reviewed_at.is_(None)
    if session.scalar(select(exists().where(*opened))):
        raise DisposalRefused("It was opened in an emergency that nobody has reviewed yet")
    since = since_folded(session)
    later = select(exists().where(Event.contact_id == contact.id, Event.seq > since.seq))
    if not since.folded or session.scalar(later):
        raise DisposalRefused("The figures have not counted all that it says yet: try again in a few minutes")


def _require_not_asked_for(session: Session, contact: Contact, by: Actor, at: datetime) -> None:
    """Refuse what somebody on it has asked for and not had an answer to; a request kept from the actor goes unnamed."""
    if numbers := open_requests_on(session, contact.id):
        known = [one for one in numbers if not is_kept(session, people_of(session, one), by, at)]
        which = ", ".join(f"SAR-{number}" for number in known) or "the request"
        raise DisposalRefused(f"It is asked for under subject access: answer and close {which} first")


def _held(session: Session, contact_id: int) -> LegalHold | None:
    wanted = select(LegalHold).where(LegalHold.contact_id == contact_id, LegalHold.ended_at.is_(None))
    return session.scalars(wanted).one_or_none()


def _remove(session: Session, row: Disposal) -> dict[str, Any]:
    """Remove what a contact held, and say on its tombstone what that was."""
    contact = session.get_one(Contact, row.contact_id)
    before: dict[str, Any] = {name: getattr(contact, name) for name in (*WRITTEN, "extra")}
    removed = _what_hangs_on(session, Contact.__table__, [contact.id], STAYS)
    people = {each["person_id"] for rows in removed.values() for each in rows if each.get("person_id")}
    places = {each["address_id"] for rows in removed.values() for each in rows if each.get("address_id")}
    places |= {contact.address_id} - {None}
    erased = _erase_events(session, row)
    before["access"] = _blank_reasons(session, contact.id)
    _delete(session, removed)
    emptied: dict[str, Any] = dict.fromkeys(WRITTEN, "")
    blank = emptied | {"extra": {}, "external_key": None, "address_id": None, "queue_rank": None}
    session.execute(update(Contact).where(Contact.id == contact.id).values(**blank, version=contact.version + 1))
    removed |= _only_here(session, Person.__table__, people - still_asked_for(session), OF_A_PERSON)
    persons, parts = (Base.metadata.tables[name] for name in ("subject_person", "subject_item"))
    closed = {each["request_id"] for each in removed.get(persons, [])}
    if emptied_of := empty_requests(session, closed):
        removed.setdefault(parts, []).extend(emptied_of)
    removed |= _only_here(session, Address.__table__, places, OF_A_PLACE)
    row.rows = {table.name: len(rows) for table, rows in sorted(removed.items(), key=lambda pair: pair[0].name)}
    row.salt = secrets.token_hex(16)
    row.digest = _digest(row.salt, before, removed)
    session.flush()
    session.expire_all()
    return {"rows": row.rows, "digest": row.digest, "erased": erased}


def _blank_reasons(session: Session, contact_id: int) -> list[str]:
    """Blank why somebody was let in to a contact or kept from it, which stays otherwise, and give what was said."""
    said: list[str] = []
    for table in WHO_MIGHT:
        words = [name for name in ("reason", "review_words") if name in table.__table__.columns]
        rows = session.scalars(select(table).where(table.contact_id == contact_id).order_by(table.at)).all()
        for row in rows:
            said += [getattr(row, name) for name in words]
            for name in words:
                setattr(row, name, "")
    session.flush()
    return said


def _what_hangs_on(session: Session, root: Any, ids: Iterable[int], without: frozenset[str]) -> Removed:
    """Find every row that points at some rows, and every row that points at those, parents first."""
    doomed: Removed = {root: [{"id": each} for each in ids]}
    for table in Base.metadata.sorted_tables:
        points = [key for key in table.foreign_keys if key.column.table in doomed and table is not root]
        if table.name in without or not points:
            continue
        meant = [key.parent.in_([row[key.column.name] for row in doomed[key.column.table]]) for key in points]
        if rows := [dict(row) for row in session.execute(select(table).where(or_(*meant))).mappings()]:
            doomed[table] = rows
    del doomed[root]
    return doomed


def _delete(session: Session, removed: Removed) -> None:
    for table in reversed(list(removed)):
        keys = list(table.primary_key.columns)
        for row in removed[table]:
            session.execute(delete(table).where(*(key == row[key.name] for key in keys)))


def _only_here(session: Session, root: Any, ids: Iterable[int], parts: frozenset[str]) -> Removed:
    """Remove the people or places that nothing points at any more but their own parts, and give what was removed."""
    gone: Removed = {}
    for each in sorted(ids):
        hanging = _what_hangs_on(session, root, [each], frozenset())
        if all(table.name in parts for table in hanging):
            itself = dict(session.execute(select(root).where(root.c.id == each)).mappings().one())
            _delete(session, {root: [itself]} | hanging)
            for table, rows in ({root: [itself]} | hanging).items():
                gone.setdefault(table, []).extend(rows)
    return gone


def _erase_events(session: Session, row: Disposal) -> list[list[Any]]:
    """Erase what a contact's events said, keeping proof of the rest, and list each with its proof."""
    events = session.scalars(select(Event).where(Event.contact_id == row.contact_id).order_by(Event.seq)).all()
    proofs = [(event.seq, kept_hash(event)) for event in events if event.data and event.data != ERASED]
    if proofs:
        told = [{"seq": seq, "disposal_id": row.id, "kept_hash": proof} for seq, proof in proofs]
        session.execute(insert(EventErasure), told)
        session.execute(update(Event).where(Event.seq.in_([seq for seq, _ in proofs])).values(data=ERASED))
    return [[seq, proof] for seq, proof in proofs]


def _digest(salt: str, before: Mapping[str, Any], removed: Removed) -> str:
    said = [salt, before, {table.name: rows for table, rows in removed.items()}]
    plain = json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()
