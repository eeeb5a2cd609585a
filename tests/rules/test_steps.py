"""Counts written as steps, against counting: every number of items, in every number of groups, for every child."""

from itertools import count, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.rules.conditions import OneOf, Sense
from mash.rules.steps import ALWAYS, AND, AND_NOT, NEVER, OR, Input, Steps

FACTS = "abcdefgh"
groupings = st.lists(st.integers(0, 3), min_size=1, max_size=len(FACTS))


def steps_of(beside: dict[str, int], number: int) -> Steps:
    inputs = [Input(OneOf(fact, frozenset({"present"})), Sense.RAISES) for fact in FACTS[:number]]
    return Steps(beside, dict(zip(inputs, count(2), strict=False)))


def registers_of(steps: Steps, child: tuple[int, ...]) -> list[int]:
    registers = [0, 1, *child]
    for operation, left, right in steps.steps:
        one, other = registers[left], registers[right]
        registers.append(one & other if operation == AND else one | other if operation == OR else one & (1 - other))
    return registers


@given(groupings, st.lists(st.integers(0, 2**20), min_size=8, max_size=8), st.integers(1, 5), st.integers(1, 4))
def test_so_many_in_so_many_groups_is_what_counting_says(
    grouping: list[int], ranks: list[int], least: int, least_groups: int
) -> None:
    steps = steps_of(dict(zip(FACTS, ranks, strict=True)), len(grouping))
    groups = [[2 + n for n, group in enumerate(grouping) if group == one] for one in sorted(set(grouping))]
    both, alone = steps.spread(least, least_groups, groups), steps.some(least, range(2, 2 + len(grouping)))
    for child in product((0, 1), repeat=len(grouping)):
        registers = registers_of(steps, child)
        held = {group for group, is_so in zip(grouping, child, strict=True) if is_so}
        assert registers[alone] == (sum(child) >= least)
        assert registers[both] == (sum(child) >= least and len(held) >= least_groups)


def test_a_group_of_none_is_never_one_of_them() -> None:
    steps = steps_of({}, 1)
    assert steps.spread(1, 2, [(), (2,)]) == NEVER
    assert steps.spread(1, 1, [(), (2,)]) == steps.some(1, (2,))


@pytest.mark.parametrize("operation", [AND, OR, AND_NOT])
@pytest.mark.parametrize(("left", "right"), [*product(range(4), repeat=2)])
def test_a_step_whose_result_is_known_is_not_written_and_none_twice(operation: int, left: int, right: int) -> None:
    steps = steps_of({}, 2)
    result = steps.emit(operation, left, right)
    for child in product((0, 1), repeat=2):
        one, other = [0, 1, *child][left], [0, 1, *child][right]
        expected = one & other if operation == AND else one | other if operation == OR else one & (1 - other)
        assert registers_of(steps, child)[result] == expected
    known = min(left, right) <= ALWAYS or left == right
    turned_round = operation == AND_NOT and left == ALWAYS and right > ALWAYS  # "not", which no input says
    assert len(steps.steps) == (0 if known and not turned_round else 1)
    assert steps.emit(operation, left, right) == result
    if operation != AND_NOT:
        assert steps.emit(operation, right, left) == result
    assert len(steps.steps) <= 1
