"""Take a draft of the thresholds live: one asks, others sign it off, and the day decides. Call it off before then."""

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.move_deadlines import move_deadlines
from mash.journeys.practice import practice_from
from mash.models import (
    EventHead,
    GoingLiveNote,
    Proposal,
    Publication,
    RuleSetAdoption,
    ThresholdDraft,
    ThresholdSignOff,
)
from mash.queries.going_live import Progress, progress
from mash.queries.rule_books import book_with_published, text_hash
from mash.rules import RuleBook, RuleSet
from mash.workflow.calendar import LONDON, london_day
from mash.workflow.clock_policy import CLOCKS
from mash.workflow.going_live import (
    APPROVERS,
    SIGNERS,
    objections_to_approver,
    objections_to_asking,
    objections_to_day,
    signs_as,
)


class PublicationRefused(Exception):
    """A version may not go live, or not so. Each line says why."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where versions come from: the files as read, and their folder with the worked examples."""

    files: RuleBook
    folder: Path


def refuse(*objections: str) -> None:
    if objections:
        raise PublicationRefused("\n".join(objections))


def someone(by: Actor, roles: frozenset[str] = APPROVERS) -> int:
    if by.user_id is None or roles.isdisjoint(by.roles):
        raise PublicationRefused("Only a reviewer or a manager takes thresholds live.")
    return by.user_id


def _found(session: Session, name: str, thresholds: Thresholds, at: datetime) -> Progress:
    """Lock a draft, and the chain of events so that two approvals are one after the other; say how far it has come."""
    session.execute(select(EventHead.id).where(EventHead.id == 1).with_for_update())
    session.execute(select(ThresholdDraft.id).where(ThresholdDraft.name == name).with_for_update())
    book = book_with_published(session, thresholds.files)
    found = progress(session, name, book, thresholds.folder, london_day(at))
    if found is None or found.draft.state == "published":
        raise NotFound(f"There is no draft {name}.")
    return found


def write_note(
    session: Session,
    name: str,
    *,
    kind: str,
    about: str,
    words: str,
    day: date | None,
    by: Actor,
    at: datetime,
    thresholds: Thresholds,
) -> None:
    """Keep an answer to a finding or an example, or the equity or staff note, about the text as it stands.

    Raises:
        PublicationRefused: If the text cannot be read, or the equity note would come before the replay.
    """
    found, who = _found(session, name, thresholds, at), someone(by)
    if found.ruleset is None:
        raise PublicationRefused("The draft cannot be read. Mend it first.")
    if kind == "equity" and found.replay is None:
        raise PublicationRefused("Replay this text first, and look at who is affected.")
    hashed = found.ruleset.content_hash
    session.add(
        GoingLiveNote(
            draft_id=found.draft.id, content_hash=hashed, kind=kind, about=about, words=words, day=day, by_id=who, at=at
        )
    )
    data = {"draft": name, "kind": kind, "about": about, "words": words, "day": day and day.isoformat(), "hash": hashed}
    record_event(session, kind="thresholds.noted", at=at, by=by, data=data)


def propose(session: Session, name: str, *, by: Actor, at: datetime, thresholds: Thresholds) -> Proposal:
    """Ask that the text of a draft, as it stands, go live.

    Raises:
        PublicationRefused: Naming each gate that is not met.
    """
    found, who = _found(session, name, thresholds, at), someone(by)
    refuse(*objections_to_asking(found.ready))
    if found.proposal is not None or found.ruleset is None:
        raise PublicationRefused("Approval was asked for already.")
    hashed = found.ruleset.content_hash
    asked = Proposal(
        draft_id=found.draft.id, text_hash=text_hash(found.draft.text), content_hash=hashed, by_id=who, at=at
    )
    session.add(asked)
    found.draft.state = "proposed"
    record_event(session, kind="thresholds.proposed", at=at, by=by, data={"draft": name, "hash": hashed})
    return asked


def approve(
    session: Session, name: str, *, starts_on: date | None, by: Actor, at: datetime, thresholds: Thresholds
) -> Publication | None:
    """Sign a draft off. The last signature that is needed takes it live, from a day on.

    Args:
        starts_on: The day it begins; only the last to sign sets it.

    Returns:
        The publication; None while another signature is needed.

    Raises:
        PublicationRefused: If the text changed, a gate is not met, this person may not, the day is past, or one waits.
    """
    found, who = _found(session, name, thresholds, at), someone(by, SIGNERS)
    asked, ruleset, today = found.proposal, found.ruleset, london_day(at)
    if asked is None or ruleset is None:
        raise PublicationRefused("Nobody has asked for approval of this text. If it changed, ask again.")
    book, last = book_with_published(session, thresholds.files), len(found.left) == 1
    signed = frozenset(one.by_id for one in found.signed)
    refuse(
        *objections_to_approver(who, by.roles, asked.by_id, found.authors, found.left, signed),
        *objections_to_asking(found.ready),
        *(objections_to_day(starts_on, today) if last else ()),
        *(f"'{one.id}' waits to begin. Call it off first." for one in _scheduled(book, today)),
        *(f"{said[:1].upper()}{said[1:]}. Give it another key." for said in book.kinds_changed(ruleset)),
        *(["A version has this name already."] if name in {one.id for one in book.versions} else []),
    )
    _sign(session, name, asked, signs_as(found.left, by.roles) or "", by=by, at=at)
    if not last or starts_on is None:
        return None
    found.draft.state = "published"
    text, names = found.draft.text, [*(one.by for one in found.signed), by.name]
    told: dict[str, Any] = {"book": book, "text": text, "replaces": found.in_force.id, "approvers": names}
    return put_in_force(session, asked, ruleset, starts_on, **told, by=by, at=at)


