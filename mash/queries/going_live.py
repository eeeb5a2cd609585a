"""How far a draft has come towards going live, what waits for a second person, and what was published."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from mash.models import (
    DraftRevision,
    GoingLiveNote,
    MoverReading,
    Proposal,
    Publication,
    Replay,
    ThresholdDraft,
    ThresholdSignOff,
    User,
)
from mash.queries.movers import came_back, leaving
from mash.queries.policies import policy_document
from mash.queries.rule_books import read_draft, text_hash
from mash.rules import Catalogue, RuleBook, RuleSet
from mash.rules.soundness import Finding, check, places
from mash.rules.worked import differing
from mash.rules.written import Written
from mash.workflow.calendar import london_day
from mash.workflow.going_live import (
    Readiness,
    Signatures,
    SignOffPolicy,
    sign_off_policies_from,
    sign_off_policy_on,
    still_needed,
)

Replayed = tuple[int, datetime, frozenset[int]]  # a replay, when it was finished, and the children who came back


@dataclass(frozen=True, slots=True)
class Note:
    """Words about a draft, and whether they are of its text as it stands."""

    kind: str
    about: str
    words: str
    day: date | None
    by: str
    at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature under the text that is proposed."""

    role: str
    by_id: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """A draft on its way: what was found of its text, what was answered, and who may say yes.

    Attributes:
        ruleset: The text as a version; None while it cannot be read.
        in_force: The version it would follow.
        replay: The finished replay of exactly this text against that version; None if there is none.
        proposal: The request that still stands for exactly this text.
        needed: The signatures that the text needs, and `signed` those it has.
    """

    draft: ThresholdDraft
    ruleset: RuleSet | None
    in_force: RuleSet
    findings: tuple[Finding, ...]
    examples: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]
    replay: int | None
    authors: frozenset[int]
    proposal: Proposal | None
    ready: Readiness
    needed: Signatures
    signed: tuple[Signed, ...]

    @property
    def left(self) -> Signatures:
        """The signatures still needed."""
        return still_needed(self.needed, (one.role for one in self.signed))

    def note(self, kind: str, about: str = "") -> Note | None:
        """Return the newest words of a kind on a matter; of an earlier text only where there are none of this one."""
        return next((one for one in reversed(self.notes) if (one.kind, one.about) == (kind, about)), None)


def finding_key(finding: Finding) -> str:
    """Name a finding so that an answer to it can be found again."""
    return f"{finding.code} {finding.at}"[:200]


@lru_cache(maxsize=16)
def findings_of(written: Written) -> tuple[Finding, ...]:
    """Look for holes in a text, once for each text that is read."""
    return check(written.ruleset, places(written.root))


def progress(session: Session, name: str, book: RuleBook, folder: Path, today: date) -> Progress | None:
    """Say how far a draft has come; None if there is no such draft, or it was given up.

    Args:
        book: The versions in force, with what was published.
        folder: The folder of the versions, with the worked examples.
    """
    draft = session.scalars(select(ThresholdDraft).where(ThresholdDraft.name == name)).one_or_none()
    if draft is None or draft.state == "abandoned":
        return None
    in_force = book.in_force(today)
    written = _readable(draft, book.catalogue)
    authors = frozenset(session.scalars(select(DraftRevision.by_id).where(DraftRevision.draft_id == draft.id)))
    ruleset = written.ruleset if written else None
    found = findings_of(written) if written else ()
    otherwise = differing(ruleset, in_force.id, folder) if ruleset else ()
    notes = _notes(session, draft, ruleset)
    replay = _replayed(session, ruleset, in_force) if ruleset else None
    standing = _standing(session, draft)
    ready = _ready(session, found, otherwise, notes, replay, in_force) if ruleset else Readiness(readable=False)
    policy = sign_off_policy(session, london_day(standing.at) if standing else today)
    return Progress(
        draft=draft,
        ruleset=ruleset,
        in_force=in_force,
        findings=found,
        examples=otherwise,
        notes=notes,
        replay=replay and replay[0],
        authors=authors | {draft.by_id},
        proposal=standing,
        ready=ready,
        needed=policy.needed(came_back=bool(ready.came_back)),
        signed=_signed(session, standing) if standing else (),
    )


def sign_off_policy(session: Session, day: date) -> SignOffPolicy:
    """Give the policy on who signs thresholds off, as it stands on a day."""
    return sign_off_policy_on(day, sign_off_policies_from(policy_document(session, "going_live")))


def _signed(session: Session, proposal: Proposal) -> tuple[Signed, ...]:
    rows = session.execute(
        select(ThresholdSignOff.role, ThresholdSignOff.by_id, User.name, ThresholdSignOff.at)
        .join(User, User.id == ThresholdSignOff.by_id)
        .where(ThresholdSignOff.proposal_id == proposal.id)
        .order_by(ThresholdSignOff.id)
    )
    return tuple(Signed(*row) for row in rows)


