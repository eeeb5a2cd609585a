"""Answer a person's request for their own records: asked, checked who asks, decided part by part, signed by a second.

Nothing is released silently: every part waits for a person, whatever is proposed of it; whoever decided a part or asked
for the release does not sign it; and nobody releases what they may not read themselves. Every step is an event, which
says what was decided and never what the record says.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import NotFound
from mash.journeys.events import record_event
from mash.journeys.practice import calendar_from
from mash.journeys.restrict import people_on
from mash.journeys.subject_rows import has_changed
from mash.models import Contact, SubjectItem, SubjectPerson, SubjectRequest
from mash.queries.subject_access import PartShown, is_kept_from, parts_shown, people_of
from mash.workflow.calendar import london_day
from mash.workflow.subject_access import GROUNDS, Answer, covers, due_on, fault_of

STANDINGS = {
    "themself": "The person themself",
    "parent": "Somebody with parental responsibility",
    "representative": "Somebody else who acts for them",
}
ENDINGS = {"given": "The answer was given", "refused": "It was refused", "withdrawn": "It was withdrawn"}

CHANGED = "The record has changed since: send it back, and gather it again"


class RequestRefused(Exception):
    """Something that may not be done to a request. ``field`` is the answer at fault; the message is fit for a page."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came. ``authority``: what shows that they may ask for somebody else."""

    asked_by: str
    standing: str
    authority: str
    wanted: str
    received_on: date


def open_request(session: Session, reference: str, person_id: int, asked: Asked, *, by: Actor, at: datetime) -> int:
    """Begin a request about a person on a contact. Its month begins on the day it was received. Return its number.

    Raises:
        NotFound: If there is no such person on a contact that the actor may know of.
        RequestRefused: If somebody else must handle it, or the day is to come.
    """
    contact = session.scalars(select(Contact).where(Contact.reference == reference)).one_or_none()
    if contact is None or person_id not in people_on(contact):
        raise NotFound("There is no such person on this contact.")
    need(not is_kept(session, [person_id], by, at), "reference", "You may not handle this. Another manager does")
    need(asked.received_on <= london_day(at), "received", "The day it was received must not be after today")
    need(asked.standing == "themself" or bool(asked.authority), "authority", "Say what shows that they may ask")
    due = due_on(asked.received_on, calendar_from(session))
    made = SubjectRequest(
        asked_by=asked.asked_by,
        standing=asked.standing,
        authority=asked.authority,
        wanted=asked.wanted,
        received_on=asked.received_on,
        due_on=due,
        by_id=by.user_id,
        at=at,
    )
    session.add(made)
    session.flush()
    session.add(SubjectPerson(request_id=made.id, person_id=person_id))
    note(session, made, "opened", by, at, standing=asked.standing, person=person_id, due=due.isoformat())
    return made.id


def check_identity(session: Session, number: int, how: str, *, by: Actor, at: datetime) -> None:
    """Keep how, and by whom, it was checked who asks.

    Raises:
        RequestRefused: If it was checked already, or the request is closed.
    """
    found = open_for_work(session, number, by, at, states=("open", "ready"))
    need(found.identity_at is None, "how", "It was checked already")
    found.identity_how, found.identity_by_id, found.identity_at = how, by.user_id, at
    note(session, found, "identity_checked", by, at, how=how)


