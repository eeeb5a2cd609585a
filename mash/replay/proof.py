"""Proof before use: the version in force must give again the advice recorded at the time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from mash.replay.column import without
from mash.replay.compare import Cohort, Period
from mash.replay.judge import AXES, History, judge, label_at
from mash.replay.past import THEN
from mash.rules import RuleBook, RuleSet, VersionRefused
from mash.rules.bits import set_bits

LISTED = 1000


class NotProven(ValueError):
    """Advice was recorded by a version that is missing or has been edited since, so nothing can be proved by it."""

    def __init__(self, wrong: Sequence[str]) -> None:
        self.wrong = tuple(wrong)
        super().__init__("\n".join(wrong))


@dataclass(slots=True)
class Proof:
    """How much of the recorded advice comes out again.

    Attributes:
        same: Version to children of whom it gives the recorded level, rating and route again.
        drift: Version to children of whom it does not.
        listed: The first of those: key, version, what was recorded and what comes out now.
        no_advice: Children of whom no advice was recorded: no version was in force, or they were imported.
        wrong: Why nothing can be proved, each reason once; empty where all can.
    """

    same: Counter[str] = field(default_factory=Counter)
    drift: Counter[str] = field(default_factory=Counter)
    listed: list[dict[str, str]] = field(default_factory=list)
    no_advice: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: "Proof") -> None:
        """Add what was found of the children that come next."""
        self.same.update(other.same)
        self.drift.update(other.drift)
        self.listed += other.listed[: LISTED - len(self.listed)]
        self.no_advice += other.no_advice
        self.wrong += [said for said in other.wrong if said not in self.wrong]

    def certain(self) -> "Proof":
        """Return this.

        Raises:
            NotProven: when a version that advised is not in the book, or its content is not what it was.
        """
        if self.wrong:
            raise NotProven(tuple(self.wrong))
        return self


def prove(cohort: Cohort, rulebook: RuleBook, period: Period) -> Proof:
    """Work the recorded advice out again.

    Raises:
        NotProven: when a version that advised is not in the book, or its content is not what it was. It lists each.
    """
    proof = Proof()
    for history in cohort.histories:
        proof.add(proved(history, rulebook, period))
    return proof.certain()


def proved(history: History, rulebook: RuleBook, period: Period) -> Proof:
    """Work the recorded advice of one frame out again; what stands in the way is noted in `wrong`."""
    proof, frame = Proof(), history.frame
    asked = period.of(frame) & history.known
    advised = frame.column(f"{THEN}advised_level").answered & asked
    named = frame.column(f"{THEN}ruleset").groups()
    proof.no_advice = without(asked, advised).bit_count()
    for hash_, children in frame.column(f"{THEN}hash").groups().items():
        for id, others in named.items():
            if here := children & others & advised:
                try:
                    _again(proof, history, here, _as_it_was(rulebook, id, hash_))
                except VersionRefused as refused:
                    proof.wrong.append(str(refused))
    return proof


def _as_it_was(rulebook: RuleBook, id: str, hash_: str) -> RuleSet:
    """Return the version that advised.

    Raises:
        VersionRefused: when it is missing or has been edited since.
    """
    try:
        ruleset = rulebook.get(id)
    except VersionRefused:
        raise VersionRefused(
            f"Advice was recorded by version '{id}', which is not here. Put its file back; nothing was replayed."
        ) from None
    if ruleset.content_hash != hash_:
        raise VersionRefused(
            f"Version '{id}' has been edited since it advised: it was {hash_[:12]} and is {ruleset.content_hash[:12]}. "
            "Put the file back as it was, and give the changed one an id of its own."
        )
    return ruleset


def _again(proof: Proof, history: History, here: int, ruleset: RuleSet) -> None:
    judged, differ = judge(history, ruleset, reasons=False), 0
    recorded = {axis: history.frame.column(f"{THEN}advised_{axis}") for axis in AXES}
    for axis, column in recorded.items():
        agree = 0
        for label, group in judged.axis(axis).items():
            agree |= group & column.where(label.__eq__)
        differ |= without(here, agree)
    proof.same[ruleset.id] += without(here, differ).bit_count()
    proof.drift[ruleset.id] += differ.bit_count()
    for place in set_bits(differ):
        if len(proof.listed) >= LISTED:
            break
        said = {f"recorded_{axis}": column.at(place) or "" for axis, column in recorded.items()}
        said |= {f"now_{axis}": label_at(judged.axis(axis), place) for axis in AXES}
        proof.listed.append({"child": history.frame.keys[place], "version": ruleset.id} | said)
