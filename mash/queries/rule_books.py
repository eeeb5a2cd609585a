"""The thresholds in force: the files of the folder, and what was published here. One place puts them together.

Whoever judges looks at the rows of ``publication`` without their text, which is little; texts are read and checked
against the hash that was approved, once for each text a process meets, and never kept unchecked.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import Publication, RuleSetAdoption, ThresholdDraft
from mash.queries.access import at_once
from mash.rules import Catalogue, DocumentRefused, RuleBook, RuleSet
from mash.rules.book import ThresholdsChanged
from mash.rules.rewriting import replaced
from mash.rules.written import Written, written_text

MOST_TEXTS = 64


class Published(NamedTuple):
    """A publication that stands, without its text."""

    id: int
    ruleset_id: str
    content_hash: str
    repeats: str
    open_contacts: str
    replaces: str
    starts_on: date
    reason: str


_STANDING = (
    select(*(getattr(Publication, name) for name in Published._fields))
    .where(Publication.called_off_at.is_(None))
    .order_by(Publication.starts_on, Publication.id)
)
_ADOPTED = select(RuleSetAdoption.ruleset_id, RuleSetAdoption.content_hash)


class _Kept:
    """Books and texts that this process has put together and checked; the newest few of each."""

    def __init__(self) -> None:
        self.books: dict[tuple[int, tuple[Published, ...]], tuple[RuleBook, RuleBook]] = {}
        self.texts: dict[tuple[int, str], tuple[Catalogue, Written]] = {}


_kept = _Kept()


def book_with_published(session: Session, rulebook: RuleBook) -> RuleBook:
    """Return the book of the folder with the versions that were published here and stand.

    Raises:
        ThresholdsChanged: If a text is not the one that was approved.
    """
    rows = tuple(Published(*row) for row in at_once(session).execute(_STANDING))
    if not rows:
        return rulebook
    key = (id(rulebook), rows)
    if key not in _kept.books:
        _make_room(_kept.books, 8)
        _kept.books[key] = rulebook, _together(session, rulebook, rows)
    return _kept.books[key][1]


def _together(session: Session, rulebook: RuleBook, rows: Iterable[Published]) -> RuleBook:
    adopted = {(row[0], row[1]) for row in session.execute(_ADOPTED)}
    book = rulebook
    for row in rows:
        if (row.ruleset_id, row.content_hash) not in adopted:
            raise ThresholdsChanged(f"Version '{row.ruleset_id}' is not the one that was approved.")
        ruleset = _repeated(book, row) if row.repeats else _published(session, rulebook.catalogue, row).ruleset
        book = book.succeeded_by(ruleset, row.starts_on)
    return book


def _repeated(book: RuleBook, row: Published) -> RuleSet:
    """Return an earlier version under the name it has the second time."""
    ruleset = as_repeated(book.get(row.repeats), row.ruleset_id, row.open_contacts, row.replaces, row.reason)
    if ruleset.content_hash != row.content_hash:
        raise ThresholdsChanged(f"Version '{row.repeats}', which was put back, is not the one that was approved.")
    return ruleset


def as_repeated(earlier: RuleSet, id: str, open_contacts: str, replaces: str, reason: str) -> RuleSet:
    """Name a version anew, to be put back after another. Its hash is the earlier one's with the new name."""
    head = replace(earlier.version, id=id, supersedes=replaces, reason=reason)
    hashed = hashlib.sha256(f"{earlier.content_hash} {id} {open_contacts}".encode()).hexdigest()
    words = earlier.transition[1]
    return replace(earlier, version=head, content_hash=hashed, transition=(open_contacts, words))


def _published(session: Session, catalogue: Catalogue, row: Published) -> Written:
    """Read the text of a publication, or take it from those already read and checked.

    Raises:
        ThresholdsChanged: If it is not what was approved.
    """
    key = (id(catalogue), row.content_hash)
    if key not in _kept.texts:
        text = session.scalars(select(Publication.text).where(Publication.id == row.id)).one()
        _make_room(_kept.texts, MOST_TEXTS)
        _kept.texts[key] = catalogue, _checked(row.ruleset_id, row.content_hash, text, catalogue)
    return _kept.texts[key][1]


