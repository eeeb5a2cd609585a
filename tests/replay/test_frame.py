"""A frame comes back whole from its bytes, names its content by a hash, and is refused when its bytes are spoilt."""

import zlib

import pytest

from mash.replay.frame import Frame, NotAFrame
from mash.replay.past import LATER, Past, frozen, with_later
from tests.replay.history import FIRST_DAY, a_past

CHILDREN = [
    a_past(3, {"age_years": 4, "nd-drink": {"value": "present", "severity": "mild"}}, then={"level": "2"}),
    a_past(8, {"age_years": 11}, who={"source": "police"}, later={"contact": 20, "worse": 200}),
    a_past(9, None),
]


def test_a_frame_comes_back_as_it_was() -> None:
    frame = frozen(CHILDREN)
    again = Frame.read(frame.packed(), frame.digest())
    assert again.keys == ("3", "8", "9")
    assert {name: column.answers() for name, column in again.columns.items()} == {
        name: column.answers() for name, column in frame.columns.items()
    }
    assert again.column("fact:age_years").answers() == ["4", "11", None]
    assert again.column("later:worse").answers() == [None, "12 months", None]
    assert again.column("then:no_facts").answers() == [None, None, "yes"]


def test_keys_that_are_no_numbers_come_back_too() -> None:
    frame = frozen([Past("007", FIRST_DAY, {}), Past("a,b", FIRST_DAY, {})])
    assert Frame.read(frame.packed()).keys == ("007", "a,b")


def test_the_same_children_have_the_same_hash_and_any_other_fact_another() -> None:
    assert frozen(CHILDREN).digest() == frozen(list(CHILDREN)).digest()
    changed = [a_past(3, {"age_years": 5}), *CHILDREN[1:]]
    assert frozen(changed).digest() != frozen(CHILDREN).digest()


def test_what_came_later_is_told_anew_and_nothing_else_changes() -> None:
    frame = frozen(CHILDREN)
    told = with_later(frame, {0: {"referral": 28}, 1: {"contact": 400}})
    assert told.column("later:referral").answers() == ["28 days", None, None]
    assert [name for name in told.columns if name.startswith(LATER)] == ["later:referral"]
    assert told.column("fact:age_years") == frame.column("fact:age_years")


@pytest.mark.parametrize("spoilt", [frozen(CHILDREN).packed()[:-3], b"no", zlib.compress(b"x" * 40)])
def test_bytes_that_are_cut_or_strange_are_refused(spoilt: bytes) -> None:
    with pytest.raises(NotAFrame):
        Frame.read(spoilt)


def test_bytes_of_another_frame_are_refused_by_the_hash() -> None:
    with pytest.raises(NotAFrame, match="hash"):
        Frame.read(frozen(CHILDREN).packed(), frozen(CHILDREN[:2]).digest())
