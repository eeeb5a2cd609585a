"""Frames are worked out each by itself, anywhere; the whole is the same to the last bit however history was cut."""

import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mash.replay.blocks import Part, Work, part
from mash.replay.compare import Cohort, Period
from mash.replay.frame import Frame
from mash.replay.past import Past
from mash.replay.rehearse import rehearse
from mash.replay.report import report
from mash.replay.tight import read_frame, tight
from mash.rules import Facts, RuleSet
from tests.replay.history import a_cohort, a_past
from tests.rules.generate import facts, rulesets
from tests.rules.small import CATALOGUE

children = st.lists(facts, min_size=1, max_size=40)


def pasts(known: Sequence[Facts]) -> list[Past]:
    return [
        a_past(
            number,
            one if number % 9 else None,
            then={"level": str(number % 4), "route": "assessment"},
            who={"age": "5 to 9" if number % 3 else "under 1"},
            later={"contact": number * 13 % 400, "worse": 90},
        )
        for number, one in enumerate(known)
    ]


class Passed(Sequence[Frame]):
    """Frames that exist only while they are looked at."""

    def __init__(self, packed: list[bytes]) -> None:
        self.packed = packed

    def __len__(self) -> int:
        return len(self.packed)

    def __getitem__(self, place: Any) -> Any:
        return read_frame(self.packed[place])


def said(cohort: Cohort, old: RuleSet, new: RuleSet, **told: Any) -> dict[str, Any]:
    found = rehearse(cohort, old, new, Period(), frames=False, **told)
    given = report(found, old, new, cohort, Period(), None)
    del given["cohort"]["digest"]
    return given


@given(rulesets, rulesets, children, st.integers(1, 40), st.integers(1, 40))
def test_where_history_is_cut_and_whether_it_is_held_make_no_difference(
    old: RuleSet, new: RuleSet, known: list[Facts], one: int, other: int
) -> None:
    held = a_cohort(pasts(known), size=one)
    frames = a_cohort(pasts(known), size=other).frames
    passing = Cohort(Passed([tight(frame) for frame in frames]), CATALOGUE, [str(other)])
    assert said(held, old, new) == said(passing, old, new)


@given(rulesets, rulesets, children)
def test_a_frame_worked_out_from_bytes_alone_comes_to_the_same(old: RuleSet, new: RuleSet, known: list[Facts]) -> None:
    cohort = a_cohort(pasts(known), size=7)

    def elsewhere(work: Work) -> Iterator[Part]:
        sent = [(pickle.dumps(work), number, tight(frame)) for number, frame in enumerate(cohort.frames)]
        done = {n: pickle.dumps(part(pickle.loads(w), n, read_frame(frame))) for w, n, frame in reversed(sent)}
        return (pickle.loads(done[number]) for number in range(len(done)))

    assert said(cohort, old, new) == said(cohort, old, new, parts=elsewhere)


def test_another_child_moving_makes_another_digest() -> None:
    known = [{"ng-late": "present"}, {}, {}]
    old, new = versions()
    digests = {
        said(a_cohort([a_past(number, known[number - shift]) for number in range(3)]), old, new)["digest"]
        for shift in range(3)
    }
    assert len(digests) == 3


def versions() -> tuple[RuleSet, RuleSet]:
    from tests.rules.written import a_ruleset

    old = a_ruleset(indicators={"ng-late": "L2"})
    return old, replace(a_ruleset(indicators={"ng-late": "L4"}), content_hash="other")
