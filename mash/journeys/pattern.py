"""The pattern check: who closes yet another contact writes one view of them all, and someone else reviews it.

The review comes after closing, so that it holds nothing up; whoever wrote the view, or closed the contact before, may
not do it. A manager who sees it otherwise reopens the contact in the same act; anyone else puts it before a manager.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.contacts import contact_for_change
from mash.journeys.events import record_event
from mash.journeys.practice import Practice
from mash.models import Contact, PatternReview, PatternView
from mash.queries.pattern import DECIDED, last_closed, others
from mash.workflow.contact import Move, MoveRefused, Situation
from mash.workflow.pattern import REVIEW_ANSWERS, Repeat, asked
from mash.workflow.words import Role, State

WAITING = ("waiting", "disputed")
QUALIFIED = frozenset({Role.PRACTITIONER.value, Role.MANAGER.value})


def repeats_of(session: Session, contact: Contact, practice: Practice, at: datetime) -> tuple[Repeat, ...]:
    """Say whom so many contacts have been about, this one included, that closing it asks for a view of them all."""
    policy = practice.pattern(at)
    came = others(session, contact, since=contact.received_at - policy.furthest, until=at)
    found = []
    for child in contact.children:
        own = (one.received_at for one in came if child.person_id in one.people)
        found.append(Repeat(str(child.id), policy.reached(own, contact.received_at)))
    found.append(Repeat(None, policy.reached((one.received_at for one in came), contact.received_at)))
    return tuple(repeat for repeat in found if repeat.words)


def standing_view(session: Session, contact: Contact) -> PatternView | None:
    """Find the view that waits on a contact, if there is one."""
    waits = PatternView.contact_id == contact.id, PatternView.state.in_(WAITING)
    return session.scalars(select(PatternView).where(*waits).order_by(PatternView.id.desc()).limit(1)).one_or_none()


def keep_view(
    session: Session, contact: Contact, situation: Situation, practice: Practice, *, by: Actor, at: datetime
) -> PatternView | None:
    """Keep the view where closing asks for one; another than waits already is kept beside it, which is set aside.

    Where no child is closed any more, what was written waits no longer.
    """
    routes = practice.routes(contact, at)
    if not any(route.closes for child in contact.children if (route := routes.get(child.route))):
        set_aside(session, contact)
        return None
    text = situation.pattern_view.strip()
    standing = standing_view(session, contact)
    found = asked(situation.repeats, situation.concerned, situation.children)
    if not found or not text or by.user_id is None:
        return standing
    if standing is not None and standing.text == text:
        return standing
    set_aside(session, contact)
    last = last_closed(
        session, others(session, contact, since=contact.received_at - practice.pattern(at).furthest, until=at)
    )
    view = PatternView(
        contact_id=contact.id,
        text=text,
        counted=[_counted(repeat) for repeat in found],
        last_reference=last.reference if last else None,
        last_closed_by=list(last.by) if last else [],
        by_id=by.user_id,
        at=at,
    )
    session.add(view)
    session.flush()
    said = {"view": view.id, "text": text, "counted": view.counted}
    record_event(session, kind="contact.pattern_viewed", at=at, by=by, contact_id=contact.id, data=said)
    return view


def _counted(repeat: Repeat) -> str:
    about = "the household" if repeat.child_id is None else "a child"
    return f"{repeat.words[:1].upper()}{repeat.words[1:]} about {about}"


def set_aside(session: Session, contact: Contact) -> None:
    """Let a waiting view wait no longer, because what it was written for does not stand. Its words stay."""
    session.execute(
        update(PatternView)
        .where(PatternView.contact_id == contact.id, PatternView.state.in_(WAITING))
        .values(state="set_aside")
    )


def may_review(view: PatternView, *, user_id: int | None, roles: Iterable[str]) -> tuple[str, ...]:
    """List what stands in the way of someone's reviewing a view; empty when nothing does."""
    who = set(roles)
    objections = {
        "This is for a qualified social worker or manager: review the view of the pattern.": not who & QUALIFIED,
        "You wrote this view, so someone else must review it.": user_id == view.by_id,
        "You closed the contact before this one, so someone else must review the view.": user_id in view.last_closed_by,
        "Somebody sees this view otherwise, so it is for a manager now.": view.state == "disputed"
        and Role.MANAGER not in who,
    }
    return tuple(sentence for sentence, holds in objections.items() if holds)


def review_view(
    session: Session, reference: str, *, answer: str, reason: str, version: int, by: Actor, at: datetime
) -> Contact:
    """Review the view of the pattern on a closed contact. ``finish.review_pattern`` is the whole act.

    Raises:
        MoveRefused: If nothing waits, the actor may not, no answer is given, or seeing it otherwise has no reason.
    """
    contact = contact_for_change(session, reference, version=version)
    view = standing_view(session, contact)
    if view is None or contact.state not in DECIDED:
        refuse(contact, ("No view of a pattern waits for review on this contact.",))
        return contact
    wanting = {
        "Select whether the view holds.": answer not in REVIEW_ANSWERS,
        "Say what you see otherwise.": answer == "differs" and not reason.strip(),
    }
    refuse(
        contact,
        (
            *may_review(view, user_id=by.user_id, roles=by.roles),
            *(sentence for sentence, holds in wanting.items() if holds),
        ),
    )
    keep_review(session, contact, view, answer=answer, reason=reason, by=by, at=at)
    return contact


def refuse(contact: Contact, objections: tuple[str, ...]) -> None:
    """Refuse, if anything objects.

    Raises:
        MoveRefused: With every objection.
    """
    if objections:
        raise MoveRefused(Move.CLOSE, State(contact.state), objections)


def keep_review(
    session: Session, contact: Contact, view: PatternView, *, answer: str, reason: str, by: Actor, at: datetime
) -> None:
    """Write a review as its own row and event. A manager's answer settles it, and so does anyone's agreement."""
    session.add(PatternReview(view_id=view.id, answer=answer, reason=reason.strip(), by_id=by.user_id or 0, at=at))
    view.state = "reviewed" if answer == "holds" or by.is_manager else "disputed"
    session.flush()
    said = {"view": view.id, "answer": answer, "reason": reason.strip()}
    record_event(session, kind="contact.pattern_reviewed", at=at, by=by, contact_id=contact.id, data=said)


def review_by_agreeing(session: Session, contact: Contact, *, by: Actor, at: datetime) -> None:
    """Take a manager's agreement to close as their review of the view it rests on, where they may review it."""
    view = standing_view(session, contact)
    if view is not None and not may_review(view, user_id=by.user_id, roles=by.roles):
        keep_review(session, contact, view, answer="holds", reason="", by=by, at=at)