def extend(session: Session, number: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Give a complex request two months more. Whoever asked must be told within the first month.

    Raises:
        RequestRefused: If it has them already, or its first month is over.
    """
    found = open_for_work(session, number, by, at, states=("open", "ready"))
    need(found.extended_at is None, "reason", "It was extended already")
    need(london_day(at) <= found.due_on, "reason", "Its first month is over: it can no longer be extended")
    before, found.due_on = found.due_on, due_on(found.received_on, calendar_from(session), extended=True)
    found.extended_reason, found.extended_by_id, found.extended_at = reason, by.user_id, at
    said = {"reason": reason, "from": before.isoformat(), "to": found.due_on.isoformat()}
    note(session, found, "extended", by, at, **said)


def decide_part(
    session: Session,
    number: int,
    place: int,
    *,
    answer: Answer,
    ground: str,
    reason: str,
    marked: str,
    by: Actor,
    at: datetime,
) -> None:
    """Decide one part: release it, withhold it, or release it with what is marked withheld.

    Raises:
        NotFound: If there is no such part.
        RequestRefused: If the actor may not read what they would release, no ground is given for what is withheld, a
            departure from what is proposed has no reason, or the marks are not those of the text.
    """
    found = open_for_work(session, number, by, at)
    part = next((one for one in _parts(session, number, by, at) if one.row.place == place), None)
    if part is None:
        raise NotFound("There is no such part.")
    row = part.row
    need(answer is Answer.WITHHOLD or not part.withheld, "answer", _ask(part))
    need(answer is Answer.RELEASE or ground in GROUNDS, "ground", "Say on what ground it is withheld")
    need(answer.value == row.proposal or bool(reason), "reason", "Say why you depart from what is proposed")
    if answer is Answer.PART:
        wrong = fault_of(marked, row.text)
        need(not wrong, "marked", wrong)
        spared = not covers(marked, row.proposed_marked)
        need(not spared or bool(reason), "reason", "Say why you release what is proposed to be withheld")
        row.marked = marked
    before = row.answer
    row.answer, row.reason, row.decided_by_id, row.decided_at = answer.value, reason, by.user_id, at
    row.ground = "" if answer is Answer.RELEASE else ground
    said = {"part": place, "kind": row.kind, "proposed": row.proposal, "answer": answer.value, "ground": row.ground}
    note(session, found, "part_decided", by, at, **said, was=before, reason=reason)


def ask_release(session: Session, number: int, facts: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Put a request whose every part is decided before a second person.

    Args:
        facts: What each fact is called, by code.

    Raises:
        RequestRefused: If a part is undecided, nothing is gathered, the record has changed since, or who asks was not
            checked.
    """
    found = open_for_work(session, number, by, at)
    need(found.gathered_at is not None, "", "Gather the record first")
    undecided = select(exists().where(SubjectItem.request_id == number, SubjectItem.answer.is_(None)))
    need(not session.scalar(undecided), "", "Decide every part first")
    need(found.identity_at is not None, "", "Check who asks first")
    need(not has_changed(session, found, facts), "", "The record has changed since: gather it again")
    found.state, found.ready_by_id, found.ready_at = "ready", by.user_id, at
    note(session, found, "release_asked", by, at)


def sign(session: Session, number: int, facts: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Sign the release of a request that somebody else decided.

    Args:
        facts: What each fact is called, by code.

    Raises:
        RequestRefused: If the actor decided any of it or asked for the release, or may not read what it releases; or
            the record has changed since it was gathered.
    """
    found = open_for_work(session, number, by, at, states=("ready",))
    parts = _parts(session, number, by, at)
    theirs = by.user_id in {found.ready_by_id, *(part.row.decided_by_id for part in parts)}
    need(not theirs, "", "You decided part of it. Another manager signs")
    need_all_released(parts)
    need(not has_changed(session, found, facts), "", CHANGED)
    found.state, found.signed_by_id, found.signed_at = "signed", by.user_id, at
    said = {answer.value: sum(part.row.answer == answer.value for part in parts) for answer in Answer}
    note(session, found, "release_signed", by, at, **said, asked_by=found.ready_by_id)


def send_back(session: Session, number: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Send a request back to have parts decided again, until it is closed. A signature no longer counts.

    Raises:
        RequestRefused: If it is not before a second person, or signed.
    """
    found = open_for_work(session, number, by, at, states=("ready", "signed"))
    was = found.state
    found.state, found.signed_by_id, found.signed_at, found.ready_by_id, found.ready_at = "open", None, None, None, None
    note(session, found, "sent_back", by, at, reason=reason, was=was)


def close_request(session: Session, number: int, ended_as: str, reason: str, *, by: Actor, at: datetime) -> None:
    """Close a request: the answer was given, or it was refused or withdrawn.

    Raises:
        RequestRefused: If an answer is said to be given that nobody signed.
    """
    found = open_for_work(session, number, by, at, states=("open", "ready", "signed"))
    need(ended_as != "given" or found.state == "signed", "ended", "Nothing is given before a second person signs it")
    found.state, found.ended_as, found.ended_reason = "closed", ended_as, reason
    found.ended_by_id, found.ended_at = by.user_id, at
    note(session, found, "closed", by, at, ended_as=ended_as, reason=reason, late=london_day(at) > found.due_on)


def request_for(session: Session, number: int, by: Actor, at: datetime) -> SubjectRequest:
    """Lock a request that the actor may know of.

    Raises:
        NotFound: If there is none.
    """
    wanted = select(SubjectRequest).where(SubjectRequest.id == number).with_for_update()
    found = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if found is None or is_kept(session, people_of(session, number), by, at):
        raise NotFound("There is no such request.")
    return found


def open_for_work(
    session: Session, number: int, by: Actor, at: datetime, states: Collection[str] = ("open",)
) -> SubjectRequest:
    """Lock a request that a manager may still do something to.

    Raises:
        NotFound, RequestRefused: If there is none for them, they are no manager, or it has gone on.
    """
    found = request_for(session, number, by, at)
    need(by.is_manager, "", "A manager answers a request for somebody’s own records")
    need(found.state in states, "", "It has gone on since this page was made")
    return found


def _parts(session: Session, number: int, by: Actor, at: datetime) -> list[PartShown]:
    assert by.user_id is not None  # noqa: S101  # a manager is somebody
    return parts_shown(session, number, user_id=by.user_id, roles=by.roles, at=at)


def need_theirs(session: Session, found: SubjectRequest, by: Actor, at: datetime) -> None:
    """Refuse the file of a request to whoever neither asked for its release nor signed it, or may not read it all.

    Raises:
        RequestRefused: If it is not theirs, or a part that is released is withheld from them now.
    """
    need(by.user_id in {found.ready_by_id, found.signed_by_id}, "", "Whoever asked for the release or signed it does")
    need_all_released(_parts(session, found.id, by, at))


def need_all_released(parts: Iterable[PartShown]) -> None:
    """Refuse somebody from whom a part that is released is withheld.

    Raises:
        RequestRefused: If there is one; it says whom they ask.
    """
    for part in parts:
        need(part.row.answer == Answer.WITHHOLD.value or not part.withheld, "", _ask(part))


def _ask(part: PartShown) -> str:
    return f"Part {part.row.place} is withheld from you: have it shown on the contact, or ask {part.withheld}"


def is_kept(session: Session, people: list[int], by: Actor, at: datetime) -> bool:
    """Say whether something of these people is kept from whoever acts."""
    return by.user_id is None or is_kept_from(session, people, by.user_id, by.roles, at)


def note(session: Session, found: SubjectRequest, what: str, by: Actor, at: datetime, **said: Any) -> int:
    """Put a step on the chain. Return its number there."""
    return record_event(session, kind=f"subject.{what}", at=at, by=by, data={"request": found.id, **said}).seq


def need(so: bool, field: str, words: str) -> None:
    """Refuse with these words what is not so."""
    if not so:
        raise RequestRefused(field, words)