def _readable(draft: ThresholdDraft, catalogue: Catalogue) -> Written | None:
    written = read_draft(draft.text, catalogue).written
    return written if written and written.ruleset.id == draft.name else None


def _notes(session: Session, draft: ThresholdDraft, ruleset: RuleSet | None) -> tuple[Note, ...]:
    hashed = ruleset.content_hash if ruleset else ""
    kept = [getattr(GoingLiveNote, name) for name in ("kind", "about", "words", "day", "content_hash", "at")]
    rows = session.execute(
        select(*kept, User.name)
        .join(User, User.id == GoingLiveNote.by_id)
        .where(GoingLiveNote.draft_id == draft.id)
        .order_by(GoingLiveNote.id)
    )
    return tuple(
        Note(row.kind, row.about, row.words, row.day, row.name, row.at, row.content_hash == hashed) for row in rows
    )


def _replayed(session: Session, ruleset: RuleSet, in_force: RuleSet) -> Replayed | None:
    """Find the newest finished replay of exactly this text against the version in force, over all of history.

    One that does not tell who came back so far does not count: it would pass for one in which nobody did.
    """
    row = session.execute(
        select(Replay.id, Replay.finished_at)
        .where(
            Replay.state == "done",
            Replay.candidate_hash == ruleset.content_hash,
            Replay.baseline_hash == in_force.content_hash,
            Replay.since.is_(None),
            Replay.until.is_(None),
        )
        .order_by(Replay.id.desc())
        .limit(1)
    ).first()
    if row is None or (back := came_back(session, row.id)) is None:
        return None
    return row.id, row.finished_at, back


def _ready(
    session: Session,
    found: tuple[Finding, ...],
    otherwise: tuple[tuple[str, str], ...],
    notes: tuple[Note, ...],
    replay: Replayed | None,
    in_force: RuleSet,
) -> Readiness:
    current = [note for note in notes if note.current]
    answered = {kind: frozenset(note.about for note in current if note.kind == kind) for kind in ("finding", "example")}
    return Readiness(
        readable=True,
        findings=frozenset(finding_key(one) for one in found),
        examples=frozenset(name for name, _ in otherwise),
        answered_findings=answered["finding"],
        answered_examples=answered["example"],
        replayed=replay is not None,
        leaving=leaving(session, replay[0], strongest_of(in_force)) if replay else frozenset(),
        came_back=replay[2] if replay else frozenset(),
        read=frozenset(_read(session, replay[0])) if replay else frozenset(),
        equity=replay is not None and any(note.kind == "equity" and note.at >= replay[1] for note in current),
        staff=any(note.kind == "staff" and note.day for note in current),
    )


def strongest_of(ruleset: RuleSet) -> str:
    """Name the strongest level of a version as results of replays do."""
    return str(max(level.ordinal for level in ruleset.levels))


def _read(session: Session, replay: int) -> list[int]:
    return [*session.scalars(select(MoverReading.child_id).where(MoverReading.replay_id == replay).distinct())]


def _standing(session: Session, draft: ThresholdDraft) -> Proposal | None:
    """Return the newest request for a draft if it is open and of exactly its text: a changed text voids it."""
    newest = session.scalars(
        select(Proposal).where(Proposal.draft_id == draft.id).order_by(Proposal.id.desc()).limit(1)
    ).one_or_none()
    stands = newest is not None and newest.state == "open" and newest.text_hash == text_hash(draft.text)
    return newest if stands else None


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A publication in the list."""

    id: int
    ruleset_id: str
    repeats: str
    starts_on: date
    reason: str
    by: str
    approved_by: str
    at: datetime
    called_off_at: datetime | None
    called_off_why: str


def publications(session: Session) -> list[PublishedRow]:
    """List what was published here, the newest first, also what was called off."""
    approver = aliased(User)
    names = ("id", "ruleset_id", "repeats", "starts_on", "reason")
    rows = session.execute(
        select(
            *(getattr(Publication, name) for name in names),
            User.name,
            approver.name,
            Publication.at,
            Publication.called_off_at,
            Publication.called_off_why,
        )
        .join(User, User.id == Publication.by_id)
        .join(approver, approver.id == Publication.approved_by_id)
        .order_by(Publication.id.desc())
    )
    return [PublishedRow(*list(row)) for row in rows]


def waiting_roll_backs(session: Session) -> list[tuple[Proposal, str]]:
    """List requests to put an earlier version back that wait for a second person, with who asked."""
    rows = session.execute(
        select(Proposal, User.name)
        .join(User, User.id == Proposal.by_id)
        .where(Proposal.draft_id.is_(None), Proposal.state == "open")
        .order_by(Proposal.id)
    )
    return [(row[0], row[1]) for row in rows]


def times_repeated(session: Session, ruleset_id: str) -> int:
    """Count how often a version was put back, also in vain."""
    counted = select(func.count()).select_from(Publication).where(Publication.repeats == ruleset_id)
    return session.scalar(counted) or 0
