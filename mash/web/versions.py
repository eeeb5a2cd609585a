"""The versions of the thresholds that whoever is reading may know of: those of the folder, and drafts beside them."""

from dataclasses import replace

from flask import g
from werkzeug.exceptions import NotFound

from mash.queries.rule_books import book_with_drafts, put_back, renamed, text_here, written_here
from mash.queries.threshold_drafts import DraftRow, one_draft
from mash.rules import RuleBook, RuleSet
from mash.rules.written import Written, written_text, written_version
from mash.web.access import has_role
from mash.web.wiring import reading, wiring

READS_DRAFTS = ("reviewer", "manager", "safeguarding_partner")


def known_book() -> RuleBook:
    """Return the book of the folder; with the drafts that can be read, for those who may read drafts."""
    if not has_role(*READS_DRAFTS):
        return wiring().rulebook
    if "known_book" not in g:
        with reading() as session:
            g.known_book = book_with_drafts(session, wiring().files)
    book: RuleBook = g.known_book
    return book


def may_read(ruleset: RuleSet) -> bool:
    """Say whether the reader may read a version."""
    return ruleset.status != "draft" or has_role(*READS_DRAFTS)


def version_or_404(version: str) -> RuleSet:
    """Return a version that the reader may see."""
    for ruleset in known_book().versions:
        if ruleset.id == version and may_read(ruleset):
            return ruleset
    raise NotFound("There is no such version of the thresholds.")


def draft_or_404(name: str) -> DraftRow:
    """Return a draft by its name."""
    with reading() as session:
        found = one_draft(session, name)
    if found is None:
        raise NotFound("There is no such draft.")
    return found


def text_of(ruleset: RuleSet) -> str:
    """Return the whole text of a version, as its file, publication or draft holds it.

    One that was put back has no text of its own: it is that of the earlier version, with what it says otherwise.

    Raises:
        LookupError: when none holds it as it was loaded.
    """
    with reading() as session:
        text, earlier = text_here(session, ruleset), put_back(session, ruleset)
    if text is not None:
        return text
    if earlier is not None:
        return renamed(text_of(wiring().rulebook.get(earlier)), ruleset)
    folder = wiring().settings.thresholds
    return (folder / written_version(folder, ruleset).file).read_text(encoding="utf-8")


def written_of(ruleset: RuleSet) -> Written:
    """Return a version with the tree of what was written; errors as `text_of`."""
    with reading() as session:
        written, earlier = written_here(session, ruleset), put_back(session, ruleset)
    if earlier is not None:
        content = text_of(ruleset).encode()
        return replace(written_text(content, ruleset.catalogue, ruleset.id), ruleset=ruleset)
    return written or written_version(wiring().settings.thresholds, ruleset)
