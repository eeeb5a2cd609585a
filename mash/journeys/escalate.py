"""Tell the deputy, then the head of service, of a red that no manager has taken up. Day and night, once each.

They are told on their next page and by e-mail. Where an e-mail reaches nobody in the post, every manager gets it.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.events import record_event
from mash.journeys.outbox import Letter, put_out
from mash.journeys.sign_in import leave_notice_for
from mash.journeys.tell_holders import DEADLINE, managers_reached, reached
from mash.models import Escalation, EventHead
from mash.queries.named_access import managers_who_know
from mash.queries.policies import policy_document
from mash.queries.red_turns import Waiting, in_post, managers, waiting
from mash.workflow.calendar import london_day
from mash.workflow.escalation import EscalationPolicy, Step, escalation_policies_from, escalation_policy_on

SCHEDULER = Actor.system("scheduler")


def escalation_policy(session: Session, began: datetime) -> EscalationPolicy:
    """Give the policy for a wait that began at a moment."""
    return escalation_policy_on(london_day(began), escalation_policies_from(policy_document(session, "escalation")))


def escalate(session: Session, *, at: datetime) -> int:
    """Tell of every red that has waited past a step of the policy, once for each post, whoever asks and however often.

    What was missed while nothing watched is told at the next look.

    Returns:
        How many tellings were made.
    """
    session.execute(select(EventHead).where(EventHead.id == 1).with_for_update())  # before the clocks, as all others do
    reds = waiting(session)
    done = _already_told(session, (red.id for red in reds))
    made = 0
    for row in reds:
        for step in escalation_policy(session, row.started_at).passed(at - row.started_at):
            if (row.id, step.post) not in done:
                _tell(session, row, step, at=at)
                made += 1
    return made


def _already_told(session: Session, clocks: Iterable[int]) -> set[tuple[int, str]]:
    rows = session.execute(select(Escalation.clock_id, Escalation.post).where(Escalation.clock_id.in_(tuple(clocks))))
    return {(row.clock_id, row.post) for row in rows}


def _to_tell(session: Session, waits: Waiting, step: Step, at: datetime) -> list[tuple[int, str]]:
    """Give who is told: whoever holds the post; if all of them are kept from the contact, every other manager."""
    holders = in_post(session).get(step.post, ())
    know = set(managers_who_know(session, waits.contact_id, at))
    told = [one for one in holders if one[0] in know]
    return told if told or not holders else [one for one in managers(session).items() if one[0] in know]


def _tell(session: Session, waits: Waiting, step: Step, *, at: datetime) -> None:
    holders = _to_tell(session, waits, step, at)
    names = [name for _, name in holders]
    session.add(Escalation(clock_id=waits.id, post=step.post.value, told=names, at=at))
    session.flush()
    minutes = int((at - waits.started_at).total_seconds() // 60)
    said = {"post": step.post.value, "told": names, "waited_minutes": minutes}
    record_event(session, kind="red.escalated", at=at, by=SCHEDULER, contact_id=waits.contact_id, data=said)
    notice = {
        "text": f"{waits.reference} needs a manager now, and none has taken it up after {minutes} minutes.",
        "kind": "problem",
        "detail": f"You are told as {step.post.words.lower()}.",
        "link": {"words": "Open the board", "url": "/red"},
    }
    for user_id, _ in holders:
        leave_notice_for(session, user_id=user_id, notice=notice, at=at)
    _write(session, waits, step, [user_id for user_id, _ in holders], minutes, at)


def _write(session: Session, waits: Waiting, step: Step, holders: list[int], minutes: int, at: datetime) -> None:
    post, to = step.post.words.lower(), list(reached(session, holders, at).values())
    why = f"you are the {post}" if to else f"no e-mail reaches a {post}"
    says = f"needs a manager now, and none has taken it up after {minutes} minutes"
    letters = [
        Letter(
            key=f"{DEADLINE}-clock-{waits.id}-{step.post.value}-{reader.id}",
            kind=DEADLINE,
            to=reader.email,
            subject=f"{waits.reference} {says}",
            body=f"{waits.reference} {says}.\n\nYou are told because {why}. Open the board.",
            hold_until=at,
            contact_id=waits.contact_id,
        )
        for reader in to or managers_reached(session, at)
        if waits.contact_id not in reader.kept
    ]
    put_out(session, letters)
