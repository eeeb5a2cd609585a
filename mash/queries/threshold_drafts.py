"""Drafts of the thresholds as they were kept: the list, one, every revision, and what people said of a rule."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from mash.models import Contact, DraftComment, DraftRevision, ThresholdDraft, User
from mash.queries.facts import facts_of
from mash.queries.restricted import open_to


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft: who began it, who changed it last, and its text."""

    id: int
    name: str
    title: str
    based_on: str
    state: str
    revision: int
    text: str
    by: str
    at: datetime
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One state that a draft was in."""

    number: int
    what: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentRow:
    """What somebody said of a rule, and the revision it was said of."""

    rule: str
    revision: int
    words: str
    by: str
    at: datetime


def _drafts(*where: ColumnElement[bool]) -> Select[Any]:
    changer = (
        select(User.name)
        .join(DraftRevision, DraftRevision.by_id == User.id)
        .where(DraftRevision.draft_id == ThresholdDraft.id, DraftRevision.number == ThresholdDraft.revision)
        .correlate(ThresholdDraft)
    )
    names = ("id", "name", "title", "based_on", "state", "revision", "text")
    columns = [getattr(ThresholdDraft, name) for name in names]
    found = select(*columns, User.name, ThresholdDraft.at, ThresholdDraft.changed_at, changer.scalar_subquery())
    return found.join(User, User.id == ThresholdDraft.by_id).where(*where)


def all_drafts(session: Session) -> list[DraftRow]:
    """List the drafts, the one changed last first."""
    newest = (ThresholdDraft.changed_at.desc(), ThresholdDraft.id.desc())
    return [DraftRow(*row) for row in session.execute(_drafts().order_by(*newest))]


def one_draft(session: Session, name: str) -> DraftRow | None:
    """Give the draft with a name; None if there is none."""
    row = session.execute(_drafts(ThresholdDraft.name == name)).first()
    return None if row is None else DraftRow(*row)


def revisions_of(session: Session, draft_id: int) -> list[RevisionRow]:
    """Give every revision of a draft, the newest first."""
    columns = (DraftRevision.number, DraftRevision.what, DraftRevision.text, User.name, DraftRevision.at)
    found = select(*columns).join(User, User.id == DraftRevision.by_id).where(DraftRevision.draft_id == draft_id)
    return [RevisionRow(*row) for row in session.execute(found.order_by(DraftRevision.number.desc()))]


def comments_on(session: Session, draft_id: int) -> dict[str, list[CommentRow]]:
    """Give what was said of a draft by rule, in the order it was said; "" is the whole draft."""
    columns = (DraftComment.rule, DraftComment.revision, DraftComment.words, User.name, DraftComment.at)
    found = select(*columns).join(User, User.id == DraftComment.by_id).where(DraftComment.draft_id == draft_id)
    said: dict[str, list[CommentRow]] = {}
    for row in session.execute(found.order_by(DraftComment.id)):
        said.setdefault(row.rule, []).append(CommentRow(*row))
    return said


def children_to_try(
    session: Session, reference: str, roles: frozenset[str], strands: dict[str, str]
) -> list[tuple[int, dict[str, Any]]]:
    """Give each child of a contact by its number, with what `read_facts` takes; none if the reader may not know of it.

    Children go by their numbers here: whoever tries thresholds on them learns no name.
    """
    found = session.scalars(select(Contact).where(Contact.reference == reference, open_to(roles))).one_or_none()
    return [] if found is None else sorted(facts_of(session, found, strands).items())
