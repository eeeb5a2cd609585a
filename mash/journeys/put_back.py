"""Put an earlier version of the thresholds back: one asks, another agrees, and it holds at once or from a day on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.publish_thresholds import PublicationRefused, answered, put_in_force, refuse, someone
from mash.models import EventHead, Proposal, Publication
from mash.queries.going_live import times_repeated
from mash.queries.rule_books import as_repeated, book_with_published
from mash.rules import RuleBook
from mash.workflow.calendar import london_day
from mash.workflow.going_live import APPROVERS, objections_to_approver, objections_to_day


def ask_roll_back(
    session: Session,
    repeats: str,
    *,
    starts_on: date | None,
    open_contacts: str,
    reason: str,
    by: Actor,
    at: datetime,
    files: RuleBook,
) -> Proposal:
    """Ask that an earlier version be put back, at once or from a day on. It needs a second person and no more.

    Args:
        open_contacts: ``regrade`` or ``version_at_receipt``: what judges contacts that are open then.

    Raises:
        PublicationRefused: If that version was never in force, or is now.
        VersionRefused: If there is none of that name.
    """
    who, today = someone(by), london_day(at)
    book = book_with_published(session, files)
    earlier = book.get(repeats)
    if earlier.version.use != "live" or earlier.effective_from > today or earlier == book.in_force(today):
        raise PublicationRefused(f"'{repeats}' is not an earlier version for live use.")
    if starts_on is not None:
        refuse(*objections_to_day(starts_on, today))
    asked = Proposal(
        content_hash=earlier.content_hash,
        repeats=repeats,
        starts_on=starts_on,
        open_contacts=open_contacts,
        words=reason,
        by_id=who,
        at=at,
    )
    session.add(asked)
    data = {"repeats": repeats, "from": starts_on and starts_on.isoformat(), "reason": reason, "open": open_contacts}
    record_event(session, kind="thresholds.roll_back_asked", at=at, by=by, data=data)
    return asked


def answer_roll_back(
    session: Session, number: int, *, agree: bool, words: str, by: Actor, at: datetime, files: RuleBook
) -> Publication | None:
    """Agree that an earlier version is put back, or say why not. It begins the day it is agreed unless set later.

    Raises:
        NotFound: If nobody asks for it.
        PublicationRefused: If this person asked for it.
    """
    who, today = someone(by), london_day(at)
    session.execute(select(EventHead.id).where(EventHead.id == 1).with_for_update())
    asked = session.scalars(select(Proposal).where(Proposal.id == number).with_for_update()).one_or_none()
    if asked is None or asked.draft_id is not None or asked.state != "open":
        raise NotFound("Nobody asks for that any more.")
    if not agree:
        answered(asked, "sent_back", words, who, at)
        data = {"repeats": asked.repeats, "reason": words}
        record_event(session, kind="thresholds.sent_back", at=at, by=by, data=data)
        return None
    refuse(*objections_to_approver(who, by.roles, asked.by_id, frozenset(), (APPROVERS,)))
    book = book_with_published(session, files)
    now, id = book.in_force(today), f"{asked.repeats}-again-{times_repeated(session, asked.repeats) + 1}"
    ruleset = as_repeated(book.get(asked.repeats), id, asked.open_contacts, now.id, asked.words)
    starts_on = max(asked.starts_on or today, today)
    told: dict[str, Any] = {"book": book, "text": "", "replaces": now.id, "approvers": [by.name]}
    return put_in_force(session, asked, ruleset, starts_on, **told, by=by, at=at)