def _checked(ruleset_id: str, content_hash: str, text: str, catalogue: Catalogue) -> Written:
    try:
        written = written_text(text.encode(), catalogue, ruleset_id)
    except DocumentRefused:
        written = None
    if written is None or written.ruleset.content_hash != content_hash or written.ruleset.id != ruleset_id:
        raise ThresholdsChanged(
            f"The text of version '{ruleset_id}' in the database is not the one that was approved, or the catalogue "
            "has changed under it. Nothing is judged by it. Put the database back from a safe copy."
        )
    return written


def published_as_approved(session: Session, catalogue: Catalogue) -> None:
    """Read every text that stands and see that it is the one approved, whatever this process has read before.

    Raises:
        ThresholdsChanged: Naming the first that is not.
    """
    for row in [Published(*row) for row in session.execute(_STANDING)]:
        if not row.repeats:
            text = session.scalars(select(Publication.text).where(Publication.id == row.id)).one()
            _checked(row.ruleset_id, row.content_hash, text, catalogue)


def _make_room(kept: dict[Any, Any], most: int) -> None:
    while len(kept) >= most:
        kept.pop(next(iter(kept)))


def book_with_drafts(session: Session, rulebook: RuleBook) -> RuleBook:
    """Return the book of the folder and of what was published, with every draft that can be read, as a draft."""
    book = book_with_published(session, rulebook)
    taken = {one.id for one in book.versions}
    rows = session.execute(
        select(ThresholdDraft.name, ThresholdDraft.text)
        .where(ThresholdDraft.state.in_(("open", "proposed")))
        .order_by(ThresholdDraft.id)
    )
    for name, text in rows.all():
        written = read_draft(text, rulebook.catalogue).written
        if written is not None and written.ruleset.id == name and name not in taken:
            book = book.with_draft(written.ruleset)
    return book


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Read:
    """A draft's text as a version; `problems` instead, when it cannot be read yet."""

    written: Written | None
    problems: DocumentRefused | None = None


@lru_cache(maxsize=MOST_TEXTS)
def read_draft(text: str, catalogue: Catalogue) -> Read:
    """Read a draft's text once, however often it is asked for."""
    try:
        return Read(written_text(text.encode(), catalogue, "the draft"))
    except DocumentRefused as refused:
        return Read(None, refused)


def text_here(session: Session, ruleset: RuleSet) -> str | None:
    """Return the text of a version that was published or drafted here; None if it is a file's."""
    texts = [*session.scalars(select(Publication.text).where(Publication.ruleset_id == ruleset.id))]
    texts += session.scalars(select(ThresholdDraft.text).where(ThresholdDraft.name == ruleset.id))
    for text in texts:
        written = read_draft(text, ruleset.catalogue).written if text else None
        if written is not None and written.ruleset.content_hash == ruleset.content_hash:
            return str(text)
    return None


def written_here(session: Session, ruleset: RuleSet) -> Written | None:
    """Return a version that was published or drafted here as it was written; None if it is a file's."""
    text = text_here(session, ruleset)
    return read_draft(text, ruleset.catalogue).written if text else None


def put_back(session: Session, ruleset: RuleSet) -> str | None:
    """Return the id of the version that this one put back; None if it is not one that was."""
    named = (Publication.ruleset_id == ruleset.id, Publication.content_hash == ruleset.content_hash)
    return session.scalars(select(Publication.repeats).where(*named, Publication.repeats != "")).first()


def renamed(text: str, ruleset: RuleSet) -> str:
    """Return the text of the version that was put back, saying what it says the second time."""
    head = ruleset.version
    said: dict[str, Any] = {"id": head.id, "supersedes": head.supersedes, "reason": head.reason}
    said |= {"effective_from": head.effective_from, "effective_to": head.effective_to}
    for key, value in said.items():
        text = replaced(text, ("version", key), value)
    return replaced(text, ("transition", "open_contacts"), ruleset.transition[0])
