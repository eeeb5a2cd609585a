"""The work of a rehearsal cut into frames: each is done by itself, anywhere, and the parts add up to the whole.

A part does not depend on who did it or on what came before, so that frames may be worked out here one after another
or on many machines, with the same result to the last bit.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mash.replay.beside import count_beside
from mash.replay.compare import Cohort, Compared, Period, compare, doubtful, first_ticked
from mash.replay.edits import Edit, edits
from mash.replay.frame import Frame
from mash.replay.judge import History
from mash.replay.proof import Proof, proved
from mash.replay.tables import counted
from mash.replay.tally import Tally
from mash.rules import Catalogue, RuleBook, RuleSet


@dataclass(frozen=True, slots=True)
class Work:
    """What is asked of every frame.

    Attributes:
        rulebook: Where versions that advised then are found; None where nothing is to be proved.
        upto: The last day history is known for.
        ticked: From `first_ticked`.
        alone: The baseline with each difference alone that can be had alone.
    """

    baseline: RuleSet
    candidate: RuleSet
    period: Period
    catalogue: Catalogue
    rulebook: RuleBook | None
    upto: str
    ticked: Mapping[str, tuple[int, int]]
    alone: tuple[RuleSet, ...]


@dataclass(slots=True)
class Part:
    """What one frame came to, or several that follow one another.

    `marks` are sets of children: those that move, lower, higher, and cannot be told.
    """

    size: int
    tally: Tally
    alone: list[tuple[int, int]]
    marks: list[int]
    proof: Proof | None

    def add(self, after: "Part") -> None:
        """Add the frames that come next."""
        self.tally.add(after.tally)
        self.alone = [(one[0] + more[0], one[1] + more[1]) for one, more in zip(self.alone, after.alone, strict=True)]
        self.marks = [mark | more << self.size for mark, more in zip(self.marks, after.marks, strict=True)]
        self.size += after.size
        if self.proof is not None and after.proof is not None:
            self.proof.add(after.proof)


def work_on(
    cohort: Cohort, baseline: RuleSet, candidate: RuleSet, period: Period, rulebook: RuleBook | None
) -> tuple[Work, list[Edit]]:
    """Return what is to be done with every frame, and the differences between the versions."""
    differences = edits(baseline, candidate)
    alone = tuple(edit.alone for edit in differences if edit.alone is not None)
    ticked = first_ticked(cohort, baseline, candidate)
    work = Work(baseline, candidate, period, cohort.catalogue, rulebook, cohort.upto, ticked, alone)
    return work, differences


def compared_by(work: Work, number: int, history: History) -> Compared:
    """Return a frame, by its number, under both versions, and under the differences alone."""
    asked = work.period.of(history.frame) & history.known
    open_answers = doubtful(history, number, work.ticked, work.baseline, work.candidate)
    return compare(history, asked, work.baseline, work.candidate, open_answers, work.alone)


def part_of(work: Work, one: Compared) -> Part:
    """Count a frame."""
    alone = [(lower.bit_count(), higher.bit_count()) for lower, higher in one.alone]
    tally = counted(one, work.period.of(one.history.frame), work.upto)
    count_beside(tally, one)
    marks = [one.moved, one.lower, one.higher, one.cannot_tell]
    proof = proved(one.history, work.rulebook, work.period) if work.rulebook else None
    return Part(one.history.frame.size, tally, alone, marks, proof)


def part(work: Work, number: int, frame: Frame) -> Part:
    """Do the whole work on a frame that comes by itself."""
    return part_of(work, compared_by(work, number, History(frame, work.catalogue, keep=False)))


@dataclass(slots=True)
class Whole:
    """Parts put together, in the order of the frames. It does not depend on where history was cut into frames."""

    tally: Tally = field(default_factory=Tally)
    alone: list[list[int]] = field(default_factory=list)
    proof: Proof = field(default_factory=Proof)
    _marks: list["_Bits"] = field(default_factory=lambda: [_Bits() for _ in range(4)])

    def add(self, one: Part) -> None:
        """Add the next part."""
        self.tally.add(one.tally)
        self.alone = self.alone or [[0, 0] for _ in one.alone]
        for sums, counts in zip(self.alone, one.alone, strict=True):
            sums[0] += counts[0]
            sums[1] += counts[1]
        for bits, mark in zip(self._marks, one.marks, strict=True):
            bits.add(mark, one.size)
        if one.proof is not None:
            self.proof.add(one.proof)

    def digest(self) -> str:
        """Return a hash of every count and of who moves, which way, and cannot be told."""
        counts = {name: _plain(getattr(self.tally, name)) for name in Tally.__dataclass_fields__}
        said = json.dumps([counts, self.alone, [bits.digest() for bits in self._marks]], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def _plain(counts: object) -> object:
    """Write counts so that the same have the same form: in order, and without those of nobody."""
    if isinstance(counts, Mapping):
        return sorted([key, count] for key, count in counts.items() if (any(count) if _many(count) else count))
    return counts


def _many(count: object) -> bool:
    return isinstance(count, Sequence) and not isinstance(count, str)


class _Bits:
    """A hash of bits that come some at a time, whatever their number: those that fill no byte wait for the next."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._waiting, self._size = 0, 0

    def add(self, bits: int, size: int) -> None:
        bits, size = self._waiting | bits << self._size, self._size + size
        whole = size // 8 * 8
        self._hash.update((bits & ((1 << whole) - 1)).to_bytes(whole // 8, "little"))
        self._waiting, self._size = bits >> whole, size - whole

    def digest(self) -> str:
        last = self._hash.copy()
        last.update(bytes([self._size, self._waiting]))
        return last.hexdigest()
