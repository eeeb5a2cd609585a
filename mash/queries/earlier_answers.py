"""What was answered before to the very same finding, in drafts and versions that a draft comes from or stands beside.

An answer is offered, never carried: whoever writes this draft confirms it in their own name, or answers otherwise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mash.models import DraftRevision, GoingLiveNote, ThresholdDraft, User
from mash.queries.going_live import Progress, finding_key, findings_of
from mash.queries.rule_books import read_draft
from mash.rules import RuleBook, RuleSet
from mash.rules.items import items
from mash.rules.soundness import Finding
from mash.rules.soundness.answers import answer_to, read_answers
from mash.rules.written import Written, written_version


@dataclass(frozen=True, slots=True)
class Earlier:
    """An answer to the same finding: its words, who gave it, of which version; `at` None for one in a file."""

    words: str
    by: str
    version: str
    at: datetime | None = None


def earlier_answers(session: Session, found: Progress, book: RuleBook, folder: Path) -> dict[str, Earlier]:
    """Give the newest answer to each finding of a draft that was given to the very same one elsewhere, by its key.

    The same is: of the same kind, at the same place, in the same words, about a rule whose text is the same to the
    letter; in a version that this draft comes from, or in a draft of the same change.

    Args:
        found: The draft, with its findings.
        book: The versions in force, with what was published.
        folder: The folder of the versions, with the answers kept beside them.
    """
    written = read_draft(found.draft.text, book.catalogue).written if found.ruleset else None
    if written is None:
        return {}
    line = _line(session, found.draft)
    here = {finding_key(one): one for one in found.findings}
    answers = [*_in_drafts(session, found.draft, line, here, book), *_in_files(line, found.findings, book, folder)]
    said: dict[str, Earlier] = {}
    for finding, elsewhere, earlier in answers:
        if _same(finding, written, elsewhere):
            said.setdefault(finding_key(finding), earlier)
    return said


def _line(session: Session, draft: ThresholdDraft) -> tuple[str, ...]:
    """Name the versions that a draft comes from: its base, the base of that if it was drafted here, and so on."""
    bases = dict(session.execute(select(ThresholdDraft.name, ThresholdDraft.based_on)).all())
    line = [draft.based_on]
    while (above := bases.get(line[-1])) and above not in line:
        line.append(above)
    return tuple(line)


def _in_drafts(
    session: Session, draft: ThresholdDraft, line: tuple[str, ...], here: dict[str, Finding], book: RuleBook
) -> Iterator[tuple[Finding, Written, Earlier]]:
    """Yield what was answered in other drafts of the line, the newest first, with the text it was answered of."""
    for row in session.execute(
        select(GoingLiveNote, ThresholdDraft.name, User.name.label("by"))
        .join(ThresholdDraft, ThresholdDraft.id == GoingLiveNote.draft_id)
        .join(User, User.id == GoingLiveNote.by_id)
        .where(
            GoingLiveNote.kind == "finding",
            GoingLiveNote.about.in_(sorted(here)),
            GoingLiveNote.draft_id != draft.id,
            ThresholdDraft.name.in_(line) | ThresholdDraft.based_on.in_(line),
        )
        .order_by(GoingLiveNote.id.desc())
    ):
        note = row.GoingLiveNote
        if (written := _text_then(session, note, book)) is not None:
            yield here[note.about], written, Earlier(note.words, row.by, row.name, note.at)


def _text_then(session: Session, note: GoingLiveNote, book: RuleBook) -> Written | None:
    """Give the text that a note was written about; None if it is not kept."""
    text = session.scalars(
        select(DraftRevision.text)
        .where(DraftRevision.draft_id == note.draft_id, DraftRevision.at <= note.at)
        .order_by(DraftRevision.number.desc())
        .limit(1)
    ).first()
    written = read_draft(text, book.catalogue).written if text else None
    return written if written and written.ruleset.content_hash == note.content_hash else None


def _in_files(
    line: tuple[str, ...], findings: Iterable[Finding], book: RuleBook, folder: Path
) -> Iterator[tuple[Finding, Written, Earlier]]:
    """Yield what answers.yaml says of versions of the line that are files, with the file."""
    answers, known = read_answers(folder), {one.id: one for one in book.versions}
    for finding in findings:
        for version in line:
            answer = answer_to(finding, version, answers)
            written = _file(folder, known[version]) if answer and version in known else None
            if answer and written:
                yield finding, written, Earlier(answer.because, answer.by, version)


@lru_cache(maxsize=8)
def _file(folder: Path, ruleset: RuleSet) -> Written | None:
    try:
        return written_version(folder, ruleset)
    except LookupError:
        return None


def _same(finding: Finding, written: Written, elsewhere: Written) -> bool:
    """Say whether another text has the very same finding about the very same rule."""
    alike = [one for one in findings_of(elsewhere) if (one.code, one.at, one.words) == _named(finding)]
    return bool(alike) and _about(written, finding.at) == _about(elsewhere, finding.at)


def _named(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.at, finding.words


def _about(written: Written, at: str) -> list[Any]:
    """Give what stands at the place of a finding, whole; nothing where it is about no item of the document."""
    whole = items(written.root)
    examples = [item for item in whole if item.section == "examples"]
    section, _, key = at.rpartition(".")
    if section == "examples" and key.isdecimal():
        return [examples[int(key)].fields] if int(key) < len(examples) else []
    return [item.fields for item in whole if at.split("/", maxsplit=1)[0] in {item.id, f"{item.section}.{item.id}"}]
