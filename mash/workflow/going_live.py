"""What must hold before a version of the thresholds judges a child, and who may say that it does."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

APPROVERS = frozenset({"reviewer", "manager"})


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far one text of a draft has come. Sets hold what each finding, example or child is called.

    Attributes:
        readable: The text can be read, and has the draft's own name.
        replayed: A finished replay of exactly this text against the version in force exists.
        leaving: Children whom that replay takes down out of the strongest level.
        read: Those of them of whom somebody has given a verdict.
        equity: A note was written after the replay was finished.
        staff: What changes in practice is written, with a day of training.
    """

    readable: bool
    findings: frozenset[str] = frozenset()
    examples: frozenset[str] = frozenset()
    answered_findings: frozenset[str] = frozenset()
    answered_examples: frozenset[str] = frozenset()
    replayed: bool = False
    leaving: frozenset[int] = frozenset()
    read: frozenset[int] = frozenset()
    equity: bool = False
    staff: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must hold, whether it does, and what is left to do."""

    key: str
    words: str
    met: bool
    left: str = ""


def gates(ready: Readiness) -> tuple[Gate, ...]:
    """Return every gate, in the order in which they are best met."""
    if not ready.readable:
        return (Gate("readable", "The text can be read", met=False, left="Mend what is wrong in the draft"),)
    findings, examples = ready.findings - ready.answered_findings, ready.examples - ready.answered_examples
    unread = ready.leaving - ready.read
    replayed = "Replay exactly this text against the version in force"
    return (
        _gate("findings", "Each hole that was found is answered", _left(findings, "to answer")),
        _gate("examples", "Each worked example that comes out otherwise is answered", _left(examples, "to answer")),
        _gate("replay", "This text was replayed against the version in force", "" if ready.replayed else replayed),
        _gate(
            "movers",
            "Every child who leaves the strongest level was read",
            _left(unread, f"of {len(ready.leaving)} to read") if ready.replayed else replayed,
        ),
        _gate("equity", "Who is affected was looked at, and a note written", "" if ready.equity else "Write the note"),
        _gate("staff", "Staff will know what changes, and are trained", "" if ready.staff else "Write the note"),
    )


def _gate(key: str, words: str, left: str) -> Gate:
    return Gate(key, words, met=not left, left=left)


def _left(open_: AbstractSet[object], what: str) -> str:
    return f"{len(open_)} {what}" if open_ else ""


def objections_to_asking(ready: Readiness) -> tuple[str, ...]:
    """Say why approval may not be asked for yet; nothing if it may."""
    return tuple(f"{gate.words}: {gate.left}." for gate in gates(ready) if not gate.met)


def objections_to_approver(
    approver: int, roles: AbstractSet[str], proposer: int, authors: AbstractSet[int]
) -> tuple[str, ...]:
    """Say why somebody may not approve a version; nothing if they may.

    Args:
        proposer: Who asked for approval.
        authors: Everyone who saved any state of the draft.
    """
    found = []
    if APPROVERS.isdisjoint(roles):
        found.append("Only a reviewer or a manager approves thresholds.")
    if approver == proposer:
        found.append("You asked for approval. Someone else must give it.")
    if approver in authors:
        found.append("You wrote some of this draft. Someone who did not must approve it.")
    return tuple(found)


def objections_to_day(starts_on: date, today: date) -> tuple[str, ...]:
    """Say why a version may not begin on a day; nothing if it may."""
    return (
        () if starts_on >= today else ("The day it begins is in the past. What was received then is judged already.",)
    )


def usual_start(today: date) -> date:
    """Return the day a version begins unless another is chosen: the first of the next month.

    >>> usual_start(date(2026, 11, 27)), usual_start(date(2026, 12, 1))
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    """
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)
