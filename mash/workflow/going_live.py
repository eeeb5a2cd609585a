"""What must hold before a version of the thresholds judges a child, and who may say that it does."""

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from mash.workflow.words import Role, one_of

APPROVERS = frozenset({"reviewer", "manager"})
"""Who prepares a draft for going live and asks for it, and puts an earlier version back."""
SIGNERS = APPROVERS | {"safeguarding_partner"}
Signatures = tuple[frozenset[str], ...]
"""For each signature that is needed, the roles in which it may be given."""


@dataclass(frozen=True, slots=True)
class SignOffPolicy:
    """Whose signatures take a draft live from a given day.

    Attributes:
        starts: The first day it is in force.
        usual: Those that every draft needs.
        after_harm: Those of a draft that turns away children who came back.
    """

    starts: date
    usual: Signatures
    after_harm: Signatures

    def __post_init__(self) -> None:
        for needed in (self.usual, self.after_harm):
            if not needed or not all(needed) or not frozenset().union(*needed) <= SIGNERS:
                raise ValueError(f"Each signature is by one of: {', '.join(sorted(SIGNERS))}.")

    def needed(self, *, came_back: bool) -> Signatures:
        """Return the signatures that a draft needs."""
        return self.after_harm if came_back else self.usual


def sign_off_policies_from(document: Mapping[str, Any]) -> tuple[SignOffPolicy, ...]:
    """Read dated policies from their document, oldest first.

    Raises:
        ValueError: If a signature is by a role that signs nothing.
    """
    policies = (
        SignOffPolicy(
            date.fromisoformat(entry["from"]),
            *(
                tuple(frozenset(roles) for roles in entry[key])
                for key in ("signatures", "signatures_if_children_came_back")
            ),
        )
        for entry in document["policies"]
    )
    return tuple(sorted(policies, key=lambda policy: policy.starts))


@cache
def shipped_sign_off_policies() -> tuple[SignOffPolicy, ...]:
    """Read the policies that come with the service."""
    shipped = (files("mash") / "data" / "going_live_policy.json").read_text("utf-8")
    return sign_off_policies_from(json.loads(shipped))


def sign_off_policy_on(day: date, policies: Sequence[SignOffPolicy] = ()) -> SignOffPolicy:
    """Return the policy in force on a day, from those given or else from those that come with the service.

    Raises:
        LookupError: If none had begun by then.
    """
    begun = [policy for policy in policies or shipped_sign_off_policies() if policy.starts <= day]
    if not begun:
        raise LookupError(f"No policy on signing thresholds off was in force on {day}.")
    return begun[-1]


def still_needed(needed: Signatures, signed: Iterable[str]) -> Signatures:
    """Return the signatures still needed after some were given, each in a role; those that fewest can give first."""
    left = sorted(needed, key=lambda roles: (len(roles), sorted(roles)))
    for role in signed:
        if (met := next((one for one in left if role in one), None)) is not None:
            left.remove(met)
    return tuple(left)


def signs_as(left: Signatures, roles: AbstractSet[str]) -> str | None:
    """Return the role in which somebody would give one of the signatures still needed; None if they cannot."""
    return next((role for one in left for role in sorted(one) if role in roles), None)


def in_words(needed: Signatures) -> str:
    """Say whose signatures are needed.

    >>> in_words((frozenset({"safeguarding_partner"}), frozenset({"manager", "reviewer"})))
    'a safeguarding partner, and a manager or threshold reviewer'
    """
    return ", and ".join(f"a {one_of([Role(role).words for role in sorted(roles)])}" for roles in needed)


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far one text of a draft has come. Sets hold what each finding, example or child is called.

    Attributes:
        readable: The text can be read, and has the draft's own name.
        replayed: A finished replay of exactly this text against the version in force exists.
        leaving: Children whom that replay takes down out of the strongest level.
        came_back: Children whom it turns away, the version in force refers, and who came back within 12 months.
        read: Those of both of whom somebody has given a verdict.
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
    came_back: frozenset[int] = frozenset()
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
    unread, harmed = ready.leaving - ready.read, ready.came_back - ready.read
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
        _gate(
            "came_back",
            "Every child it turns away who came back was read",
            _left(harmed, f"of {len(ready.came_back)} to read") if ready.replayed else replayed,
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
    approver: int,
    roles: AbstractSet[str],
    proposer: int,
    authors: AbstractSet[int],
    left: Signatures,
    signed: AbstractSet[int] = frozenset(),
) -> tuple[str, ...]:
    """Say why somebody may not approve a version; nothing if they may.

    Args:
        proposer: Who asked for approval.
        authors: Everyone who saved any state of the draft.
        left: The signatures still needed.
        signed: Who has signed already.
    """
    found = []
    if approver in signed:
        return ("You have signed this off. Someone else must sign too.",)
    if signs_as(left, roles) is None:
        found.append(f"It must be signed off by {in_words(left)}.")
    if approver == proposer:
        found.append("You asked for approval. Someone else must give it.")
    if approver in authors:
        found.append("You wrote some of this draft. Someone who did not must approve it.")
    return tuple(found)


def objections_to_day(starts_on: date | None, today: date) -> tuple[str, ...]:
    """Say why a version may not begin on a day; nothing if it may."""
    if starts_on is None:
        return ("Say from which day it holds.",)
    return (
        () if starts_on >= today else ("The day it begins is in the past. What was received then is judged already.",)
    )


def usual_start(today: date) -> date:
    """Return the day a version begins unless another is chosen: the first of the next month.

    >>> usual_start(date(2026, 11, 27)), usual_start(date(2026, 12, 1))
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    """
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)
