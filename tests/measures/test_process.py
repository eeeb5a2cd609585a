"""A process chart says what is usual and marks only what is more than chance."""

import pytest

from mash.measures.process import process

STEADY = [50.0, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51]


def marks(values: list[float | None]) -> list[str]:
    found = process(values)
    assert found
    return list(found.marks)


def test_limits_are_the_mean_and_two_and_two_thirds_moving_ranges() -> None:
    found = process([40, 50, 40, 50])
    assert found
    assert (found.average, found.trial) == (45, True)
    assert (found.upper, found.lower) == pytest.approx((71.6, 18.4))


def test_a_steady_process_has_no_mark() -> None:
    assert set(marks([*STEADY])) == {"usual"}


@pytest.mark.parametrize(("last", "mark"), [(80, "better"), (20, "worse")])
def test_one_beyond_a_limit_is_marked(last: float, mark: str) -> None:
    assert marks([*STEADY, last])[-1] == mark


def test_seven_on_one_side_are_marked_and_six_are_not() -> None:
    apart: list[float | None] = [50, 58, 50, 58, 50, 58, 50]
    six = marks([*apart, 56, 55, 56, 55, 56, 55, 50])
    assert set(six[-7:]) == {"usual"}
    seven = marks([*apart, 56, 55, 56, 55, 56, 55, 56])
    assert seven[-7:] == ["better"] * 7


def test_seven_rising_are_marked() -> None:
    assert marks([50, 40, 60, 45, 46, 47, 48, 49, 50, 51, 40, 60])[3:10] == ["better"] * 7


def test_what_is_not_judged_counts_for_nothing() -> None:
    with_gaps = [value for one in STEADY for value in (one, None)]
    found, without = process(with_gaps), process([*STEADY])
    assert found
    assert without
    assert (found.average, found.upper) == (without.average, without.upper)
    assert found.marks[1::2] == ("",) * len(STEADY)


def test_limits_stay_within_what_a_share_can_be_and_one_value_has_none() -> None:
    found = process([0, 100, 0, 100])
    assert found
    assert (found.lower, found.upper) == (0, 100)
    assert process([50, None]) is None
