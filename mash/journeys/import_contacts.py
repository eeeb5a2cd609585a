"""Bring in rows of the sector's own files: a contact, a child on one, or an episode of history. Safe to send again.

A row is known again by its natural key, so a file sent twice changes nothing, and one stopped half-way goes on. What
the record has no column for, and a code that nobody has mapped, is kept as it was given (``import_kept``).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.intake import Coded, ContactRow, EpisodeRow, RowResult
from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.import_decided import decided_elsewhere
from mash.journeys.import_kept import keep, voices
from mash.journeys.import_people import adults_of, child_of, episode_person, household, moment
from mash.journeys.import_words import AGREEMENTS, IDENTITIES, TOLD, TYPES, ours, yes
from mash.journeys.people import AddressGiven, address_key, person_for
from mash.journeys.practice import LONDON, Practice
from mash.journeys.receive import AgreementGiven, Approach, add_child, receive
from mash.journeys.running_clocks import place_in_queue
from mash.journeys.triage import red_clocks
from mash.models import Agreement, ChildOnContact, Contact, Episode, ImportBatch, ImportRow

MADE, ALREADY_THERE, REFUSED = "made", "already_there", "refused"


@dataclass(slots=True)
class Importer:
    """One file on its way in. ``take`` is called with a few rows at a time, each call in its own transaction."""

    batch_id: int | None
    by: Actor
    practice: Practice

    def take(self, session: Session, rows: Iterable[RowResult], *, at: datetime) -> Counter[str]:
        """Bring in some rows, and keep what was wrong with each.

        Returns:
            How many rows were made, already there, refused; and how many came with a warning.
        """
        counts: Counter[str] = Counter()
        for row in rows:
            result = self._one(session, row, at=at)
            counts[result] += 1
            counts["warnings"] += bool(row.problems) and result != REFUSED
            if self.batch_id is not None and row.problems:
                problems = [
                    {part.name: str(getattr(problem, part.name)) for part in fields(problem)}
                    for problem in row.problems
                ]
                session.add(ImportRow(batch_id=self.batch_id, line=row.line, result=result, problems=problems))
        session.flush()
        return counts

    def _one(self, session: Session, row: RowResult, *, at: datetime) -> str:
        if row.record is None:
            return REFUSED
        if isinstance(row.record, EpisodeRow):
            return import_episode(session, row.record, at=at)
        return import_child(session, row.record, by=self.by, at=at, practice=self.practice)


def begin(session: Session, *, file_hash: str, name: str, form: str, by: Actor, at: datetime) -> ImportBatch:
    """Note that a file is coming in."""
    batch = ImportBatch(file_hash=file_hash, name=name[:200], format=form, started_at=at, by=by.name)
    session.add(batch)
    session.flush()
    return batch


def finish(session: Session, batch_id: int, counts: Counter[str], *, by: Actor, at: datetime) -> None:
    """Note what came of a file."""
    batch = session.get_one(ImportBatch, batch_id)
    batch.finished_at, batch.counts = at, dict(counts)
    said = {"file": batch.file_hash, "format": batch.format, "counts": dict(counts)}
    record_event(session, kind="import.finished", at=at, by=by, data=said)


def import_child(session: Session, row: ContactRow, *, by: Actor, at: datetime, practice: Practice) -> str:
    """Bring in one child on one contact, making the contact with its first child."""
    known = session.scalar(select(ChildOnContact.id).where(ChildOnContact.external_key == row.key))
    if known is not None:
        return ALREADY_THERE
    there = session.scalars(select(Contact.reference).where(Contact.external_key == row.contact_key)).one_or_none()
    if there is None:
        contact = receive(session, _approach(row, practice), by=by, at=at, practice=practice)
        child: ChildOnContact | None = contact.children[0]
    else:
        contact = contact_for_change(session, there, version=None)
        child = _another_child(session, contact, row, by=by, at=at, practice=practice)
    if child is None:
        return ALREADY_THERE
    child.external_key = row.key
    keep(contact, child, row, practice.rulebook.catalogue)
    _keep_agreement(session, contact, child, row, by=by, at=at)
    decided_elsewhere(session, contact, child, row, by=by, practice=practice)
    if contact.state != "closed":
        red_clocks(session, contact, at=at, practice=practice)
    place_in_queue(session, contact)
    session.flush()
    return MADE


def _keep_agreement(
    session: Session, contact: Contact, child: ChildOnContact, row: ContactRow, *, by: Actor, at: datetime
) -> None:
    """Keep what a row says of agreement to a service as a fact about its own child."""
    if status := ours(row.agreement_service, AGREEMENTS):
        said = {"contact_id": contact.id, "child_id": child.id, "by_id": by.user_id, "at": at}
        session.add(Agreement(kind="service", status=status, **said))
        session.flush()


def _another_child(
    session: Session, contact: Contact, row: ContactRow, *, by: Actor, at: datetime, practice: Practice
) -> ChildOnContact | None:
    given = child_of(row, practice.rulebook.catalogue)
    if given.address is None and not _at_home(contact, household(row)):
        given = replace(given, address=household(row))
    day = contact.received_at.astimezone(LONDON).date()
    person = person_for(session, given.person, kind="child", at=at, day=day)
    if any(child.person_id == person.id for child in contact.children):
        return None
    place = len(contact.children) + 1
    child = add_child(session, contact, person, given, position=place, by=by, at=at)
    contact.child_voice = voices(contact.child_voice, row.child_voice or "")
    session.refresh(contact, ["children"])
    record_event(session, kind="contact.child_added", at=at, by=by, contact_id=contact.id, data={"child": child.id})
    return child


def _at_home(contact: Contact, home: AddressGiven | None) -> bool:
    return home is None or (contact.address is not None and contact.address.key == address_key(home))


def _approach(row: ContactRow, practice: Practice) -> Approach:
    received = moment(row.received_at)
    if received is None:
        raise ValueError("A contact row always says when it was received.")
    return Approach(
        type=ours(row.type_at_receipt, TYPES) or "service_request",
        received_at=received,
        received_precision="minute" if row.received_at.at else "day",
        channel=(row.channel.code if row.channel else None) or "other",
        happened_at=moment(row.event_at),
        sent_at=moment(row.sent_at),
        source_code=(row.source.code if row.source else None) or "",
        source_given=(row.source_label or (row.source.given if row.source else ""))[:200],
        source_agency=row.source_agency or "",
        referrer_name=row.referrer_name or "",
        referrer_role=row.referrer_role or "",
        referrer_phone=row.referrer_phone or "",
        referrer_email=row.referrer_email or "",
        referrer_identity=ours(row.referrer_identity, IDENTITIES) or "",
        referrer_level=_number(row.referrer_level),
        narrative=row.narrative or "",
        child_voice=row.child_voice or "",
        danger_now=yes(row.immediate_danger),
        interim_action=row.edt_interim_action or "",
        address=household(row),
        children=(child_of(row, practice.rulebook.catalogue),),
        adults=adults_of(row),
        agreements=tuple(_agreements(row)),
        external_key=row.contact_key,
        imported=True,
    )


def _number(coded: Coded | None) -> int | None:
    return int(coded.code) if coded and coded.code and coded.code.isdigit() else None


def _agreements(row: ContactRow) -> Iterable[AgreementGiven]:
    if told := ours(row.family_told, TOLD):
        yield AgreementGiven(kind="told", status=told)
    if checks := ours(row.agreement_checks, AGREEMENTS):
        yield AgreementGiven(kind="checks", status=checks)
    if row.lawful_basis and row.lawful_basis.code:
        yield AgreementGiven(kind="lawful_basis", status="recorded", reason=row.lawful_basis.given)
    if row.override_reason:
        by = f" (authorised by {row.override_by})" if row.override_by else ""
        yield AgreementGiven(kind="override", status="recorded", reason=f"{row.override_reason}{by}")


def import_episode(session: Session, row: EpisodeRow, *, at: datetime) -> str:
    """Bring in one early help episode or referral. One sent again with an end is ended; nothing else is changed."""
    found = session.scalars(select(Episode).where(Episode.key == row.key)).one_or_none()
    if found is not None:
        if row.ended_on and found.ended_on is None:
            found.ended_on = row.ended_on
        return ALREADY_THERE
    person = episode_person(session, row, at=at)
    session.add(
        Episode(
            key=row.key,
            person_id=person.id,
            kind=row.kind.value,
            started_on=row.started_on,
            ended_on=row.ended_on,
            category=(row.primary_need.given if row.primary_need else "")[:200],
            outcome=(row.end_reason or "")[:200],
            source_code=(row.source.code if row.source else None) or "",
            source_given=(row.source_label or (row.source.given if row.source else ""))[:200],
            no_further_action=yes(row.no_further_action),
            team=row.team or "",
            worker=row.worker or "",
            organisation=row.organisation or "",
            made_at=at,
        )
    )
    session.flush()
    return MADE
