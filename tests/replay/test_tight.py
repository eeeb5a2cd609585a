"""A frame in little room gives back what was put in, takes less, and is refused when its bytes are spoilt."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.replay.column import Column
from mash.replay.frame import Frame, NotAFrame
from mash.replay.past import frozen
from mash.replay.tight import MARK, read_frame, tight
from tests.replay.history import FIRST_DAY, a_past

ages = st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=1, max_size=60)


def told_from_ages(known: list[int | None], times: int) -> Frame:
    """Return a frame in which groups follow from ages, but for every seventh child."""
    children = [
        a_past(
            number,
            {} if age is None else {"age_years": age, "contacts_12m": age // 2},
            who={"age": "unlike" if number % 7 == 0 else "young" if (age or 0) < 10 else "old"},
            then={"level": str((age or 0) % 4)},
            received=FIRST_DAY,
        )
        for number, age in enumerate(known * times)
    ]
    return frozen(children)


@pytest.mark.parametrize("times", [1, 120])
@given(known=ages)
def test_every_column_comes_back_whether_or_not_it_is_told_from_another(times: int, known: list[int | None]) -> None:
    frame = told_from_ages(known, times)
    again = read_frame(tight(frame), frame.digest())
    assert again.unpacked() == frame.unpacked()


def test_what_follows_from_another_column_takes_next_to_no_room() -> None:
    dice = random.Random(3)
    known: list[int | None] = [dice.randrange(31) for _ in range(16_000)]
    frame = told_from_ages(known, 1)
    assert len(tight(frame)) < 0.5 * len(frame.packed())


def test_a_number_of_some_range_has_the_same_values_in_every_frame() -> None:
    some = frozen([a_past(number, {"age_years": number % 14}) for number in range(40)])
    more = frozen([a_past(number, {"age_years": number % 15}) for number in range(1, 40)])
    assert some.column("fact:age_years").values == more.column("fact:age_years").values
    assert some.column("fact:age_years").at(13) == "13"


def test_a_frame_of_the_older_form_is_read_too() -> None:
    frame = told_from_ages([3, None], 1)
    assert read_frame(frame.packed(), frame.digest()).unpacked() == frame.unpacked()


def test_bytes_that_are_cut_changed_or_of_another_frame_are_refused() -> None:
    frame, other = told_from_ages([3, None], 1), Frame(("1",), {"x": Column(1, ("y",), (1,))})
    kept = tight(frame)
    changed = bytearray(kept)
    changed[-1] ^= 1
    for spoilt in (kept[:-3], bytes(changed), MARK, b"no"):
        with pytest.raises(NotAFrame):
            read_frame(spoilt)
    with pytest.raises(NotAFrame, match="another frame"):
        read_frame(kept, other.digest())
