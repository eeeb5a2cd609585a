"""Put another partnership's version in force over an invented history, as if two people had agreed it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.journeys.actor import Actor
from mash.journeys.publish_thresholds import put_in_force
from mash.models import DraftRevision, Proposal, Publication, ThresholdDraft, User, UserRole
from mash.queries.rule_books import text_hash
from mash.rules import RuleBook
from mash.rules.written import written_text
from mash.workflow.calendar import london_day
from mash.workflow.words import Role


def begin_version(session: Session, rulebook: RuleBook, text: str, *, at: datetime) -> Publication:
    """Put a text in force from today. Contacts that are open are judged as its `transition` says.

    Raises:
        DocumentRefused: If the text cannot be read.
        LookupError: If nobody is there to ask for it or to agree.
    """
    ruleset = written_text(text.encode(), rulebook.catalogue, "another version").ruleset
    asking, agreeing = _somebody(session, Role.REVIEWER), _somebody(session, Role.MANAGER)
    before = rulebook.in_force(london_day(at))
    draft = ThresholdDraft(
        name=ruleset.id,
        title=ruleset.title,
        based_on=before.id,
        state="published",
        revision=1,
        text=text,
        by_id=asking.user_id,
        at=at,
        changed_at=at,
    )
    session.add(draft)
    session.flush()
    hashed, kept = ruleset.content_hash, {"text": text, "text_hash": text_hash(text), "by_id": asking.user_id}
    session.add(DraftRevision(draft_id=draft.id, number=1, what="Brought in as a file", **kept, at=at))
    asked = Proposal(
        draft_id=draft.id, text_hash=text_hash(text), content_hash=hashed, by_id=asking.user_id or 0, at=at
    )
    session.add(asked)
    session.flush()
    return put_in_force(
        session,
        asked,
        ruleset,
        london_day(at),
        book=rulebook,
        text=text,
        replaces=before.id,
        approvers=[agreeing.name],
        by=agreeing,
        at=at,
    )


def _somebody(session: Session, role: Role) -> Actor:
    user = session.scalars(
        select(User).join(UserRole, UserRole.user_id == User.id).where(UserRole.role == role).order_by(User.id).limit(1)
    ).first()
    if user is None:
        raise LookupError(f"There is no {role.words} here.")
    return Actor.of(user)