def _sign(session: Session, name: str, asked: Proposal, role: str, *, by: Actor, at: datetime) -> None:
    session.add(ThresholdSignOff(proposal_id=asked.id, role=role, by_id=by.user_id, at=at))
    data = {"draft": name, "hash": asked.content_hash, "role": role}
    record_event(session, kind="thresholds.signed_off", at=at, by=by, data=data)


def _scheduled(book: RuleBook, today: date) -> list[RuleSet]:
    return [one for one in book.versions if one.version.use == "live" and one.effective_from > today]


def put_in_force(
    session: Session,
    asked: Proposal,
    ruleset: RuleSet,
    starts_on: date,
    *,
    book: RuleBook,
    text: str,
    replaces: str,
    approvers: list[str],
    by: Actor,
    at: datetime,
) -> Publication:
    """Write that a text judges from a day on, as one asked and another agreed. Whether they may is asked before.

    What has started on that day already is held to its limits too. ``book`` is every version as it was until now.
    """
    asked.state, asked.answered_by_id, asked.answered_at = "approved", by.user_id, at
    made = Publication(
        proposal_id=asked.id,
        ruleset_id=ruleset.id,
        content_hash=ruleset.content_hash,
        text=text,
        repeats=asked.repeats,
        open_contacts=asked.open_contacts,
        replaces=replaces,
        starts_on=starts_on,
        reason=asked.words or ruleset.version.reason,
        by_id=asked.by_id,
        approved_by_id=by.user_id,
        at=at,
    )
    session.add(made)
    _adopt(session, ruleset, made, approvers)
    data: dict[str, Any] = {"version": ruleset.id, "hash": ruleset.content_hash, "from": starts_on.isoformat()}
    data |= {"replaces": replaces, "repeats": asked.repeats, "asked_by": asked.by_id, "reason": made.reason}
    record_event(session, kind="thresholds.approved", at=at, by=by, data=data)
    _hold_what_came(session, book.succeeded_by(ruleset, starts_on), made, by=by, at=at)
    return made


def _hold_what_came(session: Session, book: RuleBook, made: Publication, *, by: Actor, at: datetime) -> None:
    """Work the clocks that started on its first day out again, with an event for each that moves."""
    since, why = datetime.combine(made.starts_on, time(), LONDON), f"Thresholds {made.ruleset_id} began"
    move_deadlines(session, CLOCKS, practice=practice_from(session, book), why=why, by=by, at=at, since=since)


def _adopt(session: Session, ruleset: RuleSet, made: Publication, approvers: list[str]) -> None:
    """Pin the hash where those of the files are pinned too; once for a text that was called off and approved again."""
    same = (RuleSetAdoption.ruleset_id == ruleset.id, RuleSetAdoption.content_hash == ruleset.content_hash)
    if session.scalars(select(RuleSetAdoption.id).where(*same)).first() is None:
        session.add(
            RuleSetAdoption(
                ruleset_id=ruleset.id,
                content_hash=ruleset.content_hash,
                title=ruleset.title,
                effective_from=made.starts_on,
                approvers=approvers,
                reason=made.reason,
                at=made.at,
            )
        )


def send_back(session: Session, name: str, *, reason: str, by: Actor, at: datetime, thresholds: Thresholds) -> None:
    """Give a proposed draft back to be worked on.

    Raises:
        PublicationRefused: If nobody asked for its approval.
    """
    found, who = _found(session, name, thresholds, at), someone(by, SIGNERS)
    if found.proposal is None:
        raise PublicationRefused("Nobody has asked for approval of this text.")
    answered(found.proposal, "sent_back", reason, who, at)
    found.draft.state = "open"
    record_event(session, kind="thresholds.sent_back", at=at, by=by, data={"draft": name, "reason": reason})


def answered(asked: Proposal, state: str, words: str, who: int, at: datetime) -> None:
    asked.state, asked.answer, asked.answered_by_id, asked.answered_at = state, words, who, at


def call_off(session: Session, number: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Call off a version that has not begun. Its draft is open again; the one in force stays so.

    Raises:
        NotFound: If there is no such publication.
        PublicationRefused: If it has begun, or was called off.
    """
    who = someone(by)
    row = session.scalars(select(Publication).where(Publication.id == number).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no such publication.")
    if row.called_off_at is not None or row.starts_on <= london_day(at):
        raise PublicationRefused(f"'{row.ruleset_id}' has begun or was called off. Put the one before it back instead.")
    row.called_off_at, row.called_off_by_id, row.called_off_why = at, who, reason
    asked = session.get_one(Proposal, row.proposal_id)
    if asked.draft_id is not None:
        session.get_one(ThresholdDraft, asked.draft_id).state = "open"
    record_event(
        session, kind="thresholds.called_off", at=at, by=by, data={"version": row.ruleset_id, "reason": reason}
    )
