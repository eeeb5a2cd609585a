"""A column gives back what was put in, for any selection of its values."""

from hypothesis import given
from hypothesis import strategies as st

from mash.replay.column import Column
from mash.rules.bits import of_bits, set_bits

answered = st.lists(st.one_of(st.none(), st.integers(0, 400).map(str)), max_size=60)


def column_of(answers: list[str | None]) -> Column:
    return Column.of_answers(len(answers), {place: said for place, said in enumerate(answers) if said is not None})


@given(answered)
def test_each_child_has_the_answer_that_was_given(answers: list[str | None]) -> None:
    column = column_of(answers)
    assert column.answers() == answers
    assert [column.at(place) for place in range(len(answers))] == answers


@given(answered, st.sets(st.integers(0, 400).map(str)))
def test_a_selection_holds_those_whose_answer_is_wanted(answers: list[str | None], wanted: set[str]) -> None:
    found = column_of(answers).where(wanted.__contains__)
    assert set_bits(found) == [place for place, said in enumerate(answers) if said in wanted]


@given(answered, st.one_of(st.none(), st.integers(0, 400)), st.one_of(st.none(), st.integers(0, 400)))
def test_those_between_two_values_are_found_with_both_ends(
    answers: list[str | None], least: int | None, most: int | None
) -> None:
    ends = tuple(end if end is None else str(end) for end in (least, most))
    found = column_of(answers).between(*ends)
    wanted = [
        (ends[0] is None or said >= ends[0]) and (ends[1] is None or said <= ends[1]) if said else False
        for said in answers
    ]
    assert set_bits(found) == [place for place, right in enumerate(wanted) if right]


@given(answered)
def test_with_no_answer_selected_too_everyone_is_found_once(answers: list[str | None]) -> None:
    column = column_of(answers)
    full = (1 << len(answers)) - 1
    assert column.select(1) == full & ~column.answered
    assert column.select(1) | column.answered == full


@given(answered)
def test_groups_make_the_same_column_again(answers: list[str | None]) -> None:
    column = column_of(answers)
    again = Column.of_groups(column.size, column.groups())
    assert again.answers() == answers


@given(st.sets(st.integers(0, 200)))
def test_bits_are_the_places_they_were_made_of(places: set[int]) -> None:
    assert set_bits(of_bits(places, 201)) == sorted(places)


def test_more_values_than_a_byte_holds_are_told_apart() -> None:
    answers: list[str | None] = [str(number) for number in range(700)]
    assert column_of(answers).answers() == answers
