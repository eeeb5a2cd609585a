"""The versions of the folder with the drafts that can be read beside them, for comparing, replaying and trying."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import ThresholdDraft
from mash.rules import Catalogue, DocumentRefused, RuleBook
from mash.rules.written import Written, written_text


@dataclass(frozen=True, slots=True)
class Read:
    """A draft's text as a version; `problems` instead, when it cannot be read yet."""

    written: Written | None
    problems: DocumentRefused | None = None


def book_with_drafts(session: Session, rulebook: RuleBook) -> RuleBook:
    """Return the book with every draft that can be read, with the status of a draft, whatever it says of itself."""
    known = {one.id for one in rulebook.versions}
    rows = session.scalars(select(ThresholdDraft.text).where(ThresholdDraft.state.in_(("open", "proposed"))))
    found = [read_draft(text, rulebook.catalogue).written for text in rows]
    drafts = [one.ruleset for one in found if one and one.ruleset.id not in known and one.ruleset.status == "draft"]
    both = sorted((*rulebook.versions, *drafts), key=lambda one: one.effective_from)
    return RuleBook(rulebook.catalogue, tuple(both))


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=32)
def read_draft(text: str, catalogue: Catalogue) -> Read:
    """Read a draft's text once, however often it is asked for."""
    try:
        return Read(written_text(text.encode(), catalogue, "the draft"))
    except DocumentRefused as refused:
        return Read(None, refused)
